"""What `openapi.yaml` promises, held against answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import yaml
from jsonschema import Draft202012Validator

DOCUMENT: dict[str, Any] = yaml.safe_load(
    resources.files("jupyter_kfp_auth.server").joinpath("openapi.yaml").read_text("utf-8")
)
SOME_ID = "0f1e2d3c-0000-4000-8000-000000000000"


def routes() -> Iterator[tuple[str, str]]:
    """Every method and path, with an id that nothing has and each action by its name."""
    for template, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            names = [p for p in operation.get("parameters", []) if p.get("name") == "action"]
            actions = names[0]["schema"]["enum"] if names else [""]
            for action in actions:
                yield (
                    method.upper(),
                    template[1:].format(
                        id=SOME_ID,
                        action=action,
                        file="nothing.js",
                        artifact="1",
                        version=SOME_ID,
                        task="t",
                    ),
                )


def check(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Hold one answer against the contract."""
    if method == "OPTIONS":
        return  # Jupyter's own answer
    responses = _operation(method, path)["responses"] if _known(method, path) else {}
    described = responses.get(str(status)) or DOCUMENT["components"]["responses"]["Error"]
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
    assert status < 400 or str(status) not in responses
    if "content" not in described:
        assert body == b""
    elif "text/javascript" in described["content"]:
        assert headers["Content-Type"].startswith("text/javascript")
    else:
        assert headers["Content-Type"] == "application/json"
        schema = described["content"]["application/json"]["schema"]
        data = json.loads(body)
        _validate(data, schema)
        if status >= 400:
            assert data["error"]["status"] == status
            assert data["error"]["cause"]
            assert data["error"]["message"]
    for name in described.get("headers", {}):
        assert headers[name]


def _validate(data: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(data)


def _operation(method: str, path: str) -> dict[str, Any]:
    for template, operations in DOCUMENT["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if re.fullmatch(pattern, f"/{path}") and method.lower() in operations:
            operation: dict[str, Any] = operations[method.lower()]
            return operation
    raise KeyError(path)


def _known(method: str, path: str) -> bool:
    try:
        return bool(_operation(method, path))
    except KeyError:
        return False
