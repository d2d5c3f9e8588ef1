"""Rules that hold words and slots against facts; the facts are made by hand."""

import time

import numpy as np
import pytest
from evidence_cases import Scene, carried_box, ease

from interact_core.annotation import AnnotationDocument, CaptionRecord, SegmentRecord
from interact_core.annotation.evidence import Evidence
from interact_core.annotation.lint import Finding, apply_fix, lint
from interact_core.annotation.proposals import propose_segments
from interact_core.clip import Caption, Segment


def _found(text: str, evidence: Evidence, start: int = 0, end: int | None = None) -> list[Finding]:
    return list(lint(AnnotationDocument("c", [CaptionRecord("n", Caption(text, "natural", (), start, end))]), evidence))


def _fixed(text: str, evidence: Evidence) -> str:
    document = AnnotationDocument("c", [CaptionRecord("n", Caption(text))])
    (finding,) = lint(document, evidence)
    apply_fix(document, finding).apply(document)
    return document.captions[0].caption.text


@pytest.fixture
def right_only() -> Evidence:
    """A bottle lifted with the right hand, frames 41 to 160."""
    path = ease(200, 60, 90, 0, 0.4, 0) + ease(200, 120, 150, 0, -0.4, 0)
    return Scene().thing("bottle", path).touch("right", "bottle", 41, 161).evidence()


def test_the_wrong_hand_is_named_with_the_measured_frames(right_only: Evidence) -> None:
    (finding,) = _found("A person lifts a bottle with the left hand.", right_only)
    assert (finding.rule, finding.severity) == ("left_right", "warning")
    assert "the right hand touches the bottle in frames 41 to 160" in finding.why
    assert "the left hand never touches anything" in finding.why
    assert finding.frames == (41, 161)
    assert _fixed("A person lifts a bottle with the left hand.", right_only) == "A person lifts a bottle with the right hand."


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("A person lifts a bottle with the right hand.", []), ("A person lifts a bottle with his right arm.", []),
        ("A person lifts a bottle with both hands.", ["hand_count"]), ("A person lifts a bottle with one hand.", []),
        ("Using the left hand, a person lifts a bottle.", ["left_right"]), ("A person lifts a bottle to the left.", []),
        ("A person lifts a bottle and waves the left hand.", []),
    ],
)  # fmt: skip
def test_hands(right_only: Evidence, text: str, rules: list[str]) -> None:
    assert [f.rule for f in _found(text, right_only)] == rules


def test_both_hands_against_one(right_only: Evidence) -> None:
    assert _fixed("A person lifts a bottle with both hands.", right_only) == "A person lifts a bottle with the right hand."
    box = carried_box().evidence()
    assert _fixed("A person lifts a box with one hand.", box) == "A person lifts a box with both hands."
    (hint,) = _found("A person lifts a box with the left hand.", box)
    assert (hint.rule, hint.severity) == ("hand_count", "hint")


def test_a_caption_is_held_against_its_own_frames(right_only: Evidence) -> None:
    scene = (
        Scene().thing("bottle", ease(200, 20, 50, 0, 0.4, 0)).touch("left", "bottle", 10, 80).touch("right", "bottle", 100, 180)
    )
    evidence = scene.evidence()
    text = "A person holds a bottle with the left hand."
    assert _found(text, evidence) == [] and _found(text, evidence, 0, 90) == []
    assert [f.rule for f in _found(text, evidence, 95, 200)] == ["left_right"]


def test_feet() -> None:
    scene = Scene().thing("ball", ease(200, 70, 150, 0, 0, 4), up=False).touch("right_foot", "ball", 69, 71)
    assert _found("A person kicks a ball with the right foot.", scene.evidence()) == []
    assert _fixed("A person kicks a ball with the left foot.", scene.evidence()) == "A person kicks a ball with the right foot."


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("A person pushes the table forward.", []), ("A person pushes the table backward.", ["direction"]),
        ("A person pushes the table to the left.", []), ("A person lifts the table.", ["direction"]),
        ("A person lowers the table.", ["direction"]), ("A person pushes the table.", []), ("A person lifts the arms.", []),
        ("A person pushes the table forward and walks backward.", []),
    ],
)  # fmt: skip
def test_directions_on_the_floor(text: str, rules: list[str]) -> None:
    scene = Scene().thing("table", ease(200, 50, 120, 0, 0, 1.0), at=(0, 0.1, 1.2), up=False).both("table", 30, 150)
    assert [f.rule for f in _found(text, scene.evidence())] == rules


def test_direction_of_turning() -> None:
    scene = Scene().thing("chair", turned=ease(200, 60, 110, 1.5)[:, 0], up=False).touch("right", "chair", 40, 130)
    found = {f.rule: f for f in _found("A person turns the chair clockwise.", scene.evidence())}
    assert found["direction"].fix is not None and found["direction"].fix.text == "anticlockwise"
    assert "83 degrees anticlockwise" in found["direction"].why  # 86 in all; the slow ends are no motion


def test_walking_has_a_direction_too() -> None:
    box = carried_box().evidence()
    assert _found("A person walks forward with the box.", box) == []
    assert _fixed("A person walks backward with the box.", box) == "A person walks forward with the box."


def test_passing_has_a_direction_too() -> None:
    path = ease(200, 40, 80, 0.3, 0, 0) + ease(200, 110, 150, 0.3, 0, 0)
    scene = Scene().thing("bottle", path, at=(-0.3, 1.1, 0.3), up=True)
    evidence = scene.touch("right", "bottle", 0, 105).touch("left", "bottle", 85, 200).evidence()
    good = "A person passes a bottle from the right hand to the left hand."
    assert _found(good, evidence) == []
    assert _fixed("A person passes a bottle from the left hand to the right hand.", evidence) == good


def test_opposite_direction_has_a_fix() -> None:
    box = carried_box().evidence()
    assert _fixed("A person carries the box backward.", box) == "A person carries the box forward."


def test_without_objects_nothing_is_said_about_hands() -> None:
    assert _found("A person waves with the left hand.", Scene().evidence()) == []


# Segments


def _segments(*segments: Segment, evidence: Evidence | None = None) -> list[Finding]:
    return list(lint(AnnotationDocument("c", [SegmentRecord(f"s{k}", s) for k, s in enumerate(segments)]), evidence))


@pytest.mark.parametrize(
    ("segment", "rule", "fix"),
    [
        (Segment("action", 150, 230, label="Lift"), "segment_bounds", "200"),
        (Segment("action", 250, 260, label="Lift"), "segment_bounds", None),
        (Segment("action", 10, 11, label="Lift"), "segment_bounds", None),
        (Segment("action", 50, 150), "segment_label", None),
        (Segment("action", 50, 150, label="lift"), "segment_label", "Lift"),
        (Segment("action", 50, 150, label="Carrry"), "segment_label", "Carry"),
        (Segment("nowhere", 50, 150, label="Lift"), "segment_label", None),
        (Segment("free", 50, 150), "segment_label", None),
        (Segment("action", 50, 150, label="Lift", hand="tail"), "slot_hand", None),
        (Segment("action", 50, 150, label="Lift", hand="left"), "slot_hand", "right"),
        (Segment("action", 50, 150, label="Lift", hand="both"), "slot_hand", "right"),
        (Segment("action", 50, 150, label="Lift", object="botle"), "slot_object", "bottle"),
    ],
)
def test_segments(right_only: Evidence, segment: Segment, rule: str, fix: str | None) -> None:
    (finding,) = _segments(segment, evidence=right_only)
    assert finding.rule == rule
    assert (finding.fix.text if finding.fix else None) == fix
    if finding.fix:
        document = AnnotationDocument("c", [SegmentRecord("s0", segment)])
        apply_fix(document, finding).apply(document)
        assert lint(document, right_only) == ()


def test_good_segments_are_left_alone(right_only: Evidence) -> None:
    good = (
        Segment("action", 50, 150, label="Lift", object="bottle", hand="right"), Segment("free", 0, 9, "look again"),
        Segment("contact_hand", 20, 41, label="approach", hand="right", object="bottle"),
        Segment("action", 60, 160, label="Hold", object="bottle", hand="right"),
    )  # fmt: skip
    assert _segments(*good, evidence=right_only) == []


def test_twins() -> None:
    one = Segment("action", 50, 150, label="Lift")
    assert [f.rule for f in _segments(one, Segment("action", 52, 148, label="Lift"))] == ["segment_twin"]
    assert _segments(one, Segment("action", 52, 148, label="Carry")) == []
    assert _segments(one, Segment("action", 140, 190, label="Lift")) == []


def test_what_is_proposed_passes() -> None:
    for scene in (carried_box(), Scene().thing("table").touch("left", "table", 50, 150)):
        evidence = scene.evidence()
        segments = [p.segment for p in propose_segments(evidence)]
        assert segments and _segments(*segments, evidence=evidence) == []


def test_live_speed() -> None:
    """A document far fuller than any: 10 ms are the aim for an ordinary one (docs/lint.md); machines differ."""
    evidence = carried_box(600).evidence()
    text = "A person lifts the table with the left hand, carried it backward and puts it down with both hands - slowly."
    records = [CaptionRecord(f"c{k}", Caption(f"{text} {k}", f"v{k}")) for k in range(5)]
    tiers = [SegmentRecord(f"s{k}", Segment("action", k, k + 90, label="Lift", hand="left", object="box")) for k in range(40)]
    document = AnnotationDocument("c", [*records, *tiers])
    lint(document, evidence)
    spans = []
    for _ in range(9):
        start = time.perf_counter()
        findings = lint(document, evidence)
        spans.append(time.perf_counter() - start)
    assert len(findings) > 30
    assert np.median(spans) < 0.05
