"""Mouse on the 3D view: left turns, middle or Shift+left shifts, right drags nearer, the wheel steps nearer.

VTK's own styles bind single letters (q quits, w is wireframe, ...); no style is installed here, so that all keys belong to the
application's actions.
"""

from collections.abc import Callable
from typing import Any, Final, Literal

from interact_app.scene.camera import OrbitCamera

Motion = Literal["orbit", "pan", "zoom"]
Scheme = Literal["standard", "blender"]
_ORBIT_DEGREES: Final = 220.0
"""Turned by a drag across the height of the view."""
_WHEEL: Final = 1.12
_MOTIONS: Final[dict[Scheme, dict[str, Motion]]] = {
    "standard": {"Left": "orbit", "Middle": "pan", "Right": "zoom"},
    "blender": {"Left": "orbit", "Middle": "orbit", "Right": "pan"},
}


class MouseControls:
    """Moves an OrbitCamera by the events of a vtkRenderWindowInteractor.

    `changed` is called after each move (draw now); `active` with True when a drag starts and False when it ends.
    """

    def __init__(
        self,
        interactor: Any,
        camera: OrbitCamera,
        changed: Callable[[], None],
        active: Callable[[bool], None],
        scheme: Scheme = "standard",
    ) -> None:
        self._interactor, self._camera = interactor, camera
        self._changed, self._active = changed, active
        self._scheme = scheme
        self._motion: Motion | None = None
        self._last = (0, 0)
        interactor.SetInteractorStyle(None)
        for event in ("CharEvent", "KeyPressEvent", "KeyReleaseEvent"):
            interactor.RemoveObservers(event)
        self._tags = [interactor.AddObserver(f"{button}Button{what}Event", handler)
                      for button in ("Left", "Middle", "Right")
                      for what, handler in (("Press", self._press), ("Release", self._release))]  # fmt: skip
        self._tags.append(interactor.AddObserver("MouseMoveEvent", self._move))
        self._tags.append(interactor.AddObserver("MouseWheelForwardEvent", lambda *_: self._wheel(_WHEEL)))
        self._tags.append(interactor.AddObserver("MouseWheelBackwardEvent", lambda *_: self._wheel(1 / _WHEEL)))

    def detach(self) -> None:
        for tag in self._tags:
            self._interactor.RemoveObserver(tag)
        self._tags = []

    def _press(self, interactor: Any, event: str) -> None:
        button = event.removesuffix("ButtonPressEvent")
        motion = _MOTIONS[self._scheme][button]
        if button != "Right" and interactor.GetShiftKey():
            motion = "pan"
        elif button != "Right" and interactor.GetControlKey():
            motion = "zoom"
        self._motion, self._last = motion, interactor.GetEventPosition()
        self._active(True)

    def _release(self, interactor: Any, event: str) -> None:
        if self._motion is not None:
            self._motion = None
            self._active(False)

    def _move(self, interactor: Any, event: str) -> None:
        if self._motion is None:
            return
        x, y = interactor.GetEventPosition()
        height = max(interactor.GetRenderWindow().GetSize()[1], 1)
        right, up = (x - self._last[0]) / height, (y - self._last[1]) / height
        self._last = (x, y)
        if right == 0 and up == 0:
            return
        if self._motion == "orbit":
            self._camera.orbit(-right * _ORBIT_DEGREES, -up * _ORBIT_DEGREES)
        elif self._motion == "pan":
            self._camera.pan(right, up)
        else:
            self._camera.zoom(float(2.0 ** (3.0 * up)))
        self._changed()

    def _wheel(self, factor: float) -> None:
        self._camera.zoom(factor)
        self._changed()
