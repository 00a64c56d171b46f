"""The Graph API's surface: /sandbox/graph/{version}/… Tokens, assets, subscriptions, and the messages of WhatsApp and
of pages.
"""

import re
from collections.abc import Callable
from typing import Any

from integrations.platforms.reading import string
from integrations.platforms.whatsapp import people
from integrations.sandbox import app_subscriptions, whatsapp
from integrations.sandbox.chaos import Rule, under
from integrations.sandbox.exchange import Answer, Call
from integrations.sandbox.files import link_for, multipart
from integrations.sandbox.receipts import steps
from integrations.sandbox.refusals import error, refuse, refused_token
from integrations.sandbox.send_api import SendApi
from integrations.sandbox.state import ChatKey, Line
from integrations.sandbox.world import SOME_APP, World

VERSION = re.compile(r"v\d+\.\d+")
FIELD = re.compile(r"(\w+)(?:\{[^}]*\})?")
LINKED = "instagram_business_account"
PROFILE = "first_name"
"""Nobody asks it of anything but a person."""
UNDELIVERABLE = 131026
# What the sandbox knows of any asset that it is asked for.
ASSET: dict[str, Callable[[str], Any]] = {
    "id": str,
    "display_phone_number": whatsapp.display_number,
    "verified_name": lambda asset: f"Sandbox {asset[-4:]}",
    "quality_rating": lambda _: "GREEN",
    "name_status": lambda _: "APPROVED",
    "status": lambda _: "CONNECTED",
    "code_verification_status": lambda _: "VERIFIED",
    "health_status": lambda _: {"can_send_message": "AVAILABLE", "entities": []},
    "name": lambda asset: f"Sandbox {asset[-4:]}",
}


class Graph:
    def __init__(self, world: World) -> None:
        self.world = world
        self.pages = SendApi(world)

    async def answer(self, call: Call) -> Answer:
        token = call.headers.get("authorization", "").removeprefix("Bearer ") or call.query.get("access_token", "")
        if not call.parts or not VERSION.fullmatch(call.parts[0]):
            return error(2500, "Unknown path components: /" + "/".join(call.parts))
        return refused_token(token) or await self.route(call, token)

    async def route(self, call: Call, token: str) -> Answer:
        match (call.method, len(call.parts), call.parts[-1]):
            case ("GET", 2, "debug_token"):
                return self.debug_token(call, token)
            case ("GET", 2, asset):
                asset = await self.named(asset, token)
                return self.file(asset, call) or await self.asset(asset, call.query.get("fields", ""))
            case ("POST", 3, "messages"):
                return await self.messages(call, token)
            case ("POST", 3, "media" | "message_attachments" as kind):
                return self.upload(call) if kind == "media" else self.pages.upload(call)
            case ("GET" | "POST" | "DELETE", 3, "subscriptions" | "subscribed_apps" as kind):
                return self.subscribed(kind, call, token)
            case _:
                return error(2500, "Unknown path components: /" + "/".join(call.parts[1:]))

    def debug_token(self, call: Call, app_token: str) -> Answer:
        """Asked with `APP_ID|APP_SECRET`; that is how the sandbox learns which app a token belongs to."""
        token = call.query.get("input_token", "")
        app_id = app_token.partition("|")[0] if "|" in app_token else self.world.apps.get(token, SOME_APP)
        data: dict[str, Any] = {"app_id": app_id, "type": "SYSTEM_USER", "expires_at": 0, "user_id": "122100000000001"}
        refused = refused_token(token)
        if refused:
            return Answer({"data": {**data, "is_valid": False, "error": refused.body["error"], "scopes": []}})
        self.world.apps[token] = app_id
        scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
        return Answer({"data": {**data, "is_valid": True, "scopes": scopes}})

    async def named(self, asset: str, token: str) -> str:
        return await self.pages.account_of(token) if asset == "me" else asset

    async def asset(self, asset: str, fields: str) -> Answer:
        wanted = FIELD.findall(fields) or ["id", "display_phone_number", "verified_name"]
        is_instagram = ("instagram", asset) in self.world.state.names
        if PROFILE in wanted or is_instagram:
            return self.pages.profile("instagram" if is_instagram else "facebook", asset, fields)
        told = {name: known(asset) for name, known in ASSET.items() if name in {*wanted, "id"}}
        if LINKED in wanted:
            linked = await self.world.directory.linked_account(asset)
            told[LINKED] = {"id": linked, "username": f"sandbox_{asset[-4:]}"}
        if missing := next((name for name in wanted if name not in told), ""):
            return error(100, f"(#100) Tried accessing nonexisting field ({missing})")
        return Answer(told)

    def subscribed(self, kind: str, call: Call, token: str) -> Answer:
        """An app's own subscriptions, or the apps that get an account's webhooks."""
        if kind == "subscriptions":
            return app_subscriptions.answer(self.world, call, token)
        return self.subscribed_apps(call, self.world.apps.get(token, SOME_APP))

    def subscribed_apps(self, call: Call, app_id: str) -> Answer:
        """A page's name the fields that are wanted, a business account's do not."""
        if "subscribed_fields" in call.query or call.parts[1] in self.world.subscribed_fields:
            return self.pages.subscribed_apps(call.parts[1], call, app_id)
        apps = self.world.subscriptions.setdefault(call.parts[1], set())
        if call.method == "GET":
            links = [
                {"id": app, "name": "FLAME", "link": f"https://www.facebook.com/games/?app_id={app}"} for app in apps
            ]
            return Answer({"data": [{"whatsapp_business_api_data": link} for link in links]})
        (apps.add if call.method == "POST" else apps.discard)(app_id)
        return Answer({"success": True})

    def file(self, name: str, call: Call) -> Answer | None:
        file = self.world.files.kept.get(name)
        return Answer(whatsapp.media(file, link_for(file, call))) if file else None

    def upload(self, call: Call) -> Answer:
        try:
            fields, files = multipart(call)
        except ValueError as reason:
            return error(100, f"(#100) Invalid parameter: {reason}")
        if fields.get("messaging_product") != "whatsapp" or "file" not in files:
            return error(100, "(#100) The parameters messaging_product and file are required.")
        given = files["file"]
        if problem := whatsapp.media_problem(given):
            return error(problem.code, problem.message, details=problem.details)
        return Answer({"id": self.world.files.keep(given.content, given.mime, given.name).id})

    async def messages(self, call: Call, token: str) -> Answer:
        try:
            body = call.json()
        except ValueError as reason:
            return error(100, f"(#100) Invalid parameter: {reason}")
        if "messaging_product" not in body and isinstance(body.get("recipient"), dict):
            return await self.pages.messages("facebook", await self.named(call.parts[1], token), call, token)
        if body.get("status") == "read":
            return self.mark_read(body)
        if problem := whatsapp.problem(body):
            return error(problem.code, problem.message, details=problem.details)
        named = people.e164(string(body.get("to"))).removeprefix("+") or string(body.get("recipient"))
        key = ChatKey("whatsapp", call.parts[1], self.world.state.contact(call.parts[1], named))
        rule = self.world.chaos.use(key)
        return await under(rule, lambda: self.take(key, body, rule), refuse)

    def mark_read(self, body: dict[str, Any]) -> Answer:
        """With it the business may begin to type, which shows on no phone here."""
        if self.world.state.read(string(body.get("message_id"))):
            return Answer({"success": True})
        return error(131009, "(#131009) Parameter value is not valid", details="message_id is not known")

    def take(self, key: ChatKey, body: dict[str, Any], rule: Rule | None) -> Answer:
        """Accept a message; its receipts follow."""
        message_id, to = whatsapp.message_id(), string(body.get("to"))
        client_ref = string(body.get("biz_opaque_callback_data"))
        text = whatsapp.shown({"type": "text", **body})
        line = self.world.state.accept(key, message_id, text, body, client_ref)
        self.world.postman.spawn(self.receipts(key, line, rule))
        contact = (
            {"input": to, "wa_id": key.contact} if to else {"input": body["recipient"], "user_id": body["recipient"]}
        )
        return Answer({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message_id}]})

    async def receipts(self, key: ChatKey, line: Line, rule: Rule | None) -> None:
        passed, code = 0.0, (rule.code if rule else 0) or UNDELIVERABLE
        for status, seconds in steps(rule, self.world.delays.model_dump()):
            body = whatsapp.receipt(self.world.state, key, line, status, code)
            await self.world.deliver_after(max(0.0, seconds - passed), key.platform, key.account_key, body)
            passed = max(passed, seconds)
            line.climb(status)
