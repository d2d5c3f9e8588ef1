"""Figures of generated clips out of an inspection."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh

from interact_core.bodies.library import open_body
from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.generate.evaluation.quality import quality, quality_of
from interact_core.inspection.results import Inspection, Track, Value


def inspected(depth: list[float] | None) -> Inspection:
    tracks = {}
    if depth is not None:
        values = np.array(depth, np.float32)
        tracks["penetration_max"] = Track("penetration_max", "Deepest penetration", "m", values, None, "penetration")
    summary = {"jerk_body": Value("Jerk", 12.0, "m/s^3", "jitter")}
    if depth is not None:
        summary["contact_object"] = Value("Touched", 40.0, "%", "contact")
    return Inspection(tracks, {}, summary, (), (), 0.0)


def test_depths_are_centimetres_and_frames_that_were_not_measured_do_not_count() -> None:
    found = quality_of(inspected([0.0, 0.02, float("nan"), 0.04]))
    assert found["penetration_cm"] == pytest.approx(2.0) and found["penetration_worst_cm"] == pytest.approx(4.0)
    assert (found["contact_share"], found["jerk"]) == (40.0, 12.0)


def test_a_clip_without_objects_has_no_depth_and_no_contact() -> None:
    found = quality_of(inspected(None))
    assert (found["penetration_cm"], found["penetration_worst_cm"], found["contact_share"]) == (0.0, 0.0, 0.0)


def test_a_box_across_the_belly_goes_in_and_one_beside_does_not(tmp_path: Path) -> None:
    body = open_body("neutral")
    still = np.zeros((6, 52, 3))
    place = np.tile([0.0, -body.template[:, 1].min(), 0.0], (6, 1))
    motion = BodyMotion("open", "neutral", Betas(np.zeros(1)), still[:, 0], still[:, 1:22], still[:, 22:37], still[:, 37:], place)
    box = trimesh.creation.box((0.1, 0.1, 0.1))
    mesh = Mesh(np.asarray(box.vertices, np.float32), np.asarray(box.faces, np.int32), "box")
    part = ObjectPart("box", mesh, np.tile(np.eye(3), (6, 1, 1)), np.tile([1.0, 1.0, 1.0], (6, 1)))
    beside = Clip("beside", 30.0, motion, (ObjectMotion("box", (part,)),))
    belly = place[0] + body.template_joints[3]
    inside = replace(beside, objects=(ObjectMotion("box", (replace(part, translation=np.tile(belly, (6, 1))),)),))
    clear, deep = quality(beside, tmp_path), quality(inside, tmp_path)
    assert (clear["penetration_cm"], clear["contact_share"], clear["jerk"]) == (0.0, 0.0, pytest.approx(0.0, abs=1e-3))
    assert deep["penetration_cm"] > 2.0 and deep["contact_share"] == 100.0
