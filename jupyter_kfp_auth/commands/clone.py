"""`clone`: the pipeline of a run once more, with other arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..http.strict_json import JsonDict, JsonObject
from ..pipelines import compiled_pipeline
from ..pipelines.compiled_pipeline import CompiledPipeline
from ..pipelines.connection import Connection
from ..pipelines.models import Run
from .arguments import arguments
from .bodies import LONGEST_NAME
from .parser import GrammarError

#: How the web page of Pipelines calls a clone, and the clone of a clone.
_CLONED = re.compile(r"Clone(?: \((\d{1,6})\))? of (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Original:
    """A run, and the pipeline that it runs."""

    run: Run
    package: CompiledPipeline

    def arguments(
        self, texts: Sequence[tuple[str, str]] = (), values: JsonObject | None = None
    ) -> JsonDict:
        """Return what a clone is given: what the run was given, and what changes; see `clone`."""
        changed = dict(values or {})
        dropped = {name for name in self.package.parameters if changed.get(name, ...) is None}
        kept = {key: value for key, value in self.run.parameters.items() if key not in dropped}
        new = {key: value for key, value in changed.items() if key not in dropped}
        return arguments(self.package, texts, new, kept)

    @property
    def clone_name(self) -> str:
        """What a clone is called when nobody says."""
        found = _CLONED.fullmatch(self.run.display_name)
        if not found:
            name = f"Clone of {self.run.display_name}"
        else:
            name = f"Clone ({int(found[1] or 1) + 1}) of {found[2]}"
        return name[:LONGEST_NAME]


def original(client: Connection, run_id: str) -> Original:
    """Find the run and its pipeline.

    Raises:
        GrammarError: Pipelines does not say what the run runs.
        PipelinesError: Pipelines refused, or has no such run or pipeline.
    """
    run = client.get_run(run_id)
    found: JsonObject | str | None = run.pipeline_spec
    if not found and run.pipeline_id and run.pipeline_version_id:
        # Asked for again, because now the reason counts for which it was left out.
        found = client.get_pipeline_definition(run.pipeline_id, run.pipeline_version_id)
    if not found:
        raise GrammarError("Pipelines does not tell the pipeline of this run: it cannot be cloned.")
    return Original(run, compiled_pipeline.from_definition(found, "The pipeline of the run"))


def clone(
    client: Connection,
    old: Original,
    *,
    name: str = "",
    experiment_id: str = "",
    texts: Sequence[tuple[str, str]] = (),
    values: JsonObject | None = None,
) -> Run:
    """Start a run like an old one: the same pipeline, service account and root.

    Args:
        client: to ask.
        old: what `original` has found.
        name: of the new run; without it, made of the old one's.
        experiment_id: where it belongs; without it, where the old one does.
        texts: arguments that change, as typed.
        values: arguments that change; ``None`` means the pipeline's own default.

    Raises:
        WrongArguments: an argument does not fit. Nothing was sent.
        PipelinesError: Pipelines refused.
    """
    run, pipeline = old.run, old.package
    given = old.arguments(texts, values)
    return client.create_run(
        name or old.clone_name,
        experiment_id=experiment_id or run.experiment_id,
        definition=pipeline.definition,
        pipeline_id=run.pipeline_id,
        version_id=run.pipeline_version_id,
        parameters=given,
        service_account=run.service_account,
        pipeline_root=run.pipeline_root,
        workflow=pipeline.workflow,
    )
