"""What a prediction is judged by, unknown entries only: reconstruction, velocity, skeleton, contact points, stance feet, floor.

Weights are section by section in `WEIGHTS`; the geometric terms look at the mixed streams (given frames exact, predicted ones
elsewhere), so that a prediction is pulled towards what is given and never the other way round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from interact_core.clip.skeleton import joint_array
from interact_core.generate.diffusion import kept
from interact_core.generate.guidance import Surface, distances
from interact_core.generate.motion import NUM_POINTS, RADII, Motion, body_points
from interact_core.generate.representation import BLOCKS, STREAMS, Scales, Streams, decode

STREAM_WEIGHT: Final = {"human": 1.0, "object": 2.0, "reach": 1.0}
WEIGHTS: Final[dict[str, float]] = {
    "reconstruction": 1.0, "velocity": 3.0, "skeleton": 20.0, "contact": 4.0, "stance": 0.02, "floor": 5.0, "words": 0.05,
    "penetration": 1.0,
}  # fmt: skip
"""skeleton: joints by rotations against the true ones, m^2; contact: m^2 by nearness; stance: (m/s)^2; floor: m^2;
penetration: m^2, times the recipe's own weight."""
LATE: Final = 0.5
"""Noise level below which depth counts: above it the prediction is a mean of many motions, which passes through things."""
_NEAR: Final = 0.15
_FEET: Final = joint_array("left_ankle", "right_ankle", "left_foot", "right_foot").tolist()
_BLOCK_SHARE: Final = {"human": {"joints": 1.0, "rotations": 1.0, "fingers": 0.35, "planted": 0.5}}
"""Parts of the human stream count by block, not by how many numbers they have."""


@dataclass(frozen=True)
class Depth:
    """What penetration is measured with: the batch's objects, the highest noise level (B,) of each clip, a weight."""

    surface: Surface
    level: Tensor
    weight: float


def losses(
    predicted: Streams, clean: Streams, given: Streams, present: Tensor, scales: Scales, truth: Motion, bones: Tensor, fps: float,
    depth: Depth | None = None,
) -> dict[str, Tensor]:  # fmt: skip
    """Each term before its weight; all finite for masks that leave nothing to predict. `depth` adds penetration."""
    mixed = {name: kept(predicted[name], clean[name], given[name]) for name in STREAMS}
    free = {name: present * (1 - given[name]) for name in STREAMS}
    streams = scales.physical(mixed)
    terms = {
        "reconstruction": _reconstruction(mixed, clean, free),
        "velocity": _velocity(mixed, clean, free, present),
    } | geometry(streams, truth, bones, present, free, fps)
    if depth is not None:
        either = torch.maximum(free["human"], free["object"])
        terms["penetration"] = depth.weight * penetration(decode(streams, bones), depth.surface, either, depth.level)
    return terms


def total(terms: Mapping[str, Tensor]) -> Tensor:
    return torch.stack([WEIGHTS[name] * value for name, value in terms.items()]).sum()


def mean_over(values: Tensor, frames: Tensor) -> Tensor:
    """Mean of (B, T) or (B, T, C) over the frames (B, T) that count; 0 where none does."""
    if values.ndim == 3:
        values = values.mean(-1)
    return (values * frames).sum() / frames.sum().clamp(min=1.0)


def _by_block(name: str, squared: Tensor) -> Tensor:
    """(B, T) from (B, T, C): a weighted mean over blocks."""
    shares = _BLOCK_SHARE.get(name, {})
    parts = [(shares.get(block, 1.0), squared[..., where].mean(-1)) for block, where in BLOCKS[name].items()]
    return torch.stack([w * v for w, v in parts]).sum(0) / sum(w for w, _ in parts)


def _reconstruction(mixed: Streams, clean: Streams, free: Streams) -> Tensor:
    parts = [STREAM_WEIGHT[n] * mean_over(_by_block(n, (mixed[n] - clean[n]) ** 2), free[n]) for n in STREAMS]
    return torch.stack(parts).sum()


def _velocity(mixed: Streams, clean: Streams, free: Streams, present: Tensor) -> Tensor:
    """Of frame differences that touch a free frame: the seam between given and made counts too."""
    parts = []
    for name in STREAMS:
        error = (mixed[name] - clean[name]).diff(dim=1)
        frames = torch.maximum(free[name][:, 1:], free[name][:, :-1]) * present[:, 1:]
        parts.append(STREAM_WEIGHT[name] * mean_over(_by_block(name, error**2), frames))
    return torch.stack(parts).sum()


def geometry(streams: Streams, truth: Motion, bones: Tensor, present: Tensor, free: Streams, fps: float) -> dict[str, Tensor]:
    """Terms in metres on streams that are not scaled."""
    motion = decode(streams, bones)
    human = free["human"]
    stated = streams["human"][..., :66].reshape(motion.joints.shape)
    skeleton = ((motion.joints - truth.joints) ** 2).sum(-1) + 0.5 * ((motion.joints - stated) ** 2).sum(-1)
    speed = motion.joints[:, :, _FEET].diff(dim=1) * fps
    stance = truth.planted[..., [0, 1, 0, 1]]
    still = stance[:, 1:] * stance[:, :-1]
    sliding = (speed**2).sum(-1) * still
    below = functional.relu(0.02 - motion.joints[:, :, _FEET[2:], 1]) ** 2
    return {
        "skeleton": mean_over(skeleton, human),
        "contact": contact_points(motion, truth, present),
        "stance": mean_over(sliding, human[:, 1:] * present[:, :-1]),
        "floor": mean_over(below, human),
    }


def contact_points(motion: Motion, truth: Motion, present: Tensor) -> Tensor:
    """Near the object, a body point plus its predicted way must be the true place on the object, in the object's own frame."""
    weight = torch.exp(-((torch.linalg.vector_norm(truth.reach, dim=-1) / _NEAR) ** 2)) * present[..., None]
    own = _on_object(motion, body_points(motion.joints, motion.rotations) + motion.reach)
    wanted = _on_object(truth, truth.points + truth.reach)
    error = ((own - wanted) ** 2).sum(-1)
    return (weight * error).sum() / (present.sum() * NUM_POINTS).clamp(min=1.0)


def penetration(motion: Motion, surface: Surface, free: Tensor, level: Tensor) -> Tensor:
    """Depth of POINTS in the object, squared and summed over points; mean over frames (B, T) that are free, of clips whose noise
    level (B,) is low."""
    outside = distances(motion, body_points(motion.joints, motion.rotations), surface)
    depth = functional.relu(outside.new_tensor(RADII) - outside) ** 2
    return mean_over(depth.sum(-1), free * (level < LATE)[:, None])


def _on_object(motion: Motion, points: Tensor) -> Tensor:
    return (points - motion.object_place[:, :, None]) @ motion.object_rotation


def words_loss(guess: Tensor, action: Tensor, words: tuple[str, ...]) -> Tensor:
    """Cross entropy of the action told by the words alone, where there are words and an action."""
    told = torch.tensor([bool(text.strip()) for text in words], device=guess.device) & (action >= 0)
    if not told.any():
        return guess.sum() * 0
    return functional.cross_entropy(guess[told], action[told])
