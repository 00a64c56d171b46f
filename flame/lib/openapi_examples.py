"""An example of a schema, put together from words for its properties and, where there are none, from what it allows."""

from collections.abc import Mapping
from typing import Any

from flame.lib.openapi import METHODS, SCHEMAS

Schema = dict[str, Any]
FORMATS = {
    "uuid": "5f0c6c0e-3d7e-4b1b-9a57-0a4f3e6f1c01",
    "date-time": "2026-03-02T16:04:05.120Z",
    "date": "2026-03-02",
    "email": "lucia@example.com",
    "uri": "https://example.com/ayuda",
    "binary": "catalogo.pdf",
}
PLAIN = {"string": "", "integer": 1, "number": 0.5, "boolean": True, "null": None}


class Examples:
    """Examples of the components of one description.

    `words` gives values by component (`Message`), by property of a component (`Message.content`), or by property
    anywhere (`content`); the narrower one counts.
    """

    def __init__(self, schemas: Mapping[str, Schema], words: Mapping[str, Any]) -> None:
        self.schemas, self.words = schemas, words

    def of_component(self, name: str) -> Any:
        return self.words[name] if name in self.words else self.of(self.schemas[name], name)

    def of(self, schema: Schema, owner: str = "") -> Any:
        """`owner` is the component whose schema it is, for the words of its properties."""
        if "$ref" in schema:
            return self.of_component(schema["$ref"].removeprefix(SCHEMAS))
        for key in ("examples", "enum"):
            if key in schema:
                return schema[key][0]
        for key in ("example", "const"):
            if key in schema:
                return schema[key]
        for key in ("allOf", "oneOf", "anyOf"):
            if key in schema:
                return self.of(schema[key][0])
        return self.of_type(schema, owner)

    def of_type(self, schema: Schema, owner: str) -> Any:
        types = schema.get("type", "object")
        kind = types if isinstance(types, str) else types[0]
        if kind == "object":
            return {name: self.of_property(owner, name, each) for name, each in schema.get("properties", {}).items()}
        if kind == "array":
            return [self.of(schema["items"])]
        return FORMATS.get(schema.get("format", ""), PLAIN[kind])

    def of_property(self, owner: str, name: str, schema: Schema) -> Any:
        named = [f"{owner}.{name}"] if "$ref" in schema else [f"{owner}.{name}", name]  # a component has its own words
        word = next((each for each in named if each in self.words), None)
        return self.of(schema) if word is None else self.words[word]


def give_examples(result: dict[str, Any], words: Mapping[str, Any]) -> None:
    """Every body that a description describes and gives no example of gets one, those of components by reference."""
    found = Examples(result["components"]["schemas"], words)
    kept: dict[str, Any] = result["components"].setdefault("examples", {})
    for content in bodies(result):
        if "example" in content or "examples" in content:
            continue
        name = content["schema"].get("$ref", "").removeprefix(SCHEMAS)
        if name:
            kept[name] = {"value": found.of_component(name)}
            content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}
        else:
            content["example"] = found.of(content["schema"])


def bodies(result: dict[str, Any]) -> list[dict[str, Any]]:
    """What every operation takes and answers, by media type."""
    paths = result["paths"].values()
    operations = [operation for methods in paths for method, operation in methods.items() if method in METHODS]
    parts = [part for each in operations for part in (each.get("requestBody", {}), *each["responses"].values())]
    return [content for part in parts for content in part.get("content", {}).values()]
