"""The published objective as a peer: it does what its record says, on little data and few iterations."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree

from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.errors import Cancelled, InputError
from interact_core.geometry.rotations import axis_angle_to_matrix, rotation_angle
from interact_core.refine import published_hands, published_wrists
from interact_core.refine.corrupt import corrupt
from interact_core.refine.corrupt_tools import joints_of
from interact_core.refine.published import PublishedOptions, protocol_of, refine_published
from interact_core.refine.published_scene import Scene, _brute_force, _Memory, from_6d, to_6d

FRAMES = 6


def _ball(radius: float = 0.05, rings: int = 12) -> Mesh:
    theta, phi = np.meshgrid(np.linspace(0, np.pi, rings), np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False), indexing="ij")
    points = radius * np.stack([np.sin(theta) * np.cos(phi), np.cos(theta), np.sin(theta) * np.sin(phi)], -1).reshape(-1, 3)
    n, faces = 2 * rings, []
    for i in range(rings - 1):
        for j in range(n):
            a, b, c, d = i * n + j, i * n + (j + 1) % n, (i + 1) * n + j, (i + 1) * n + (j + 1) % n
            faces += [[a, b, c], [b, d, c]]
    return Mesh(points.astype(np.float32), np.array(faces, np.int32), "ball")


@pytest.fixture(scope="module")
def clip() -> Clip:
    """Arms out, a ball just under the right palm."""
    zeros = np.zeros((FRAMES, 3))
    body = BodyMotion(
        "open", "neutral", Betas(np.zeros(10)), zeros, np.zeros((FRAMES, 21, 3)), np.zeros((FRAMES, 15, 3)),
        np.zeros((FRAMES, 15, 3)), np.tile([0.0, 1, 0], (FRAMES, 1)),
    )  # fmt: skip
    bare = Clip("hold", 30.0, body, ())
    knuckle = joints_of(bare)[1][0, JOINT_INDEX["right_middle1"]]
    part = ObjectPart("base", _ball(), np.tile(np.eye(3), (FRAMES, 1, 1)), np.tile(knuckle - [0, 0.075, 0], (FRAMES, 1)))
    label = np.ones(FRAMES, np.float32)
    return replace(bare, objects=(ObjectMotion("ball", (part,)),), recorded_contact={"right_hand": label})


def _gap(clip: Clip) -> float:
    """Mean distance of the right hand's joints to the ball's middle."""
    joints = joints_of(clip)[1][:, 37:52]
    return float(np.linalg.norm(joints - clip.objects[0].parts[0].translation[:, None], axis=-1).mean())


def test_hand_stage_closes_the_hand_on_what_is_near(clip):
    result = refine_published(clip, PublishedOptions("behave", share=0.05))
    assert [s.stage for s in result.report.stages] == ["body", "hands"]
    assert all(s.steps for s in result.report.stages) and result.report.stages[1].steps == 20
    assert _gap(result.clip) < _gap(clip) - 0.001
    assert any("iteration" in note for note in result.report.notes)


def test_omomo_starts_from_the_mean_hand_and_leaves_sound_arms_alone(clip):
    result = refine_published(clip, PublishedOptions("omomo", share=0.002))
    assert [s.stage for s in result.report.stages] == ["hands"]
    assert np.array_equal(result.clip.body.body_pose, clip.body.body_pose)
    hands = np.concatenate([result.clip.body.left_hand_pose, result.clip.body.right_hand_pose], axis=1)
    assert np.abs(hands - published_hands.mean_hands(FRAMES)).max() < 0.01


def test_a_flipped_wrist_is_turned_back_and_the_start_taken_as_right(clip):
    pose = np.array(clip.body.body_pose)
    pose[3:, JOINT_INDEX["left_wrist"] - 1] = [2.0, 0, 0]
    flipped = replace(clip, body=replace(clip.body, body_pose=pose))
    assert published_wrists.flagged(flipped) and not published_wrists.flagged(clip)
    fixed, changed = published_wrists.repaired(flipped, np.ones((FRAMES, 2)))
    assert list(changed) == [JOINT_INDEX["left_wrist"]] and changed[JOINT_INDEX["left_wrist"]][3:].all()
    angle = rotation_angle(axis_angle_to_matrix(fixed), axis_angle_to_matrix(clip.body.body_pose))
    assert angle.max() < 1e-6
    # Its known weakness: a clip whose first segment is the wrong one is made wrong throughout.
    pose = np.array(clip.body.body_pose)
    pose[:3, JOINT_INDEX["left_wrist"] - 1] = [1.2, 0, 0]
    spread, _ = published_wrists.repaired(replace(clip, body=replace(clip.body, body_pose=pose)), np.ones((FRAMES, 2)))
    assert np.allclose(np.linalg.norm(spread[-1, JOINT_INDEX["left_wrist"] - 1]), 1.2, atol=1e-6)


def test_intercap_form_only_smooths(clip):
    shaken = corrupt(clip, "jitter_place", 0.01, 1).clip
    result = refine_published(shaken, PublishedOptions("intercap", share=0.2))
    before, after = (np.diff(c.body.transl, n=2, axis=0) for c in (shaken, result.clip))
    assert np.square(after).sum() < 0.97 * np.square(before).sum()
    assert [s.stage for s in result.report.stages] == ["body"] and result.report.stages[0].steps == 20


def test_gradients_agree_with_finite_differences(clip):
    from interact_core.bodies.library import open_body
    from interact_core.refine.published_scene import Hands

    scene = Scene(clip, open_body().bind(clip.body.shape), "cpu")
    energy = published_hands.HandEnergy(scene, Hands(scene), published_hands.BEHAVE, *scene.pose_tensors())
    x = (energy.start + 0.05).requires_grad_()

    def total(values: torch.Tensor) -> torch.Tensor:
        return torch.stack(list(energy(values, 150).values())).sum()

    (gradient,) = torch.autograd.grad(total(x), x)
    way = torch.as_tensor(np.random.default_rng(0).normal(size=x.shape), dtype=torch.float32)
    step = 1e-3
    with torch.no_grad():
        slope = (total(x + step * way) - total(x - step * way)) / (2 * step)
    assert float((gradient * way).sum()) == pytest.approx(float(slope), rel=0.02)


def test_remembered_neighbours_are_those_of_a_fresh_search():
    rng = np.random.default_rng(0)
    cloud = rng.normal(size=(400, 3)).astype(np.float32)
    memory, points = _Memory(cKDTree(cloud)), rng.normal(size=(3, 50, 3)).astype(np.float32)
    for _ in range(20):
        points = points + rng.normal(size=points.shape).astype(np.float32) * 0.01
        assert np.array_equal(memory.nearest(points, None), cKDTree(cloud).query(points)[1])
        brute = _brute_force(torch.as_tensor(points), torch.as_tensor(cloud))[1]
        assert np.array_equal(memory.nearest(points, None), brute.numpy())


def test_six_numbers_are_a_rotation():
    turn = torch.as_tensor(axis_angle_to_matrix(np.random.default_rng(1).normal(size=(5, 3))))
    assert torch.allclose(from_6d(to_6d(turn)), turn, atol=1e-12)


def test_protocol_follows_the_dataset(clip):
    assert protocol_of(clip, PublishedOptions()) == "behave"
    with pytest.raises(ValueError, match="melted"):
        protocol_of(clip, PublishedOptions("melted"))


def test_cancel_and_refusal(clip):
    class Stop:
        def progress(self, fraction, stage="", metrics=None):
            assert 0 <= fraction <= 1

        def checkpoint(self):
            raise Cancelled

    with pytest.raises(Cancelled):
        refine_published(clip, context=Stop())
    broken = replace(clip, body=replace(clip.body, transl=np.full((FRAMES, 3), np.nan)))
    with pytest.raises(InputError, match="not numbers"):
        refine_published(broken)
