"""A hand through a plate of 2 mm fails the audit and comes back; what holds a wall and what is solid is left alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import trimesh  # noqa: E402

from interact_core.bodies.library import choose_body  # noqa: E402
from interact_core.clip import Clip, Mesh  # noqa: E402
from interact_core.jobs.context import NullContext  # noqa: E402
from interact_core.refine.contacts import REGIONS, Contacts, region_vertices  # noqa: E402
from interact_core.refine.energy import Energy  # noqa: E402
from interact_core.refine.limits import HandLimits  # noqa: E402
from interact_core.refine.options import DEFAULT, RefineOptions  # noqa: E402
from interact_core.refine.pairs import find_pairs  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.scene import Scene, build_scene  # noqa: E402
from interact_core.refine.stages import stages_for, weights_for  # noqa: E402
from interact_core.refine.state import State, moved, state_of  # noqa: E402
from interact_core.refine.survey import Survey, Surveyor  # noqa: E402
from interact_core.refine.through import at_walls  # noqa: E402
from interact_core.refine.windows import WindowSolver, windows_of  # noqa: E402

SIZE = 0.16
THICK = 0.002
NO_HANDS_MISSING = {"left": False, "right": False}


def _plate() -> Mesh:
    box = trimesh.creation.box(extents=(SIZE, THICK, SIZE))
    return Mesh(np.asarray(box.vertices, np.float32), np.asarray(box.faces, np.int32), "plate")


def _over_plate(desk, depth: float, frames: int = 6) -> Clip:
    """The left hand `depth` deeper than the plate's upper face; the plate has no corner near the hand."""
    clip = desk.clip(frames, -depth, mesh=_plate())
    part = clip.objects[0].parts[0]
    part = replace(part, translation=part.translation + np.array([0.0, (SIZE - THICK) / 2, 0.0]))
    return replace(clip, objects=(replace(clip.objects[0], parts=(part,)),))


def _surveyed(clip: Clip, grids: Path) -> tuple[Scene, State, Survey, Contacts]:
    scene = build_scene(clip, choose_body(clip.body, None), "cpu", torch.float64, grids, NullContext())
    state = state_of(clip, "cpu", torch.float64)
    shape = clip.num_frames, len(REGIONS)
    none = Contacts(
        np.zeros(shape, bool), np.zeros(shape), np.zeros(shape, np.intp), np.zeros(shape),
        region_vertices(scene.choice.model.regions),
    )  # fmt: skip
    return scene, state, Surveyor(scene).survey(state, NullContext(), skin=False), none


def test_a_fingertip_through_a_plate_comes_back(desk, grids: Path, inspected: Callable[[Clip], dict[str, float]]) -> None:
    clip = _over_plate(desk, 0.012)
    result = refine_clip(clip, replace(DEFAULT, effort=6), cache_dir=grids)
    report = result.report
    assert report.skipped is None
    assert report.before["penetration_max"] == 0.0
    assert 0.009 < report.before["thin_wall"] < 0.012
    assert report.after["thin_wall"] < 0.3 * report.before["thin_wall"]
    assert inspected(result.clip)["thin_wall"] == pytest.approx(report.after["thin_wall"], abs=1e-6)
    assert report.after["contact_left_hand"] >= report.before["contact_left_hand"]
    assert any("without a clear inside" in note for note in report.notes)


def test_a_hand_on_a_plate_passes_the_audit(desk, grids: Path) -> None:
    result = refine_clip(_over_plate(desk, 0.001), DEFAULT, cache_dir=grids)
    assert result.report.skipped is not None
    assert "passes every measure" in result.report.skipped


def test_rows_know_the_side(desk, grids: Path) -> None:
    """Skin below the plate's upper face goes up, no more than 8 mm at once; what lies before either face stays there."""
    clip = _over_plate(desk, 0.012, 2)
    scene, state, survey, contacts = _surveyed(clip, grids)
    rows = at_walls(scene, state, survey, contacts)
    assert rows is not None
    top = clip.objects[0].parts[0].translation[0, 1] + THICK / 2
    height = survey.vertices[rows.frame, rows.vertex][:, 1] - top
    under = height < 0
    assert under.sum() > 10
    assert float((rows.normal[under] - torch.tensor([0.0, -1.0, 0.0])).abs().max()) < 1e-3
    assert torch.allclose(rows.distance[under], height[under].clamp(min=-0.008), atol=5e-4)
    above = ~under & (rows.normal[:, 1] < -0.99999)
    assert torch.allclose(rows.distance[above], height[above], atol=5e-4)


def test_solids_have_no_rows(desk, grids: Path) -> None:
    scene, state, survey, contacts = _surveyed(desk.clip(2, -0.012), grids)
    assert scene.walls == (None,)
    assert at_walls(scene, state, survey, contacts) is None


def test_the_gradient_with_skin_behind_a_plate(desk, grids: Path) -> None:
    clip = _over_plate(desk, 0.012, 4)
    options = RefineOptions(double_precision=True)
    scene, start, _, _ = _surveyed(clip, grids)
    limits = HandLimits(scene.choice.bound, "cpu", torch.float64, NO_HANDS_MISSING)
    window = windows_of(slice(0, 4), 4, options)[0]
    solver = WindowSolver(scene, start, window, options, limits, NO_HANDS_MISSING, NullContext())
    survey = solver._survey(start)
    pairs = find_pairs(scene, start, survey, solver._contacts, solver._feet, options, {"left": 1.0, "right": 1.0})
    assert len(pairs.inner.frame) > len(survey.inner)
    weights = weights_for(stages_for(options, has_objects=True, has_fingers=True)[-1], scene, options, NO_HANDS_MISSING, 30.0)
    energy = Energy(scene, pairs, start, options, weights, 0, limits)
    energy.begin(start)
    rng = np.random.default_rng(1)
    width = scene.groups.width
    state = moved(start, scene.groups, torch.as_tensor(rng.normal(0, 0.003, (4, width))))
    value, slope, terms = energy.gradient(state)
    assert terms["object_in_body"] > 0
    for _ in range(4):
        direction = torch.as_tensor(rng.normal(size=(4, width)))
        ends = [energy.value(moved(state, scene.groups, sign * 1e-7 * direction)) for sign in (1, -1)]
        expected = float((slope * direction[:, weights.columns]).sum())
        assert float(ends[0] - ends[1]) / 2e-7 == pytest.approx(expected, rel=2e-3, abs=1e-2 * abs(float(value)))
