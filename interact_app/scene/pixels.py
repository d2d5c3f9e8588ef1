"""From the graphics memory to numpy and PNG."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

from interact_core.errors import InputError

Pixels = NDArray[np.uint8]


def read_pixels(window: Any) -> Pixels:
    """The last picture of a vtkRenderWindow: (height, width, 3), top row first."""
    width, height = window.GetSize()
    data = vtkUnsignedCharArray()
    # Four bytes as they lie in the graphics memory: leaving one out on the way takes six times as long.
    window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, data)
    return np.asarray(vtk_to_numpy(data).reshape(height, width, 4)[::-1, :, :3])


def save_png(pixels: Pixels, path: Path) -> None:
    """Whole or not at all: written beside the target, then moved onto it."""
    import imageio.v3 as iio  # late: the window draws without it

    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(iio.imwrite("<bytes>", np.ascontiguousarray(pixels), extension=".png"))
        part.replace(path)
    except OSError as error:
        raise InputError(f"cannot write the picture: {error.strerror or error}", path=path, remedy=_REMEDY) from error
    finally:
        part.unlink(missing_ok=True)


_REMEDY = "Choose a folder that exists, that you may write to, and that has room"
