"""What a diagnosis is, and how an error becomes one."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from html import escape

from ..auth.token_file import AUDIENCE
from ..http.errors import PipelinesError
from ..http.strict_json import JsonDict
from . import links
from .causes import CATALOGUE
from .paste import fill

#: What a message says where a fact is not known: every name that the catalogue uses.
_UNKNOWN = {
    "artifact": "that is meant",
    "asked": "answer",
    "audience": "another audience",
    "body": "(empty)",
    "bucket": "of its store",
    "endpoint": "its address",
    "entry": "with the keys",
    "compiled": "another kfp",
    "ended": "ended",
    "field": "a value",
    "host": "the address of Pipelines",
    "issuer": "(unknown)",
    "library": "that is needed",
    "megabytes": "64",
    "mode": "its owner and mode are unknown",
    "name": "the host",
    "namespace": "YOUR-NAMESPACE",
    "origin": "the settings",
    "moved_to": "another address",
    "path": "at the configured path",
    "problem": "it must be an http:// or https:// address without user, password and query",
    "proxy": "from the environment",
    "proxy_variable": "HTTPS_PROXY",
    "release": "here",
    "run_name": "in question",
    "state": "has not failed",
    "resource": "Pipelines objects",
    "scheme": "such",
    "secret": "of the store",
    "said": "no reason given.",
    "sdk": "as installed here",
    "server": "it does not say which",
    "service": "ml-pipeline",
    "status": "refused",
    "thing": "such thing",
    "timeout": "the time allowed",
    "user": "Your service account",
    "verb": "change",
    "wanted": AUDIENCE,
    "which_run": "this run",
    "why": "it got lost",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One probe: what it looked at and what it saw.

    Attributes:
        name: a stable name, such as ``token``.
        title: for people.
        outcome: ``passed``, ``failed``, ``warning`` or ``skipped``.
        detail: what was seen.
    """

    name: str
    title: str
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis:
    """One cause and one next step, and the probes behind them.

    Attributes:
        ok: nothing stands between the user and their experiments.
        cause: a stable code; ``ok`` when nothing is wrong.
        message: what is wrong, in one or two sentences.
        next_step: the one thing to do.
        who: who can do it: ``you``, ``administrator`` or empty.
        paste: the YAML, command or setting for it, or empty.
        checks: what each probe saw, in order.
    """

    ok: bool
    cause: str
    message: str
    next_step: str
    who: str = ""
    paste: str = ""
    checks: tuple[Check, ...] = ()

    @property
    def link(self) -> str:
        """The address of this cause in the documentation; empty when nothing is wrong."""
        return "" if self.ok else links.problem(self.cause)

    def as_dict(self) -> JsonDict:
        """Return the diagnosis as JSON-ready data."""
        return {**asdict(self), "checks": [asdict(check) for check in self.checks]}

    def __str__(self) -> str:
        lines = [f"{'OK' if self.ok else 'Problem'}: {self.message}"]
        if self.next_step:
            lines.append(f"Next step: {self.next_step}")
        if self.paste:
            lines += ["", self.paste.rstrip()]
        if self.checks:
            lines.append("")
        lines += [f"  {_SIGNS[c.outcome]} {c.title}: {c.detail}" for c in self.checks]
        if self.link:
            lines += ["", f"More: {self.link}"]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{'✓' if self.ok else '✗'}</strong> {escape(self.message)}</p>"]
        if self.next_step:
            parts.append(f"<p><strong>Next step:</strong> {escape(self.next_step)}</p>")
        if self.paste:
            parts.append(f"<pre>{escape(self.paste.rstrip())}</pre>")
        if self.checks:
            rows = "".join(
                f"<tr><td>{_SIGNS[c.outcome]}</td><td>{escape(c.title)}</td>"
                f'<td style="text-align:left">{escape(c.detail)}</td></tr>'
                for c in self.checks
            )
            parts.append(f"<table>{rows}</table>")
        if self.link:
            parts.append(f'<p><a href="{self.link}" target="_blank">More about this</a></p>')
        return "".join(parts)


_SIGNS = {"passed": "✓", "failed": "✗", "warning": "!", "skipped": "·"}


def _here(code: str) -> str:
    """Return the code of the cause whose next step fits the place where this runs."""
    in_step = os.environ.get("KFP_POD_NAME") and not os.environ.get("NB_PREFIX")
    if in_step and code in ("token-missing", "identity-missing"):
        return "token-missing-in-step"
    return code


def _thing(said: str) -> str:
    """Return what there is none of: `Run nope not found` is about `run nope`."""
    found = re.fullmatch(r"([A-Z][a-z]+(?: [a-z]+)?) (\S+) not found\.?", said)
    if not found:
        return f"such thing: {said.rstrip('.')}"
    kind = {"job": "recurring run"}.get(found[1].lower(), found[1].lower())
    return f"{kind} {found[2]}"


def explain(error: PipelinesError) -> Diagnosis:
    """Say in the user's words what an error means and what to do about it."""
    cause = CATALOGUE.get(_here(error.cause_code), CATALOGUE["unknown"])
    known = {key: value for key, value in error.facts.items() if value}
    reason = known.get("said") or error.detail
    if known.get("option"):
        reason = f"{known['option']} must be {known.get('allowed')}, not {known.get('given')}."
    if said := known.get("said"):
        known.setdefault("thing", _thing(said))
    facts = {**_UNKNOWN, "body": error.detail or _UNKNOWN["body"], "reason": reason, **known}
    message = cause.message.format_map(facts).strip()
    if known.get("outcome"):
        end = "" if message.endswith((".", "!", "?")) else "."
        message = f"{message}{end} {known['outcome']}"
    return Diagnosis(
        ok=False,
        cause=cause.code,
        message=message,
        next_step=cause.next_step.format_map(facts),
        who=cause.who,
        paste=fill(cause.paste, error.facts),
    )
