"""Whatever is typed, configured or sent: each parser returns its own type, or its own error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from jupyter_kfp_auth.commands import arguments, completion, grammar, log_text, rest
from jupyter_kfp_auth.commands import option_types as command_values
from jupyter_kfp_auth.commands.formatting import plain
from jupyter_kfp_auth.commands.parser import GrammarError, HelpAsked
from jupyter_kfp_auth.config.settings import resolve
from jupyter_kfp_auth.http import strict_json
from jupyter_kfp_auth.http.redaction import redacted
from jupyter_kfp_auth.http.session import Answer
from jupyter_kfp_auth.outputs.connection import Connection
from jupyter_kfp_auth.pipelines import compiled_pipeline, fields
from jupyter_kfp_auth.pipelines.answers import error_from
from jupyter_kfp_auth.pipelines.compiled_pipeline import InvalidPipeline
from jupyter_kfp_auth.pipelines.errors import PipelinesError
from jupyter_kfp_auth.pipelines.models import rfc3339
from kfp_sandbox import Sandbox

#: What people type, and what they do not.
WORDS = st.text(max_size=8) | st.sampled_from(
    (
        *("runs", "run", "submit", "clone", "use", "doctor", "logs", "1", "a=b", "failed", "1h"),
        *("--limit", "-n", "--sort", "--json", "--arg", "--state", "--timeout", "-e", "--", "-h"),
    )
)
PROGRAMS = st.sampled_from(["%kfp", "jupyter kfp"])


def refusal(read: Callable[[], Any], *kinds: type[Exception]) -> Exception | None:
    """Return the error of ours, or nothing; any other error ends the test."""
    try:
        read()
    except kinds as error:
        return error
    return None


@given(st.lists(WORDS, max_size=6), PROGRAMS)
def test_grammar(words: list[str], prog: str) -> None:
    error = refusal(lambda: grammar.parse(words, prog), GrammarError, HelpAsked)
    assert error is None or str(error)


@given(st.lists(WORDS, max_size=4), st.text(max_size=6), PROGRAMS)
def test_completion(words: list[str], current: str, prog: str) -> None:
    for found in completion.complete(words, current, prog=prog, names=lambda *a: []):
        assert found.text


@given(st.text(max_size=40))
def test_completion_of_a_line(text: str) -> None:
    completion.split(text)


@pytest.mark.parametrize(
    ("read", "kind"),
    [
        (command_values.limit, int),
        (command_values.seconds, float),
        (command_values.assignment, tuple),
        (lambda text: command_values.sort_by("runs", text), str),
    ],
)
def test_values(read: Callable[[str], Any], kind: type) -> None:
    numbers = st.from_regex(r"[0-9.]{0,12}[smhd]?|0{0,9}[0-9]{0,30}|[a-z_-]{0,9} ?(a|de)sc")

    @given(st.text(max_size=20) | numbers)
    @example("000000001" + "9" * 5000)
    def check(text: str) -> None:
        error = refusal(lambda: isinstance(read(text), kind) or pytest.fail(text), ValueError)
        assert error is None or str(error)

    check()


@given(
    kind=st.sampled_from(
        ["", "STRING", "NUMBER_INTEGER", "NUMBER_DOUBLE", "BOOLEAN", "LIST", "STRUCT", "NEW"]
    ),
    text=st.text(max_size=20) | st.from_regex(r"[-+0-9.eE_]{1,12}|\[{0,400}|true|NaN|1e999"),
)
def test_arguments(kind: str, text: str) -> None:
    taken = compiled_pipeline.CompiledPipeline(
        "p", False, {}, {"x": compiled_pipeline.Parameter("x", kind)}
    )

    def read() -> str:
        return json.dumps(arguments.arguments(taken, [("x", text)], {}), allow_nan=False)

    error = refusal(read, GrammarError)
    assert error is None or str(error)


@given(st.text(max_size=200) | st.recursive(st.text(max_size=5), st.lists).map(json.dumps))
def test_a_compiled_pipeline(text: str) -> None:
    error = refusal(lambda: compiled_pipeline.from_text(text, "the file"), InvalidPipeline)
    assert error is None or str(error)


@given(st.binary(max_size=300))
def test_json_of_others(data: bytes) -> None:
    with suppress(ValueError):
        strict_json.loads(data)


@pytest.mark.parametrize("option", rest._PARSERS)
def test_query_parameters(option: str) -> None:
    digits = st.from_regex(r"[0-9]{1,9}", fullmatch=True)

    @given(st.text(max_size=20) | digits)
    @example("000001" + "9" * 5000)
    @example("9" * 5000)
    def check(value: str) -> None:
        error = refusal(lambda: rest.parse((option,), {option: value}), PipelinesError)
        assert getattr(error, "cause_code", "invalid-request") == "invalid-request"

    check()


@given(st.datetimes(min_value=datetime(1971, 1, 1), timezones=st.just(timezone.utc)))
def test_a_time_that_we_write_is_read_again(moment: datetime) -> None:
    found = fields.time({"at": rfc3339(moment)}, "at")
    assert found == moment.replace(microsecond=0)


@given(st.text(max_size=200), st.text(min_size=8, max_size=40))
def test_text_of_others_is_one_line_without_the_token(text: str, token: str) -> None:
    shown = redacted(f"{text}{token}{text}", token)
    assert token not in shown or token in "[token]"
    assert shown.isprintable()
    for form in (plain(text), log_text.printable(text)):
        assert not any(c in form for c in "\x07\x9b\u202e\x00\x08")


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
    content_type=st.sampled_from(["application/json", "text/html", "", "\x00", "text/plain; a"]),
    token=st.booleans(),
)
def test_any_answer_is_some_error(status: int, body: bytes, content_type: str, token: bool) -> None:
    settings = resolve(environ={}, host="http://127.0.0.1:9")
    headers = {"Content-Type": content_type, "Location": "http://[x"}
    found = error_from(
        Answer(status, headers, body, "http://127.0.0.1:9/x", token), settings, asked="list runs"
    )
    assert found.cause_code
    assert found.detail.isprintable()


@pytest.fixture(scope="module")
def client() -> Iterator[Connection]:
    with Sandbox() as sandbox:
        settings = resolve(environ=sandbox.environment())
        with Connection(settings) as client:
            yield client


def test_a_name_is_found_by_itself(client: Connection) -> None:
    """Through our encoding of filters, two decodings, and a database."""

    @given(st.text(min_size=1, max_size=30))
    def check(name: str) -> None:
        assume(name.strip() == name and "\x00" not in name)
        made = client.create_experiment(f"{name}-{len(seen)}")
        seen.append(made.id)
        found = client.list_experiments(search=f"{name}-{len(seen) - 1}", page_size=200)
        assert made.id in {one.id for one in found.items}

    seen: list[str] = []
    check()
