import re

import pytest
from django.core import mail

from accounts import tasks, tokens
from accounts.models import PasswordLink, User

INVITED = {"email": "Eva@example.com", "name": "Eva"}


def test_everyone_of_the_account_is_listed(signed_in, ana, bruno, carla):
    for person in (ana, bruno):
        body = signed_in(person).get("/api/team").json()
        assert [each["email"] for each in body["results"]] == ["ana@example.com", "bruno@example.com"]
        assert (body["count"], body["next"], body["previous"]) == (2, None, None)
    assert [each["email"] for each in signed_in(carla).get("/api/team").json()["results"]] == ["carla@example.com"]


def test_an_invited_agent_sets_their_password_by_mail_and_works_for_the_owner(signed_in, ana):
    api = signed_in(ana)
    response = api.post("/api/team", INVITED)
    assert response.status_code == 201
    assert (response.json()["role"], response.json()["team_owner_id"]) == ("agent", str(ana.id))
    assert tasks.sweep_unmailed() == 1
    assert mail.outbox[0].to == ["eva@example.com"]
    token = re.search(r"token=([\w-]+)", mail.outbox[0].body)[1]
    assert api.post("/api/auth/reset-password", {"token": token, "password": "lumbre-9-eva"}).status_code == 204
    signed = api.post("/api/auth/login", {"email": "eva@example.com", "password": "lumbre-9-eva"}).json()
    assert signed["user"]["account_id"] == str(ana.id)


def test_before_that_nobody_signs_in_as_the_agent(signed_in, ana):
    api = signed_in(ana)
    api.post("/api/team", INVITED)
    for password in ("", " ", "None", "!"):
        answer = api.post("/api/auth/login", {"email": "eva@example.com", "password": password})
        assert answer.status_code in {400, 401}


def test_an_invitation_never_takes_a_role_or_an_owner(signed_in, ana, carla):
    grab = {"role": "admin", "team_owner": str(carla.id), "team_owner_id": str(carla.id), "password": "known-9-x"}
    assert signed_in(ana).post("/api/team", INVITED | grab).status_code == 201
    eva = User.objects.get(email="eva@example.com")
    assert (eva.role, eva.team_owner, eva.has_usable_password()) == ("agent", ana, False)


def test_a_taken_address_is_not_invited(signed_in, ana, carla):
    response = signed_in(ana).post("/api/team", INVITED | {"email": carla.email})
    assert (response.status_code, response.json()["details"][0]["code"]) == (400, "unique")
    assert not PasswordLink.objects.exists()
    assert User.objects.get(pk=carla.pk).team_owner is None


def test_asking_by_invitations_which_addresses_are_taken_is_limited(signed_in, ana, carla):
    api = signed_in(ana)
    answers = [api.post("/api/team", INVITED | {"email": carla.email}).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]
    assert api.post("/api/team", INVITED).status_code == 429
    assert User.objects.count() == 2


def test_only_the_owner_manages(signed_in, ana, bruno):
    api = signed_in(bruno)
    for response in (api.post("/api/team", INVITED), api.delete(f"/api/team/{bruno.id}")):
        assert (response.status_code, response.json()["code"]) == (403, "owner_only")
    assert User.objects.count() == 2


def test_a_removed_agent_is_out_at_once(signed_in, ana, bruno):
    access = tokens.issue(bruno)["access"]
    assert signed_in(ana).delete(f"/api/team/{bruno.id}").status_code == 204
    with pytest.raises(tokens.TokenError):
        tokens.user_of(access)
    assert not User.objects.filter(pk=bruno.pk).exists()


def test_nobody_outside_the_team_is_removed(signed_in, ana, bruno, carla):
    for person in (ana, carla):
        for remover in (ana, carla):
            assert signed_in(remover).delete(f"/api/team/{person.id}").status_code == 404
    assert signed_in(carla).delete(f"/api/team/{bruno.id}").status_code == 404
    assert User.objects.count() == 3


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a_stranger_without_a_token_is_401(api, db, method):
    assert getattr(api, method)("/api/team").status_code == 401
