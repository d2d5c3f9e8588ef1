"""Facts from real geometry: demo clips, whose contact is known, thinned to keep this fast."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from interact_core.annotation import AnnotationDocument, CaptionRecord
from interact_core.annotation.drafts import draft_caption
from interact_core.annotation.evidence import Evidence
from interact_core.annotation.lint import lint
from interact_core.clip import Caption, Clip, Hinge, ObjectMotion, ObjectPart
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip
from interact_core.inspection.clip_evidence import evidence_of

STEP = 3


def _thinned(clip: Clip) -> Clip:
    """Every third frame, at a third of the rate."""
    body = {
        name: getattr(clip.body, name)[::STEP]
        for name in ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "transl")
    }

    def part(p: ObjectPart) -> ObjectPart:
        hinge = None if p.hinge is None else Hinge(p.hinge.axis, p.hinge.point, p.hinge.angle[::STEP])
        return dataclasses.replace(p, rotation=p.rotation[::STEP], translation=p.translation[::STEP], hinge=hinge)

    objects = tuple(ObjectMotion(o.name, tuple(map(part, o.parts))) for o in clip.objects)
    contact = {name: values[::STEP] for name, values in clip.recorded_contact.items()}
    motion = dataclasses.replace(clip.body, **body)
    return dataclasses.replace(clip, fps=clip.fps / STEP, body=motion, objects=objects, recorded_contact=contact)


@pytest.fixture(scope="module")
def shown(inspected) -> dict[str, tuple[Clip, Evidence]]:
    refs = {ref.id: ref for ref in open_path(demo_root()).refs}
    found = {}
    for name in ("pass_bottle", "lift_box"):
        clip = _thinned(read_clip(refs[f"demo_{name}"]))
        posed, _, inspection = inspected(clip)
        found[name] = (clip, evidence_of(posed, inspection))
    return found


@pytest.mark.parametrize("name", ["pass_bottle", "lift_box"])
def test_contact_is_what_the_script_says(shown, name: str) -> None:
    clip, evidence = shown[name]
    for hand in ("left", "right"):
        truth = np.asarray(clip.recorded_contact[f"{hand}_hand"]) > 0.5
        found = evidence.contact[hand]
        if not truth.any():
            assert found.sum() <= 2
            continue
        assert (truth & found).sum() / (truth | found).sum() > 0.85
        onset, known = int(np.flatnonzero(found)[0]), int(np.flatnonzero(truth)[0])
        assert abs(onset - known) <= 2


def test_each_hand_knows_its_object(stage, inspected) -> None:
    """A lid on a box under the left palm, and a crate under the right one; all of the same mesh."""
    left = stage.under_palm(0.004)
    right = left * [-1, 1, 1]
    still = np.repeat(np.eye(3)[None], 24, axis=0)

    def part(name: str, place: np.ndarray) -> ObjectPart:
        return ObjectPart(name, stage.box, still, np.tile(place, (24, 1)))

    chest = ObjectMotion("chest", (part("base", left - [0, 0.3, 0]), part("lid", left)))
    objects = (chest, ObjectMotion("crate", (part("crate", right),)))
    posed, _, inspection = inspected(dataclasses.replace(stage.clip(frames=24), objects=objects))
    evidence = evidence_of(posed, inspection)
    assert {(t.limb, t.object, t.part) for t in evidence.touches if t.hand} == {("left", "chest", "lid"), ("right", "crate", "")}
    assert all((t.start, t.end) == (0, 24) for t in evidence.touches if t.hand)
    assert evidence.hands_on("chest", 0, 24) == "left" and evidence.hands_on("crate", 0, 24) == "right"


@pytest.mark.parametrize(
    ("name", "draft"),
    [
        ("pass_bottle", "A person passes the bottle from the right hand to the left hand."),
        ("lift_box", "A person lifts the box with both hands, carries it forward and puts it down."),
    ],
)
def test_drafts_tell_what_was_performed(shown, name: str, draft: str) -> None:
    found = draft_caption(shown[name][1])
    assert found is not None and found.text == draft


@pytest.mark.parametrize("name", ["pass_bottle", "lift_box"])
def test_the_scripts_own_captions_pass(shown, name: str) -> None:
    clip, evidence = shown[name]
    records = [CaptionRecord(c.variant, c) for c in clip.captions]
    assert lint(AnnotationDocument(clip.id, records), evidence) == ()


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("lift_box", "A person lifts a box with one hand.", "hand_count"),
        ("lift_box", "A person carries a box backward.", "direction"),
        ("lift_box", "A person pushes a chair with both hands.", "object_missing"),
    ],
)
def test_lies_are_found(shown, name: str, text: str, rule: str) -> None:
    document = AnnotationDocument("c", [CaptionRecord("n", Caption(text))])
    assert [f.rule for f in lint(document, shown[name][1])] == [rule]


def test_a_clip_without_objects_has_a_person_and_nothing_else(stage, inspected) -> None:
    posed, _, inspection = inspected(stage.clip(box=False, frames=8))
    evidence = evidence_of(posed, inspection)
    assert evidence.objects == () and evidence.touches == () and not evidence.person.walking.any()
    assert evidence.person.forward[0] == pytest.approx([0, 0, 1], abs=0.05)


def test_frames_that_are_not_measured_touch_nothing(stage, grids: Path) -> None:
    from interact_core.inspection.fields import DistanceFields
    from interact_core.inspection.inspect import inspect_clip
    from interact_core.inspection.posed import pose_clip

    posed = pose_clip(stage.clip(frames=12))
    shape = posed.body_vertices.shape[:2], posed.object_vertices.shape[:2]
    empty = DistanceFields(
        np.full(shape[0], np.nan, np.float32), np.full(shape[1], np.nan, np.float32), (False,), 0.1, np.zeros(12, bool)
    )
    evidence = evidence_of(posed, inspect_clip(posed, empty))
    assert evidence.touches == ()
