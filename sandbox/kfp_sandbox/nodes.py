"""The nodes of a run as Argo names and links them.

Argo's name of a node is that of all it is in, by dots; its id is the workflow's name and a hash of
that. With the settings of KFP 2.17's own manifests every graph and every pod is a node of type
Retry with a child `(0)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from .run_state import NodeView, RunView


@dataclass
class ArgoNode:
    """A node of a Workflow, at some moment. Children and boundary are given by id."""

    id: str
    name: str
    display_name: str
    type: str
    view: NodeView
    boundary: str
    children: list[str] = field(default_factory=list)
    wrapped: bool = False
    pod_name: str = ""


def node_id(workflow: str, name: str) -> str:
    """The id of a node: the workflow's name and the FNV-1a hash of the node's full name."""
    if name == workflow:
        return workflow
    number = 2_166_136_261
    for byte in name.encode():
        number = (number ^ byte) * 16_777_619 & 0xFFFFFFFF
    return f"{workflow}-{number}"


def argo_nodes(current: RunView, workflow: str, *, wrapped: bool) -> list[ArgoNode]:
    """The nodes of a run that have started.

    Args:
        workflow: the name of the workflow.
        wrapped: whether there is a node `(0)` below each.
    """
    return list(_Namer(current, workflow, wrapped).nodes())


class _Namer:
    def __init__(self, current: RunView, workflow: str, wrapped: bool) -> None:
        self._views = current.nodes
        self._workflow = workflow
        self._wrapped = wrapped

    def nodes(self) -> Iterator[ArgoNode]:
        for index, view in self._views.items():
            node = view.node
            outer = self._name(index)
            display = node.key or self._workflow
            if self._is_exit(index):  # of a workflow of kfp 1
                display = outer
            boundary = self._id(self._inner_name(node.boundary)) if node.boundary >= 0 else ""
            first = [self._id(self._name(each)) for each in node.inner if each in self._views]
            hook = [self._id(self._name(node.hook))] if node.hook in self._hooks else []
            after = self._links[index]
            if not self._wraps(index):
                made = ArgoNode(self._id(outer), outer, display, node.type, view, boundary)
                made.children = [*first, *hook, *after]
                yield self._with_pod(made)
                continue
            inner = self._inner_name(index)
            own = [self._id(inner), *hook]
            yield ArgoNode(self._id(outer), outer, display, "Retry", view, boundary, own)
            yield self._with_pod(
                ArgoNode(
                    self._id(inner),
                    inner,
                    f"{display}(0)",
                    node.type,
                    view,
                    boundary,
                    [*first, *after],
                    wrapped=True,
                )
            )

    def _with_pod(self, made: ArgoNode) -> ArgoNode:
        if made.type == "Pod":
            number = made.id.rpartition("-")[2]
            made.pod_name = f"{self._workflow}-{made.view.node.template}-{number}"
        return made

    @cached_property
    def _hooks(self) -> set[int]:
        return {index for index, view in self._views.items() if view.node.role == "hook"}

    @cached_property
    def _links(self) -> dict[int, list[str]]:
        """For each node the ids of those that come after it: children of where it ends."""
        links: dict[int, list[str]] = {index: [] for index in self._views}
        for index, view in self._views.items():
            after = [self._id(self._name(each)) for each in view.node.after if each in self._views]
            for end in self._ends(index) if after else ():
                links[end] += after
        return links

    def _ends(self, index: int) -> list[int]:
        """The nodes with which a node ends."""
        node = self._views[index].node
        inner = [each for each in node.inner if each in self._views]
        if not inner or self._wraps(index):
            return [index]
        if node.type == "Retry":
            return [inner[-1]]
        if node.type == "TaskGroup":
            return [end for each in inner for end in self._ends(each)]
        last = [
            other
            for other in self._inside.get(index, [])
            if not any(each in self._views for each in self._views[other].node.after)
        ]
        return list(dict.fromkeys(end for other in last for end in self._ends(other))) or [index]

    @cached_property
    def _inside(self) -> dict[int, list[int]]:
        inside: dict[int, list[int]] = {}
        for index, view in self._views.items():
            if view.node.role not in ("hook", "attempt"):
                inside.setdefault(view.node.boundary, []).append(index)
        return inside

    def _wraps(self, index: int) -> bool:
        node = self._views[index].node
        return self._wrapped and node.type in ("DAG", "Pod") and node.role != "attempt"

    def _is_exit(self, index: int) -> bool:
        node = self._views[index].node
        return node.key == "onExit" and node.boundary == 0

    @cached_property
    def _names(self) -> dict[int, str]:
        return {}

    def _name(self, index: int) -> str:
        if index not in self._names:
            node = self._views[index].node
            above = self._inner_name(node.boundary) if node.boundary >= 0 else self._workflow
            if self._is_exit(index):
                above = self._workflow
            self._names[index] = f"{above}.{node.key}" if node.key else above
        return self._names[index]

    def _inner_name(self, index: int) -> str:
        return f"{self._name(index)}(0)" if self._wraps(index) else self._name(index)

    def _id(self, name: str) -> str:
        return node_id(self._workflow, name)
