"""The numbers the model sees: three streams per frame, their scales, and the codes of an object's and a person's shape.

human (290): joints 66, rotations of 22 joints in the world 132 (two rows), fingers 90, planted feet 2.
object (9): rotation 6, place 3. reach (48): ways from 16 points of the body to the object, shortened smoothly beyond 0.6 m.
A motion is rebuilt from the pelvis, rotations and fingers alone; the other numbers are there to be agreed with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.generate.motion import NUM_POINTS, Motion, pose_joints

STREAMS: Final = ("human", "object", "reach")
BLOCKS: Final[dict[str, dict[str, slice]]] = {
    "human": {"joints": slice(0, 66), "rotations": slice(66, 198), "fingers": slice(198, 288), "planted": slice(288, 290)},
    "object": {"rotation": slice(0, 6), "place": slice(6, 9)},
    "reach": {"reach": slice(0, 3 * NUM_POINTS)},
}
WIDTH: Final[dict[str, int]] = {name: max(part.stop for part in blocks.values()) for name, blocks in BLOCKS.items()}
_FAR: Final = 0.6
"""Metres beyond which a way to the object is shortened."""

Streams = dict[str, Tensor]
"""Stream name to (B, T, WIDTH)."""


def sixd(rotation: Tensor) -> Tensor:
    """(..., 6): the first two rows, as everywhere in the project."""
    return rotation[..., :2, :].flatten(-2)


def from_sixd(values: Tensor) -> Tensor:
    """(..., 3, 3) by Gram-Schmidt; finite for every input."""
    first = torch.nn.functional.normalize(values[..., :3], dim=-1, eps=1e-6)
    second = values[..., 3:] - (first * values[..., 3:]).sum(-1, keepdim=True) * first
    second = torch.nn.functional.normalize(second, dim=-1, eps=1e-6)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-2)


def shortened(reach: Tensor) -> Tensor:
    length = torch.linalg.vector_norm(reach, dim=-1, keepdim=True).clamp(min=1e-6)
    return reach * (_FAR * torch.tanh(length / _FAR) / length)


def encode(motion: Motion) -> Streams:
    """Streams in metres and radians, not yet scaled."""
    b, t = motion.joints.shape[:2]
    human = [motion.joints.reshape(b, t, -1), sixd(motion.rotations).reshape(b, t, -1), motion.fingers, motion.planted]
    return {
        "human": torch.cat(human, -1),
        "object": torch.cat([sixd(motion.object_rotation), motion.object_place], -1),
        "reach": shortened(motion.reach).reshape(b, t, -1),
    }


def decode(streams: Streams, bones: Tensor) -> Motion:
    """The motion of streams in metres, on bones (B, 22, 3); rotations become proper ones, joints follow from them."""
    human, thing = streams["human"], streams["object"]
    b, t = human.shape[:2]
    blocks = BLOCKS["human"]
    rotations = from_sixd(human[..., blocks["rotations"]].reshape(b, t, NUM_BODY_JOINTS, 6))
    joints = pose_joints(human[..., :3], rotations, bones)
    return Motion(
        joints, rotations, human[..., blocks["fingers"]], human[..., blocks["planted"]],
        from_sixd(thing[..., :6]), thing[..., 6:], streams["reach"].reshape(b, t, NUM_POINTS, 3),
    )  # fmt: skip


@dataclass(frozen=True)
class Scales:
    """mean and scale (WIDTH,) per stream: a mean per number, one scale per block, so that what never moves is not blown up."""

    mean: Streams
    scale: Streams

    def normalised(self, streams: Streams) -> Streams:
        return {name: (x - self.mean[name].to(x)) / self.scale[name].to(x) for name, x in streams.items()}

    def physical(self, streams: Streams) -> Streams:
        return {name: x * self.scale[name].to(x) + self.mean[name].to(x) for name, x in streams.items()}


def measure_scales(streams: Streams) -> Scales:
    """From a few thousand frames."""
    mean, scale = {}, {}
    for name, values in streams.items():
        flat = values.reshape(-1, values.shape[-1]).double()
        mean[name] = flat.mean(0).float()
        spread = torch.ones(values.shape[-1])
        for part in BLOCKS[name].values():
            spread[part] = flat[:, part].std(0).pow(2).mean().sqrt().clamp(min=1e-3)
        scale[name] = spread.float()
    return Scales(mean, scale)


Nearest = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Points (K, 3) in an object's frame to the nearest places (K, 3) on its surface."""


def shape_basis(count: int, seed: int = 7) -> NDArray[np.float32]:
    """(count, 3) fixed points in a ball of 0.6 m, the second half mirrored in x."""
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=(count // 2, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    points = 0.6 * direction * rng.uniform(0, 1, (count // 2, 1)) ** (1 / 3)
    return np.concatenate([points, points * [-1, 1, 1]]).astype(np.float32)


def shape_code(half: NDArray[np.float32], nearest: NDArray[np.float32], basis: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., 3 + 3 P): half sizes of the box, and the ways from the basis points to `nearest` (..., P, 3), both in units that
    stay near one."""
    ways = (nearest - basis) / 0.3
    return np.concatenate([half / 0.3, ways.reshape(*half.shape[:-1], -1)], axis=-1).astype(np.float32)


def body_code(bones: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., 63): the bones of the body, scaled."""
    return np.asarray(bones[..., 1:, :].reshape(*bones.shape[:-2], -1) / 0.2, np.float32)


def bones_from_code(code: Tensor) -> Tensor:
    """(B, 22, 3) back from :func:`body_code`."""
    bones = code.reshape(-1, NUM_BODY_JOINTS - 1, 3) * 0.2
    return torch.cat([torch.zeros_like(bones[:, :1]), bones], 1)
