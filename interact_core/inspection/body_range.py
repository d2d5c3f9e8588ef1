"""Range of motion of the body's joints: how far any of them is beyond what a person can do.

Each joint's rotation is split into twist about its bone and swing; the swing's components are flexion and a turn to the
side. The limits are ours: ranges of clinical goniometry (American Academy of Orthopaedic Surgeons 1965, "Joint motion:
method of measuring and recording"; means of Boone and Azen 1979, J Bone Joint Surg 61-A) with about 15 degrees of
tolerance. Trunk, neck and arm are also judged as wholes, since goniometry measures them so and fits share them out freely.

Goniometry counts from the person standing with arms hanging; models rest in a T-pose, palms down, facing +Z, left arm along
+X. So an arm's 180 degrees of abduction are 90 down and 90 up here, and pronation is used up at rest.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, ranges_over, share, worst
from interact_core.inspection.results import Track
from interact_core.inspection.swing_twist import swing_twist

Doubles = NDArray[np.float64]
_LEFT_RIGHT: Final = np.array([1.0, -1.0, -1.0])
"""A rotation vector seen in the mirror x -> -x."""


@dataclass(frozen=True)
class Range:
    """Degrees of a joint, or of neighbouring `joints` together, of the left side; the right one is its mirror image.

    `flexion_axis` and `side_axis` are turned about for positive flexion and side turn at rest, up to what lies along the
    bone from the first to the second name of `bone` (+Y where there is none); twist is about the bone itself. Where `widen`
    is not zero, the side turn may be wider by that much per degree of flexion: a bent knee or elbow swings sideways where
    the fit gave the turn of thigh or upper arm to it.
    """

    joints: tuple[str, ...]
    bone: tuple[str, str] | None
    flexion_axis: tuple[float, float, float]
    side_axis: tuple[float, float, float]
    flexion: tuple[float, float]
    side: tuple[float, float]
    twist: tuple[float, float]
    widen: float = 0.0


_X: Final = (1.0, 0.0, 0.0)
_BACK_X: Final = (-1.0, 0.0, 0.0)
_Z: Final = (0.0, 0.0, 1.0)
_BACK_Z: Final = (0.0, 0.0, -1.0)
_Y: Final = (0.0, 1.0, 0.0)
_DOWN_Y: Final = (0.0, -1.0, 0.0)
_ANY: Final = (-180.0, 180.0)

_TRUNK: Final = ((-45.0, 100.0), (-50.0, 50.0), (-60.0, 60.0))  # 30 back, 80 forward, 35 to the side, 45 turned
_NECK: Final = ((-90.0, 65.0), (-60.0, 60.0), (-95.0, 95.0))  # 45..76 back, 45 forward, 45 to the side, 80 turned
_MIDDLE: Final = tuple(
    Range(joints, None, _X, _Z, *limits)
    for limits, group in ((_TRUNK, ("spine1", "spine2", "spine3")), (_NECK, ("neck", "head")))
    for joints in (group, *((name,) for name in group))
)
_LIMBS: Final = (
    # Flexion 120, extension 30; abduction 45, adduction 30; 45 inward and outward; more for a fit's pelvis.
    Range(("hip",), ("hip", "knee"), _BACK_X, _Z, (-60, 140), (-50, 65), (-65, 65)),
    # Flexion 143, passively 160; hyperextension 10; the shin turns 40 on a bent knee.
    Range(("knee",), ("knee", "ankle"), _X, _Z, (-25, 165), (-25, 25), (-60, 60), widen=0.6),
    # Dorsiflexion 20, plantar flexion 50; inversion 35, eversion 20.
    Range(("ankle",), ("ankle", "foot"), _BACK_X, _Y, (-65, 35), (-45, 45), (-50, 50)),
    # Toes: extension 90, flexion 45.
    Range(("foot",), None, _BACK_X, _Y, (-60, 105), (-40, 40), (-40, 40)),
    # Protraction and retraction 30, elevation 45, depression 10, backward rotation of the clavicle 50.
    Range(("collar",), ("collar", "shoulder"), _DOWN_Y, _Z, (-45, 50), (-40, 60), (-65, 65)),
    # Forward past the chest 135, back 60 (of a hanging arm); 90 up, 90 down and 45 across; inward 70, outward 90.
    Range(("collar", "shoulder"), ("shoulder", "elbow"), _DOWN_Y, _Z, (-95, 150), (-135, 105), (-110, 110)),
    # Flexion 143, hyperextension 10; supination 80 and pronation 80, counted from palms down or from thumbs up.
    Range(("elbow",), ("elbow", "wrist"), _DOWN_Y, _Z, (-25, 165), (-75, 75), (-165, 80), widen=1.0),
    # Flexion 76, extension 75; radial deviation 22, ulnar 36. The wrist's twist has a measure of its own.
    Range(("wrist",), ("elbow", "wrist"), _BACK_Z, _Y, (-95, 95), (-45, 55), _ANY),
)


@dataclass(frozen=True)
class Bounds:
    """Half spaces of the three angles (flexion, side turn, twist; degrees) of `ranges`: coefficients (n, 3) . angles <= limit.

    `joints[r]` are the joints that range r is about, one after the other; `axes` (R, 3, 3) rows flexion, side and twist axis;
    `owner` (n,) the range of a bound. Coefficients have length one, so that what is beyond is degrees.
    """

    joints: tuple[tuple[int, ...], ...]
    axes: Doubles
    owner: NDArray[np.intp]
    coefficients: Doubles
    limit: Doubles


def bounds_of(rest: Floats) -> Bounds:
    """The body's limits for a skeleton at rest (52, 3)."""
    places: Doubles = np.asarray(rest, np.float64)
    joints: list[tuple[int, ...]] = []
    axes, owner, coefficients, limit = [], [], [], []
    for entry, side in [(r, None) for r in _MIDDLE] + [(r, s) for r in _LIMBS for s in ("left", "right")]:
        for row, value in _half_spaces(entry):
            owner.append(len(joints))
            coefficients.append(row)
            limit.append(value)
        joints.append(tuple(JOINT_INDEX[_named(name, side)] for name in entry.joints))
        axes.append(_axes(places, entry, side))
    return Bounds(tuple(joints), np.array(axes), np.array(owner), np.array(coefficients), np.array(limit))


def _named(name: str, side: str | None) -> str:
    return name if side is None else f"{side}_{name}"


def _half_spaces(entry: Range) -> list[tuple[Doubles, float]]:
    found = []
    for kind, (low, high) in enumerate((entry.flexion, entry.side, entry.twist)):
        if (low, high) == _ANY:
            continue
        for sign, value in ((1.0, high), (-1.0, -low)):
            row = np.zeros(3)
            row[kind] = sign
            row[0] -= entry.widen if kind == 1 else 0.0
            size = float(np.linalg.norm(row))
            found.append((row / size, value / size))
    return found


def _axes(rest: Doubles, entry: Range, side: str | None) -> Doubles:
    along = np.array(_Z if entry.joints == ("foot",) else _Y)
    if entry.bone is not None:
        start, end = (rest[JOINT_INDEX[_named(name, side)]] for name in entry.bone)
        along = _unit(end - start)
    mirror = _LEFT_RIGHT if side == "right" else np.ones(3)
    flexion = np.array(entry.flexion_axis) * mirror
    flexion = _unit(flexion - along * (flexion @ along))
    sideways = np.cross(along, flexion)
    sideways = sideways * (np.sign(sideways @ (np.array(entry.side_axis) * mirror)) or 1.0)
    # In the mirror a turn about the bone goes the other way round.
    return np.stack([flexion, sideways, -along if side == "right" else along])


def _unit(vector: Doubles) -> Doubles:
    result: Doubles = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return result


def body_excess(pose: Floats, rest: Floats) -> Doubles:
    """(T, R) degrees beyond each of the ranges of `bounds_of`, of joints' rotation vectors (T, >= 22, 3); 0 within them."""
    bounds = bounds_of(rest)
    turns = axis_angle_to_matrix(np.asarray(pose[:, :NUM_BODY_JOINTS], np.float64))
    result = np.zeros((len(turns), len(bounds.joints)))
    for r, joints in enumerate(bounds.joints):
        turn = turns[:, joints[0]]
        for joint in joints[1:]:
            turn = turn @ turns[:, joint]
        swing, twist = swing_twist(matrix_to_axis_angle(turn), bounds.axes[r, 2])
        angles = np.degrees(np.column_stack([swing @ bounds.axes[r, 0], swing @ bounds.axes[r, 1], twist]))
        mine = bounds.owner == r
        beyond = angles @ bounds.coefficients[mine].T - bounds.limit[mine]
        result[:, r] = np.maximum(beyond.max(axis=1), 0.0)
    return result


def measure(evidence: Evidence) -> Findings:
    excess = body_excess(evidence.posed.clip.body.full_pose(), evidence.posed.choice.bound.rest_joints)
    limit = evidence.thresholds.body_range
    values = np.where(evidence.body_ready, excess.max(axis=1), np.nan).astype(np.float32)
    track = Track("body_range", "Joint of the body beyond its range of motion", "deg", values, limit, "body")
    over = np.where(np.isfinite(values), values > limit, np.nan).astype(np.float32)
    times = Track("body_range_over", "", "", over, None, "body")
    artifacts = ranges_over(track, evidence.thresholds.severe("body_range"), kind="body_range")
    summary = (("body_range", worst(track)), ("body_range_share", share(times, "Frames with a joint beyond its range")))
    return Findings((track,), (), summary, artifacts)
