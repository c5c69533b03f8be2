"""The AsyncAPI document for reading: `python -m deploy.contract` writes `schemas/contract.md`; a test compares."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

SCHEMAS = Path(__file__).parents[1] / "schemas"
TARGET = SCHEMAS / "contract.md"
HEAD = """\
# The contract, for reading

`asyncapi.yaml` and the schemas that it leads to, made readable by `python -m deploy.contract`. {description}

"""
FIELDS = "| field | type | unit | meaning |\n|---|---|---|---|\n"
DAY_MS = 86_400_000

Json = Mapping[str, Any]


def text() -> str:
    """The page."""
    document: Json = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))
    actions = {one["channel"]["$ref"].rsplit("/", 1)[1]: one for one in document["operations"].values()}
    parts = [HEAD.format(description=document["info"]["description"])]
    for name, channel in document["channels"].items():
        parts += _channel(document, channel, actions[name])
    return "".join(parts)


def _channel(document: Json, channel: Json, operation: Json) -> Iterator[str]:
    binding = channel["bindings"]["kafka"]
    settings = binding["topicConfiguration"]
    verb = "receives" if operation["action"] == "receive" else "sends"
    yield f"## `{channel['address']}`\n\n"
    yield f"{channel['description']} The detector **{verb}**: {operation['summary']}\n\n"
    kept = f"{int(settings['retention.ms']) // DAY_MS} days ({', '.join(settings['cleanup.policy'])})"
    most = f"{settings['max.message.bytes']:,}"
    yield f"{binding['partitions']} partitions; kept {kept}; at most {most} bytes a record.\n\n"
    for reference in channel["messages"].values():
        yield from _message(document, document["components"]["messages"][reference["$ref"].rsplit("/", 1)[1]])


def _message(document: Json, message: Json) -> Iterator[str]:
    yield f"### {message['title']}\n\n"
    if "bindings" in message:
        key = document["components"]["messageBindings"][message["bindings"]["$ref"].rsplit("/", 1)[1]]["kafka"]["key"]
        yield f"Key: {key['description']}\n\n"
    if "payload" not in message:
        yield f"{message['description']}\n\n"
        yield from _table(document["components"]["schemas"]["deadLetterHeaders"])
        return
    schema = json.loads((SCHEMAS / message["payload"]["schema"]["$ref"]).read_text(encoding="utf-8"))
    yield f"{schema['description']}\n\n"
    yield from _table(schema)


def _table(schema: Json) -> Iterator[str]:
    yield FIELDS
    yield from _rows(schema, "")
    yield "\n"


def _rows(schema: Json, prefix: str) -> Iterator[str]:
    """A row a field, the fields of objects under their object's name."""
    required = set(schema.get("required", ()))
    for name, field in schema["properties"].items():
        mark = "" if name not in required or prefix else " **required**"
        yield f"| `{prefix}{name}`{mark} | {_type(field)} | {field.get('x-unit', '')} | {_meaning(field)} |\n"
        for inner in field.get("oneOf", [field.get("items", field)]):
            if "properties" in inner:
                yield from _rows(inner, f"{prefix}{name}{'[]' if 'items' in field else ''}.")


def _type(field: Json) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " ".join("null" if value is None else f"`{value}`" for value in field["enum"])
    if "items" in field and "properties" not in field["items"]:
        return f"list of {_type(field['items'])}"
    told = field.get("type", "object")
    return " or ".join(told) if isinstance(told, list) else "list of objects" if told == "array" else str(told)


def _meaning(field: Json) -> str:
    """Description, limits and default, in one line that a table can hold."""
    limits = [
        f"{word} {field[key]:,}"
        for key, word in (
            ("minimum", "from"),
            ("maximum", "to"),
            ("minLength", "from length"),
            ("maxLength", "to length"),
        )
        if key in field
    ]
    default = [f"default `{json.dumps(field['default'])}`"] if "default" in field else []
    told = str(field.get("description", "")).rstrip(".") + "."
    more = f" ({', '.join(limits + default)})" if limits or default else ""
    return (told + more).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
