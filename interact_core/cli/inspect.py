"""`interact inspect`: every measure of every clip, as a table, as JSON, and as arrays."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import (
    Batch,
    ClipOption,
    Device,
    DeviceOption,
    JsonOption,
    ModelsOption,
    PathArgument,
    emit,
    request,
)
from interact_core.cli.console import ConsoleContext
from interact_core.errors import InputError
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.cli.common import Request
    from interact_core.cli.inspect_report import ReportWork
    from interact_core.formats.registry import ClipRef
    from interact_core.inspection.analyse import Analysis

FieldsOption = Annotated[
    Path | None,
    typer.Option("--fields", help="Write vertices, signed distances and tracks: an .npz, or a folder for several clips."),
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", help="Write a report on all clips into this folder: HTML, CSV and JSON.", show_default=False),
]
AgainstOption = Annotated[
    str,
    typer.Option("--against", help="With --report: a second folder, or `versions`, to show as after.", show_default=False),
]
_log = logging.getLogger(__name__)


def inspect(
    path: PathArgument,
    clip: ClipOption = "",
    fields: FieldsOption = None,
    report: ReportOption = None,
    against: AgainstOption = "",
    device: DeviceOption = Device.AUTO,
    models: ModelsOption = None,
    json: JsonOption = False,
) -> None:
    """Measure penetration, contact, floating, feet, ground, jitter and hands; say where to look first."""
    asked = request(path, clip, device, models)
    batch = asked.batch
    _check_target(fields, batch)
    reporting = _report_work(report, path, against, asked)

    def work(ref: "ClipRef") -> dict[str, Any]:
        from interact_core.inspection.analyse import analyse

        with ConsoleContext(ref.id) as context:
            analysis = analyse(ref, asked.models_dir, asked.device, context)
            if reporting is not None:
                reporting.add(ref, analysis, context)
        written = _write_fields(analysis, fields, ref, several=len(batch.refs) > 1)
        found = analysis.record() | {"fields": written}
        return found if json else found | {"tracks": {}}  # which nobody prints, and which fill the memory of a large set

    clips = batch.run(work)
    if report is not None and reporting is not None:
        reporting.write(report)
    if json:
        emit({"schema": "interact/inspect", "version": 1, "path": path, "device": asked.device, "clips": clips,
              "problems": batch.problems})  # fmt: skip
    else:
        for c in clips:
            _print(c)
    raise typer.Exit(batch.exit_code)


def _report_work(report: Path | None, path: Path, against: str, asked: "Request") -> "ReportWork | None":
    if report is None:
        if against:
            raise InputError("says what a report compares with", field="--against", remedy="Give --report FOLDER too")
        return None
    from interact_core.cli.inspect_report import ReportWork

    return ReportWork(path, against, asked)


def _check_target(fields: Path | None, batch: Batch) -> None:
    if fields is not None and len(batch.refs) > 1 and fields.suffix == ".npz":
        raise InputError(
            f"{len(batch.refs)} clips cannot share one file", path=fields, field="--fields", remedy="Name a folder, or one --clip"
        )


def _write_fields(analysis: "Analysis", target: Path | None, ref: "ClipRef", *, several: bool) -> Path | None:
    """`--fields`: the arrays of docs/cli.md. Compressed npz, written beside and then renamed."""
    if target is None:
        return None
    from interact_core.formats.atomic import write_npz

    path = target / f"{ref.id.replace('/', '__')}.npz" if several or target.suffix != ".npz" else target
    write_npz(path, analysis.arrays())
    return path


def _print(c: dict[str, Any]) -> None:
    typer.echo(f"{c['id']}  ({c['frames']} frames, severity {c['severity']:.2f})")
    if c["body"]["stand_in"]:
        typer.echo(f"  note: {c['body']['note']}")
    for value in c["summary"].values():
        frame = f"  at frame {value['worst_frame']}" if value["worst_frame"] is not None else ""
        typer.echo(f"  {value['title']:<52} {figure_text(value['value'], value['unit']):>12}{frame}")
    for a in c["artifacts"][:10]:
        span = f"{a['start_frame']}-{a['end_frame'] - 1}"
        worst = figure_text(a["value"], a["unit"])
        typer.echo(f"  artifact {a['kind']:<24} frames {span:<10} worst {worst} at {a['peak_frame']}")
    if len(c["artifacts"]) > 10:
        typer.echo(f"  ... and {len(c['artifacts']) - 10} more (see --json)")
    for note in c["notes"]:
        if note != c["body"]["note"]:
            typer.echo(f"  note: {note}")
