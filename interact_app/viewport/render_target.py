"""The render window behind the viewport: it draws off screen and hands its pixels over as an image.

Why not a native VTK widget: an off-screen window has no connection to Qt's, so that it works on xcb, Wayland and under a
virtual display alike, survives docking and closing in any order, and lets ordinary widgets lie on top of the picture.
The price, measured at 1280x720, is 3 ms a frame for reading and swizzling the pixels.
"""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

from interact_app.scene.hidden_window import HiddenWindow

_SMALLEST = 16


class RenderTarget(HiddenWindow):
    """An off-screen window of a changeable size, and its renderer: all that the scene wants of a plotter.

    Only for the window's thread. `close` frees the graphics memory while the context still lives.
    """

    def __init__(self, size: QSize) -> None:
        super().__init__(_pair(size))
        self._pixels = vtkUnsignedCharArray()

    def resize(self, size: QSize) -> None:
        """Pixels of the picture from the next render on."""
        if _pair(size) != tuple(self.render_window.GetSize()):
            self.render_window.SetSize(*_pair(size))

    def image(self) -> QImage:
        """The pixels of the last render, top row first. The image owns them."""
        width, height = self.render_window.GetSize()
        self.render_window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels)
        data: np.ndarray = vtk_to_numpy(self._pixels)
        wrapped = QImage(data.data, width, height, width * 4, QImage.Format.Format_RGBX8888)
        # OpenGL counts rows from below; RGB32 is what Qt paints without converting again. One copy, changed in place:
        # fresh memory for a second one takes longer than the conversion.
        image = wrapped.flipped()
        image.convertTo(QImage.Format.Format_RGB32)
        return image


def _pair(size: QSize) -> tuple[int, int]:
    return max(_SMALLEST, size.width()), max(_SMALLEST, size.height())
