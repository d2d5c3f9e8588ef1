"""`interact render --compare A B OUT`: before, after and the difference in one picture or film."""

from pathlib import Path

import typer

from interact_core.cli.common import Device, emit, models_folder, resolve_device, say
from interact_core.cli.console import ConsoleContext
from interact_core.cli.sides import match, open_side
from interact_core.compare import difference
from interact_core.errors import InputError
from interact_core.inspection.analyse import Analysis, analyse_clip
from interact_core.jobs.context import SubContext


def render_compare(
    sides: tuple[str, str], out: Path, frame: int | None, size: tuple[int, int], device: Device, models: Path | None, json: bool
) -> None:  # fmt: skip
    """Draws the first pair of clips that the two sides have in common, each coloured by penetration."""
    from interact_core.cli.render import check_ending, coloured

    check_ending(out)
    models_dir, chosen = models_folder(models), resolve_device(device)
    one, two = open_side(sides[0], models_dir), open_side(sides[1], models_dir)
    pairs = match(one, two).pairs
    if not pairs:
        raise InputError("have no clip in common", path=f"{sides[0]} and {sides[1]}")
    if len(pairs) > 1:
        say(f"{len(pairs)} pairs found; drawing the first, {pairs[0][0]}")
    with ConsoleContext(pairs[0][0]) as context:
        before = analyse_clip(one.clips[pairs[0][0]](), models_dir, chosen, SubContext(context, 0.0, 0.3))
        after = analyse_clip(two.clips[pairs[0][1]](), models_dir, chosen, SubContext(context, 0.3, 0.6))
        from interact_app.scene.side_by_side import Cell, compare_png, compare_video

        cells = [
            Cell(side.posed, title, (coloured(side, "body_penetration"), coloured(side, "object_penetration")))
            for side, title in ((before, "before"), (after, "after"))
        ]
        index = _frame(frame, before, after)
        try:
            moved = difference(before.posed, after.posed)
        except InputError as error:  # other lengths or bodies: two pictures are better than none
            say(f"no difference is drawn: {error.problem}")
        else:
            fields = (moved.fields["body_displacement"], moved.fields["object_displacement"])
            cells.append(Cell(after.posed, "moved by", fields))
            index = int(moved.tracks["difference_body"].values.argmax()) if frame is None else index
        if out.suffix.lower() == ".png":
            compare_png(cells, out, index, size)
        else:
            compare_video(cells, out, size, context=SubContext(context, 0.6, 1.0))
    document = {"schema": "interact/render-compare", "version": 1, "a": sides[0], "b": sides[1], "clip": pairs[0][0], "out": out,
                "frame": index if out.suffix.lower() == ".png" else None, "size": list(size), "pictures": len(cells)}  # fmt: skip
    if json:
        emit(document)
    else:
        typer.echo(str(out))


def _frame(wanted: int | None, before: Analysis, after: Analysis) -> int:
    frames = max(before.posed.num_frames, after.posed.num_frames)
    if wanted is None:
        return frames // 2
    if not 0 <= wanted < frames:
        raise InputError(f"frame {wanted} is outside the clip", field="--frame", remedy=f"Choose one of 0 to {frames - 1}")
    return wanted
