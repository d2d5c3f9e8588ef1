"""Pictures and films without a window: for the command line, thumbnails and export. Works with and without a display."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from interact_app.scene.film import Film
from interact_app.scene.hidden_window import HiddenWindow, Size
from interact_app.scene.pixels import Pixels, save_png
from interact_app.scene.scene import Look, Scene
from interact_app.scene.studio import Theme
from interact_core.inspection import PosedClip, VertexField
from interact_core.jobs.context import JobContext, NullContext

Fields = tuple[VertexField | None, VertexField | None]
"""What colours the body and what colours the object."""
_NO_FIELDS: Fields = (None, None)
_REFERENCE_HEIGHT = 800
"""Text is as large, compared to the picture, as in a window of this height."""
_LARGEST_OVERSAMPLED = 1920 * 1200


class Studio:
    """A scene and the finished pictures it makes."""

    def __init__(self, scene: Scene, factor: int, num_frames: int) -> None:
        self.scene, self._factor, self.num_frames = scene, factor, num_frames

    def picture(self, frame: int) -> Pixels:
        """(height, width, 3) of a frame."""
        self.scene.show_frame(frame)
        return self.pixels()

    def pixels(self) -> Pixels:
        """(height, width, 3) of what was drawn last."""
        return _shrunk(self.scene.pixels(), self._factor)


@contextmanager
def offscreen_studio(
    posed: PosedClip, size: Size, *, fields: Fields = _NO_FIELDS, theme: Theme = "dark", look: Look | None = None
) -> Iterator[Studio]:
    """A scene of the clip in a hidden window, for pictures of `size` at full quality; freed at the end."""
    factor = _oversampling(size)
    large = (size[0] * factor, size[1] * factor)
    window = HiddenWindow(large)
    try:
        scene = Scene(window, theme=theme, pixel_ratio=max(large[1] / _REFERENCE_HEIGHT, 0.6 * factor))
        scene.set_quality("still" if factor == 1 else "interactive")
        scene.set_clip(posed)
        scene.set_field(*fields)
        if look is not None:
            scene.wear(look)
        yield Studio(scene, factor, posed.num_frames)
        scene.close()
    finally:
        window.close()


def render_png(
    posed: PosedClip,
    path: Path | str,
    *,
    frame: int = 0,
    fields: Fields = _NO_FIELDS,
    size: Size = (1280, 720),
    theme: Theme = "dark",
    look: Look | None = None,
) -> Path:
    """One frame into a PNG of exactly `size`; with `look`, as another scene shows it."""
    with offscreen_studio(posed, size, fields=fields, theme=theme, look=look) as studio:
        save_png(studio.picture(frame), Path(path))
    return Path(path)


def render_thumbnail(posed: PosedClip, size: Size = (256, 192), frame: int | None = None) -> Pixels:
    """A small picture (height, width, 3) of one frame without text; the middle one unless told."""
    with offscreen_studio(posed, size) as studio:
        scene = studio.scene
        scene.show_gizmo(False)
        scene.set_frame(posed.num_frames // 2 if frame is None else frame)
        scene.preset("three_quarter")
        scene.frame_selection()
        scene.render()
        return studio.pixels()


def render_video(
    posed: PosedClip,
    path: Path | str,
    *,
    fields: Fields = _NO_FIELDS,
    size: Size = (1280, 720),
    fps: float | None = None,
    frames: Sequence[int] | None = None,
    context: JobContext | None = None,
    theme: Theme = "dark",
    look: Look | None = None,
) -> Path:
    """Frames (all, or those given, in their order) into an H.264 MP4 at the clip's rate or `fps`.

    Odd sizes lose a pixel, since the format counts colour in pairs. Cancelling leaves no file behind. The scene lives and
    dies on the calling thread, so that a worker may export while the window goes on drawing.
    """
    context = context or NullContext()
    chosen = range(posed.num_frames) if frames is None else frames
    even = (size[0] // 2 * 2, size[1] // 2 * 2)
    film = Film(Path(path), even, fps or posed.clip.fps)
    with film, offscreen_studio(posed, even, fields=fields, theme=theme, look=look) as studio:
        for done, frame in enumerate(chosen):
            context.checkpoint()
            film.add(studio.picture(frame))
            context.progress((done + 1) / len(chosen), "drawing", {"frame": float(frame)})
        film.finish()
    return Path(path)


def _oversampling(size: Size) -> int:
    """Drawing twice as large and averaging is half the price of multisampling on software OpenGL, and smoother."""
    return 2 if size[0] * size[1] <= _LARGEST_OVERSAMPLED else 1


def _shrunk(pixels: Pixels, factor: int) -> Pixels:
    if factor == 1:
        return pixels
    wide = pixels.astype(np.uint16)
    rows = wide[0::2] + wide[1::2]
    return np.asarray((rows[:, 0::2] + rows[:, 1::2] + 2) >> 2, np.uint8)
