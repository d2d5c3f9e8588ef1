"""Proposals: what is offered for known motions, and that a person's answer holds."""

import pytest
from evidence_cases import Flaw, Scene, carried_box, ease, shifted
from hypothesis import given, settings
from hypothesis import strategies as st

from interact_core.annotation import AnnotationDocument, SegmentRecord, UndoStack
from interact_core.annotation.proposals import (
    accept_proposal,
    dismiss_proposal,
    open_proposals,
    overlap,
    propose_segments,
    same_key,
)
from interact_core.annotation.vocabulary import default_vocabulary


def _on(scene: Scene, tier: str, hand: str = "") -> list[tuple[str, int, int]]:
    found = [p.segment for p in propose_segments(scene.evidence()) if p.segment.tier == tier and hand in ("", p.segment.hand)]
    return [(s.label, s.start_frame, s.end_frame) for s in found]


def test_both_hands_approach_grasp_move_release() -> None:
    for hand in ("left", "right"):
        labels, starts, ends = zip(*_on(carried_box(), "contact_hand", hand), strict=True)
        assert labels == ("approach", "grasp", "move", "release")
        assert starts[0] == pytest.approx(10, abs=5)
        assert (starts[1], ends[-1]) == (30, 170)
        assert starts[2] == pytest.approx(40, abs=4) and ends[2] == pytest.approx(160, abs=4)
        assert starts[1:] == ends[:-1]


def test_a_hand_that_only_rests() -> None:
    assert _on(Scene().thing("table").touch("left", "table", 50, 150), "contact_hand", "left")[-1] == ("rest", 50, 150)


def test_a_brush_is_not_offered() -> None:
    assert _on(Scene().thing("table").touch("left", "table", 50, 55), "contact_hand") == []


def test_holding_still_in_the_air_between_two_motions() -> None:
    path = ease(200, 40, 60, 0, 0.5, 0) + ease(200, 120, 140, 0, -0.5, 0)
    scene = Scene().thing("box", path, at=(0, 0.1, 0.5)).touch("right", "box", 30, 160)
    assert [label for label, _, _ in _on(scene, "contact_hand")] == ["approach", "grasp", "move", "hold", "move", "release"]


def test_actions_are_classes_of_the_field_with_slots() -> None:
    actions = [p for p in propose_segments(carried_box().evidence()) if p.segment.tier == "action"]
    assert [p.segment.label for p in actions] == ["Lift", "Carry"]
    vocabulary = default_vocabulary()
    for proposal in actions:
        said = proposal.segment
        assert said.label in vocabulary.labels_of("action")
        assert (said.object, said.hand) == ("box", "both")
        assert said.confidence is not None and 0 < said.confidence <= 1
        assert proposal.reason.endswith(".") and "both hands" in proposal.reason


def test_artifacts_are_offered_with_their_kind() -> None:
    scene = Scene()
    scene.flaws.append(Flaw("penetration", 20, 40, 0.7, "Deepest penetration"))
    assert _on(scene, "artifact") == [("penetration", 20, 40)]


def test_accepting_signs_it_and_can_be_undone() -> None:
    document = AnnotationDocument("clip")
    stack = UndoStack(document)
    proposal = propose_segments(carried_box().evidence())[0]
    stack.push(accept_proposal(document, proposal, "ada"))
    record = document.segments[0]
    assert (record.origin, record.author, record.segment.label) == ("proposal", "ada", proposal.segment.label)
    stack.undo()
    assert document.records == ()


def test_accepted_and_dismissed_ones_are_not_offered_again() -> None:
    document = AnnotationDocument("clip")
    proposals = propose_segments(carried_box().evidence())
    assert open_proposals(document, proposals) == proposals
    accept_proposal(document, proposals[0]).apply(document)
    dismiss_proposal(document, proposals[1], "not a grasp").apply(document)
    left = open_proposals(document, proposals)
    assert proposals[0] not in left and proposals[1] not in left
    assert set(left) == set(proposals[2:])


@settings(max_examples=40, deadline=None)
@given(by=st.integers(-4, 4))
def test_answers_hold_when_the_frames_change_a_little(by: int) -> None:
    document = AnnotationDocument("clip")
    for proposal in propose_segments(carried_box().evidence()):
        dismiss_proposal(document, proposal).apply(document)
    later = [p for p in propose_segments(shifted(carried_box().evidence(), by)) if p.segment.label not in ("grasp", "release")]
    assert later and open_proposals(document, tuple(later)) == ()


def test_a_moved_and_renamed_segment_still_answers() -> None:
    document = AnnotationDocument("clip")
    proposal = next(p for p in propose_segments(carried_box().evidence()) if p.segment.label == "Carry")
    accept_proposal(document, proposal).apply(document)
    record = document.segments[0]
    document.replace(record.changed(start_frame=record.segment.start_frame + 6, label="Move"))
    assert proposal not in open_proposals(document, (proposal,))


def test_another_hands_segment_does_not_answer() -> None:
    proposal = next(p for p in propose_segments(carried_box().evidence()) if p.segment.hand == "left")
    other = SegmentRecord.new(proposal.segment).changed(hand="right")
    assert open_proposals(AnnotationDocument("clip", [other]), (proposal,)) == (proposal,)


@given(st.tuples(*[st.integers(0, 300)] * 4))
def test_overlap_is_a_share(frames: tuple[int, int, int, int]) -> None:
    a, b, c, d = frames
    a, b, c, d = min(a, b), max(a, b) + 1, min(c, d), max(c, d) + 1
    value = overlap(a, b, c, d)
    truth = len(set(range(a, b)) & set(range(c, d))) / len(set(range(a, b)) | set(range(c, d)))
    assert value == pytest.approx(truth)
    assert value == overlap(c, d, a, b)


def test_keys_differ_by_what_is_said() -> None:
    assert same_key("action:Lift:both:box:@10-50", "action:Lift:both:box:@12-53")
    assert not same_key("action:Lift:both:box:@10-50", "action:Lift:both:box:@60-90")
    assert not same_key("action:Lift:both:box:@10-50", "action:Lift:left:box:@10-50")
    assert not same_key("action:Lift:both:box:@x-50", "action:Lift:both:box:@10-50")


def test_snap_points_say_why() -> None:
    points = carried_box().evidence().snap_frames()
    told = {(p.frame, p.kind) for p in points}
    assert {(30, "contact_onset"), (170, "contact_release")} <= told
    assert [p.frame for p in points] == sorted(p.frame for p in points)
    assert any(p.why == "left hand touches box" for p in points)
    assert all(0 < p.frame < 200 for p in points)
