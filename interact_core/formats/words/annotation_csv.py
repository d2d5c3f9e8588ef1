"""The annotation tables of behave, intercap and grab (data format note, section 5.3): one table each for natural, change,
shorten and action, a row a sequence, in its cell `caption#start#end` per segment, frames [start, end) at 30 per second.

InterAct's own reader deletes the dots in the numbers and so takes 12.5 for 125 (defect D21). Here 12.5 is 12.5, rounded
to a frame, and a finding says so.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.words.model import MAX_FRAME, decode, fail
from interact_core.formats.words.sentences import one_line

TABLES: Final = ("natural", "change", "shorten", "action")
URL, CELL = "Input.video_url", "Answer.action"
_SEGMENT: Final = re.compile(r"(?P<caption>[^#\r\n]*)#\s*(?P<start>[^#;\s]*)\s*#\s*(?P<end>[^#;\s]*)\s*(?:;|$)")
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{0,9})?")


@dataclass(frozen=True)
class AnnotatedSegment:
    """Frames [start, end) of the sequence."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class SequenceRow:
    """`url` as in the file; `sequence` is what lies between its first and its last underscore."""

    url: str
    segments: tuple[AnnotatedSegment, ...]
    line: int = 0

    @property
    def sequence(self) -> str:
        return "_".join(self.url.split("_")[1:-1])


@dataclass(frozen=True)
class AnnotationTable:
    rows: tuple[SequenceRow, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @property
    def by_sequence(self) -> Mapping[str, SequenceRow]:
        """The first row counts where a sequence has several."""
        return {row.sequence: row for row in reversed(self.rows)}


def read_annotation_csv(data: bytes, path: Path, rate: int = 1) -> AnnotationTable:
    """rate: 3 for CHAIRS, whose frames are counted at 10 per second. A cell that is no such list is left out with a finding;
    InputError where the file is no such table."""
    reader = csv.DictReader(io.StringIO(decode(data, path), newline=""), strict=True)
    rows: list[SequenceRow] = []
    findings: list[Finding] = []
    try:
        names = reader.fieldnames or ()
        if missing := [name for name in (URL, CELL) if name not in names]:
            fail(path, 1, f"has no column '{missing[0]}'", f"Expected the columns {URL} and {CELL}")
        for row in reader:
            line = reader.line_num
            url, cell = row[URL] or "", row[CELL] or ""
            if url.count("_") < 2:
                findings.append(_bad(path, line, f"'{url[:60]}' is not <data set>_<sequence>_<object>", "Correct the address"))
            elif segments := _cell(cell, path, line, rate, findings):
                rows.append(SequenceRow(url, segments, line))
    except csv.Error as error:
        raise InputError(f"is not a table ({error})", path=path, field=f"line {reader.line_num}") from error
    return AnnotationTable(tuple(rows), tuple(findings))


def write_annotation_csv(rows: Sequence[SequenceRow], rate: int = 1) -> bytes:
    """One table. LF between segments; '#', ';' and line ends in captions give way, for they are the cell's own marks."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((URL, CELL))
    for row in rows:
        writer.writerow((row.url, "\n".join(f"{cell_text(s.text)}#{s.start // rate}#{-(-s.end // rate)}" for s in row.segments)))
    return out.getvalue().encode()


def cell_text(text: str) -> str:
    """What a caption may be within a cell. These tables are the source of InterAct's captions: characters stay as written."""
    return one_line(text, plain=False).replace(";", ",")


def video_url(dataset: str, sequence: str, thing: str) -> str:
    """An address that gives the sequence back: its first and last fields must hold no underscore."""
    return f"{dataset.replace('_', '-').upper() or 'CLIP'}_{sequence}_{thing.replace('_', '-') or 'object'}.mp4"


def _cell(cell: str, path: Path, line: int, rate: int, findings: list[Finding]) -> tuple[AnnotatedSegment, ...]:
    segments: list[AnnotatedSegment] = []
    for part in filter(None, (part.strip() for part in re.split(r"[\r\n]+", cell))):
        position = 0
        while position < len(part):
            match = _SEGMENT.match(part, position)
            if match is None:
                findings.append(_bad(path, line, f"'{part[position : position + 40]}' is not caption#start#end", _EXPECTED))
                break
            position = match.end()
            found = _segment(match, path, line, rate, findings)
            if found is not None:
                segments.append(found)
    return tuple(segments)


_EXPECTED: Final = "Expected caption#start#end with whole frame numbers, separated by line ends or ';'"


def _segment(match: re.Match[str], path: Path, line: int, rate: int, findings: list[Finding]) -> AnnotatedSegment | None:
    caption = match["caption"].strip(" \t;")
    frames = []
    for name in ("start", "end"):
        said = match[name]
        if not _NUMBER.fullmatch(said):
            findings.append(_bad(path, line, f"the {name} '{said[:20]}' is no frame number", _EXPECTED))
            return None
        frames.append(round(float(said) * rate))
        if "." in said.rstrip("."):
            told = f"the {name} {said} is read as frame {frames[-1]}; InterAct's own reader takes it for {said.replace('.', '')}"
            findings.append(Finding("annotation-dotted", "warning", path, f"line {line}", told, "Write whole frame numbers"))
    start, end = frames
    if not caption or not start < end <= MAX_FRAME:
        problem = "a segment has no caption" if not caption else f"a segment ends ({end}) before it starts ({start})"
        findings.append(_bad(path, line, problem, _EXPECTED))
        return None
    return AnnotatedSegment(caption, start, end)


def _bad(path: Path, line: int, problem: str, remedy: str) -> Finding:
    return Finding("annotation-cell", "error", path, f"line {line}", problem, remedy)
