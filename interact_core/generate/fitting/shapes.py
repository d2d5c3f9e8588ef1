"""One person's shape as a few numbers, and the marker points of a body that has it.

Two ways: the body's own coefficients, for every body; bones of free lengths in groups that are equal left and right, for
the open body, which can be put over any skeleton (bodies/rest_joints).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.base import BodyModel
from interact_core.bodies.open_body import OpenBody
from interact_core.bodies.points import PointPoser
from interact_core.clip import Betas, BodyMotion, RestJoints, Shape
from interact_core.clip.skeleton import JOINT_NAMES, NUM_JOINTS, PARENTS

Array = NDArray[np.float64]
NUM_BETAS: Final = 10
_BONES: Final[tuple[tuple[str, ...], ...]] = (
    ("hip",), ("knee",), ("ankle",), ("foot",), ("spine1", "spine2", "spine3"), ("neck", "head"), ("collar",), ("shoulder",),
    ("elbow",), ("wrist",), ("index1", "middle1", "pinky1", "ring1", "thumb1"),
    tuple(f"{finger}{k}" for finger in ("index", "middle", "pinky", "ring", "thumb") for k in (2, 3)),
)  # fmt: skip
"""Joints whose distance from their parent changes as one."""


class ShapeSpace(Protocol):
    """Shapes by numbers (S,), zero being the start; `spread` (S,) is how far each may well be from zero."""

    @property
    def spread(self) -> Array: ...
    def shape(self, numbers: Array) -> Shape: ...
    def poser(self, numbers: Array, frames: int, device: str) -> PointPoser: ...


@dataclass(frozen=True)
class BetaSpace:
    """The body's shape coefficients; `count` 0 leaves the average person."""

    model: BodyModel
    count: int = NUM_BETAS

    @property
    def spread(self) -> Array:
        return np.ones(self.count)

    def shape(self, numbers: Array) -> Shape:
        values = np.zeros(NUM_BETAS, np.float32)
        values[: self.count] = numbers
        return Betas(values)

    def poser(self, numbers: Array, frames: int, device: str) -> PointPoser:
        return _poser(self._body, self._ids, self.shape(numbers), frames, device)

    @cached_property
    def _body(self) -> BodyModel:
        return _only_markers(self.model) if isinstance(self.model, OpenBody) else self.model

    @cached_property
    def _ids(self) -> NDArray[np.intp]:
        return np.arange(len(self.model.marker_vertices)) if isinstance(self.model, OpenBody) else self.model.marker_vertices


@dataclass(frozen=True)
class SkeletonSpace:
    """The open body over a skeleton whose groups of bones are exp(number) times those of `joints` (52, 3)."""

    model: OpenBody
    joints: Array

    @property
    def spread(self) -> Array:
        return np.full(1 + len(_BONES), 0.1)

    def shape(self, numbers: Array) -> Shape:
        scale = np.full(NUM_JOINTS, np.exp(numbers[0]))
        for number, group in zip(numbers[1:], _BONES, strict=True):
            scale[[j for j, name in enumerate(JOINT_NAMES) if name.removeprefix("left_").removeprefix("right_") in group]] *= (
                np.exp(number)
            )
        placed = self.joints.copy()
        for joint in range(1, NUM_JOINTS):
            bone = self.joints[joint] - self.joints[PARENTS[joint]]
            placed[joint] = placed[PARENTS[joint]] + scale[joint] * bone
        return RestJoints(placed.astype(np.float32))

    def poser(self, numbers: Array, frames: int, device: str) -> PointPoser:
        return _poser(self._body, np.arange(len(self.model.marker_vertices)), self.shape(numbers), frames, device)

    @cached_property
    def _body(self) -> OpenBody:
        return _only_markers(self.model)


def _only_markers(body: OpenBody) -> OpenBody:
    """The body cut down to the vertices under the markers: shapes are tried by the hundred."""
    ids = body.marker_vertices
    return replace(
        body, template=body.template[ids], shape_vertices=body.shape_vertices[:, ids], weight_index=body.weight_index[ids],
        weight_value=body.weight_value[ids], marker_vertices=np.arange(len(ids)),
    )  # fmt: skip


def _poser(body: BodyModel, ids: NDArray[np.intp], shape: Shape, frames: int, device: str) -> PointPoser:
    still = np.zeros((frames, NUM_JOINTS, 3), np.float32)
    motion = BodyMotion(
        body.family, body.gender, shape, still[:, 0], still[:, 1:22], still[:, 22:37], still[:, 37:], still[:, 0]
    )  # fmt: skip
    return PointPoser(body.bind(shape), ids, motion, device, torch.float32)
