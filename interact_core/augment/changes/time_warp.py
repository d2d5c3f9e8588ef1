"""The same motion in more or less time: positions and rotations by cubic splines, labels by the nearest frame."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.changed import Changed, same_places
from interact_core.augment.changes.words import retimed_caption
from interact_core.clip import BodyMotion, Clip, Floats, ObjectMotion, ObjectPart
from interact_core.errors import InputError
from interact_core.geometry.rotations import (
    axis_angle_to_quaternion_xyzw,
    matrix_to_quaternion_xyzw,
    quaternion_xyzw_to_axis_angle,
    quaternion_xyzw_to_matrix,
)

Doubles = NDArray[np.float64]
Knots = Sequence[tuple[float, float]]
"""(seconds in the source, seconds in the new clip), both rising, the first (0, 0)."""

_PACE: Final = (0.5, 2.0)
"""How fast the source may run: beyond it people and things move as they never do."""
_GRAVITY: Final = 9.81
_FALLING: Final = 2.0
"""m/s^2 from free fall within which a thing flies."""
_LEAST_FLIGHT: Final = 4
"""Frames: less is the noise of accelerations."""
_FLIGHT_PACE: Final = 0.05
"""How far the pace may be from 1 while something flies, for then gravity is seen to change by twice that."""


def time_warp(clip: Clip, warp: float | Knots) -> Changed:
    """`warp` is the new duration in the source's, or knots of a monotone map (PCHIP) of seconds. The rate stays.

    InputError for a map that does not rise, a pace that no person has, or a thrown thing that would fall too slowly.
    """
    source = warped_frames(clip, warp)
    if np.array_equal(source, np.arange(clip.num_frames)):
        return Changed(clip, same_places)
    _check_flights(clip, source)
    nearest = np.floor(source + 0.5).astype(np.intp)
    changed = replace(
        clip, body=_body(clip.body, source), objects=tuple(_object(obj, source, nearest) for obj in clip.objects),
        captions=tuple(retimed_caption(caption, source) for caption in clip.captions),
        recorded_joints=None if clip.recorded_joints is None else _along(clip.recorded_joints, source),
        recorded_contact=MappingProxyType({name: values[nearest] for name, values in clip.recorded_contact.items()}),
    )  # fmt: skip
    return Changed(changed, same_places)


def warped_frames(clip: Clip, warp: float | Knots) -> Doubles:
    """(T',) rising: the frame of the source that each new frame shows; first and last are the source's own."""
    last = clip.num_frames - 1
    if last < 1:
        raise InputError("a clip of one frame has no time to change", field="time")
    old, new = _knots(warp, last / clip.fps, 0.5 / clip.fps)
    count = max(1, round(new[-1] * clip.fps))
    if isinstance(warp, int | float):
        source = np.arange(count + 1) * (last / count)
    else:
        from scipy.interpolate import PchipInterpolator

        moments = np.linspace(0.0, new[-1], count + 1)
        source = np.asarray(PchipInterpolator(new, old * (last / old[-1]))(moments), np.float64)
    source[[0, -1]] = 0.0, last
    source = np.where(np.abs(source - np.round(source)) < 1e-9, np.round(source), source)  # the map of no change is exact
    pace = np.diff(source)
    if pace.min() < _PACE[0] or pace.max() > _PACE[1]:
        raise InputError(
            f"the clip would run at {pace.min():.2f} to {pace.max():.2f} times its speed", field="time",
            remedy=f"Stay between {_PACE[0]:g} and {_PACE[1]:g}",
        )  # fmt: skip
    return source


def _knots(warp: float | Knots, seconds: float, tolerance: float) -> tuple[Doubles, Doubles]:
    pairs = np.array([(0.0, 0.0), (seconds, seconds * warp)] if isinstance(warp, int | float) else list(warp), np.float64)
    good = pairs.ndim == 2 and pairs.shape[1:] == (2,) and len(pairs) > 1 and np.isfinite(pairs).all()
    if not good or (np.diff(pairs, axis=0) <= 0).any() or pairs[0].any() or abs(pairs[-1, 0] - seconds) > tolerance:
        raise InputError(
            "times must be pairs that rise from (0, 0) to the clip's end", field="time",
            remedy=f"The last frame of this clip is at {seconds:.3f} s",
        )  # fmt: skip
    return pairs[:, 0], pairs[:, 1]


def _along(values: Floats, source: Doubles) -> Floats:
    """Smooth to the second derivative through all frames (T, ...), of the same type."""
    from scipy.interpolate import CubicSpline

    if len(values) < 4:
        return np.asarray(values[np.floor(source + 0.5).astype(np.intp)])
    return np.asarray(CubicSpline(np.arange(len(values)), np.asarray(values, np.float64))(source), values.dtype)


def _quaternions_along(quaternions: Doubles, source: Doubles) -> Doubles:
    """A spline of the components, each frame on its predecessor's side: between frames a few degrees apart as good as one
    on the sphere, and as smooth."""
    opposite = np.sum(quaternions[1:] * quaternions[:-1], axis=-1, keepdims=True) < 0
    signs = np.cumprod(np.where(opposite, -1.0, 1.0), axis=0)
    return np.asarray(_along(np.concatenate([quaternions[:1], quaternions[1:] * signs]), source), np.float64)


def _turned(rotation_vectors: Floats, source: Doubles) -> Floats:
    quaternions = _quaternions_along(axis_angle_to_quaternion_xyzw(rotation_vectors), source)
    return np.asarray(quaternion_xyzw_to_axis_angle(quaternions), rotation_vectors.dtype)


def _body(body: BodyMotion, source: Doubles) -> BodyMotion:
    return replace(
        body, global_orient=_turned(body.global_orient, source), body_pose=_turned(body.body_pose, source),
        left_hand_pose=_turned(body.left_hand_pose, source), right_hand_pose=_turned(body.right_hand_pose, source),
        transl=_along(body.transl, source), jaw_pose=None if body.jaw_pose is None else _turned(body.jaw_pose, source),
        eye_pose=None if body.eye_pose is None else _turned(body.eye_pose, source),
    )  # fmt: skip


def _object(obj: ObjectMotion, source: Doubles, nearest: NDArray[np.intp]) -> ObjectMotion:
    return replace(obj, parts=tuple(_part(part, source, nearest) for part in obj.parts))


def _part(part: ObjectPart, source: Doubles, nearest: NDArray[np.intp]) -> ObjectPart:
    turns = quaternion_xyzw_to_matrix(_quaternions_along(matrix_to_quaternion_xyzw(part.rotation), source))
    return replace(
        part, rotation=np.asarray(turns, part.rotation.dtype), translation=_along(part.translation, source),
        hinge=part.hinge and replace(part.hinge, angle=_along(part.hinge.angle, source)),
        missing=None if part.missing is None else part.missing[nearest],
    )  # fmt: skip


def flying(clip: Clip, name: str) -> NDArray[np.bool_]:
    """(T,) frames in which the object of this name falls freely: for four frames or more its middle accelerates as gravity."""
    from scipy.ndimage import binary_opening

    obj = next(obj for obj in clip.objects if obj.name == name)
    part = obj.parts[0]
    vertices = part.mesh.vertices
    middle = np.asarray(part.rotation, np.float64) @ (vertices.min(axis=0) + vertices.max(axis=0)) / 2 + part.translation
    result = np.zeros(clip.num_frames, bool)
    if clip.num_frames > _LEAST_FLIGHT:
        pull = np.diff(middle, n=2, axis=0) * clip.fps**2 + [0.0, _GRAVITY, 0.0]
        result[1:-1] = binary_opening(np.linalg.norm(pull, axis=1) < _FALLING, np.ones(_LEAST_FLIGHT, bool))
    return result


def _check_flights(clip: Clip, source: Doubles) -> None:
    pace = np.gradient(source)
    for obj in clip.objects:
        shown = flying(clip, obj.name)[np.floor(source + 0.5).astype(np.intp)]
        off = np.abs(pace[shown] - 1.0)
        if off.max(initial=0.0) > _FLIGHT_PACE:
            raise InputError(
                f"'{obj.name}' flies, and at {pace[shown][off.argmax()]:.2f} times the speed it would fall wrongly",
                field="time", remedy="Warp only the time in which nothing flies",
            )  # fmt: skip
