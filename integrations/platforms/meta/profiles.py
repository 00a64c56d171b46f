"""What Meta tells of a customer who wrote: `GET /{psid}` or `GET /{igsid}` ("User Profile API" of both platforms)."""

from dataclasses import replace

from integrations.platforms.base import Contact, Exchange
from integrations.platforms.meta import graph
from integrations.platforms.meta.sending import Speaker
from integrations.platforms.reading import MAX_ID, short


def look_up(speaker: Speaker, contact: str, fields: str) -> Exchange[Contact]:
    """Names may be empty. Raises PlatformError where the customer or the app's permissions do not allow it."""
    person = replace(speaker, id=contact)
    found = yield from graph.answered(person.call("GET", params={"fields": fields}))
    parts = filter(None, (short(found.get("first_name")), short(found.get("last_name"))))
    name = short(found.get("name")) or " ".join(parts)[:MAX_ID]
    return Contact(contact, name=name, username=short(found.get("username")))
