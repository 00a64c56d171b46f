"""An open socket of whoever signed out, was removed or disabled, or has another password or account by now."""

import re

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import RefreshFamily, User
from accounts.tasks import sweep_unmailed
from accounts.tokens import issue
from conversations.tests.test_socket import Socket, bearer, publish

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "another-long-one"


def sign_out(user):
    RefreshFamily.objects.filter(user=user).update(revoked_at=timezone.now())


def change_password(user):
    user.set_password(PASSWORD)
    user.save()


def disable(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def close_account(user):
    User.objects.filter(pk=user.team_owner_id).update(is_active=False)


def move(user):
    User.objects.filter(pk=user.pk).update(team_owner=User.objects.get(name="Carla"))


ENDINGS = [sign_out, change_password, disable, User.delete, move]


@pytest.mark.parametrize("end", ENDINGS)
async def test_it_is_told_no_later_event(ana, bruno, carla, end):
    async with (
        Socket(protocols=await sync_to_async(bearer)(bruno)) as gone,
        Socket(protocols=await sync_to_async(bearer)(ana)) as stays,
    ):
        await gone.frame()
        await stays.frame()
        await sync_to_async(end)(bruno)
        await publish(ana.id, 1)
        assert await gone.refusal() == ("token_invalid", 4401)
        assert (await stays.frame())["seq"] == 1


@pytest.mark.parametrize("end", [*ENDINGS, close_account])
async def test_it_is_answered_no_more(ana, bruno, carla, end):
    await publish(ana.id, 1)
    async with Socket(protocols=await sync_to_async(bearer)(bruno)) as socket:
        await socket.frame()
        await sync_to_async(end)(bruno)
        await socket.say(type="resume", seq=0)
        assert await socket.refusal() == ("token_invalid", 4401)


def logout(client, user):
    return client.post("/api/auth/logout")


def profile(client, user):
    return client.put("/api/auth/profile", {"password": PASSWORD, "current_password": "bruno-secret-1"})


def reset(client, user):
    client.post("/api/auth/forgot-password", {"email": user.email})
    assert sweep_unmailed() == 1
    token = re.search(r"token=([\w-]+)", mail.outbox[-1].body)[1]
    return client.post("/api/auth/reset-password", {"token": token, "password": PASSWORD})


def removal(client, user):
    owner = APIClient(headers={"Authorization": f"Bearer {issue(user.team_owner)['access']}"})
    return owner.delete(f"/api/team/{user.pk}")


@pytest.mark.parametrize("end", [logout, profile, reset, removal])
async def test_over_the_api_it_is_closed_at_once(bruno, end):
    protocols = await sync_to_async(bearer)(bruno)
    client = APIClient(headers={"Authorization": f"Bearer {protocols[1].removeprefix('bearer.')}"})
    async with Socket(protocols=protocols) as socket:
        await socket.frame()
        assert (await sync_to_async(end)(client, bruno)).status_code in {200, 204}
        assert await socket.refusal() == ("token_invalid", 4401)


async def test_another_sign_in_of_the_same_user_stays(bruno):
    async with Socket(protocols=await sync_to_async(bearer)(bruno)) as other:
        await other.frame()
        client = APIClient(headers={"Authorization": f"Bearer {(await sync_to_async(issue)(bruno))['access']}"})
        assert (await sync_to_async(client.post)("/api/auth/logout")).status_code == 204
        await publish(bruno.account_id, 1)
        assert (await other.frame())["seq"] == 1
