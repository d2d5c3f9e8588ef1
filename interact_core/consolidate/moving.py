"""A whole scene turned and shifted at once, body and objects by the same rigid motion."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion, Clip, Floats, ObjectMotion, Source
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle

Doubles = NDArray[np.float64]


def rigid(rotation: Doubles, shift: Doubles) -> Doubles:
    """(4, 4) of x -> rotation @ x + shift."""
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation, shift
    return matrix


def moved(clip: Clip, matrix: Doubles, pelvis: Floats) -> Clip:
    """The clip in coordinates x' = matrix x; `pelvis` (3,) is J0 of the body's shape, about which its own rotation turns.

    The model's rule: pelvis = J0 + transl, so transl' = R (J0 + transl) + t - J0.
    """
    if np.array_equal(matrix, np.eye(4)):
        return clip
    rotation, shift = matrix[:3, :3], matrix[:3, 3]
    joints = clip.recorded_joints
    return replace(
        clip, body=_body(clip.body, rotation, shift, np.asarray(pelvis, np.float64)),
        objects=tuple(_object(obj, rotation, shift) for obj in clip.objects), source=_source(clip.source, matrix),
        recorded_joints=None if joints is None else (joints @ rotation.T + shift).astype(np.float32),
    )  # fmt: skip


def _body(body: BodyMotion, rotation: Doubles, shift: Doubles, pelvis: Doubles) -> BodyMotion:
    # A shift alone leaves the angles bit by bit: a way over matrices would round them.
    turned = not np.array_equal(rotation, np.eye(3))
    orient = matrix_to_axis_angle(rotation @ axis_angle_to_matrix(body.global_orient)) if turned else body.global_orient
    transl = (np.asarray(body.transl, np.float64) + pelvis) @ rotation.T + shift - pelvis
    return replace(body, global_orient=orient, transl=transl)


def _object(obj: ObjectMotion, rotation: Doubles, shift: Doubles) -> ObjectMotion:
    def placed(place: Floats) -> Doubles:
        return np.asarray(np.asarray(place, np.float64) @ rotation.T + shift)

    parts = (replace(part, rotation=rotation @ part.rotation, translation=placed(part.translation)) for part in obj.parts)
    return replace(obj, parts=tuple(parts))


def _source(source: Source | None, matrix: Doubles) -> Source | None:
    return None if source is None else replace(source, world_from_source=matrix @ source.world_from_source)
