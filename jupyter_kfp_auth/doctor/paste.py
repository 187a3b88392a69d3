"""The things to paste: YAML for the cluster, settings for the notebook."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from ..auth.token_file import AUDIENCE
from .sdk import PIP

_TEMPLATES = {
    "poddefault": """\
apiVersion: kubeflow.org/v1alpha1
kind: PodDefault
metadata:
  name: {poddefault}
  namespace: {namespace}
spec:
  desc: Allow access to Kubeflow Pipelines
  selector:
    matchLabels:
      {poddefault}: "true"
  env:
    - name: KF_PIPELINES_SA_TOKEN_PATH
      value: {directory}/token
  volumes:
    - name: {volume}
      projected:
        sources:
          - serviceAccountToken:
              path: token
              expirationSeconds: 7200
              audience: {wanted}
  volumeMounts:
    - mountPath: {directory}
      name: {volume}
      readOnly: true
""",
    "rolebinding": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: pipelines-{account_namespace}-{account}
  namespace: {namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kubeflow-edit
subjects:
  - kind: ServiceAccount
    name: {account}
    namespace: {account_namespace}
""",
    "use-host": "%kfp use --host http://ml-pipeline.{kfp_namespace}.svc.cluster.local:8888",
    "default-host": "%kfp use --host http://ml-pipeline.{kfp_namespace}.svc.cluster.local:8888",
    "http-host": "%kfp use --host {http_host}",
    "moved-host": "%kfp use --host {moved_to}",
    "other-host": "%kfp use --host https://NAME-IN-THE-CERTIFICATE",
    "use-namespace": "%kfp use -n {namespace}",
    "use-reset": "%kfp use --reset",
    "ca-cert": "%env KF_PIPELINES_SSL_SA_CERTS=/path/to/ca.crt",
    "no-proxy": "%env NO_PROXY={no_proxy}",
    "pod-label": (
        "from kfp import kubernetes\nkubernetes.add_pod_label(task, '{poddefault}', 'true')"
    ),
    "token-path": "%env KF_PIPELINES_SA_TOKEN_PATH=/path/to/token",
    "find-service": "kubectl get services --all-namespaces | grep ml-pipeline",
    "pip": "pip install kfp",
    "pip-socks": "pip install pysocks",
    "pip-anew": "pip install --force-reinstall kfp",
    "pip-1": PIP["v1beta1"],
    "pip-2": PIP["v2beta1"],
    "pip-kubernetes": "pip install 'kfp[kubernetes]'",
    "unset-iap": "%env KF_PIPELINES_IAP_OAUTH2_CLIENT_ID=\n%kfp client",
    "credentials": (
        "import jupyter_kfp_auth as jka\n"
        "client = kfp.Client(host='{host}', credentials=jka.ServiceAccountTokenVolumeCredentials())"
    ),
    "kfp-client": "%kfp client",
    "doctor": "%kfp doctor",
    "call-namespace": "client.list_experiments(namespace='{namespace}')",
    "run": "%kfp run {run}",
    "clone": "%kfp clone {run}",
    "look": "%kfp {look}",
}


def _with_old(variable: str, host: str) -> str:
    """Return what a variable of hosts has to be so that this host is added to it."""
    old = os.environ.get(variable) or os.environ.get(variable.lower(), "")
    hosts = [each.strip() for each in old.split(",") if re.fullmatch(r"[\w.:/*-]+", each.strip())]
    return ",".join([*hosts, host])


#: How distributions name their PodDefault and its volume, by the directory of their token.
_DISTRIBUTIONS = {
    "/var/run/secrets/kubeflow/pipelines": {
        "poddefault": "access-ml-pipeline",
        "volume": "volume-kf-pipeline-token",
    },
    "/var/run/secrets/ml-pipeline": {  # deployKF
        "poddefault": "kubeflow-pipelines-api-token",
        "volume": "volume-ml-pipeline-token",
    },
}
_DIRECTORY = "/var/run/secrets/kubeflow/pipelines"

#: What stands in the templates where nothing is known.
_PLACEHOLDERS = {
    "namespace": "YOUR-NAMESPACE",
    "account": "default-editor",
    "account_namespace": "YOUR-NAMESPACE",
    "kfp_namespace": "kubeflow",
    "host": "http://ml-pipeline.kubeflow.svc.cluster.local:8888",
    "http_host": "http://ml-pipeline.kubeflow.svc.cluster.local:8888",
    "moved_to": "https://ml-pipeline.kubeflow.svc.cluster.local:8888",
    "look": "runs",
    "no_proxy": "HOST",
    "run": "RUN",
    "name": "HOST",
    "wanted": AUDIENCE,
    "directory": _DIRECTORY,
    **_DISTRIBUTIONS[_DIRECTORY],
}

#: What may go into a template. Facts come from the network, and someone will paste the result.
_HARMLESS = re.compile(r"[\w.:/-]{1,253}", re.ASCII)


def fill(template: str, facts: Mapping[str, str]) -> str:
    """Return the thing to paste, filled in; empty text for an empty template name."""
    if not template:
        return ""
    known = {key: value for key, value in facts.items() if _HARMLESS.fullmatch(value)}
    user = known.get("user", "").split(":")  # system:serviceaccount:<namespace>:<name>
    if len(user) == 4 and user[:2] == ["system", "serviceaccount"]:
        known.update(account_namespace=user[2], account=user[3])
    if "://" in known.get("host", ""):
        address = known["host"].partition("://")[2]
        known = {"moved_to": f"https://{address}", **known, "http_host": f"http://{address}"}
    if "name" in known:
        known["no_proxy"] = _with_old("NO_PROXY", known["name"])
    # A token of another name, or somewhere else, is nothing that a PodDefault of ours could mount.
    directory = known.get("path", "").removesuffix("/token")
    if directory in _DISTRIBUTIONS:
        known |= {"directory": directory, **_DISTRIBUTIONS[directory]}
    filled = _TEMPLATES[template].format_map(_PLACEHOLDERS | known)
    if template in ("use-host", "default-host") and filled.endswith(f" {known.get('host')}"):
        return _TEMPLATES["find-service"]  # that very address has just failed
    return filled
