"""`open`: the page of something in the Kubeflow dashboard."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..command import Command, Context
from ..options import add_id
from ..parser import About

if TYPE_CHECKING:
    from ..results import Result


def run(context: Context, asked: Namespace) -> Result:
    """Link to a page."""
    from ..links import Link
    from ..lookup import Finder

    client = context.client(asked.namespace)
    kind, item = Finder(client).anything(asked.id)
    namespace = client.settings.namespace.value if client.health.multi_user else ""
    return Link.to(kind, item, namespace, client.settings.ui_url.value)


COMMAND = Command(
    "open",
    About(
        "Link to the page of a run, experiment, recurring run or pipeline.",
        (("3f1c9a52", "a run, by the beginning of its id"), ("churn-xgboost", "by name")),
    ),
    "Look",
    run,
    overview=("open ID", "Link to its page in the Kubeflow dashboard."),
    options=add_id,
)
