"""Where body and object touch: the vertices of each that are within a threshold of the other."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_app.scene.overlays.base import NOWHERE, Marks
from interact_core.inspection import DistanceFields, PosedClip

_MOST: Final = 400
"""Points drawn per side; more would be a blot. They are spread evenly over the touching vertices."""
_BODY = (1.0, 0.42, 0.55)
_OBJECT = (0.45, 0.85, 1.0)


class ContactPoints:
    """Vertices whose signed distance is at most `threshold` metres."""

    def __init__(self, posed: PosedClip, fields: DistanceFields, threshold: float) -> None:
        self._threshold = np.float32(threshold)
        self._sides = (
            (posed.body_vertices, fields.body_signed_distance, Marks(_MOST, _BODY, 5.0)),
            (posed.object_vertices, fields.object_signed_distance, Marks(_MOST, _OBJECT, 5.0)),
        )

    @property
    def actors(self) -> tuple[Any, ...]:
        return tuple(marks.actor for _, _, marks in self._sides)

    def update(self, frame: int) -> None:
        for vertices, distance, marks in self._sides:
            _write(marks, vertices[frame], np.flatnonzero(distance[frame] <= self._threshold))

    def set_pixel_ratio(self, ratio: float) -> None:
        for _, _, marks in self._sides:
            marks.set_pixel_ratio(ratio)


def _write(marks: Marks, vertices: NDArray[np.float32], touching: NDArray[np.intp]) -> None:
    if len(touching) > _MOST:
        touching = touching[np.linspace(0, len(touching) - 1, _MOST).astype(np.intp)]
    marks.points.data[: len(touching)] = vertices[touching]
    marks.points.data[len(touching) :] = NOWHERE
    marks.touch()
