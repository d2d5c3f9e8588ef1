"""The best of two versions in one: range by range from the one or the other, cross-faded so that nothing jumps."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion, Clip, Floats, ObjectMotion, ObjectPart
from interact_core.errors import InputError
from interact_core.geometry.rotations import (
    Doubles,
    axis_angle_to_quaternion_xyzw,
    matrix_to_quaternion_xyzw,
    quaternion_xyzw_to_axis_angle,
    quaternion_xyzw_to_matrix,
)
from interact_core.inspection.posed import PosedClip, empty_posed, pose_frames
from interact_core.inspection.signals import runs

Take = Literal["a", "b"]
Scalar = TypeVar("Scalar", bound=np.generic)
_NEARLY_EQUAL: Final = 0.9995
"""Cosine from which on the great circle is as good as straight, and its sine too small to divide by."""


class MixSegment(NamedTuple):
    """Frames [start, end) come from `take`."""

    start: int
    end: int
    take: Take


def mix_versions(a: Clip, b: Clip, segments: Sequence[MixSegment | tuple[int, int, Take]], fade_frames: int = 8) -> Clip:
    """`a` with the segments that say "b" taken from `b`; a later segment wins where two overlap.

    Around each border, half before and half after it, `fade_frames` frames turn from the one into the other: rotations on
    the great circle, places along a line, both eased in and out. A fade is never longer than the runs it joins, so that
    every run reaches what was chosen for it. InputError where the two are not versions of one clip.
    """
    _check_alike(a, b)
    share = mixing_weights(a.num_frames, segments, fade_frames)
    objects = tuple(
        ObjectMotion(one.name, tuple(_mix_part(p, q, share) for p, q in zip(one.parts, two.parts, strict=True)))
        for one, two in zip(a.objects, b.objects, strict=True)
    )
    return replace(a, body=_mix_body(a.body, b.body, share), objects=objects, notices=(), recorded_joints=None,
                   recorded_contact=MappingProxyType({}))  # fmt: skip


def mixing_weights(frames: int, segments: Sequence[MixSegment | tuple[int, int, Take]], fade_frames: int) -> Doubles:
    """The share (T,) of `b` in every frame, 0 to 1. InputError on a segment outside the clip."""
    chosen = np.zeros(frames, bool)
    for start, end, take in segments:
        if not 0 <= start < end <= frames or take not in ("a", "b"):
            raise InputError(f"{start} to {end} is no range of a clip of {frames} frames", field="segments")
        chosen[start:end] = take == "b"
    share = chosen.astype(np.float64)
    borders = np.flatnonzero(np.diff(chosen)) + 1
    edges = [0, *borders.tolist(), frames]
    for before, border, after in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        width = min(fade_frames, 2 * ((border - before) // 2), 2 * ((after - border) // 2))
        place = np.arange(border - width // 2, border + (width + 1) // 2)
        rising = _eased((place - border + 0.5 + width / 2) / width) if width else np.zeros(0)
        share[place] = rising if chosen[border] else 1.0 - rising
    return share


def pose_mix(a: PosedClip, b: PosedClip, mixed: Clip, share: Doubles) -> PosedClip:
    """The mix of two posed clips posed: what comes whole from one side is taken from there, only fades are posed anew."""
    posed = empty_posed(mixed, a.choice)
    for t, weight in enumerate(share):
        side = b if weight > 0.5 else a
        for name in ("body_vertices", "joints", "object_vertices"):
            getattr(posed, name)[t] = getattr(side, name)[t]
    posed.ready[:] = a.ready & b.ready
    fading = (share > 0) & (share < 1)
    for start, stop in runs(fading):
        pose_frames(posed, slice(start, stop))
    # Whoever draws sees by the faces that nothing but the motion is another.
    return replace(posed, object_faces=a.object_faces)


def slerp(p: Doubles, q: Doubles, share: Doubles) -> Doubles:
    """From unit quaternions p to q (..., 4) along the shorter great circle (Shoemake 1985); share broadcasts to (..., 1)."""
    cosine = np.sum(p * q, axis=-1, keepdims=True)
    q = np.where(cosine < 0, -q, q)
    cosine = np.minimum(np.abs(cosine), 1.0)
    angle = np.arccos(cosine)
    near = cosine > _NEARLY_EQUAL
    sine = np.where(near, 1.0, np.sin(angle))
    one = np.where(near, 1.0 - share, np.sin((1.0 - share) * angle) / sine)
    two = np.where(near, share, np.sin(share * angle) / sine)
    mixed = one * p + two * q
    return np.asarray(mixed / np.linalg.norm(mixed, axis=-1, keepdims=True), np.float64)


def _eased(x: Doubles) -> Doubles:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def _check_alike(a: Clip, b: Clip) -> None:
    problem = ""
    if a.num_frames != b.num_frames:
        problem = f"they have {a.num_frames} and {b.num_frames} frames"
    elif a.body.family != b.body.family:
        problem = f"they wear different bodies ({a.body.family}, {b.body.family})"
    elif [(o.name, [p.name for p in o.parts]) for o in a.objects] != [(o.name, [p.name for p in o.parts]) for o in b.objects]:
        problem = "they have different objects"
    if problem:
        raise InputError(f"the two cannot be mixed: {problem}", field=a.id, remedy="Choose two versions of the same clip")


def _mix_body(a: BodyMotion, b: BodyMotion, share: Doubles) -> BodyMotion:
    turns = ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "jaw_pose", "eye_pose")
    changes: dict[str, Floats | None] = {"transl": _line(a.transl, b.transl, share)}
    for name in turns:
        one, two = getattr(a, name), getattr(b, name)
        changes[name] = one if one is None or two is None else _turn(one, two, share)
    return replace(a, **changes)  # type: ignore[arg-type]  # each name has its own array type


def _turn(a: Floats, b: Floats, share: Doubles) -> Floats:
    """Axis-angle (T, ..., 3). Frames that come whole from one side are copied bit by bit."""
    result = np.where(_along(share > 0.5, a), b, a)
    fading = (share > 0) & (share < 1)
    if fading.any():
        p, q = axis_angle_to_quaternion_xyzw(a[fading]), axis_angle_to_quaternion_xyzw(b[fading])
        result[fading] = quaternion_xyzw_to_axis_angle(slerp(p, q, _along(share[fading], p)))
    return result


def _mix_part(a: ObjectPart, b: ObjectPart, share: Doubles) -> ObjectPart:
    rotation = np.where(_along(share > 0.5, a.rotation), b.rotation, a.rotation)
    fading = (share > 0) & (share < 1)
    if fading.any():
        p, q = matrix_to_quaternion_xyzw(a.rotation[fading]), matrix_to_quaternion_xyzw(b.rotation[fading])
        rotation[fading] = quaternion_xyzw_to_matrix(slerp(p, q, share[fading][:, None]))
    missing = a.missing
    if a.missing is not None and b.missing is not None:
        missing = np.where(share > 0.5, b.missing, a.missing)
    hinge = a.hinge
    if a.hinge is not None and b.hinge is not None:
        hinge = replace(a.hinge, angle=_line(a.hinge.angle, b.hinge.angle, share))
    place = _line(a.translation, b.translation, share)
    return replace(a, rotation=rotation, translation=place, missing=missing, hinge=hinge)


def _line(a: Floats, b: Floats, share: Doubles) -> Floats:
    weight = _along(share, a)
    mixed = np.where(weight <= 0, a, np.where(weight >= 1, b, (1.0 - weight) * a + weight * b))
    return np.asarray(mixed, a.dtype)


def _along(share: NDArray[Scalar], like: Floats) -> NDArray[Scalar]:
    """(T,) with as many axes behind it as `like` has."""
    return share.reshape(-1, *(1 for _ in like.shape[1:]))
