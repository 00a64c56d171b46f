"""Having a page's or an Instagram account's events sent to us (`/{account}/subscribed_apps`, Graph API)."""

from collections.abc import Iterator
from typing import Any

from integrations.platforms.base import Exchange, Obstacle
from integrations.platforms.meta import graph
from integrations.platforms.meta.sending import Speaker
from integrations.platforms.reading import listed, mappings, string

PAGE_FIELDS = (
    "messages,messaging_postbacks,message_deliveries,message_reads,message_echoes,message_reactions,message_edits,"
    "messaging_referrals,messaging_optins,messaging_handovers,standby,messaging_policy_enforcement"
)
"""The same for Messenger and for a page's Instagram account: the last subscription of a page is the one that holds."""


def subscribe(speaker: Speaker, fields: str) -> Exchange[None]:
    request = speaker.call("POST", "/subscribed_apps", params={"subscribed_fields": fields})
    yield from graph.answered(request)


def unsubscribe(speaker: Speaker) -> Exchange[None]:
    yield from graph.answered(speaker.call("DELETE", "/subscribed_apps"))


def is_subscribed(speaker: Speaker, app_id: str) -> Exchange[bool]:
    """Whether our app, or any where we do not know which is ours, gets the account's messages."""
    answer = yield from graph.answered(speaker.call("GET", "/subscribed_apps"))
    return any(gets_messages(app, app_id) for app in mappings(answer.get("data")))


def gets_messages(app: dict[str, Any], app_id: str) -> bool:
    ours = not app_id or string(app.get("id")) in ("", app_id)
    return ours and "messages" in listed(app.get("subscribed_fields"))


def obstacles(app_id: str, token: dict[str, Any], *, subscribed: bool) -> Iterator[Obstacle]:
    if app_id and string(token.get("app_id")) not in ("", app_id):
        yield "wrong_app"
    if not subscribed:
        yield "not_subscribed"
