"""`interact export`: what a project says about its clips, in the forms that the field uses."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from interact_core.cli.common import ClipOption, JsonOption, PathArgument, emit, say


class FormName(StrEnum):
    """As `interact_core.project.exchange.FORMS`; said here so that the command line need not import the project."""

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


class LineEnd(StrEnum):
    """Between the records of text.txt."""

    LF = "lf"
    CR = "cr"
    CRLF = "crlf"


OutArgument = Annotated[Path, typer.Argument(help="A new file or folder, outside the data.", show_default=False)]
FormOption = Annotated[FormName, typer.Option("--form", help="The form to write.")]
LineEndOption = Annotated[LineEnd, typer.Option("--line-end", help="Between records of new text files; InterAct writes cr.")]
TokensOption = Annotated[bool, typer.Option("--tokens/--no-tokens", help="Fill in missing part-of-speech tokens.")]


def export(
    path: PathArgument, out: OutArgument, form: FormOption, clip: ClipOption = "", line_end: LineEndOption = LineEnd.LF,
    tokens: TokensOption = True, json: JsonOption = False,
) -> None:  # fmt: skip
    """Write captions, segments and everything else that was said about the clips. Exit code 2 when a clip was left out."""
    from interact_core.cli.console import ConsoleContext
    from interact_core.project import Project, index_clips
    from interact_core.project.exchange import ExportOptions, export_annotations

    with ConsoleContext("Export") as context:
        project = Project.open(path)
        try:
            index_clips(project, context)
            options = ExportOptions(line_end=line_end.value, tokens=tokens)
            report = export_annotations(project, out, form.value, [clip] if clip else None, options, context)
        finally:
            project.close()
    problems = [
        {"severity": f.severity, "path": f.path, "field": f.field, "message": f.message, "remedy": f.remedy}
        for f in report.problems
    ]  # fmt: skip
    for problem in problems:
        say(f"{problem['severity']}: {problem['field']}: {problem['message']} {problem['remedy']}".rstrip())
    if json:
        emit({
            "schema": "interact/export", "version": 1, "path": report.path, "form": report.form, "clips": report.clips,
            "records": report.records, "files": report.files, "changed": report.changed, "problems": problems,
        })  # fmt: skip
    else:
        typer.echo(f"{report.path}: {report.clips} clips, {report.records} records, {len(report.files)} files")
        if report.changed:
            typer.echo(f"{len(report.changed)} clips hold characters that the form has no place for (first: {report.changed[0]})")
    raise typer.Exit(2 if any(f.severity == "error" for f in report.problems) else 0)
