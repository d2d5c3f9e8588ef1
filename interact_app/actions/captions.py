"""Writing captions and being done with them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interact_app.actions.record import Action
from interact_app.session import Session


@dataclass(frozen=True)
class CaptionDoors:
    """What only the panel can do: it knows where somebody types."""

    write: Callable[[], object]
    add: Callable[[], object]
    take_offer: Callable[[], object]
    zoom: Callable[[int], object]
    done_and_next: Callable[[], object]


def caption_actions(session: Session, doors: CaptionDoors) -> Iterator[Action]:
    """All of them work while somebody types."""

    def writable() -> bool:
        return session.writing is not None and session.project is not None and not session.project.read_only

    yield Action(
        "caption.edit", "Write the caption", doors.write, ("F2",), "Captions",
        "Go to the caption; Ctrl+Enter or Esc leaves it, Tab or Enter goes to the next one", "caption",
        text_field_safe=True, enabled=lambda: session.writing is not None,
    )  # fmt: skip
    yield Action(
        "caption.add", "Add caption", doors.add, (), "Captions", "One caption more than the three variants", "plus",
        enabled=writable,
    )  # fmt: skip
    yield Action(
        "caption.take_offer", "Take the draft", doors.take_offer, ("Ctrl+D",), "Captions",
        "Put the draft into the caption, or what contact says into the segment's form; undo takes it back",
        text_field_safe=True, enabled=writable,
    )  # fmt: skip
    yield Action(
        "caption.larger", "Larger letters", lambda: doors.zoom(1), ("Ctrl++", "Ctrl+="), "Captions",
        "Larger letters in the captions; Ctrl and the wheel do it too", text_field_safe=True, auto_repeat=True, separator=True,
    )  # fmt: skip
    yield Action(
        "caption.smaller", "Smaller letters", lambda: doors.zoom(-1), ("Ctrl+-",), "Captions",
        "Smaller letters in the captions", text_field_safe=True, auto_repeat=True,
    )  # fmt: skip
    yield Action(
        "caption.done_next", "Done, next clip", doors.done_and_next, ("Ctrl+Shift+Return",), "Captions",
        "Say that the clip is done, and open the next one", text_field_safe=True, separator=True, enabled=writable,
    )  # fmt: skip


def vocabulary_action(session: Session, edit: Callable[[], object]) -> Action:
    return Action(
        "vocabulary.edit", "Vocabulary…", edit, (), "Edit", "Tiers and labels of segments: names, order, colours",
        separator=True, enabled=lambda: session.project is not None,
    )  # fmt: skip
