"""The REST routes and their schemas, from openapi.yaml; the events, from schemas of their own."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from .tables import table


def _document(path: str) -> Any:
    return yaml.safe_load((files("jupyter_kfp_auth.server") / path).read_text("utf-8"))


def routes() -> str:
    """Return a section for each route."""
    document = _document("openapi.yaml")
    failed = document["components"]["responses"]["Error"]
    other = f"Any status that is not named below: {failed['description']} [Error](#error)"
    parts = [document["info"]["description"], other, "## Routes"]
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            parts += [
                f"### {method.upper()} {path}",
                route["summary"],
                route.get("description", ""),
            ]
            rows = [_parameter(document, one) for one in route.get("parameters", ())]
            if rows:
                parts.append(table(("Parameter", "In", "Type", "Meaning"), rows))
            answers = {k: v for k, v in route["responses"].items() if k != "default"}
            parts.append("\n".join(_answer(document, *item) for item in answers.items()))
    return "\n\n".join(part.strip() for part in parts if part)


def schemas() -> str:
    """Return a section for each schema."""
    document = _document("openapi.yaml")
    parts = []
    for name, schema in document["components"]["schemas"].items():
        parts += [f"### {name}", schema.get("description", "")]
        properties = _properties(document, schema)
        parts.append(
            table(("Field", "Type", "Meaning"), properties) if properties else _type(schema)
        )
    return "\n\n".join(part for part in parts if part)


def events() -> str:
    """Return a section for each event, with what it carries."""
    folder = files("jupyter_kfp_auth.server") / "events"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return "\n\n".join(_event(_document(f"events/{name}")) for name in names)


def _event(schema: Any) -> str:
    rows = [
        (f"`{name}`", _type(field), field.get("description", ""))
        for name, field in schema["properties"].items()
    ]
    head = f"## {schema['title']}\n\nSchema id: `{schema['$id']}`\n\n{schema['description']}"
    return f"{head}\n" + table(("Field", "Type", "Meaning"), rows)


def _found(document: Any, thing: Any) -> Any:
    """Follow a reference, if it is one."""
    if "$ref" not in thing:
        return thing
    for key in thing["$ref"].removeprefix("#/").split("/"):
        document = document[key]
    return document


def _parameter(document: Any, reference: Any) -> tuple[str, str, str, str]:
    one = _found(document, reference)
    schema = one["schema"]
    text = one.get("description", "")
    if "default" in schema and schema["default"] not in ("", False):
        text = f"{text} Default: `{schema['default']}`.".strip()
    return f"`{one['name']}`", one["in"], _type(schema), text


def _answer(document: Any, status: str, reference: Any) -> str:
    answer = _found(document, reference)
    content = answer.get("content", {}).get("application/json", {})
    kind = f" {_type(content['schema'])}" if content else ""
    return f"- **{status}**: {answer['description']}{kind}"


def _properties(document: Any, schema: Any, prefix: str = "") -> list[tuple[str, str, str]]:
    """Return the fields of an object, with those of the objects directly in it."""
    rows = []
    for part in schema.get("allOf", ()):
        rows += _properties(document, _found(document, part), prefix)
    for name, field in schema.get("properties", {}).items():
        rows.append((f"`{prefix}{name}`", _type(field), field.get("description", "")))
        rows += _properties(document, field, f"{prefix}{name}.")
    return rows


def _type(schema: Any) -> str:
    """Return the type in a few words, with a link to a schema of its own."""
    if "$ref" in schema:
        name = schema["$ref"].split("/schemas/")[1].split("/")[0]
        return f"[{name}](#{name.lower()})"
    if "oneOf" in schema:
        return " or ".join(_type(one) for one in schema["oneOf"])
    kinds = schema.get("type", "object")
    words = [kinds] if isinstance(kinds, str) else list(kinds)
    if words == ["array"]:
        return f"array of {_type(schema['items'])}"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("format") == "date-time":
        words[0] = "RFC 3339 time"
    return " or ".join(words)
