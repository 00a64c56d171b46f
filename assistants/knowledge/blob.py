"""Arrays and JSON as one compressed value, the same on every database. Nothing in it can run: no pickle, ever."""

import io
import json
import zipfile
from typing import Any

import numpy as np
import numpy.typing as npt

FACTS = "facts"


class Unreadable(Exception):
    """Bytes that no version of ours wrote."""


def pack(facts: Any, arrays: dict[str, npt.NDArray[np.generic]]) -> bytes:
    held = io.BytesIO()
    text = np.frombuffer(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), dtype=np.uint8)
    np.savez_compressed(held, allow_pickle=False, **{FACTS: text}, **arrays)
    return held.getvalue()


def unpack(blob: bytes) -> tuple[Any, dict[str, npt.NDArray[np.generic]]]:
    """Raises Unreadable."""
    try:
        with np.load(io.BytesIO(blob), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return json.loads(arrays.pop(FACTS).tobytes()), arrays
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise Unreadable("This is no knowledge version.") from error
