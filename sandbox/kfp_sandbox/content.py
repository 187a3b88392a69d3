"""What artifacts hold, and what is noted about them. Made up, and the same each time."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

_POINTS = 12


def metadata(kind: str, quality: float, inputs: Mapping[str, Any], chance: float) -> dict[str, Any]:
    """Return what a component notes about an artifact of a kind."""
    name = kind.rpartition(".")[2]
    if name == "Metrics":
        return {
            "accuracy": round(quality, 4),
            "auc": round((1 + quality) / 2, 4),
            "log_loss": round(1.25 * (1 - quality), 4),
            "rows": 4000 + int(chance * 1000),
        }
    if name == "ClassificationMetrics":
        return {"confidenceMetrics": _curve(quality), "confusionMatrix": _matrix(quality, chance)}
    if name == "Dataset":
        return {"rows": 4000 + int(chance * 1000)}
    if name == "Model":
        numbers = {k: v for k, v in inputs.items() if isinstance(v, (int, float, str))}
        return {"framework": "xgboost", **numbers}
    return {}


def _curve(quality: float) -> list[dict[str, float]]:
    """Return a ROC curve that bends as much as the quality says."""
    power = (1 - quality) / quality
    steps = [n / (_POINTS - 1) for n in range(_POINTS)]
    return [
        {
            "confidenceThreshold": round(1 - step, 4),
            "falsePositiveRate": round(step**1.5, 4),
            "recall": round((step**1.5) ** power, 4) if step else 0.0,
        }
        for step in steps
    ]


def _matrix(quality: float, chance: float) -> dict[str, Any]:
    stay, churn = 3000 + int(chance * 500), 900 + int(chance * 200)
    right = [round(stay * quality), round(churn * (2 * quality - 1))]
    rows = [[right[0], stay - right[0]], [churn - right[1], right[1]]]
    return {
        "annotationSpecs": [{"displayName": "stays"}, {"displayName": "churns"}],
        "rows": [{"row": row} for row in rows],
    }


def files(kind: str, name: str, noted: Mapping[str, Any], seed: str) -> dict[str, bytes]:
    """Return the files of an artifact by their names in it; a single one has an empty name."""
    kind = kind.rpartition(".")[2]
    if kind == "Dataset":
        return {"": _table(int(noted.get("rows", 100)), seed)}
    if kind == "Model":
        about = json.dumps({"made_by": "kfp-sandbox", **noted}, indent=2)
        return {"model.json": about.encode(), "weights.bin": random.Random(seed).randbytes(2048)}
    if kind == "HTML":
        return {"": f"<!doctype html><h1>{name}</h1><p>Made up by the sandbox.</p>\n".encode()}
    if kind == "Markdown":
        return {"": f"# {name}\n\n*Made up* by the sandbox.\n".encode()}
    return {"": f"{name}: made up by the sandbox, which runs no containers.\n".encode()}


def _table(rows: int, seed: str) -> bytes:
    dice = random.Random(seed)
    lines = ["customer,months,plan,churned"]
    for number in range(min(rows, 200)):
        plan = dice.choice(["basic", "plus", "pro"])
        lines.append(f"{1000 + number},{dice.randint(1, 72)},{plan},{int(dice.random() < 0.2)}")
    return ("\n".join(lines) + "\n").encode()
