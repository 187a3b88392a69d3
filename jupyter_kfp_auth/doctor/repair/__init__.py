"""Repair: do the doctor's next step, where the cluster allows it and the user says yes.

`plan` asks the cluster and changes nothing; `apply` does what a plan says, and has the doctor look
again; `plan_undo` and `undo` take everything back.
"""

from __future__ import annotations

from .apply import apply, undo
from .notebook import RepairError
from .plan import Outcome, Plan
from .planner import plan, plan_undo

__all__ = ["Outcome", "Plan", "RepairError", "apply", "plan", "plan_undo", "undo"]
