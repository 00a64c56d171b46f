"""Where an app's webhooks go, and which fields it asked for: what the dashboard says, read as the app.

`GET /{app-id}/subscriptions` ("Webhooks: Subscriptions", Graph API). Whether an account's events come to the app at all
is a third layer, `subscribed_apps` of the account.
"""

from dataclasses import dataclass

from integrations.platforms.base import Account, Exchange, Request
from integrations.platforms.meta import graph
from integrations.platforms.reading import mappings, string

NEEDED = {
    "whatsapp_business_account": frozenset({"messages"}),
    "page": frozenset({"messages", "messaging_postbacks", "message_deliveries", "message_reads", "message_echoes"}),
    "instagram": frozenset({"messages", "messaging_postbacks", "messaging_seen"}),
}
"""Without these fields of an object we are deaf to what its customers do."""


@dataclass(frozen=True)
class AppSubscription:
    """An app's subscription to one object. Without one: no address and no fields."""

    callback_url: str = ""
    active: bool = False
    fields: frozenset[str] = frozenset()


def read(account: Account, name: str) -> Exchange[AppSubscription | None]:
    """The app's subscription to the object; None when the app's id and secret are not known. Raises PlatformError."""
    app_id, secret = (account.credentials.get(key, "") for key in ("app_id", "app_secret"))
    if not app_id or not secret:
        return None
    url, token = f"{account.graph_url}/{app_id}/subscriptions", f"Bearer {app_id}|{secret}"
    answer = yield from graph.answered(Request("GET", url, headers={"Authorization": token}))
    found = (entry for entry in mappings(answer.get("data")) if string(entry.get("object")) == name)
    entry = next(found, {})
    fields = frozenset(string(field.get("name")) for field in mappings(entry.get("fields")))
    return AppSubscription(string(entry.get("callback_url")), entry.get("active") is True, fields)
