"""Made-up grasps: fingers lie on what is flat and close around a bar, smoothly, and leave captured hands alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.bodies.library import choose_body  # noqa: E402
from interact_core.bodies.regions import BodyRegions  # noqa: E402
from interact_core.clip import Clip, Mesh  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX  # noqa: E402
from interact_core.jobs.context import NullContext  # noqa: E402
from interact_core.refine.grasps import with_grasps  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.scene import Scene, build_scene  # noqa: E402
from interact_core.refine.state import State, state_of  # noqa: E402

FRAMES = 40
HELD = np.arange(FRAMES) // 10 == 2
LEFT = slice(JOINT_INDEX["left_index1"], JOINT_INDEX["left_index1"] + 15)


def bar(radius: float) -> Mesh:
    import trimesh

    rod = trimesh.creation.cylinder(radius, 0.3, sections=48).subdivide().subdivide()
    return Mesh(np.asarray(rod.vertices, np.float32), np.asarray(rod.faces, np.int32), "bar")


def _flat(clip: Clip) -> Clip:
    none = np.zeros((clip.num_frames, 15, 3))
    return replace(clip, body=replace(clip.body, left_hand_pose=none, right_hand_pose=none))


def _barred(desk, frames: int, radius: float = 0.022) -> Clip:
    clip = _flat(desk.clip(frames, mesh=bar(radius)))
    part = clip.objects[0].parts[0]
    # Along the base of the fingers, under the palm.
    place = np.array([desk.under(0.0)[0] + 0.02, desk.under(0.0)[1] + 0.08 - radius - 0.002, desk.under(0.0)[2]])
    part = replace(part, translation=np.repeat(place[None], frames, axis=0))
    return replace(clip, objects=(replace(clip.objects[0], parts=(part,)),))


def _held(clip: Clip, grids: Path, held: np.ndarray = HELD, free: slice = slice(0, FRAMES)) -> tuple[Scene, State, State]:
    scene = build_scene(clip, choose_body(clip.body, None), "cpu", torch.float32, grids, NullContext())
    state = state_of(clip, "cpu", torch.float32)
    return scene, state, with_grasps(scene, state, 0, {"left": held}, free)


def _distances(scene: Scene, state: State) -> tuple[BodyRegions, np.ndarray]:
    """Of all skin in the middle of the held frames, (1, V)."""
    here = state.frames(slice(25, 26))
    skin, _, _ = scene.poser(np.arange(scene.choice.model.num_vertices))(here.local, here.transl, slice(25, 26))
    own = (skin[0] - here.translation[0, 0]) @ here.rotation[0, 0]
    return scene.choice.model.regions, scene.fields[0](own)[None].numpy()


def test_fingers_close_around_a_bar(desk, grids: Path) -> None:
    clip = _barred(desk, FRAMES)
    scene, flat, made = _held(clip, grids)
    regions, before = _distances(scene, flat)
    _, after = _distances(scene, made)
    for finger in ("index", "middle", "ring"):
        tip = regions.vertices(f"left_{finger}3")
        assert after[:, tip].min(axis=1).max() < before[:, tip].min(axis=1).min() - 0.01
    hand = regions.vertices("left_hand")
    assert -after[:, hand].min() < 0.006


def test_fingers_lie_on_what_is_flat(desk, grids: Path) -> None:
    clip = _flat(desk.clip(FRAMES, 0.0))
    scene, _, made = _held(clip, grids)
    regions, distance = _distances(scene, made)
    assert -distance[:, regions.vertices("left_hand")].min() < 0.006
    tips = [distance[:, regions.vertices(f"left_{f}3")].min(axis=1).max() for f in ("index", "middle", "ring")]
    assert max(tips) < 0.012


def test_a_hand_opens_and_closes_smoothly_and_alone(desk, grids: Path) -> None:
    _, before, made = _held(_barred(desk, FRAMES), grids)
    others = [j for j in range(52) if not LEFT.start <= j < LEFT.stop]
    assert torch.equal(made.local[:, others], before.local[:, others])
    turn = made.local[1:, LEFT].transpose(-1, -2) @ made.local[:-1, LEFT]
    angle = torch.arccos(((turn.diagonal(dim1=-2, dim2=-1).sum(-1) - 1) / 2).clamp(-1, 1))
    assert 0.02 < float(angle.max()) < np.radians(18)
    assert torch.equal(made.local[20, LEFT], made.local[29, LEFT])


def test_settled_frames_stay_and_fingers_go_on_from_them(desk, grids: Path) -> None:
    _, before, made = _held(_barred(desk, FRAMES), grids, np.ones(FRAMES, bool), slice(4, FRAMES))
    assert torch.equal(made.local[:4], before.local[:4])
    step = (made.local[4, LEFT] - made.local[3, LEFT]).abs().max()
    assert 0 < float(step) < 0.1


def test_captured_fingers_get_no_grasp(desk, grids: Path) -> None:
    clip = desk.clip(6, -0.004)
    options = replace(DEFAULT, effort=2, rounds=1)
    moved = refine_clip(clip, options, cache_dir=grids).clip.body.right_hand_pose - clip.body.right_hand_pose
    assert np.degrees(np.abs(moved).max()) < 2
    made = refine_clip(_flat(clip), options, cache_dir=grids).clip.body.right_hand_pose
    assert np.degrees(np.abs(made).max()) > 8  # a relaxed hand
