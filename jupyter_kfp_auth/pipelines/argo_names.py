"""How Argo names what it runs: the ids of nodes and the names of pods follow from full names."""

from __future__ import annotations

_OFFSET = 2_166_136_261
_PRIME = 16_777_619

#: The longest name of a pod, without the hash and the dash before it.
_LONGEST_PREFIX = 253 - 11


def fnv1a(name: str, state: int = _OFFSET) -> int:
    """Return the FNV-1a hash in 32 bits, going on from the ``state`` of what stands before."""
    for byte in name.encode():
        state = (state ^ byte) * _PRIME & 0xFFFFFFFF
    return state


def pod_name(workflow: str, template: str, node_id: str) -> str:
    """Return the name of a node's pod, as Argo 3.4 and later make it."""
    return f"{workflow}-{template}"[:_LONGEST_PREFIX] + f"-{node_id.rpartition('-')[2]}"


def node_id_of(full_name: str) -> str:
    """Return the id of a node from its full name, which begins with that of its workflow."""
    cut = min((full_name + ".").index("."), (full_name + "(").index("("))
    workflow = full_name[:cut]
    return workflow if full_name == workflow else f"{workflow}-{fnv1a(full_name)}"
