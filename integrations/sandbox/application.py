"""The sandbox as one ASGI application: the platforms' surfaces and its own control API, below /sandbox/."""

from dataclasses import replace

from integrations.sandbox.bot_api import BotApi
from integrations.sandbox.control import Control
from integrations.sandbox.directory import Directory, MemoryDirectory
from integrations.sandbox.exchange import Answer, Receive, Scope, Send, read, reply
from integrations.sandbox.files import Cdn
from integrations.sandbox.graph import Graph
from integrations.sandbox.instagram_graph import InstagramGraph
from integrations.sandbox.world import World


class Sandbox:
    """Plays every account that it is asked for; a token that begins with `bad` or `expired` is refused."""

    def __init__(self, directory: Directory | None = None) -> None:
        self.world = World(directory or MemoryDirectory())
        self.surfaces: dict[str, Graph | InstagramGraph | BotApi | Control | Cdn] = {
            "graph": Graph(self.world),
            "instagram": InstagramGraph(self.world),
            "telegram": BotApi(self.world),
            "control": Control(self.world),
            "files": Cdn(self.world.files),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`scope["path"]` begins with /sandbox/. Speaks HTTP only."""
        if scope["type"] != "http":
            raise ValueError(f"The sandbox does not speak {scope['type']}.")
        call = await read(scope, receive)
        name, *rest = call.parts[1:] or ("",)
        surface = self.surfaces.get(name)
        known = await surface.answer(replace(call, parts=tuple(rest))) if surface else None
        await reply(known or Answer({"error": "There is no such surface."}, 404), send)
