"""``jupyter kfp``: the commands of `%kfp` in a terminal, the sandbox, and the demo."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

PROG = "jupyter kfp"

#: Exit codes: what a script can tell apart.
OK, FAILED, USAGE, UNHEALTHY = 0, 1, 2, 3

_OWN = {
    "demo": "Start the sandbox and JupyterLab on the tour: try everything without a cluster.",
    "sandbox": "Start the sandbox alone and print the environment to use.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0: done. 1: it did not work. 2: it was not understood. 3: the doctor found a problem.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["demo"]:
        from .demo.main import main as demo

        return demo(words[1:])
    if words[:1] == ["sandbox"]:
        from .sandbox.__main__ import main as sandbox

        return sandbox(words[1:])
    return _command(words)


def _command(words: Sequence[str]) -> int:
    from .commands.execute import Commands
    from .commands.grammar import GrammarError, HelpAsked, parse
    from .connection.errors import PipelinesError

    try:
        asked = parse(words, PROG)
        if asked.command in ("client", "use"):
            raise GrammarError(f"{asked.command} is for a notebook: %kfp {asked.command}")
    except HelpAsked as text:
        print(str(text) + ("" if len(words) > 1 else _own_help()))
        return OK
    except GrammarError as error:
        print(error, file=sys.stderr)
        return USAGE
    commands = Commands()
    try:
        result = commands.execute(asked)
    except GrammarError as error:
        print(error, file=sys.stderr)
        return USAGE
    except PipelinesError as error:
        print(error.diagnosis or error, file=sys.stderr)
        return FAILED
    finally:
        commands.close()
    print(json.dumps(result.as_dict(), indent=2) if asked.json else result)
    return OK if getattr(result, "ok", True) else UNHEALTHY


def _own_help() -> str:
    lines = "".join(f"    {name:20}{help_}\n" for name, help_ in _OWN.items())
    return f"\nwithout a cluster:\n{lines}"


if __name__ == "__main__":
    sys.exit(main())
