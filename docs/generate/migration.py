"""What moved or went between the two major versions of kfp, as tables."""

from __future__ import annotations

from jupyter_kfp_auth.doctor.migration import ONLY_IN_1, ONLY_IN_2, Row

from .tables import table


def only_in_1() -> str:
    """Return what kfp 1 has and kfp 2 has not, with what to write instead."""
    return _table("kfp 1", "In kfp 2", ONLY_IN_1)


def only_in_2() -> str:
    """Return what kfp 2 has and kfp 1 has not, with what to write instead."""
    return _table("kfp 2", "In kfp 1", ONLY_IN_2)


def _table(old: str, new: str, rows: tuple[Row, ...]) -> str:
    cells = []
    for names, advice, code in rows:
        listed = ", ".join(f"`{name.replace('-', ' ')}`" for name in names.split())
        lines = " ".join(f"`{line.strip()}`" for line in code.splitlines() if line.strip())
        cells.append((listed, f"{advice} {lines}".strip()))
    return table((old, new), cells)
