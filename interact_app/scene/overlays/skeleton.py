"""The 52 joints and the bones between them, seen through the skin."""

from typing import Any

import numpy as np

from interact_app.scene.overlays.base import Marks
from interact_core.clip.skeleton import PARENTS
from interact_core.inspection import PosedClip

_BONE = (0.98, 0.80, 0.32)
_JOINT = (1.0, 0.95, 0.80)


class Skeleton:
    """Joints (T, 52, 3) of a clip."""

    def __init__(self, posed: PosedClip) -> None:
        self._joints = posed.joints
        bones = np.array([(parent, child) for child, parent in enumerate(PARENTS) if parent >= 0])
        count = self._joints.shape[1]
        self._bones = Marks(count, _BONE, 3.0, lines=bones[(bones < count).all(axis=1)])
        self._body = Marks(min(count, 22), _JOINT, 8.0)
        self._hands = Marks(max(count - 22, 0), _JOINT, 4.5)

    @property
    def actors(self) -> tuple[Any, ...]:
        return self._bones.actor, self._body.actor, self._hands.actor

    def update(self, frame: int) -> None:
        joints = self._joints[frame]
        self._bones.points.data[:] = joints
        self._body.points.data[:] = joints[:22]
        self._hands.points.data[:] = joints[22:]
        for marks in (self._bones, self._body, self._hands):
            marks.touch()

    def set_pixel_ratio(self, ratio: float) -> None:
        for marks in (self._bones, self._body, self._hands):
            marks.set_pixel_ratio(ratio)
