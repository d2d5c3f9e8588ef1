"""Streams lose nothing: motions come back from them, scaled or not."""

import numpy as np
import torch

from interact_core.bodies.library import open_body
from interact_core.generate.motion import bones_of, canonical, centred_on_object, heading, pose_joints, turned_about_y
from interact_core.generate.representation import (
    BLOCKS,
    WIDTH,
    body_code,
    bones_from_code,
    decode,
    encode,
    from_sixd,
    measure_scales,
    shape_basis,
    shape_code,
    shortened,
)  # fmt: skip
from interact_core.generate.world.batches import motion_of
from interact_core.generate.world.clips import clip_of
from interact_core.generate.world.scene import Scenes

TENTH_OF_A_MILLIMETRE = 1e-4


def test_motion_comes_back_within_a_tenth_of_a_millimetre(scenes: Scenes) -> None:
    motion = motion_of(scenes)
    bones = torch.from_numpy(bones_of(scenes.people.rest))
    streams = encode(motion)
    scales = measure_scales(streams)
    back = decode(scales.physical(scales.normalised(streams)), bones)
    assert (back.joints - motion.joints).abs().max() < TENTH_OF_A_MILLIMETRE
    assert (back.rotations - motion.rotations).abs().max() < 1e-5
    assert (back.fingers - motion.fingers).abs().max() < 1e-5
    assert (back.object_rotation - motion.object_rotation).abs().max() < 1e-5
    assert (back.object_place - motion.object_place).abs().max() < TENTH_OF_A_MILLIMETRE


def test_clip_of_a_scene_poses_the_open_body_to_the_same_joints(scenes: Scenes) -> None:
    clip = clip_of(scenes, 3)
    bound = open_body(clip.body.gender).bind(clip.body.shape)
    posed = bound.pose(clip.body)
    assert np.abs(posed.joints[:, :22] - scenes.posed.joints[3]).max() < TENTH_OF_A_MILLIMETRE


def test_blocks_cover_every_number_once() -> None:
    for name, blocks in BLOCKS.items():
        covered = sorted(k for part in blocks.values() for k in range(part.start, part.stop))
        assert covered == list(range(WIDTH[name]))


def test_sixd_is_a_rotation_even_of_nothing() -> None:
    values = torch.cat([torch.zeros(1, 6), torch.randn(50, 6), torch.ones(1, 6)])
    rotation = from_sixd(values)
    assert torch.isfinite(rotation).all()
    good = rotation[1:-1]
    assert torch.allclose(good @ good.transpose(-1, -2), torch.eye(3).expand_as(good), atol=1e-5)
    assert torch.allclose(torch.linalg.det(good), torch.ones(50), atol=1e-5)


def test_shortened_keeps_short_ways_and_bounds_long_ones() -> None:
    assert torch.allclose(shortened(torch.tensor([0.05, 0.0, 0.0])), torch.tensor([0.05, 0, 0]), atol=2e-4)
    assert float(shortened(torch.tensor([0.0, 9.0, 0.0]))[1]) < 0.6 + 1e-6


def test_canonical_frame_and_back(scenes: Scenes) -> None:
    motion = motion_of(scenes)
    own = canonical(motion)
    assert own.joints[:, 0, 0, [0, 2]].abs().max() < 1e-5
    assert heading(own).abs().max() < 1e-5
    yaw = torch.linspace(-3, 3, len(scenes))
    thing = centred_on_object(motion, yaw)
    assert thing.object_place[:, 0, [0, 2]].abs().max() < 1e-5
    there = turned_about_y(motion, yaw, torch.ones(len(scenes), 3))
    back = turned_about_y(turned_about_y(there, -yaw, torch.zeros(len(scenes), 3)), 0 * yaw, -torch.ones(len(scenes), 3))
    assert (back.joints - motion.joints).abs().max() < 1e-5
    assert (back.object_rotation - motion.object_rotation).abs().max() < 1e-5


def test_joints_from_bones_by_hand() -> None:
    """A straight skeleton turned by 90 degrees about y: x becomes -z."""
    rest = np.zeros((1, 22, 3), np.float32)
    rest[0, 1], rest[0, 4] = (0.1, 0, 0), (0.1, -0.4, 0)
    bones = torch.from_numpy(bones_of(rest))
    quarter = torch.tensor([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    joints = pose_joints(torch.tensor([[[1.0, 2, 3]]]), quarter.expand(1, 1, 22, 3, 3), bones)
    assert torch.allclose(joints[0, 0, 4], torch.tensor([1.0, 1.6, 2.9]), atol=1e-6)


def test_codes_of_shape_and_body() -> None:
    basis = shape_basis(8)
    assert np.allclose(basis[:4] * [-1, 1, 1], basis[4:])
    half = np.array([[0.3, 0.15, 0.3]], np.float32)
    code = shape_code(half, basis[None], basis)
    assert code.shape == (1, 3 + 24) and np.allclose(code[0, :3], [1, 0.5, 1]) and np.allclose(code[0, 3:], 0)
    bones = np.random.default_rng(0).normal(size=(2, 22, 3)).astype(np.float32)
    bones[:, 0] = 0
    assert np.allclose(bones_from_code(torch.from_numpy(body_code(bones))).numpy(), bones, atol=1e-6)
