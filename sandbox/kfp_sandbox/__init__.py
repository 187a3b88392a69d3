"""An embedded stand-in for the API server of Kubeflow Pipelines.

For the demo, for Binder and for tests. It is not a cluster and says so: every answer carries the
header `X-Sandbox`.
"""

from .clock import Clock
from .http_handler import RecordedRequest
from .outcomes import OUTCOMES
from .rbac import EDIT, VIEW, Rbac
from .server import Sandbox

__all__ = ["EDIT", "OUTCOMES", "VIEW", "Clock", "Rbac", "RecordedRequest", "Sandbox"]
