"""The child process: `python -m interact_app.export.worker FOLDER` draws a request and says on stdout how far it is.

One line per frame, "done total"; the last line is "ok". Anything else on the way out is an error text on stderr.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from interact_app.display import OVERLAYS
from interact_app.export.request import ExportRequest, Shown, read_request
from interact_app.scene.offscreen import OffscreenPlotter
from interact_app.scene.scene import Scene


def main(folder: Path) -> None:
    request, shown = read_request(folder)
    scene, window = _build(request, shown)
    frames = range(0, request.stop - request.start, request.step)
    pictures = _pictures(scene, window, frames)
    part = Path(request.out).with_name(f".{Path(request.out).stem}.part{Path(request.out).suffix}")
    try:
        (_write_video if request.is_video else _write_picture)(part, request, pictures)
        part.replace(request.out)
    finally:
        part.unlink(missing_ok=True)
    print("ok", flush=True)


def _build(request: ExportRequest, shown: Shown) -> tuple[Scene, Any]:
    plotter = OffscreenPlotter(request.size)
    scene = Scene(plotter, theme=request.theme, pixel_ratio=request.pixel_ratio)  # type: ignore[arg-type]
    display = shown.display
    scene.set_clip(shown.posed)
    scene.set_distances(shown.distances)
    scene.set_quality("still")
    scene.show_legend(request.legend)
    scene.show_gizmo(False)
    for name in OVERLAYS:
        scene.set_overlay(name, name in display.overlays)
    scene.hide("body", display.hide_body)
    scene.hide("object", display.hide_object)
    scene.set_field(shown.body_field if display.field_on_body else None, shown.object_field if display.field_on_object else None)
    field = shown.body_field or shown.object_field
    if field is not None and (display.vmin is not None or display.vmax is not None):
        scene.set_range(
            field.vmin if display.vmin is None else display.vmin, field.vmax if display.vmax is None else display.vmax
        )
    if request.view:
        scene.restore(request.view)
    return scene, plotter.render_window


def _pictures(scene: Scene, window: Any, frames: range) -> Iterator[np.ndarray]:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

    pixels = vtkUnsignedCharArray()
    width, height = window.GetSize()
    for number, frame in enumerate(frames, start=1):
        scene.show_frame(frame)
        window.GetPixelData(0, 0, width - 1, height - 1, 0, pixels)
        yield vtk_to_numpy(pixels).reshape(height, width, 3)[::-1]
        print(number, len(frames), flush=True)


def _write_picture(part: Path, request: ExportRequest, pictures: Iterator[np.ndarray]) -> None:
    import imageio.v3 as imageio

    imageio.imwrite(part, next(pictures), extension=".png")
    print(1, 1, flush=True)


def _write_video(part: Path, request: ExportRequest, pictures: Iterator[np.ndarray]) -> None:
    """H.264 in yuv420p, which every player reads; it wants even sizes."""
    import imageio_ffmpeg

    width, height = (side - side % 2 for side in request.size)
    writer = imageio_ffmpeg.write_frames(
        str(part), (width, height), fps=request.fps / request.step, codec="libx264", quality=None, macro_block_size=2,
        output_params=["-crf", "18", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
    )  # fmt: skip
    writer.send(None)
    try:
        for picture in pictures:
            writer.send(np.ascontiguousarray(picture[:height, :width]))
    finally:
        writer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
