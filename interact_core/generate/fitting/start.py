"""Where a fit begins: every limb's own markers give its turn by the best rigid motion (Kabsch 1976), top down.

Close enough to the solution that no arm can settle on the wrong side of it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS, PARENTS
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle

Array = NDArray[np.float64]
_LIMBS: Final[dict[str, tuple[str, ...]]] = {
    "pelvis": ("LASI", "RASI", "LPSI", "RPSI", "LBUM", "RBUM", "MBLLY"),
    "spine3": ("C7", "CLAV", "STRN", "T8", "LBUST", "RBUST", "LSCAP"),
    "head": ("LFHD", "RFHD", "LBHD", "RBHD", "LCHEECK", "RCHEECK"),
    "left_hip": ("LTHI", "LTHILO", "LFTHIIN", "LKNE", "LKNI"),
    "left_knee": ("LKNE", "LKNI", "LSHN", "LANK", "LHEE"),
    "left_ankle": ("LANK", "LHEE", "LTOE", "LMT1", "LMT5"),
    "left_shoulder": ("LBCEP", "LELB", "LELBIN"),
    "left_elbow": ("LELB", "LELBIN", "LFRM", "LIWR", "LOWR"),
    "left_wrist": ("LIWR", "LOWR", "LFIN", "LTHMB"),
    "right_hip": ("RTHI", "RFTHI", "RFTHIIN", "RKNE", "RKNI"),
    "right_knee": ("RKNE", "RKNI", "RTIB", "RANK", "RHEE"),
    "right_ankle": ("RANK", "RHEE", "RTOE", "RMT1", "RMT5"),
    "right_shoulder": ("RBCEP", "RELB", "RELBIN"),
    "right_elbow": ("RELB", "RELBIN", "RFRM2", "RIWR", "ROWR"),
    "right_wrist": ("RIWR", "ROWR", "RFIN", "RTHMB"),
}
"""Joint that turns a limb -> markers on that limb, parents before children."""
_BENT: Final = {"spine3": ("spine1", "spine2", "spine3"), "head": ("neck", "head")}
"""Joints that share a turn evenly."""
_FEWEST: Final = 3
_FLAT: Final = 4e-4
"""Square metres: markers nearly in a line say nothing about the turn around it."""


def limbs(markers: Array, rest: Array, rest_pelvis: Array) -> tuple[Array, Array]:
    """Local rotations (T, 52, 3, 3) and where the pelvis is (T, 3), from markers (T, 77, 3) with NaN and rest markers (77, 3).

    A limb that a frame has too few markers of takes its turn from the nearest frame that has enough; so does the pelvis.
    """
    count = len(markers)
    local = np.tile(np.eye(3), (count, NUM_JOINTS, 1, 1))
    world = local.copy()
    place = np.zeros((count, 3))
    for name, members in _LIMBS.items():
        joint, ids = JOINT_INDEX[name], [MARKER_NAMES.index(m) for m in members]
        turn, shift, known = _rigid(markers[:, ids], rest[ids])
        if name == "pelvis":
            nearest = _nearest(known)
            world[:] = turn[nearest][:, None]
            local[:, 0] = world[:, 0]
            place = (turn @ rest_pelvis + shift)[nearest]
            continue
        _turn(local, world, name, joint, turn, known)
    return local, place


def _turn(local: Array, world: Array, name: str, joint: int, turn: Array, known: NDArray[np.bool_]) -> None:
    """Set a limb's joint, or the joints that share its turn, and carry all that hangs on it along."""
    chain = [JOINT_INDEX[n] for n in _BENT.get(name, (name,))]
    before = world[:, PARENTS[chain[0]]]
    between = matrix_to_axis_angle(before.swapaxes(1, 2) @ turn)[_nearest(known)] * known.any()
    for k, one in enumerate(chain):
        local[:, one] = axis_angle_to_matrix(between / len(chain))
        world[:, one] = before @ axis_angle_to_matrix(between * ((k + 1) / len(chain)))
    for below in range(joint + 1, NUM_JOINTS):
        if below not in chain:
            world[:, below] = world[:, PARENTS[below]] @ local[:, below]


def _rigid(there: Array, rest: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """(T, 3, 3) and (T, 3), there = R rest + shift, and whether a frame has enough markers for it."""
    seen = np.isfinite(there[..., :1])
    weight = seen.astype(float)
    total = np.maximum(weight.sum(axis=1), 1.0)
    where = np.where(seen, there, 0.0)
    centre, ours = where.sum(axis=1) / total, (rest * weight).sum(axis=1) / total
    moment = ((where - centre[:, None]) * weight).swapaxes(1, 2) @ (rest - ours[:, None])
    u, size, vt = np.linalg.svd(moment)
    sign = np.ones((len(there), 1, 3))
    sign[:, 0, 2] = np.linalg.det(u @ vt)
    rotation = (u * sign) @ vt
    return rotation, centre - (rotation @ ours[..., None])[..., 0], (weight.sum(axis=(1, 2)) >= _FEWEST) & (size[:, 1] > _FLAT)


def _nearest(known: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(T,) the nearest frame that is known; of none, each its own."""
    frames = np.arange(len(known))
    good = np.flatnonzero(known)
    return good[np.abs(frames[:, None] - good).argmin(axis=1)] if len(good) else frames


def spread_frames(markers: Array, count: int) -> NDArray[np.intp]:
    """At most `count` frames over the whole clip, of each stretch the one with most markers, the middle one of equals."""
    seen = np.isfinite(markers[..., 0]).sum(axis=1)
    found = []
    for stretch in np.array_split(np.arange(len(markers)), min(count, len(markers))):
        best = stretch[seen[stretch] == seen[stretch].max()]
        found.append(best[len(best) // 2])
    return np.array(found)
