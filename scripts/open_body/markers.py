"""Where the 77 markers sit on the open body: a ray from inside the body, told in terms of its joints, to the skin.

Only left and middle markers are placed; the right ones are their mirror images, but for the few that the published set
puts on one side only. Names: interact_core.bodies.markers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.clip.skeleton import JOINT_INDEX
from scripts.open_body.sources import Array

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Spot:
    """From the point `share` of the way from joint a to joint b, look `towards`.

    `aside` and `down` move the point first, in lengths from the spine to the shoulder joint (about 17 cm).
    """

    a: str
    b: str
    share: float
    towards: Vector
    aside: float = 0.0
    down: float = 0.0


SPOTS = {
    "C7": Spot("neck", "spine3", 0.0, (0, 0.1, -1)), "CLAV": Spot("spine3", "neck", 0.62, (0, 0.15, 1)),
    "STRN": Spot("spine3", "neck", 0.0, (0, 0.1, 1)), "T8": Spot("spine3", "spine2", 0.3, (0, 0, -1)),
    "MBLLY": Spot("spine1", "pelvis", 0.2, (0, 0, 1)), "LNWST": Spot("spine1", "spine2", 0.1, (0.9, 0, 0.8)),
    "LASI": Spot("pelvis", "spine1", 0.1, (0.62, 0, 1)), "LPSI": Spot("pelvis", "spine1", 0.1, (0.4, 0, -1)),
    "LBUM": Spot("left_hip", "left_knee", 0.02, (0.25, 0, -1)), "LBUST": Spot("spine3", "neck", 0.0, (0, 0, 1), 0.5),
    "LBAK": Spot("spine2", "spine3", 0.2, (0, 0, -1), 0.4), "LSCAP": Spot("spine3", "neck", 0.45, (0, 0, -1), 0.5),
    "LSHO": Spot("left_shoulder", "left_elbow", 0.0, (0, 1, 0)),
    "LBCEP": Spot("left_shoulder", "left_elbow", 0.5, (0, 0.3, 1)),
    "LELB": Spot("left_elbow", "left_wrist", 0.0, (0, 1, -0.4)), "LELBIN": Spot("left_elbow", "left_wrist", 0.0, (0, -1, -0.4)),
    "LFRM": Spot("left_elbow", "left_wrist", 0.5, (0, 1, 0)), "LIWR": Spot("left_wrist", "left_elbow", 0.05, (0, 0, 1)),
    "LOWR": Spot("left_wrist", "left_elbow", 0.05, (0, 0, -1)), "LFIN": Spot("left_middle1", "left_index1", 0.3, (0, 1, 0)),
    "LTHMB": Spot("left_thumb2", "left_thumb3", 0.5, (0, 1, 0.3)),
    "LFHD": Spot("head", "neck", -0.9, (0.55, 0.2, 1)), "LBHD": Spot("head", "neck", -0.7, (0.6, 0, -1)),
    "LCHEECK": Spot("head", "neck", -0.15, (0.55, 0, 1)),
    "LTHI": Spot("left_hip", "left_knee", 0.55, (1, 0, 0.3)), "LTHILO": Spot("left_hip", "left_knee", 0.25, (1, 0, 0.3)),
    "LFTHIIN": Spot("left_hip", "left_knee", 0.55, (-0.5, 0, 1)), "LKNE": Spot("left_knee", "left_ankle", 0.0, (1, 0, 0)),
    "LKNI": Spot("left_knee", "left_ankle", 0.0, (-1, 0, 0)), "LSHN": Spot("left_knee", "left_ankle", 0.3, (0.1, 0, 1)),
    "LANK": Spot("left_ankle", "left_foot", 0.0, (1, 0, 0)), "LRSTBEEF": Spot("left_ankle", "left_foot", 0.3, (-1, 0, 0)),
    "LHEE": Spot("left_ankle", "left_foot", 0.1, (0, -0.35, -1)),
    "LMT1": Spot("left_foot", "left_ankle", 0.0, (-1, 0, 0), down=0.1),
    "LMT5": Spot("left_foot", "left_ankle", 0.2, (1, 0, 0), down=0.13),
    "LTOE": Spot("left_foot", "left_ankle", 0.0, (-0.05, -0.08, 1), down=0.1),
    "RBSH": Spot("spine3", "neck", 0.75, (0, 0, -1), -0.6), "RFRM2": Spot("right_elbow", "right_wrist", 0.55, (0, 1, -0.3)),
    "RFTHI": Spot("right_hip", "right_knee", 0.45, (0, 0, 1)), "RTIB": Spot("right_knee", "right_ankle", 0.5, (0, 0, 1)),
}  # fmt: skip


def place_markers(
    vertices: Array, faces: NDArray[np.int64], joints: Array, mirror: NDArray[np.int64], weights: Array
) -> NDArray[np.int64]:
    """(77,) vertex ids in the order of MARKER_NAMES, for a T-posed surface."""
    found = {name: _hit(vertices, faces, spot, joints) for name, spot in SPOTS.items()}
    for finger in ("thumb", "index", "middle", "ring", "pinky"):
        found[f"L{finger.upper()}TIP"] = _tip(vertices, joints, weights, f"left_{finger}")
    for name in MARKER_NAMES:
        if name not in found:
            found[name] = int(mirror[found["L" + name[1:]]])
    return np.array([found[name] for name in MARKER_NAMES])


def _hit(vertices: Array, faces: NDArray[np.int64], spot: Spot, joints: Array) -> int:
    a, b = joints[JOINT_INDEX[spot.a]], joints[JOINT_INDEX[spot.b]]
    origin = a + spot.share * (b - a)
    origin = origin + np.array([spot.aside, -spot.down, 0.0]) * joints[JOINT_INDEX["left_shoulder"], 0]
    direction = np.array(spot.towards, float) / np.linalg.norm(spot.towards)
    distance = _ray(origin, direction, vertices[faces])
    nearest = int(np.argmin(distance))
    if not np.isfinite(distance[nearest]):
        raise ValueError(f"{spot} looks out of the body without meeting skin: its start lies outside")
    point = origin + distance[nearest] * direction
    corners = faces[nearest]
    return int(corners[np.argmin(np.linalg.norm(vertices[corners] - point, axis=1))])


def _ray(origin: Array, direction: Array, corners: Array) -> Array:
    """(F,) distance along the ray to each triangle, infinite where it misses (Moeller and Trumbore, 1997)."""
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    across = np.cross(direction, second)
    determinant = np.einsum("fi,fi->f", first, across)
    inverse = 1.0 / np.where(np.abs(determinant) < 1e-14, np.inf, determinant)
    start = origin - corners[:, 0]
    u = np.einsum("fi,fi->f", start, across) * inverse
    turned = np.cross(start, first)
    v = turned @ direction * inverse
    t = np.einsum("fi,fi->f", second, turned) * inverse
    return np.where((u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0), t, np.inf)


def _tip(vertices: Array, joints: Array, weights: Array, finger: str) -> int:
    last = JOINT_INDEX[f"{finger}3"]
    members = np.flatnonzero(weights.argmax(1) == last)
    along = joints[last] - joints[last - 1]
    return int(members[np.argmax((vertices[members] - joints[last]) @ along)])
