"""What stands keeps standing: an object of another size or form is set on what the old one stood on, and carries its load."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.changed import Anchors
from interact_core.augment.changes.surface import nearest
from interact_core.clip import Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.errors import InputError

Doubles = NDArray[np.float64]

_RESTS: Final = 0.01
"""Metres above its support within which a thing rests on it."""
_FADE: Final = (0.10, 5.0)
"""Metres, and times the correction: over so much more height the correction fades, so that lifting off stays gentle."""
_LOWEST: Final = 24
"""Points of a thing's underside that are measured against another thing."""


def object_named(clip: Clip, name: str) -> int:
    """Its index. InputError for a name that the clip has not."""
    names = [obj.name for obj in clip.objects]
    if name not in names:
        raise InputError(f"there is no object '{name}'", field="object", remedy=f"Objects: {', '.join(names) or 'none'}")
    return names.index(name)


def first_part(clip: Clip, index: int) -> int:
    """The number of an object's first part, counted through all parts of all objects."""
    return sum(len(obj.parts) for obj in clip.objects[:index])


def with_object(clip: Clip, index: int, obj: ObjectMotion) -> Clip:
    return replace(clip, objects=(*clip.objects[:index], obj, *clip.objects[index + 1 :]))


def lifted(obj: ObjectMotion, height: Doubles) -> ObjectMotion:
    """Every part higher by height (T,)."""
    up = height[:, None] * np.array([0.0, 1.0, 0.0])
    parts = [replace(p, translation=np.asarray(p.translation + up, p.translation.dtype)) for p in obj.parts]
    return replace(obj, parts=tuple(parts))


def resting_frames(clip: Clip, index: int) -> NDArray[np.bool_]:
    """(T,) frames in which the object stands on the floor or on another thing."""
    return _support_gap(clip, index) < _RESTS


def resettled(clip: Clip, index: int, changed: ObjectMotion, anchors: Anchors) -> tuple[Clip, tuple[str, ...]]:
    """The clip with `changed` in place of object `index`, set as high above its support as the old one was where that rested.

    What rests on it goes up and down with the place it stands on.
    """
    old = clip.objects[index]
    raised = _underside(old)[0] - _underside(changed)[0]
    placed = lifted(changed, _weight(_support_gap(clip, index), raised) * raised)
    result, notes = with_object(clip, index, placed), []
    for k, rider in enumerate(clip.objects):
        if k == index:
            continue
        gap, climb = _ride(rider, old, placed, first_part(clip, index), anchors)
        weight = _weight(gap, climb) * (_underside(rider)[0] > _RESTS)  # what stands on the floor does not ride
        if (weight * np.abs(climb)).max() > 1e-4:
            result = with_object(result, k, lifted(rider, weight * climb))
            notes.append(f"'{rider.name}' moves with '{placed.name}', on which it stands.")
    return result, tuple(notes)


@dataclass(frozen=True)
class _Touch:
    """Of points (T, K): distance to a part, and the place on it in its own frame (T, K, 3)."""

    distance: Doubles
    place: Doubles


def _weight(gap: Doubles, correction: Doubles) -> Doubles:
    """1 at rest, 0 when carried, smooth between."""
    fade = max(_FADE[0], _FADE[1] * float(np.abs(correction).max()))
    x = np.clip((_RESTS + fade - gap) / fade, 0.0, 1.0)
    return np.asarray(x * x * (3 - 2 * x), np.float64)


def _support_gap(clip: Clip, index: int) -> Doubles:
    """(T,) metres from the underside of an object to the floor or to the nearest thing below it."""
    lowest, points = _underside(clip.objects[index])
    gap = np.abs(lowest)
    for k, other in enumerate(clip.objects):
        if k != index:
            for part in other.parts:
                gap = np.minimum(gap, _touch(points, part).distance.min(axis=1))
    return gap


def _ride(rider: ObjectMotion, old: ObjectMotion, new: ObjectMotion, first: int, anchors: Anchors) -> tuple[Doubles, Doubles]:
    """(T,) gap between a rider's underside and the old object, and how much the place below it has risen."""
    points = _underside(rider)[1]
    best, climb = np.full(len(points), np.inf), np.zeros(len(points))
    for number, (before, after) in enumerate(zip(old.parts, new.parts, strict=True)):
        touch = _touch(points, before)
        near = touch.distance.argmin(axis=1)
        rows = np.arange(len(points))
        place, distance = touch.place[rows, near], touch.distance[rows, near]
        rise = (_posed(after, anchors(first + number, place)) - _posed(before, place))[:, 1]
        climb, best = np.where(distance < best, rise, climb), np.minimum(distance, best)
    return best, climb


def _posed(part: ObjectPart, local: Doubles) -> Doubles:
    """World places (T, 3) of one local point per frame."""
    return np.asarray((part.rotation @ local[..., None])[..., 0] + part.translation, np.float64)


def _touch(points: Doubles, part: ObjectPart) -> _Touch:
    local = (points - part.translation[:, None]) @ part.rotation
    distance, _, place = nearest(local.reshape(-1, 3), part.mesh)
    return _Touch(distance.reshape(points.shape[:2]), place.reshape(points.shape))


def _underside(obj: ObjectMotion) -> tuple[Doubles, Doubles]:
    """(T,) the lowest height, and the lowest corners (T, K, 3) of each frame."""
    corners = [np.asarray(p.rotation) @ _corners(p.mesh).T + np.asarray(p.translation)[..., None] for p in obj.parts]
    world = np.concatenate(corners, axis=2).transpose(0, 2, 1).astype(np.float64)
    count = min(_LOWEST, world.shape[1])
    lowest = np.argpartition(world[..., 1], count - 1, axis=1)[:, :count]
    points = np.take_along_axis(world, lowest[..., None], axis=1)
    return points[..., 1].min(axis=1), points


def _corners(mesh: Mesh) -> Doubles:
    """Corners of the convex hull: no other vertex is ever the lowest."""
    from scipy.spatial import ConvexHull, QhullError

    used = np.asarray(mesh.vertices, np.float64)[np.unique(mesh.faces)]
    try:
        return used[ConvexHull(used).vertices]
    except QhullError:  # flat or fewer than four points
        return used
