"""Where to look things up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interact_app.actions.record import Action


@dataclass(frozen=True)
class HelpDoors:
    shortcuts: Callable[[], object]
    log: Callable[[], object]
    models: Callable[[], object]
    about: Callable[[], object]


def help_actions(doors: HelpDoors) -> Iterator[Action]:
    yield Action(
        "help.shortcuts", "Keyboard shortcuts", doors.shortcuts, ("F1", "?"), "Help", "All keys, to look up and to change", "help"
    )
    yield Action("help.models", "Body models…", doors.models, (), "Help", "Which bodies are found, and how to add licensed ones")
    yield Action("help.log", "Log", doors.log, (), "Help", "What happened, and a report to copy", separator=True)
    yield Action("help.about", "About InterAct Studio", doors.about, (), "Help", "Versions, renderer and licences", "info")
