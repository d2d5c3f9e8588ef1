"""Fits the open body to a subject's own rest skeleton, for sources that give joints but no betas.

Two steps. First the shape directions, kept within what adults look like, bring the bone lengths near the subject's, which
gives a plausible thickness. Then every bone is carried onto its target: limbs and fingers turn and stretch along their
axis, the trunk, head, hands and feet move and scale, and the skinning weights blend between neighbours. Joints are exact.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_BODY_JOINTS, NUM_JOINTS, PARENTS
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.bodies.open_body import OpenBody

Array = NDArray[np.float64]

_SIDES: Final = ("left", "right")
_AXIAL: Final[dict[int, int]] = {
    JOINT_INDEX[f"{side}_{joint}"]: JOINT_INDEX[f"{side}_{child}"]
    for side in _SIDES
    for joint, child in (
        ("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"),
        *((f"{f}{k}", f"{f}{k + 1}") for f in ("index", "middle", "pinky", "ring", "thumb") for k in (1, 2)),
    )
}  # fmt: skip
"""Bones that turn and stretch: joint -> the child at the bone's other end."""

_KNUCKLES: Final = ("index1", "middle1", "ring1", "pinky1", "thumb1")
_STIFF_BETA: Final = 0.02
"""metres of bone length error worth one standard deviation of shape; keeps the fit among plausible adults."""


def fit_to_joints(body: "OpenBody", target: Array) -> tuple[Array, Array]:
    """Rest vertices (V, 3) whose joints are exactly `target` (52, 3), and the target itself."""
    if target.shape != (NUM_JOINTS, 3) or not np.isfinite(target).all():
        raise InputError(
            f"rest joints of shape {target.shape} are not 52 finite positions", field="rest joints",
            remedy="Check the clip's joint columns",
        )  # fmt: skip
    vertices, joints = body.shaped(_nearest_betas(body, target))
    linear = _linear_parts(joints, target)
    moved = np.einsum("jab,vjb->vja", linear, vertices[:, None] - joints) + target
    return np.einsum("vj,vja->va", body.joint_weights, moved), target


def _nearest_betas(body: "OpenBody", target: Array) -> Array:
    """Ridge regression of bone vectors' lengths, linearised at the average shape, over the body's bones only."""
    child = np.arange(1, NUM_BODY_JOINTS)
    parent = np.array(PARENTS)[child]
    bones = body.template_joints[child] - body.template_joints[parent]
    lengths = np.linalg.norm(bones, axis=1)
    change = body.shape_joints[:, child] - body.shape_joints[:, parent]
    jacobian = np.einsum("kja,ja->jk", change, bones / lengths[:, None])
    wanted = np.linalg.norm(target[child] - target[parent], axis=1) - lengths
    normal = jacobian.T @ jacobian + _STIFF_BETA**2 * np.eye(jacobian.shape[1])
    return np.clip(np.linalg.solve(normal, jacobian.T @ wanted), -2.5, 2.5)


def _linear_parts(joints: Array, target: Array) -> Array:
    """(52, 3, 3) what each bone does to directions around its joint."""
    size = _size_ratio(joints, target)
    turn = np.tile(np.eye(3), (NUM_JOINTS, 1, 1))
    linear = turn * size
    for joint in range(1, NUM_JOINTS):
        name = JOINT_NAMES[joint]
        if joint in _AXIAL:
            end = _AXIAL[joint]
            inherited = turn[PARENTS[joint]] if joint >= NUM_BODY_JOINTS or name.endswith(("knee", "elbow")) else np.eye(3)
            bone, wanted = joints[end] - joints[joint], target[end] - target[joint]
            turn[joint] = _shortest_turn(inherited @ bone, wanted) @ inherited
            linear[joint] = turn[joint] @ _stretch(bone, float(np.linalg.norm(wanted) / np.linalg.norm(bone)))
        elif name.endswith("wrist"):
            turn[joint], scale = _hand_fit(name.split("_")[0], joints, target)
            linear[joint] = turn[joint] * scale
        elif joint >= NUM_BODY_JOINTS:  # a finger's last bone goes on as the one before it
            turn[joint] = turn[PARENTS[joint]]
            linear[joint] = linear[PARENTS[joint]]
    return linear


def _size_ratio(joints: Array, target: Array) -> float:
    legs_and_trunk = [
        JOINT_INDEX[n] for n in ("left_knee", "left_ankle", "right_knee", "right_ankle", "spine1", "spine2", "neck")
    ]
    parents = np.array(PARENTS)[legs_and_trunk]
    ours = np.linalg.norm(joints[legs_and_trunk] - joints[parents], axis=1).sum()
    return float(np.linalg.norm(target[legs_and_trunk] - target[parents], axis=1).sum() / ours)


def _stretch(bone: Array, ratio: float) -> Array:
    """Along the bone by `ratio`, across it by its square root: longer limbs are a little thicker."""
    axis = bone / np.linalg.norm(bone)
    across = float(np.clip(np.sqrt(ratio), 0.85, 1.2))
    return across * np.eye(3) + (ratio - across) * np.outer(axis, axis)


def _shortest_turn(source: Array, target: Array) -> Array:
    """The rotation (3, 3) that takes one direction to another without twisting about it."""
    from scipy.spatial.transform import Rotation

    a, b = source / np.linalg.norm(source), target / np.linalg.norm(target)
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis)
    if sine < 1e-9:
        return np.eye(3)
    return Rotation.from_rotvec(axis / sine * np.arctan2(sine, a @ b)).as_matrix()


def _hand_fit(side: str, joints: Array, target: Array) -> tuple[Array, float]:
    """Best rotation and scale of the palm from its five knuckles (Kabsch)."""
    wrist = JOINT_INDEX[f"{side}_wrist"]
    knuckles = [JOINT_INDEX[f"{side}_{name}"] for name in _KNUCKLES]
    ours, wanted = joints[knuckles] - joints[wrist], target[knuckles] - target[wrist]
    u, _, vt = np.linalg.svd(ours.T @ wanted)
    sign = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    return (u @ sign @ vt).T, float(np.linalg.norm(wanted) / np.linalg.norm(ours))
