"""The ordered probes: what is looked at, and in which order the first failure is the cause."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from ..cluster.token_request import token_file
from ..config.settings import Settings
from ..http.address import is_cluster_local
from ..http.errors import PipelinesError, TokenError, in_a_line
from ..outputs.connection import metadata_store
from ..pipelines.connection import Connection
from ..pipelines.models import Health
from .diagnosis import Check, Diagnosis, explain
from .sdk import fit

#: Seconds for each request of the doctor, so that it ends in time even when nothing answers.
PROBE_TIMEOUT = 2.0


def diagnose(settings: Settings) -> Diagnosis:
    """Run the probes in order; the first that fails is the one cause."""
    timeout = min(settings.timeout, PROBE_TIMEOUT)
    with Connection(replace(settings, timeout=timeout)) as client:
        return _Examination(settings, client).run()


class _Examination:
    def __init__(self, settings: Settings, client: Connection) -> None:
        self.settings = settings
        self.client = client
        self.checks: list[Check] = []
        self.health: Health | None = None
        self.token_error: TokenError | None = None

    def run(self) -> Diagnosis:
        probes: tuple[tuple[str, str, Callable[[], tuple[str, str]]], ...] = (
            ("settings", "Settings", self._settings),
            ("token", "Token", self._token),
            ("health", "Pipelines answers", self._answers),
            ("identity", "Identity", self._identity),
            ("list", "Listing experiments", self._list),
            ("sdk", "kfp SDK", self._sdk),
            ("context", "Stored namespace", self._context),
            ("metadata", "Metadata store", self._metadata),
        )
        cause: PipelinesError | None = None
        for name, title, probe in probes:
            if cause is not None and name in ("identity", "list", "metadata"):
                self.checks.append(Check(name, title, "skipped", "not reached"))
                continue
            try:
                outcome, detail = probe()
            except PipelinesError as error:
                outcome, detail = "failed", error.detail
                cause = cause or error
            self.checks.append(Check(name, title, outcome, detail))
        checks = tuple(self.checks)
        if cause is not None:
            return replace(explain(cause), checks=checks)
        return Diagnosis(True, "ok", self._summary(), "", checks=checks)

    def _summary(self) -> str:
        many = self.health is None or self.health.multi_user
        where = self.settings.namespace.value if many else ""
        return f"Pipelines lists your experiments{f' in the namespace {where}' if where else ''}."

    def _settings(self) -> tuple[str, str]:
        shown = tuple(
            f"{name.replace('_', ' ')} {setting['value']} ({setting['origin']})"
            for name, setting in self.settings.as_dict().items()
            if setting["value"] and name in ("host", "namespace", "ca_cert")
        )
        host = self.settings.host.value
        if host.startswith("http://") and not is_cluster_local(host):
            shown = (
                *shown,
                "outside the cluster, and without TLS the token can be read on the way",
            )
            return "warning", "; ".join(shown)
        return "passed", "; ".join(shown)

    def _token(self) -> tuple[str, str]:
        path = self.settings.token_path.value
        try:
            token_file(self.settings).read()
        except TokenError as error:
            self.token_error = error  # fatal only where the server wants one
            if error.cause_code == "token-missing":
                return "warning", f"no file {path} ({self.settings.token_path.origin})"
            return "warning", error.detail
        claims = token_file(self.settings).claims()
        if claims is None:
            return "passed", f"{path}, opaque"
        problems = []
        wanted = self.settings.audience
        if wanted and claims.audience and wanted not in claims.audience:
            problems.append(f"audience {', '.join(claims.audience)} instead of {wanted}")
        ahead = _seconds_left(claims.not_before)
        if ahead is not None and ahead > 0:
            problems.append(f"valid only in {_minutes(ahead)}")
        left = _seconds_left(claims.expires_at)
        if left is not None and left <= 0:
            problems.append(f"expired {_minutes(-left)} ago")
        if problems:
            return "warning", "; ".join(problems)
        valid = "no expiry" if left is None else f"valid for {_minutes(left)}"
        return "passed", f"{path}, audience {', '.join(claims.audience) or 'none'}, {valid}"

    def _answers(self) -> tuple[str, str]:
        self.health = health = self.client.healthz()
        mode = "multi-user" if health.multi_user else "single-user"
        stand_in = ", the sandbox: a stand-in for a cluster" if health.stand_in else ""
        return "passed", f"release {health.release or 'unknown'}, {health.api}, {mode}{stand_in}"

    def _identity(self) -> tuple[str, str]:
        if self.health is not None and not self.health.multi_user:
            return "passed", "this Pipelines is for a single user and needs no token"
        if self.token_error is not None:
            self.token_error.facts["namespace"] = self.settings.namespace.value
            raise self.token_error
        return "passed", self.settings.identity or "the token does not say whose it is"

    def _list(self) -> tuple[str, str]:
        # The health check and the list of pipelines need no identity: only this proves one.
        page = self.client.list_experiments(page_size=1)
        count = page.total_size
        return "passed", f"{count} experiment{'' if count == 1 else 's'}"

    def _sdk(self) -> tuple[str, str]:
        found = fit(self.health.api, self.health.release) if self.health else fit("")
        if not found.version:
            return "skipped", found.message
        if not found.cause and os.environ.get("KF_PIPELINES_ENDPOINT"):
            # With a host, from whatever source, the SDK sends no token of its own accord.
            plain = "with KF_PIPELINES_ENDPOINT set, kfp.Client() sends no token; %kfp client does"
            return "warning", f"{found.message}; {plain}"
        return ("warning" if found.cause else "passed"), found.message

    def _metadata(self) -> tuple[str, str]:
        """Look where outputs of runs are kept: without it everything else works."""
        if self.health is not None and self.health.api == "v1beta1":
            return "skipped", "KFP 1.8 keeps outputs in its own API"
        endpoint = self.settings.metadata_endpoint
        try:
            store = metadata_store(replace(self.settings, timeout=PROBE_TIMEOUT))
            store.ping()
            store.close()
        except PipelinesError as error:
            diagnosis = explain(error)
            return "warning", in_a_line(diagnosis.message, diagnosis.next_step)
        return "passed", f"answers at {endpoint.value} ({endpoint.origin})"

    def _context(self) -> tuple[str, str]:
        path = Path(os.path.expanduser("~/.config/kfp/context.json"))
        try:
            stored = json.loads(path.read_text("utf-8")).get("namespace")
        except (OSError, ValueError, AttributeError, RecursionError):
            return "passed", "none"
        ours = self.settings.namespace.value
        if isinstance(stored, str) and stored and ours and stored != ours:
            return "warning", f"{path} says {stored!r} and kfp.Client believes it; %kfp does not"
        return "passed", f"{path} agrees"


def _minutes(seconds: int) -> str:
    minutes = seconds // 60
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _seconds_left(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    return int((moment - datetime.now(timezone.utc)).total_seconds())
