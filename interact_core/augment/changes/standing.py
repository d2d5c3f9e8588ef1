"""On which face a thing stands: a new one put in its place must stand as flat as the old one did."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.resting import resting_frames
from interact_core.clip import Clip, Mesh
from interact_core.clip.objects import ObjectPart

Doubles = NDArray[np.float64]

_FLAT: Final = np.cos(np.radians(5.0))
"""From here on the old one stands on a face rather than leaning or lying on an edge."""
_NEAR: Final = np.cos(np.radians(20.0))
"""How far the new one's face may be from level to be meant."""


def levelling(clip: Clip, index: int, new: Mesh, linear: Doubles) -> Doubles:
    """The rotation (3, 3) that sets the new mesh, turned by `linear` into the old one's frame, flat where that stands flat."""
    part = clip.objects[index].parts[0]
    down = _down(part, resting_frames(clip, index))
    if down is None:
        return np.eye(3)
    face = _face_below(np.asarray(new.vertices, np.float64)[np.unique(new.faces)] @ linear.T, down)
    if face is None or face @ down < _NEAR:
        return np.eye(3)
    axis, cosine = np.cross(face, down), float(face @ down)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / (1 + cosine), np.float64)


def _down(part: ObjectPart, resting: NDArray[np.bool_]) -> Doubles | None:
    """The way down in the part's own frame at its first rest on a face, None where there is none."""
    points = np.asarray(part.mesh.vertices, np.float64)[np.unique(part.mesh.faces)]
    for frame in np.flatnonzero(resting)[:1]:
        down = -np.asarray(part.rotation[frame], np.float64)[1]
        face = _face_below(points, down)
        if face is not None and face @ down > _FLAT:
            return face
    return None


def _face_below(points: Doubles, down: Doubles) -> Doubles | None:
    """The outward normal of the face of the convex hull that lies below its middle."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(points)
    except QhullError:  # flat or fewer than four points: it has no such face
        return None
    middle = points[hull.vertices].mean(axis=0)
    normals, offsets = hull.equations[:, :3], hull.equations[:, 3]
    facing = normals @ down
    way = np.where(facing > 1e-9, -(normals @ middle + offsets) / np.maximum(facing, 1e-9), np.inf)
    return np.asarray(normals[way.argmin()], np.float64)
