"""The rules of segments, by example and by any sequence of edits; undone, the bytes are those from before."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interact_core.annotation import AnnotationDocument, Edit, UndoStack
from interact_core.annotation.records import SegmentRecord, record_to_dict
from interact_core.annotation.segments import (
    SnapTarget,
    add_segment,
    butt_join,
    duplicate,
    edge_targets,
    merge,
    merge_with_next,
    move,
    move_edge,
    nudge_edge,
    remove,
    set_bounds,
    set_fields,
    snap,
    split_at,
)
from interact_core.clip import Segment

FRAMES = 50


def made(*ranges: tuple[int, int], tier: str = "action") -> AnnotationDocument:
    """Segments "a", "b", ... in that order."""
    records = [SegmentRecord("abcdefgh"[k], Segment(tier, *r, label="Lift")) for k, r in enumerate(ranges)]
    return AnnotationDocument("clip", records)


def after(document: AnnotationDocument, edit: Edit) -> dict[str, tuple[int, int]]:
    edit.apply(document)
    return {record.uid: bounds(record) for record in document.segments}


def bounds(record: SegmentRecord) -> tuple[int, int]:
    return record.segment.start_frame, record.segment.end_frame


def test_a_new_segment_is_cut_to_the_clip_and_never_empty() -> None:
    for wanted, expected in (((3, 9), (3, 9)), ((40, 900), (40, 50)), ((70, 80), (49, 50))):
        document = made()
        add_segment(document, Segment("action", *wanted), FRAMES, "ana").apply(document)
        assert bounds(document.segments[0]) == expected
        assert document.segments[0].author == "ana"
    with pytest.raises(ValueError, match="without frames"):
        add_segment(made(), Segment("action", 0, 1), 0)


def test_bounds_that_cross_leave_one_frame() -> None:
    assert after(made((5, 9)), set_bounds(made((5, 9)), "a", 20, 10, FRAMES)) == {"a": (20, 21)}


def test_moving_keeps_lengths_and_stops_at_the_ends_of_the_clip() -> None:
    document = made((5, 9), (20, 45))
    assert after(document, move(document, ["a", "b"], 30, FRAMES)) == {"a": (10, 14), "b": (25, 50)}
    assert after(document, move(document, ["a", "b"], -99, FRAMES)) == {"a": (0, 4), "b": (15, 40)}
    assert not move(document, ["a"], -1, FRAMES)


def test_edges_that_touch_move_together_unless_let_go() -> None:
    document = made((0, 10), (10, 20))
    assert after(document, move_edge(document, "a", "end", 14, FRAMES)) == {"a": (0, 14), "b": (14, 20)}
    assert after(document, move_edge(document, "b", "start", 99, FRAMES)) == {"a": (0, 19), "b": (19, 20)}, "b keeps a frame"
    assert after(document, move_edge(document, "b", "start", 5, FRAMES, joined=False)) == {"a": (0, 19), "b": (5, 20)}
    apart = made((0, 10), (11, 20))
    assert after(apart, move_edge(apart, "a", "end", 9, FRAMES)) == {"a": (0, 9), "b": (11, 20)}


def test_an_edge_never_passes_the_other() -> None:
    document = made((10, 20))
    assert after(document, move_edge(document, "a", "start", 30, FRAMES)) == {"a": (19, 20)}
    assert after(document, move_edge(document, "a", "end", 0, FRAMES)) == {"a": (19, 20)}
    assert after(document, move_edge(document, "a", "end", 400, FRAMES)) == {"a": (19, 50)}


def test_nudges_in_a_burst_are_one_step() -> None:
    document = made((10, 20))
    stack = UndoStack(document)
    for _ in range(5):
        stack.push(nudge_edge(document, "a", "end", 1, FRAMES))
    assert bounds(document.segments[0]) == (10, 25)
    stack.undo()
    assert bounds(document.segments[0]) == (10, 20)


def test_splitting_gives_two_that_say_the_same_one_after_the_other() -> None:
    document = made((10, 20), (30, 40))
    split_at(document, ["a"], 14, "ben").apply(document)
    first, second, other = document.segments
    assert [bounds(r) for r in (first, second, other)] == [(10, 14), (14, 20), (30, 40)]
    assert first.uid == "a" and second.uid not in "ab" and second.segment.label == "Lift"
    assert not split_at(document, ["b"], 30) and not split_at(document, ["b"], 40)


def test_merging_joins_texts_and_keeps_what_agrees() -> None:
    one = Segment("action", 0, 10, text="lifts", label="Lift", hand="left", object="box", confidence=0.9)
    two = Segment("action", 12, 20, text="the box", label="", hand="right", object="box", confidence=0.5)
    document = AnnotationDocument("clip", [SegmentRecord("b", two), SegmentRecord("a", one)])
    merge_with_next(document, "a").apply(document)
    (record,) = document.segments
    assert record.uid == "a"
    assert record.segment == Segment("action", 0, 20, text="lifts the box", label="Lift", object="box")
    assert not merge_with_next(document, "a")
    mixed = AnnotationDocument("clip", [SegmentRecord("a", one), SegmentRecord("b", Segment("free", 0, 5))])
    with pytest.raises(ValueError, match="different tiers"):
        merge(mixed, ["a", "b"])


def test_closing_a_gap_or_an_overlap() -> None:
    document = made((0, 10), (15, 20))
    assert after(document, butt_join(document, "a")) == {"a": (0, 15), "b": (15, 20)}
    assert not butt_join(document, "a") and not butt_join(document, "b")
    gap = made((0, 10), (15, 20))
    assert after(gap, butt_join(gap, "b", -1)) == {"a": (0, 10), "b": (10, 20)}
    over = made((0, 17), (15, 20))
    assert after(over, butt_join(over, "a")) == {"a": (0, 15), "b": (15, 20)}


def test_fields_are_typed_in_bursts_and_the_range_is_not_a_field() -> None:
    document = made((0, 10), (15, 20))
    stack = UndoStack(document)
    for text in ("l", "li", "lift"):
        stack.push(set_fields(document, ["a"], "ana", text=text))
    assert document.segments[0].segment.text == "lift"
    stack.undo()
    assert document.segments[0].segment.text == ""
    assert not set_fields(document, ["a", "b"], label="Lift")
    with pytest.raises(ValueError, match="set_bounds"):
        set_fields(document, ["a"], start_frame=3)


def test_copies_go_to_another_tier_and_removing_takes_segments_only() -> None:
    document = made((0, 10))
    duplicate(document, ["a"], "free").apply(document)
    assert [(r.segment.tier, bounds(r)) for r in document.segments] == [("action", (0, 10)), ("free", (0, 10))]
    remove(document, [r.uid for r in document.segments]).apply(document)
    assert not document.segments
    with pytest.raises(KeyError):
        remove(document, ["a"])


def test_snapping_takes_the_nearest_within_reach_and_says_why() -> None:
    targets = [SnapTarget(10, "left hand touches box"), SnapTarget(10, "playhead"), SnapTarget(14, "start of Lift")]
    found = snap(11.5, targets, 3)
    assert found is not None and (found.frame, found.why) == (10, "left hand touches box")
    assert snap(12.5, targets, 1) is None
    near = snap(13, targets, 3)
    assert near is not None and near.frame == 14
    document = made((3, 8), (20, 30))
    found_edges = edge_targets(document, lambda tier: tier.title(), leave_out=["b"])
    assert [(t.frame, t.why) for t in found_edges] == [(3, "start of Lift"), (8, "end of Lift")]


# Any sequence of edits

Doing = Callable[[AnnotationDocument, list[str], int, int], Edit]
_DOINGS: list[Doing] = [
    lambda d, u, a, b: add_segment(d, Segment("action", a, max(a + 1, b)), FRAMES, "ana"),
    lambda d, u, a, b: add_segment(d, Segment("free", b, b + 1 + a), FRAMES),
    lambda d, u, a, b: set_bounds(d, u[0], a - 5, b, FRAMES, "ben"),
    lambda d, u, a, b: move(d, u, a - 25, FRAMES),
    lambda d, u, a, b: nudge_edge(d, u[0], "start" if b % 2 else "end", a - 25, FRAMES),
    lambda d, u, a, b: move_edge(d, u[-1], "end" if b % 2 else "start", a, FRAMES, joined=b % 3 > 0),
    lambda d, u, a, b: split_at(d, u, a, "ana"),
    lambda d, u, a, b: merge_with_next(d, u[0]),
    lambda d, u, a, b: butt_join(d, u[0], 1 if b % 2 else -1),
    lambda d, u, a, b: remove(d, u),
    lambda d, u, a, b: set_fields(d, u, text=f"t{a}", hand="left" if b % 2 else ""),
    lambda d, u, a, b: duplicate(d, u, "caption", "ben"),
]
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(_DOINGS) - 1), st.integers(0, FRAMES), st.integers(0, FRAMES), st.integers(0, 7), st.integers(1, 3)
    ),
    max_size=25,
)


def bytes_of(document: AnnotationDocument) -> bytes:
    return json.dumps([(r.kind, record_to_dict(r)) for r in document.records]).encode()


# On a machine that others use too neither limit says anything about the rules.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.booleans())
def test_any_sequence_of_edits_keeps_the_rules_and_is_undone_to_the_byte(
    steps: list[tuple[int, int, int, int, int]], bursts: bool
) -> None:
    document = made((0, 10), (10, 20), (15, 30))
    # With the clock standing still edits join into bursts; with one that jumps each is a step of its own.
    ticks = iter(range(0, 10**9, 100))
    stack = UndoStack(document, burst=1.0, clock=(lambda: 0.0) if bursts else (lambda: float(next(ticks))))
    states = [bytes_of(document)]
    for kind, a, b, first, count in steps:
        uids = [r.uid for r in document.segments][first : first + count]
        if not uids and kind > 1:
            continue
        edit = _DOINGS[kind](document, uids, a, b)
        if not edit:
            continue
        before = states[-1]
        stack.push(edit)
        for record in document.segments:
            assert 0 <= record.segment.start_frame < record.segment.end_frame <= FRAMES
        assert len({r.uid for r in document.records}) == len(document.records)
        states.append(bytes_of(document))
        assert states[-1] != before, "an edit that changes nothing must be empty"
    end, undone = states[-1], 0
    while stack.undo():
        undone += 1
        assert bytes_of(document) in states
        if not bursts:
            assert bytes_of(document) == states[-1 - undone]
    assert bytes_of(document) == states[0]
    while stack.redo():
        pass
    assert bytes_of(document) == end
