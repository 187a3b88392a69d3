"""The kfp SDK beside the server: which one is installed here, and whether the two fit."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

from ..http.errors import PipelinesError


class SdkError(PipelinesError):
    """The installed kfp SDK cannot do what is asked of it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The installed SDK beside one server.

    Attributes:
        version: of the SDK; empty where none is installed.
        fits: whether the two go together; None where one of them is not known.
        cause: the code in the catalogue where they do not.
        message: one sentence, with the pip line where they do not fit.
    """

    version: str
    fits: bool | None
    cause: str
    message: str

    def as_dict(self) -> dict[str, str | bool | None]:
        """Return it as JSON-ready data."""
        return {"version": self.version, "fits": self.fits, "message": self.message}


#: The SDKs for each API of a server. Every 2.x SDK asks for v2beta1, which 1.8 does not have; every
#: 1.x SDK asks for v1beta1, which 2.x still answers, without what is new in it.
PIP = {"v1beta1": "pip install 'kfp>=1.8,<2'", "v2beta1": "pip install 'kfp>=2,<3'"}


def installed() -> str:
    """Return the version of the installed SDK; empty text where there is none."""
    try:
        return metadata.version("kfp") or "unknown"  # None where its metadata is damaged
    except metadata.PackageNotFoundError:
        return ""


def fit(api: str, release: str = "") -> Fit:
    """Compare the installed SDK with a server.

    Args:
        api: ``v2beta1``, ``v1beta1``, or empty when the server did not say.
        release: of the server, such as ``2.17.0``.
    """
    version = installed()
    if not version:
        return Fit("", None, "", "not installed here; nothing but %kfp client needs it")
    major = version.split(".")[0]
    if not major.isdecimal() or api not in PIP:
        return Fit(version, None, "", f"kfp {version}")
    server = f"Pipelines {release}" if release[:1].isdecimal() else "this Pipelines"
    if api == "v1beta1" and int(major) >= 2:
        cause, why = "sdk-too-new", f"kfp {version} cannot talk to {server}"
    elif api == "v2beta1" and int(major) < 2:
        cause, why = "sdk-too-old", f"kfp {version} is older than {server}"
    else:
        return Fit(version, True, "", f"kfp {version} fits {server}")
    return Fit(version, False, cause, f"{why}: {PIP[api]}")


def misfit(found: Fit, release: str = "") -> SdkError:
    """Return the error that says what a `Fit` found."""
    facts = {"sdk": found.version, "release": release}
    return SdkError(found.cause, found.message, facts=facts)
