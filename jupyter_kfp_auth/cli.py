"""``jupyter kfp``: the commands of `%kfp` in a terminal, the sandbox, and the demo."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .commands.results import Result
    from .commands.waiting import Watch
    from .doctor import Diagnosis

from .commands.place import in_terminal, show_every_character

PROG = "jupyter kfp"

#: Exit codes: what a script can tell apart.
OK, FAILED, USAGE, UNHEALTHY, NOT_SUCCEEDED, TIME_OVER, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

_OWN = {
    "completion SHELL": "Print the completion for bash, zsh or fish.",
    "demo": "Try everything without a cluster, in JupyterLab.",
    "sandbox": "Start a stand-in for a cluster, and print how to use it.",
}
_EXIT_CODES = {
    OK: "done",
    FAILED: "it did not work; why, and what to do, is on stderr",
    USAGE: "not understood",
    UNHEALTHY: "the doctor found a problem",
    NOT_SUCCEEDED: "the run that was waited for failed or was terminated",
    TIME_OVER: "the run was not finished within --timeout",
    INTERRUPTED: "interrupted",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, one of those above."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    show_every_character()
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()  # whoever read it has enough of it
        return OK
    except OSError as error:
        _drop_output()
        print(f"The output cannot be written: {error.strerror}.", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    return code


def _drop_output() -> None:
    """Send to nowhere what is still to be written: Python would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    if words[:1] in (["demo"], ["sandbox"]) and find_spec("kfp_sandbox") is None:
        text = f"`{PROG} {words[0]}` needs kfp-sandbox: pip install 'jupyter-kfp-auth[demo]'"
        print(text, file=sys.stderr)
        return FAILED
    if words[:1] == ["demo"]:
        from .demo.main import main as demo

        return demo(words[1:])
    if words[:1] == ["sandbox"]:
        from kfp_sandbox.__main__ import main as sandbox

        return sandbox(words[1:], prog=f"{PROG} sandbox")
    if words in (["--version"], ["-v"], ["-V"]):
        from ._version import __version__

        print(__version__)
        return OK
    if words[:1] == ["completion"]:
        return _completion(words[1:])
    if words[:1] == ["__complete"]:
        from .commands.shells import answer

        answer(words[1:])
        return OK
    return _command(words)


def _completion(words: Sequence[str]) -> int:
    from .commands.shells import SCRIPTS

    if len(words) == 1 and words[0] in SCRIPTS:
        print(SCRIPTS[words[0]], end="")
        return OK
    asks = words[:1] in ([], ["-h"], ["--help"])
    text = (
        "Print the completion for a shell.\n\nExamples\n"
        f"  source <({PROG} completion bash)       in ~/.bashrc\n"
        f"  source <({PROG} completion zsh)        in ~/.zshrc\n"
        f"  {PROG} completion fish | source        in ~/.config/fish/config.fish"
    )
    if not asks:
        text = f"completion must be for one of {', '.join(SCRIPTS)}, not {' '.join(words)!r}."
    print(text, file=sys.stdout if asks else sys.stderr)
    return OK if asks else USAGE


def _command(words: Sequence[str]) -> int:
    from .commands.execute import Commands
    from .commands.grammar import NOTEBOOK_ONLY, GrammarError, HelpAsked, parse
    from .commands.waiting import NotSucceeded
    from .http.errors import PipelinesError

    commands = None
    try:
        asked = parse(words, PROG)
        if asked.command in NOTEBOOK_ONLY:
            print(f"{asked.command} is for a notebook: %kfp {asked.command}", file=sys.stderr)
            return USAGE
        commands = Commands(watch=_watch)
        result = commands.execute(asked)
    except HelpAsked as text:
        print(str(text) + ("" if len(words) > 1 else _own_help()))
        return OK
    except GrammarError as error:
        print(in_terminal(str(error)), file=sys.stderr)
        return USAGE
    except NotSucceeded as error:
        if error.result is not None and (asked.json or error.exit_code != INTERRUPTED):
            _print(error.result, asked)
        print(in_terminal(str(error)), file=sys.stderr)
        return error.exit_code
    except PipelinesError as error:
        print(in_terminal(str(error.diagnosis or error)), file=sys.stderr)
        return FAILED
    finally:
        if commands is not None:
            commands.close()
    _print(result, asked)
    return OK if getattr(result, "ok", True) else getattr(result, "exit_code", UNHEALTHY)


def _print(result: Result | Diagnosis, asked: Namespace) -> None:
    if asked.json:
        print(json.dumps(result.as_dict(), indent=2))
    elif asked.command == "doctor":
        print(in_terminal(str(result)))
    elif not sys.stdout.isatty():
        print(result)
    else:
        from rich.console import Console

        from .commands.terminal import show

        show(result, Console())


def _watch() -> Watch:
    from rich.console import Console

    from .commands.terminal import watch

    return watch(Console(stderr=True))


def _own_help() -> str:
    own = "".join(f"  {name:24}  {help_}\n" for name, help_ in _OWN.items())
    codes = "".join(f"  {code:<24}  {meaning}\n" for code, meaning in _EXIT_CODES.items())
    return f"\n\nIn a terminal\n{own}\nExit codes\n{codes}"


if __name__ == "__main__":
    sys.exit(main())
