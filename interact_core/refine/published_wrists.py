"""Second published stage, for OMOMO: arms that flip or twist too far are turned back, blended and optimised (note 1.5)."""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.clip import Clip
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle, rotation_angle
from interact_core.inspection.swing_twist import swing_twist
from interact_core.refine.corrupt_tools import forearm_axis
from interact_core.refine.published_scene import SIDES, Hands, Scene, matrices, steps

ITERATIONS: Final = 600
RATE: Final = 0.001
_JOINTS: Final = tuple(f"{side}_{name}" for side in SIDES for name in ("collar", "shoulder", "elbow", "wrist"))
_FLAG_STEP, _SEGMENT_STEP, _BLEND_STEP = 0.4, 0.2, float(np.radians(5))
_SCAN_RANGE: Final = {"left": (-110.0, 90.0), "right": (-90.0, 110.0)}
_REPAIR_RANGE: Final = {"left": (-110.0, 80.0), "right": (-80.0, 110.0)}
_TWIST_JUMP: Final = 40.0
_PASSES: Final = 20
_KNUCKLES: Final = tuple(
    JOINT_INDEX[f"{side}_{name}"] for side in SIDES for name in ("wrist", "index1", "middle1", "pinky1", "ring1", "thumb1")
)


def flagged(clip: Clip) -> bool:
    """Whether the scan would take the clip: a step over 0.4 rad, or a wrist twisted out of range or by 40 degrees at once."""
    turn = axis_angle_to_matrix(np.asarray(clip.body.body_pose, np.float64))
    rows = [JOINT_INDEX[name] - 1 for name in _JOINTS]
    if clip.num_frames > 1 and rotation_angle(turn[:-1, rows], turn[1:, rows]).max() > _FLAG_STEP:
        return True
    for side in SIDES:
        twist = twist_degrees(clip, clip.body.body_pose, side)
        low, high = _SCAN_RANGE[side]
        if twist.min() < low or twist.max() > high or np.abs(np.diff(twist)).max(initial=0.0) > _TWIST_JUMP:
            return True
    return False


def twist_degrees(clip: Clip, body_pose: np.ndarray, side: str) -> np.ndarray:
    """(T,) the wrist's rotation vector projected on the forearm's axis at rest, the published measure of twist."""
    vectors = np.asarray(body_pose[:, JOINT_INDEX[f"{side}_wrist"] - 1], np.float64)
    return np.degrees(vectors @ forearm_axis(clip, side))


def repaired(clip: Clip, least: np.ndarray) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """body_pose (T, 21, 3) after flip repair, twist repair and blending; per repaired joint the frames (T,) changed.

    least (T, 2): signed distance of each hand to the object, metres.
    """
    before = np.asarray(clip.body.body_pose, np.float64)
    pose = before.copy()
    for name in _JOINTS:
        row = JOINT_INDEX[name] - 1
        pose[:, row] = _unflipped(pose[:, row])
    for k, side in enumerate(SIDES):
        _untwist(clip, pose, side, least[:, k])
    for name in _JOINTS:
        row = JOINT_INDEX[name] - 1
        if not np.array_equal(pose[:, row], before[:, row]):
            pose[:, row] = _blended(pose[:, row])
    changed = {JOINT_INDEX[n]: np.abs(pose - before)[:, JOINT_INDEX[n] - 1].max(axis=1) > 1e-6 for n in _JOINTS}
    return pose, {joint: frames for joint, frames in changed.items() if frames.any()}


def _unflipped(vectors: np.ndarray) -> np.ndarray:
    """Earliest step first, everything after it is turned back by that step, up to 20 times; the start is taken as right."""
    turn = axis_angle_to_matrix(vectors)
    for _ in range(_PASSES):
        angle = rotation_angle(turn[:-1], turn[1:]) if len(turn) > 1 else np.zeros(0)
        over = np.flatnonzero(angle > _SEGMENT_STEP)
        if not len(over):
            break
        t = int(over[0])
        turn[t + 1 :] = (turn[t] @ turn[t + 1].T) @ turn[t + 1 :]
    return vectors if np.allclose(turn, axis_angle_to_matrix(vectors)) else matrix_to_axis_angle(turn)


def _untwist(clip: Clip, pose: np.ndarray, side: str, least: np.ndarray) -> None:
    """Frames twisted out of range: near the object by as much as brings the twist back into range, else the twist undone."""
    row, axis = JOINT_INDEX[f"{side}_wrist"] - 1, forearm_axis(clip, side)
    twist = twist_degrees(clip, pose, side)
    low, high = _REPAIR_RANGE[side]
    over = (twist < low) | (twist > high)
    if not over.any():
        return
    swing, _ = swing_twist(pose[:, row], axis)
    near = (least > -0.10) & (least < 0.06)
    kept = np.radians(np.where(near, np.clip(twist, low, high), 0.0))
    fixed = matrix_to_axis_angle(axis_angle_to_matrix(swing) @ axis_angle_to_matrix(kept[:, None] * axis))
    pose[over, row] = fixed[over]


def _blended(vectors: np.ndarray) -> np.ndarray:
    """Steps over 5 degrees: rotation vectors within 5 frames drawn towards the straight line across the step."""
    result = vectors.copy()
    turn = axis_angle_to_matrix(vectors)
    for t in np.flatnonzero(rotation_angle(turn[:-1], turn[1:]) > _BLEND_STEP):
        first, last = max(int(t) - 4, 0), min(int(t) + 5, len(vectors) - 1)
        for s in range(first, last + 1):
            away = abs(s - t) if s <= t else s - t - 1
            weight = 0.46 + (0.1 - 0.46) * away / 4
            line = vectors[first] + (vectors[last] - vectors[first]) * (s - first) / max(last - first, 1)
            result[s] = (1 - weight) * result[s] + weight * line
    return result


class WristEnergy:
    """Variables: the repaired joints' rotation vectors (T, J, 3). Terms fall away in two steps, after 200 and 400."""

    def __init__(self, scene: Scene, hands: Hands, pose: Tensor, transl: Tensor, changed: dict[int, np.ndarray]) -> None:
        self._scene, self._hands, self._pose, self._transl = scene, hands, pose, transl
        self._columns = sorted(changed)
        self.start = pose[:, self._columns].clone()
        touched = np.any(np.stack(list(changed.values())), axis=0)
        around = np.convolve(touched, np.ones(3), mode="same") > 0
        self._touched = torch.as_tensor(touched, device=scene.device)
        self._around = torch.as_tensor(around, device=scene.device)
        self._rotation, self._translation = scene.object_pose()

    def full(self, values: Tensor) -> Tensor:
        """(T, 52, 3) with the variables in place."""
        pose = self._pose.clone()
        pose[:, self._columns] = values
        return pose

    def __call__(self, values: Tensor, iteration: int) -> dict[str, Tensor]:
        rotation, translation, joints = self._scene.bones(matrices(self.full(values)), self._transl)
        knuckles = joints[:, _KNUCKLES] - joints[:, :1]
        first, second = steps(knuckles)
        terms = {
            "smooth": 10 * (0.25 * (first**2)[self._around[1:]].mean().nan_to_num()
                            + 0.5 * (second**2)[self._around[2:]].mean().nan_to_num())
        }  # fmt: skip
        if iteration < 400:
            terms["kept"] = 10 * ((values - self.start) ** 2).mean()
            if self._scene.parts:
                vertices = self._hands.posed(rotation, translation)
                terms["push"] = 0.1 * self._depth(vertices)
                if iteration < 200:
                    terms["fingers"] = 0.5 * self._finger_bases(joints)
        return terms

    def _depth(self, vertices: Tensor) -> Tensor:
        near = self._scene.nearest(vertices.detach(), self._rotation, self._translation)
        offset = vertices - near.place
        distance = torch.sqrt((offset**2).sum(-1) + 1e-12)
        inside = ((offset.detach() * near.normal).sum(-1) < 0) & (distance <= 0.10) & self._touched[:, None]
        depth = distance * inside
        deep = torch.stack([depth[:, self._hands.side == k].amax(dim=1) >= 0.01 for k in (0, 1)], dim=1)
        return (depth * deep[:, self._hands.side]).sum() / len(vertices)

    def _finger_bases(self, joints: Tensor) -> Tensor:
        """Index, middle and pinky knuckles equally far from the object, and near it, in repaired frames."""
        total = joints.new_zeros(())
        for side in SIDES:
            points = joints[:, [JOINT_INDEX[f"{side}_{n}1"] for n in ("index", "middle", "pinky")]]
            near = self._scene.nearest(points.detach(), self._rotation, self._translation)
            gap = torch.sqrt(((points - near.place) ** 2).sum(-1) + 1e-12)[self._touched]
            spread = (gap[:, 0] - gap[:, 1]).abs() + (gap[:, 1] - gap[:, 2]).abs() + (gap[:, 0] - gap[:, 2]).abs()
            total = total + (spread + gap.sum(dim=1)).mean().nan_to_num()
        return total


_BODY_COLUMNS: Final = slice(1, NUM_BODY_JOINTS)


def with_body(pose: Tensor, body_pose: np.ndarray) -> Tensor:
    """A copy of pose (T, 52, 3) with another body_pose (T, 21, 3)."""
    result = pose.clone()
    result[:, _BODY_COLUMNS] = torch.as_tensor(body_pose, dtype=pose.dtype, device=pose.device)
    return result
