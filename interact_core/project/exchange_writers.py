"""What each form looks like on disk, from the records of a project's clips. Nothing is written here."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from interact_core.annotation import AnnotationDocument, CaptionRecord, Record, SegmentRecord, record_to_dict
from interact_core.annotation.document_files import DocumentMeta, document_bytes, document_name
from interact_core.annotation.vocabulary import Vocabulary, default_vocabulary
from interact_core.errors import InputError
from interact_core.formats.atomic import npy_bytes
from interact_core.formats.registry import INTERACT
from interact_core.formats.text_files import ACTIONS
from interact_core.formats.words.action_txt import action_vector, check_actions, new_action_file
from interact_core.formats.words.babel import BabelFile
from interact_core.formats.words.cues import cues_of, write_cues
from interact_core.formats.words.eaf import write_eaf
from interact_core.formats.words.humanml3d import humanml3d_captions, humanml3d_spelling
from interact_core.formats.words.model import ClipWords
from interact_core.formats.words.omomo_json import SentenceFile
from interact_core.formats.words.rows import write_csv, write_jsonl
from interact_core.formats.words.sentences import one_line
from interact_core.formats.words.text_txt import LINE_ENDS, Spelling, TextFile, new_text_file
from interact_core.formats.words.text_txt import Form as TextForm
from interact_core.formats.words.tokens import can_tokenise, tokens_of
from interact_core.project.exchange_forms import Form
from interact_core.project.facts import glance
from interact_core.project.imported_files import imported
from interact_core.project.library import ClipRow
from interact_core.project.project import Project

Files = dict[PurePosixPath, bytes]
_LOWER: Final = ("arctic", "parahome")
"""Data sets whose tokens are lower case (data format note, section 5.1)."""
COLUMNS: Final = (
    "clip", "dataset", "kind", "uid", "variant", "tier", "text", "label", "actor", "object", "part", "hand", "confidence",
    "note", "start_frame", "end_frame", "start_seconds", "end_seconds", "fps", "frames", "tokens", "state", "finding", "reason",
    "about", "frame", "rejection", "resolved", "author", "modified", "origin",
)  # fmt: skip


@dataclass(frozen=True)
class ExportOptions:
    """line_end and text_form: of files that were never imported; the others keep their own. plain: characters that
    InterAct's captions never have are left out of its forms. tokens: captions without them are tokenised."""

    line_end: Literal["lf", "cr", "crlf"] = "lf"
    text_form: TextForm = "full"
    plain: bool = True
    tokens: bool = True
    vocabulary: Vocabulary | None = None
    author: str = ""
    date: datetime | None = None


@dataclass(frozen=True)
class Subject:
    """A clip with what is said about it. `fps` and `frames` are always known, from the clip's files if need be."""

    project: Project
    row: ClipRow
    records: tuple[Record, ...]
    fps: float
    frames: int

    @property
    def words(self) -> ClipWords:
        captions = tuple(r.caption for r in self.records if isinstance(r, CaptionRecord) and r.caption.text.strip())
        segments = tuple(r.segment for r in self.records if isinstance(r, SegmentRecord))
        return ClipWords(captions, segments, self.row.id, self.fps, self.frames)

    @property
    def place(self) -> PurePosixPath:
        """`<dataset>/<clip>`, the whole id where two folders of one data set hold clips of one name."""
        return PurePosixPath(self.row.dataset or "clips") / PurePosixPath(self.row.id).name

    @property
    def actions(self) -> tuple[str, ...]:
        """The classes of the action tier, else those that came with the clip."""
        said = [s.label for s in self.words.segments if s.tier == "action" and s.label in ACTIONS]
        if not said:
            ref = self.project.library.ref(self.row.id)
            said = list(glance(ref).actions) if ref.format == INTERACT else []
        return tuple(name for name in ACTIONS if name in said)


def subject_of(project: Project, row: ClipRow) -> Subject:
    """InputError where the length of the clip must be looked up and cannot be read."""
    fps, frames = row.fps, row.frames
    if not fps or not frames:
        facts = glance(project.library.ref(row.id))
        fps, frames = facts.fps, facts.frames
    return Subject(project, row, project.annotations(row.id), fps, frames)


def has_words(subject: Subject, form: Form) -> bool:
    """Whether the form has anything to say about the clip."""
    words = subject.words
    if form in ("csv", "jsonl", "document"):
        return bool(subject.records)
    if form in ("text", "omomo"):
        return bool(words.captions)
    if form == "action":
        return bool(subject.actions)
    if form in ("humanml3d", "annotation-csv"):
        return bool(words.captions) or any(s.tier in ("caption", "action") for s in words.segments)
    return bool(words.captions or words.segments)


def files_of(subject: Subject, form: Form, options: ExportOptions) -> Files:
    """The files of one clip, for forms with files of their own for every clip."""
    place = subject.place
    if form == "text":
        return {place / "text.txt": _text(subject, options)}
    if form == "action":
        return _action(subject, options, place)
    if form == "humanml3d":
        return {place.with_name(f"{place.name}.txt"): _humanml3d(subject, options)}
    if form == "document":
        document = AnnotationDocument(subject.row.id, subject.records)
        meta = DocumentMeta(options.author, frames=subject.frames, fps=subject.fps)
        return {PurePosixPath(document_name(subject.row.id)): document_bytes(document, meta)}
    words = subject.words
    if form == "eaf":
        vocabulary = options.vocabulary or default_vocabulary()
        labels = {tier.id: tier.labels for tier in vocabulary.tiers if tier.labels}
        data = write_eaf(words, subject.fps, subject.frames, labels, options.author, options.date)
    elif form == "vtt":
        data = write_cues(cues_of(words, "vtt", subject.fps, subject.frames))
    else:
        data = write_cues(cues_of(words, "srt", subject.fps, subject.frames))
    return {place.with_name(f"{place.name}.{form}"): data}


def file_of(subjects: Sequence[Subject], form: Form) -> bytes:
    """The one file of all clips, for forms that have one."""
    if form == "babel":
        return _babel(subjects)
    if form == "omomo":
        return _omomo(subjects)
    rows = [row for subject in subjects for row in _rows(subject)]
    return write_jsonl(rows) if form == "jsonl" else write_csv(map(_with_seconds, rows), COLUMNS)


def loses(subject: Subject, form: Form, options: ExportOptions) -> bool:
    """Whether captions must lose characters in this form, which the person should know."""
    if form == "annotation-csv":
        return any(c.text.strip() != one_line(c.text, False).replace(";", ",") for c in subject.words.captions)
    if form not in ("text", "humanml3d"):
        return False
    return any(c.text.strip() != one_line(c.text, options.plain) for c in subject.words.captions)


def missing_tagger(form: Form, options: ExportOptions) -> str:
    """What to tell a person where tokens are wanted and nobody can make them; "" otherwise."""
    wanted = options.tokens and (form == "humanml3d" or (form in ("text", "action") and options.text_form == "full"))
    if not wanted or can_tokenise():
        return ""
    return "The part-of-speech tagger is not installed: captions that have no tokens are written without."


def _tokeniser(subject: Subject, options: ExportOptions, *, lower: bool = False) -> Callable[[str], tuple[str, ...]] | None:
    if not options.tokens or not can_tokenise():
        return None
    low = lower or subject.row.dataset.startswith(_LOWER)
    return lambda sentence: tokens_of(sentence, lower=low)


def _text(subject: Subject, options: ExportOptions) -> bytes:
    spelling = Spelling(
        options.text_form, LINE_ENDS[options.line_end], plain=options.plain, tokenise=_tokeniser(subject, options)
    )  # fmt: skip
    pattern = _pattern(subject, "text", "text.txt")
    captions = subject.words.captions
    if pattern is None:
        return new_text_file(captions, subject.fps, spelling).data()
    return pattern.updated(captions, subject.fps, subject.frames, spelling).data()


def _humanml3d(subject: Subject, options: ExportOptions) -> bytes:
    spelling = replace(humanml3d_spelling(_tokeniser(subject, options, lower=True)), plain=options.plain)
    captions = humanml3d_captions(subject.words.captions, subject.words.segments)
    pattern = _pattern(subject, "humanml3d", "")
    if pattern is None:
        return new_text_file(captions, subject.fps, spelling).data()
    return pattern.updated(captions, subject.fps, subject.frames, spelling).data()


def _action(subject: Subject, options: ExportOptions, place: PurePosixPath) -> Files:
    actions = subject.actions
    pattern = _pattern(subject, "action", "action.txt")
    thing = subject.row.objects[0] if subject.row.objects else ""
    if pattern is not None and _classes(pattern) == actions:
        text = pattern.data()
    else:
        form: TextForm = options.text_form if options.text_form != "full" else "bare"
        text = new_action_file(actions, thing, Spelling(form, LINE_ENDS[options.line_end])).data()
    return {place / "action.txt": text, place / "action.npy": npy_bytes(action_vector(actions))}


def _classes(file: TextFile) -> tuple[str, ...]:
    """In the order of the vector; () for a file that holds something else (defect D1 puts captions there)."""
    try:
        found = check_actions(file)
    except InputError:
        return ()
    return tuple(name for name in ACTIONS if name in found)


def _pattern(subject: Subject, form: Form, name: str) -> TextFile | None:
    """The file that was imported, else the clip's own; None where there is none that can be read."""
    data = imported(subject.project, subject.row.id, form)
    if data is None and name:
        ref = subject.project.library.ref(subject.row.id)
        path = Path(ref.path) / name
        data = _bytes(path) if ref.format == INTERACT else None
    if data is None:
        return None
    try:
        return TextFile.parse(data)
    except InputError:
        return None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _babel(subjects: Sequence[Subject]) -> bytes:
    file = BabelFile()
    for subject in subjects:
        name = subject.row.id
        data = imported(subject.project, name, "babel")
        if data is not None:
            kept = BabelFile.parse(data)
            name = next(iter(kept.tree), name)
            file = BabelFile({**file.tree, **kept.tree}, data if not file.tree else b"")
        file = file.with_words(replace(subject.words, clip=name), subject.fps, subject.frames)
    return file.data()


def _omomo(subjects: Sequence[Subject]) -> bytes:
    pattern, sentences = SentenceFile({}), {}
    for subject in subjects:
        data = imported(subject.project, subject.row.id, "omomo")
        kept = SentenceFile.parse(data) if data is not None else SentenceFile({})
        pattern = kept if kept.sentences else pattern
        name = next(iter(kept.sentences), PurePosixPath(subject.row.id).name)
        sentences[name if name not in sentences else subject.row.id] = " ".join(subject.words.captions[0].text.split())
    return pattern.updated(sentences).data()


def _rows(subject: Subject) -> Iterator[dict[str, Any]]:
    about = {"clip": subject.row.id, "dataset": subject.row.dataset, "fps": subject.fps, "frames": subject.frames}
    for record in subject.records:
        content = record_to_dict(record)
        inner = content.pop("caption", None) or content.pop("segment", None) or {}
        yield json.loads(json.dumps({**about, "kind": record.kind, **content, **inner}))


def _with_seconds(row: dict[str, Any]) -> dict[str, Any]:
    named = [name for name in ("start", "end") if row.get(f"{name}_frame") is not None]
    return {**row, **{f"{name}_seconds": round(row[f"{name}_frame"] / row["fps"], 3) for name in named}}
