"""`interact lint`: captions and segments held against their form, the vocabulary and the measured motion."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
)
from interact_core.cli.console import ConsoleContext

if TYPE_CHECKING:
    from interact_core.annotation.documents import AnnotationDocument
    from interact_core.annotation.evidence import Evidence
    from interact_core.annotation.lint import Finding
    from interact_core.clip import Clip
    from interact_core.formats.registry import ClipRef

TextOnlyOption = Annotated[bool, typer.Option("--text-only", help="Do not measure the motion: much faster, and it sees less.")]
StyleOption = Annotated[bool, typer.Option("--simple-present", help="Ask for 'A person lifts' throughout.")]


def lint(
    path: PathArgument,
    clip: ClipOption = "",
    text_only: TextOnlyOption = False,
    simple_present: StyleOption = False,
    device: DeviceOption = Device.AUTO,
    models: ModelsOption = None,
    json: JsonOption = False,
) -> None:
    """Check captions and segments. Exit code 1 when an error or a warning is open, 2 when an input could not be used."""
    from interact_core.project.written import documents_of

    batch = open_batch(path, clip)
    folder, chosen = models_folder(models), "" if text_only else resolve_device(device)
    check = _checker(simple_present)
    with documents_of(path) as (documents, origin):

        def work(ref: "ClipRef") -> dict[str, Any]:
            from interact_core.formats.registry import read_clip

            evidence = None
            if text_only:
                read = read_clip(ref, models_dir=folder)
            else:
                read, evidence = _measured(ref, folder, chosen)
            document = documents(read)
            return _record(read, document, check(read, document, evidence), evidence)

        clips = batch.run(work)
    counts = Counter(f["severity"] for c in clips for f in c["findings"] if f["dismissed"] is None)
    if json:
        emit({"schema": "interact/lint", "version": 1, "path": path, "words": origin, "measured": not text_only,
              "counts": dict(counts), "clips": clips, "problems": batch.problems})  # fmt: skip
    else:
        _print(clips, counts)
    raise typer.Exit(batch.exit_code or int(bool(counts["error"] + counts["warning"])))


def _checker(simple_present: bool) -> Callable[["Clip", "AnnotationDocument", "Evidence | None"], tuple["Finding", ...]]:
    from interact_core.annotation.lint import LintOptions
    from interact_core.annotation.lint import lint as run
    from interact_core.annotation.spelling import Spelling
    from interact_core.annotation.vocabulary_file import load_vocabulary

    vocabulary, spelling = load_vocabulary(), Spelling()
    spelling.load()

    def check(clip: "Clip", document: "AnnotationDocument", evidence: "Evidence | None") -> tuple["Finding", ...]:
        objects = tuple(o.name for o in clip.objects)
        options = LintOptions(objects, clip.num_frames, simple_present=simple_present, knows=spelling.knows)
        return run(document, evidence, vocabulary, options)

    return check


def _measured(ref: "ClipRef", models: Path | None, device: str) -> tuple["Clip", "Evidence"]:
    from interact_core.inspection.analyse import analyse
    from interact_core.inspection.clip_evidence import evidence_of

    with ConsoleContext(ref.id) as context:
        analysis = analyse(ref, models, device, context)
    assert analysis.inspection is not None
    return analysis.posed.clip, evidence_of(analysis.posed, analysis.inspection)


def _record(
    clip: "Clip", document: "AnnotationDocument", findings: tuple["Finding", ...], evidence: "Evidence | None"
) -> dict[str, Any]:
    from interact_core.annotation import text_of

    def plain(finding: "Finding") -> dict[str, Any]:
        record = document.get(finding.uid)
        text = text_of(record) if record is not None else ""
        fix = {"title": finding.fix.title, "field": finding.fix.field, "text": finding.fix.text} if finding.fix else None
        return {
            "rule": finding.rule, "severity": finding.severity, "message": finding.message, "why": finding.why,
            "record": finding.uid, "text": text, "start": finding.start, "end": finding.end, "frames": finding.frames,
            "fix": fix, "key": finding.key, "dismissed": finding.dismissed,
        }  # fmt: skip

    return {
        "id": clip.id, "frames": clip.num_frames, "captions": len(document.captions), "segments": len(document.segments),
        "measured": evidence is not None, "findings": [plain(finding) for finding in findings],
    }  # fmt: skip


def _print(clips: list[dict[str, Any]], counts: Counter[str]) -> None:
    for c in clips:
        shown = [f for f in c["findings"] if f["dismissed"] is None]
        if not shown:
            continue
        typer.echo(c["id"])
        for f in shown:
            words = f["text"][f["start"] : f["end"]]
            quoted = f" '{words}':" if words and len(words) < 40 else ""
            typer.echo(f"  {f['severity']:<8} {f['rule']}:{quoted} {f['message']} {f['why']}")
    told = ", ".join(
        f"{counts[severity]} {severity}{'s' if counts[severity] != 1 else ''}" for severity in ("error", "warning", "hint")
    )
    typer.echo(f"{len(clips)} clips: {told}")
