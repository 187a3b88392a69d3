"""The grammar that `%kfp` and ``jupyter kfp`` share: help, typos, and values."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from jupyter_kfp_auth.commands import definitions, option_types
from jupyter_kfp_auth.commands.command import GROUPS
from jupyter_kfp_auth.commands.grammar import (
    TERMINAL_ONLY,
    GrammarError,
    HelpAsked,
    build,
    parse,
    subparsers,
)
from jupyter_kfp_auth.commands.registry import COMMANDS as COMMANDS_BY_NAME
from jupyter_kfp_auth.commands.shells import OWN

COMMANDS = sorted(subparsers(build("%kfp")))


def help_of(line: str, prog: str = "%kfp") -> str:
    with pytest.raises(HelpAsked) as asked:
        parse(shlex.split(line), prog)
    return str(asked.value)


def refusal(line: str) -> str:
    with pytest.raises(GrammarError) as refused:
        parse(shlex.split(line), "%kfp")
    return str(refused.value)


@pytest.mark.parametrize("prog", ["%kfp", "jupyter kfp"])
def test_the_overview_fits_on_a_screen_and_names_every_command(prog: str) -> None:
    text = help_of("", prog)
    assert len(text.splitlines()) <= 40
    assert max(map(len, text.splitlines())) <= 100
    only_notebook = {"use", "client"} if prog == "jupyter kfp" else set()
    for command in set(COMMANDS) - only_notebook:
        assert command in text
    assert "submit" in text.split("Look")[0], "the first steps lead to a run"
    assert help_of("help", prog) == help_of("-h", prog) == text


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_begins_with_examples_that_work(command: str) -> None:
    text = help_of(f"{command} -h")
    assert text == help_of(f"help {command}")
    assert max(map(len, text.splitlines())) <= 130
    start = text.index("Example")
    assert start < text.index("Usage")
    examples = text[start : text.index("Usage")].splitlines()[1:]
    lines = [line.strip() for line in examples if line.strip().startswith("%kfp")]
    assert lines
    for line in lines:
        typed = line.split("  ")[0].removeprefix("%kfp ")
        assert parse(shlex.split(typed), "%kfp").command == command


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("experimets", "Did you mean experiments?"),
        ("runs --limt 5", "no option --limt. Did you mean --limit?"),
        ("runs --experimnt=x", "Did you mean --experiment?"),
        ("runs --lim 5", "Did you mean --limit?"),
        ("runs --state faild", "Did you mean failed?"),
        ("runs --state", "expected one argument"),
        ("runs --sort creatd", "Did you mean created?"),
        ("runs --sort name down", "must be one of created, finished"),
        ("runs --limit 0", "--limit must be a whole number from 1 to 100000, not '0'"),
        ("runs --limit 1e3", "--limit must be a whole number from 1 to 100000, not '1e3'"),
        ("runs extra", "Unexpected argument: 'extra'"),
        ("run", "%kfp run needs RUN"),
        ("wait x --timeout soon", "--timeout must be a duration such as 90s, 30m or 2h"),
        ("submit x --arg lr", "must be name=value, not 'lr'"),
        ("wait x --timeout 0", "must be a duration"),
    ],
)
def test_a_bad_line_names_the_option_what_is_allowed_and_what_was_given(
    line: str, says: str
) -> None:
    message = refusal(line)
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("created", "created_at desc"),
        ("created asc", "created_at asc"),
        ("name", "name asc"),
        ("name desc", "name desc"),
        ("finished", "finished_at desc"),
        ("created_at", "created_at asc"),
        ("created_at desc", "created_at desc"),
    ],
)
def test_sort_takes_friendly_names_and_the_apis_own(words: str, asked: str) -> None:
    assert parse(["runs", "--sort", *words.split()], "%kfp").sort == asked
    assert parse(["runs", f"--sort={words}"], "%kfp").sort == asked
    assert parse(["runs", "--sort=-name"], "%kfp").sort == "name desc"


def test_lists_are_newest_first_when_nobody_says() -> None:
    for kind in option_types.SORTS:
        line = [kind, "churn"] if kind == "versions" else [kind]
        assert parse(line, "%kfp").sort == "created_at desc"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("30m", 1800), ("2h", 7200), ("0.5h", 1800)]
)
def test_durations(text: str, seconds: float) -> None:
    assert parse(["wait", "x", "--timeout", text], "%kfp").timeout == seconds


def test_variables_are_for_the_notebook_only() -> None:
    assert parse(["submit", "p", "--to", "x"], "%kfp").to == "x"
    with pytest.raises(GrammarError, match="no option --to"):
        parse(["submit", "p", "--to", "x"], "jupyter kfp")


@pytest.mark.parametrize(
    ("prog", "typed", "says"),
    [
        ("jupyter kfp", "dmo", "Did you mean demo?"),
        ("jupyter kfp", "sandbx", "Did you mean sandbox?"),
        ("jupyter kfp", "completon", "Did you mean completion?"),
        ("%kfp", "clint", "Did you mean client?"),
        ("%kfp", "demo", "demo is for a terminal: jupyter kfp demo"),
    ],
)
def test_typos_are_those_of_the_place(prog: str, typed: str, says: str) -> None:
    with pytest.raises(GrammarError, match=re.escape(says)):
        parse([typed], prog)


def test_a_terminal_is_not_told_of_what_it_lacks() -> None:
    with pytest.raises(GrammarError) as refused:
        parse(["clint"], "jupyter kfp")
    assert "client" not in str(refused.value)
    assert set(TERMINAL_ONLY) == set(OWN)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("stop x", "terminate"),
        ("cancel x", "terminate"),
        ("ls --limit 5", "runs"),
        ("restore x", "unarchive"),
        ("jobs", "recurring-runs"),
    ],
)
def test_other_words_for_a_command_are_understood_and_not_listed(line: str, name: str) -> None:
    word = line.split()[0]
    asked = parse(line.split(), "%kfp")
    assert asked.command == name
    assert f"%kfp {name}" in help_of(f"{word} -h")
    assert word not in re.findall(r"[\w-]+", refusal("no-such-command"))


def test_synonyms_mean_one_thing() -> None:
    words = [word for command in COMMANDS_BY_NAME.values() for word in command.synonyms]
    assert len(words) == len(set(words))
    assert not set(words) & {*COMMANDS_BY_NAME, *TERMINAL_ONLY, "help"}


def test_each_command_is_a_file_of_its_name() -> None:
    folder = Path(definitions.__file__).parent
    files = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    names = {name.replace("-", "_") for name in COMMANDS_BY_NAME}
    assert files == names - {"open"} | {"open_page"}  # `open` is Python's own
    assert {command.group for command in COMMANDS_BY_NAME.values()} == set(GROUPS)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("runs | head", "'|' is for a shell"),
        ("runs > file", "'>' is for a shell"),
        ("terminate", "%kfp terminate needs RUN"),
        ("create", "Did you mean create-experiment?"),
        ("exper", "Did you mean experiments?"),
    ],
)
def test_lines_for_a_shell_and_halves_of_commands(line: str, says: str) -> None:
    with pytest.raises(GrammarError) as refused:
        parse(line.split(), "%kfp")
    assert says in str(refused.value)
