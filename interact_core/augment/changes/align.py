"""Lays one mesh over another: bounding box and principal axes give the starts, closest points the rest.

The iteration is the point-to-point one of Besl and McKay (1992), with the rotation of Kabsch (1976).
"""

from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.surface import Samples, bounds, samples, size
from interact_core.clip import Mesh

Doubles = NDArray[np.float64]

_COARSE: Final = 400
_FINE: Final = 2000
_BEST: Final = 4
_STEPS: Final = 40
_STILL: Final = 1e-4
"""Radians and metres of a step from which on it ends."""
_TIE: Final = 1.05
"""Of alignments as good as the best but for this factor the one that turns least is taken: symmetric things stay as they are."""


@dataclass(frozen=True)
class Alignment:
    """p' = linear @ p + shift takes the new mesh's frame to the old one's; without `fit`, linear is a rotation.

    residual is the mean distance between the two surfaces, both ways, divided by the old one's size; extents (3,) are the
    old one's along its axes divided by those that the new one has before any stretching.
    """

    linear: Doubles
    shift: Doubles
    residual: float = 0.0
    extents: tuple[float, ...] = (1.0, 1.0, 1.0)

    def turned(self, rotation: Doubles, about: Doubles) -> "Alignment":
        """Turned a little more about a place in the old one's frame."""
        return replace(self, linear=rotation @ self.linear, shift=rotation @ (self.shift - about) + about)

    def apply(self, points: Doubles) -> Doubles:
        return points @ self.linear.T + self.shift

    @property
    def rotation(self) -> Doubles:
        """The nearest rotation to `linear`."""
        u, _, vt = np.linalg.svd(self.linear)
        return np.asarray(u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt, np.float64)


def align(new: Mesh, old: Mesh, fit: bool = False) -> Alignment:
    """`fit`: the new mesh takes the old one's extents along the axes of the old one's frame."""
    target, moving = samples(old, _COARSE), samples(new, _COARSE)
    starts = [_started(rotation, new, old, fit) for rotation in _turns(new, old)]
    scored = sorted(((_distance(start, moving, target), k) for k, start in enumerate(starts)), key=lambda pair: pair)
    target, moving = samples(old, _FINE), samples(new, _FINE)
    refined = [_refined(starts[k], moving, target) for _, k in scored[:_BEST]]
    best = min(_distance(found, moving, target) for found in refined)
    good = [found for found in refined if _distance(found, moving, target) <= _TIE * best]
    chosen = max(good, key=lambda found: round(float(np.trace(found.rotation)), 6))
    low, high = bounds(Mesh((new.vertices @ chosen.rotation.T).astype(np.float32), new.faces))
    extents = np.subtract(*bounds(old)) / np.minimum(low - high, -1e-9)
    return Alignment(chosen.linear, chosen.shift, _distance(chosen, moving, target) / size(old), tuple(extents.tolist()))


def _turns(new: Mesh, old: Mesh) -> list[Doubles]:
    """The 24 ways to lay a box on its axes, of the frames and of the principal axes."""
    box = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            turn = np.zeros((3, 3))
            turn[range(3), order] = signs
            if np.linalg.det(turn) > 0:
                box.append(turn)
    ours, theirs = _principal(new), _principal(old)
    return box + [theirs @ turn @ ours.T for turn in box]


def _principal(mesh: Mesh) -> Doubles:
    """(3, 3) columns: directions of largest to smallest spread, a right-handed frame."""
    points = samples(mesh, _FINE).points
    axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2].T
    axes[:, 2] *= np.linalg.det(axes)
    return np.asarray(axes, np.float64)


def _started(rotation: Doubles, new: Mesh, old: Mesh, fit: bool) -> Alignment:
    """Middles of the bounding boxes laid on each other."""
    turned = Mesh((new.vertices @ rotation.T).astype(np.float32), new.faces)
    (low, high), (old_low, old_high) = bounds(turned), bounds(old)
    factors = (old_high - old_low) / np.maximum(high - low, 1e-9) if fit else np.ones(3)
    return Alignment(factors[:, None] * rotation, (old_low + old_high) / 2 - factors * (low + high) / 2)


def _distance(at: Alignment, moving: Samples, target: Samples) -> float:
    """Mean of the nearest distances both ways between samples."""
    from scipy.spatial import cKDTree

    placed = at.apply(moving.points)
    there, back = target.tree.query(placed)[0], cKDTree(placed).query(target.points)[0]
    return float(np.mean(there) + np.mean(back)) / 2


def _refined(start: Alignment, moving: Samples, target: Samples) -> Alignment:
    """Rigid closest-point steps, both ways, until nothing moves."""
    own = Samples(start.apply(moving.points), moving.normals)
    turn, shift = np.eye(3), np.zeros(3)
    for _ in range(_STEPS):
        placed = own.points @ turn.T + shift
        there, back = target.tree.query(placed)[1], own.tree.query((target.points - shift) @ turn)[1]
        ours, theirs = np.concatenate([placed, placed[back]]), np.concatenate([target.points[there], target.points])
        more, step = _rigid(ours, theirs)
        turn, shift = more @ turn, more @ shift + step
        if np.abs(more - np.eye(3)).max() < _STILL and np.abs(step).max() < _STILL:
            break
    return Alignment(turn @ start.linear, turn @ start.shift + shift)


def _rigid(ours: Doubles, theirs: Doubles) -> tuple[Doubles, Doubles]:
    a, b = ours.mean(axis=0), theirs.mean(axis=0)
    u, _, vt = np.linalg.svd((ours - a).T @ (theirs - b))
    turn = (u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt).T
    return turn, b - turn @ a
