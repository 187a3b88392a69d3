"""Tab completion of ``jupyter kfp`` in bash, zsh and fish.

The scripts ask ``jupyter-kfp __complete`` at each press of Tab. Names come from a file that is kept
for some seconds, filled by a process of its own: a shell must never wait for the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from .completion import Candidate, complete, split

#: Seconds for which names are good, for which Tab waits for them, and between two looks.
_LIFETIME, _DEADLINE, _STEP = 30.0, 0.18, 0.01

_PROG = "jupyter kfp"
_ENVIRONMENT = (
    "KF_PIPELINES_ENDPOINT",
    "KF_PIPELINES_SA_TOKEN_PATH",
    "NB_PREFIX",
    "JUPYTER_CONFIG_DIR",
)

#: What only the terminal has, with the words that may follow.
OWN = {
    "completion": ("Print the completion for a shell.", ("bash", "zsh", "fish")),
    "demo": ("Try everything without a cluster.", ()),
    "sandbox": ("Start a stand-in for a cluster.", ()),
}

SCRIPTS = {
    "bash": r"""# bash completion for jupyter kfp. To use it: source <(jupyter kfp completion bash)
_jupyter_kfp() {
    local IFS=$'\n'
    COMPREPLY=($(jupyter-kfp __complete bash "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
_jupyter_or_kfp() {
    if [[ ${COMP_CWORD} -ge 2 && ${COMP_WORDS[1]} == kfp ]]; then
        _jupyter_kfp
    elif [[ -n $_jupyter_before_kfp ]]; then
        "$_jupyter_before_kfp" "$@"
    elif [[ ${COMP_CWORD} -eq 1 ]]; then
        COMPREPLY=($(compgen -W kfp -- "${COMP_WORDS[1]}"))
    fi
}
_jupyter_before_kfp=$(complete -p jupyter 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
[[ $_jupyter_before_kfp == _jupyter_or_kfp ]] && _jupyter_before_kfp=
complete -o bashdefault -o default -F _jupyter_or_kfp jupyter
complete -F _jupyter_kfp jupyter-kfp
""",
    "zsh": r"""#compdef jupyter jupyter-kfp
# zsh completion for jupyter kfp. To use it: source <(jupyter kfp completion zsh)
_jupyter_kfp() {
    if [[ ${words[1]:t} == jupyter && ( $CURRENT -le 2 || ${words[2]} != kfp ) ]]; then
        [[ $CURRENT -eq 2 ]] && compadd kfp
        _files
        return
    fi
    local -a found
    found=("${(@f)$(jupyter-kfp __complete zsh "${(@Q)words[1,CURRENT]}" 2>/dev/null)}")
    [[ -n $found ]] && _describe -V 'jupyter kfp' found
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _jupyter_kfp jupyter jupyter-kfp
""",
    "fish": r"""# fish completion for jupyter kfp. To use it: jupyter kfp completion fish | source
function __jupyter_kfp
    jupyter-kfp __complete fish (commandline -opc) (commandline -ct) 2>/dev/null
end
complete -c jupyter-kfp -f -a '(__jupyter_kfp)'
complete -c jupyter -n '__fish_is_nth_token 1' -f -a kfp -d 'Kubeflow Pipelines'
complete -c jupyter -n '__fish_seen_subcommand_from kfp' -f -a '(__jupyter_kfp)'
""",
}


def answer(arguments: Sequence[str]) -> None:
    """Print what may come next; ``arguments`` are those after ``__complete``."""
    shell, *rest = arguments
    if shell == "fill":
        _fill(Path(rest[0]), rest[1], rest[2] or None)
        return
    if shell == "bash":
        line = split(rest[0])
        words, current, raw = list(line.words), line.current, line.raw
    else:
        *words, current = rest
        raw = current
    del words[: 2 if words[:1] and Path(words[0]).name == "jupyter" else 1]
    found = complete(words, current, prog=_PROG, names=_names, more=_own)
    lines = (_LINES[shell](candidate, raw) for candidate in found)
    print("\n".join(line for line in lines if line))


def _own(kind: str) -> Iterable[Candidate]:
    if kind == "commands":
        return [Candidate(name, about) for name, (about, _) in OWN.items()]
    command = kind.removeprefix("arguments of ")
    return [Candidate(word) for word in OWN.get(command, ("", ()))[1]]


def _bash(candidate: Candidate, raw: str) -> str:
    """Return the part behind the last break of a word, quoted as it was begun."""
    text = candidate.text
    if raw[:1] in ("'", '"'):
        return text if raw[0] not in text else ""
    typed = raw.replace("\\", "")
    cut = max(typed.rfind("="), typed.rfind(":")) + 1 if text.startswith(typed) else 0
    return "".join(c if c.isalnum() or c in "-_./@%+,~" else f"\\{c}" for c in text[cut:])


def _zsh(candidate: Candidate, raw: str) -> str:
    text = candidate.text.replace("\\", "\\\\").replace(":", "\\:")
    return f"{text}:{candidate.about}" if candidate.about else text


def _fish(candidate: Candidate, raw: str) -> str:
    return f"{candidate.text}\t{candidate.about}"


_LINES = {"bash": _bash, "zsh": _zsh, "fish": _fish}


def _names(kinds: Sequence[str], namespace: str | None) -> list[Candidate]:
    """Return the names in files; where those are old, have them filled, and wait for the first."""
    try:
        paths = {kind: _file(kind, namespace) for kind in kinds}
    except OSError:
        return []
    for kind, path in paths.items():
        if _age(path) > _LIFETIME:
            _start(path, kind, namespace)
    end = time.monotonic() + _DEADLINE
    while time.monotonic() < end and any(path.stat().st_size == 0 for path in paths.values()):
        time.sleep(_STEP)
    return [candidate for path in paths.values() for candidate in _read(path)]


def _read(path: Path) -> list[Candidate]:
    try:
        found = json.loads(path.read_text("utf-8"))
        return [Candidate(str(text), str(about)) for text, about in found]
    except (OSError, ValueError, TypeError):
        return []


def _file(kind: str, namespace: str | None) -> Path:
    """Return the file for these names, in a directory that is nobody else's."""
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    folder = folder / f"jupyter-kfp-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise PermissionError(str(folder))
    parts = [kind, namespace or "", *(os.environ.get(name, "") for name in _ENVIRONMENT)]
    return folder / (hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24] + ".json")


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")


def _start(path: Path, kind: str, namespace: str | None) -> None:
    """Fill the file in a process that outlives this one.

    The file counts as new from now on, though it still holds the old names, or nothing at all.
    """
    path.touch(mode=0o600)
    subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "jupyter_kfp_auth.cli", "__complete", "fill", str(path), kind,
         namespace or ""],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def _fill(path: Path, kind: str, namespace: str | None) -> None:
    from .candidates import fetch

    found: Sequence[Candidate] = ()
    try:
        found = fetch(kind, namespace)
    except Exception:  # noqa: BLE001 - Tab stays silent, and asks again in a while
        if path.exists() and path.stat().st_size:
            return
    new = path.with_suffix(f".{os.getpid()}")
    new.touch(mode=0o600)
    new.write_text(json.dumps([[one.text, one.about] for one in found]), "utf-8")
    new.replace(path)
