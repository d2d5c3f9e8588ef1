"""`interact export`: what a project says about its clips, and the clips themselves, in the forms that the field uses."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

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

if TYPE_CHECKING:
    from interact_core.consolidate.exports.forms import Form as MotionForm
    from interact_core.formats.findings import Finding
    from interact_core.project.exchange_forms import Form as WordForm


class FormName(StrEnum):
    """As `project.exchange.FORMS` and `consolidate.exports.MOTION_FORMS`; said here so that neither need be imported."""

    TEXT = "text"
    ACTION = "action"
    ANNOTATION_CSV = "annotation-csv"
    HUMANML3D = "humanml3d"
    BABEL = "babel"
    OMOMO = "omomo"
    EAF = "eaf"
    VTT = "vtt"
    SRT = "srt"
    CSV = "csv"
    JSONL = "jsonl"
    DOCUMENT = "document"
    GLB = "glb"
    GLTF = "gltf"
    BVH = "bvh"
    NPZ = "npz"
    INTERMIMIC = "intermimic"
    URDF = "urdf"
    MJCF = "mjcf"


class LineEnd(StrEnum):
    """Between the records of text.txt."""

    LF = "lf"
    CR = "cr"
    CRLF = "crlf"


OutArgument = Annotated[Path, typer.Argument(help="A new file or folder, outside the data.", show_default=False)]
FormOption = Annotated[FormName, typer.Option(
    "--form", help="The form to write. glb to mjcf hold the motion, the others the words. In glb and gltf the skin is that of "
    "the body the clip is shown on: with --models your own licensed model's surface, which you may not pass on.",
)]  # fmt: skip
LineEndOption = Annotated[LineEnd, typer.Option("--line-end", help="Between records of new text files; InterAct writes cr.")]
TokensOption = Annotated[bool, typer.Option("--tokens/--no-tokens", help="Fill in missing part-of-speech tokens.")]


def export(
    path: PathArgument, out: OutArgument, form: FormOption, clip: ClipOption = "", line_end: LineEndOption = LineEnd.LF,
    tokens: TokensOption = True, device: DeviceOption = Device.CPU, models: ModelsOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    """Write captions, segments and all else that was said about the clips, or their motion. Exit code 2 when one was left out."""
    if form in _MOTION:
        document, findings = _motion(path, out, form, clip, device, models)
    else:
        document, findings = _annotations(path, out, form, clip, line_end, tokens)
    problems = [
        {"severity": f.severity, "path": f.path, "field": f.field, "message": f.message, "remedy": f.remedy} for f in findings
    ]
    for problem in problems:
        say(f"{problem['severity']}: {problem['field']}: {problem['message']} {problem['remedy']}".rstrip())
    for note in document["notes"]:
        say(note)
    if json:
        emit({"schema": "interact/export", "version": 1, **document, "problems": problems})
    else:
        records = f", {document['records']} records" if form not in _MOTION else ""
        typer.echo(f"{document['path']}: {document['clips']} clips{records}, {len(document['files'])} files")
        if changed := document["changed"]:
            typer.echo(f"{len(changed)} clips hold characters that the form has no place for (first: {changed[0]})")
    raise typer.Exit(2 if any(f.severity == "error" for f in findings) else 0)


def _annotations(
    path: Path, out: Path, form: FormName, clip: str, line_end: LineEnd, tokens: bool
) -> "tuple[dict[str, Any], tuple[Finding, ...]]":
    from interact_core.cli.console import ConsoleContext
    from interact_core.project import Project, index_clips
    from interact_core.project.exchange import ExportOptions, export_annotations

    with ConsoleContext("Export") as context:
        project = Project.open(path)
        try:
            index_clips(project, context)
            options = ExportOptions(line_end=line_end.value, tokens=tokens)
            report = export_annotations(project, out, cast("WordForm", form.value), [clip] if clip else None, options, context)
        finally:
            project.close()
    document = {
        "path": report.path, "form": report.form, "clips": report.clips, "records": report.records, "files": report.files,
        "changed": report.changed, "notes": (),
    }  # fmt: skip
    return document, tuple(report.problems)


def _motion(
    path: Path, out: Path, form: FormName, clip: str, device: Device, models: Path | None
) -> "tuple[dict[str, Any], tuple[Finding, ...]]":
    from interact_core.cli.console import ConsoleContext
    from interact_core.consolidate.exports.write import Job, export_motion
    from interact_core.formats.registry import read_clip

    asked = request(path, clip, device, models)
    jobs = [Job(ref.id, ref.path, lambda ref=ref: read_clip(ref, asked.models_dir)) for ref in asked.batch.refs]  # type: ignore[misc]
    with ConsoleContext("Export") as context:
        report = export_motion(
            jobs, out, cast("MotionForm", form.value), data=asked.batch.listing.root, models_dir=asked.models_dir,
            device=asked.device, context=context,
        )  # fmt: skip
    document = {
        "path": report.path, "form": report.form, "clips": report.clips, "records": 0, "files": report.files, "changed": (),
        "notes": report.notes,
    }  # fmt: skip
    return document, report.problems


_MOTION = frozenset((
    FormName.GLB, FormName.GLTF, FormName.BVH, FormName.NPZ, FormName.INTERMIMIC, FormName.URDF, FormName.MJCF,
))  # fmt: skip
