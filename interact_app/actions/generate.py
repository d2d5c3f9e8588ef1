"""Motion that was never recorded: asking for candidates, and judging them on the contact sheet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from interact_app.actions.record import Action

_MENU: Final = "Edit/Generate"


@dataclass(frozen=True)
class GenerateDoors:
    """What the desk can do."""

    open: Callable[[], object]
    make: Callable[[], object]
    sheet: Callable[[bool], object]
    on_sheet: Callable[[], bool]
    keep: Callable[[], object]
    discard: Callable[[], object]
    undo: Callable[[], object]
    redo: Callable[[], object]
    large: Callable[[], object]
    caption: Callable[[], object]
    refine: Callable[[], object]
    runs: Callable[[], object]
    has_clip: Callable[[], bool]
    writable: Callable[[], bool]
    chosen: Callable[[], bool]
    is_kept: Callable[[], bool]
    can_undo: Callable[[], bool]
    can_redo: Callable[[], bool]


def generate_actions(doors: GenerateDoors) -> Iterator[Action]:
    def may_decide() -> bool:
        return doors.chosen() and doors.writable()

    yield Action(
        "generate.open", "Generate…", doors.open, ("Ctrl+Shift+G",), "Edit",
        "New interactions from a sentence, an action, an object's path, a person's motion, or a part of the open clip",
        text_field_safe=True,
    )  # fmt: skip
    yield Action(
        "generate.make", "Generate candidates", doors.make, ("Ctrl+Alt+G",), _MENU, "As the Generate panel says",
        text_field_safe=True, enabled=doors.has_clip,
    )  # fmt: skip
    yield Action(
        "generate.sheet", "Generated candidates", doors.sheet, ("Alt+G",), _MENU,
        "What was generated for the open clip, side by side, with scores", checkable=True, text_field_safe=True,
        checked=doors.on_sheet, enabled=doors.has_clip,
    )  # fmt: skip
    yield Action(
        "generate.keep", "Keep the generated candidate", doors.keep, (), _MENU,
        "It becomes a version and a clip of the library; on the sheet K does it", separator=True, enabled=may_decide,
    )  # fmt: skip
    yield Action(
        "generate.discard", "Discard the generated candidate", doors.discard, (), _MENU,
        "It is not used; on the sheet X does it", enabled=may_decide,
    )  # fmt: skip
    yield Action(
        "generate.large", "Beside the open clip", doors.large, (), _MENU,
        "The chosen candidate large, beside the open clip; on the sheet Enter does it", enabled=doors.chosen,
    )  # fmt: skip
    yield Action(
        "generate.refine", "Refine it", doors.refine, (), _MENU,
        "Open the kept candidate as the clip that it is now, and repair what is still wrong", enabled=doors.is_kept,
    )  # fmt: skip
    yield Action(
        "generate.caption", "Write about it", doors.caption, (), _MENU,
        "Open the kept candidate as the clip that it is now, where its words are written", enabled=doors.is_kept,
    )  # fmt: skip
    yield Action(
        "generate.undo", "Undo the decision about a generated candidate", doors.undo, (), _MENU,
        "Keep or discard is taken back; on the sheet Ctrl+Z does it", separator=True, enabled=doors.can_undo,
    )  # fmt: skip
    yield Action(
        "generate.redo", "Redo the decision about a generated candidate", doors.redo, (), _MENU,
        "What was taken back holds again; on the sheet Ctrl+Shift+Z", enabled=doors.can_redo,
    )  # fmt: skip
    yield Action(
        "generate.runs", "Leaderboard of evaluated runs…", doors.runs, (), _MENU,
        "Runs of `interact evaluate` side by side, a table for every task", separator=True, text_field_safe=True,
    )  # fmt: skip
