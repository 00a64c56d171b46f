"""How requests come off the wire: daphne's way, without what a stranger could turn against the process."""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from django.conf import settings

KEPT_BYTES = settings.MEDIA_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
"""Of a body; more than any view takes, so that what is cut here is refused there for its length."""


class PlainRequest(WebRequest):
    def __init__(self, *args: Any) -> None:
        # Twisted would parse forms too, on the loop that serves everybody: 60 MB of one took 24 s and 2 GB.
        super().__init__(*args, parsePOSTFormSubmission=False)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self.content.tell() <= KEPT_BYTES:
            super().handleContentChunk(data)

    def process(self) -> Any:
        # By it a client could say under which prefix it was mounted, past whatever a proxy refuses by path.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()


class PlainRequests(HTTPFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = PlainRequest
        return protocol
