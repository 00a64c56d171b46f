from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.models import Rating


def test_a_resolution_is_rated_once_and_the_next_one_again(thread):
    now = timezone.now()
    Rating.objects.create(conversation=thread, resolved_at=now, score=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(conversation=thread, resolved_at=now, score=1)
    Rating.objects.create(conversation=thread, resolved_at=now + timedelta(days=1), score=4, comment="Muy bien")
    assert sorted(rating.score for rating in Rating.objects.all()) == [4, 5]


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_is_from_one_to_five(thread, score):
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(conversation=thread, resolved_at=timezone.now(), score=score)
    assert not Rating.objects.exists()


def test_an_account_sees_its_own_ratings(thread, ana, bruno, carla):
    rating = Rating.objects.create(conversation=thread, resolved_at=timezone.now(), score=5)
    assert [list(Rating.objects.visible_to(user)) for user in (ana, bruno, carla)] == [[rating], [rating], []]
