"""What a repaired clip is worth: the figures of an inspection, and how far it is from the clean clip."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from benchmarks.refinement_cases import Case
from interact_core.augment.quality import contact_f1, in_object, slip
from interact_core.clip import Clip, ObjectPart
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_BODY_JOINTS
from interact_core.geometry.rotations import axis_angle_to_matrix, rotation_angle
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import pose_clip
from interact_core.refine.report import Measured, Repair

SIDES = ("left", "right")
FINGERS = np.arange(NUM_BODY_JOINTS, len(JOINT_NAMES))
_TOUCHING = 0.010
"""A clean hand this near its object is in contact; its gap is then followed."""


@dataclass
class View:
    """A clip with everything that the figures need."""

    measured: Measured
    joints: np.ndarray
    corners: np.ndarray
    hand_gap: np.ndarray

    @property
    def clip(self) -> Clip:
        return self.measured.posed.clip

    def value(self, name: str) -> float:
        found = self.measured.inspection.summary.get(name)
        return float(found.value) if found else float("nan")

    def track(self, name: str) -> np.ndarray:
        return np.asarray(self.measured.inspection.tracks[name].values, np.float64)


def view(clip: Clip, cache: Path) -> View:
    posed = pose_clip(clip)
    fields = distance_fields(posed, cache)
    inspection = inspect_clip(posed, fields)
    regions = posed.choice.model.regions
    gaps = [
        fields.body_signed_distance[:, regions.mask(f"{s}_hand") & regions.inner_hand].min(axis=1, initial=np.inf) for s in SIDES
    ]
    corners = [_corners(p) for p in posed.parts]
    return View(
        Measured(posed, fields, inspection), posed.joints.astype(np.float64),
        np.concatenate(corners, axis=1) if corners else np.zeros((clip.num_frames, 0, 3)), np.stack(gaps, axis=1),
    )  # fmt: skip


def _corners(part: ObjectPart) -> np.ndarray:
    low, high = part.mesh.vertices.min(axis=0), part.mesh.vertices.max(axis=0)
    box = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    return np.einsum("tij,kj->tki", part.rotation, box) + part.translation[:, None]


def figures(seen: View, clean: View, case: Case) -> dict[str, float]:
    """Millimetres, degrees, m/s^3, m/s; `error` is that of what the fault moved, in the frames it moved it."""
    truth = case.spoiled.truth
    rows = [JOINT_INDEX[n] for n in truth.joints] or list(range(NUM_BODY_JOINTS))
    moved = np.linalg.norm(seen.joints - clean.joints, axis=-1)
    object_error = np.linalg.norm(seen.corners - clean.corners, axis=-1)
    frames = truth.frames
    wholly = moved[frames][:, rows].mean() if truth.joints or truth.object is None else object_error[frames].mean()
    held = clean.hand_gap < _TOUCHING
    gap = np.maximum(seen.hand_gap, 0.0)[held]
    return {
        "error": 1e3 * float(wholly),
        "relative_error": 1e3 * _relative_error(seen, clean, held),
        "joint_mean": 1e3 * float(moved.mean()), "joint_max": 1e3 * float(moved.max()),
        "object_mean": 1e3 * float(object_error.mean()) if object_error.size else 0.0,
        "pen_max": 1e3 * seen.value("penetration_max"),
        "pen_mean": 1e3 * seen.value("penetration_mean"),
        "gap": 1e3 * float(gap.mean()) if gap.size else float("nan"),
        "f1": contact_f1(seen.measured, clean.measured),
        "jerk_body": seen.value("jerk_body"), "jerk_object": seen.value("jerk_object"),
        "slip": slip(seen.measured, held), "skate": _skate(seen),
        "sole_error": 1e3 * _sole_error(seen, clean),
        "finger_error": 1e3 * _finger_error(seen, clean),
        "flip_residual": _flip_residual(seen, clean, case),
        "limits": seen.value("hand_range"),
        "twist": max(seen.value("wrist_twist_left"), seen.value("wrist_twist_right")),
    }  # fmt: skip


def _relative_error(seen: View, clean: View, held: np.ndarray) -> float:
    if not seen.measured.posed.parts or not held.any():
        return float("nan")
    errors = []
    for k in range(2):
        rows = np.array([20 + k, *range(22 + 15 * k, 37 + 15 * k)])
        away = in_object(seen.measured, rows) - in_object(clean.measured, rows)
        errors.append(np.linalg.norm(away, axis=-1)[held[:, k]].ravel())
    return float(np.concatenate(errors).mean())


def _skate(seen: View) -> float:
    values = [seen.value(f"foot_skate_{s}_mean") for s in SIDES]
    finite = [v for v in values if np.isfinite(v)]
    return float(np.mean(finite)) if finite else float("nan")


def _sole_error(seen: View, clean: View) -> float:
    errors = []
    for side in SIDES:
        planted = clean.track(f"foot_planted_{side}") > 0.5
        errors.append(np.abs(seen.track(f"foot_height_{side}") - clean.track(f"foot_height_{side}"))[planted])
    joined = np.concatenate(errors)
    return float(joined.mean()) if joined.size else float("nan")


def _finger_error(seen: View, clean: View) -> float:
    """Of finger joints against their own wrist, both hands."""
    errors = []
    for k in range(2):
        rows = np.arange(22 + 15 * k, 37 + 15 * k)
        errors.append(_in_wrist(seen, 20 + k, rows) - _in_wrist(clean, 20 + k, rows))
    return float(np.linalg.norm(np.concatenate(errors, axis=1), axis=-1).mean())


def _in_wrist(seen: View, wrist: int, rows: np.ndarray) -> np.ndarray:
    index, pinky = seen.joints[:, rows[0]], seen.joints[:, rows[6]]
    x = index - seen.joints[:, wrist]
    z = np.cross(x, pinky - seen.joints[:, wrist])
    x, z = (v / np.linalg.norm(v, axis=-1, keepdims=True) for v in (x, z))
    frame = np.stack([x, np.cross(z, x), z], axis=-1)
    return np.einsum("tij,tni->tnj", frame, seen.joints[:, rows] - seen.joints[:, wrist][:, None])


def _flip_residual(seen: View, clean: View, case: Case) -> float:
    """Degrees by which flipped joints are still wrong, mean over the segments' frames."""
    turned, right = (axis_angle_to_matrix(v.clip.body.body_pose) for v in (seen, clean))
    angles = [
        rotation_angle(turned[s.start : s.stop, JOINT_INDEX[s.joint] - 1], right[s.start : s.stop, JOINT_INDEX[s.joint] - 1])
        for s in case.spoiled.truth.segments
    ]
    return float(np.degrees(np.concatenate(angles).mean())) if angles else float("nan")


def flip_detection(repairs: tuple[Repair, ...], case: Case) -> dict[str, float]:
    """Segments found (half of their frames repaired in that arm), and frames repaired in an arm with nothing wrong."""
    truth, t = case.spoiled.truth, case.clean.num_frames
    wrong = {side: np.zeros(t, bool) for side in SIDES}
    fixed = {side: np.zeros(t, bool) for side in SIDES}
    for s in truth.segments:
        wrong[s.joint.split("_")[0]][s.start : s.stop] = True
    for r in repairs:
        fixed[r.joint.split("_")[0]][r.start : r.stop] = True
    found: int = sum(fixed[s.joint.split("_")[0]][s.start : s.stop].mean() >= 0.5 for s in truth.segments)
    false = sum(int((fixed[s] & ~wrong[s]).sum()) for s in SIDES)
    sound = sum(int((~wrong[s]).sum()) for s in SIDES)
    return {"segments": len(truth.segments), "found": int(found), "false_share": false / max(sound, 1)}


def gaussian(clip: Clip, sigma: float) -> Clip:
    """Rotations (chordal mean) and places smoothed over time, body and objects."""

    def turns(matrix: np.ndarray) -> np.ndarray:
        mean = gaussian_filter1d(matrix, sigma, axis=0, mode="nearest")
        return Rotation.from_matrix(mean.reshape(-1, 3, 3)).as_matrix().reshape(matrix.shape)

    def vectors(pose: np.ndarray) -> np.ndarray:
        smooth = turns(axis_angle_to_matrix(np.asarray(pose, np.float64)))
        return Rotation.from_matrix(smooth.reshape(-1, 3, 3)).as_rotvec().reshape(pose.shape)

    def places(values: np.ndarray) -> np.ndarray:
        return gaussian_filter1d(np.asarray(values, np.float64), sigma, axis=0, mode="nearest")

    body = replace(
        clip.body, global_orient=vectors(clip.body.global_orient), body_pose=vectors(clip.body.body_pose),
        transl=places(clip.body.transl),
    )  # fmt: skip
    objects = tuple(
        replace(o, parts=tuple(
            replace(p, rotation=turns(np.asarray(p.rotation, np.float64)), translation=places(p.translation)) for p in o.parts
        ))
        for o in clip.objects
    )  # fmt: skip
    return replace(clip, body=body, objects=objects)
