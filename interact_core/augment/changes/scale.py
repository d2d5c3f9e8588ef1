"""An object of another size, standing where the old one stood."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.changed import Changed
from interact_core.augment.changes.resting import first_part, object_named, resettled
from interact_core.augment.changes.surface import bounds
from interact_core.clip import Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.errors import InputError

Doubles = NDArray[np.float64]


def scale_object(clip: Clip, name: str, scale: float | tuple[float, float, float]) -> Changed:
    """`scale` of the object's mesh in its own frame, about its origin; per axis only for an object of one part.

    Where it is carried its middle stays in place, where it stands on something its underside does.
    """
    index = object_named(clip, name)
    obj, first = clip.objects[index], first_part(clip, index)
    factors = np.broadcast_to(np.asarray(scale, np.float64), (3,)).copy()
    if not np.isfinite(factors).all() or (factors <= 0).any():
        raise InputError(f"a scale of {scale} leaves nothing of '{name}'", field="scale", remedy="Take factors above 0")
    if len(obj.parts) > 1 and np.ptp(factors) > 0:
        raise InputError(
            f"'{name}' has {len(obj.parts)} parts, which would no longer fit together", field="scale",
            remedy="Take the same factor for all three axes",
        )  # fmt: skip

    def anchors(part: int, local: Doubles) -> Doubles:
        inside = first <= part < first + len(obj.parts)
        return np.asarray(local, np.float64) * (factors if inside else 1.0)

    changed, notes = resettled(clip, index, _scaled(obj, factors), anchors)
    return Changed(changed, anchors, notes)


def scaled_mesh(mesh: Mesh, factors: Doubles) -> Mesh:
    return Mesh((mesh.vertices * factors).astype(np.float32), mesh.faces, mesh.name)


def _scaled(obj: ObjectMotion, factors: Doubles) -> ObjectMotion:
    """About the middle of the part that carries the others."""
    base = next((part for part in obj.parts if part.parent is None), obj.parts[0])
    low, high = bounds(base.mesh)
    middle = (low + high) / 2
    shift = base.translation + np.asarray(base.rotation, np.float64) @ (middle - factors * middle)
    return replace(obj, parts=tuple(_part(part, base, factors, shift) for part in obj.parts))


def _part(part: ObjectPart, base: ObjectPart, factors: Doubles, shift: Doubles) -> ObjectPart:
    """Several parts have one factor, which any frame may apply to the way from one to the other."""
    place = shift + factors[0] * (part.translation - base.translation)
    return replace(
        part, mesh=scaled_mesh(part.mesh, factors), translation=np.asarray(place, part.translation.dtype),
        hinge=part.hinge and replace(part.hinge, point=part.hinge.point * factors),
    )  # fmt: skip
