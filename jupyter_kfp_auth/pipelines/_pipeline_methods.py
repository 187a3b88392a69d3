"""What a connection does with pipelines and their versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import v1beta1
from ._transport import Transport, valid_id
from .errors import InvalidRequest
from .fields import JsonDict
from .models import Page, Pipeline, PipelineVersion
from .new_items import NewPipeline
from .package import Package, PipelineSource
from .resource import Resource

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import ListOptions

#: The least seconds that an upload is given: the server reads it and stores it in several places.
_UPLOAD_SECONDS = 60.0


class PipelineMethods:
    """Pipelines and their versions; a part of `Connection`."""

    _transport: Transport
    _pipelines: Resource[Pipeline]
    _versions: Resource[PipelineVersion]

    def list_pipelines(
        self, namespace: str | None = None, **options: Unpack[ListOptions]
    ) -> Page[Pipeline]:
        """Return one page of pipelines, newest first; ``namespace=""`` lists the shared ones."""
        return self._pipelines.list(namespace, **options)

    def iter_pipelines(
        self, namespace: str | None = None, **options: Unpack[ListOptions]
    ) -> Iterator[Pipeline]:
        """Yield every pipeline of a namespace."""
        return self._pipelines.walk(namespace, **options)

    def get_pipeline(self, pipeline_id: str) -> Pipeline:
        """Return one pipeline."""
        return self._pipelines.get(pipeline_id)

    def upload_pipeline(
        self,
        pipeline: PipelineSource,
        name: str | None = None,
        version: str | None = None,
        description: str = "",
        *,
        namespace: str | None = None,
    ) -> Pipeline:
        """Upload a compiled pipeline and return it. Nothing is sent unless it is one.

        One request; with a ``version`` two, or three where there is no such pipeline yet.

        Args:
            pipeline: the path of a compiled pipeline, or its definition.
            name: of the pipeline; by default the one in the definition.
            version: of this version; where there is a pipeline of that name, it gets this as one
                more. Without it, a new pipeline is made, whose first version has its name.
            description: for people.
            namespace: where it belongs; ``""`` shares it; by default the configured one.

        Raises:
            Conflict: there is a pipeline, or a version, of that name.
            InvalidRequest: it is not a compiled pipeline.
        """
        package = Package.of(pipeline)
        name = name or package.pipeline.name
        owner = self._transport.namespace_for(namespace)
        if version:
            found = self._named(name, owner) or self._create_pipeline(name, description, owner)
            self._upload_version(package, found.pipeline_id, version, description)
            return found
        query = {"name": name, "namespace": owner, "description": description}
        return self._pipelines.upload(package, query, _UPLOAD_SECONDS)

    def delete_pipeline(self, pipeline_id: str, *, cascade: bool = False) -> None:
        """Delete a pipeline for good.

        Args:
            pipeline_id: which one.
            cascade: delete its versions first, each with a request of its own; without it
                Pipelines refuses while there are any.
        """
        valid_id(pipeline_id)
        if cascade:
            for version in list(self._versions.walk(pipeline_id=pipeline_id, page_size=200)):
                self._versions.delete(version.id, pipeline_id)
        self._pipelines.delete(pipeline_id)

    # -- Versions -----------------------------------------------------------------------------

    def list_pipeline_versions(
        self, pipeline_id: str, **options: Unpack[ListOptions]
    ) -> Page[PipelineVersion]:
        """Return one page of a pipeline's versions, newest first."""
        return self._versions.list(pipeline_id=pipeline_id, **options)

    def iter_pipeline_versions(
        self, pipeline_id: str, **options: Unpack[ListOptions]
    ) -> Iterator[PipelineVersion]:
        """Yield every version of a pipeline."""
        return self._versions.walk(pipeline_id=pipeline_id, **options)

    def get_pipeline_version(self, pipeline_id: str, pipeline_version_id: str) -> PipelineVersion:
        """Return one version of a pipeline."""
        return self._versions.get(pipeline_version_id, pipeline_id)

    def get_pipeline_definition(
        self, pipeline_id: str, pipeline_version_id: str
    ) -> JsonDict | str | None:
        """Return what a version was compiled to: an object, or its text from KFP 1.8."""
        found: JsonDict | str | None = self._transport.definition(pipeline_id, pipeline_version_id)
        return found

    def upload_pipeline_version(
        self,
        pipeline: PipelineSource,
        pipeline_id: str,
        name: str,
        description: str = "",
    ) -> PipelineVersion:
        """Upload a compiled pipeline as one more version, and return that. One request.

        Args:
            pipeline: the path of a compiled pipeline, or its definition.
            pipeline_id: of the pipeline that gets the version.
            name: of the version.
            description: for people.

        Raises:
            Conflict: the pipeline has a version of that name.
            InvalidRequest: it is not a compiled pipeline.
        """
        return self._upload_version(Package.of(pipeline), pipeline_id, name, description)

    def delete_pipeline_version(self, pipeline_id: str, pipeline_version_id: str) -> None:
        """Delete one version of a pipeline for good."""
        self._versions.delete(pipeline_version_id, pipeline_id)

    # -----------------------------------------------------------------------------------------

    def _upload_version(
        self, package: Package, pipeline_id: str, name: str, description: str
    ) -> PipelineVersion:
        query = {"name": name, "pipelineid": valid_id(pipeline_id), "description": description}
        return self._versions.upload(package, query, _UPLOAD_SECONDS)

    def _named(self, name: str, namespace: str) -> Pipeline | None:
        walk = self._pipelines.walk(namespace, search=name, page_size=200)
        return next((one for one in walk if name in (one.display_name, one.name)), None)

    def _create_pipeline(self, name: str, description: str, namespace: str) -> Pipeline:
        if self._transport.api.NAME == v1beta1.NAME:
            raise InvalidRequest.of(
                "version", "left out: KFP 1.8 calls the first version as its pipeline", name
            )
        return self._pipelines.create(NewPipeline(name, description, namespace))
