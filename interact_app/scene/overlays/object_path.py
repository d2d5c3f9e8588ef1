"""The way the object takes through the clip: bright behind the present frame, faint ahead of it."""

from typing import Any

import numpy as np

from interact_app.scene.arrays import SharedArray
from interact_app.scene.overlays.base import NOWHERE, Marks
from interact_app.scene.paths import part_centres
from interact_core.inspection import PosedClip

_PAST = np.array([255, 176, 64, 255], np.uint8)
_FUTURE = np.array([150, 140, 125, 255], np.uint8)
_HERE = (1.0, 0.80, 0.40)


class ObjectPath:
    """One polyline per object part through its centre in every frame."""

    def __init__(self, posed: PosedClip) -> None:
        self._posed = posed
        frames, parts = posed.num_frames, len(posed.part_slices)
        first = (np.arange(parts)[:, None] * frames + np.arange(frames - 1)).ravel()
        self._line = Marks(parts * frames, _HERE, 2.5, lines=np.stack([first, first + 1], axis=1))
        self._colours = SharedArray(np.tile(_FUTURE, (parts * frames, 1)), "path")
        self._line.set_colours(self._colours)
        self._dot = Marks(parts, _HERE, 9.0)
        self._known = -1
        self._centres = np.empty((frames, parts, 3), np.float32)

    @property
    def actors(self) -> tuple[Any, ...]:
        return self._line.actor, self._dot.actor

    def update(self, frame: int) -> None:
        self._fill()
        rgba = self._colours.data.reshape(len(self._posed.part_slices), -1, 4)
        rgba[:, : frame + 1] = _PAST
        rgba[:, frame + 1 :] = _FUTURE
        self._colours.touch()
        self._line.touch()
        self._dot.points.data[:] = np.nan_to_num(self._centres[frame], nan=NOWHERE)
        self._dot.touch()

    def set_pixel_ratio(self, ratio: float) -> None:
        self._line.set_pixel_ratio(ratio)
        self._dot.set_pixel_ratio(ratio)

    def _fill(self) -> None:
        """Centres again when more frames have become ready; unready ones collapse onto their neighbour."""
        ready = int(np.count_nonzero(self._posed.ready))
        if ready == self._known:
            return
        self._known = ready
        self._centres[:] = part_centres(self._posed)
        path = self._centres.transpose(1, 0, 2)
        self._line.points.data.reshape(path.shape)[:] = _held(path)


def _held(path: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """(P, T, 3) with NaN replaced by the nearest earlier value, else the first later one."""
    known = np.isfinite(path[..., 0])
    last = np.maximum.accumulate(np.where(known, np.arange(path.shape[1]), -1), axis=1)
    last = np.where(last < 0, known.argmax(axis=1)[:, None], last)
    return np.nan_to_num(np.take_along_axis(path, last[..., None], axis=1), nan=NOWHERE)
