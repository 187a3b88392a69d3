"""Where Pipelines is and who we are there: every setting, each with its origin."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from traitlets import Bool, Float, Unicode
from traitlets.config import Configurable

from ..auth import requested_token
from ..auth.token_file import AUDIENCE, TokenFile
from ..http.address import is_cluster_local
from ..http.errors import SettingsError
from . import elyra

DEFAULT_TOKEN_PATH = "/var/run/secrets/kubeflow/pipelines/token"  # noqa: S105 - a path

#: Where every pod has its ordinary token, its namespace and the CA of its cluster.
SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

#: Environment variables that name a CA bundle, in the order in which they count.
CA_VARIABLES = (
    "KF_PIPELINES_SSL_SA_CERTS",
    "PIPELINES_SSL_SA_CERTS",
    "PIPELINES_SSL_CA_CERTS",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
)

#: Nobody waits longer, and sockets take no more than some weeks.
MAX_TIMEOUT = 3600.0

#: The name of a namespace, and of most other things in Kubernetes.
NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ENDPOINT = re.compile(r"((https?|grpcs?)://)?([\w.-]{1,253}|\[[0-9a-fA-F:]+\]):[0-9]{1,5}/?")
_HOST_NAME = re.compile(r"(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*\.?")

#: Of Kubeflow's notebooks, and of the workspaces that follow them.
_NB_PREFIX = re.compile(r"/(notebook|workspace/connect)/(?P<namespace>[^/]+)/[^/]+")


class KfpAuth(Configurable):
    """Configuration for ``jupyter_server_config.py``, ``ipython_config.py`` and ``%config``."""

    host = Unicode(
        "",
        help="Address of the Pipelines API, such as http://ml-pipeline.kubeflow:8888.",
    ).tag(config=True)
    kfp_namespace = Unicode(
        "kubeflow", help="Namespace in which Kubeflow Pipelines itself is installed."
    ).tag(config=True)
    token_path = Unicode(
        "", help="File with the projected service-account token for Pipelines."
    ).tag(config=True)
    namespace = Unicode("", help="Namespace of your experiments and runs.").tag(config=True)
    ca_cert = Unicode("", help="File with the CA certificates to trust.").tag(config=True)
    ui_url = Unicode(
        "", help="Base address of the Pipelines web page; by default <origin>/_/pipeline/."
    ).tag(config=True)
    metadata_endpoint = Unicode(
        "",
        help="host:port of the metadata store (gRPC), where outputs of runs are read; with "
        "https:// in front of it for TLS.",
    ).tag(config=True)
    service_account_directory = Unicode(
        "",
        help="Directory of the pod's ordinary service account, where it is not mounted at "
        f"{SERVICE_ACCOUNT}: in the sandbox.",
    ).tag(config=True)
    timeout = Float(10.0, help="Seconds to wait for an answer of Pipelines.").tag(config=True)
    hints = Bool(
        True, help="Show a hint below the traceback of a cell that Pipelines made fail."
    ).tag(config=True)


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and where it comes from. An empty value means that nothing sets it."""

    value: str
    origin: str

    def __bool__(self) -> bool:
        """Tell whether something sets it."""
        return bool(self.value)

    def as_dict(self) -> dict[str, str]:
        """Return the setting as JSON-ready data."""
        return {"value": self.value, "origin": self.origin}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides how to reach Pipelines.

    ``timeout`` is in seconds. ``audience`` is what Pipelines wants among a token's audiences; empty
    where the platform's own sign-in takes any.
    """

    host: Setting
    token_path: Setting
    namespace: Setting
    ca_cert: Setting
    ui_url: Setting
    timeout: float = 10.0
    kfp_namespace: str = "kubeflow"
    service_account: str = SERVICE_ACCOUNT
    audience: str = AUDIENCE
    metadata_endpoint: Setting = Setting("", "")

    @property
    def token_file(self) -> TokenFile:
        """The token's file, read anew on each use. `cluster.token_request` renews what it holds."""
        return TokenFile(self.token_path.value)

    @property
    def identity(self) -> str:
        """``system:serviceaccount:<namespace>:<name>``; empty when the token does not say."""
        claims = self.token_file.claims()
        return claims.subject if claims else ""

    @property
    def fingerprint(self) -> str:
        """Equal in two processes that talk to the same Pipelines as the same account.

        A hash of host, namespace and identity. Nothing secret goes in or comes out.
        """
        parts = (self.host.value, self.namespace.value, self.identity)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def with_namespace(self, namespace: str, origin: str = "argument") -> Settings:
        """Return the same settings for another namespace; the host never changes."""
        return replace(self, namespace=_namespace(Setting(namespace, origin)))

    def as_dict(self) -> dict[str, dict[str, str]]:
        """Return every setting with its origin as JSON-ready data."""
        names = ("host", "token_path", "namespace", "ca_cert", "ui_url", "metadata_endpoint")
        return {name: getattr(self, name).as_dict() for name in names}


def resolve(
    *,
    host: str | None = None,
    namespace: str | None = None,
    token_path: str | None = None,
    ca_cert: str | None = None,
    timeout: float | None = None,
    use: Mapping[str, str] | None = None,
    config: KfpAuth | None = None,
    environ: Mapping[str, str] | None = None,
    namespace_file: Path | None = None,
    runtimes: Path = elyra.RUNTIMES,
) -> Settings:
    """Find each setting in its places; the first that is set wins.

    Args:
        host: argument of the caller, like the four that follow.
        use: what ``%kfp use`` has chosen for this process (``host``, ``namespace``).
        config: traitlets configuration.
        environ: environment variables, by default those of this process.
        namespace_file: where Kubernetes puts the pod's namespace, if not where it usually does.
        runtimes: directory of Elyra's runtime configurations.

    Raises:
        SettingsError: a value that cannot be used, with the place it comes from.
    """
    env = os.environ if environ is None else environ
    chosen = use or {}
    config = config or KfpAuth()
    kfp_namespace = _namespace(Setting(config.kfp_namespace, "KfpAuth.kfp_namespace")).value
    found_host, runtime = _find_host(host, chosen, config, env, runtimes)
    service_account = _first(
        (config.service_account_directory, "KfpAuth.service_account_directory"),
        (env.get("KF_SERVICE_ACCOUNT_DIRECTORY"), "KF_SERVICE_ACCOUNT_DIRECTORY"),
        (SERVICE_ACCOUNT, "default"),
    ).value
    found_token = _path(
        _first((token_path, "argument"), (config.token_path, "KfpAuth.token_path"))
        or _mounted_or_minted(_mounted(runtime, service_account, env), service_account, env)
    )
    explicit = _first(
        (namespace, "argument"),
        (chosen.get("namespace"), "%kfp use"),
        (config.namespace, "KfpAuth.namespace"),
    )
    pod = namespace_file or Path(service_account) / "namespace"
    found_namespace = (
        _namespace(explicit) if explicit else _pod_namespace(found_token.value, env, pod)
    )
    found_ca = _first(
        (ca_cert, "argument"),
        (config.ca_cert, "KfpAuth.ca_cert"),
        *((env.get(name), name) for name in CA_VARIABLES),
    )
    found_ui = _first(
        (config.ui_url, "KfpAuth.ui_url"),
        (env.get("KF_PIPELINES_UI_ENDPOINT"), "KF_PIPELINES_UI_ENDPOINT"),
        (runtime.ui_url(found_namespace.value), runtime.origin) if runtime else ("", ""),
    )
    found_metadata = _first(
        (config.metadata_endpoint, "KfpAuth.metadata_endpoint"),
        (env.get("KF_PIPELINES_METADATA_ENDPOINT"), "KF_PIPELINES_METADATA_ENDPOINT"),
        (f"metadata-grpc-service.{kfp_namespace}.svc.cluster.local:8080", "default"),
    )
    seconds = (config.timeout, "KfpAuth.timeout") if timeout is None else (timeout, "argument")
    return Settings(
        host=found_host,
        token_path=found_token,
        namespace=found_namespace,
        ca_cert=_path(found_ca) if found_ca else Setting("", "certifi"),
        ui_url=found_ui or Setting("", "the browser's own origin"),
        timeout=_timeout(*seconds),
        kfp_namespace=kfp_namespace,
        service_account=service_account,
        metadata_endpoint=_endpoint(found_metadata),
        audience="" if runtime else AUDIENCE,
    )


def _find_host(
    host: str | None,
    chosen: Mapping[str, str],
    config: KfpAuth,
    env: Mapping[str, str],
    runtimes: Path,
) -> tuple[Setting, elyra.Runtime | None]:
    """Return the address, and the runtime configuration if the address comes from there.

    A configuration's sign-in, the pod's ordinary token, is meant for its own address only.
    """
    default = f"http://ml-pipeline.{config.kfp_namespace}.svc.cluster.local:8888"
    explicit = _first(
        (host, "argument"),
        (chosen.get("host"), "%kfp use"),
        (config.host, "KfpAuth.host"),
        (env.get("KF_PIPELINES_ENDPOINT"), "KF_PIPELINES_ENDPOINT"),
    )
    runtime = None if explicit else elyra.find(runtimes)
    found = Setting(runtime.host, runtime.origin) if runtime else Setting(default, "default")
    return _host(explicit or found), runtime


def _mounted(
    runtime: elyra.Runtime | None, service_account: str, env: Mapping[str, str]
) -> Setting:
    own = f"{service_account}/token", "the pod's own account"
    return _first(
        (env.get("KF_PIPELINES_SA_TOKEN_PATH"), "KF_PIPELINES_SA_TOKEN_PATH"),
        own if runtime else (DEFAULT_TOKEN_PATH, "default"),
    )


def _mounted_or_minted(mounted: Setting, service_account: str, env: Mapping[str, str]) -> Setting:
    """Prefer the mounted token as long as Pipelines may accept it."""
    path = requested_token.find(service_account, env)
    if path is None or usable(TokenFile(_path(mounted).value), service_account):
        return mounted
    return Setting(str(path), requested_token.ORIGIN)


def usable(file: TokenFile, service_account: str) -> bool:
    """Tell whether the token is good by what it says of itself; an opaque one says nothing.

    Args:
        file: the token's.
        service_account: the directory of the pod's ordinary token, whose issuer is the cluster.
    """
    claims = file.claims()
    if claims is None:
        return False
    ordinary = TokenFile(Path(service_account) / "token").claims()
    if ordinary and ordinary.issuer and claims.issuer != ordinary.issuer:
        return False
    meant = not claims.audience or AUDIENCE in claims.audience
    ended = claims.expires_at is not None and claims.expires_at <= datetime.now(timezone.utc)
    return meant and not ended


def _first(*places: tuple[str | None, str]) -> Setting:
    for value, origin in places:
        if value and value.strip():
            return Setting(value.strip(), origin)
    return Setting("", "")


def _pod_namespace(token_path: str, env: Mapping[str, str], namespace_file: Path) -> Setting:
    """Ask the token, the pod and ``NB_PREFIX``; where one is wrong, the next may know."""
    for setting in _pod_namespaces(token_path, env, namespace_file):
        if NAMESPACE.fullmatch(setting.value):
            return setting
    return Setting("", "")


def _pod_namespaces(
    token_path: str, env: Mapping[str, str], namespace_file: Path
) -> Iterable[Setting]:
    claims = TokenFile(token_path).claims()
    if claims and claims.namespace:
        yield Setting(claims.namespace, "the token")
    with suppress(OSError, UnicodeDecodeError):
        yield Setting(namespace_file.read_text("utf-8").strip(), "the pod")
    if found := _NB_PREFIX.match(env.get("NB_PREFIX", "")):
        yield Setting(found["namespace"], "NB_PREFIX")


def _path(setting: Setting) -> Setting:
    return replace(setting, value=os.path.expanduser(setting.value))


def _namespace(setting: Setting) -> Setting:
    if not NAMESPACE.fullmatch(setting.value):
        raise SettingsError(
            "namespace-invalid",
            f"{setting.value[:80]!r} from {setting.origin} is not a Kubernetes namespace",
            facts={"namespace": setting.value[:80], "origin": setting.origin},
        )
    return setting


def _timeout(seconds: float, origin: str) -> float:
    usable = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not usable or not 0 < seconds <= MAX_TIMEOUT:  # false for NaN, too
        shown = repr(seconds)[:80]
        raise SettingsError(
            "timeout-invalid",
            f"the timeout {shown} from {origin} is not a number of seconds up to {MAX_TIMEOUT:g}",
            facts={"timeout": shown, "origin": origin},
        )
    return float(seconds)


def _host(setting: Setting) -> Setting:
    """Check and tidy the address: a scheme, no trailing slash, no credentials, no query."""
    try:
        return replace(setting, value=_address(setting.value))
    except ValueError:
        # Never shown, nor kept as the cause: someone may have put credentials into it.
        pass
    problem = _address_problem(setting.value)
    raise SettingsError(
        "host-invalid",
        f"the host from {setting.origin} is not an http:// or https:// address "
        "without user, password and query",
        facts={"origin": setting.origin, "problem": problem},
    )


_QUOTES = tuple("\"'`\u201c\u201d\u2018\u2019")


def _address_problem(value: str) -> str:
    """Say what is wrong with an address, without showing it; empty where it is hard to say."""
    bare = value.strip()
    rest = bare.partition("://")[2] or bare
    place = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if bare[:1] in _QUOTES or bare[-1:] in _QUOTES:
        return "there are quotes around it"
    if "@" in place:
        return "user and password must not be in it"
    if "[" not in place and place.count(":") > 1:
        return "an IPv6 address needs brackets, as in http://[fd00::a]:8888"
    if re.match(r"https?:/?[^/]", bare, re.IGNORECASE):
        return "a slash is missing after http: or https:"
    if "://" in bare and not re.match(r"https?://", bare, re.IGNORECASE):
        return "it has to begin with http:// or https://"
    if re.search(r"\s", bare):
        return "there is a space in it"
    if re.search(r"[<{$]", bare):
        return "something in it was to be replaced and was not"
    if "?" in rest:
        return "there is a query in it, from the ? on"
    port = re.search(r":([^:\]]*)$", place)
    if port and not (port[1].isdecimal() and 0 < int(port[1]) < 65536):
        return "its port is not a number from 1 to 65535"
    return ""


def _endpoint(setting: Setting) -> Setting:
    """Check the metadata store's address: one that cannot be used is empty, and not shown.

    It is needed for outputs only, so it is no reason to refuse everything else.
    """
    return setting if _ENDPOINT.fullmatch(setting.value) else Setting("", setting.origin)


def _address(value: str) -> str:
    """Return the tidy address. Raises ValueError for what is none, or holds more than one."""
    if "://" not in value:
        if value.lower().startswith(("http:", "https:")):
            raise ValueError("one slash is missing")
        # kfp itself writes the in-cluster address without a scheme, and means plain HTTP by it.
        value = ("http://" if is_cluster_local(value) else "https://") + value
    if not value.isprintable():  # urlsplit would take out some characters without a word
        raise ValueError("control characters")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or "?" in value:
        raise ValueError("not an address, or more than that")
    name = parts.hostname or ""
    if "[" in parts.netloc:
        ipaddress.IPv6Address(name)
    elif not _HOST_NAME.fullmatch(name):
        raise ValueError("not a host name")
    if parts.port == 0:
        raise ValueError("no such port")
    return f"{parts.scheme}://{parts.netloc.lower().rstrip(':')}{parts.path.rstrip('/')}"
