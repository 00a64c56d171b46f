"""Mails to owners about threads that were handed over and that nobody took: one mail for all of an account."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Notice, User
from accounts.notices import queue_notice
from conversations.models import Conversation
from flame.lib.locks import try_lock

KIND = "conversation.untaken"
PAUSE = timedelta(minutes=15)
"""Between two mails to one owner: what waits by then is in the next."""
NAMED = 10
MAX_NAME = 80
OWNERS_AT_ONCE = 100
THREADS_AT_ONCE = 500


def tell_owners() -> int:
    """Queue the mails that are due; answers how many."""
    if not settings.HANDOFF_NOTICE_MINUTES:
        return 0
    now = timezone.now()
    told = Notice.objects.filter(kind=KIND, created_at__gt=now - PAUSE)
    waiting = Conversation.objects.untaken(now).exclude(user__in=told.values("user"))
    owners = waiting.order_by().values_list("user_id", flat=True).distinct()[:OWNERS_AT_ONCE]
    return sum(tell_owner(owner_id) for owner_id in list(owners))


@transaction.atomic
def tell_owner(owner_id: uuid.UUID) -> bool:
    """Queue one owner's mail and, in the same transaction, note that its threads were told of."""
    if not try_lock(f"handoff_notice:{owner_id}"):
        return False
    now = timezone.now()
    if Notice.objects.filter(user_id=owner_id, kind=KIND, created_at__gt=now - PAUSE).exists():
        return False
    waiting = Conversation.objects.untaken(now).filter(user_id=owner_id).order_by("pk")
    threads = list(waiting.select_for_update()[:THREADS_AT_ONCE])
    if not threads:
        return False
    write(User.objects.get(pk=owner_id), threads)
    Conversation.objects.filter(pk__in=[thread.pk for thread in threads]).update(handoff_notice_at=None)
    return True


def write(owner: User, threads: list[Conversation]) -> None:
    longest_first = sorted(threads, key=lambda thread: (thread.handoff_notice_at, thread.pk))
    with override(owner.language):
        count = len(threads)
        subject = ngettext(
            "%(count)d conversation waits for a person", "%(count)d conversations wait for a person", count
        )
        lines = [line(thread, owner) for thread in longest_first[:NAMED]]
        if count > NAMED:
            lines.append(_("… and %(count)d more") % {"count": count - NAMED})
        text = _(
            "Hello, %(owner)s.\n\nAn assistant handed over, and nobody of your team has answered yet:\n\n%(lines)s\n\n"
            "%(link)s\n"
        )
        facts = {"owner": owner.name, "lines": "\n".join(lines), "link": settings.PUBLIC_URL}
        queue_notice(owner, KIND, subject % {"count": count}, text % facts)


def line(thread: Conversation, owner: User) -> str:
    """The customer's name as one short line: they chose it themselves."""
    assert thread.handoff_notice_at is not None  # noqa: S101 - untaken
    since = thread.handoff_notice_at - timedelta(minutes=settings.HANDOFF_NOTICE_MINUTES)
    facts = {
        "name": " ".join(thread.contact_name.split())[:MAX_NAME],
        "platform": thread.get_platform_display(),
        "time": f"{since.astimezone(ZoneInfo(owner.timezone)):%H:%M}",
    }
    return _("- %(name)s (%(platform)s), since %(time)s") % facts
