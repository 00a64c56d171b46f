"""Text and JSON from outside, made storable: PostgreSQL takes neither NUL nor lone surrogates."""

import json
import math
from typing import Any

import orjson

MAX_DEPTH = 32


def clean_text(text: str) -> str:
    """Without NUL; a lone surrogate becomes U+FFFD."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean_json(value: Any, depth: int = 0) -> Any:
    """The same over a whole JSON value. Raises ValueError beyond 32 levels and for NaN and the infinities."""
    if depth > MAX_DEPTH:
        raise ValueError(f"JSON is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has no NaN and no infinity")
    if isinstance(value, list):
        return [clean_json(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): clean_json(item, depth + 1) for key, item in value.items()}
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def parse_json(raw: bytes) -> Any:
    """JSON that can be stored as it is. Raises ValueError for what is no JSON or nested too deep."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        try:  # orjson refuses the lone surrogates that a cut emoji leaves behind
            value = json.loads(raw, parse_constant=_refuse)
        except RecursionError as error:
            raise ValueError("JSON is nested too deep") from error
    try:
        return clean_json(value)
    except RecursionError as error:
        raise ValueError("JSON is nested too deep") from error
