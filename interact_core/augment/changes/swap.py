"""Another object of the same kind in the old one's place, held where the old one was held."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.align import Alignment, align
from interact_core.augment.changes.changed import Changed
from interact_core.augment.changes.resting import first_part, object_named, resettled
from interact_core.augment.changes.standing import levelling
from interact_core.augment.changes.surface import Samples, bounds, face_normals, nearest, samples
from interact_core.augment.changes.words import renamed_caption
from interact_core.clip import Clip, Mesh, ObjectMotion
from interact_core.errors import InputError

Doubles = NDArray[np.float64]

TOO_UNLIKE: Final = 0.08
"""Mean distance between the surfaces, in sizes of the old object."""
_LIKE_EXTENT: Final = (2.0, 0.03)
"""Along each axis the two may differ by this factor, or by so many metres if that is more: sheets and handles are thin."""
_SAMPLES: Final = 20000
_AGREE: Final = 0.5
"""Cosine between the old and the new normal from which a place is on the same side of the thing."""
_CANDIDATES: Final = 400


def swap_object(
    clip: Clip, name: str, mesh: Mesh, new_name: str, *, fit: bool = False, too_unlike: float = TOO_UNLIKE
) -> Changed:  # fmt: skip
    """Laid over the old object by its surface. `fit` stretches it along the old one's axes to the old one's extents.

    InputError where the two are too unlike for their places to correspond, and for an object of several parts.
    """
    index = object_named(clip, name)
    obj = clip.objects[index]
    if len(obj.parts) > 1:
        raise InputError(f"'{name}' has {len(obj.parts)} parts, and one mesh cannot stand for them", field="object")
    if not len(mesh.faces):
        raise InputError(f"the mesh of '{new_name}' has no faces", field="mesh", remedy="Choose a mesh with a surface")
    old, found = obj.parts[0].mesh, align(mesh, obj.parts[0].mesh, fit)
    _check_extents(name, new_name, old, found)
    if found.residual > too_unlike:
        raise InputError(
            f"'{new_name}' is too unlike '{name}': {100 * found.residual:.1f} % of its size apart on average",
            field="mesh", remedy="Choose an object of the same kind, or let it be stretched to the same size",
        )  # fmt: skip
    found = found.turned(levelling(clip, index, mesh, found.linear), np.mean(bounds(old), axis=0))
    mapping, number = Correspondence(old, mesh, found), first_part(clip, index)

    def anchors(part: int, local: Doubles) -> Doubles:
        return mapping(np.asarray(local, np.float64)) if part == number else np.asarray(local, np.float64)

    clip = replace(clip, captions=tuple(renamed_caption(caption, name, new_name) for caption in clip.captions))
    changed, notes = resettled(clip, index, _swapped(obj, mesh, new_name, found), anchors)
    return Changed(changed, anchors, (_quality(name, new_name, found), *notes))


def _check_extents(name: str, new_name: str, old: Mesh, found: Alignment) -> None:
    low, high = bounds(old)
    for axis, factor in enumerate(found.extents):
        ours = float(high[axis] - low[axis])
        theirs = ours / factor
        if max(ours, theirs) > max(_LIKE_EXTENT[0] * min(ours, theirs), min(ours, theirs) + _LIKE_EXTENT[1]):
            raise InputError(
                f"'{new_name}' is {100 * theirs:.0f} cm where '{name}' is {100 * ours:.0f} cm: no hand would hold both alike",
                field="mesh", remedy="Choose an object of the same kind and about the same size, or scale it first",
            )  # fmt: skip


def _quality(name: str, new_name: str, found: Alignment) -> str:
    return f"'{new_name}' lies over '{name}' with {100 * found.residual:.1f} % of its size between the surfaces on average."


def _swapped(obj: ObjectMotion, mesh: Mesh, new_name: str, found: Alignment) -> ObjectMotion:
    """The rotation goes into the placement; what stretches goes into the mesh, which else stays the file's own."""
    part, turn = obj.parts[0], found.rotation
    stretch = turn.T @ found.linear
    vertices = mesh.vertices if np.allclose(stretch, np.eye(3)) else (mesh.vertices @ stretch.T).astype(np.float32)
    placed = replace(
        part, name=part.name, mesh=Mesh(vertices, mesh.faces, new_name),
        rotation=np.asarray(part.rotation @ turn, part.rotation.dtype),
        translation=np.asarray(part.translation + np.asarray(part.rotation, np.float64) @ found.shift, part.translation.dtype),
    )  # fmt: skip
    return ObjectMotion(new_name, (placed,))


class Correspondence:
    """From places on the old mesh to places on the new one: the nearest that looks the same way, at the same height above it."""

    def __init__(self, old: Mesh, new: Mesh, found: Alignment) -> None:
        self._old, self._old_normals = old, face_normals(old)[0]
        self._new = Mesh(found.apply(np.asarray(new.vertices, np.float64)).astype(np.float32), new.faces)
        self._new_normals = face_normals(self._new)[0]
        self._surface: Samples = samples(self._new, _SAMPLES)
        self._found = found

    def __call__(self, local: Doubles) -> Doubles:
        """(A, 3) in the old part's frame to (A, 3) in the new part's."""
        _, face, place = nearest(local, self._old)
        normal = self._old_normals[face]
        height = np.sum((local - place) * normal, axis=1, keepdims=True)
        points, normals = self._same_way(place, normal)
        return np.asarray((points + height * normals - self._found.shift) @ self._found.rotation, np.float64)

    def _same_way(self, place: Doubles, normal: Doubles) -> tuple[Doubles, Doubles]:
        """The nearest place; where it looks another way the nearest sample that looks the same way, if one is near."""
        _, face, points = nearest(place, self._new)
        normals = self._new_normals[face]
        wrong = np.flatnonzero(np.sum(normals * normal, axis=1) <= _AGREE)
        count = min(_CANDIDATES, len(self._surface.points))
        near = np.asarray(self._surface.tree.query(place[wrong], count)[1], np.intp).reshape(len(wrong), count)
        agrees = np.einsum("nka,na->nk", self._surface.normals[near], normal[wrong]) > _AGREE
        better, sample = agrees.any(axis=1), near[np.arange(len(wrong)), agrees.argmax(axis=1)]
        points[wrong[better]] = self._surface.points[sample[better]]
        normals[wrong[better]] = self._surface.normals[sample[better]]
        return points, normals
