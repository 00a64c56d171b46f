"""Forgotten passwords: who asks learns nothing, the link is good once."""

import re
import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import passwords, tasks, tokens
from accounts.models import PasswordLink, User

NEW_PASSWORD = "lumbre-y-ceniza-9"


def ask(api, email="ana@example.com", **extra):
    return api.post("/api/auth/forgot-password", {"email": email}, **extra)


def reset(api, token, password=NEW_PASSWORD):
    return api.post("/api/auth/reset-password", {"token": token, "password": password})


@pytest.fixture
def token(api, ana):
    ask(api)
    assert tasks.sweep_unmailed() == 1
    return mailed_token()


def mailed_token():
    return re.search(r"token=([\w-]+)", mail.outbox[-1].body)[1]


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(
    api, ana, carla, django_assert_num_queries, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=carla.pk).update(is_active=False)
    answers = []
    for email in ("ana@example.com", "nobody@example.com", carla.email):
        with django_assert_num_queries(1), django_capture_on_commit_callbacks() as rung:
            response = ask(api, email)
        answers.append((response.status_code, response.content, len(rung)))
    assert answers == [answers[0]] * 3
    assert answers[0][0] == 202
    assert tasks.sweep_unmailed() == 3
    assert [message.to for message in mail.outbox] == [["ana@example.com"]]


def test_the_bell_mails_the_link_of_its_own_request(api, ana):
    ask(api)
    link = PasswordLink.objects.get()
    assert tasks.mail(str(link.pk)) is True
    assert tasks.mail(str(link.pk)) is False
    assert len(mail.outbox) == 1


def test_the_link_is_built_from_public_url(api, ana, settings):
    settings.PUBLIC_URL = "https://flame.example"
    settings.ALLOWED_HOSTS = ["*"]
    ask(api, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    tasks.sweep_unmailed()
    assert "https://flame.example/reset-password?token=" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body


@pytest.mark.parametrize(("language", "subject"), [("es", "Elige una contraseña nueva"), ("en", "Set a new password")])
def test_the_mail_is_in_the_user_s_language(api, ana, language, subject):
    User.objects.update(language=language)
    ask(api, headers={"accept-language": "en"})
    tasks.sweep_unmailed()
    assert mail.outbox[0].subject == subject


def test_only_a_digest_of_the_token_is_stored(token):
    stored = repr(PasswordLink.objects.values().get())
    assert token not in stored
    assert passwords._digest(token) in stored


def test_a_link_sets_the_password_once_and_ends_every_sign_in(api, ana, token):
    access = tokens.issue(ana)["access"]
    assert reset(api, token).status_code == 204
    assert User.objects.get().check_password(NEW_PASSWORD)
    with pytest.raises(tokens.TokenError):
        tokens.user_of(access)
    again = reset(api, token, "otra-lumbre-10")
    assert (again.status_code, again.json()["code"]) == (400, "link_invalid")
    assert User.objects.get().check_password(NEW_PASSWORD)


def by_page(api, token):
    return api.post(f"/reset-password?token={token}", {"password": NEW_PASSWORD}, format="multipart")


@pytest.mark.parametrize("use", [reset, by_page])
def test_a_link_forgives_the_guesses_at_the_password_that_was_forgotten(api, ana, carla, token, use):
    for email in (ana.email, carla.email):
        guess = {"email": email, "password": "not-this-one"}
        assert [api.post("/api/auth/login", guess).status_code for _ in range(6)] == [401] * 5 + [429]
    assert use(api, token).status_code in {200, 204}
    signed_in = api.post("/api/auth/login", {"email": ana.email, "password": NEW_PASSWORD})
    other = api.post("/api/auth/login", {"email": carla.email, "password": "carla-secret-1"})
    assert (signed_in.status_code, other.status_code) == (200, 429)


def test_using_a_link_spends_the_user_s_other_links(api, ana, token):
    ask(api)
    tasks.sweep_unmailed()
    assert reset(api, mailed_token()).status_code == 204
    assert reset(api, token).status_code == 400


def test_a_link_lives_one_hour(api, ana, token):
    link = PasswordLink.objects.get()
    assert timedelta(minutes=59) < link.expires_at - timezone.now() <= timedelta(hours=1)
    PasswordLink.objects.update(expires_at=timezone.now())
    assert reset(api, token).status_code == 400
    assert User.objects.get().check_password("ana-secret-1")


def test_a_weak_password_leaves_the_link_good(api, ana, token):
    response = reset(api, token, "12345678")
    assert (response.status_code, response.json()["details"][0]["field"]) == (400, "password")
    assert reset(api, token).status_code == 204


@pytest.mark.parametrize("token", ["x", "ñ", "0" * 128])
def test_an_unknown_token_is_refused(api, ana, token):
    assert reset(api, token).json()["code"] == "link_invalid"
    assert User.objects.get().check_password("ana-secret-1")


def test_a_disabled_user_gets_no_password(api, ana, token):
    User.objects.update(is_active=False)
    assert reset(api, token).status_code == 400


def test_asking_is_limited_per_address_known_or_not(api, ana):
    for email in ("ana@example.com", "nobody@example.com"):
        assert [ask(api, email).status_code for _ in range(6)] == [202] * 5 + [429]
    assert PasswordLink.objects.count() == 10


def test_a_mail_server_that_is_away_is_tried_again(api, ana, settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert ask(api).status_code == 202
    assert tasks.sweep_unmailed() == 0
    link = PasswordLink.objects.get()
    assert link.sent_at is None
    assert link.next_try_at > timezone.now() + timedelta(seconds=50)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tasks.sweep_unmailed() == 0
    PasswordLink.objects.update(next_try_at=timezone.now())
    assert tasks.sweep_unmailed() == 1
    assert reset(api, mailed_token()).status_code == 204


def test_an_expired_link_is_no_longer_mailed(api, ana):
    ask(api)
    PasswordLink.objects.update(expires_at=timezone.now())
    assert tasks.sweep_unmailed() == 0
    assert mail.outbox == []


def test_the_page_behind_the_link_sets_the_password(client, ana, token):
    page = client.get(f"/reset-password?token={token}")
    assert page.status_code == 200
    assert b"ana@example.com" in page.content
    weak = client.post(f"/reset-password?token={token}", {"password": "12345678"})
    assert "demasiado común" in weak.content.decode()
    done = client.post(f"/reset-password?token={token}", {"password": NEW_PASSWORD})
    assert "Listo." in done.content.decode()
    assert User.objects.get().check_password(NEW_PASSWORD)
    assert client.get(f"/reset-password?token={token}").status_code == 400


@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?token=%00", "?token=<script>"])
def test_the_page_refuses_what_is_no_link(client, db, query):
    page = client.get(f"/reset-password{query}")
    assert page.status_code == 400
    assert b"<script>" not in page.content
