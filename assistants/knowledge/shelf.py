"""The index of an assistant's published knowledge, kept per process as long as it stays the published one."""

import logging
import threading
import uuid
from collections import OrderedDict

from assistants.knowledge.blob import Unreadable
from assistants.knowledge.index import Index
from assistants.models import Assistant, KnowledgeVersion

ROOM = 24 * 2**20
"""How many bytes of compressed knowledge a process keeps unpacked, which is about twenty times as much memory. A small
shop's has 50 KB, ten thousand passages 6 MB. Vectors take what they weigh: the same ten thousand up to 60 MB.
"""
logger = logging.getLogger(__name__)
EMPTY = Index.of([])


class _Shelf:
    """Least recently used goes first. Two threads may unpack the same version at once; one of the two is kept."""

    def __init__(self) -> None:
        self._held: OrderedDict[uuid.UUID, tuple[Index, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version: uuid.UUID) -> Index | None:
        with self._lock:
            if version not in self._held:
                return None
            self._held.move_to_end(version)
            return self._held[version][0]

    def put(self, version: uuid.UUID, index: Index, size: int) -> None:
        with self._lock:
            self._held[version] = (index, size)
            while len(self._held) > 1 and sum(size for _, size in self._held.values()) > ROOM:
                self._held.popitem(last=False)


_shelf = _Shelf()


def index_of(assistant: Assistant) -> Index:
    """What the assistant may answer from. Asks for the published version's id only, once that version is unpacked."""
    version = answering_version(assistant)
    if version is None:
        return EMPTY
    return _shelf.get(version.pk) or _unpacked(version.pk)


def answering_version(assistant: Assistant) -> KnowledgeVersion | None:
    """The version that the assistant answers from, its id and number only."""
    versions = KnowledgeVersion.objects.filter(assistant=assistant).only("id", "number")
    if assistant.answers_from is not None:
        return versions.filter(pk=assistant.answers_from).first()
    return versions.filter(published=True).first()


def _unpacked(version: uuid.UUID) -> Index:
    stored = KnowledgeVersion.objects.filter(pk=version).values_list("blob", flat=True).first()
    if stored is None:  # its assistant was deleted since
        return EMPTY
    try:
        index = Index.load(bytes(stored))
    except Unreadable:
        logger.exception("Version %s cannot be read; its assistant hands over until it is trained again.", version)
        return EMPTY
    _shelf.put(version, index, len(stored))
    return index
