"""Files of any form taken apart into what each clip gets. Which clip that is, the file says, or its name."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from interact_core.annotation import CaptionRecord, Record, SegmentRecord, new_uid
from interact_core.annotation.document_files import SCHEMA, VERSION, parse_document
from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.npz_files import read_npy
from interact_core.formats.text_files import ACTIONS
from interact_core.formats.words.action_txt import action_of, actions_of_vector, check_actions
from interact_core.formats.words.annotation_csv import TABLES, AnnotationTable, read_annotation_csv
from interact_core.formats.words.babel import BabelFile
from interact_core.formats.words.cues import read_cues, words_of
from interact_core.formats.words.eaf_reader import read_eaf
from interact_core.formats.words.humanml3d import read_humanml3d
from interact_core.formats.words.model import MAX_BYTES, ClipWords
from interact_core.formats.words.omomo_json import SentenceFile
from interact_core.formats.words.rows import Row, read_csv, read_jsonl
from interact_core.formats.words.text_txt import TextFile
from interact_core.project.exchange_forms import SUFFIXES, Form, sniff
from interact_core.project.facts import glance
from interact_core.project.library import ClipRow
from interact_core.project.project import Project

_ABOUT: Final = ("dataset", "fps", "frames", "start_seconds", "end_seconds")
"""Columns of our tables that describe, and say nothing that the record does not."""
_MAY_BE_EMPTY: Final = {"caption": ("text",), "remark": ("text",), "dismissal": ("finding", "reason")}


@dataclass(frozen=True)
class Incoming:
    """What one file says about one clip. `kept`: the bytes to write again while nothing changes."""

    clip_id: str
    path: Path
    form: Form
    records: tuple[Record, ...]
    kept: bytes = b""


@dataclass
class Reading:
    """Goes on past files that are no good: each is one finding."""

    project: Project
    clip: str = ""
    found: list[Incoming] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _tables: dict[str, list[tuple[Path, AnnotationTable]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rows = {row.id: row for row in self.project.library.search()}
        self._by_name: dict[str, list[ClipRow]] = {}
        for row in self._rows.values():
            self._by_name.setdefault(PurePosixPath(row.id).name, []).append(row)
        if self.clip and self.clip not in self._rows:
            raise InputError(f"there is no clip '{self.clip}'", field="clip", remedy="Give the id as the library shows it")

    def read(self, path: Path, form: Form | None) -> None:
        """One file. What is wrong with it becomes a finding."""
        try:
            data = _bytes(path)
            chosen = form or sniff(path, data)
            if chosen == "annotation-csv":
                table = read_annotation_csv(data, path, 3 if path.stem.lower() == "chairs" else 1)
                self.findings.extend(table.findings)
                self._tables.setdefault(_table_of(path), []).append((path, table))
                return
            self.found.extend(self._take(path, chosen, data))
        except InputError as error:
            field_, where = error.field or "", error.path or path
            self.findings.append(Finding("import-unusable", "error", where, field_, error.problem, error.remedy))

    def finish(self) -> None:
        """The tables belong together, so they are joined when all have been read."""
        if self._tables:
            self.found.extend(self._from_tables())

    def _take(self, path: Path, form: Form, data: bytes) -> list[Incoming]:
        if form in ("csv", "jsonl"):
            rows = read_jsonl(data, path) if form == "jsonl" else read_csv(data, path)
            return self._from_rows(path, form, rows)
        if form == "document":
            document, _ = parse_document(data, path)
            return [Incoming(self._clip(document.id, path).id, path, form, document.records)]
        if form == "babel":
            return self._from_babel(path, data)
        if form == "omomo":
            return self._from_omomo(path, data)
        if form in ("eaf", "vtt", "srt"):
            return [self._from_times(path, form, data)]
        row = self._clip(path.parent.name if path.name.lower() in _FIXED_NAMES else path.stem, path)
        fps, frames = self._length(row)
        if form == "action":
            classes = _classes(path, data)
            segments = tuple(Segment("action", 0, frames, label=name) for name in classes)
            kept = data if path.suffix.lower() == ".txt" else b""
            return [Incoming(row.id, path, form, _records(ClipWords((), segments)), kept)]
        if form == "humanml3d":
            return [Incoming(row.id, path, form, _records(read_humanml3d(data, fps, frames, path)), data)]
        file = TextFile.parse(data, path)
        file.check(path)
        return [Incoming(row.id, path, form, _records(ClipWords(file.captions(fps, frames))), data)]

    def _from_times(self, path: Path, form: Form, data: bytes) -> Incoming:
        """Read at any rate to learn whose it is, then at the clip's."""
        name = self._words(path, form, data, 30.0).clip
        row = self._clip(name or path.stem, path)
        words = self._words(path, form, data, self._length(row)[0])
        return Incoming(row.id, path, form, _records(words))

    def _words(self, path: Path, form: Form, data: bytes, fps: float) -> ClipWords:
        if form == "eaf":
            return read_eaf(data, fps, path)
        return words_of(read_cues(data, "vtt" if form == "vtt" else "srt", path), fps, path)

    def _from_babel(self, path: Path, data: bytes) -> list[Incoming]:
        file = BabelFile.parse(data, path)
        found = []
        for name, entry in file.tree.items():
            row = self._clip_or_finding(name, path)
            if row is not None:
                fps, frames = self._length(row)
                kept = data if len(file.tree) == 1 else json.dumps({name: entry}, ensure_ascii=False).encode()
                found.append(Incoming(row.id, path, "babel", _records(file.words(name, fps, frames, path)), kept))
        return found

    def _from_omomo(self, path: Path, data: bytes) -> list[Incoming]:
        words = SentenceFile.parse(data, path).words().clips
        rows = [(self._clip_or_finding(said.clip, path), said) for said in words]
        kept = data if len(words) == 1 else b""
        return [Incoming(row.id, path, "omomo", _records(said), kept) for row, said in rows if row is not None]

    def _from_rows(self, path: Path, form: Form, rows: Sequence[Row]) -> list[Incoming]:
        by_clip: dict[str, list[Record]] = {}
        for row in rows:
            try:
                clip, record = record_of_row(row, path)
                by_clip.setdefault(self._clip(self.clip or clip, path).id, []).append(record)
            except InputError as error:
                line = f"line {row.line}"
                field_ = ", ".join(dict.fromkeys([line, (error.field or line).removeprefix("records[0].")]))
                self.findings.append(Finding("import-line", "error", path, field_, error.problem, error.remedy))
        return [Incoming(clip, path, form, tuple(records)) for clip, records in by_clip.items()]

    def _from_tables(self) -> Iterator[Incoming]:
        """change, shorten and action only give their texts, matched by the number of the segment."""
        rows = {
            name: {key: row for _, table in reversed(tables) for key, row in table.by_sequence.items()}
            for name, tables in self._tables.items()
        }
        for sequence in dict.fromkeys(key for name in TABLES for key in rows.get(name, ())):
            texts = {name: rows[name][sequence].segments for name in TABLES if sequence in rows.get(name, ())}
            first = next(iter(texts))
            path, leading = self._tables[first][0][0], rows[first][sequence]
            uncut = self._by_name.get(sequence, ())
            for index, segment in enumerate(leading.segments):
                said = {name: segments[index].text for name, segments in texts.items() if index < len(segments)}
                cut = self._by_name.get(f"{sequence}_{segment.start}", ())
                if len(cut) == 1:
                    frames = self._length(cut[0])[1]
                    yield Incoming(cut[0].id, path, "annotation-csv", _of_cut(said, frames))
                elif len(uncut) == 1:
                    yield Incoming(uncut[0].id, path, "annotation-csv", _of_section(said, segment.start, segment.end))
                else:
                    told, where = (
                        f"no clip '{sequence}_{segment.start}' or '{sequence}' is in the library",
                        f"line {leading.line}",
                    )
                    self.findings.append(Finding("import-no-clip", "error", path, where, told, "Open the data it is about"))

    def _clip_or_finding(self, name: str, path: Path) -> ClipRow | None:
        try:
            return self._clip(name, path)
        except InputError as error:
            self.findings.append(Finding("import-no-clip", "error", path, name[:80], error.problem, error.remedy))
            return None

    def _clip(self, name: str, path: Path) -> ClipRow:
        """By id, else by the last part of it; a data set's name among the folders decides between several."""
        name = self.clip or name
        if name in self._rows:
            return self._rows[name]
        found = self._by_name.get(PurePosixPath(name).name, [])
        if len(found) > 1:
            found = [row for row in found if row.dataset in path.parts] or found
        if len(found) == 1:
            return found[0]
        problem = f"{len(found)} clips are called '{name[:80]}'" if found else f"there is no clip '{name[:80]}' in the library"
        raise InputError(problem, path=path, field="clip", remedy="Name the clip it is for")

    def _length(self, row: ClipRow) -> tuple[float, int]:
        if row.fps and row.frames:
            return row.fps, row.frames
        facts = glance(self.project.library.ref(row.id))
        return facts.fps, facts.frames


_FIXED_NAMES: Final = frozenset({"text.txt", "action.txt", "action.npy"})


def walk(path: Path) -> list[Path]:
    """The files of a folder that could be annotations, in order; a file is itself."""
    if not path.is_dir():
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = (Path(folder, name) for name in sorted(names) if not name.startswith("."))
        found += [file for file in shown if file.suffix.lower() in SUFFIXES]
    return found


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"is larger than {MAX_BYTES >> 20} MB, which no such file needs", path=path)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", path=path, remedy="Check that it is there") from error


def _records(words: ClipWords) -> tuple[Record, ...]:
    captions = (CaptionRecord(new_uid(), caption, "import") for caption in words.captions)
    segments = (SegmentRecord(new_uid(), segment, "import") for segment in words.segments)
    return (*captions, *segments)


def record_of_row(row: Row, path: Path) -> tuple[str, Record]:
    """One line of a table or JSON Lines as a record, judged by the reader of annotation documents."""
    content: dict[str, Any] = {k: v for k, v in row.content.items() if k not in _ABOUT}
    clip = content.pop("clip", "")
    if not isinstance(clip, str) or not clip:
        raise InputError("does not say which clip", path=path, field="clip", remedy="Fill in the clip's id")
    kind = content.setdefault("kind", "segment" if content.get("tier") else "caption")
    for name in _MAY_BE_EMPTY.get(kind if isinstance(kind, str) else "", ()):
        content.setdefault(name, "")
    if kind != "state":
        content.setdefault("uid", new_uid())
    document = {"schema": SCHEMA, "version": VERSION, "clip": clip, "records": [content]}
    return clip, parse_document(json.dumps(document).encode(), path)[0].records[0]


def _classes(path: Path, data: bytes) -> tuple[str, ...]:
    if path.suffix.lower() == ".npy":
        return actions_of_vector(read_npy(path), path)
    return check_actions(TextFile.parse(data, path), path)


def _table_of(path: Path) -> str:
    names = [path.stem.lower(), *(part.lower() for part in reversed(path.parent.parts[-3:]))]
    return next((table for name in names for table in TABLES if table in name), "natural")


def _of_cut(said: Mapping[str, str], frames: int) -> tuple[Record, ...]:
    captions = tuple(Caption(text, name) for name, text in said.items() if name != "action")
    return _records(ClipWords(captions, _action_segments(said, 0, frames)))


def _of_section(said: Mapping[str, str], start: int, end: int) -> tuple[Record, ...]:
    tiers = {"natural": "caption", "change": "caption_change", "shorten": "caption_shorten"}
    segments = tuple(Segment(tiers[name], start, end, text) for name, text in said.items() if name in tiers)
    return _records(ClipWords((), (*segments, *_action_segments(said, start, end))))


def _action_segments(said: Mapping[str, str], start: int, end: int) -> tuple[Segment, ...]:
    text = said.get("action", "")
    label = action_of(text) or next((name for name in ACTIONS if name.lower() == text.strip(" .").lower()), "")
    return (Segment("action", start, end, "" if label else text, label),) if text else ()


def joined(found: Iterable[Incoming]) -> dict[str, list[Incoming]]:
    """By clip, in the order of the files."""
    by_clip: dict[str, list[Incoming]] = {}
    for incoming in found:
        by_clip.setdefault(incoming.clip_id, []).append(incoming)
    return by_clip
