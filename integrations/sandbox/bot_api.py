"""The Bot API's surface: /sandbox/telegram/bot<token>/<method>."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from integrations.platforms.reading import string
from integrations.sandbox import bot_files, telegram
from integrations.sandbox.chaos import Rule, under
from integrations.sandbox.exchange import Answer, Call
from integrations.sandbox.state import ChatKey
from integrations.sandbox.world import World

TOKEN = re.compile(r"bot(\d+):([A-Za-z0-9_-]+)")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MAX_TEXT = 4096
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request",
    429: "Too Many Requests: retry after {after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
Body = dict[str, Any]


class BotApi:
    def __init__(self, world: World) -> None:
        self.world = world
        self.methods: dict[str, Callable[[str, Body], Answer]] = {
            "getMe": self.get_me,
            "getFile": self.get_file,
            "setWebhook": self.set_webhook,
            "getWebhookInfo": self.get_webhook_info,
            "deleteWebhook": self.delete_webhook,
            "sendChatAction": self.agree,
            "answerCallbackQuery": self.agree,
        }

    async def answer(self, call: Call) -> Answer:
        if call.parts[:1] == ("file",):
            return await bot_files.download(self.world.files, call)
        return await self.call_method(call)

    async def call_method(self, call: Call) -> Answer:
        token = TOKEN.fullmatch(call.parts[0]) if call.parts else None
        bad = call.parts and call.parts[0].startswith(("botbad", "botexpired"))
        if bad or (token and token[2].startswith(("bad", "expired"))):
            return error(401)
        if token is None or len(call.parts) != 2:  # noqa: PLR2004 - the token and the method
            return error(404, "Not Found")
        try:
            body = {**call.query, **bot_files.body_of(self.world.files, call)}
        except ValueError:
            return error(400, "Bad Request: can't parse JSON object")
        if call.parts[1] in bot_files.SENDS:
            return await self.send_file(token[1], bot_files.SENDS[call.parts[1]], body)
        if call.parts[1] == "sendMessage":
            return await self.send_message(token[1], body)
        method = self.methods.get(call.parts[1])
        return method(token[1], body) if method else error(404, "Not Found")

    def get_me(self, bot: str, _body: Body) -> Answer:
        me = {"id": int(bot), "is_bot": True, "first_name": f"Sandbox {bot[-4:]}", "username": f"sandbox_{bot}_bot"}
        return ok({**me, "can_join_groups": True, "can_read_all_group_messages": False})

    def agree(self, _bot: str, _body: Body) -> Answer:
        return ok(True)

    def get_file(self, _bot: str, body: Body) -> Answer:
        file = self.world.files.kept.get(string(body.get("file_id")))
        return ok(bot_files.described(file)) if file else error(400, "Bad Request: wrong file_id")

    async def send_file(self, bot: str, kind: str, body: Body) -> Answer:
        contact = string(body.get("chat_id"))
        problem = "chat_id is empty" if not contact else bot_files.problem(self.world.files, kind, body)
        if problem:
            return error(400, f"Bad Request: {problem}")
        key = ChatKey("telegram", bot, contact)
        return await under(self.world.chaos.use(key), lambda: self.take(key, body), refuse)

    def set_webhook(self, bot: str, body: Body) -> Answer:
        url, secret = string(body.get("url")), string(body.get("secret_token"))
        address = urlsplit(url)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
            return error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not SECRET.fullmatch(secret):
            return error(400, "Bad Request: secret token contains unallowed characters")
        self.world.bots[bot] = body
        return Answer({"ok": True, "result": True, "description": "Webhook was set"})

    def get_webhook_info(self, bot: str, _body: Body) -> Answer:
        webhook = self.world.bots.get(bot, {})
        info = {"url": string(webhook.get("url")), "has_custom_certificate": False, "pending_update_count": 0}
        updates = webhook.get("allowed_updates")
        return ok({**info, "allowed_updates": updates} if updates else info)

    def delete_webhook(self, bot: str, _body: Body) -> Answer:
        self.world.bots.pop(bot, None)
        return Answer({"ok": True, "result": True, "description": "Webhook was deleted"})

    async def send_message(self, bot: str, body: Body) -> Answer:
        contact, written = string(body.get("chat_id")), body.get("text")
        if not contact:
            return error(400, "Bad Request: chat_id is empty")
        if not isinstance(written, str) or not written.strip():
            return error(400, "Bad Request: message text is empty")
        if len(written) > MAX_TEXT:
            return error(400, "Bad Request: message is too long")
        key = ChatKey("telegram", bot, contact)
        return await under(self.world.chaos.use(key), lambda: self.take(key, body), refuse)

    def take(self, key: ChatKey, body: Body) -> Answer:
        number, written = telegram.next_id(), string(body.get("text")) or string(body.get("caption")) or "[file]"
        self.world.state.accept(key, f"{key.contact}:{number}", written, body).climb("sent")
        sender = self.get_me(key.account_key, {}).body["result"]
        message = {
            "message_id": number,
            "date": int(time.time()),
            "from": sender,
            "chat": telegram.private_chat(key.contact),
        }
        return ok({**message, "text": written})


def ok(result: Any) -> Answer:
    return Answer({"ok": True, "result": result})


def error(status: int, description: str = "", **parameters: int) -> Answer:
    text = description or DESCRIPTIONS.get(status, "Bad Request")
    body: Body = {"ok": False, "error_code": status, "description": text}
    if parameters:
        body["parameters"] = parameters
    return Answer(body, status)


def refuse(rule: Rule) -> Answer:
    text = rule.message or DESCRIPTIONS.get(rule.status, "Internal Server Error").format(after=rule.retry_after)
    parameters = {"retry_after": rule.retry_after, "migrate_to_chat_id": rule.migrate_to}
    return error(rule.status, text, **{name: value for name, value in parameters.items() if value})
