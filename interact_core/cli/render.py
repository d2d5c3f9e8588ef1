"""`interact render`: a picture or a video of a clip, without a window and without a display."""

from pathlib import Path
from typing import Annotated

import typer

from interact_core.cli.analyse import analyse
from interact_core.cli.common import (
    ClipOption,
    Device,
    DeviceOption,
    JsonOption,
    ModelsOption,
    PathArgument,
    emit,
    models_folder,
    open_batch,
    resolve_device,
    say,
)
from interact_core.cli.console import ConsoleContext
from interact_core.errors import InputError
from interact_core.jobs.context import SubContext

OutArgument = Annotated[Path, typer.Argument(help="OUT.png for one frame, OUT.mp4 for the clip.", show_default=False)]
FrameOption = Annotated[int | None, typer.Option("--frame", help="Which frame (png); the worst or the middle one without it.")]
FieldOption = Annotated[str, typer.Option("--field", help="none, penetration, contact or distance.")]
SizeOption = Annotated[str, typer.Option("--size", help="Width x height in pixels.", metavar="WxH")]


def render(
    path: PathArgument,
    out: OutArgument,
    clip: ClipOption = "",
    frame: FrameOption = None,
    field: FieldOption = "none",
    size: SizeOption = "1280x720",
    device: DeviceOption = Device.AUTO,
    models: ModelsOption = None,
    json: JsonOption = False,
) -> None:
    """Draw a clip to a PNG or an MP4, coloured by a field if you like."""
    width, height = parse_size(size)
    if field not in ("none", "penetration", "contact", "distance"):
        raise InputError(f"'{field}' is not a field", field="--field", remedy="Use none, penetration, contact or distance")
    if out.suffix.lower() not in (".png", ".mp4"):
        raise InputError("only .png and .mp4 can be written", path=out, remedy="Choose one of the two endings")
    batch = open_batch(path, clip)
    if len(batch.refs) > 1:
        say(f"{len(batch.refs)} clips found; drawing the first, {batch.refs[0].id} (choose with --clip)")
    with ConsoleContext(batch.refs[0].id) as context:
        analysis = analyse(
            batch.refs[0], models_folder(models), resolve_device(device), SubContext(context, 0.0, 0.5), measure=field != "none"
        )
        from interact_app.scene.offscreen import render_png, render_video

        fields = analysis.inspection.fields if analysis.inspection else {}
        shown = (fields.get(f"body_{field}"), fields.get(f"object_{field}"))
        if out.suffix.lower() == ".png":
            index = _frame_to_draw(analysis.posed.num_frames, frame, analysis)
            render_png(analysis.posed, out, frame=index, fields=shown, size=(width, height))
        else:
            index = None
            drawing = SubContext(context, 0.5, 1.0, "drawing")
            render_video(analysis.posed, out, fields=shown, size=(width, height), context=drawing)
    document = {"schema": "interact/render", "version": 1, "clip": batch.refs[0].id, "out": out, "frame": index,
                "field": field, "size": [width, height]}  # fmt: skip
    if json:
        emit(document)
    else:
        typer.echo(str(out))


def parse_size(text: str) -> tuple[int, int]:
    """ "1280x720" -> (1280, 720); InputError for anything that is not a sensible picture."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 16 <= int(width) <= 7680 and 16 <= int(height) <= 4320):
        raise InputError(f"'{text}' is not a size", field="--size", remedy="Write for instance 1280x720, at most 7680x4320")
    return int(width), int(height)


def _frame_to_draw(frames: int, wanted: int | None, analysis: object) -> int:
    if wanted is None:
        artifacts = getattr(getattr(analysis, "inspection", None), "artifacts", ())
        return artifacts[0].peak_frame if artifacts else frames // 2
    if not 0 <= wanted < frames:
        raise InputError(f"frame {wanted} is outside the clip", field="--frame", remedy=f"Choose one of 0 to {frames - 1}")
    return wanted
