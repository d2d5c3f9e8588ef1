"""Packets, annotations in and out, and making one of two annotators' words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from interact_app.actions.record import Action
from interact_app.adjudication.desk import Adjudication
from interact_app.session import Session

_PACKETS: Final = "File/Packets"


@dataclass(frozen=True)
class TeamDoors:
    """What only the window can do: it has the dialogs."""

    export: Callable[[], object]
    import_: Callable[[], object]
    make: Callable[[], object]
    open: Callable[[], object]
    give_back: Callable[[], object]
    close: Callable[[], object]
    collect: Callable[[], object]
    has_packet: Callable[[], bool]


def team_actions(session: Session, doors: TeamDoors) -> Iterator[Action]:
    def has_project() -> bool:
        return session.project is not None

    def writable() -> bool:
        return session.project is not None and not session.project.read_only

    yield Action(
        "annotations.import", "Import annotations…", doors.import_, ("Ctrl+Shift+I",), "File",
        "Captions and segments from files of twelve forms; what differs is never lost", separator=True, text_field_safe=True,
        enabled=writable,
    )  # fmt: skip
    yield Action(
        "annotations.export", "Export annotations or motion…", doors.export, ("Ctrl+Alt+E",), "File",
        "Captions and segments as files of twelve forms", text_field_safe=True, enabled=has_project,
    )  # fmt: skip
    yield Action("packet.open", "Open packet…", doors.open, (), _PACKETS, "Work on clips that somebody has handed you")
    yield Action(
        "packet.return", "Return packet…", doors.give_back, (), _PACKETS, "Write what you have annotated, to be sent back",
        enabled=doors.has_packet,
    )  # fmt: skip
    yield Action(
        "packet.close", "Close the packet", doors.close, (), _PACKETS, "The queue holds all clips of the project again",
        enabled=doors.has_packet,
    )  # fmt: skip
    yield Action(
        "packet.make", "Make packets…", doors.make, (), _PACKETS, "Hand clips out to annotators", separator=True,
        enabled=writable,
    )  # fmt: skip
    yield Action(
        "packet.collect", "Collect packets…", doors.collect, (), _PACKETS, "Take in what annotators have sent back",
        enabled=writable,
    )  # fmt: skip


def adjudication_actions(desk: Adjudication, show: Callable[[], object]) -> Iterator[Action]:
    """`show` brings the view to the front."""
    menu = "Review/Adjudication"

    def has_item() -> bool:
        return desk.can_edit and desk.current is not None

    def has_pair() -> bool:
        return desk.pair is not None

    yield Action(
        "adjudicate.show", "Compare annotators", show, ("Ctrl+Alt+A",), menu, "Both annotators' words of this clip, side by side",
        text_field_safe=True,
    )  # fmt: skip
    for side, title, keys in (
        ("a", "Take A", "Alt+1"), ("b", "Take B", "Alt+2"), ("both", "Take both", "Alt+3"),
        ("merged", "Mean of the bounds", "Alt+4"),
    ):  # fmt: skip
        yield Action(
            f"adjudicate.{side}", title, lambda side=side: desk.take(side), (keys,), menu,
            f"{title}, then go to the next open point", separator=side == "a", enabled=has_item,
        )  # fmt: skip
    yield Action(
        "adjudicate.agreed", "Take all agreed", desk.take_all_agreed, ("Alt+0",), menu, "All points in which both say the same",
        enabled=lambda: desk.can_edit and has_pair(),
    )  # fmt: skip
    yield Action(
        "adjudicate.next", "Next point", lambda: desk.step(1), ("Alt+Down",), menu, "The next one, decided or not",
        separator=True, enabled=has_pair,
    )  # fmt: skip
    yield Action(
        "adjudicate.previous", "Previous point", lambda: desk.step(-1), ("Alt+Up",), menu, "The point before", enabled=has_pair
    )  # fmt: skip
