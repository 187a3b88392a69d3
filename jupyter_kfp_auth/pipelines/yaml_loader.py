"""Compiled pipelines as text: YAML documents, or JSON."""

from __future__ import annotations

import math
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

from ..http import strict_json
from ..http.strict_json import Json

#: Levels in a document; those of compiled pipelines have some twenty.
_DEEPEST = 200


class NotYaml(ValueError):
    """A text is not YAML; ``line`` is where, 0 where nobody knows."""

    def __init__(self, line: int = 0) -> None:
        super().__init__("not YAML")
        self.line = line


@lru_cache(maxsize=32)
def documents(text: str) -> tuple[Json, ...]:
    """Return the documents of a text, but for empty ones. They are shared: not to be changed.

    What JSON cannot say stays text: dates, infinity, numbers such as 1e999.

    Raises:
        NotYaml: it is none, or nested beyond reason.
    """
    if text.lstrip()[:1] == "{":  # JSON is YAML, and by far quicker to read
        with suppress(ValueError):
            return (strict_json.loads(text.encode(), too_large=str),)
    import yaml

    try:
        _check_depth(text)
        found = list(yaml.load_all(text, _loader()))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(mark.line + 1 if mark else 0) from None
    except (KeyError, UnicodeError):  # of a tag that does not fit, such as `!!bool maybe`
        raise NotYaml from None
    return tuple(document for document in found if document is not None)


def _check_depth(text: str) -> None:
    """Refuse what is nested beyond reason: libyaml would take the whole process with it.

    Raises:
        NotYaml: it is.
        yaml.YAMLError: it is none anyway.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, _loader()):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise NotYaml(event.start_mark.line + 1 if event.start_mark else 0)


@cache
def _loader() -> Any:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def number(self, node: Any) -> Any:
            integer = node.tag.endswith(":int")
            try:
                found = (self.construct_yaml_int if integer else self.construct_yaml_float)(node)
                return found if math.isfinite(found) else node.value
            except (ValueError, OverflowError):
                return node.value

    Loader.add_constructor("tag:yaml.org,2002:int", Loader.number)
    Loader.add_constructor("tag:yaml.org,2002:float", Loader.number)
    Loader.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in Loader.yaml_implicit_resolvers.items()
    }
    return Loader
