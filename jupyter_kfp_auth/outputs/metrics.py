"""Metrics, ROC curves and confusion matrices, which are metadata of artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..http.strict_json import Json
from ..pipelines.fields import JsonObject, mapping, objects, text
from .models import Artifact, Curve, Matrix, Metric

_CURVE = "confidenceMetrics"
_MATRIX = "confusionMatrix"
_SLICES = "evaluationSlices"


def scalars(task: str, path: tuple[str, ...], artifact: Artifact) -> Iterator[Metric]:
    """Yield the metrics that an artifact holds: only those of a type for metrics do."""
    if artifact.type.endswith("Metrics"):
        for name, value in artifact.metadata.items():
            if isinstance(value, (int, float, str)):
                yield Metric(task, path, artifact.name, name, value)


def has_plots(artifact: Artifact) -> bool:
    """Tell whether an artifact holds a curve or a matrix."""
    found = artifact.metadata
    return _CURVE in found or _MATRIX in found or _SLICES in found


def curves(artifact: Artifact) -> Iterator[Curve]:
    """Yield the ROC curves of an artifact, also those of its slices."""
    for name, found in _sliced(artifact.metadata):
        points = tuple(
            (
                _number(point.get("confidenceThreshold")),
                _number(point.get("falsePositiveRate")),
                _number(point.get("recall")),
            )
            for point in objects(found, _CURVE)
        )
        if points:
            yield Curve(artifact.name, points, name)


def matrices(artifact: Artifact) -> Iterator[Matrix]:
    """Yield the confusion matrices of an artifact, also those of its slices."""
    for name, found in _sliced(artifact.metadata):
        matrix = mapping(found, _MATRIX)
        listed = matrix.get("rows")
        given = listed if isinstance(listed, list) else []
        rows = tuple(tuple(map(_number, _row(row))) for row in given)
        if rows:
            categories = tuple(text(c, "displayName") for c in objects(matrix, "annotationSpecs"))
            yield Matrix(artifact.name, categories, rows, name)


def _sliced(metadata: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    whole = dict(metadata)
    yield "", whole
    for item in objects(whole, _SLICES):
        name = text(item, "slice") or text(item, "sliceName")
        found = mapping(item, "sliceClassificationMetrics") or item
        yield name, found


def _row(row: object) -> list[Json]:
    if isinstance(row, Mapping):
        row = row.get("row")
    return row if isinstance(row, list) else []


def _number(value: Json) -> float:
    """Return a number; what is absent on the wire is zero, and text may be ``Infinity``."""
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return float("nan")
