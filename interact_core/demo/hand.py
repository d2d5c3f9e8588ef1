"""One hand of the performer, alone: its skin in the wrist's frame, which way it faces, how its fingers bend."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import BoundBody
from interact_core.clip import Floats
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.demo.feet import Side
from interact_core.demo.rotation import Array, exp

FINGERS: Final = ("index", "middle", "pinky", "ring", "thumb")
_PARENT: Final = (0, 1, 2, 0, 4, 5, 0, 7, 8, 0, 10, 11, 0, 13, 14)
_RELAXED: Final = {
    "index": (0.25, 0.3, 0.15),
    "middle": (0.32, 0.38, 0.2),
    "ring": (0.38, 0.42, 0.22),
    "pinky": (0.42, 0.45, 0.25),
}
_WEIGHT_FLOOR: Final = 1e-6


@dataclass(frozen=True)
class HandShape:
    """Rest geometry relative to the wrist joint, T-pose axes, metres.

    joints (16, 3): wrist first. vertices (N, 3) of palm and fingers, weights (N, 16). part (N,): 0 the palm, 1 + 3 f + k the
    phalanx k of finger f in FINGERS order.
    """

    side: Side
    joints: Array
    vertices: Array
    weights: Array
    part: NDArray[np.int64]

    @cached_property
    def pointing(self) -> Array:
        """Unit direction of the straight fingers."""
        return _unit(self.joints[4])

    @cached_property
    def across(self) -> Array:
        """From the little finger's side to the thumb's, perpendicular to `pointing`."""
        d = self.joints[1] - self.joints[7]
        return _unit(d - self.pointing * (d @ self.pointing))

    @cached_property
    def facing(self) -> Array:
        """Out of the palm."""
        sign = 1.0 if self.side == "left" else -1.0
        return sign * np.cross(self.pointing, self.across)

    def palm_point(self, along: float, sideways: float = 0.0) -> Array:
        """A point on the palm's skin: `along` 0 at the wrist and 1 at the knuckles, `sideways` metres to the thumb's side."""
        knuckles = self.joints[[1, 4, 7, 10]].mean(axis=0)
        inside = knuckles * along + self.across * sideways
        palm = self.vertices[self.part == 0]
        height = palm @ self.facing
        near = np.linalg.norm((palm - inside) - np.outer(height - inside @ self.facing, self.facing), axis=1) < 0.016
        level = height[near].max() if near.any() else height.max()
        return inside + self.facing * (level - inside @ self.facing)

    @cached_property
    def flexion(self) -> Array:
        """(15, 3) unit axes: a positive angle about them closes the finger."""
        axes = np.zeros((15, 3))
        for f, finger in enumerate(FINGERS):
            j = self.joints[1 + 3 * f : 4 + 3 * f]
            bones = np.stack([j[1] - j[0], j[2] - j[1], j[2] - j[1]])
            inward = self.facing if finger != "thumb" else _unit(0.75 * self.facing - 0.65 * self.across)
            axes[3 * f : 3 * f + 3] = [_unit(np.cross(b, inward)) for b in bones]
        return axes

    @cached_property
    def opposition(self) -> Array:
        """Axis at the thumb's root that brings the thumb from beside the palm to before it."""
        return np.cross(self.across, self.facing)

    @cached_property
    def spreading(self) -> Array:
        """Axis that moves the index finger away from the others, to the thumb's side."""
        return _unit(np.cross(self.pointing, self.across))

    def pose(self, angles: Array, thumb: tuple[float, float] = (0.0, 0.0), spread: float = 0.0) -> Array:
        """Finger rotation vectors (..., 15, 3) of flexion angles (..., 15), thumb (opposition, abduction), fan-like spread."""
        vectors = angles[..., None] * self.flexion
        vectors[..., 12, :] += thumb[0] * self.opposition + thumb[1] * self.spreading
        for f, fan in ((0, 1.0), (1, 0.2), (3, -0.5), (2, -1.2)):
            vectors[..., 3 * f, :] += spread * fan * self.spreading
        return np.asarray(vectors)

    def relaxed(self) -> Array:
        """(15, 3) the hand that hangs."""
        angles = np.zeros(15)
        for f, finger in enumerate(FINGERS[:4]):
            angles[3 * f : 3 * f + 3] = _RELAXED[finger]
        angles[12:] = (0.05, 0.15, 0.2)
        return self.pose(angles, (0.25, 0.0))

    def skin(self, vectors: Array, select: NDArray[np.bool_] | None = None) -> Array:
        """Vertices (B, n, 3) in the wrist frame for finger rotation vectors (B, 15, 3), linear blend skinning."""
        rotation = np.empty((len(vectors), 16, 3, 3))
        place = np.empty((len(vectors), 16, 3))
        rotation[:, 0], place[:, 0] = np.eye(3), 0.0
        local = exp(vectors)
        for j in range(1, 16):
            p = _PARENT[j - 1]
            rotation[:, j] = rotation[:, p] @ local[:, j - 1]
            place[:, j] = place[:, p] + rotation[:, p] @ (self.joints[j] - self.joints[p])
        keep = slice(None) if select is None else select
        v, w = self.vertices[keep], self.weights[keep]
        shift = place - np.einsum("bjik,jk->bji", rotation, self.joints)
        columns = np.concatenate([rotation, shift[..., None]], axis=-1).transpose(0, 1, 3, 2).reshape(len(vectors), 64, 3)
        homogeneous = np.concatenate([v, np.ones((len(v), 1))], axis=1)
        return np.asarray((w[:, :, None] * homogeneous[:, None, :]).reshape(len(v), 64) @ columns)


def hand_shape(bound: BoundBody, joint_weights: Floats, side: Side) -> HandShape:
    """Cut one hand out of a body; joint_weights (V, 52)."""
    wrist = JOINT_INDEX[f"{side}_wrist"]
    first = JOINT_INDEX[f"{side}_index1"]
    ids = [wrist, *range(first, first + 15)]
    regions = bound.model.regions
    names = [f"{side}_palm", *(f"{side}_{finger}{k}" for finger in FINGERS for k in (1, 2, 3))]
    rows = regions.vertices(f"{side}_hand")
    part = np.array([names.index(regions.names[r]) for r in regions.vertex_region[rows]])
    weights = np.asarray(joint_weights[rows][:, ids], np.float64)
    weights[:, 0] += np.maximum(1.0 - weights.sum(axis=1), 0.0)
    origin = np.asarray(bound.rest_joints[wrist], np.float64)
    joints = np.asarray(bound.rest_joints[ids], np.float64) - origin
    return HandShape(
        side, joints, bound.rest_vertices[rows].astype(np.float64) - origin, weights / weights.sum(axis=1, keepdims=True), part
    )


def _unit(v: Array) -> Array:
    return np.asarray(v / np.linalg.norm(v))
