"""`motion.npy`, 962 numbers a frame (note, section 6.6), and the corrected form that is our default.

0:231 markers; 231:462 their steps to the next frame; 462:476 feet; 476:482 object rotation, two rows; 482:485 its place;
485:494 the steps of both; 494:962 relation: for 77 markers and the object's place on the floor, the way to the nearest sample
and that sample's place at rest.

Published: "feet" are the heights of fourteen leg markers, one of them twice and one on the ankle (defect D12), and the relation
alternates way and place query by query. Corrected: feet are the heights of the ten markers that are on feet, then whether left
heel, left ball, right heel and right ball stand; the relation is a block of all ways, then a block of all places.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.consolidate.derived.feet import standing
from interact_core.consolidate.derived.relation import nearest_samples
from interact_core.geometry.rotations import matrix_to_rotation_6d

Doubles = NDArray[np.float64]
WIDTH: Final = 962
MARKERS, STEPS, FEET = slice(0, 231), slice(231, 462), slice(462, 476)
ROTATION, PLACE, OBJECT_STEPS, RELATION = slice(476, 482), slice(482, 485), slice(485, 494), slice(494, 962)

_PUBLISHED_FEET: Final = (29, 30, 18, 19, 7, 2, 15, 61, 52, 53, 40, 34, 49, 40)
_FOOT_MARKERS: Final = (16, 20, 21, 25, 32, 50, 54, 55, 59, 64)
"""Heel, two of the ball, arch and toe of the left, then of the right foot."""
_STANDING: Final = tuple(MARKER_NAMES.index(name) for name in ("LHEE", "LMT1", "RHEE", "RMT1"))


def motion_vector(
    markers: Doubles, rotation: Doubles, translation: Doubles, samples: Doubles, fps: float, *, compat: bool
) -> NDArray[np.floating]:
    """(T, 962): float64 as published with `compat`, else float32. markers (T, 77, 3), samples (340, 3), metres."""
    t = len(markers)
    place, turn = np.asarray(translation, np.float64), matrix_to_rotation_6d(rotation)
    queries = np.concatenate([markers, (place * [1.0, 0.0, 1.0])[:, None]], axis=1)
    found = nearest_samples(queries, np.asarray(rotation, np.float64), place, samples)
    if compat:
        feet = markers[:, _PUBLISHED_FEET, 1]
        relation = np.concatenate([found.away, found.rest], axis=-1)
    else:
        feet = np.concatenate([markers[:, _FOOT_MARKERS, 1], standing(markers[:, _STANDING], fps)], axis=1)
        relation = np.concatenate([found.away, found.rest], axis=1)
    flat = markers.reshape(t, -1)
    parts = [flat, steps(flat), feet, turn, place, steps(turn), steps(place), relation.reshape(t, -1)]
    return np.concatenate(parts, axis=1).astype(np.float64 if compat else np.float32)


def steps(values: Doubles) -> Doubles:
    """(T, N) to the next frame, per frame; the last row is zero."""
    return np.concatenate([np.diff(values, axis=0), np.zeros_like(values[:1])])


def relation_of(motion: NDArray[np.floating], *, compat: bool) -> tuple[Doubles, Doubles]:
    """(T, 78, 3) ways in world axes and (T, 78, 3) places at rest, out of a motion vector."""
    block = np.asarray(motion, np.float64)[:, RELATION]
    if compat:
        pairs = block.reshape(len(block), 78, 2, 3)
        return pairs[:, :, 0], pairs[:, :, 1]
    halves = block.reshape(len(block), 2, 78, 3)
    return halves[:, 0], halves[:, 1]
