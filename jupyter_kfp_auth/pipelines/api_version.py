"""What the API versions of Pipelines differ in. The modules `v2beta1` and `v1beta1` provide it."""

from __future__ import annotations

from typing import Protocol

from .fields import JsonDict, JsonObject
from .kinds import Kind
from .new_items import NewItem
from .query import Query


class ApiVersion(Protocol):
    """Paths, parameters and bodies of one API version, and its answers in the words of v2beta1."""

    #: Such as ``v2beta1``.
    NAME: str
    #: The path of the health check.
    HEALTHZ: str
    #: Where an answer holds the definition of a pipeline version.
    DEFINITION: str

    def list_path(self, kind: Kind, pipeline_id: str = "") -> str:
        """Return the path of a list, to which new items are posted as well."""

    def list_key(self, kind: Kind) -> str:
        """Return the key under which an answer holds the items of a list."""

    def params(self, kind: Kind, query: Query) -> dict[str, str]:
        """Return the query parameters of a list."""

    def item_path(self, kind: Kind, item_id: str, pipeline_id: str = "") -> str:
        """Return the path of one item."""

    def action_path(self, kind: Kind, item_id: str, action: str) -> str:
        """Return the path of an action such as ``terminate``."""

    def upload_path(self, kind: Kind) -> str:
        """Return the path that takes the file of a pipeline, or of a version."""

    def definition_path(self, pipeline_id: str, version_id: str) -> str:
        """Return the path of the answer that holds a version's definition."""

    def body(self, new: NewItem) -> JsonDict:
        """Return the body that creates an item."""

    def normalize(self, kind: Kind, data: JsonObject) -> JsonObject:
        """Return one item of an answer as v2beta1 would write it."""
