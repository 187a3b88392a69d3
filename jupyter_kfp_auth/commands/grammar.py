"""One grammar for `%kfp` and for `jupyter kfp`: the same words, options and help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from ..pipelines.models import KNOWN_STATES
from . import option_types
from .parser import About, GrammarError, HelpAsked, Parser, columns, valued

__all__ = ["GrammarError", "HelpAsked", "build", "parse", "subparsers"]

OVERVIEW: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Look",
        (
            ("experiments", "List experiments, newest first."),
            ("runs", "List runs: -e EXPERIMENT, --state failed."),
            ("run RUN", "Show one run with its tasks."),
            ("outputs RUN [TASK]", "Show what it produced: metrics, parameters, artifacts."),
            ("artifact RUN TASK/NAME", "Look at an artifact, or --save PATH."),
            ("compare RUN RUN ...", "Arguments, states and metrics side by side."),
            ("recurring-runs", "List recurring runs."),
            ("pipelines", "List uploaded pipelines."),
            ("open ID", "Link to its page in the Kubeflow dashboard."),
        ),
    ),
    (
        "Run",
        (
            ("submit PIPELINE", "Start a run: --arg lr=0.1, -e EXPERIMENT, --wait."),
            ("clone RUN", "Start it once more: --arg lr=0.2."),
            ("wait RUN", "Follow a run, task by task, until it ends."),
            ("logs RUN [TASK]", "Show what its tasks have printed."),
            ("terminate | retry RUN", "Stop a run; run its failed tasks again."),
            ("archive | unarchive RUN", "Put a run away; bring it back."),
            ("enable | disable ID", "Let a recurring run start runs, or not."),
        ),
    ),
    (
        "Connect",
        (
            ("doctor", "Say what is wrong: one cause, one next step."),
            ("status", "Show settings with their origin, identity, versions."),
            ("use", "Choose: -n NAMESPACE, --host URL."),
            ("client [NAME]", "Make an authenticated kfp.Client."),
        ),
    ),
)

_ABOUT: dict[str, About] = {
    "experiments": About(
        "List experiments, newest first.",
        (
            ("", "the newest 20"),
            ("--search churn", "those with churn in their name"),
            ("--sort last-run --limit 50", "those that ran last"),
        ),
    ),
    "runs": About(
        "List runs, newest first.",
        (
            ("--state failed", "what failed"),
            ("-e churn-xgboost --limit 50", "the runs of one experiment"),
            ("--sort name asc --json", "for a program"),
        ),
    ),
    "run": About(
        "Show one run with its tasks.",
        (("3f1c9a52", "by id, the beginning of an id, or name"),),
    ),
    "outputs": About(
        "Show what a run produced: metrics, parameters and artifacts.",
        (
            ("3f1c9a52", "of the whole run, metrics first"),
            ("3f1c9a52 train", "of one task"),
            ("3f1c9a52 --json", "for a program"),
        ),
        "In a notebook, x = %kfp outputs RUN binds a sequence of tasks: x.metrics are rows,\n"
        "x.artifacts can be read, and x.to_pandas() is a DataFrame.",
    ),
    "artifact": About(
        "Look at an artifact, or save it.",
        (
            ("3f1c9a52 train/model", "what is known of it, and how it begins"),
            ("3f1c9a52 train/model --save model", "the whole, a file or a folder"),
        ),
        "TASK/NAME is the path that outputs shows, or its end.\n"
        "In a notebook, x = %kfp artifact ... binds it: x.read(), x.open(), x.to_pandas().",
    ),
    "compare": About(
        "Show runs side by side: arguments, states and metrics.",
        (("3f1c9a52 7be01c44", "two runs, or as many as you like"),),
        "In a notebook, x = %kfp compare ... binds it: x.to_pandas() has a row for each run.",
    ),
    "recurring-runs": About(
        "List recurring runs, newest first.",
        (("--search nightly", "those with nightly in their name"),),
    ),
    "pipelines": About(
        "List uploaded pipelines, newest first.",
        (("--sort name", "in the order of their names"),),
    ),
    "open": About(
        "Link to the page of a run, experiment, recurring run or pipeline.",
        (("3f1c9a52", "a run, by the beginning of its id"), ("churn-xgboost", "by name")),
    ),
    "submit": About(
        "Start a run: of a pipeline you defined, a compiled file, or an uploaded one.",
        (
            ("train --arg lr=0.1 --wait", "and see it to its end"),
            ("train.yaml -e tests --create-experiment", "in a new experiment"),
            ("churn-training --version v3", "a version of an uploaded pipeline"),
        ),
        "PIPELINE is a pipeline function, a file with a compiled pipeline, a Python file that\n"
        "defines one (FILE.py or FILE.py:NAME), or the name or id of an uploaded pipeline.\n"
        "The arguments are checked before anything is sent. In a notebook, %%kfp submit runs\n"
        "the cell and submits the pipeline that it defines. JupyterLab tells when the run ends.",
    ),
    "clone": About(
        "Start a run like an old one, with other arguments.",
        (
            ("3f1c9a52 --arg lr=0.2 --wait", "and see it to its end"),
            ("3f1c9a52 --name again -e tests", "in another experiment"),
        ),
        "The new run has the pipeline, arguments, service account and pipeline root of the old\n"
        "one, but for what you change. The arguments are checked before anything is sent.",
    ),
    "wait": About(
        "Follow a run, task by task, until it ends.",
        (("3f1c9a52 --timeout 30m", "but half an hour at most"),),
        "Interrupting stops the waiting, never the run. When the run fails, this fails.",
    ),
    "logs": About(
        "Show what the tasks of a run have printed.",
        (
            ("3f1c9a52", "of the failed tasks, or else of all"),
            ("3f1c9a52 train --follow", "of one task, as it grows"),
        ),
    ),
    "terminate": About("Stop a run.", (("3f1c9a52", ""),)),
    "retry": About("Run the failed tasks of a run again.", (("3f1c9a52", ""),)),
    "archive": About("Archive a run.", (("3f1c9a52", ""),)),
    "unarchive": About("Bring an archived run back.", (("3f1c9a52", ""),)),
    "enable": About("Let a recurring run start runs again.", (("nightly", ""),)),
    "disable": About("Keep a recurring run from starting runs.", (("nightly", ""),)),
    "doctor": About(
        "Say what is wrong: one cause, one next step.",
        (("", ""), ("--fix", "do that step, where the cluster allows it and you say yes")),
    ),
    "status": About("Show settings with their origin, identity and versions.", (("", ""),)),
    "use": About(
        "Choose namespace or host for this process.",
        (("-n team-b", "from here on"), ("--reset", "as it was in the beginning")),
    ),
    "client": About(
        "Make an authenticated kfp.Client.",
        (("", "binds the variable client"), ("my_client", "or another one")),
    ),
}

#: Commands that only make sense where variables and settings live on after them.
NOTEBOOK_ONLY = ("use", "client")

#: Commands that only a terminal has; they are not in this grammar.
TERMINAL_ONLY = ("completion", "demo", "sandbox")


def parse(arguments: Sequence[str], prog: str) -> argparse.Namespace:
    """Read a command line.

    Raises:
        GrammarError: it is not understood.
        HelpAsked: help was asked for, or nothing was.
    """
    parser = build(prog)
    if not arguments or list(arguments) in (["help"], ["-h"], ["--help"]):
        raise HelpAsked(overview(prog))
    if arguments[0] in TERMINAL_ONLY and prog.startswith("%"):
        raise GrammarError(f"{arguments[0]} is for a terminal: jupyter kfp {arguments[0]}")
    if arguments[0] == "help":
        arguments = [*arguments[1:], "-h"]
    asked, extra = parser.parse_known_args(arguments)
    asked.prog = prog
    if extra:
        raise subparsers(parser)[asked.command].unknown(extra)
    if getattr(asked, "sort", None) is not None:
        try:
            asked.sort = option_types.sort_by(asked.command, " ".join(asked.sort))
        except ValueError as error:
            raise GrammarError(str(error)) from None
    return asked


def _repair(doctor: argparse.ArgumentParser) -> None:
    """Add the options that make the doctor do its next step."""
    which = doctor.add_mutually_exclusive_group()
    which.add_argument("--fix", action="store_true", help="do the next step itself, after asking")
    which.add_argument("--unfix", action="store_true", help="take back what --fix has done")
    doctor.add_argument("--yes", action="store_true", help="do not ask: for scripts")


def overview(prog: str) -> str:
    """Return the help that fits on one screen."""
    notebook = prog.startswith("%")
    parts = ["Kubeflow Pipelines, authenticated by this pod's service account."]
    first = [
        (f"{prog} doctor", "does it work? if not: one cause, one next step"),
        (f"{prog} experiments", "what there is"),
        (
            f"{prog} submit {'my_pipeline' if notebook else 'pipeline.py'} --wait",
            "run a pipeline and see it to its end",
        ),
    ]
    if notebook:
        first.append(("%%kfp submit --wait", "the same, for the pipeline that the cell defines"))
    parts.append("First steps\n" + columns(first))
    for group, lines in OVERVIEW:
        shown = [line for line in lines if notebook or line[0].split()[0] not in NOTEBOOK_ONLY]
        parts.append(f"{group}\n{columns(shown, 24)}")
    parts.append(
        "Runs, experiments and pipelines go by id, the beginning of an id, or name.\n"
        "Lists take --limit, --search and --sort; nearly all take --json and -n NAMESPACE.\n"
        f"{prog} COMMAND -h explains one command, with examples."
    )
    return "\n\n".join(parts)


def subparsers(parser: argparse.ArgumentParser) -> dict[str, Parser]:
    """Return the parser of each command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def build(prog: str) -> Parser:
    """Return the parser; ``prog`` is ``%kfp`` or ``jupyter kfp``."""
    parser = Parser(prog=prog)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=Parser, required=True
    )

    def command(name: str, *parents: Parser) -> Any:
        made = commands.add_parser(name, parents=list(parents))
        made.about = _ABOUT[name]
        return made

    show = _show_options()
    _add_lists(command)
    run = command("run", show)
    _positional(run, "id", "RUN", "runs")
    _add_outputs(command, show)
    opened = command("open", show)
    _positional(opened, "id", "ID", "runs experiments recurring-runs pipelines")
    _add_submit(command("submit", show), notebook=prog.startswith("%"))
    clone = command("clone", show)
    _positional(clone, "id", "RUN", "runs")
    _add_run(clone, "the old one's", notebook=prog.startswith("%"))
    wait = command("wait", show)
    _positional(wait, "id", "RUN", "runs")
    _add_timeout(wait)
    logs = command("logs", show)
    _positional(logs, "id", "RUN", "runs")
    _completes(
        logs.add_argument("task", metavar="TASK", nargs="?", help="name or id of a task"), "tasks"
    )
    logs.add_argument("-f", "--follow", action="store_true", help="go on until the run ends")
    for name in ("terminate", "retry", "archive", "unarchive"):
        _positional(command(name, show), "id", "RUN", "runs")
    for name in ("enable", "disable"):
        _positional(command(name, show), "id", "RECURRING_RUN", "recurring-runs")
    command("status", show)
    _repair(command("doctor", show))
    use = command("use", show)
    use.add_argument("--host", metavar="URL", help="address of the Pipelines API")
    use.add_argument("--reset", action="store_true", help="forget what was chosen")
    if not prog.startswith("%"):
        names = [name for name in commands.choices if name not in NOTEBOOK_ONLY]
        commands.words = [*names, *TERMINAL_ONLY]  # type: ignore[attr-defined]
    client = command("client")
    client.add_argument(
        "name", nargs="?", metavar="NAME", default="client", help="variable to bind (client)"
    )
    client.add_argument(
        "--everywhere", action="store_true", help="plain kfp.Client(...) calls, too"
    )
    client.add_argument("--off", action="store_true", help="end --everywhere")
    _namespace(client)
    return parser


def _add_lists(command: Any) -> None:
    for kind in ("experiments", "runs", "recurring-runs", "pipelines"):
        listed = command(kind, _list_options(kind))
        if kind in ("runs", "recurring-runs"):
            _completes(
                listed.add_argument(
                    "-e", "--experiment", metavar="EXPERIMENT", help="only those of this one"
                ),
                "experiments",
            )
        if kind == "runs":
            listed.add_argument(
                "--state",
                type=str.lower,
                choices=[state.lower() for state in KNOWN_STATES],
                metavar="STATE",
                help="only those in one state",
            )
        if kind in ("runs", "experiments"):
            listed.add_argument("--archived", action="store_true", help="the archived ones, too")


def _add_outputs(command: Any, show: Parser) -> None:
    outputs = command("outputs", show)
    _positional(outputs, "id", "RUN", "runs")
    _completes(
        outputs.add_argument("task", metavar="TASK", nargs="?", help="name, path or id of a task"),
        "tasks",
    )
    artifact = command("artifact", show)
    _positional(artifact, "id", "RUN", "runs")
    artifact.add_argument("artifact", metavar="TASK/NAME", help="the path that outputs shows")
    artifact.add_argument("--save", metavar="PATH", help="copy the file or folder to PATH")
    compare = command("compare", show)
    compare_ids = compare.add_argument(
        "ids", metavar="RUN", nargs="+", help="ids, beginnings of ids, or names of runs"
    )
    _completes(compare_ids, "runs")


def _add_submit(submit: Parser, *, notebook: bool) -> None:
    pipeline = submit.add_argument(
        "pipeline",
        metavar="PIPELINE",
        nargs="?" if notebook else None,
        help="variable, file, or name or id" if notebook else "file, or name or id",
    )
    _completes(pipeline, "pipelines")
    _add_run(submit, "Default", notebook=notebook)
    submit.add_argument(
        "-c", "--create-experiment", action="store_true", help="create it, if there is none"
    )
    _completes(
        submit.add_argument(
            "--version", metavar="VERSION", help="of an uploaded pipeline (newest)"
        ),
        "pipeline-versions",
    )
    submit.add_argument("--service-account", metavar="ACCOUNT", help="that the run's pods use")


def _add_run(parser: Parser, experiment: str, *, notebook: bool) -> None:
    """Add what every command takes that starts a run; ``experiment`` is the one by default."""
    parser.add_argument(
        "-a",
        "--arg",
        action="append",
        default=[],
        type=valued(option_types.assignment),
        metavar="NAME=VALUE",
        help="an argument; as often as you like",
    )
    parser.add_argument(
        "--args",
        metavar="JSON",
        help="all arguments: a JSON object or file" + (", or a dict" if notebook else ""),
    )
    _completes(
        parser.add_argument(
            "-e", "--experiment", metavar="EXPERIMENT", help=f"where it belongs ({experiment})"
        ),
        "experiments",
    )
    parser.add_argument("--name", metavar="NAME", help="what to call the run")
    parser.add_argument("-w", "--wait", action="store_true", help="until the run has ended")
    _add_timeout(parser)
    if notebook:
        parser.add_argument("--to", metavar="NAME", help="variable to bind the run to")


def _add_timeout(parser: Parser) -> None:
    parser.add_argument(
        "--timeout",
        type=valued(option_types.seconds),
        default=86400.0,
        metavar="TIME",
        help="wait at most so long: 90s, 30m, 2h (24h)",
    )


def _positional(parser: Parser, dest: str, metavar: str, completes: str) -> None:
    what = {"ID": "id, the beginning of one, or name"}
    text = what.get(metavar, f"{what['ID']} of the {metavar.lower().replace('_', ' ')}")
    _completes(parser.add_argument(dest, metavar=metavar, help=text), completes)


def _completes(action: argparse.Action, kinds: str) -> None:
    """Say whose names and ids an argument takes; completion looks at it."""
    action.completes = kinds  # type: ignore[attr-defined]


def _namespace(options: Any) -> None:
    _completes(
        options.add_argument("-n", "--namespace", metavar="NAMESPACE", help="instead of your own"),
        "namespaces",
    )


def _show_options() -> Parser:
    options = Parser(add_help=False)
    options.add_argument("--json", action="store_true", help="print JSON for a program")
    _namespace(options)
    return options


def _list_options(kind: str) -> Parser:
    options = Parser(add_help=False)
    options.add_argument(
        "--limit", type=valued(option_types.limit), default=20, metavar="N", help="at most N (20)"
    )
    options.add_argument("--search", default="", metavar="TEXT", help="part of the name")
    sort = options.add_argument(
        "--sort",
        nargs="+",
        default=["created"],
        metavar="FIELD",
        help=f"{', '.join(option_types.SORTS[kind])}; asc or desc behind it",
    )
    sort.words = list(option_types.SORTS[kind])  # type: ignore[attr-defined]
    return Parser(add_help=False, parents=[options, _show_options()])
