"""New clips out of one: asking for candidates, and judging them on the contact sheet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from interact_app.actions.record import Action

_MENU: Final = "Edit/Augment"


@dataclass(frozen=True)
class AugmentDoors:
    """What the desk can do."""

    open: Callable[[], object]
    make: Callable[[], object]
    sheet: Callable[[bool], object]
    on_sheet: Callable[[], bool]
    keep: Callable[[], object]
    discard: Callable[[], object]
    keep_all: Callable[[], object]
    undo: Callable[[], object]
    redo: Callable[[], object]
    large: Callable[[], object]
    caption: Callable[[], object]
    has_clip: Callable[[], bool]
    has_candidates: Callable[[], bool]
    writable: Callable[[], bool]
    chosen: Callable[[], bool]
    is_kept: Callable[[], bool]
    can_undo: Callable[[], bool]
    can_redo: Callable[[], bool]


def augment_actions(doors: AugmentDoors) -> Iterator[Action]:
    def may_decide() -> bool:
        return doors.chosen() and doors.writable()

    yield Action(
        "augment.open", "Augment…", doors.open, ("Ctrl+Shift+R",), "Edit",
        "New clips out of this one, or out of those selected in the library: things are moved, the person follows",
        text_field_safe=True, enabled=doors.has_clip,
    )  # fmt: skip
    yield Action(
        "augment.sheet", "Contact sheet", doors.sheet, ("Alt+C",), _MENU,
        "The clip's candidates side by side, with their scores", checkable=True, text_field_safe=True,
        checked=doors.on_sheet, enabled=doors.has_clip,
    )  # fmt: skip
    yield Action("augment.make", "Make candidates", doors.make, (), _MENU, "As the Augment panel says", enabled=doors.has_clip)
    yield Action(
        "augment.keep", "Keep the candidate", doors.keep, ("Alt+K",), _MENU,
        "It becomes a version and a clip of the library, with the words it needs; on the sheet K alone does it", separator=True,
        enabled=may_decide,
    )  # fmt: skip
    yield Action(
        "augment.discard", "Discard the candidate", doors.discard, ("Alt+X",), _MENU,
        "It is not used; on the sheet X alone does it", enabled=may_decide,
    )  # fmt: skip
    yield Action(
        "augment.keep_all", "Keep all that hold", doors.keep_all, (), _MENU,
        "Keep every candidate that holds every limit and that nobody has decided about",
        enabled=lambda: doors.has_candidates() and doors.writable(),
    )  # fmt: skip
    yield Action(
        "augment.large", "Beside the source", doors.large, (), _MENU,
        "The chosen candidate large, beside the clip it was made from; on the sheet Enter does it", enabled=doors.chosen,
    )  # fmt: skip
    yield Action(
        "augment.caption", "Caption it", doors.caption, ("Alt+W",), _MENU,
        "Open the kept candidate as the clip that it is now, where its words are written", enabled=doors.is_kept,
    )  # fmt: skip
    yield Action(
        "augment.undo", "Undo the decision", doors.undo, (), _MENU, "Keep or discard is taken back; on the sheet Ctrl+Z does it",
        separator=True, enabled=doors.can_undo,
    )  # fmt: skip
    yield Action(
        "augment.redo", "Redo the decision", doors.redo, (), _MENU, "What was taken back holds again; on the sheet Ctrl+Shift+Z",
        enabled=doors.can_redo,
    )  # fmt: skip
