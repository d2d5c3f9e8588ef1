"""Wrists twisted further than an arm can, and arm joints that flip from one frame to the next."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import JOINT_INDEX, joint_array
from interact_core.geometry.rotations import axis_angle_to_matrix, rotation_angle
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, ranges_over, worst
from interact_core.inspection.results import Artifact, Track, Value
from interact_core.inspection.signals import stride_for
from interact_core.inspection.swing_twist import swing_twist

ARM_JOINTS: Final = joint_array(*(f"{side}_{j}" for side in ("left", "right") for j in ("collar", "shoulder", "elbow", "wrist")))


def measure(evidence: Evidence) -> Findings:
    table = evidence.thresholds
    tracks: list[Track] = []
    artifacts: list[Artifact] = []
    summary: list[tuple[str, Value]] = []
    for side in ("left", "right"):
        twist, over = _twist(evidence, side)
        tracks += [twist, over]
        summary.append((twist.id, worst(over)))
        artifacts += ranges_over(over, table.severe("wrist_twist"), kind="wrist_twist")
    flip = _flip(evidence)
    summary.append((flip.id, worst(flip)))
    artifacts += ranges_over(flip, table.severe("wrist_flip"), kind="wrist_flip")
    return Findings((*tracks, flip), (), tuple(summary), tuple(artifacts))


def _twist(evidence: Evidence, side: str) -> tuple[Track, Track]:
    """Twist of the wrist about the forearm, degrees, and how far it is beyond its range."""
    table = evidence.thresholds
    degrees = np.degrees(wrist_twist(evidence, side))
    low, high = -table.wrist_twist_inward, table.wrist_twist_outward
    if side == "left":
        low, high = -high, -low
    beyond = np.maximum(np.maximum(low - degrees, degrees - high), 0.0)
    title = f"Twist of the {side} wrist"
    return (
        Track(f"wrist_twist_{side}", title, "deg", _masked(evidence, degrees), None, "wrist"),
        Track(
            f"wrist_twist_over_{side}", f"{title} beyond its range", "deg", _masked(evidence, beyond), table.wrist_twist, "wrist"
        ),
    )


def wrist_twist(evidence: Evidence, side: str) -> NDArray[np.float64]:
    """(T,) radians in (-pi, pi] about the direction from elbow to wrist at rest."""
    rest = np.asarray(evidence.posed.choice.bound.rest_joints, np.float64)
    wrist = JOINT_INDEX[f"{side}_wrist"]
    axis = rest[wrist] - rest[JOINT_INDEX[f"{side}_elbow"]]
    pose = np.asarray(evidence.posed.clip.body.body_pose[:, wrist - 1], np.float64)
    return swing_twist(pose, axis / np.linalg.norm(axis))[1]


def _flip(evidence: Evidence) -> Track:
    """Fastest turn of any arm joint against its parent, over about 1/30 s up to the frame."""
    pose = axis_angle_to_matrix(np.asarray(evidence.posed.clip.body.body_pose[:, ARM_JOINTS - 1], np.float64))
    step = stride_for(evidence.fps)
    values = np.zeros(evidence.num_frames)
    if evidence.num_frames > step:
        values[step:] = rotation_angle(pose[:-step], pose[step:]).max(axis=1) * evidence.fps / step
    limit = evidence.thresholds.wrist_flip
    return Track("wrist_flip", "Fastest turn of an arm joint", "rad/s", _masked(evidence, values), limit, "wrist")


def _masked(evidence: Evidence, values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.where(evidence.body_ready, values, np.nan).astype(np.float32)
