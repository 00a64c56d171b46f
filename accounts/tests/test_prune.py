from datetime import timedelta

from django.utils import timezone

from accounts import tasks, tokens
from accounts.models import Event, IdempotencyKey, PasswordLink, RefreshFamily


def test_prune_forgets_only_what_is_past_its_time(ana):
    now = timezone.now()
    for seq, days in ((1, 8), (2, 6)):
        Event.objects.create(account=ana, seq=seq, type="x", actor={}, data={}, created_at=now - timedelta(days=days))
    for key, hours in (("old", 25), ("new", 23)):
        IdempotencyKey.objects.create(
            user=ana, key=key, fingerprint="", leased_until=now, created_at=now - timedelta(hours=hours)
        )
    for email, days in (("old@example.com", 2), ("new@example.com", 0)):
        PasswordLink.objects.create(email=email, expires_at=now - timedelta(days=days))
    live, expired, revoked = (tokens.sign_in_of(tokens.issue(ana)["access"]) for _ in range(3))
    RefreshFamily.objects.filter(pk=expired.family_id).update(expires_at=now)
    tokens.revoke(revoked)
    assert tasks.prune() == 5
    assert Event.objects.get().seq == 2
    assert IdempotencyKey.objects.get().key == "new"
    assert PasswordLink.objects.get().email == "new@example.com"
    assert RefreshFamily.objects.get().pk == live.family_id
    assert tasks.prune() == 0
