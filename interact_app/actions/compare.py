"""Two versions next to each other, and the best of both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from interact_app.actions.record import Action

_MENU: Final = "View/Compare"
_WAYS: Final = (
    ("off", "Off", "Only the open clip"),
    ("side_by_side", "Side by side", "Two to four versions beside each other, with one clock and one camera"),
    ("ghost", "Ghost", "The other version translucent over the first"),
    ("flicker", "Flicker", "The first version alone; hold the key to see the other in its place"),
    ("wipe", "Wipe", "The first version left of a line, the other right of it; drag the line"),
    ("difference", "Difference", "How far every point moved, or how much deeper it lies"),
)


@dataclass(frozen=True)
class CompareDoors:
    """What the comparison can do."""

    mode: Callable[[], str]
    set_mode: Callable[[str], object]
    cycle: Callable[[], object]
    hold: Callable[[], object]
    swap: Callable[[], object]
    take: Callable[[], object]
    leave: Callable[[], object]
    take_all: Callable[[], object]
    preview: Callable[[bool], object]
    store: Callable[[], object]
    undo: Callable[[], object]
    has_clip: Callable[[], bool]
    can_preview: Callable[[], bool]
    previewing: Callable[[], bool]
    can_store: Callable[[], bool]
    can_undo: Callable[[], bool]
    show_panel: Callable[[], object]


def compare_actions(doors: CompareDoors) -> Iterator[Action]:
    def comparing() -> bool:
        return doors.mode() != "off"

    yield Action(
        "compare.cycle", "Next way to compare", doors.cycle, ("C",), _MENU,
        "Off, side by side, ghost, flicker, wipe, difference", enabled=doors.has_clip,
    )  # fmt: skip
    yield Action(
        "compare.hold", "Show the other version while held", doors.hold, ("\\",), _MENU,
        "The other version in place of this one for as long as the key is down", enabled=doors.has_clip,
    )  # fmt: skip
    yield Action(
        "compare.swap", "Swap the two versions", doors.swap, ("Ctrl+\\",), _MENU, "A becomes B and B becomes A", enabled=comparing
    )
    for number, (way, title, tooltip) in enumerate(_WAYS):
        yield _way(doors, way, title, tooltip, line=number == 0)
    yield Action(
        "compare.take", "Take from B", doors.take, ("Ctrl+Shift+B",), _MENU,
        "The chosen range or the selected segment comes from the second version", separator=True, enabled=comparing,
    )  # fmt: skip
    yield Action(
        "compare.leave", "Leave as A", doors.leave, ("Ctrl+Shift+A",), _MENU,
        "The chosen range or the selected segment stays as it is in the first version", enabled=comparing,
    )  # fmt: skip
    yield Action(
        "compare.take_all", "Take all", doors.take_all, (), _MENU, "The whole clip comes from the second version",
        enabled=comparing,
    )  # fmt: skip
    yield Action(
        "compare.preview", "Preview the mix", doors.preview, ("Ctrl+Shift+M",), _MENU,
        "What would be stored, in the picture: A with the taken parts of B", checkable=True, checked=doors.previewing,
        enabled=doors.can_preview,
    )  # fmt: skip
    yield Action(
        "compare.store", "Store the taken parts as a new version", doors.store, (), _MENU,
        "What was taken from B, faded into A, becomes a version of its own", enabled=doors.can_store,
    )  # fmt: skip
    yield Action(
        "compare.undo_store", "Delete the version just made of parts", doors.undo, (), _MENU,
        "Into the trash of the versions, from which it can be brought back", enabled=doors.can_undo,
    )  # fmt: skip
    yield Action(
        "compare.panel", "Show the comparison", doors.show_panel, (), _MENU, "What is compared, in figures", separator=True
    )


def _way(doors: CompareDoors, way: str, title: str, tooltip: str, *, line: bool) -> Action:
    return Action(
        f"compare.{way}", title, lambda _on: doors.set_mode(way), (), _MENU, tooltip, checkable=True, separator=line,
        checked=lambda: doors.mode() == way, enabled=doors.has_clip,
    )  # fmt: skip
