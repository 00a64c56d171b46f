"""The calls that Messenger and Instagram share: messages and actions, profiles, subscriptions, uploads."""

import json
from typing import Any

from integrations.platforms.reading import mapping, string
from integrations.sandbox import messaging
from integrations.sandbox.chaos import Rule, under
from integrations.sandbox.exchange import Answer, Call
from integrations.sandbox.files import multipart
from integrations.sandbox.receipts import steps
from integrations.sandbox.refusals import error, refuse
from integrations.sandbox.state import ChatKey, Line
from integrations.sandbox.world import SOME_APP, World

SOME_ACCOUNT = "100000000000002"
NO_PROFILE = "(#100) No profile available for this user."


class SendApi:
    def __init__(self, world: World) -> None:
        self.world = world

    async def messages(self, platform: str, account_key: str, call: Call, token: str) -> Answer:
        try:
            body = call.json()
        except ValueError as reason:
            return error(100, f"(#100) Invalid parameter: {reason}")
        to = mapping(body.get("recipient"))
        contact = string(to.get("id")) or string(to.get("user_ref"))
        key = await self.thread(platform, account_key, contact)
        if "sender_action" in body:
            return self.act(key, body)
        if problem := messaging.problem(key.platform, body):
            return error(100, problem)
        rule = self.world.chaos.use(key)
        app_id = self.world.apps.get(token, SOME_APP)
        return await under(rule, lambda: self.take(key, body, app_id, rule), refuse)

    async def account_of(self, token: str) -> str:
        return await self.world.directory.speaker(token) or SOME_ACCOUNT

    async def thread(self, platform: str, account_key: str, contact: str) -> ChatKey:
        """A page speaks on Messenger, and on Instagram to whoever wrote to its account there."""
        key = ChatKey(platform, account_key, contact)
        if platform != "facebook":
            return key
        linked = ChatKey("instagram", await self.world.directory.linked_account(account_key), contact)
        return linked if linked in self.world.state.chats else key

    def act(self, key: ChatKey, body: dict[str, Any]) -> Answer:
        if not key.contact:
            return error(100, "(#100) The parameter recipient is required")
        if "message" in body:
            return error(100, "(#100) A sender action goes alone")
        if body["sender_action"] == "mark_seen":
            self.world.state.seen(key)
        return Answer({"recipient_id": key.contact})

    def take(self, key: ChatKey, body: dict[str, Any], app_id: str, rule: Rule | None) -> Answer:
        """Accept a message; its echo and its receipts follow."""
        message = mapping(body.get("message"))
        client_ref = string(message.get("metadata"))
        name, text = messaging.message_id(), messaging.sent_text(message)
        line = self.world.state.accept(key, name, text, body, client_ref)
        self.world.postman.spawn(self.receipts(key, line, app_id, message, rule))
        return Answer({"recipient_id": key.contact, "message_id": name})

    async def receipts(self, key: ChatKey, line: Line, app_id: str, message: dict[str, Any], rule: Rule | None) -> None:
        passed = 0.0
        for status, seconds in steps(rule, self.world.delays.model_dump()):
            body = messaging.receipt(key, line, message, status, app_id)
            if body is None:
                continue
            await self.world.deliver_after(max(0.0, seconds - passed), *key.account, body)
            passed = max(passed, seconds)
            line.climb(status)

    def profile(self, platform: str, contact: str, fields: str) -> Answer:
        name = self.world.state.names.get((platform, contact), "")
        if not name:
            return error(100, NO_PROFILE, subcode=2018218)
        first, _, last = name.partition(" ")
        known = {
            "id": contact,
            "name": name,
            "first_name": first,
            "last_name": last,
            "username": name.lower().replace(" ", "."),
        }
        return Answer({field: known[field] for field in ["id", *fields.split(",")] if field in known})

    def subscribed_apps(self, account_key: str, call: Call, app_id: str) -> Answer:
        apps = self.world.subscribed_fields.setdefault(account_key, {})
        match call.method:
            case "POST":
                apps[app_id] = [field for field in call.query.get("subscribed_fields", "").split(",") if field]
            case "DELETE":
                apps.pop(app_id, None)
            case _:
                data = [{"id": app, "name": "FLAME", "subscribed_fields": fields} for app, fields in apps.items()]
                return Answer({"data": data})
        return Answer({"success": True})

    def upload(self, call: Call) -> Answer:
        try:
            fields, files = multipart(call)
            kind = string(mapping(mapping(json.loads(fields.get("message", "{}"))).get("attachment")).get("type"))
        except ValueError as reason:
            return error(100, f"(#100) Invalid parameter: {reason}")
        given = files.get("filedata")
        if given is None or kind not in messaging.ATTACHMENTS:
            return error(100, "(#100) The parameters filedata and message[attachment][type] are required")
        if len(given.content) > messaging.MAX_ATTACHMENT:
            return error(100, "(#100) Attachment size exceeds allowable limit", subcode=2018109)
        return Answer({"attachment_id": self.world.files.keep(given.content, given.mime, given.name).id})
