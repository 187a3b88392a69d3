"""What is read of a run, from the real store, in the shapes in which KFP writes it."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_kfp_auth.outputs.models import TaskOutputs
from jupyter_kfp_auth.pipelines.models import Task

from .compiled import artifacts, component, dag, one_of, parameter, pipeline, task
from .conftest import Reader
from .written import Written


def by_path(tasks: tuple[TaskOutputs, ...]) -> dict[str, TaskOutputs]:
    found = {"/".join(one.path): one for one in tasks}
    assert len(found) == len(tasks)
    return found


# -- Parameters -------------------------------------------------------------------------------


def test_parameters_come_back_in_the_types_that_the_component_declares(outputs_of: Reader) -> None:
    kinds = {
        "count": "NUMBER_INTEGER",
        "rate": "NUMBER_DOUBLE",
        "name": "STRING",
        "on": "BOOLEAN",
        "items": "LIST",
        "options": "STRUCT",
    }
    given: dict[str, Any] = {
        "count": 42,
        "rate": 3.0,
        "name": "ü 训练 ✓",
        "on": False,
        "items": [1, "two", None, 2.5],
        "options": {"deep": {"list": [1]}, "none": None},
    }
    run = Written(inputs={"count": 42})
    run.task("use", inputs={"count": 42}, outputs=given)
    spec = pipeline(
        dag({"use": task("comp-use")}) | {"inputDefinitions": component(kinds)["inputDefinitions"]},
        comp_use=component({"count": "NUMBER_INTEGER", "depth": ("NUMBER_INTEGER", 3.0)}, kinds),
    )
    found = outputs_of(run, spec)
    assert found.inputs == {"count": 42}
    assert type(found.inputs["count"]) is int
    (only,) = found.tasks
    assert only.outputs == given
    assert {k: type(v) for k, v in only.outputs.items()} == {k: type(v) for k, v in given.items()}
    # The driver leaves out what takes the component's own default.
    assert only.inputs == {"count": 42, "depth": 3}


def test_a_long_text_and_a_long_list_are_whole(outputs_of: Reader) -> None:
    run = Written()
    run.task("big", outputs={"text": "x" * 300_000, "list": list(range(20_000))})
    (only,) = outputs_of(run).tasks
    assert len(only.outputs["text"]) == 300_000
    assert only.outputs["list"] == list(range(20_000))


def test_a_task_that_failed_or_goes_on_has_no_outputs(outputs_of: Reader) -> None:
    run = Written()
    run.task("failed", state="FAILED")
    run.task("going", state="RUNNING", logs=0)
    found = by_path(outputs_of(run).tasks)
    assert (found["failed"].state, found["failed"].outputs) == ("FAILED", {})
    assert (found["going"].state, found["going"].outputs) == ("RUNNING", {})


# -- Metrics ----------------------------------------------------------------------------------


def test_metrics_are_numbers_and_texts_of_metrics_artifacts_alone(outputs_of: Reader) -> None:
    run = Written()
    logged = {"accuracy": 0.93, "rounds": 7, "größe / <b>": -2.5, "note": "fine"}
    more = {"early": True, "history": [1, 2], "nested": {"a": 1}}
    run.task(
        "fit",
        name="Fit 训练",
        wrote=(
            run.artifact("scores", "Metrics", {**logged, **more}),
            run.artifact("model", "Model", {"lr": 0.1}),
            run.artifact("quality", "google.RegressionMetrics", {"rmse": 1.5}),
        ),
    )
    found = outputs_of(run)
    rows = {(row["artifact"], row["name"]): row["value"] for row in found.metrics}
    expected: dict[tuple[str, str], Any] = {("scores", k): v for k, v in logged.items()}
    assert rows == {**expected, ("scores", "early"): 1, ("quality", "rmse"): 1.5}
    assert {(row["task"], *row["path"]) for row in found.metrics} == {("Fit 训练", "Fit 训练")}
    metadata = {a.name: a.metadata for a in found.artifacts}
    assert metadata["scores"] == {**logged, "early": 1, "history": [1, 2], "nested": {"a": 1}}
    assert metadata["model"] == {"lr": 0.1}


def test_the_real_store_keeps_six_decimals_of_a_metric_and_all_of_a_parameter(
    outputs_of: Reader,
) -> None:
    run = Written()
    seventh = 1 / 7
    scores = run.artifact("scores", "Metrics", {"seventh": seventh, "tiny": 5e-9})
    run.task("fit", outputs={"seventh": seventh}, wrote=(scores,))
    found = outputs_of(run)
    assert [row["value"] for row in found.metrics] == [pytest.approx(seventh, abs=1e-6), 0.0]
    assert found.tasks[0].outputs == {"seventh": seventh}


def test_curves_and_matrices_also_of_slices(outputs_of: Reader) -> None:
    def confidence(*points: tuple[float, float, float]) -> list[dict[str, float]]:
        return [
            {"confidenceThreshold": t, "falsePositiveRate": f, "recall": r} for t, f, r in points
        ]

    matrix = {
        "annotationSpecs": [{"displayName": "no"}, {"displayName": "yes"}],
        "rows": [{"row": [10, 2]}, {"row": [1, 20]}],
    }
    run = Written()
    both = {"confidenceMetrics": confidence((1, 0, 0), (0.5, 0.2, 0.9)), "confusionMatrix": matrix}
    sliced = [
        {"slice": "north", "sliceClassificationMetrics": both},
        {"slice": "south", "sliceClassificationMetrics": {"confusionMatrix": matrix}},
    ]
    run.task(
        "judge",
        wrote=(
            run.artifact("curve", "ClassificationMetrics", both),
            run.artifact("parts", "SlicedClassificationMetrics", {"evaluationSlices": sliced}),
        ),
    )
    (only,) = outputs_of(run).tasks
    points = ((1.0, 0.0, 0.0), (0.5, 0.2, 0.9))
    assert [(c.artifact, c.slice, c.points) for c in only.curves] == [
        ("curve", "", points),
        ("parts", "north", points),
    ]
    assert [(m.artifact, m.slice) for m in only.matrices] == [
        ("curve", ""),
        ("parts", "north"),
        ("parts", "south"),
    ]
    assert only.matrices[0].categories == ("no", "yes")
    assert only.matrices[0].rows == ((10.0, 2.0), (1.0, 20.0))


# -- Artifacts --------------------------------------------------------------------------------


def test_an_artifact_has_another_name_where_it_is_an_input(outputs_of: Reader) -> None:
    run = Written()
    table = run.artifact("table", "Dataset", {"rows": 150, "columns": ["a", "b"]})
    run.task("load", wrote=(table,))
    run.task("fit", read=({**table, "name": "training_data"},))
    found = by_path(outputs_of(run).tasks)
    (written,) = found["load"].artifacts
    (taken,) = found["fit"].input_artifacts
    assert (written.name, taken.name, written.uri) == ("table", "training_data", taken.uri)
    assert (written.type, written.metadata) == (
        "system.Dataset",
        {"rows": 150.0, "columns": ["a", "b"]},
    )
    assert found["fit"].artifacts == ()


def test_a_list_of_artifacts_comes_as_several_of_one_name(outputs_of: Reader) -> None:
    run = Written()
    parts = [run.artifact("part", "Dataset") for _ in range(3)]
    run.task("split", wrote=tuple(parts))
    run.task("join", read=tuple({**part, "name": "parts"} for part in parts))
    found = by_path(outputs_of(run).tasks)
    assert [a.name for a in found["join"].input_artifacts] == ["parts"] * 3
    assert [a.uri for a in found["join"].input_artifacts] == [part["uri"] for part in parts]


def test_what_a_task_printed_is_no_output_but_can_be_found(outputs_of: Reader) -> None:
    run = Written()
    run.task("flaky", logs=3, wrote=(run.artifact("model", "Model"),))
    found = outputs_of(run)
    assert [a.name for a in found.artifacts] == ["model"]
    (only,) = found.tasks
    assert [log.uri.rsplit("-", 1)[1] for log in only.logs] == ["0", "1", "2"]


def test_how_the_store_is_reached_shows_nowhere(outputs_of: Reader) -> None:
    session = {"Provider": "s3", "Params": {"secretName": "keys-of-the-store", "fromEnv": "false"}}
    run = Written(session=session)
    run.task("fit", wrote=(run.artifact("model", "Model"),))
    found = outputs_of(run)
    for shown in (repr(found), str(found.as_dict()), repr(found.artifacts[0])):
        assert "keys-of-the-store" not in shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://me:pw@host/x.csv?X-Amz-Signature=abc#y", "https://host/x.csv"),
        ("s3://bucket/a?b#c", "s3://bucket/a?b#c"),
    ],
)
def test_an_address_is_shown_without_password_and_signature(
    outputs_of: Reader, given: str, shown: str
) -> None:
    run = Written()
    run.task("fetch", wrote=(run.artifact("file", "Artifact", uri=given),))
    assert outputs_of(run).artifacts[0].uri == shown


# -- From the cache, and again ------------------------------------------------------------------


def test_what_was_reused_belongs_to_the_run_that_made_it(outputs_of: Reader) -> None:
    first = Written()
    model = first.artifact("model", "Model", {"framework": "torch"})
    first.task("train", outputs={"accuracy": 0.9}, wrote=(model,))
    made = outputs_of.real.write(first)[1]
    second = Written()
    second.task(
        "train", state="CACHED", outputs={"accuracy": 0.9}, wrote=(model,), cached_from=made
    )
    found = outputs_of(second)
    (only,) = found.tasks
    assert (only.cached, only.cached_from, only.state) == (True, first.run_id, "SUCCEEDED")
    assert only.outputs == {"accuracy": 0.9}
    assert only.artifacts[0].uri == model["uri"]


def test_two_rounds_of_one_run_may_share_a_result(outputs_of: Reader) -> None:
    run = Written()
    run.task("fit", outputs={"x": 1})
    first = outputs_of.real.write(run)[1]
    again = Written(run.run_id)
    again.executions = []
    again.task("fit-2", state="CACHED", outputs={"x": 1}, cached_from=first)
    again.executions[0].pop("parent")
    again.executions[0]["properties"]["parent_dag_id"] = first - 1
    found = by_path(outputs_of(again).tasks)
    assert (found["fit-2"].cached_from, found["fit"].cached) == (run.run_id, False)


def test_of_two_attempts_the_later_counts(outputs_of: Reader) -> None:
    """A driver that was run again has made a second execution for the same task."""
    run = Written()
    run.task("fit", state="FAILED")
    run.task("fit", outputs={"x": 2})
    (only,) = outputs_of(run).tasks
    assert (only.state, only.outputs) == ("SUCCEEDED", {"x": 2})


# -- Groups -----------------------------------------------------------------------------------

NESTED = pipeline(
    dag(
        {"outer": task("comp-outer", "Outer"), "last": task("comp-fit")},
        {
            "parameters": {"score": parameter("outer", "score")},
            "artifacts": {"best": artifacts(("outer", "model"))},
        },
    ),
    comp_outer=dag(
        {"inner": task("comp-inner", "Inner one")},
        {
            "parameters": {"score": parameter("inner", "value")},
            "artifacts": {"model": artifacts(("inner", "kept"))},
        },
    ),
    comp_inner=dag(
        {"fit": task("comp-fit")},
        {
            "parameters": {"value": parameter("fit", "Output")},
            "artifacts": {"kept": artifacts(("fit", "model"))},
        },
    ),
    comp_fit=component(outputs={"Output": "NUMBER_DOUBLE"}),
)


def nested_run() -> Written:
    run = Written()
    pointer = {"valueFromParameter": {"producerSubtask": "inner", "outputParameterKey": "value"}}
    outer = run.group("outer", name="Outer", parameters={"score": pointer})
    pointer = {"valueFromParameter": {"producerSubtask": "fit", "outputParameterKey": "Output"}}
    selector = {"producer_subtask": "fit", "output_artifact_key": "model"}
    chosen = {"kept": {"artifact_selectors": [selector]}}
    inner = run.group(
        "inner", outer, name="Inner one", parameters={"value": pointer}, artifacts=chosen
    )
    run.task("fit", inner, outputs={"Output": 3.0}, wrote=(run.artifact("model", "Model"),))
    run.task("last", outputs={"Output": 1.0})
    return run


def test_outputs_of_groups_and_of_the_pipeline_are_those_of_their_tasks(outputs_of: Reader) -> None:
    found = outputs_of(nested_run(), NESTED)
    tasks = by_path(found.tasks)
    assert list(tasks) == ["Outer", "Outer/Inner one", "Outer/Inner one/fit", "last"]
    assert tasks["Outer"].outputs == {"score": 3.0}
    assert tasks["Outer/Inner one"].outputs == {"value": 3.0}
    assert found.outputs == {"score": 3.0}
    assert [a.name for a in found.pipeline_artifacts] == ["best"]
    assert [a.name for a in tasks["Outer"].artifacts] == ["model"]
    assert [a.name for a in found.artifacts] == ["model"]  # once, although groups show it again


def test_without_the_pipeline_the_store_tells_what_it_can(outputs_of: Reader) -> None:
    found = outputs_of(nested_run())
    tasks = by_path(found.tasks)
    assert tasks["Outer"].outputs == {"score": 3}
    assert [a.name for a in tasks["Outer/Inner one"].artifacts] == ["kept"]
    assert found.outputs == {}


def test_of_branches_the_one_that_ran_gives_the_output(outputs_of: Reader) -> None:
    spec = pipeline(
        dag({"choose": task("comp-choose")}, {"parameters": {"said": parameter("choose", "said")}}),
        comp_choose=dag(
            {"condition-1": task("comp-yes", "yes"), "condition-2": task("comp-no", "no")},
            {"parameters": {"said": one_of(("condition-1", "out"), ("condition-2", "out"))}},
        ),
        comp_yes=dag({"say": task("comp-say")}, {"parameters": {"out": parameter("say", "o")}}),
        comp_no=dag({"say": task("comp-say")}, {"parameters": {"out": parameter("say", "o")}}),
        comp_say=component(outputs={"o": "STRING"}),
    )
    run = Written()
    choose = run.group("choose")
    run.group("condition-1", choose, name="yes", state="CANCELED")
    no = run.group("condition-2", choose, name="no")
    run.task("say", no, outputs={"o": "never"})
    found = outputs_of(run, spec)
    assert found.outputs == {"said": "never"}
    assert by_path(found.tasks)["choose/yes"].outputs == {}


def looped(outer: str, inner: str) -> dict[str, Any]:
    iterator = {"parameterIterator": {"itemInput": "item", "items": {"raw": "[]"}}}
    return pipeline(
        dag(
            {outer: task("comp-outer", "models", **iterator)},
            {"parameters": {"all": parameter(outer, "score")}},
        ),
        comp_outer=dag(
            {inner: task("comp-inner", "", **iterator)},
            {"parameters": {"score": parameter(inner, "score")}},
        ),
        comp_inner=dag({"fit": task("comp-fit")}, {"parameters": {"score": parameter("fit", "s")}}),
        comp_fit=component(outputs={"s": "NUMBER_DOUBLE"}),
    )


def test_loops_in_loops_round_by_round_and_collected_as_one_flat_list(outputs_of: Reader) -> None:
    run = Written()
    loop = run.group("for-loop-1", name="models", rounds=2)
    for turn in (1, 0):  # rounds begin in any order
        around = run.group("for-loop-1", loop, name="models", turn=turn, inputs={"item": turn})
        deeper = run.group("for-loop-2", around, rounds=2)
        for small in range(2):
            inside = run.group("for-loop-2", deeper, turn=small)
            scores = run.artifact("scores", "Metrics", {"rmse": turn + small / 10})
            run.task("fit", inside, outputs={"s": turn + small / 10}, wrote=(scores,))
    found = outputs_of(run, looped("for-loop-1", "for-loop-2"))
    tasks = by_path(found.tasks)
    at = "models/iteration-{}/for-loop-2/iteration-{}/fit"
    for turn in range(2):
        for small in range(2):
            assert tasks[at.format(turn, small)].outputs == {"s": turn + small / 10}
    assert found.outputs == {"all": [0.0, 0.1, 1.0, 1.1]}
    assert tasks["models/iteration-1"].outputs == {"score": [1.0, 1.1]}
    assert tasks["models/iteration-1"].inputs == {"item": 1}
    assert len({tuple(row["path"]) for row in found.metrics}) == 4


def test_a_list_that_one_round_returns_stays_a_list(outputs_of: Reader) -> None:
    spec = looped("for-loop-1", "fit")
    spec["components"]["comp-outer"] = dag(
        {"fit": task("comp-fit")}, {"parameters": {"score": parameter("fit", "s")}}
    )
    spec["components"]["comp-fit"] = component(outputs={"s": "LIST"})
    run = Written()
    loop = run.group("for-loop-1", name="models", rounds=2)
    for turn in range(2):
        around = run.group("for-loop-1", loop, name="models", turn=turn)
        run.task("fit", around, outputs={"s": [turn, turn]})
    assert outputs_of(run, spec).outputs == {"all": [[0, 0], [1, 1]]}


# -- Which task -------------------------------------------------------------------------------


def test_an_importer_goes_by_its_display_name_in_the_store(outputs_of: Reader) -> None:
    spec = pipeline(
        dag({"importer": task("comp-importer", "The seed"), "use": task("comp-use")}),
        comp_importer=component(executorLabel="exec-importer"),
        comp_use=component(),
    )
    spec["deploymentSpec"] = {"executors": {"exec-importer": {"importer": {"reimport": False}}}}
    run = Written()
    run.importer("The seed", "s3://elsewhere/seed.csv", "system.Dataset", {"rows": 3})
    run.task("use")
    found = by_path(outputs_of(run, spec).tasks)
    assert found["The seed"].keys == ("importer",)
    (seed,) = found["The seed"].artifacts
    assert (seed.name, seed.uri, seed.metadata) == (
        "artifact",
        "s3://elsewhere/seed.csv",
        {"rows": 3.0},
    )


def test_tasks_of_one_display_name_are_told_apart_by_their_keys(outputs_of: Reader) -> None:
    spec = pipeline(
        dag({"fit": task("comp-fit", "Fit"), "fit-2": task("comp-fit", "Fit")}),
        comp_fit=component(outputs={"x": "NUMBER_INTEGER"}),
    )
    run = Written()
    run.task("fit-2", name="Fit", outputs={"x": 2})
    run.task("fit", name="Fit", outputs={"x": 1})
    found = outputs_of(run, spec)
    assert [(t.task, t.path, t.outputs["x"]) for t in found.tasks] == [
        ("Fit", ("fit",), 1),
        ("Fit", ("fit-2",), 2),
    ]


@pytest.mark.parametrize("written", ["fit_idx_1", "fit_17", "fit_17_idx_1"])
def test_old_releases_write_numbers_behind_a_key(outputs_of: Reader, written: str) -> None:
    spec = pipeline(
        dag({"fit": task("comp-fit", "Fit it")}), comp_fit=component(outputs={"x": "STRING"})
    )
    run = Written()
    run.task(written, outputs={"x": "y"})
    (only,) = outputs_of(run, spec).tasks
    assert (only.path, only.keys) == (("Fit it",), ("fit",))


def test_states_and_ids_are_those_of_pipelines(outputs_of: Reader) -> None:
    spec = pipeline(
        dag({"fit": task("comp-fit", "Fit"), "late": task("comp-fit")}), comp_fit=component()
    )
    run = Written()
    run.task("fit", state="RUNNING")  # its pod was killed, and nobody has told the store
    listed = (
        Task("r", "root", "FAILED"),
        Task("t1", "Fit", "FAILED", parent_task_id="r", key="fit", path=("Fit",)),
        Task("t2", "late", "SKIPPED", parent_task_id="r", key="late", path=("late",)),
    )
    found = outputs_of(run, spec, tasks=listed)
    assert [(t.task_id, t.path, t.state) for t in found.tasks] == [
        ("t1", ("Fit",), "FAILED"),
        ("t2", ("late",), "SKIPPED"),
    ]


def test_a_run_of_which_the_store_knows_nothing_says_so(outputs_of: Reader) -> None:
    from datetime import datetime, timezone

    from jupyter_kfp_auth.outputs.reading import read
    from jupyter_kfp_auth.pipelines.models import Run

    ended = datetime(2026, 1, 1, tzinfo=timezone.utc)
    found = read(outputs_of.source, Run("nowhere", finished_at=ended, parameters={"lr": 0.1}))
    assert found.problem is not None
    assert found.problem.cause_code == "metadata-no-run"
    assert found.inputs == {"lr": 0.1}
    assert read(outputs_of.source, Run("nowhere")).problem is None  # it has only begun


# -- Tables -----------------------------------------------------------------------------------


def test_a_data_frame_has_a_row_for_each_task(outputs_of: Reader) -> None:
    run = Written()
    run.task("load", outputs={"rows": 150})
    scores = run.artifact("scores", "Metrics", {"auc": 0.9})
    run.task("fit", inputs={"lr": 0.1}, wrote=(scores,))
    table = outputs_of(run).to_pandas().set_index("task")
    assert table.loc["load", "output.rows"] == 150
    assert (table.loc["fit", "input.lr"], table.loc["fit", "metric.auc"]) == (0.1, 0.9)
