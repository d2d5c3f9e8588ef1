"""Which part of which object a region of the body touches, where a clip has several."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.annotation.evidence import mask_runs
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.results import VertexField
from interact_core.inspection.signals import frames_of

_NEAR: Final = 16
"""Vertices of the region that are looked at: those nearest to any object."""
_SETTLE: Final = 0.2
"""Seconds: a hand does not change what it touches for less."""

_TOUCHES: Final = 0.006
"""Metres: a touch begins and ends with the first and last frame this near, or as near as it ever gets."""
_ROLL: Final = 0.3
"""Seconds: a touch is not cut by more at either end."""

Split = tuple[int, int, str, str]


class PartTouch:
    """Splits contacts by object and part; exact distances to the triangles, and only where there is a choice."""

    def __init__(self, posed: PosedClip, distance: VertexField | None) -> None:
        self._posed = posed
        self._distance = distance
        self._names = [(obj.name, part.name if len(obj.parts) > 1 else "") for obj in posed.clip.objects for part in obj.parts]

    def split(self, regions: tuple[str, ...], start: int, end: int) -> list[Split]:
        """(start, end, object, part) one after the other within [start, end), cut to where the surfaces really meet."""
        if self._distance is None:
            return [(start, end, *self._names[0])] if len(self._names) == 1 else []
        if len(self._names) == 1:
            distances = self._values(self._columns(regions), start, end).min(axis=1)[:, None].astype(np.float64)
            return [(start + a, start + b, *self._names[0]) for a, b in self._trimmed(distances[:, 0], 0, end - start)]
        distances = self._distances(regions, start, end)
        window = min(frames_of(_SETTLE, self._posed.clip.fps), end - start)
        padded = np.pad(distances, ((window // 2, window - 1 - window // 2), (0, 0)), mode="edge")
        smooth = np.stack([np.convolve(column, np.ones(window) / window, "valid") for column in padded.T], axis=1)
        owner = _settled(smooth.argmin(axis=1), window)
        changes = [0, *(int(k) + 1 for k in np.flatnonzero(np.diff(owner))), len(owner)]
        found = []
        for a, b in pairwise(changes):
            k = int(owner[a])
            found += [(start + x, start + y, *self._names[k]) for x, y in self._trimmed(distances[:, k], a, b)]
        return found

    def _trimmed(self, distance: NDArray[np.float64], start: int, end: int) -> list[tuple[int, int]]:
        """The range without the coming and going; nothing where a region only passes by."""
        inside = distance[start:end]
        level = max(_TOUCHES, float(np.quantile(inside, 0.3)) + 0.002)
        near = np.flatnonzero(inside <= level)
        most = frames_of(_ROLL, self._posed.clip.fps)
        a, b = start + min(int(near[0]), most), end - min(len(inside) - 1 - int(near[-1]), most)
        passing = b - a < most and inside.min() > 2 * _TOUCHES
        return [] if passing or b <= a else [(a, b)]

    def _columns(self, regions: tuple[str, ...]) -> NDArray[np.intp]:
        known = self._posed.choice.model.regions
        return np.unique(np.concatenate([known.vertices(region) for region in regions]))

    def _values(self, columns: NDArray[np.intp], start: int, end: int) -> NDArray[np.float32]:
        assert self._distance is not None
        return np.nan_to_num(self._distance.values[start:end, columns], nan=np.inf)

    def reached(self, regions: tuple[str, ...], limit: float) -> NDArray[np.bool_]:
        """(T,) the region is nearer than `limit` to some object; false where that was not measured."""
        if self._distance is None:
            return np.zeros(self._posed.num_frames, bool)
        values = self._values(self._columns(regions), 0, self._posed.num_frames)
        result: NDArray[np.bool_] = values.min(axis=1) < limit
        return result

    def _distances(self, regions: tuple[str, ...], start: int, end: int) -> NDArray[np.float64]:
        """(end - start, parts): least distance of the region to each part, in metres."""
        import igl

        columns = self._columns(regions)
        values = self._values(columns, start, end)
        count = min(_NEAR, len(columns))
        chosen = columns[np.argpartition(values, count - 1, axis=1)[:, :count]]
        points = np.take_along_axis(self._posed.body_vertices[start:end], chosen[..., None], axis=1).astype(np.float64)
        result = np.empty((end - start, len(self._names)))
        for k, part in enumerate(self._posed.parts):
            turn = np.asarray(part.rotation[start:end], np.float64)
            local = np.einsum("tji,tkj->tki", turn, points - np.asarray(part.translation[start:end], np.float64)[:, None])
            vertices, faces = np.asarray(part.mesh.vertices, np.float64), np.asarray(part.mesh.faces, np.int64)
            squared = igl.point_mesh_squared_distance(np.ascontiguousarray(local.reshape(-1, 3)), vertices, faces)[0]
            result[:, k] = np.sqrt(np.asarray(squared).reshape(local.shape[:2]).min(axis=1))
        return result


def _settled(owner: NDArray[np.intp], shortest: int) -> NDArray[np.intp]:
    """Runs shorter than `shortest` take over what came before them (the first: what comes after)."""
    result = owner.copy()
    for value in np.unique(owner):
        for start, end in mask_runs(owner == value):
            if end - start < shortest and not (start == 0 and end == len(owner)):
                result[start:end] = result[start - 1] if start else owner[end]
    return result
