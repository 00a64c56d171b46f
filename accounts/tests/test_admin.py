"""What staff can see and do; nobody else gets in."""

import pytest

from accounts import tokens
from accounts.models import Event, User


@pytest.fixture
def staff(db):
    return User.objects.create_user("staff@example.com", "staff-secret-1", name="Staff", role="admin")


@pytest.fixture
def admin(client, staff):
    client.force_login(staff)
    return client


@pytest.mark.parametrize("person", ["ana", "bruno"])
def test_only_staff_enter(client, request, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get("/admin/accounts/user/").status_code == 302


def test_users_are_searched_and_filtered(admin, ana, bruno):
    page = admin.get("/admin/accounts/user/?q=brun&role__exact=agent").content.decode()
    assert "bruno@example.com" in page
    assert f"/admin/accounts/user/{ana.id}/" not in page


def test_no_page_shows_a_password_hash(admin, ana):
    for path in ("", f"{ana.id}/change/", f"{ana.id}/history/", f"{ana.id}/password/"):
        page = admin.get(f"/admin/accounts/user/{path}")
        assert page.status_code == 200
        _algorithm, salt, digest = ana.password.split("$")
        assert salt not in page.content.decode()
        assert digest[:6] not in page.content.decode()


def test_a_user_is_created_with_a_password(admin):
    form = {"email": "Nuevo@example.com", "name": "Nuevo", "role": "user", "team_owner": ""}
    form |= {"password1": "lumbre-y-ceniza-9", "password2": "lumbre-y-ceniza-9"}
    assert admin.post("/admin/accounts/user/add/", form).status_code == 302
    user = User.objects.get(email="nuevo@example.com")
    assert user.check_password("lumbre-y-ceniza-9")


def test_a_password_set_by_staff_ends_the_user_s_sign_ins(admin, ana):
    access = tokens.issue(ana)["access"]
    form = {"password1": "lumbre-y-ceniza-9", "password2": "lumbre-y-ceniza-9"}
    assert admin.post(f"/admin/accounts/user/{ana.id}/password/", form).status_code == 302
    with pytest.raises(tokens.TokenError):
        tokens.user_of(access)


def test_events_are_read_only(admin, ana):
    event = Event.objects.create(account=ana, seq=1, type="message.created", actor={}, data={"text": "hola"})
    assert "message.created" in admin.get("/admin/accounts/event/").content.decode()
    assert admin.get(f"/admin/accounts/event/{event.id}/change/").status_code == 200
    assert admin.post(f"/admin/accounts/event/{event.id}/change/", {"type": "x"}).status_code == 403
    assert admin.post(f"/admin/accounts/event/{event.id}/delete/", {"post": "yes"}).status_code == 403
    assert admin.get("/admin/accounts/event/add/").status_code == 403
    assert Event.objects.get().type == "message.created"


def test_the_admin_s_door_counts_guesses_together_with_the_api_s(client, api, staff):
    form = {"username": "staff@example.com", "password": "nope"}
    for _ in range(3):
        assert "_auth_user_id" not in client.session
        client.post("/admin/login/", form)
    for _ in range(2):
        api.post("/api/auth/login", {"email": "staff@example.com", "password": "nope"})
    page = client.post("/admin/login/", form | {"password": "staff-secret-1"})
    assert "Demasiados intentos" in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert (
        client.post("/admin/login/", form | {"password": "staff-secret-1"}, REMOTE_ADDR="198.51.100.7").status_code
        == 302
    )


def form_of(user, **fields):
    shown = ("email", "name", "role", "timezone", "language")
    return {**{name: getattr(user, name) for name in shown}, "is_active": "on", "avatar_url": "", **fields}


@pytest.mark.parametrize(
    ("person", "fields", "wrong"),
    [
        ("ana", {"role": "agent", "team_owner": "carla"}, "team_owner"),
        ("ana", {"role": "agent", "team_owner": ""}, "team_owner"),
        ("carla", {"role": "user", "team_owner": "ana"}, "role"),
        ("carla", {"role": "agent", "team_owner": "bruno"}, "team_owner"),
        ("carla", {"role": "agent", "team_owner": "carla"}, "team_owner"),
        ("bruno", {"role": "agent", "team_owner": ""}, "team_owner"),
    ],
)
def test_no_team_is_made_in_which_an_account_vanishes(admin, request, ana, bruno, person, fields, wrong):
    user = request.getfixturevalue(person)
    before = (user.role, user.team_owner_id)
    owner = fields["team_owner"]
    owner = request.getfixturevalue(owner).pk if owner else ""
    page = admin.post(f"/admin/accounts/user/{user.pk}/change/", form_of(user, **{**fields, "team_owner": owner}))
    assert page.status_code == 200
    assert wrong in page.context["adminform"].form.errors
    user.refresh_from_db()
    assert (user.role, user.team_owner_id) == before


def test_somebody_without_an_account_of_their_own_joins_a_team(admin, ana, carla):
    form = form_of(carla, role="agent", team_owner=ana.pk)
    assert admin.post(f"/admin/accounts/user/{carla.pk}/change/", form).status_code == 302
    carla.refresh_from_db()
    assert carla.account_id == ana.id
