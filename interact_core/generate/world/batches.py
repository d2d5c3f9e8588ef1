"""Scenes as tensors for training: bodies, objects and the ways between them."""

import numpy as np
import torch

from interact_core.generate.motion import Conditions, Motion, body_points, bones_of
from interact_core.generate.representation import body_code, shape_code
from interact_core.generate.world.maths import Array, f32, turn, unturn
from interact_core.generate.world.scene import Scenes


def motion_of(scenes: Scenes) -> Motion:
    posed = scenes.posed
    joints, rotations = torch.from_numpy(posed.joints), torch.from_numpy(posed.rotations)
    points = body_points(joints, rotations).numpy()
    rotation, place = scenes.rotation[:, :, None], scenes.place[:, :, None]
    local = unturn(rotation, f32(points - place))
    n, t, k = local.shape[:3]
    foot, _ = scenes.shapes.nearest(local.reshape(n, t * k, 3))
    reach = turn(rotation, f32(foot.reshape(n, t, k, 3) - local))
    return Motion(
        joints, rotations, torch.from_numpy(posed.fingers.reshape(n, t, 90)), torch.from_numpy(f32(scenes.planted)),
        torch.from_numpy(scenes.rotation), torch.from_numpy(f32(scenes.place)), torch.from_numpy(reach),
    )  # fmt: skip


def conditions_of(scenes: Scenes, basis: Array) -> Conditions:
    n = len(scenes)
    nearest, _ = scenes.shapes.nearest(np.repeat(basis[None], n, 0))
    return Conditions(
        torch.from_numpy(shape_code(scenes.shapes.half, nearest, basis)),
        torch.from_numpy(body_code(bones_of(scenes.people.rest))),
        torch.from_numpy(np.asarray(scenes.action, np.int64)), scenes.words,
    )  # fmt: skip
