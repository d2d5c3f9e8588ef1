"""What is tried against hands, by which side things leave them, and where a touching region belongs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import trimesh  # noqa: E402

from interact_core.bodies.library import choose_body  # noqa: E402
from interact_core.clip import Clip, Mesh  # noqa: E402
from interact_core.jobs.context import NullContext  # noqa: E402
from interact_core.refine.anchors import anchors  # noqa: E402
from interact_core.refine.contacts import REGIONS, Contacts, region_vertices  # noqa: E402
from interact_core.refine.exits import leave_well  # noqa: E402
from interact_core.refine.samples import COARSE, samples_of  # noqa: E402
from interact_core.refine.scene import Scene, build_scene  # noqa: E402
from interact_core.refine.state import State, state_of  # noqa: E402
from interact_core.refine.survey import Survey, Surveyor  # noqa: E402


def _box(extents: tuple[float, float, float], name: str) -> Mesh:
    box = trimesh.creation.box(extents=extents)
    return Mesh(np.asarray(box.vertices, np.float32), np.asarray(box.faces, np.int32), name)


def _surveyed(clip: Clip, grids: Path) -> tuple[Scene, State, Survey]:
    scene = build_scene(clip, choose_body(clip.body, None), "cpu", torch.float64, grids, NullContext())
    state = state_of(clip, "cpu", torch.float64)
    return scene, state, Surveyor(scene).survey(state, NullContext())


def _touching(clip: Clip, scene: Scene, side: str) -> Contacts:
    shape = clip.num_frames, len(REGIONS)
    state = np.zeros(shape, bool)
    state[:, [r.startswith(f"{side}_") for r in REGIONS]] = True
    vertices = region_vertices(scene.choice.model.regions)
    return Contacts(state, state.astype(float), np.zeros(shape, np.intp), np.zeros(shape), vertices)


def test_no_place_of_a_large_part_is_farther_from_a_point_than_a_finger_is_wide() -> None:
    samples = samples_of(_box((1.2, 0.02, 0.8), "table top"))
    assert len(samples.coarse) <= COARSE
    rng = np.random.default_rng(0)
    places = np.stack([rng.uniform(-0.59, 0.59, 30), np.full(30, 0.01), rng.uniform(-0.39, 0.39, 30)], axis=1)
    for place in places.astype(np.float32):
        assert np.abs(samples.points - place).max(axis=1).min() < 0.008
    assert samples.is_fine.sum() == len(samples.fine)


def test_a_bar_through_a_finger_leaves_it_by_one_side(desk, grids: Path) -> None:
    """Across the middle of the index finger, near both sides: with the hand touching it goes to the palm's side."""
    clip = desk.clip(2, mesh=_box((0.006, 0.010, 0.30), "bar"))
    scene, state, survey = _surveyed(clip, grids)
    regions = scene.choice.model.regions
    finger = regions.mask("left_index2")
    skin = survey.vertices[0].numpy()[finger]
    middle = skin.mean(axis=0) + np.array([0.0, 0.05 * np.ptp(skin[:, 1]), 0.0])
    part = replace(clip.objects[0].parts[0], translation=np.tile(middle, (2, 1)))
    clip = replace(clip, objects=(replace(clip.objects[0], parts=(part,)),))
    scene, state, survey = _surveyed(clip, grids)
    found, good = leave_well(scene, state, survey, _touching(clip, scene, "left"))
    inside = finger[survey.inner.vertex.numpy()] & (survey.inner.distance.numpy() < -0.001)
    assert inside.sum() >= 4
    assert good[inside].all()
    # Palms look down; rows agree, and some are measured to another side than the nearest.
    normal = found.normal.numpy()[inside]
    way = normal.sum(axis=0)
    assert way[1] < 0
    assert (normal @ way > 0).all()
    assert (survey.inner.distance - found.distance).numpy()[inside].max() > 0.002


def test_a_region_belongs_to_one_place_unless_it_travels() -> None:
    t = torch.arange(60, dtype=torch.float64)
    drifting = torch.stack([0.01 * torch.sin(t / 8), 0 * t, 0 * t + 0.2], dim=1)
    travelling = torch.stack([0.01 * t, 0 * t, 0 * t], dim=1)
    held = torch.ones(60, 2, dtype=torch.float64)
    held[:10, 0] = 0
    places = torch.stack([drifting, travelling], dim=1)
    found = anchors(places, held)
    assert torch.equal(found[:10, 0], drifting[:10])
    assert (found[10:, 0] - found[10, 0]).abs().max() == 0
    assert (found[10:, 0] - torch.tensor([0.0, 0.0, 0.2], dtype=torch.float64)).norm(dim=-1).max() < 0.005
    assert torch.equal(found[:, 1], travelling)
