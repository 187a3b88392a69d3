"""Why outputs of a run, or what an artifact holds, cannot be read. Rows as in `causes.Cause`."""

from __future__ import annotations

_YOU, _ADMIN = "you", "administrator"

OUTPUTS_CAUSES: tuple[tuple[str, str, str, str], ...] = (
    (
        "metadata-unreachable",
        "The metadata store, where Pipelines keeps what runs produced, does not answer at "
        "{endpoint}: {said}",
        "Ask your administrator to let your namespace reach it (NetworkPolicy "
        "metadata-grpc-server); where it has another address, set KF_PIPELINES_METADATA_ENDPOINT.",
        _ADMIN,
    ),
    (
        "metadata-tls",
        "The TLS connection to the metadata store at {endpoint} failed: {said}",
        "Name the file with your CA's certificates in KF_PIPELINES_SSL_SA_CERTS; where the store "
        "has no TLS, put http:// in front of KF_PIPELINES_METADATA_ENDPOINT.",
        _ADMIN,
    ),
    (
        "metadata-endpoint-invalid",
        "The address of the metadata store from {origin} is not host:port.",
        "Correct {origin}: host:port, with https:// in front of it for TLS.",
        _YOU,
    ),
    (
        "metadata-denied",
        "The metadata store at {endpoint} refuses this pod: {said}",
        "Ask your administrator for access to the metadata store.",
        _ADMIN,
    ),
    (
        "metadata-unexpected",
        "What answers at {endpoint} is not the metadata store of Pipelines.",
        "Set KF_PIPELINES_METADATA_ENDPOINT to its gRPC port (8080 of metadata-grpc-service).",
        _YOU,
    ),
    (
        "metadata-too-large",
        "One answer of the metadata store is larger than 100 MiB.",
        "Look at single tasks on the Pipelines web page.",
        _YOU,
    ),
    (
        "metadata-failed",
        "The metadata store at {endpoint} failed: {said}",
        "Try again; if it persists, show your administrator the report.",
        _ADMIN,
    ),
    (
        "metadata-no-run",
        "The metadata store knows nothing of this run: its first step failed, its records were "
        "deleted, or the store belongs to another Pipelines.",
        "Look at the run's reason and logs; check the metadata store that `%kfp status` shows.",
        _YOU,
    ),
    (
        "outputs-library-missing",
        "The Python package {library}, which reads outputs, cannot be imported here.",
        "Run `%pip install {library}` and restart the kernel.",
        _YOU,
    ),
    (
        "artifact-gone",
        "Nothing is left of the artifact {artifact} in its store: it was deleted, or the task "
        "never wrote it.",
        "Run the task again without its cache to make it anew.",
        _YOU,
    ),
    (
        "artifact-not-recorded",
        "Which artifact {artifact} was is not on record for this task.",
        "Take the file from the task that made it, or give one of your own.",
        _YOU,
    ),
    (
        "artifact-is-folder",
        "The artifact {artifact} is a folder.",
        "Save it with `%kfp artifact RUN TASK/NAME --save PATH`, or use .files() and .save(path).",
        _YOU,
    ),
    (
        "artifact-denied",
        "The store refuses access to the artifact {artifact} in the bucket {bucket}.",
        "Ask your administrator to let the keys of your namespace read it.",
        _ADMIN,
    ),
    (
        "artifact-no-identity",
        "The bucket {bucket} is read with the pod's own identity, and this pod has none there.",
        "Ask your administrator to give the notebook's service account access to the bucket.",
        _ADMIN,
    ),
    (
        "artifact-unreachable",
        "The store of the bucket {bucket} does not answer from this pod.",
        "Ask your administrator to let your namespace reach the object store (NetworkPolicy).",
        _ADMIN,
    ),
    (
        "artifact-failed",
        "The artifact {artifact} cannot be read from its store: {said}",
        "Try again; if it persists, show your administrator the report.",
        _ADMIN,
    ),
    (
        "artifact-scheme",
        "Artifacts at {scheme}:// addresses cannot be read here.",
        "Open its address with the tool that it is made for.",
        _YOU,
    ),
    (
        "artifact-store-unknown",
        "Where the store of this artifact is was not recorded in a form that can be used.",
        "Ask your administrator for the address of the object store, and read it by its address.",
        _ADMIN,
    ),
    (
        "artifact-secret-missing",
        "There is no Secret {secret} in the namespace {namespace}, which holds the keys of the "
        "object store.",
        "Ask your administrator to create it; Kubeflow's profile controller usually does.",
        _ADMIN,
    ),
    (
        "artifact-secret-denied",
        "This pod may not read the Secret {secret} in the namespace {namespace}, which holds the "
        "keys of the object store.",
        "Ask the owner of {namespace} to let your service account read it (ClusterRole "
        "kubeflow-edit).",
        _ADMIN,
    ),
    (
        "artifact-secret-incomplete",
        "The Secret {secret} in the namespace {namespace} has no entry {entry}.",
        "Ask your administrator to correct the Secret, or the entry's name in the ConfigMap "
        "kfp-launcher.",
        _ADMIN,
    ),
    (
        "artifact-secret-foreign",
        "The run names the Secret {secret} for its store, and that is not one of a store that "
        "{namespace} is configured for.",
        "Ask your administrator to name it in the ConfigMap kfp-launcher of {namespace}.",
        _ADMIN,
    ),
    (
        "artifact-no-cluster",
        "The keys of the object store are in the Secret {secret} of {namespace}, and the cluster "
        "cannot be asked for it from here.",
        "Read artifacts from a notebook in the cluster.",
        _YOU,
    ),
    (
        "artifact-no-store",
        "Pipelines keeps this artifact where nothing here can read it.",
        "Open the run on the Pipelines web page.",
        _YOU,
    ),
)
