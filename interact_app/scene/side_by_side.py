"""Two clips and their difference next to each other, seen by one camera: pictures and films for the command line."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from interact_app.scene.film import Film
from interact_app.scene.hidden_window import Size
from interact_app.scene.offscreen import Fields, Studio, offscreen_studio
from interact_app.scene.pixels import Pixels, save_png
from interact_app.scene.studio import Theme
from interact_core.errors import InputError
from interact_core.inspection import PosedClip
from interact_core.jobs.context import JobContext, NullContext

_GAP: Final = 4
_GAP_COLOUR: Final = {"dark": (12, 12, 14), "light": (250, 250, 250)}
_INK: Final = {"dark": (232, 232, 236), "light": (32, 32, 38)}
_SMALLEST: Final = 64
"""Pixels of a cell below which nothing can be recognised."""


@dataclass(frozen=True)
class Cell:
    """One picture of the row: what is drawn, how it is coloured and what stands above it."""

    posed: PosedClip
    title: str
    fields: Fields = (None, None)


class Row:
    """Finished pictures of all cells; the camera of the first is everybody's."""

    def __init__(self, studios: Sequence[Studio], titles: Sequence[str], widths: Sequence[int], theme: Theme) -> None:
        self._studios, self._titles, self._widths, self._theme = studios, titles, widths, theme

    def picture(self, frame: int) -> Pixels:
        """(height, width, 3) of a frame."""
        cells: list[Pixels] = []
        for studio, title, width in zip(self._studios, self._titles, self._widths, strict=True):
            if cells:
                gap = np.empty((cells[0].shape[0], _GAP, 3), np.uint8)
                gap[:] = _GAP_COLOUR[self._theme]
                cells.append(gap)
            # A clip may be shorter than the one beside it: it then stays on its last frame.
            pixels = studio.picture(min(frame, studio.num_frames - 1))
            cells.append(_titled(pixels[:, :width], title, self._theme))
        return np.ascontiguousarray(np.concatenate(cells, axis=1))


@contextmanager
def side_by_side(cells: Sequence[Cell], size: Size, *, theme: Theme = "dark") -> Iterator[Row]:
    """One hidden window for each cell, `size` altogether. InputError where that leaves nothing to see of a cell."""
    free = size[0] - _GAP * (len(cells) - 1)
    widths = [free // len(cells) + (k < free % len(cells)) for k in range(len(cells))]
    if min(widths) < _SMALLEST:
        raise InputError(
            f"{size[0]} pixels are too narrow for {len(cells)} pictures", field="--size", remedy="Choose a wider one"
        )
    with ExitStack() as stack:
        studios = [
            stack.enter_context(offscreen_studio(cell.posed, (width, size[1]), fields=cell.fields, theme=theme))
            for cell, width in zip(cells, widths, strict=True)
        ]
        look = studios[0].scene.bookmark()
        for studio in studios:
            studio.scene.show_gizmo(False)
            studio.scene.restore(look)
        yield Row(studios, [cell.title for cell in cells], widths, theme)


def compare_png(cells: Sequence[Cell], path: Path, frame: int, size: Size, *, theme: Theme = "dark") -> None:
    """One frame of all cells into one PNG of exactly `size`."""
    with side_by_side(cells, size, theme=theme) as row:
        save_png(row.picture(frame), path)


def compare_video(
    cells: Sequence[Cell], path: Path, size: Size, *, theme: Theme = "dark", context: JobContext | None = None
) -> None:  # fmt: skip
    """All frames into an MP4 at the first clip's rate, as long as the longest. Odd sizes lose a pixel."""
    context = context or NullContext()
    even = (size[0] // 2 * 2, size[1] // 2 * 2)
    frames = max(cell.posed.num_frames for cell in cells)
    with Film(path, even, cells[0].posed.clip.fps) as film, side_by_side(cells, even, theme=theme) as row:
        for frame in range(frames):
            context.checkpoint()
            film.add(row.picture(frame))
            context.progress((frame + 1) / frames, "drawing")
        film.finish()


def _titled(pixels: Pixels, title: str, theme: Theme) -> Pixels:
    """The title at the top left, as large compared to the picture as the window's text is."""
    from PIL import Image, ImageDraw, ImageFont  # late: only pictures with titles need it; imageio brings it

    image = Image.fromarray(np.ascontiguousarray(pixels))
    height = max(11, round(pixels.shape[0] * 0.026))
    ImageDraw.Draw(image).text((height, height), title, fill=_INK[theme], font=ImageFont.load_default(height))
    return np.asarray(image)
