"""What differs between the releases of Kubeflow Pipelines that the sandbox can speak for."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """A release of the API server, for example `2.17.0`."""

    name: str
    numbers: tuple[int, int, int]

    @classmethod
    def parse(cls, name: str) -> Release:
        """Read a release number. Raises ValueError for anything but three numbers."""
        match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", name)
        if not match:
            raise ValueError(f"{name!r} is not a release: such as 2.17.0, 2.5.0 or 1.8.5")
        first, second, third = (int(number) for number in match.groups())
        return cls(name, (first, second, third))

    def since(self, *numbers: int) -> bool:
        """Whether this release is the given one or a later one."""
        return self.numbers >= numbers

    @property
    def has_v2(self) -> bool:
        """The v2beta1 API came with 2.0."""
        return self.since(2)

    @property
    def modern_gateway(self) -> bool:
        """grpc-gateway v2: no `error` key in errors, unknown request fields are refused."""
        return self.since(2, 14)

    @property
    def has_names(self) -> bool:
        """Pipelines and versions carry `name` next to `display_name`."""
        return self.since(2, 14)

    @property
    def has_pipeline_store(self) -> bool:
        """The healthz answer names the pipeline store."""
        return self.since(2, 14)

    @property
    def has_tags(self) -> bool:
        """Pipelines and versions carry tags, and can be patched."""
        return self.since(2, 17)

    @property
    def explains_token_reviews(self) -> bool:
        """Errors repeat why the TokenReview failed."""
        return self.since(2, 0, 2)
