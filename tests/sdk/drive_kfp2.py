"""What a user of kfp 2 does, against the server in the environment. Prints what came back."""

import json
import os
import sys
import urllib.request
import warnings
from typing import Any

import kfp
from kfp import compiler, dsl
from kfp.client import ServiceAccountTokenVolumeCredentials

warnings.simplefilter("ignore")
_URL = os.environ["KF_PIPELINES_ENDPOINT"]
_NAMESPACE = "team-a"


def advance(seconds: float) -> None:
    """Push the server's clock."""
    body = json.dumps({"advance": seconds}).encode()
    urllib.request.urlopen(f"{_URL}/sandbox/v1/clock", data=body).read()


@dsl.container_component  # type: ignore[untyped-decorator]
def say(text: str):  # type: ignore[no-untyped-def]
    return dsl.ContainerSpec(image="busybox", command=["echo"], args=[text])


@dsl.pipeline(name="sdk-pipeline")  # type: ignore[untyped-decorator]
def pipeline(text: str = "hello", fail: bool = False):  # type: ignore[no-untyped-def]
    last = say(text="bye")
    with dsl.ExitHandler(last):
        first = say(text=text)
        with dsl.ParallelFor(["a", "b"]) as item:
            say(text=item).after(first)


def refused(call: Any, *arguments: Any, **options: Any) -> int:
    """The status of a call that must fail."""
    try:
        call(*arguments, **options)
    except Exception as error:  # noqa: BLE001
        return int(getattr(error, "status", 0))
    return 200


def main(package: str) -> dict[str, Any]:
    """Walk through the client. Returns what the test looks at."""
    seen: dict[str, Any] = {"kfp": kfp.__version__}
    client = kfp.Client(host=_URL, credentials=ServiceAccountTokenVolumeCredentials())
    compiler.Compiler().compile(pipeline, package)

    experiment = client.create_experiment("from-sdk", description="d", namespace=_NAMESPACE)
    again = client.create_experiment("from-sdk", namespace=_NAMESPACE)
    seen["same experiment"] = again.experiment_id == experiment.experiment_id
    by_name = client.get_experiment(experiment_name="from-sdk", namespace=_NAMESPACE)
    seen["by name"] = by_name.experiment_id == experiment.experiment_id
    text = {"operation": "IS_SUBSTRING", "key": "display_name", "string_value": "churn"}
    found = client.list_experiments(
        namespace=_NAMESPACE, filter=json.dumps({"predicates": [text]}), sort_by="name"
    )
    seen["filtered"] = [row.display_name for row in found.experiments]

    uploaded = client.upload_pipeline(package, "from-sdk", "d", namespace=_NAMESPACE)
    version = client.upload_pipeline_version(
        package, "from-sdk 2", pipeline_id=uploaded.pipeline_id
    )
    listed = client.list_pipeline_versions(uploaded.pipeline_id)
    seen["versions"] = sorted(row.display_name for row in listed.pipeline_versions)
    seen["pipelines"] = client.list_pipelines(namespace=_NAMESPACE).total_size

    first = client.create_run_from_pipeline_package(
        package, {"text": "hi"}, experiment_name="from-sdk", namespace=_NAMESPACE
    )
    seen["first state"] = client.get_run(first.run_id).state
    second = client.run_pipeline(
        experiment.experiment_id, "second", pipeline_id=uploaded.pipeline_id,
        version_id=version.pipeline_version_id, params={"fail": True},
    )  # fmt: skip
    third = client.create_run_from_pipeline_func(
        pipeline, {}, experiment_name="from-sdk", namespace=_NAMESPACE
    )
    client.terminate_run(third.run_id)
    seen["terminated"] = [client.get_run(third.run_id).state]
    advance(300)
    seen["terminated"].append(client.get_run(third.run_id).state)
    done = client.wait_for_run_completion(first.run_id, 20, sleep_duration=1)
    seen["done"] = done.state
    seen["tasks"] = sorted(task.display_name for task in done.run_details.task_details)
    failed = client.get_run(second.run_id)
    seen["failed"] = failed.state
    client.archive_run(first.run_id)
    seen["archived"] = client.get_run(first.run_id).storage_state
    client.unarchive_run(first.run_id)
    runs = client.list_runs(experiment_id=experiment.experiment_id, sort_by="created_at desc")
    seen["runs"] = runs.total_size

    job = client.create_recurring_run(
        experiment.experiment_id, "daily", cron_expression="0 0 9 * * *",
        pipeline_id=uploaded.pipeline_id, version_id=version.pipeline_version_id,
    )  # fmt: skip
    client.disable_recurring_run(job.recurring_run_id)
    seen["job"] = client.get_recurring_run(job.recurring_run_id).status
    jobs = client.list_recurring_runs(experiment_id=experiment.experiment_id)
    seen["jobs"] = [row.display_name for row in jobs.recurring_runs]
    client.enable_recurring_run(job.recurring_run_id)
    client.delete_recurring_run(job.recurring_run_id)

    client.archive_experiment(experiment.experiment_id)
    seen["archived experiment"] = client.get_experiment(experiment.experiment_id).storage_state
    client.unarchive_experiment(experiment.experiment_id)
    client.delete_run(first.run_id)
    seen["deleted"] = refused(client.get_run, first.run_id)
    seen["foreign"] = refused(client.list_experiments, namespace="team-b")
    client.delete_pipeline_version(uploaded.pipeline_id, version.pipeline_version_id)
    client.delete_experiment(experiment.experiment_id)
    return seen


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
