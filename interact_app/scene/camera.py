"""The camera as a person thinks of it: a point to look at, a distance, a direction. Always upright, never rolling."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float64]
VIEW_ANGLE: Final = 32.0
"""Vertical, degrees: a long portrait lens, so that limbs near the camera are not blown up."""
_MAX_PITCH: Final = 89.0

PRESETS: Final[dict[str, tuple[float, float]]] = {
    "front": (0.0, 4.0), "back": (180.0, 4.0), "left": (90.0, 4.0), "right": (-90.0, 4.0), "top": (0.0, 89.0),
    "three_quarter": (35.0, 14.0),
}  # fmt: skip
"""(yaw, pitch) in degrees relative to the way the person faces: "left" looks at the person's left side."""


@dataclass(frozen=True)
class View:
    """A place to look from: target (x, y, z) metres; yaw about +Y, 0 looks from +Z; pitch above the horizon; degrees."""

    target: tuple[float, float, float] = (0.0, 0.9, 0.0)
    distance: float = 4.0
    yaw: float = 35.0
    pitch: float = 14.0
    view_angle: float = VIEW_ANGLE

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values: a bookmark."""
        return {**asdict(self), "target": list(self.target)}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "View":
        """Inverse of to_dict; ValueError on anything that is not a finite view."""
        try:
            x, y, z = (float(v) for v in values["target"])
            view = View((x, y, z), *(float(values[key]) for key in ("distance", "yaw", "pitch", "view_angle")))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a camera bookmark: {error}") from error
        if not np.isfinite([*view.target, view.distance, view.yaw, view.pitch, view.view_angle]).all() or view.distance <= 0:
            raise ValueError("not a camera bookmark: a number is missing or not finite")
        return view

    @property
    def backward(self) -> Point:
        """Unit vector from the target to the eye."""
        yaw, pitch = np.radians([self.yaw, self.pitch])
        return np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])

    @property
    def axes(self) -> tuple[Point, Point]:
        """Unit vectors right and up of the picture."""
        yaw = np.radians(self.yaw)
        right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
        return right, np.cross(self.backward, right)

    @property
    def eye(self) -> Point:
        return np.array(self.target) + self.distance * self.backward


class OrbitCamera:
    """Moves a vtkCamera. `view` is the truth; every change goes through it."""

    def __init__(self, camera: Any) -> None:
        self._camera = camera
        self._view = View()
        self._extent = 3.0
        self._followed: Point | None = None
        self.view = self._view

    @property
    def view(self) -> View:
        return self._view

    @view.setter
    def view(self, view: View) -> None:
        limits = (max(0.02, view.distance), float(np.clip(view.pitch, -_MAX_PITCH, _MAX_PITCH)))
        self._view = replace(view, distance=limits[0], pitch=limits[1])
        self._apply()

    def orbit(self, yaw: float, pitch: float) -> None:
        """Turn about the target by degrees."""
        self.view = replace(self._view, yaw=self._view.yaw + yaw, pitch=self._view.pitch + pitch)

    def pan(self, right: float, up: float) -> None:
        """Shift the picture by fractions of its height."""
        scale = 2 * self._view.distance * np.tan(np.radians(self._view.view_angle) / 2)
        across, upward = self._view.axes
        self._look_at(np.array(self._view.target) - scale * (right * across + up * upward))

    def zoom(self, factor: float) -> None:
        """Divide the distance: 2 is twice as near."""
        self.view = replace(self._view, distance=float(np.clip(self._view.distance / factor, 0.05, 200.0)))

    def preset(self, name: str, facing: float = 0.0) -> None:
        """One of PRESETS, relative to a person who faces yaw `facing` (degrees)."""
        yaw, pitch = PRESETS[name]
        self.view = replace(self._view, yaw=yaw + facing, pitch=pitch)

    def frame(self, points: NDArray[np.floating], aspect: float, margin: float = 1.16) -> None:
        """Centre points (N, 3) in the picture, as large as leaves a little room, seen from the present direction."""
        right, up = self._view.axes
        across = np.stack([right, up, self._view.backward], axis=1)
        tangent = np.tan(np.radians(self._view.view_angle) / 2) / margin
        target = (points.min(axis=0) + points.max(axis=0)).astype(np.float64) / 2
        distance = 1.0
        for _ in range(3):
            x, y, towards = ((points - target) @ across).T
            distance = float((np.maximum(np.abs(x) / aspect, np.abs(y)) / tangent + towards).max())
            seen = [axis / np.maximum(distance - towards, 0.05) for axis in (x, y)]
            target = target + distance * sum((s.min() + s.max()) / 2 * axis for s, axis in zip(seen, (right, up), strict=True))
        self.view = replace(self._view, target=_triple(target), distance=max(distance, 0.3))

    @property
    def extent(self) -> float:
        return self._extent

    def set_extent(self, extent: float) -> None:
        """Radius of everything worth drawing, metres: decides the near and far planes."""
        self._extent = max(extent, 1.0)
        self._apply()

    def follow(self, point: Point | None) -> None:
        """Keep `point` where it is in the picture from now on; None stops following."""
        self._followed = None if point is None else np.array(point, float)

    def track(self, point: Point) -> None:
        """The followed thing is now here: move by as much as it moved, whatever the user did to the camera meanwhile."""
        if self._followed is not None:
            self._look_at(np.array(self._view.target) + (point - self._followed))
        self._followed = np.array(point, float)

    def _look_at(self, target: Point) -> None:
        self.view = replace(self._view, target=_triple(target))

    def _apply(self) -> None:
        view = self._view
        self._camera.SetFocalPoint(*view.target)
        self._camera.SetPosition(*view.eye)
        self._camera.SetViewUp(0.0, 1.0, 0.0)
        self._camera.SetViewAngle(view.view_angle)
        reach = view.distance + 2 * self._extent
        # Depth precision goes with far/near: keep the ratio bounded, but never cut what the eye is next to.
        self._camera.SetClippingRange(max(0.01, min(0.1 * view.distance, view.distance - self._extent), reach / 5000), reach)


def _triple(point: Point) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in point)
    return x, y, z
