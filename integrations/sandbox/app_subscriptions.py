"""The apps' own webhooks: `/{app-id}/subscriptions`, asked as the app."""

from typing import Any

from integrations.platforms.reading import string
from integrations.sandbox.exchange import Answer, Call
from integrations.sandbox.refusals import error
from integrations.sandbox.world import World


def answer(world: World, call: Call, token: str) -> Answer:
    """Read, or set one object's. The handshake that Meta makes meanwhile is left out: nobody here waits for it."""
    app_id = call.parts[1]
    if token.partition("|")[0] != app_id:
        return error(190, "This endpoint must be called with an app access token.", status=401)
    kept: dict[str, dict[str, Any]] = world.app_subscriptions.setdefault(app_id, {})
    if call.method == "POST":
        given = {**call.query, **call.json()}
        fields = [{"name": name, "version": "v26.0"} for name in string(given.get("fields")).split(",") if name]
        name = string(given.get("object"))
        kept[name] = {"object": name, "callback_url": given.get("callback_url"), "active": True, "fields": fields}
        return Answer({"success": True})
    return Answer({"data": list(kept.values())})
