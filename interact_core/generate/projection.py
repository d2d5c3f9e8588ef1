"""Finishing by hand: planted feet stop sliding, hands that touch lie on the surface.

What is still wrong is measured, never hidden.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.clip.skeleton import JOINT_INDEX as J
from interact_core.clip.skeleton import joint_array
from interact_core.generate.guidance import Surface, distances
from interact_core.generate.motion import HANDS, RADII, Motion, body_points, pose_joints
from interact_core.generate.world.limbs import Limb, bend_limb
from interact_core.generate.world.maths import Array, f32, smooth

_SIDES: Final = ("left", "right")
_FADE: Final = 3
"""Frames over which a correction comes and goes."""
_TOUCHES: Final = 0.05
"""Metres of distance up to which a hand counts as touching."""
_MEANS: Final = 0.045
"""Metres of predicted way below which a hand means to touch."""
_CLEAR: Final = 0.004
_FEET: Final = joint_array("left_ankle", "right_ankle").tolist()


@dataclass(frozen=True)
class Residuals:
    """(B,) each: mean over frames and worst of the deepest point (m), share of frames with a hand on the object, mean speed of
    planted feet (m/s), mean acceleration of joints (m/s^2)."""

    depth: Tensor
    deepest: Tensor
    contact: Tensor
    stance: Tensor
    acceleration: Tensor


def residuals(motion: Motion, surface: Surface, fps: float) -> Residuals:
    outside = distances(motion, body_points(motion.joints, motion.rotations), surface)
    depth = torch.relu(outside.new_tensor(RADII) - outside).amax(-1)
    still = motion.planted > 0.5
    still = (still[:, 1:] & still[:, :-1]).float()
    speed = torch.linalg.vector_norm(motion.joints[:, :, _FEET].diff(dim=1) * fps, dim=-1)
    change = motion.joints.diff(n=2, dim=1) * fps**2 if motion.num_frames > 2 else motion.joints[:, :1] * 0
    return Residuals(
        depth.mean(1), depth.amax(1), (outside[..., HANDS].amin(-1) < _TOUCHES).float().mean(1),
        (speed * still).sum((1, 2)) / still.sum((1, 2)).clamp(min=1), torch.linalg.vector_norm(change, dim=-1).mean((1, 2)),
    )  # fmt: skip


def projected(motion: Motion, bones: Tensor, surface: Surface | None, fps: float) -> Motion:
    """Legs and arms bent so that stances stand and touching palms are just outside the surface."""
    arrays = _Arrays(motion, bones)
    _lock_feet(arrays)
    if surface is not None:
        _seat_hands(arrays, motion, surface)
    rotations = torch.from_numpy(arrays.rotations).to(motion.joints)
    joints = pose_joints(motion.joints[:, :, 0], rotations, bones)
    return Motion(
        joints, rotations, motion.fingers, motion.planted, motion.object_rotation, motion.object_place, motion.reach
    )  # fmt: skip


class _Arrays:
    """Working copies."""

    def __init__(self, motion: Motion, bones: Tensor) -> None:
        self.rotations = motion.rotations.cpu().numpy().astype(np.float32).copy()
        self.joints = motion.joints.cpu().numpy().astype(np.float32)
        self.planted = motion.planted.cpu().numpy() > 0.5
        self.bones = bones.cpu().numpy().astype(np.float32)

    def bend(self, root: str, middle: str, end: str, target: Array, pole: tuple[float, float, float]) -> None:
        """Both bones of a limb to a target of its end; the middle joint stays on the side where it is."""
        limb = Limb(self.bones[:, J[middle]], self.bones[:, J[end]], f32(pole))
        start = self.joints[:, :, J[root]]
        knee = self.joints[:, :, J[middle]] - start
        rest = self.rotations[:, :, J[root]] @ f32(pole)
        side = f32(knee - 0.5 * (self.joints[:, :, J[end]] - start) + 0.15 * rest)
        upper, lower, _, _ = bend_limb(limb, start, target, side)
        twist = _twist_kept(self.rotations[:, :, J[middle]], lower, limb.lower)
        self.rotations[:, :, J[root]], self.rotations[:, :, J[middle]] = upper, twist


def _twist_kept(before: Array, after: Array, bone: Array) -> Array:
    """The old rotation of a bone, moved by the shortest way to where the bone now points: its twist is not touched."""
    a = f32((before @ bone[:, None, :, None])[..., 0])
    b = f32((after @ bone[:, None, :, None])[..., 0])
    a /= np.linalg.norm(a, axis=-1, keepdims=True)
    b /= np.linalg.norm(b, axis=-1, keepdims=True)
    v, c = np.cross(a, b), (a * b).sum(-1)
    k = np.zeros((*v.shape, 3), np.float32)
    k[..., 0, 1], k[..., 0, 2], k[..., 1, 2] = -v[..., 2], v[..., 1], -v[..., 0]
    k[..., 1, 0], k[..., 2, 0], k[..., 2, 1] = v[..., 2], -v[..., 1], v[..., 0]
    turn = np.eye(3, dtype=np.float32) + k + k @ k / np.maximum(1 + c, 0.05)[..., None, None]
    return f32(turn @ before)


def _lock_feet(arrays: _Arrays) -> None:
    for k, side in enumerate(_SIDES):
        ankle = arrays.joints[:, :, J[f"{side}_ankle"]]
        target = ankle.copy()
        for row in range(len(ankle)):
            offset = _stance_offsets(ankle[row], arrays.planted[row, :, k])
            target[row] += offset
        arrays.bend(f"{side}_hip", f"{side}_knee", f"{side}_ankle", target, (0.0, 0.0, 1.0))


def _stance_offsets(ankle: Array, planted: NDArray[np.bool_]) -> Array:
    """(T, 3) that puts every stance on its middle place, fading out over the frames around it."""
    offset = np.zeros_like(ankle)
    weight = np.zeros(len(ankle), np.float32)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], planted, [False]]).astype(int)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start < 2:
            continue
        place = np.median(ankle[start:stop], axis=0)
        offset[start:stop] = place - ankle[start:stop]
        weight[start:stop] = 1
        for away in range(1, _FADE + 1):
            share = 1 - away / (_FADE + 1)
            for at, edge in ((start - away, start), (stop - 1 + away, stop - 1)):
                if 0 <= at < len(ankle) and weight[at] < share:
                    offset[at], weight[at] = share * (place - ankle[edge]), share
    return offset


def _seat_hands(arrays: _Arrays, motion: Motion, surface: Surface) -> None:
    """Palms within reach of the surface are put on it, by a correction that is smooth in time."""
    points = body_points(motion.joints, motion.rotations)[..., HANDS, :]
    b, t, k = points.shape[:3]
    local = ((points - motion.object_place[:, :, None]) @ motion.object_rotation).reshape(b, t * k, 3)
    value, way = surface(local)
    world = (way.reshape(b, t, k, 3) @ motion.object_rotation.transpose(-1, -2)).cpu().numpy()
    distance = value.reshape(b, t, k).cpu().numpy()
    means = torch.linalg.vector_norm(motion.reach[..., HANDS, :], dim=-1).cpu().numpy() < _MEANS
    touches = smooth(f32((np.abs(distance) < _TOUCHES) & (means | (distance < 0))), 1.0)
    shift = f32(world * (np.clip(_CLEAR - distance, -_TOUCHES, _TOUCHES) * touches)[..., None])
    for hand, side in enumerate(_SIDES):
        target = arrays.joints[:, :, J[f"{side}_wrist"]] + smooth(shift[:, :, hand], 0.7)
        arrays.bend(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist", f32(target), (0.0, 0.0, -1.0))
