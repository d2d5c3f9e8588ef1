"""The child process: `python -m interact_app.export.worker FOLDER` draws a request and says on stdout how far it is.

One line per frame, "done total". What goes wrong is on stderr, in words for the user where it is the user's to mend.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interact_app.display import OVERLAYS
from interact_app.export.request import ExportRequest, Shown, read_request
from interact_app.scene.film import Film
from interact_app.scene.offscreen import Studio, offscreen_studio
from interact_app.scene.pixels import save_png
from interact_core.errors import InteractError


def main(folder: Path) -> int:
    request, shown = read_request(folder)
    try:
        with _studio(request, shown) as studio:
            (_film if request.is_video else _picture)(request, studio)
    except InteractError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _picture(request: ExportRequest, studio: Studio) -> None:
    save_png(studio.picture(0), Path(request.out))
    print(1, 1, flush=True)


def _film(request: ExportRequest, studio: Studio) -> None:
    frames = range(0, request.stop - request.start, request.step)
    with Film(Path(request.out), request.even_size, request.fps / request.step) as film:
        for number, frame in enumerate(frames, start=1):
            film.add(studio.picture(frame))
            print(number, len(frames), flush=True)
        film.finish()


@contextmanager
def _studio(request: ExportRequest, shown: Shown) -> Iterator[Studio]:
    """Dressed as the viewport was."""
    display = shown.display
    body = shown.body_field if display.field_on_body else None
    thing = shown.object_field if display.field_on_object else None
    size = request.even_size if request.is_video else request.size
    with offscreen_studio(shown.posed, size, fields=(body, thing), theme=request.theme) as studio:
        scene = studio.scene
        scene.show_legend(request.legend)
        scene.show_gizmo(False)
        scene.set_distances(shown.distances)
        for name in OVERLAYS:
            scene.set_overlay(name, name in display.overlays)
        scene.hide("body", display.hide_body)
        scene.hide("object", display.hide_object)
        field = body or thing
        if field is not None and (display.vmin is not None or display.vmax is not None):
            low = field.vmin if display.vmin is None else display.vmin
            scene.set_range(low, field.vmax if display.vmax is None else display.vmax)
        if request.view:
            scene.restore(request.view)
        yield studio


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
