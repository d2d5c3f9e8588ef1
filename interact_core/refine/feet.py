"""When the soles stand, and which points of them must then stay where they are."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.regions import SIDES, BodyRegions
from interact_core.inspection.foot_skate import resting_height, slide_speed
from interact_core.inspection.signals import drop_short, frames_of, hysteresis, runs
from interact_core.inspection.thresholds import Thresholds

_ENDS: Final = ("heel", "toe")
_LOWEST: Final = 0.005
"""Metres above a foot's lowest point within which a vertex may become the lowest one once the foot is turned a little."""
_LOW: Final = 0.02
"""Metres above the sole's resting height within which an end of it stands."""


@dataclass(frozen=True)
class Feet:
    """Up to four points, heel and toe of each foot: ids (F, 4) vertices; still (T - 1, F) weight of not sliding between
    frames; planted (T, F) weight of standing at `level` (F,) metres; `watched` vertices that may not sink into the floor."""

    ids: NDArray[np.intp]
    still: NDArray[np.float64]
    planted: NDArray[np.float64]
    level: NDArray[np.float64]
    watched: NDArray[np.intp]

    def frames(self, where: slice) -> "Feet":
        stop = where.stop if where.stop is not None else len(self.planted)
        start = where.start or 0
        return Feet(self.ids, self.still[start : stop - 1], self.planted[start:stop], self.level, self.watched)


def find_feet(vertices: NDArray[np.float32], regions: BodyRegions, fps: float, *, true_body: bool) -> Feet:
    """From skin (T, V, 3). On a stand-in body feet keep the height that this body has: its soles are not the person's."""
    ids, still, planted, level = [], [], [], []
    watched = []
    for side in SIDES:
        sole = regions.vertices(f"{side}_sole")
        if not len(sole):
            sole = regions.vertices(f"{side}_whole_foot")
        if not len(sole):
            continue
        own = vertices[:, sole]
        watched.append(_lowest(vertices, regions.vertices(f"{side}_whole_foot")))
        rest = resting_height(own[..., 1].min(axis=1))
        speed = slide_speed(own, fps)
        for end in _ENDS:
            four = _end_vertices(own, rest, end)
            stands = _stands(own[:, four], rest, speed, fps)
            ids.append(sole[four])
            still.append(np.minimum(stands[:-1], stands[1:]))
            planted.append(stands)
            stood = own[:, four][stands > 0.5]
            height = float(np.median(stood[..., 1].mean(axis=1))) if len(stood) else 0.0
            # The lowest vertices of the sole meet the floor; these four stand as far above them as they do now.
            level.append(height - rest if true_body else height)
    frames = len(vertices)
    if not ids:
        empty = np.zeros((frames, 0))
        return Feet(np.zeros((0, 4), np.intp), empty[:-1], empty, np.zeros(0), np.zeros(0, np.intp))
    return Feet(
        np.array(ids), np.stack(still, 1), np.stack(planted, 1), np.array(level), np.concatenate(watched).astype(np.intp)
    )  # fmt: skip


def _lowest(vertices: NDArray[np.float32], foot: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of a foot that come near to being its lowest: toes and rim are no part of the sole, but meet the floor too."""
    height = vertices[:, foot, 1]
    lowest: NDArray[np.intp] = foot[((height - height.min(axis=1, keepdims=True)) < _LOWEST).any(axis=0)]
    return lowest


def _end_vertices(own: NDArray[np.float32], rest: float, end: str) -> NDArray[np.intp]:
    """Four columns at the heel or the toe that come lowest."""
    low = np.percentile(own[..., 1], 10, axis=0)
    lowest = own[..., 1].min(axis=1).argmin()
    middle = own[lowest].mean(axis=0)
    spread = own[lowest] - middle
    axis = np.linalg.svd(spread, full_matrices=False)[2][0]
    along = spread @ axis
    # Toes are the wider end: more vertices lie there than at the heel.
    half = along > 0
    toe_half = half if half.sum() >= len(half) / 2 else ~half
    chosen = np.flatnonzero(toe_half if end == "toe" else ~toe_half)
    return chosen[np.argsort(low[chosen], kind="stable")[:4]]


def _stands(points: NDArray[np.float32], rest: float, speed: NDArray[np.float64], fps: float) -> NDArray[np.float64]:
    """(T,) 0..1."""
    table = Thresholds()
    height = points[..., 1].mean(axis=1) - rest
    own = np.linalg.norm(np.diff(points.mean(axis=1), axis=0, prepend=points[:1].mean(axis=1))[:, (0, 2)], axis=1) * fps
    low = hysteresis(height, _LOW, 0.03) & (own < table.step_speed)
    low = drop_short(low, frames_of(table.planted_seconds, fps))
    result = np.zeros(len(low))
    for start, stop in runs(low):
        t = np.arange(start, stop)
        rise = np.ones(len(t)) if start == 0 else (t - start + 1) / 4
        fall = np.ones(len(t)) if stop == len(low) else (stop - t) / 4
        result[start:stop] = np.clip(np.minimum(rise, fall), 0, 1)
    return result
