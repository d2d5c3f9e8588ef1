"""The overlays of a clip, made when first switched on."""

from collections.abc import Callable
from typing import Any, Final

from interact_app.scene.overlays.base import Overlay
from interact_app.scene.overlays.contact_points import ContactPoints
from interact_app.scene.overlays.markers import Markers
from interact_app.scene.overlays.object_path import ObjectPath
from interact_app.scene.overlays.skeleton import Skeleton
from interact_core.inspection import DistanceFields, PosedClip

CONTACT_METRES: Final = 0.01

_FACTORIES: Final[dict[str, Callable[[PosedClip, DistanceFields | None, float], Overlay | None]]] = {
    "skeleton": lambda posed, fields, threshold: Skeleton(posed),
    "markers": lambda posed, fields, threshold: Markers(posed),
    "object_path": lambda posed, fields, threshold: ObjectPath(posed) if posed.part_slices else None,
    "contact_points": lambda posed, fields, threshold: None if fields is None else ContactPoints(posed, fields, threshold),
}
NAMES: Final = tuple(_FACTORIES)


class OverlayStack:
    """Which overlays are on is kept from clip to clip; what they show is made anew for each."""

    def __init__(self, renderer: Any) -> None:
        self._renderer = renderer
        self._on: set[str] = set()
        self._made: dict[str, Overlay] = {}
        self._posed: PosedClip | None = None
        self._fields: DistanceFields | None = None
        self._threshold = CONTACT_METRES
        self._ratio = 1.0

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(self._on)

    def set_clip(self, posed: PosedClip | None) -> None:
        for name in list(self._made):
            self._drop(name)
        self._posed, self._fields = posed, None

    def set_distances(self, fields: DistanceFields | None, threshold: float) -> None:
        """What "touching" means for the contact points; None as long as the distances are not known."""
        self._fields, self._threshold = fields, threshold
        self._drop("contact_points")

    def set_shown(self, name: str, on: bool) -> None:
        if name not in _FACTORIES:
            raise KeyError(f"no overlay called {name}")
        (self._on.add if on else self._on.discard)(name)
        if not on:
            self._drop(name)

    def set_pixel_ratio(self, ratio: float) -> None:
        self._ratio = ratio
        for overlay in self._made.values():
            overlay.set_pixel_ratio(ratio)

    def update(self, frame: int) -> None:
        """Write a ready frame into every overlay that is on."""
        for name in self._on:
            overlay = self._made.get(name) or self._make(name)
            if overlay is not None:
                overlay.update(frame)

    def _make(self, name: str) -> Overlay | None:
        overlay = None if self._posed is None else _FACTORIES[name](self._posed, self._fields, self._threshold)
        if overlay is not None:
            self._made[name] = overlay
            overlay.set_pixel_ratio(self._ratio)
            for actor in overlay.actors:
                self._renderer.AddActor(actor)
        return overlay

    def _drop(self, name: str) -> None:
        overlay = self._made.pop(name, None)
        for actor in overlay.actors if overlay is not None else ():
            self._renderer.RemoveActor(actor)
