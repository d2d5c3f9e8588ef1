"""Another frame rate: every nth frame where the ratio is whole, else turns along the shortest arc and straight places."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion, Caption, Clip, Floats, ObjectPart
from interact_core.geometry.rotations import (
    axis_angle_to_quaternion_xyzw,
    matrix_to_quaternion_xyzw,
    quaternion_xyzw_to_axis_angle,
    quaternion_xyzw_to_matrix,
)

Doubles = NDArray[np.float64]
_WHOLE: Final = 1e-6
"""How far the ratio of two rates may be from a whole number."""


@dataclass(frozen=True)
class Times:
    """New frame k lies `share[k]` of the way from old frame `before[k]` to the next."""

    before: NDArray[np.intp]
    share: Doubles

    @property
    def exact(self) -> bool:
        return not self.share.any()

    @property
    def nearest(self) -> NDArray[np.intp]:
        return self.before + (self.share >= 0.5)

    @property
    def after(self) -> NDArray[np.intp]:
        return self.before + (self.share > 0)


def times_of(frames: int, old: float, new: float) -> Times:
    """The first frames coincide; the last new one does not lie behind the last old one."""
    step = old / new
    if abs(step - round(step)) < _WHOLE * step and round(step) >= 1:
        before = np.arange(0, frames, round(step), dtype=np.intp)
        return Times(before, np.zeros(len(before)))
    count = int(np.floor((frames - 1) / step + 1e-9)) + 1
    position = np.minimum(np.arange(count) * step, frames - 1)
    before = np.minimum(np.floor(position + 1e-9).astype(np.intp), max(frames - 2, 0))
    share = np.clip(position - before, 0.0, 1.0)
    share[share < 1e-9] = 0.0
    return Times(before, share)


def resampled(clip: Clip, fps: float) -> Clip:
    """The clip at `fps`. Labels take the nearest frame; a part is missing where either neighbour is."""
    times = times_of(clip.num_frames, clip.fps, fps)
    if len(times.before) == clip.num_frames and times.exact:
        return replace(clip, fps=fps)
    ratio = fps / clip.fps
    objects = tuple(replace(obj, parts=tuple(_part(part, times) for part in obj.parts)) for obj in clip.objects)
    joints = clip.recorded_joints
    return replace(
        clip, fps=fps, body=_body(clip.body, times), objects=objects,
        captions=tuple(_caption(caption, ratio) for caption in clip.captions),
        recorded_joints=None if joints is None else straight(joints, times).astype(np.float32),
        recorded_contact=MappingProxyType({name: values[times.nearest] for name, values in clip.recorded_contact.items()}),
    )  # fmt: skip


def straight(values: Floats, times: Times) -> Doubles:
    """(T', ...) between neighbours along straight lines."""
    numbers = np.asarray(values, np.float64)
    share = times.share.reshape(-1, *[1] * (numbers.ndim - 1))
    return np.asarray(numbers[times.before] * (1 - share) + numbers[times.after] * share)


def slerp(quaternions: Doubles, times: Times) -> Doubles:
    """(T', ..., 4) along the shortest arcs between unit quaternions (Shoemake 1985)."""
    a, b = quaternions[times.before], quaternions[times.after]
    b = np.where(np.sum(a * b, axis=-1, keepdims=True) < 0, -b, b)
    # Half the angle between them from both lengths: accurate where the arc is short, unlike the arc cosine.
    angle = 2 * np.arctan2(np.linalg.norm(b - a, axis=-1, keepdims=True), np.linalg.norm(b + a, axis=-1, keepdims=True))
    share = times.share.reshape(-1, *[1] * (quaternions.ndim - 1))
    small = angle < 1e-9
    sine = np.where(small, 1.0, np.sin(angle))
    first = np.where(small, 1 - share, np.sin((1 - share) * angle) / sine)
    second = np.where(small, share, np.sin(share * angle) / sine)
    mixed = first * a + second * b
    return np.asarray(mixed / np.linalg.norm(mixed, axis=-1, keepdims=True))


def _turned(vectors: Floats, times: Times) -> Floats:
    if times.exact:
        return vectors[times.before]
    return quaternion_xyzw_to_axis_angle(slerp(axis_angle_to_quaternion_xyzw(vectors), times))


def _body(body: BodyMotion, times: Times) -> BodyMotion:
    turn: Callable[[Floats], Floats] = lambda values: _turned(values, times)  # noqa: E731 - six uses below
    return replace(
        body, global_orient=turn(body.global_orient), body_pose=turn(body.body_pose),
        left_hand_pose=turn(body.left_hand_pose), right_hand_pose=turn(body.right_hand_pose),
        transl=straight(body.transl, times), jaw_pose=None if body.jaw_pose is None else turn(body.jaw_pose),
        eye_pose=None if body.eye_pose is None else turn(body.eye_pose),
    )  # fmt: skip


def _part(part: ObjectPart, times: Times) -> ObjectPart:
    rotation = part.rotation[times.before]
    if not times.exact:
        rotation = quaternion_xyzw_to_matrix(slerp(matrix_to_quaternion_xyzw(part.rotation), times))
    return replace(
        part, rotation=rotation, translation=straight(part.translation, times),
        hinge=part.hinge and replace(part.hinge, angle=straight(part.hinge.angle, times)),
        missing=None if part.missing is None else part.missing[times.before] | part.missing[times.after],
    )  # fmt: skip


def _caption(caption: Caption, ratio: float) -> Caption:
    end = caption.end_frame
    return replace(caption, start_frame=round(caption.start_frame * ratio), end_frame=None if end is None else round(end * ratio))
