"""An owner hears by mail, once, that an account fell out."""

import pytest
from django.core import mail

from accounts import tasks
from accounts.models import Notice, User
from integrations.actions import report_error
from integrations.models import Integration
from integrations.platforms.base import PlatformError

EXPIRED = PlatformError("reauth", "190", "The token has expired.")


def test_a_fall_is_told_once_however_often_it_is_reported(shop, ana):
    for _ in range(3):
        report_error(shop, EXPIRED)
    assert tasks.sweep_unmailed() == 1
    assert tasks.sweep_unmailed() == 0
    (told,) = mail.outbox
    assert told.to == ["ana@example.com"]
    assert told.subject == "whatsapp 2007 ya no acepta nuestros mensajes"
    assert "    The token has expired.\n" in told.body


def test_the_next_fall_is_told_again(shop):
    report_error(shop, EXPIRED)
    Integration.objects.update(status="active")
    report_error(shop, EXPIRED)
    assert tasks.sweep_unmailed() == 2


@pytest.mark.parametrize("status", ["inactive", "error"])
def test_what_is_down_already_does_not_fall(shop, status):
    Integration.objects.update(status=status)
    report_error(shop, EXPIRED)
    assert Notice.objects.count() == 0


def test_the_mail_is_in_the_owner_s_language_and_its_subject_one_line(shop, ana):
    User.objects.update(language="en")
    Integration.objects.update(name="Shop\r\nBcc: everyone@example.com")
    shop.refresh_from_db()
    report_error(shop, EXPIRED)
    tasks.sweep_unmailed()
    assert mail.outbox[0].subject == "Shop Bcc: everyone@example.com no longer takes our messages"
    assert mail.outbox[0].recipients() == ["ana@example.com"]
