"""Every command, in the order of the overview. Grammar, help, completion, pages and REST follow."""

from __future__ import annotations

from collections.abc import Mapping

from .command import Command
from .definitions import (
    archive,
    artifact,
    client,
    clone,
    compare,
    create_experiment,
    debug,
    delete,
    disable,
    doctor,
    enable,
    experiments,
    logs,
    open_page,
    outputs,
    pipelines,
    recurring_runs,
    retry,
    run,
    runs,
    schedule,
    status,
    submit,
    terminate,
    unarchive,
    upload,
    use,
    versions,
    wait,
)

_DEFINITIONS = (
    *(
        experiments,
        runs,
        run,
        outputs,
        artifact,
        compare,
        recurring_runs,
        pipelines,
        versions,
        open_page,
    ),
    *(submit, clone, wait, logs, debug, terminate, retry, archive, unarchive),
    *(upload, schedule, enable, disable, create_experiment, delete),
    *(doctor, status, use, client),
)

COMMANDS: Mapping[str, Command] = {one.COMMAND.name: one.COMMAND for one in _DEFINITIONS}

#: Commands by other words for them.
SYNONYMS: Mapping[str, str] = {
    word: command.name for command in COMMANDS.values() for word in command.synonyms
}


def named(word: str) -> str:
    """Return the name of the command that a word means; the word itself where it means none."""
    return SYNONYMS.get(word, word)


def actions() -> dict[str, tuple[str, ...]]:
    """Return what can be done to each kind of resource."""
    found: dict[str, tuple[str, ...]] = {}
    for command in COMMANDS.values():
        for kind in command.acts_on:
            found[kind] = (*found.get(kind, ()), command.name)
    return found
