"""What the audit lets pass and what it does not, on a standing body and on tracks made by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from interact_core.bodies.library import choose_body
from interact_core.clip import Clip
from interact_core.jobs.context import NullContext
from interact_core.refine import measuring
from interact_core.refine.audit import Verdict, audit
from interact_core.refine.marks import MARKS
from interact_core.refine.measuring import Fault, Seen, measure

CAPTURED = {"left": False, "right": False}


@pytest.fixture(scope="module")
def look(grids: Path):
    return lambda clip: measure(clip, choose_body(clip.body, None), grids, "cpu", NullContext())


def _raised(clip: Clip, metres: float) -> Clip:
    return replace(clip, body=replace(clip.body, transl=clip.body.transl + np.array([0.0, metres, 0.0])), objects=())


@pytest.mark.parametrize(("height", "said"), [(0.010, "above"), (-0.010, "below"), (0.004, "above"), (0.002, ""), (-0.002, "")])
def test_a_body_too_high_or_low_fails(desk, look, height: float, said: str) -> None:
    verdict = audit(look(_raised(desk.clip(4), height)), 30.0, True, CAPTURED)
    assert verdict.passed == (not said)
    if said:
        assert f"{1000 * abs(height):.0f} mm {said} the floor" in verdict.reason


def test_the_soles_of_a_stand_in_body_are_not_the_persons(desk, look) -> None:
    assert audit(look(_raised(desk.clip(4), 0.010)), 30.0, False, CAPTURED).passed


def test_feet_on_an_object_stand_where_it_is(desk, look) -> None:
    """The desk's box, put under the feet: what is 16 cm up stands on it."""
    clip = desk.clip(4)
    part = clip.objects[0].parts[0]
    box = replace(part.mesh, vertices=part.mesh.vertices * np.array([6.0, 1.0, 6.0], np.float32))
    stool = replace(part, mesh=box, translation=np.tile([0.0, 0.08, 0.0], (4, 1)))
    raised = replace(clip, body=_raised(clip, 0.1605).body, objects=(replace(clip.objects[0], parts=(stool,)),))
    assert "floor" not in audit(look(raised), 30.0, True, CAPTURED).reason


def _shaken(seen: Seen, noise: np.ndarray) -> Verdict:
    return audit(replace(seen, joints=(seen.joints + noise).astype(np.float32)), 30.0, True, CAPTURED)


def test_a_throw_is_no_jitter_and_a_burst_of_noise_is(desk, look) -> None:
    seen = look(_raised(desk.clip(2), 0.0))
    still = np.repeat(seen.joints[:1], 120, axis=0)
    seen = replace(seen, joints=still, faults=(Fault("jitter_body", 0, 9),))
    t = np.arange(120)
    throw = 0.25 / (1 + np.exp(-(t - 60) / 0.9))  # a hand's way of 25 cm in an eighth of a second
    moved = np.zeros((120, 52, 3))
    moved[:, [17, 19, 21], 2] = throw[:, None]
    assert _shaken(seen, moved).passed
    noise = np.zeros((120, 52, 3))
    noise[40:70] = np.random.default_rng(0).normal(0, 0.002, (30, 1, 3))
    assert "shake" in _shaken(seen, noise).reason
    assert "shake" in _shaken(seen, np.random.default_rng(0).normal(0, 0.0005, (120, 52, 3))).reason


def test_pieces_measure_what_the_whole_does(desk, grids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip, choice = desk.clip(50, -0.006, sway=0.3), choose_body(desk.clip(1).body, None)
    whole = measure(clip, choice, grids, "cpu", NullContext())
    asked: list[int] = []
    pose = measuring.pose_clip
    monkeypatch.setattr(measuring, "PIECE", 12)
    monkeypatch.setattr(measuring, "CONTEXT", 8)
    monkeypatch.setattr(measuring, "pose_clip", lambda own, *a, **k: asked.append(own.num_frames) or pose(own, *a, **k))
    pieces = measure(clip, choice, grids, "cpu", NullContext())
    assert len(asked) == 5 and max(asked) <= 12 + 2 * 8
    np.testing.assert_array_equal(pieces.joints, whole.joints)
    assert pieces.figures.keys() == whole.figures.keys()
    for name, value in whole.figures.items():
        assert pieces.figures[name] == pytest.approx(value, rel=0.02, abs=1e-4, nan_ok=True), name


def test_figures_are_those_of_an_inspection(desk, look, inspected) -> None:
    clip = desk.clip(12, -0.006, sway=0.3)
    summary, figures = inspected(clip), look(clip).figures
    assert len(figures) > 20
    for name, value in figures.items():
        if MARKS[name].inner:  # where a foot lands is not judged
            assert not value > summary[name] + 1e-6, name
        else:
            assert value == pytest.approx(summary[name], rel=1e-5, abs=1e-6, nan_ok=True), name
