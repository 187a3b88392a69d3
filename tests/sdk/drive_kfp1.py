"""What a user of kfp 1.8 does, against the server in the environment. Prints what came back."""

import json
import os
import sys
import urllib.request
import warnings
from typing import Any

import kfp
from kfp import compiler, components, dsl
from kfp.auth import ServiceAccountTokenVolumeCredentials

warnings.simplefilter("ignore")
_URL = os.environ["KF_PIPELINES_ENDPOINT"]
_NAMESPACE = "team-a"


def advance(seconds: float) -> None:
    """Push the server's clock."""
    body = json.dumps({"advance": seconds}).encode()
    urllib.request.urlopen(f"{_URL}/sandbox/v1/clock", data=body).read()


say = components.load_component_from_text(
    """
name: say
inputs: [{name: text, type: String}]
outputs: [{name: said, type: String}]
implementation:
  container:
    image: busybox
    command: [echo, {inputValue: text}]
    fileOutputs: {said: /tmp/said}
"""
)


@dsl.pipeline(name="sdk pipeline")  # type: ignore[untyped-decorator]
def pipeline(text: str = "hello"):  # type: ignore[no-untyped-def]
    last = say("bye")
    with dsl.ExitHandler(last):
        first = say(text)
        with dsl.Condition(first.output == "heads"):
            say("heads")
        with dsl.ParallelFor(["a", "b"]) as item:
            say(item)


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
    seen["same experiment"] = again.id == experiment.id
    by_name = client.get_experiment(experiment_name="from-sdk", namespace=_NAMESPACE)
    seen["by name"] = by_name.id == experiment.id
    text = {"op": 9, "key": "name", "stringValue": "churn"}
    found = client.list_experiments(
        namespace=_NAMESPACE, filter=json.dumps({"predicates": [text]}), sort_by="name"
    )
    seen["filtered"] = [row.name for row in found.experiments]

    uploaded = client.upload_pipeline(package, "from-sdk", "d")
    version = client.upload_pipeline_version(package, "from-sdk 2", pipeline_id=uploaded.id)
    listed = client.list_pipeline_versions(uploaded.id).versions
    seen["versions"] = sorted(row.name for row in listed)
    seen["pipeline id"] = client.get_pipeline_id("from-sdk") == uploaded.id

    first = client.create_run_from_pipeline_package(
        package, {"text": "hi"}, experiment_name="from-sdk", namespace=_NAMESPACE
    )
    seen["first state"] = client.get_run(first.run_id).run.status
    second = client.run_pipeline(experiment.id, "second", version_id=version.id, params={})
    third = client.create_run_from_pipeline_func(
        pipeline, {}, experiment_name="from-sdk", namespace=_NAMESPACE
    )
    client.runs.terminate_run(third.run_id)
    seen["terminated"] = [client.get_run(third.run_id).run.status]
    advance(300)
    seen["terminated"].append(client.get_run(third.run_id).run.status)
    done = client.wait_for_run_completion(first.run_id, 20)
    seen["done"] = done.run.status
    workflow = json.loads(done.pipeline_runtime.workflow_manifest)
    seen["tasks"] = sorted({node["displayName"] for node in workflow["status"]["nodes"].values()})
    seen["second"] = client.get_run(second.id).run.status
    seen["runs"] = client.list_runs(experiment_id=experiment.id).total_size

    job = client.create_recurring_run(
        experiment.id, "daily", cron_expression="0 0 9 * * *", version_id=version.id
    )
    client.disable_job(job.id)
    seen["job"] = client.get_recurring_run(job.id).enabled
    seen["jobs"] = [
        row.name for row in client.list_recurring_runs(experiment_id=experiment.id).jobs
    ]
    client.delete_job(job.id)

    client.archive_experiment(experiment.id)
    seen["archived experiment"] = client.get_experiment(experiment.id).storage_state
    seen["foreign"] = refused(client.list_experiments, namespace="team-b")
    client.delete_experiment(experiment.id)
    return seen


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
