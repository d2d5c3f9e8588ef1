"""`interact import`: annotations out of files into a project, as edits that can be taken back."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interact_core.cli.common import ClipOption, JsonOption, PathArgument, emit, say

if TYPE_CHECKING:
    from interact_core.project.exchange import ImportReport


class WordFormName(StrEnum):
    """As `project.exchange.FORMS`; said here so that it need not be imported for the help."""

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


class OnConflictName(StrEnum):
    """What happens where the project says something else already."""

    ADD = "add"
    REPLACE = "replace"
    KEEP = "keep"


FilesArgument = Annotated[list[Path], typer.Argument(help="Files, or folders of files.", show_default=False)]
FormOption = Annotated[
    WordFormName | None, typer.Option("--form", help="The form of the files; otherwise each shows it.", show_default=False)
]
ConflictOption = Annotated[OnConflictName, typer.Option("--on-conflict", help="Where the project says something else already.")]
AuthorOption = Annotated[str, typer.Option("--author", help="Who wrote it, where the files do not say.")]
TryOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


def import_files(
    path: PathArgument, files: FilesArgument, form: FormOption = None, clip: ClipOption = "",
    on_conflict: ConflictOption = OnConflictName.ADD, author: AuthorOption = "", dry_run: TryOption = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Bring annotations into the project of PATH; what is there already stays. Exit code 2 when a file or line was no good."""
    from interact_core.cli.console import ConsoleContext
    from interact_core.project import Project, index_clips
    from interact_core.project.exchange import apply_import, import_annotations

    with ConsoleContext("Import") as context:
        project = Project.open(path)
        try:
            index_clips(project, context)
            report = import_annotations(project, files, form.value if form else None, clip, on_conflict.value, author, context)
            if not dry_run:
                apply_import(project, report, author)
                project.flush()
        finally:
            project.close()
    for finding in report.findings:
        where = f"{finding.path}" + (f", {finding.field}" if finding.field else "")
        say(f"{finding.severity}: {where}: {finding.message}. {finding.remedy}".rstrip())
    if json:
        emit(_document(path, report, dry_run))
    else:
        for c in report.clips:
            typer.echo(f"{c.clip_id}: {c.added} added, {c.replaced} replaced, {c.same} there already")
        typer.echo(f"{len(report.edits)} clips changed, {len(report.conflicts)} conflicts, {len(report.findings)} findings")
    raise typer.Exit(2 if report.has_errors else 0)


def _document(path: Path, report: "ImportReport", dry_run: bool) -> dict[str, object]:
    from interact_core.annotation import text_of

    return {
        "schema": "interact/import", "version": 1, "path": path, "applied": not dry_run,
        "clips": [
            {"clip": c.clip_id, "added": c.added, "replaced": c.replaced, "same": c.same, "changed": bool(c.edit),
             "files": sorted({str(source.path) for source in c.sources})}
            for c in report.clips
        ],
        "conflicts": [
            {"clip": c.clip_id, "kind": c.present.kind, "present": text_of(c.present), "incoming": text_of(c.incoming),
             "solved": c.solved}
            for c in report.conflicts
        ],
        "findings": [
            {"code": f.code, "severity": f.severity, "path": f.path, "field": f.field, "message": f.message, "remedy": f.remedy}
            for f in report.findings
        ],
    }  # fmt: skip
