"""The 77 surface markers that generation and refinement work on."""

from typing import Any

import numpy as np

from interact_app.scene.overlays.base import Marks
from interact_core.inspection import PosedClip

_COLOUR = (0.20, 0.85, 0.62)


class Markers:
    """Marker vertices of the posed body."""

    def __init__(self, posed: PosedClip) -> None:
        self._vertices = posed.body_vertices
        self._ids = np.asarray(posed.choice.model.marker_vertices, np.intp)
        self._marks = Marks(len(self._ids), _COLOUR, 7.0)

    @property
    def actors(self) -> tuple[Any, ...]:
        return (self._marks.actor,)

    def update(self, frame: int) -> None:
        self._vertices[frame].take(self._ids, axis=0, out=self._marks.points.data, mode="clip")
        self._marks.touch()

    def set_pixel_ratio(self, ratio: float) -> None:
        self._marks.set_pixel_ratio(ratio)
