"""Where the nodes of a workflow are: the places that a definition gives them.

Servers up to 2.17 tell of a node its last name, its times, its state and the ids of its children;
not its own id, and not where it is. But an id is the hash of a node's full name, and full names
follow from the definition. So each id that occurs is a place that is known to exist.

With Pipelines 2.17's own configuration of Argo every node has an attempt below it: ``train`` is
``train`` and ``train(0)``, and what is inside is inside the latter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .argo_names import fnv1a
from .steps import Definition, Kind, Step

#: The deepest nesting, and the most places of a run that are looked for.
DEEPEST, MOST = 40, 200_000

#: Rounds of a loop are made in their order; so many may be missing between two of them.
_GAP = 64


@dataclass(eq=False, slots=True)
class Place:
    """A node's place in a workflow.

    Attributes:
        name: the last part of the full name, which is all that is sent of a node.
        hash: of the full name.
        within: the place that it is in.
        starts_it: the places whose node has this one's among its children.
        after: tasks before it: the last nodes in these may have it among their children, too.
        attempts: places of its attempts, where it has any, in their order.
    """

    name: str
    hash: int
    within: Place | None = None
    starts_it: tuple[Place, ...] = ()
    after: tuple[Place, ...] = ()
    attempts: list[Place] = field(default_factory=list)

    @property
    def last(self) -> Place:
        """The last attempt; the place itself where there are none."""
        return self.attempts[-1] if self.attempts else self

    def inside(self, other: Place) -> bool:
        """Tell whether this is the other place, or anywhere below it."""
        place: Place | None = self
        while place is not None:
            if place is other:
                return True
            place = place.within
        return False


@dataclass(eq=False, slots=True)
class StepPlaces:
    """The places of one step.

    Attributes:
        step: what the definition says.
        main: the place of the step itself, whether it exists or not.
        began: whether the main place exists.
        driver: the place of its driver, where that exists.
        executors: the places of its containers, an attempt each, oldest first.
        members: what is inside, where that has begun.
        rounds: of a loop, by number.
    """

    step: Step
    main: Place
    began: bool = False
    driver: Place | None = None
    executors: list[Place] = field(default_factory=list)
    members: list[StepPlaces] = field(default_factory=list)
    rounds: dict[int, StepPlaces] = field(default_factory=dict)


class Survey:
    """Finds the places that exist.

    Args:
        definition: of the run.
        workflow: the name of the workflow.
        exists: tells whether there is a node with the hash; or, where no ids are known, the name.
        round_names: of nodes that are a round of some loop, by the loop's name and the number.
    """

    def __init__(
        self,
        definition: Definition,
        workflow: str,
        exists: Callable[[Place], bool],
        round_names: dict[str, dict[int, str]],
    ) -> None:
        self._definition = definition
        self._exists = exists
        self._rounds = round_names
        self.places: list[Place] = []
        self.whole = Place(workflow, fnv1a(workflow))
        self.places.append(self.whole)
        self._attempts(self.whole)
        self.root_driver: Place | None = None
        self.root = self.whole
        if definition.driven:
            top = self.whole.last
            self.root_driver = self._found("root-driver", top, (top,))
            before = (self.root_driver.last,) if self.root_driver else ()
            self.root = self._made("root", top, before)
            if self._exists(self.root):
                self._keep(self.root)
        self.members = list(self._members(definition.top(), self.root.last, 0))
        if definition.exit is not None:
            self.members.append(self._exit(definition.exit))

    def _exit(self, step: Step) -> StepPlaces:
        """Return the places of the exit handler of a workflow, which no other node begins."""
        name = f"{self.whole.name}.onExit"
        main = Place(name, fnv1a(".onExit", self.whole.hash), self.whole)
        return self._step(step, main, self.whole, (), 0)

    def _members(self, steps: tuple[Step, ...], within: Place, depth: int) -> Iterator[StepPlaces]:
        """Yield the places of the steps that are directly inside a place."""
        if depth > DEEPEST or len(self.places) > MOST:
            raise RecursionError("nested beyond reason")
        known = {step.key: self._main(step.key, within) for step in steps}
        for step in steps:
            before = tuple(known[need] for need in step.needs if need in known)
            at, first = self._home(step, within, before)
            main = known[step.key] if at is within else self._main(step.key, at)
            yield self._step(step, main, at, before if first is None else (first,), depth)

    def _home(
        self, step: Step, within: Place, before: tuple[Place, ...]
    ) -> tuple[Place, Place | None]:
        """Return where a step is: beside the others, or in the exit hook of one before it."""
        if step.ends_others:
            for other in before:
                hook = self._hook(step, other, within)
                if hook is not None:
                    return hook.last, hook.last
        return within, None

    def _hook(self, step: Step, other: Place, within: Place) -> Place | None:
        """Return the exit hook of a step in which another one runs, where there is one.

        Not every release of Argo has it among the children of the node that it ends: what is in it
        tells as well.
        """
        hook = self._made(f"{other.name}.onExit", within, (other, other.last))
        for at in (hook, self._made(f"{hook.name}(0)", within, ())):
            inner = (self._made(name, at, ()) for name in (f"{step.key}-driver", step.key))
            if self._exists(hook) or any(map(self._exists, inner)):
                self._keep(hook)
                return hook
        return None

    def _main(self, key: str, within: Place) -> Place:
        return self._made(key, within, ())

    def _step(
        self, step: Step, main: Place, at: Place, before: tuple[Place, ...], depth: int
    ) -> StepPlaces:
        found = StepPlaces(step, main)
        # In a hook nothing comes before; elsewhere what has nothing before it is begun by its DAG.
        begins = (at,) if not before or before == (at,) else ()
        after = () if begins else before
        if self._definition.driven and step.kind is not Kind.IMPORTER:
            found.driver = self._found(f"{step.key}-driver", at, begins, after)
        main.starts_it = (found.driver, found.driver.last) if found.driver else begins
        main.after = () if found.driver else after
        if not self._exists(main):
            return found
        found.began = True
        self._keep(main)
        if step.kind is Kind.LOOP:
            self._loop(found, depth)
        elif step.kind is Kind.GROUP:
            inner = self._definition.inside(step)
            found.members = list(self._members(inner, main.last, depth + 1))
        elif step.kind is Kind.TASK and self._definition.driven:
            for attempt in main.attempts or [main]:
                executor = self._found("executor", attempt, (attempt,))
                if executor is not None:
                    found.executors += executor.attempts or [executor]
        else:  # an importer, or a container of kfp 1: one node
            found.executors = list(main.attempts) or [main]
        return found

    def _loop(self, found: StepPlaces, depth: int) -> None:
        """Find the rounds of a loop, and what is in them."""
        inner = self._definition.inside(found.step)
        at = found.main.last
        base, group = found.main.name, found.main
        within = found.main.within or at
        if self._definition.driven:
            base, within = "iteration-iterations", at
            driver = self._found("iteration-driver", at, (at,))
            before = (driver, driver.last) if driver else ()
            group = self._found(base, at, before) or self._made(base, at, before)
            found.driver = found.driver or driver
        missed = 0
        for number, name in sorted(self._rounds.get(base, {}).items()):
            turn = self._found(name, within, (group, group.last))
            missed = 0 if turn else missed + 1
            if turn is None:
                if missed > _GAP:
                    return
                continue
            found.rounds[number] = self._round(found.step, turn, inner, depth, number)

    def _round(
        self, step: Step, turn: Place, inner: tuple[Step, ...], depth: int, number: int
    ) -> StepPlaces:
        one = StepPlaces(Step(turn.name, f"iteration-{number}", Kind.GROUP), turn, began=True)
        top = turn.last
        if self._definition.driven:
            one.driver = self._found("iteration-item-driver", top, (top,))
            before = (one.driver, one.driver.last) if one.driver else ()
            item = self._found("iteration-item", top, before)
            if item is None:
                return one
            top = item.last
        one.members = list(self._members(inner, top, depth + 1))
        return one

    # -----------------------------------------------------------------------------------------

    def _made(self, name: str, within: Place, starts: tuple[Place, ...]) -> Place:
        return Place(name, fnv1a(f".{name}", within.hash), within, starts)

    def _found(
        self,
        name: str,
        within: Place,
        starts: tuple[Place, ...],
        after: tuple[Place, ...] = (),
    ) -> Place | None:
        """Return the place of this name where it exists, with its attempts."""
        place = self._made(name, within, starts)
        place.after = after
        if not self._exists(place):
            return None
        self._keep(place)
        return place

    def _keep(self, place: Place) -> None:
        self.places.append(place)
        self._attempts(place)

    def _attempts(self, place: Place) -> None:
        """Find the attempts of a place: ``train(0)``, ``train(1)`` ..."""
        while True:
            suffix = f"({len(place.attempts)})"
            one = Place(place.name + suffix, fnv1a(suffix, place.hash), place, (place,))
            if not self._exists(one):
                return
            self.places.append(one)
            place.attempts.append(one)
