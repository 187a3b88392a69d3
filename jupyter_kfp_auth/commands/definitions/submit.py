"""`submit`: start a run of a pipeline."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..options import add_pipeline, add_start, add_version
from ..parser import About, Parser

if TYPE_CHECKING:
    from ..results import Result


def options(parser: Parser) -> None:
    """Add the options of `submit`."""
    add_pipeline(parser)
    add_start(parser, "Default")
    parser.add_argument(
        "-c", "--create-experiment", action="store_true", help="create it, if there is none"
    )
    add_version(parser)
    parser.add_argument("--service-account", metavar="ACCOUNT", help="that the run's pods use")


def run(context: Context, asked: Namespace) -> Result:
    """Start a run, and wait for its end where that is asked for."""
    from ..arguments import mapping
    from ..started import started
    from ..submit import Submission, submit

    client = context.client(asked.namespace)
    wanted = Submission(
        asked.pipeline,
        texts=asked.arg,
        values=mapping(asked.args, context.variables) if asked.args else {},
        experiment=asked.experiment or "",
        create_experiment=asked.create_experiment,
        name=asked.name or "",
        version=asked.version or "",
        service_account=asked.service_account or "",
    )
    return started(context, asked, *submit(client, wanted, context.variables))


COMMAND = Command(
    "submit",
    About(
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
    "Run",
    run,
    overview=("submit PIPELINE", "Start a run: --arg lr=0.1, -e EXPERIMENT, --wait."),
    options=options,
    synonyms=("start",),
)
