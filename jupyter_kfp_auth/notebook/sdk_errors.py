"""What an exception of the kfp SDK means: from its type, its frames and the client behind it.

Only what is certain is named. An error that merely passed through kfp is left alone.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..cluster.token_request import token_file
from ..config import runtime
from ..config.settings import Setting, Settings, resolve
from ..doctor import Diagnosis, explain, sdk
from ..doctor.migration import instead
from ..http.address import without_password
from ..http.errors import PipelinesError
from ..http.network_errors import unreachable
from ..http.responder import is_markup
from ..http.session import Answer
from ..pipelines.answers import error_from
from ..pipelines.errors import TokenError
from ..pipelines.outcome import judged
from .frames import frames, package
from .missing_names import missing_names

_SDK = ("kfp", "kfp_server_api")


def of_error(error: BaseException) -> Diagnosis | None:
    """Explain an exception that ended a cell; ``None`` where it is not one of Pipelines."""
    if isinstance(error, PipelinesError):
        return explain(error)
    found = _missing_sdk(error)
    if found is None and (diagnosis := _other_major(error)):
        return diagnosis
    found = found or _sdk_failure(error)
    return None if found is None else _for_clients(explain(found))


def of_unsigned_client() -> Diagnosis | None:
    """Explain why `kfp.Client` has just logged that it goes on without credentials."""
    settings = _settings()
    found = _token_error(settings)
    return None if found is None else explain(found)


def of_empty_answer(answer: object, variables: Mapping[str, object]) -> Diagnosis | None:
    """Explain a displayed answer of the SDK in which every field is ``None``.

    That may be an empty list, or what the SDK makes of a login page. Only the client that got it
    knows, so without one there is nothing to say.
    """
    names = getattr(answer, "openapi_types", None) or {}
    if not names or any(getattr(answer, name, None) is not None for name in names):
        return None
    for client in tuple(variables.values()):
        if type(client).__name__ == "Client" and type(client).__module__.startswith("kfp."):
            found = _not_json(client)
            if found is not None:
                return _for_clients(explain(found))
    return None


# -- Names that another kfp has ----------------------------------------------------------------


def _other_major(error: BaseException) -> Diagnosis | None:
    """Explain code that was written for the other major version of kfp."""
    installed = sdk.installed()
    code, other = ("kfp-2-code", "2") if installed.startswith("1.") else ("kfp-1-code", "1")
    for name in missing_names(error):
        found = instead(other, name)
        if found is None:
            continue
        if other == "1" and name.partition(".")[0] == "PipelineTask" and hasattr(error, "obj"):
            name = f"task.{name.partition('.')[2]}"
        shown = name.replace("-", " ").replace("(arguments)", "(...) with these arguments")
        diagnosis = explain(_problem(code, sdk=installed, name=shown))
        return replace(diagnosis, next_step=found.advice, paste=found.code)
    return None


def _missing_sdk(error: BaseException) -> PipelinesError | None:
    if isinstance(error, ModuleNotFoundError) and error.name == "kfp":
        return _problem("sdk-missing")
    if "kfp.kubernetes" in missing_names(error) and not sdk.installed().startswith("1."):
        return _problem("sdk-kubernetes-missing")
    return None


# -- Failures inside the SDK -------------------------------------------------------------------


def _sdk_failure(error: BaseException) -> PipelinesError | None:
    if not any(package(frame) in _SDK for frame in frames(error)):
        return None
    if _while_importing(error):
        said = " ".join(str(error).split())[:200]
        return _problem("sdk-broken", sdk=sdk.installed(), said=said)
    call = _Call(error)
    for kind, recognise in _RECOGNISERS:
        if kind(error):
            found: PipelinesError | None = recognise(error, call)
            return found
    return None


def _while_importing(error: BaseException) -> bool:
    """Tell whether kfp failed while it was imported: what it needs is missing, or too new."""
    return not isinstance(error, KeyboardInterrupt) and any(
        package(frame) in _SDK and frame.f_code.co_name == "<module>" for frame in frames(error)
    )


class _Call:
    """What the frames of a traceback tell of the `kfp.Client` that failed."""

    def __init__(self, error: BaseException | None = None, configuration: object = None) -> None:
        self.client: Any = None
        self.configuration = configuration
        self.cookie = False
        self.run_id = ""
        self.functions: list[str] = []
        self.method = "GET"
        for frame in frames(error) if error is not None else ():
            if package(frame) not in _SDK:
                continue
            self.functions.append(frame.f_code.co_name)
            method = frame.f_locals.get("method")
            if isinstance(method, str) and method in ("POST", "PUT", "PATCH", "DELETE"):
                self.method = method
            this: Any = frame.f_locals.get("self")
            if hasattr(this, "_load_config"):
                self.client = this
                self.configuration = getattr(this, "_existing_config", self.configuration)
            if hasattr(this, "configuration"):
                self.configuration = this.configuration
                self.cookie = bool(getattr(this, "cookie", None))
            if frame.f_code.co_name == "wait_for_run_completion":
                self.run_id = str(frame.f_locals.get("run_id") or "")

    @property
    def asked(self) -> str:
        """What the call does, such as ``create run``, from the generated function's name."""
        for function in reversed(self.functions):
            if found := _CHANGE.search(function):
                what = found[2].replace("_", " ")
                return f"{found[1]} {'recurring run' if what == 'job' else what}"
        return "answer this call"

    def judged(self, error: PipelinesError) -> PipelinesError:
        """Say that a change may have been made, where its answer got lost."""
        return error if self.method == "GET" else judged(error, self.asked)

    @property
    def hook(self) -> object:
        """What reads the token anew for each request; None where nothing does."""
        return getattr(self.configuration, "refresh_api_key_hook", None)

    @property
    def signs(self) -> bool:
        """Whether requests of this client carry anything that says who asks."""
        keys = getattr(self.configuration, "api_key", {})
        return self.cookie or self.hook is not None or bool(keys.get("authorization"))

    @property
    def settings(self) -> Settings:
        """Our settings, with the host and the token file of this client."""
        settings = _settings()
        host = str(getattr(self.configuration, "host", "") or "")
        path = getattr(getattr(self.hook, "__self__", None), "_token_path", "")
        if host:
            host = host if "://" in host else f"http://{host}"
            settings = replace(settings, host=Setting(host, "kfp.Client"))
        if path:
            settings = replace(settings, token_path=Setting(str(path), "kfp.Client"))
        return settings


#: `create_run`, `run_service_terminate_run_with_http_info` and so on.
_CHANGE = re.compile(
    r"(create|terminate|retry|archive|unarchive|delete|enable|disable|upload|update)_"
    r"(run|experiment|job|recurring_run|pipeline_version|pipeline)"
)


def _refused(error: Any, call: _Call) -> PipelinesError | None:
    """Explain an `ApiException`: an answer that is not the wanted one, or a TLS error."""
    if not error.status:
        untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error.reason)
        code = "tls-untrusted" if untrusted else "tls-failed"
        return _unreachable(call, code)
    answer = _answer(error.status, error.headers, error.body, call)
    settings = call.settings
    if error.status == 405 and is_markup(answer):
        # A change that followed a redirect to a web page, which takes no changes.
        return _problem("login-required", host=settings.host.value)
    found = error_from(answer, settings, asked=call.asked)
    code, major = found.cause_code, sdk.installed().split(".")[0]
    if code == "identity-missing":
        return _token_error(settings) or _problem("client-without-token", host=settings.host.value)
    if code.startswith("token-") and call.hook is None and not call.cookie:
        return _problem("client-token-copied")
    if code == "api-not-found" and major.isdecimal() and int(major) >= 2 and _is_v1(answer):
        return _problem("sdk-too-new", sdk=sdk.installed())
    found.cause_code = _IN_A_CALL.get(code, code)
    return call.judged(found)


#: Causes whose next step is another one where a call of the SDK met them.
_IN_A_CALL = {
    "namespace-required": "call-without-namespace",
    "namespace-rejected": "call-with-namespace",
}


def _is_v1(answer: Answer) -> bool:
    """Tell whether a 404 is the one of a server that only knows v1beta1."""
    return "/apis/v2beta1/" in answer.text or answer.text.strip() == "Not Found"


def _no_file(error: Any, call: _Call) -> PipelinesError | None:
    """Explain an OSError about one of the two files that the SDK reads."""
    path = str(error.filename or "")
    if path.endswith("context.json"):
        return _problem("context-unusable", path=path, said=error.strerror or "")
    if "_get_token" not in call.functions and "read_token_from_file" not in call.functions:
        return None
    return _token_error(replace(call.settings, token_path=Setting(path, "kfp.Client")))


def _broken_context(error: BaseException, call: _Call) -> PipelinesError | None:
    if "Invalid header value" in str(error) and "Bearer" in str(error):
        return _problem("client-token-newline")
    inside = call.functions[-1:] == ["__init__"] and error.args == ("namespace",)
    if inside or "_load_context_setting_or_default" in call.functions:
        path = getattr(type(call.client), "_LOCAL_KFP_CONTEXT", "~/.config/kfp/context.json")
        return _problem("context-unusable", path=path, said="it is damaged")
    return _nothing(error, call)


def _empty_header(error: BaseException, call: _Call) -> PipelinesError | None:
    """Explain the TypeError of a header without a value: the token file is empty."""
    found = _token_error(call.settings)
    return found if found is not None and found.cause_code == "token-empty" else None


def _nothing(error: BaseException, call: _Call) -> PipelinesError | None:
    """Explain `'NoneType' object has no attribute ...` by the answer that came before it.

    Or `No experiment is found with name ...`: the SDK reads a login page as an empty list.
    """
    return _not_json(call.client) if call.client is not None else None


def _google_sign_in(error: BaseException, call: _Call) -> PipelinesError | None:
    if not os.environ.get("KF_PIPELINES_IAP_OAUTH2_CLIENT_ID"):
        return None
    return _problem("client-google-sign-in")


def _too_late(error: BaseException, call: _Call) -> PipelinesError | None:
    if str(error).startswith("Failed getting healthz endpoint"):
        return _problem("client-no-health", host=call.settings.host.value)
    if str(error) == "Run timeout":
        return _problem("wait-ended", run=call.run_id)
    return None


def _no_answer(error: Exception, call: _Call) -> PipelinesError | None:
    """Explain an error of urllib3: no answer came."""
    settings = call.settings
    if settings.host.value == "http://localhost":
        return _problem("client-without-host")
    if "No host specified" in str(error):
        return _problem("host-invalid", origin="kfp.Client(host=...)")
    found = _network_error(error, settings)
    if _never_connected(error):
        found.cause_code = "network-timeout"
    return call.judged(found)


def _network_error(error: Exception, settings: Settings) -> PipelinesError:
    found = unreachable(error, settings.host.value, settings.ca_cert.value, settings.timeout)
    origin = settings.ca_cert if found.cause_code == "ca-missing" else settings.host
    found.facts |= {"origin": origin.origin, "kfp_namespace": settings.kfp_namespace}
    return found


def _never_connected(error: BaseException) -> bool:
    """Tell whether no connection came about in time; urllib3 has a name of its own for that."""
    reason = getattr(error, "reason", None) or error
    seen = (reason, getattr(reason, "__cause__", None), getattr(reason, "__context__", None))
    return type(reason).__name__ == "ConnectTimeoutError" or any(
        getattr(one, "errno", None) == errno.ETIMEDOUT for one in seen
    )


def _unreachable(call: _Call, code: str) -> PipelinesError:
    """Return the error of that code, with the facts of the client's host."""
    found = _network_error(ConnectionError(), call.settings)
    found.cause_code = code
    return found


#: Which errors, and what they mean.
_Recogniser = tuple[Callable[[BaseException], bool], Callable[[Any, _Call], PipelinesError | None]]
_RECOGNISERS: tuple[_Recogniser, ...] = (
    (lambda e: type(e).__name__ == "ApiException", _refused),
    (lambda e: type(e).__module__.startswith("urllib3."), _no_answer),
    (lambda e: type(e).__module__.startswith("google.auth."), _google_sign_in),
    (lambda e: type(e) is TimeoutError, _too_late),
    (lambda e: isinstance(e, OSError), _no_file),
    (lambda e: isinstance(e, (KeyError, ValueError)), _broken_context),
    (lambda e: isinstance(e, TypeError) and "expected string" in str(e), _empty_header),
    (lambda e: "NoneType" in str(e) and isinstance(e, (AttributeError, TypeError)), _nothing),
)


# -- Small things ------------------------------------------------------------------------------


def _answer(status: int, headers: Mapping[str, str], body: object, call: _Call) -> Answer:
    data = body if isinstance(body, bytes) else str(body or "").encode()
    known = {str(name).title(): str(value) for name, value in dict(headers or {}).items()}
    url, proxy = call.settings.host.value, str(getattr(call.configuration, "proxy", "") or "")
    return Answer(int(status), known, data, url, call.signs, call.method, without_password(proxy))


def _not_json(client: object) -> PipelinesError | None:
    """Explain the last answer that a `kfp.Client` got, if it was 200 and not JSON."""
    api = getattr(getattr(client, "_experiment_api", None), "api_client", None)
    last = getattr(api, "last_response", None)
    if last is None or getattr(last, "status", 0) != 200:
        return None
    call = _Call(configuration=getattr(client, "_existing_config", None))
    answer = _answer(200, last.getheaders(), last.data, call)
    try:
        answer.json()
    except ValueError:
        found = error_from(answer, call.settings, asked="answer this call")
        if found.cause_code == "unknown":
            found.cause_code = "not-pipelines"
        return found
    return None


def _token_error(settings: Settings) -> PipelinesError | None:
    try:
        token_file(settings).read()
    except TokenError as error:
        error.facts |= {
            "namespace": settings.namespace.value,
            "origin": settings.token_path.origin,
        }
        return error
    return None


def _settings() -> Settings:
    try:
        return runtime.current_settings()
    except PipelinesError:
        return resolve(environ={})


def _problem(code: str, **facts: str) -> PipelinesError:
    facts.setdefault("namespace", _settings().namespace.value)
    return PipelinesError(code, code, facts=facts)


def _for_clients(diagnosis: Diagnosis) -> Diagnosis:
    """Say that a client which exists already does not learn of a new setting."""
    paste = diagnosis.paste
    if paste.startswith("%") and "%kfp client" not in paste:
        paste = f"{paste}\n%kfp client"
    return replace(diagnosis, paste=paste)
