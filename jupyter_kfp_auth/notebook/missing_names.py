"""The names that an error says are missing, as the table of the kfp versions has them."""

from __future__ import annotations

import re
import traceback

_FROM = re.compile(r"\bfrom (kfp[\w.]*) import (\w+)")
_IMPORT = re.compile(
    r"cannot import name '(\w+)' from (?:partially initialized module )?'(kfp[\w.]*)'"
)
_MODULE = re.compile(r"(?:partially initialized )?module '(kfp[\w.]*)' has no attribute '(\w+)'")
_ATTRIBUTE = re.compile(r"(?:type object )?'(\w+)'(?: object)? has no attribute '(\w+)'")
_ARGUMENT = re.compile(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'")
_COUNT = re.compile(r"([\w.]+)\(\) (?:takes|missing) .*?(?:positional )?arguments?\b")

#: Classes whose attributes the table names; others of these names are not kfp's.
_HOMES = ("kfp", "kfp_server_api")


def missing_names(error: BaseException) -> tuple[str, ...]:
    """Return the names that an error says are missing, the likeliest first.

    Modules and what is in them in full, attributes by their class, keyword arguments as
    ``function(argument)``, and a wrong number of arguments as ``function(arguments)``.
    """
    text = str(error)[:1000]
    if isinstance(error, ModuleNotFoundError):
        return _of_module(error)
    if isinstance(error, ImportError):
        found = _IMPORT.match(text)
        return (f"{found[2]}.{found[1]}",) if found else ()
    if isinstance(error, AttributeError):
        return _of_attribute(error, text)
    if isinstance(error, TypeError):
        return _of_call(text)
    return ()


def _of_module(error: ModuleNotFoundError) -> tuple[str, ...]:
    """Return what the line wanted of the module, too: `kfp.client` holds several things."""
    name = error.name or ""
    if not name.startswith("kfp."):
        return ()
    for frame in traceback.extract_tb(error.__traceback__):
        found = _FROM.search(frame.line or "")
        if found and found[1].startswith(name):
            return (f"{found[1]}.{found[2]}", name)
    return (name,)


def _of_attribute(error: AttributeError, text: str) -> tuple[str, ...]:
    if found := _MODULE.match(text):
        return (f"{found[1]}.{found[2]}",)
    found = _ATTRIBUTE.match(text)
    if not found:
        return ()
    thing = getattr(error, "obj", None)  # since Python 3.10
    kind = thing if isinstance(thing, type) else type(thing)
    if thing is not None and kind.__module__.partition(".")[0] not in _HOMES:
        return ()
    return (f"{found[1]}.{found[2]}",)


def _of_call(text: str) -> tuple[str, ...]:
    if text.startswith("Components must be instantiated using keyword arguments"):
        return ("positional-arguments",)
    if found := _ARGUMENT.match(text):
        name = found[1].removesuffix(".__init__").rpartition(".")[2]
        return (f"{name}({found[2]})",)
    if text == "Compiler() takes no arguments":
        return ("Compiler(mode)",)
    if found := _COUNT.match(text):
        short = found[1].rpartition(".")[2]
        return (f"{found[1]}(arguments)", f"{short}(arguments)")
    return ()
