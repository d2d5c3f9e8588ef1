"""How people stand when nothing is asked of them, how far their joints go, how stiffly they keep to their posture."""

from typing import Final

import numpy as np

from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.demo.feet import Side
from interact_core.demo.rotation import Array, about, log
from interact_core.demo.skeleton import DIMENSIONS

# Standard deviations from the fallback posture, radians about x (left), y (up), z (forward) of the T-pose.
_FREEDOM: Final[dict[str, tuple[float, float, float]]] = {
    "hip": (0.9, 0.3, 0.3), "knee": (1.2, 0.06, 0.04), "ankle": (0.6, 0.12, 0.2), "foot": (0.8, 0.1, 0.1),
    "spine1": (0.08, 0.08, 0.06), "spine2": (0.08, 0.09, 0.06), "spine3": (0.08, 0.09, 0.06), "neck": (0.3, 0.35, 0.15),
    "head": (0.3, 0.35, 0.15), "collar": (0.06, 0.14, 0.12), "shoulder": (0.8, 0.9, 0.9), "elbow": (0.55, 1.1, 0.04),
    "wrist": (0.12, 0.22, 0.35),
}  # fmt: skip
# Limits (low, high) for the left side; the right side mirrors y and z.
_LIMITS: Final[dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]]] = {
    "hip": ((-2.1, 0.45), (-0.6, 0.8), (-0.4, 0.8)), "knee": ((0.04, 2.5), (-0.1, 0.1), (-0.1, 0.1)),
    "ankle": ((-0.8, 0.9), (-0.3, 0.3), (-0.35, 0.35)), "foot": ((-0.9, 0.35), (-0.15, 0.15), (-0.15, 0.15)),
    "spine1": ((-0.25, 0.5), (-0.25, 0.25), (-0.25, 0.25)), "spine2": ((-0.25, 0.5), (-0.3, 0.3), (-0.25, 0.25)),
    "spine3": ((-0.2, 0.4), (-0.3, 0.3), (-0.2, 0.2)), "neck": ((-0.5, 0.6), (-0.7, 0.7), (-0.4, 0.4)),
    "head": ((-0.5, 0.6), (-0.7, 0.7), (-0.35, 0.35)), "collar": ((-0.15, 0.15), (-0.4, 0.3), (-0.12, 0.45)),
    "shoulder": ((-1.6, 1.6), (-2.2, 0.9), (-1.6, 1.5)), "elbow": ((-1.5, 1.5), (-2.45, -0.06), (-0.1, 0.1)),
    "wrist": ((-0.35, 0.35), (-0.5, 0.5), (-1.2, 1.1)),
}  # fmt: skip


def column(joint: str) -> slice:
    """Columns of a joint's rotation vector in a state."""
    j = JOINT_INDEX[joint]
    return slice(3 + 3 * j, 6 + 3 * j)


def _side(joint: str) -> tuple[str, float]:
    """The table's name and -1 for a right joint, whose y and z turn the other way."""
    for prefix, sign in (("left_", 1.0), ("right_", -1.0)):
        if joint.startswith(prefix):
            return joint.removeprefix(prefix), sign
    return joint, 1.0


def stiffness(idle: dict[Side, Array]) -> Array:
    """(T, 69) 1 / standard deviation; an idle arm (1 idle, 0 at work, (T,)) keeps to its posture more."""
    sigma = np.ones(DIMENSIONS)
    sigma[:3] = (5.0, 0.03, 5.0)
    sigma[3:6] = (0.08, 0.09, 0.06)
    for joint in list(JOINT_INDEX)[1:22]:
        sigma[column(joint)] = _FREEDOM[_side(joint)[0]]
    firm = np.repeat(1.0 / sigma[None], len(idle["left"]), axis=0)
    for side, share in idle.items():
        for joint in ("shoulder", "elbow", "wrist", "collar"):
            firm[:, column(f"{side}_{joint}")] *= 1 + 2.5 * share[:, None]
    return firm


def limits() -> tuple[Array, Array]:
    """(69,) lower and upper."""
    low, high = np.full(DIMENSIONS, -50.0), np.full(DIMENSIONS, 50.0)
    for joint in list(JOINT_INDEX)[1:22]:
        name, sign = _side(joint)
        bounds = np.array(_LIMITS[name])
        if sign < 0:
            bounds[1:] = -bounds[1:, ::-1]
        low[column(joint)], high[column(joint)] = bounds[:, 0], bounds[:, 1]
    return low, high


def hanging_arm(side: Side, swing: Array, out: float = 0.2) -> tuple[Array, Array]:
    """Shoulder and elbow rotation vectors (T, 3) of an arm that hangs `out` from the side and swings forward by `swing`."""
    sign = 1.0 if side == "left" else -1.0
    down = about("z", -sign * (np.pi / 2 - out))
    shoulder = log(about("x", -0.02 - swing) @ down)
    bend = 0.32 + 0.45 * np.maximum(swing, 0)
    elbow = np.zeros((len(swing), 3))
    elbow[:, 1] = -sign * bend
    elbow[:, 0] = 0.25
    return shoulder, elbow
