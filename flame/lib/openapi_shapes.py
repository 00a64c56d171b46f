"""Words for JSON that no serializer makes: parts of it may be absent."""

from typing import Any

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
WHOLE: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
NUMBER_OR_NULL: Shape = {"type": ["number", "null"]}


def some_of(description: str = "", **properties: Shape) -> Shape:
    shape: Shape = {"type": "object", "properties": properties}
    return {**shape, "description": description} if description else shape


def list_of(item: Shape, description: str) -> Shape:
    return {"type": "array", "items": item, "description": description}
