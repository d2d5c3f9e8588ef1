"""A clip seen in a mirror that stands in the plane x = 0: left hands do what right hands did, and the words say so."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.changed import Changed
from interact_core.augment.changes.reflection import FLIP, SWAP, Plane, flipped, flipped_mesh, own_planes, paired_vertices, turned
from interact_core.augment.changes.words import mirrored_caption, other_side
from interact_core.clip import (
    Betas,
    BodyMotion,
    Clip,
    Floats,
    Hinge,
    ObjectMotion,
    ObjectPart,
    RestJoints,
    Shape,
    TemplateVertices,
)
from interact_core.clip.skeleton import NUM_JOINTS

Doubles = NDArray[np.float64]
_WORLD: Final = Plane(0, 0.0)


def mirror(clip: Clip, models_dir: Path | None = None) -> Changed:
    """Exact for objects and for skeletons; for a surface as far as the body model is its own mirror image.

    Mirrored twice, poses are the source's to rounding and words the same, but for other spellings of "counterclockwise".
    """
    shape, notes = _shape(clip.body, models_dir)
    planes = [_planes(obj) for obj in clip.objects]
    changed = replace(
        clip, body=_body(clip.body, shape), objects=tuple(map(_object, clip.objects, planes)),
        captions=tuple(mirrored_caption(caption) for caption in clip.captions),
        recorded_joints=None if clip.recorded_joints is None else flipped(clip.recorded_joints[:, SWAP]),
        recorded_contact=MappingProxyType({other_side(name): _contact(values) for name, values in clip.recorded_contact.items()}),
    )  # fmt: skip
    own = [plane or _WORLD for some in planes for plane in some]
    return Changed(changed, lambda part, local: own[part].image(np.asarray(local, np.float64)), notes)


def _shape(body: BodyMotion, models_dir: Path | None) -> tuple[Shape, tuple[str, ...]]:
    """Betas stay: the same coefficients make the image of the same person, as far as the average person is even."""
    shape = body.shape
    if isinstance(shape, Betas):
        return shape, ()
    if isinstance(shape, RestJoints):
        return RestJoints(flipped(shape.joints[SWAP])), ()
    average = _average(body, models_dir)
    if average is None or len(average) != len(shape.vertices):
        return shape, (
            "The subject's surface keeps its own left and right: without the model's file its vertices have no partners.",
        )
    return TemplateVertices(flipped(shape.vertices[paired_vertices(average)[0]])), ()


def _average(body: BodyMotion, models_dir: Path | None) -> Floats | None:
    """(V, 3) the model's average surface, which is even enough to tell each vertex's partner on the other side."""
    from interact_core.bodies.library import choose_body

    choice = choose_body(replace(body, shape=Betas(np.zeros(0))), models_dir)
    return None if choice.stand_in else choice.bound.rest_vertices


def _body(body: BodyMotion, shape: Shape) -> BodyMotion:
    pose = turned(body.full_pose()[:, SWAP])
    return replace(
        body, shape=shape, global_orient=pose[:, 0], body_pose=pose[:, 1:22], left_hand_pose=pose[:, 22:37],
        right_hand_pose=pose[:, 37:], transl=flipped(body.transl),
        jaw_pose=None if body.jaw_pose is None else turned(body.jaw_pose),
        eye_pose=None if body.eye_pose is None else turned(body.eye_pose[:, ::-1]),
    )  # fmt: skip


def _contact(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """One column per joint changes sides; anything else has no sides."""
    return values[:, SWAP] if values.ndim == 2 and values.shape[1] == NUM_JOINTS else values


def _planes(obj: ObjectMotion) -> tuple[Plane | None, ...]:
    """Per part the plane in which its mesh is its own image, across one axis for all, so that hinges stay hinges; else None."""
    even = [own_planes(part.mesh) for part in obj.parts]
    axis = next((axis for axis in range(3) if all(axis in planes for planes in even)), None)
    return tuple(None if axis is None else planes[axis] for planes in even)


def _object(obj: ObjectMotion, planes: tuple[Plane | None, ...]) -> ObjectMotion:
    by_name = {part.name: plane or _WORLD for part, plane in zip(obj.parts, planes, strict=True)}
    return replace(obj, parts=tuple(_part(part, plane, by_name) for part, plane in zip(obj.parts, planes, strict=True)))


def _part(part: ObjectPart, plane: Plane | None, by_name: dict[str, Plane]) -> ObjectPart:
    """World points p = R v + t go to F p. With v = D u + s in the new frame, F R D and F (t + R s) place u."""
    own = plane or _WORLD
    kind = part.translation.dtype
    middle = part.translation + np.asarray(part.rotation, np.float64) @ own.shift
    return replace(
        part, mesh=flipped_mesh(part.mesh) if plane is None else part.mesh,
        rotation=_cast(FLIP[:, None] * part.rotation * own.signs, part.rotation),
        translation=np.asarray(middle * FLIP, kind), hinge=part.hinge and _hinge(part.hinge, by_name[part.parent or part.name]),
    )  # fmt: skip


def _hinge(hinge: Hinge, plane: Plane) -> Hinge:
    """An axis is an axial vector: its image turns round, so that the angle keeps its sign."""
    axis, point = np.asarray(hinge.axis, np.float64), np.asarray(hinge.point, np.float64)
    return replace(hinge, axis=_cast(-axis * plane.signs, hinge.axis), point=_cast(plane.image(point), hinge.point))


def _cast(values: Doubles, like: Floats) -> Floats:
    return np.asarray(values, np.asarray(like).dtype)
