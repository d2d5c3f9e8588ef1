"""What one version changed against another, vertex by vertex: how far it moved, and how much deeper it lies now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, overload

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.errors import InputError
from interact_core.inspection.colormaps import CHANGE, PENETRATION
from interact_core.inspection.fields import DistanceFields
from interact_core.inspection.penetration import depth_of
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.results import Target, Track, VertexField

Floats = NDArray[np.float32]
DISPLACEMENT_RANGE: Final = 0.03
DEPTH_RANGE: Final = 0.02
"""Metres at the ends of the colours until somebody chooses others."""


class FrameRows:
    """Values (T, V) that are computed frame by frame when a frame is asked for: all of them would take as much memory as the
    vertices of a long clip a third time. Reads like the array it stands for; nothing is kept, a row takes 0.2 ms."""

    def __init__(self, frames: int, vertices: int, row: Callable[[int], Floats]) -> None:
        self.shape: Final = (frames, vertices)
        self._row = row

    def __len__(self) -> int:
        return self.shape[0]

    @overload
    def __getitem__(self, index: int) -> Floats: ...
    @overload
    def __getitem__(self, index: tuple[int, int]) -> np.float32: ...
    def __getitem__(self, index: int | tuple[int, int]) -> Floats | np.float32:
        if isinstance(index, tuple):
            return np.float32(self._row(index[0])[index[1]])
        return self._row(index)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Floats:
        """All of it."""
        rows = np.stack([self._row(t) for t in range(len(self))]) if len(self) else np.zeros(self.shape, np.float32)
        return rows if dtype is None else rows.astype(dtype)


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
    body, thing = _ways(a.body_vertices, b.body_vertices), _ways(a.object_vertices, b.object_vertices)
    fields = [_moved("body", body), _moved("object", thing)]
    if distances is not None:
        before, after = distances
        fields.append(_deeper("body", before.body_signed_distance, after.body_signed_distance))
        fields.append(_deeper("object", before.object_signed_distance, after.object_signed_distance))
    joints = np.linalg.norm(b.joints - a.joints, axis=-1)
    moved = [thing[t].mean() for t in range(len(thing))] if thing.shape[1] else [np.nan] * len(thing)
    tracks = (
        _track("difference_body", "Body joints moved, mean", joints[:, :NUM_BODY_JOINTS].mean(axis=1)),
        _track("difference_joints_max", "Joint that moved most", joints.max(axis=1)),
        _track("difference_object", "Object moved, mean", np.array(moved, np.float32)),
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


def _ways(a: Floats, b: Floats) -> FrameRows:
    return FrameRows(len(a), a.shape[1], lambda t: np.linalg.norm(b[t] - a[t], axis=-1))


def _moved(target: Target, values: FrameRows) -> VertexField:
    return VertexField(f"{target}_displacement", "Moved by", "m", target, _read(values), 0.0, DISPLACEMENT_RANGE, PENETRATION)


def _deeper(target: Target, before: Floats, after: Floats) -> VertexField:
    values = FrameRows(len(before), before.shape[1], lambda t: depth_of(after[t]) - depth_of(before[t]))
    return VertexField(
        f"{target}_penetration_change", "Deeper than before", "m", target, _read(values), -DEPTH_RANGE, DEPTH_RANGE, CHANGE, True
    )


def _read(values: FrameRows) -> Floats:
    """A field is read row by row, and rows are what these have."""
    return cast(Floats, values)


def _track(name: str, title: str, values: Floats) -> Track:
    return Track(name, title, "m", values.astype(np.float32), None, "difference")
