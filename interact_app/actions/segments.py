"""Segments: marking, changing, going through them, and what is proposed. Every key belongs to a text field that has the focus."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from interact_app.actions.record import Action
from interact_app.segments import SegmentWork
from interact_core.annotation.segments import Side
from interact_core.annotation.vocabulary import HANDS

_MENU: Final = "Segment"
Question = Callable[[], bool]


def segment_actions(work: SegmentWork) -> Iterator[Action]:
    def can_edit() -> bool:
        return work.can_edit

    yield from _making(work, can_edit)
    # What is at the playhead changes with every frame: commands that find nothing to do say so instead of being grey.
    yield from _changing(work, can_edit)
    yield from _edges(work, can_edit)
    yield from _saying(work, can_edit)
    yield from _going(work)
    yield from _proposals(work, can_edit)


def _making(work: SegmentWork, ready: Question) -> Iterator[Action]:
    yield Action(
        "segment.create", "Segment of the range", work.enter, ("Return", "Enter"), _MENU,
        "The range of I and O becomes a segment on the active tier; without a range, type the text of the selected segment",
        enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.create_whole", "Segment of the whole clip", work.create_whole, ("Shift+Return", "Shift+Enter"), _MENU,
        "A segment of all frames on the active tier", enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.mark", "Start / end a segment", work.mark, ("S",), _MENU,
        "Starts a segment here, again ends it. While the clip plays your reaction time is taken off", enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.escape", "Give up marking, range or selection", work.escape, ("Esc",), _MENU,
        "Gives up the segment that is being marked, else the range, else the selection", enabled=ready,
    )  # fmt: skip


def _changing(work: SegmentWork, ready: Question) -> Iterator[Action]:
    yield Action(
        "segment.split", "Split at the playhead", work.split, ("Ctrl+B",), _MENU,
        "The frame that is shown begins the second half", separator=True, enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.merge", "Merge with the next", work.merge, ("Ctrl+J",), _MENU,
        "The selected segments, or the selected one and the next on its tier, become one", enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.join_next", "Close the gap to the next", partial(work.join, 1), ("Ctrl+Shift+J",), _MENU,
        "The end comes to the start of the next segment on the tier", enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.join_previous", "Close the gap to the one before", partial(work.join, -1), ("Ctrl+Alt+J",), _MENU,
        "The start comes to the end of the segment before on the tier", enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.duplicate", "Copy to the active tier", work.duplicate, ("Ctrl+Shift+D",), _MENU,
        "The same range and words once more on the active tier", enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.remove", "Remove", work.remove, ("Del", "Backspace"), _MENU, "Remove the selected segments", "trash",
        enabled=ready,
    )  # fmt: skip


def _edges(work: SegmentWork, ready: Question) -> Iterator[Action]:
    def nudge(action_id: str, title: str, keys: str, go: Callable[[], object], *, line: bool = False) -> Action:
        return Action(
            f"segment.{action_id}", title, go, (keys,), f"{_MENU}/Edges", title, auto_repeat=True, separator=line, enabled=ready
        )

    yield nudge("start_earlier", "Start one frame earlier", "Ctrl+Left", partial(work.nudge, "start", -1))
    yield nudge("start_later", "Start one frame later", "Ctrl+Right", partial(work.nudge, "start", 1))
    yield nudge("end_earlier", "End one frame earlier", "Ctrl+Shift+Left", partial(work.nudge, "end", -1))
    yield nudge("end_later", "End one frame later", "Ctrl+Shift+Right", partial(work.nudge, "end", 1))
    yield nudge("move_earlier", "Move one frame earlier", "Alt+Shift+Left", partial(work.move, -1), line=True)
    yield nudge("move_later", "Move one frame later", "Alt+Shift+Right", partial(work.move, 1))
    sides: tuple[tuple[Side, str, bool], ...] = (("start", "Alt+I", True), ("end", "Alt+O", False))
    for side, keys, line in sides:
        yield Action(
            f"segment.{side}_here", f"{side.title()} at the playhead", partial(work.edge_here, side), (keys,), f"{_MENU}/Edges",
            f"The {side} of the selected segment comes to the frame that is shown", separator=line, enabled=ready,
        )  # fmt: skip
    yield Action(
        "segment.snap", "Snap both edges to the motion", work.snap_edges, ("Alt+S",), f"{_MENU}/Edges",
        "To the contact onset or release, or the start or stop of motion, within a quarter of a second", enabled=ready,
    )  # fmt: skip


def _saying(work: SegmentWork, ready: Question) -> Iterator[Action]:
    yield Action(
        "segment.edit", "Type the text", work.edit, ("Shift+F2",), _MENU, "Go to the text of the selected segment", "caption",
        text_field_safe=True, separator=True, enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.label", "Choose the label…", work.label_wanted.emit, ("G",), _MENU,
        "A list of the tier's labels: type the first letters, Enter takes it", enabled=ready,
    )  # fmt: skip
    yield Action(
        "segment.hand", "Change the hand", work.cycle_hand, ("Ctrl+H",), f"{_MENU}/Hand",
        "From none to left, right, both and back", enabled=ready,
    )  # fmt: skip
    for hand in (*HANDS, ""):
        yield Action(
            f"segment.hand_{hand or 'none'}", (hand or "none").title(), lambda hand=hand: work.set_fields(hand=hand), (),
            f"{_MENU}/Hand", f"Hand of the segment: {hand or 'not said'}", separator=hand == HANDS[0], enabled=ready,
        )  # fmt: skip


def _going(work: SegmentWork) -> Iterator[Action]:
    def has_clip() -> bool:
        return work.session.writing is not None

    def going(action_id: str, title: str, keys: tuple[str, ...], go: Callable[[], object], *, line: bool = False) -> Action:
        return Action(f"segment.{action_id}", title, go, keys, _MENU, title, auto_repeat=True, separator=line, enabled=has_clip)

    yield going("previous", "Previous segment", ("[",), partial(work.go_to_segment, -1), line=True)
    yield going("next", "Next segment", ("]",), partial(work.go_to_segment, 1))
    yield going("previous_edge", "Previous edge", ("Up",), partial(work.go_to_edge, -1))
    yield going("next_edge", "Next edge", ("Down",), partial(work.go_to_edge, 1))
    yield going("tier_up", "Tier above", ("Ctrl+Up",), partial(work.change_tier, -1))
    yield going("tier_down", "Tier below", ("Ctrl+Down",), partial(work.change_tier, 1))
    yield Action(
        "segment.play", "Play the segment", work.play, ("V", "Shift+Space"), _MENU, "Once, from its start to its end",
        separator=True, enabled=has_clip,
    )  # fmt: skip
    yield Action(
        "segment.loop", "Loop the segment", partial(work.play, repeat=True), ("Shift+V",), _MENU,
        "Again and again until the next pause", enabled=has_clip,
    )  # fmt: skip


def _proposals(work: SegmentWork, ready: Question) -> Iterator[Action]:
    found = work.proposed
    menu = f"{_MENU}/Proposals"

    def proposal(action_id: str, title: str, keys: str, go: Callable[[], object], tip: str) -> Action:
        return Action(f"proposal.{action_id}", title, go, (keys,), menu, tip, enabled=ready)

    yield proposal(
        "accept", "Accept", "A", found.accept, "The proposed segment at the playhead becomes one of yours; then the next is shown"
    )
    yield proposal("accept_all", "Accept all on this tier", "Shift+A", found.accept_all, "In one step")
    yield proposal("dismiss", "Dismiss", "Q", found.dismiss, "It is not proposed again; then the next is shown")
    yield proposal("next", "Next proposal", "U", partial(found.go, 1), "On the active tier")
    yield proposal("previous", "Previous proposal", "Shift+U", partial(found.go, -1), "On the active tier")
