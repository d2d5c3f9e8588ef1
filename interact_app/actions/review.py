"""Judging a clip: accepted, rejected with a reason, sent on for review; remarks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interact_app.actions.record import Action
from interact_app.session import Session
from interact_core.annotation.records import ReviewState

_MENU = "Review"


@dataclass(frozen=True)
class ReviewDoors:
    """What the panel does: it knows where the reason is typed and which remark was gone to last."""

    set_state: Callable[[ReviewState], object]
    reject: Callable[[], object]
    remark: Callable[[], object]
    step: Callable[[int], object]
    resolve: Callable[[], object]
    history: Callable[[], object]


def review_actions(session: Session, doors: ReviewDoors) -> Iterator[Action]:
    def writable() -> bool:
        return session.writing is not None and session.project is not None and not session.project.read_only

    def open_clip() -> bool:
        return session.writing is not None

    yield Action(
        "review.accept", "Accept", lambda: doors.set_state("accepted"), ("Alt+A",), _MENU, "The clip is good as it is",
        text_field_safe=True, enabled=writable,
    )  # fmt: skip
    yield Action(
        "review.reject", "Reject…", doors.reject, ("Alt+R",), _MENU,
        "Say what has to be done again, pinned to the frame or segment; Enter rejects the clip", text_field_safe=True,
        enabled=writable,
    )  # fmt: skip
    yield Action(
        "review.ask", "Ask for review", lambda: doors.set_state("needs_review"), ("Alt+Q",), _MENU,
        "Somebody else should look at this clip", text_field_safe=True, enabled=writable,
    )  # fmt: skip
    yield Action(
        "review.done", "Done", lambda: doors.set_state("done"), ("Alt+D",), _MENU, "Everything is written", text_field_safe=True,
        enabled=writable,
    )  # fmt: skip
    yield Action(
        "review.remark", "Remark…", doors.remark, ("M",), _MENU, "Say something about this frame or segment, for others to see",
        separator=True, enabled=writable,
    )  # fmt: skip
    yield Action(
        "review.next_remark", "Next remark", lambda: doors.step(1), ("Alt+M",), _MENU, "Go to what the next remark is about",
        text_field_safe=True, enabled=open_clip,
    )  # fmt: skip
    yield Action(
        "review.previous_remark", "Previous remark", lambda: doors.step(-1), ("Alt+Shift+M",), _MENU,
        "Go to what the remark before is about", text_field_safe=True, enabled=open_clip,
    )  # fmt: skip
    yield Action(
        "review.resolve", "Settle the remark", doors.resolve, (), _MENU,
        "The remark that was gone to last is settled; again opens it once more", enabled=writable,
    )  # fmt: skip
    yield Action(
        "review.history", "History of the clip…", doors.history, ("Ctrl+Alt+H",), _MENU,
        "Who wrote what and when, and back to any of it", separator=True, text_field_safe=True, enabled=open_clip,
    )  # fmt: skip
