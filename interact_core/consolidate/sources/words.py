"""How a recording is cut and captioned, from whatever its source has: tables, sentences, descriptions, sections."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from interact_core.clip import Caption, Segment
from interact_core.consolidate.sources.cutting import arctic_cuts, arctic_sentence, joined, parahome_groups
from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.text_files import ACTIONS, VARIANTS
from interact_core.formats.words.annotation_csv import AnnotationTable, SequenceRow, read_annotation_csv
from interact_core.formats.words.arctic_description import HANDS, read_description
from interact_core.formats.words.humanml3d import read_humanml3d
from interact_core.formats.words.omomo_json import SentenceFile
from interact_core.formats.words.parahome_json import read_items, read_sections
from interact_core.formats.zip_members import read_bytes

ANNOTATION_FPS: Final = 30.0
_CHAIRS_RATE: Final = 3
"""CHAIRS' tables count at 10 frames per second; everything here is at 30."""


@dataclass(frozen=True)
class SourceSegment:
    """Frames [start, end) at 30 per second, counted from the recording's begin; end None: to its end.

    `objects`: those to keep, () for all. `marks` are finer intervals, in the recording's frames.
    """

    name: str
    start: int = 0
    end: int | None = None
    captions: tuple[Caption, ...] = ()
    action: str = ""
    objects: tuple[str, ...] = ()
    marks: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class SourceWords:
    """`findings` say what was left out or read otherwise."""

    segments: tuple[SourceSegment, ...]
    findings: tuple[Finding, ...] = ()


def segments_of(source: str, recording_name: str, annotation_root: Path | None, num_frames: int | None = None) -> SourceWords:
    """The clips of a recording with their words; the whole recording without any where nothing is annotated.

    num_frames (at 30 per second): needed for ARCTIC, whose clips cover all of the recording. InputError names a file that
    is there but cannot be read.
    """
    whole = SourceWords((SourceSegment(recording_name),))
    if annotation_root is None or source not in _READERS:
        return whole
    found = _READERS[source](source, recording_name, Path(annotation_root), num_frames)
    return found if found.segments else SourceWords(whole.segments, found.findings)


def _from_tables(source: str, name: str, root: Path, num_frames: int | None) -> SourceWords:
    """Natural says where the segments are; the others lend their captions by index (format note, 5.3)."""
    tables = {kind: table for kind in (*VARIANTS, "action") if (table := _table(root, kind, source)) is not None}
    if "natural" not in tables:
        raise InputError(
            f"has no natural/{source}.csv", path=root, field="annotation", remedy="Give the folder that holds natural/, change/"
        )
    found = {kind: _row(table, name) for kind, table in tables.items()}
    rows = {kind: row.segments for kind, row in found.items() if row is not None}
    findings = tuple(finding for kind, table in tables.items() for finding in _findings(table, found[kind]))
    made: dict[str, SourceSegment] = {}
    for index, segment in enumerate(rows.get("natural", ())):
        captions = tuple(Caption(rows[kind][index].text, kind) for kind in VARIANTS if index < len(rows.get(kind, ())))
        action = _action(rows["action"][index].text) if index < len(rows.get("action", ())) else ""
        clip = f"{name}_{segment.start}"
        if clip in made:
            text = f"two segments of {name} begin at frame {segment.start}; the first is kept"
            findings += (Finding("annotation-twice", "warning", root, name, text, "Correct one of them"),)
            continue
        end = segment.end if num_frames is None else min(segment.end, num_frames)
        if end > segment.start:
            made[clip] = SourceSegment(clip, segment.start, end, captions, action)
        else:
            text = f"a segment of {name} begins at frame {segment.start}, the recording has {num_frames}"
            findings += (Finding("annotation-beyond", "error", root, name, text, "Correct the frames"),)
    return SourceWords(tuple(made.values()), findings)


def _table(root: Path, kind: str, source: str) -> AnnotationTable | None:
    path = root / kind / f"{source}.csv"
    return _read_table(path, path.stat().st_mtime_ns, _CHAIRS_RATE if source == "chairs" else 1) if path.is_file() else None


@lru_cache(maxsize=16)
def _read_table(path: Path, mtime: int, rate: int) -> AnnotationTable:
    return read_annotation_csv(read_bytes(path), path, rate)


def _row(table: AnnotationTable, name: str) -> SequenceRow | None:
    """The row of a recording. Object names are spelled with and without '_' (defect D5), so those do not count."""
    exact = table.by_sequence.get(name)
    return exact or next((row for row in table.rows if _plain(row.sequence) == _plain(name)), None)


def _findings(table: AnnotationTable, row: SequenceRow | None) -> tuple[Finding, ...]:
    """Those of the recording's own row; of a recording without one, those of lines that gave no row: one may be its."""
    lines = {f"line {row.line}"} if row else {f.field for f in table.findings} - {f"line {r.line}" for r in table.rows}
    return tuple(finding for finding in table.findings if finding.field in lines)


def _plain(name: str) -> str:
    return re.sub(r"[_\W]", "", name).lower()


def _action(text: str) -> str:
    said = text.strip().rstrip(".").lower()
    return next((action for action in ACTIONS if action.lower() == said), "")


def _from_sentence(source: str, name: str, root: Path, num_frames: int | None) -> SourceWords:
    """One JSON file a recording, anywhere below the root, as `<name>.json`; the whole recording is one clip."""
    path = next((p for p in (root / f"{name}.json", *sorted(root.glob(f"*/{name}.json"))) if p.is_file()), None)
    if path is None:
        return SourceWords(())
    sentences = SentenceFile.parse(read_bytes(path), path).sentences
    if name not in sentences:
        raise InputError(
            "has no sentence for the recording", path=path, field=name, remedy='Expected {"<sequence>": "<sentence>"}'
        )
    return SourceWords((SourceSegment(name, captions=(Caption(sentences[name].strip()),)),))


def _from_description(source: str, name: str, root: Path, num_frames: int | None) -> SourceWords:
    """`<root>/s01/box_grab_01/description.txt` for `s01_box_grab_01`."""
    subject, _, sequence = name.partition("_")
    path = next(
        (p for p in (root / subject / sequence / "description.txt", root / name / "description.txt") if p.is_file()), None
    )
    if path is None:
        return SourceWords(())
    read = read_description(read_bytes(path), path)
    if not read.lines:
        return SourceWords((), read.findings)
    thing = sequence.split("_")[0]
    marks = tuple(
        Segment("action", line.start, line.end, line.verb, object=thing, hand=line.hand if line.hand in HANDS.values() else "")
        for line in read.lines
    )  # fmt: skip
    frames = num_frames if num_frames is not None else max(line.end for line in read.lines)
    segments = []
    for start, end in arctic_cuts(read.lines, frames):
        sentence = arctic_sentence(read.lines, thing, start, end)
        inside = tuple(mark for mark in marks if mark.start_frame < end and mark.end_frame > start)
        segments.append(SourceSegment(f"{name}_{start}", start, end, (Caption(sentence),) if sentence else (), marks=inside))
    return SourceWords(tuple(segments), read.findings)


def _from_sections(source: str, name: str, root: Path, num_frames: int | None) -> SourceWords:
    """`<root>/s1/text_annotation.json` (its README says `text_annotations.json`) and `<root>/annot2item.json`."""
    names = ("text_annotation.json", "text_annotations.json")
    path = next((p for p in (root / name / n for n in names) if p.is_file()), None)
    if path is None:
        return SourceWords(())
    table = next((p for p in (root / "annot2item.json", root.parent / "annot2item.json") if p.is_file()), None)
    items = read_items(read_bytes(table), table) if table else {}
    segments, findings = [], []
    for group in parahome_groups(read_sections(read_bytes(path), path), items):
        things = tuple(dict.fromkeys(thing for section in group for thing in items.get(section.text, ())))
        start, end = group[0].start, min(group[-1].end, num_frames if num_frames is not None else group[-1].end)
        if end <= start:
            text = f"a section begins at frame {start}, the recording has {num_frames}"
            findings.append(Finding("annotation-beyond", "error", path, f"{start} {group[-1].end}", text, "Correct the frames"))
            continue
        marks = tuple(Segment("action", section.start, section.end, section.text) for section in group)
        clip = f"{name}_{'_'.join(things) or 'unknown'}_{start:04d}_{end:04d}"
        segments.append(SourceSegment(clip, start, end, (Caption(joined([s.text for s in group])),), objects=things, marks=marks))
    return SourceWords(tuple(segments), tuple(findings))


def _from_texts(source: str, name: str, root: Path, num_frames: int | None) -> SourceWords:
    """HumanML3D's `texts/<id>.txt`: sentences about the whole motion are captions, those with times are marks."""
    path = next((p for p in (root / "texts" / f"{name}.txt", root / f"{name}.txt") if p.is_file()), None)
    if path is None:
        return SourceWords(())
    words = read_humanml3d(read_bytes(path), ANNOTATION_FPS, num_frames, path)
    return SourceWords((SourceSegment(name, captions=words.captions, marks=words.segments),))


_READERS: Final[dict[str, Callable[[str, str, Path, int | None], SourceWords]]] = {
    **dict.fromkeys(("behave", "grab", "intercap", "chairs"), _from_tables),
    "omomo": _from_sentence, "arctic": _from_description, "parahome": _from_sections, "humanml3d": _from_texts,
}  # fmt: skip
