"""Two annotators' words made into one: every point decided by one edit that undo takes back byte for byte."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interact_core.annotation import AnnotationDocument, CaptionRecord, SegmentRecord, UndoStack
from interact_core.annotation.adjudication import compare, decision, open_items, progress, take, take_all_agreed, take_document
from interact_core.annotation.document_files import document_bytes
from interact_core.clip import Caption, Segment


def seg(uid, start, end, label="Lift", tier="action", **rest):
    return SegmentRecord(uid, Segment(tier, start, end, label=label, **rest))


def cap(uid, text, variant="natural"):
    return CaptionRecord(uid, Caption(text, variant))


def doc(*records):
    return AnnotationDocument("one", records)


A = doc(cap("c", "Lifts it."), cap("d1", "Up.", "shorten"), seg("a1", 0, 10), seg("a2", 20, 31, hand="left"), seg("a3", 40, 50),
        seg("a4", 60, 70), seg("a5", 0, 9, tier="free", text="odd"))  # fmt: skip
B = doc(cap("c", "Lifts the mug."), cap("d2", "Up.", "shorten"), seg("b1", 0, 10), seg("b2", 22, 30, hand="right", note="sure"),
        seg("b3", 40, 50, "Hold"), seg("b4", 80, 90), seg("b5", 0, 9, tier="free", text="strange"))  # fmt: skip


def by_uid(items, uid):
    return next(item for item in items if uid in {record.uid for record in (item.a, item.b) if record})


def words(document):
    return {record.uid: record for record in document.records if isinstance(record, CaptionRecord | SegmentRecord)}


def test_every_kind_of_difference_is_named():
    items = compare(A, B)
    assert {(i.tier, i.verdict) for i in items if i.is_caption} == {("natural", "text"), ("shorten", "agreed")}
    verdicts = {uid: by_uid(items, uid).verdict for uid in ("a1", "a2", "a3", "a4", "b4", "a5")}
    assert verdicts == {"a1": "agreed", "a2": "bounds", "a3": "label", "a4": "only_a", "b4": "only_b", "a5": "text"}
    assert by_uid(items, "a2").differs == ("bounds", "slots") and by_uid(items, "a2").iou == pytest.approx(8 / 11)
    assert by_uid(compare(A, B, tolerance=2), "a2").verdict == "slots"
    starts = [(i.a or i.b).segment.start_frame for i in items if not i.is_caption]
    assert starts == sorted(starts)


def test_everything_agreed_is_taken_in_one_undoable_step():
    main, items = doc(), compare(A, B)
    stack = UndoStack(main)
    before = document_bytes(main)
    stack.push(take_all_agreed(main, items, "Eve"))
    assert set(words(main)) == {"a1", "d1"}
    assert all(record.origin == "merge" for record in words(main).values())
    assert progress(main, items).open == len(items) - 2
    assert not take_all_agreed(main, items), "a second time there is nothing to take"
    stack.undo()
    assert document_bytes(main) == before and progress(main, items).open == len(items)


@pytest.mark.parametrize(
    ("side", "left"),
    [("a", {"a2": (20, 31, "left")}), ("b", {"b2": (22, 30, "right")}), ("merged", {"a2": (21, 30, "left")}),
     ("both", {"a2": (20, 31, "left"), "b2": (22, 30, "right")}), ("edited", {"a2": (5, 6, "both")})],
)  # fmt: skip
def test_a_segment_is_decided_and_decided_again(side, left):
    main, items = doc(seg("a2", 18, 30), seg("mine", 0, 5)), compare(A, B)
    stack, item = UndoStack(main), by_uid(items, "a2")
    for earlier in ("a", "both", "b"):
        stack.push(take(main, item, earlier))
    edited = Segment("action", 5, 6, hand="both") if side == "edited" else None
    stack.push(take(main, item, side, "Eve", edited))
    got = words(main)
    assert got.pop("mine").segment.end_frame == 5, "what is not part of the point stays"
    assert {uid: (r.segment.start_frame, r.segment.end_frame, r.segment.hand) for uid, r in got.items()} == left
    assert decision(main, item) == side and item not in open_items(main, items)
    assert len(main.dismissals) == 1
    for _ in range(4):
        stack.undo()
    assert words(main) == words(doc(seg("a2", 18, 30), seg("mine", 0, 5))) and not main.dismissals


def test_a_mean_keeps_what_only_one_has_said():
    item = by_uid(compare(A, B), "a2")
    main = doc()
    take(main, item, "merged", "Eve").apply(main)
    segment = main.segments[0].segment
    assert (segment.note, segment.author, segment.hand) == ("sure", "Eve", "left")


def test_what_only_one_has_can_be_taken_or_left_out():
    main, items = doc(seg("a4", 60, 70)), compare(A, B)
    take(main, by_uid(items, "a4"), "b").apply(main)
    assert not words(main) and decision(main, by_uid(items, "a4")) == "b"
    take(main, by_uid(items, "b4"), "b").apply(main)
    assert set(words(main)) == {"b4"}
    for side in ("both", "merged"):
        with pytest.raises(ValueError, match="only one side"):
            take(main, by_uid(items, "a4"), side)
    with pytest.raises(ValueError, match="edited"):
        take(main, by_uid(items, "a4"), "edited", "Eve", "text for a segment")


def test_captions_that_both_changed():
    main, items = doc(cap("c", "Lift.")), compare(A, B)
    item = by_uid(items, "c")
    take(main, item, "both").apply(main)
    assert [r.caption.text for r in main.captions] == ["Lifts it.", "Lifts the mug."]
    take(main, item, "edited", "Eve", "Lifts it, the mug.").apply(main)
    assert [(r.uid, r.caption.text, r.author, r.origin) for r in main.captions] == [("c", "Lifts it, the mug.", "Eve", "merge")]
    with pytest.raises(ValueError, match="no mean"):
        take(main, item, "merged")


def test_another_hand_in_opens_the_point_again():
    main, items = doc(), compare(A, B)
    for item in items:
        take(main, item, "a").apply(main)
    assert progress(main, items).open == 0
    later = AnnotationDocument("one", B.records)
    later.replace(seg("b3", 41, 50, "Hold"))
    assert [item.b.uid for item in open_items(main, compare(A, later))] == ["b3"]


def test_one_record_moved_apart_by_both_is_two_points():
    a, b = doc(seg("x", 0, 10), seg("y", 50, 60)), doc(seg("x", 50, 60, "Hold"))
    main, items = doc(seg("x", 20, 30)), compare(a, b)
    for item in items:
        take(main, item, "b" if item.b is not None else "a").apply(main)
    assert sorted((r.segment.start_frame, r.segment.label) for r in main.segments) == [(0, "Lift"), (50, "Hold")]


segments = st.lists(
    st.builds(lambda uid, start, length, label: seg(uid, start, start + length, label), st.sampled_from("pqrstu"),
              st.integers(0, 20), st.integers(1, 9), st.sampled_from(["Lift", "Hold"])),
    max_size=4, unique_by=lambda record: record.uid,
)  # fmt: skip


def content(records):
    return sorted(repr(dataclasses.replace(r.segment, author="")) for r in records)


@given(segments, segments, segments)
@settings(deadline=None)  # the first pairing imports scipy
def test_one_side_throughout_gives_that_sides_words(a, b, main):
    """Main held nothing but what the two were given, so it ends as one of them, whatever order points are decided in."""
    for side, wanted in (("a", a), ("b", b)):
        document = doc(*(record for record in main if record.uid in {r.uid for r in a} & {r.uid for r in b}))
        items = compare(doc(*a), doc(*b))
        for item in reversed(items):
            edit = take(document, item, side)
            before = document_bytes(document)
            edit.apply(document)
            edit.revert(document)
            assert document_bytes(document) == before
            edit.apply(document)
        assert content(document.segments) == content(wanted)
        assert progress(document, items).open == 0


def test_what_is_there_already_stays_the_sources():
    source = CaptionRecord("source-0", Caption("As it came."), "source")
    main = doc(source)
    take_all_agreed(main, compare(doc(source), doc(source))).apply(main)
    assert main["source-0"] == source and len(main.dismissals) == 1


def test_one_annotators_work_is_taken_over_whole():
    source = CaptionRecord("source-0", Caption("As it came."), "source")
    main = doc(source, seg("old", 0, 5))
    take(main, compare(A, B)[0], "a").apply(main)
    theirs = doc(source, seg("x", 3, 9))
    edit = take_document(main, theirs)
    edit.apply(main)
    assert main["source-0"] == source and main["x"].origin == "merge" and "old" not in main
    assert len(main.dismissals) == 1, "what was decided stays known"
    assert not take_document(main, theirs)
