"""The empty room, kept: floor and background are copied under the rest for as long as the camera stands still.

On software OpenGL they are a third of all the work on a picture, and only the camera changes them. A copy of their colour
and depth costs a tenth of drawing them.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import VTK_UNSIGNED_CHAR, vtkFloatArray, vtkUnsignedCharArray
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLFramebufferObject

from interact_app.scene.backdrop import Backdrop
from interact_app.scene.ground import Ground

_READ, _DRAW = 0x8CA8, 0x8CA9
_COLOUR_AND_DEPTH, _NEAREST = 0x4000 | 0x0100, 0x2600
_DEPTH_BITS: Final = 32
"""As VTK's own: a copy between different kinds of depth is none."""
_REST: Final = 3
"""Pictures from the same place before the room is kept: a slow hand on the mouse is not yet a camera that rests."""


class KeptRoom:
    """Decides at the start of every drawing of the renderer, whoever asks for it, whether the room is drawn or copied.

    `state` says all that the room looks like depends on but the size of the window. Multisampled pictures, which nobody
    draws one after the other, and machines that do not copy faithfully, are drawn as if this were not here.
    """

    def __init__(self, window: Any, renderer: Any, ground: Ground, backdrop: Backdrop, state: Callable[[], Hashable]) -> None:
        self._window, self._renderer = window, renderer
        self._ground, self._backdrop, self._state = ground, backdrop, state
        self._copy: Any = None
        self._kept: Hashable = None
        self._last: Hashable = None
        self._seen = 0
        self._drawing = False
        self._faithful: bool | None = None
        self._observer: int = renderer.AddObserver("StartEvent", self._about_to_draw)

    def close(self) -> None:
        """Draw the room from now on, and free the copy."""
        self._renderer.RemoveObserver(self._observer)
        self._furnish(True)
        if self._copy is not None:
            self._copy.ReleaseGraphicsResources(self._window)
        self._copy = self._kept = None

    def _about_to_draw(self, _renderer: Any, _event: str) -> None:
        if self._drawing:
            return
        if self._faithful is False or self._window.GetMultiSamples() > 1:
            self._furnish(True)
            return
        now = (self._window.GetSize(), self._state())
        self._seen = self._seen + 1 if now == self._last else 1
        self._last = now
        if now == self._kept:
            self._blit(self._copy, self._window.GetRenderFramebuffer())
        elif self._seen >= _REST:
            self._keep(now)
        self._furnish(now != self._kept)

    def _furnish(self, drawn: bool) -> None:
        """Drawn, over a cleared picture; or not drawn, since it is there already."""
        self._ground.set_kept(not drawn)
        self._backdrop.set_kept(not drawn)
        self._renderer.SetPreserveColorBuffer(not drawn)
        self._renderer.SetPreserveDepthBuffer(not drawn)

    def _keep(self, now: Hashable) -> None:
        self._furnish(True)
        with self._others_hidden():
            self._draw()
        window = self._window.GetRenderFramebuffer()
        if not self._make_copy():
            self._faithful = False
            return
        self._blit(window, self._copy)
        if self._faithful is None:
            self._faithful = self._comes_back(window)
        self._kept = now if self._faithful else None

    def _draw(self) -> None:
        self._drawing = True
        try:
            self._renderer.Render()
        finally:
            self._drawing = False

    @contextmanager
    def _others_hidden(self) -> Iterator[None]:
        room = (*self._ground.still, self._backdrop.actor)
        props = self._renderer.GetViewProps()
        others = [prop for prop in map(props.GetItemAsObject, range(props.GetNumberOfItems())) if prop not in room]
        others = [prop for prop in others if prop.GetVisibility()]
        for prop in others:
            prop.SetVisibility(False)
        try:
            yield
        finally:
            for prop in others:
                prop.SetVisibility(True)

    def _make_copy(self) -> bool:
        """Room for the copy, of the window's size; False where the driver has none to give."""
        width, height = self._window.GetSize()
        if self._copy is None:
            self._copy = vtkOpenGLFramebufferObject()
            self._copy.SetContext(self._window)
        elif self._copy.GetLastSize()[:2] == (width, height):
            return True
        state = self._window.GetState()
        state.PushFramebufferBindings()
        made = self._copy.PopulateFramebuffer(width, height, True, 1, VTK_UNSIGNED_CHAR, True, _DEPTH_BITS, 0, False)
        state.PopFramebufferBindings()
        return bool(made)

    def _blit(self, source: Any, target: Any) -> None:
        width, height = self._window.GetSize()
        state = self._window.GetState()
        state.PushFramebufferBindings()
        source.Bind(_READ)
        source.ActivateReadBuffer(0)
        target.Bind(_DRAW)
        target.ActivateDrawBuffer(0)
        state.vtkglBlitFramebuffer(0, 0, width, height, 0, 0, width, height, _COLOUR_AND_DEPTH, _NEAREST)
        state.PopFramebufferBindings()

    def _comes_back(self, window: Any) -> bool:
        """Asked once: whether a column of the picture, cleared and copied back, has its colours and depths again."""
        colours, depths = self._column()
        with self._others_hidden():
            self._ground.set_kept(True)
            self._backdrop.set_kept(True)
            self._draw()
        self._blit(self._copy, window)
        again = self._column()
        return np.array_equal(colours, again[0]) and np.array_equal(depths, again[1])

    def _column(self) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        width, height = self._window.GetSize()
        place = (width // 2, 0, width // 2, height - 1)
        colour, depth = vtkUnsignedCharArray(), vtkFloatArray()
        self._window.GetRGBACharPixelData(*place, 0, colour)
        self._window.GetZbufferData(*place, depth)
        return vtk_to_numpy(colour), vtk_to_numpy(depth)
