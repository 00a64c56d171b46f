"""The surface of Instagram Login: /sandbox/instagram/{version}/…, where an account speaks for itself."""

from integrations.sandbox.exchange import Answer, Call
from integrations.sandbox.graph import VERSION
from integrations.sandbox.refusals import error, refused_token
from integrations.sandbox.send_api import SendApi
from integrations.sandbox.world import SOME_APP, World

SIXTY_DAYS = 5_184_000


class InstagramGraph:
    def __init__(self, world: World) -> None:
        self.send_api = SendApi(world)

    async def answer(self, call: Call) -> Answer:
        token = call.headers.get("authorization", "").removeprefix("Bearer ") or call.query.get("access_token", "")
        parts = call.parts[1:] if call.parts and VERSION.fullmatch(call.parts[0]) else call.parts
        return refused_token(token) or await self.route(call, parts, token)

    async def route(self, call: Call, parts: tuple[str, ...], token: str) -> Answer:
        if call.method == "GET" and len(parts) == 1:
            return await self.about(call, parts[0], token)
        account = await self.send_api.account_of(token) if parts[:1] == ("me",) else "".join(parts[:1])
        match (call.method, len(parts), "".join(parts[-1:])):
            case ("POST", 2, "messages"):
                return await self.send_api.messages("instagram", account, call, token)
            case ("POST", 2, "message_attachments"):
                return self.send_api.upload(call)
            case ("GET" | "POST" | "DELETE", 2, "subscribed_apps"):
                return self.send_api.subscribed_apps(account, call, SOME_APP)
            case _:
                return error(2500, "Unknown path components: /" + "/".join(parts))

    async def about(self, call: Call, name: str, token: str) -> Answer:
        own_id = await self.send_api.account_of(token)
        if name == "refresh_access_token":
            return self.refresh(call, token)
        if name in ("me", own_id):
            username = f"sandbox_{own_id[-4:]}"
            return Answer({"user_id": own_id, "username": username, "account_type": "BUSINESS", "id": f"9{own_id}"})
        return self.send_api.profile("instagram", name, call.query.get("fields", ""))

    def refresh(self, call: Call, token: str) -> Answer:
        """A new token of the same account, good for sixty days more."""
        if call.query.get("grant_type") != "ig_refresh_token":
            return error(100, "(#100) grant_type must be ig_refresh_token")
        renewed = f"renewed-{token}"
        return Answer({"access_token": renewed, "token_type": "bearer", "expires_in": SIXTY_DAYS})
