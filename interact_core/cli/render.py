"""`interact render`: a picture or a video of a clip, without a window and without a display."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interact_core.cli.common import (
    ClipOption,
    Device,
    DeviceOption,
    JsonOption,
    ModelsOption,
    PathArgument,
    emit,
    request,
    say,
)
from interact_core.cli.console import ConsoleContext
from interact_core.errors import InputError
from interact_core.jobs.context import SubContext

if TYPE_CHECKING:
    from interact_core.inspection import VertexField
    from interact_core.inspection.analyse import Analysis

OutArgument = Annotated[Path | None, typer.Argument(help="OUT.png for one frame, OUT.mp4 for the clip.", show_default=False)]
CompareOption = Annotated[
    tuple[str, str] | None,
    typer.Option("--compare", help="Two clips or versions next to each other, and their difference.", metavar="A B"),
]
FrameOption = Annotated[int | None, typer.Option("--frame", help="Which frame (png); the worst or the middle one without it.")]
FieldOption = Annotated[str, typer.Option("--field", help="none, penetration, contact or distance.")]
SizeOption = Annotated[str, typer.Option("--size", help="Width x height in pixels.", metavar="WxH")]


def render(
    path: PathArgument,
    out: OutArgument = None,
    compare: CompareOption = None,
    clip: ClipOption = "",
    frame: FrameOption = None,
    field: FieldOption = "none",
    size: SizeOption = "1280x720",
    device: DeviceOption = Device.AUTO,
    models: ModelsOption = None,
    json: JsonOption = False,
) -> None:
    """Draw a clip to a PNG or an MP4, coloured by a field if you like: PATH OUT, or --compare A B OUT."""
    if compare is not None:
        from interact_core.cli.render_compare import render_compare

        render_compare(compare, _only_out(path, out), frame, parse_size(size), device, models, json)
        return
    from interact_core.inspection.analyse import analyse

    if out is None:
        raise InputError("there is nowhere to draw to", field="OUT", remedy="Name OUT.png or OUT.mp4 after the clip")
    width, height = parse_size(size)
    if field not in ("none", "penetration", "contact", "distance"):
        raise InputError(f"'{field}' is not a field", field="--field", remedy="Use none, penetration, contact or distance")
    check_ending(out)
    asked = request(path, clip, device, models)
    refs = asked.batch.refs
    if len(refs) > 1:
        say(f"{len(refs)} clips found; drawing the first, {refs[0].id} (choose with --clip)")
    with ConsoleContext(refs[0].id) as context:
        half = SubContext(context, 0.0, 0.5)
        analysis = analyse(refs[0], asked.models_dir, asked.device, half, measure=field != "none")
        from interact_app.scene.offscreen import render_png, render_video

        shown = (coloured(analysis, f"body_{field}"), coloured(analysis, f"object_{field}"))
        if out.suffix.lower() == ".png":
            index = _frame_to_draw(analysis.posed.num_frames, frame, analysis)
            render_png(analysis.posed, out, frame=index, fields=shown, size=(width, height))
        else:
            index = None
            drawing = SubContext(context, 0.5, 1.0, "drawing")
            render_video(analysis.posed, out, fields=shown, size=(width, height), context=drawing)
    document = {"schema": "interact/render", "version": 1, "clip": refs[0].id, "out": out, "frame": index,
                "field": field, "size": [width, height]}  # fmt: skip
    if json:
        emit(document)
    else:
        typer.echo(str(out))


def check_ending(out: Path) -> None:
    """InputError unless a picture or a film is asked for."""
    if out.suffix.lower() not in (".png", ".mp4"):
        raise InputError("only .png and .mp4 can be written", path=out, remedy="Choose one of the two endings")


def _only_out(path: Path, out: Path | None) -> Path:
    """With --compare there is one argument, the picture."""
    if out is not None:
        raise InputError("--compare takes A and B, then OUT alone", field="PATH", remedy="interact render --compare A B OUT")
    return path


def parse_size(text: str) -> tuple[int, int]:
    """ "1280x720" -> (1280, 720); InputError for anything that is not a sensible picture."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 16 <= int(width) <= 7680 and 16 <= int(height) <= 4320):
        raise InputError(f"'{text}' is not a size", field="--size", remedy="Write for instance 1280x720, at most 7680x4320")
    return int(width), int(height)


def coloured(analysis: "Analysis", field_id: str) -> "VertexField | None":
    """With the range of colours that the settings ask for, as the window shows it."""
    from interact_app.display import with_range
    from interact_core.settings import load_settings

    found = analysis.inspection.fields.get(field_id) if analysis.inspection else None
    return None if found is None else with_range(found, load_settings())


def _frame_to_draw(frames: int, wanted: int | None, analysis: "Analysis") -> int:
    if wanted is None:
        artifacts = analysis.inspection.artifacts if analysis.inspection else ()
        return artifacts[0].peak_frame if artifacts else frames // 2
    if not 0 <= wanted < frames:
        raise InputError(f"frame {wanted} is outside the clip", field="--frame", remedy=f"Choose one of 0 to {frames - 1}")
    return wanted
