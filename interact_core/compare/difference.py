"""What one version changed against another, vertex by vertex: how far it moved, and how much deeper it lies now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.errors import InputError
from interact_core.inspection.colormaps import CHANGE, PENETRATION
from interact_core.inspection.fields import DistanceFields
from interact_core.inspection.penetration import depth_of
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.results import Target, Track, VertexField

DISPLACEMENT_RANGE: Final = 0.03
DEPTH_RANGE: Final = 0.02
"""Metres at the ends of the colours until somebody chooses others."""


@dataclass(frozen=True)
class DifferenceFields:
    """`fields`: body_displacement, object_displacement and, where distances were given, body_penetration_change and
    object_penetration_change (metres, above zero is deeper than before). `tracks`: mean and largest way of the body's
    joints, fingers included in the second, and of the object's vertices."""

    fields: Mapping[str, VertexField]
    tracks: Mapping[str, Track]


def difference(
    a: PosedClip, b: PosedClip, distances: tuple[DistanceFields, DistanceFields] | None = None
) -> DifferenceFields:  # fmt: skip
    """From `a` (before) to `b`. Frames that are not posed in both are NaN. InputError where the surfaces differ."""
    _check_alike(a, b)
    body, thing = _way(a.body_vertices, b.body_vertices), _way(a.object_vertices, b.object_vertices)
    fields = [_moved("body", body), _moved("object", thing)]
    if distances is not None:
        before, after = distances
        fields.append(_deeper("body", before.body_signed_distance, after.body_signed_distance))
        fields.append(_deeper("object", before.object_signed_distance, after.object_signed_distance))
    joints = _way(a.joints, b.joints)
    tracks = (
        _track("difference_body", "Body joints moved, mean", joints[:, :NUM_BODY_JOINTS].mean(axis=1)),
        _track("difference_joints_max", "Joint that moved most", joints.max(axis=1)),
        _track("difference_object", "Object moved, mean", thing.mean(axis=1) if thing.shape[1] else np.full(len(thing), np.nan)),
    )
    return DifferenceFields({f.id: f for f in fields}, {t.id: t for t in tracks})


def _check_alike(a: PosedClip, b: PosedClip) -> None:
    problem = ""
    if a.num_frames != b.num_frames:
        problem = f"they have {a.num_frames} and {b.num_frames} frames"
    elif a.body_vertices.shape != b.body_vertices.shape:
        problem = f"the bodies have {a.body_vertices.shape[1]} and {b.body_vertices.shape[1]} vertices"
    elif a.object_vertices.shape != b.object_vertices.shape:
        problem = "the objects differ"
    if problem:
        raise InputError(f"the two have no difference vertex by vertex: {problem}", field=b.clip.id)


def _way(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Frame by frame: the difference of all vertices of a long clip at once would double its memory."""
    result = np.empty(a.shape[:2], np.float32)
    for t in range(len(a)):
        result[t] = np.linalg.norm(b[t] - a[t], axis=-1)
    return result


def _moved(target: Target, values: NDArray[np.float32]) -> VertexField:
    return VertexField(f"{target}_displacement", "Moved by", "m", target, values, 0.0, DISPLACEMENT_RANGE, PENETRATION)


def _deeper(target: Target, before: NDArray[np.float32], after: NDArray[np.float32]) -> VertexField:
    values = depth_of(after) - depth_of(before)
    return VertexField(
        f"{target}_penetration_change", "Deeper than before", "m", target, values, -DEPTH_RANGE, DEPTH_RANGE, CHANGE, True
    )


def _track(name: str, title: str, values: NDArray[np.float32]) -> Track:
    return Track(name, title, "m", values.astype(np.float32), None, "difference")
