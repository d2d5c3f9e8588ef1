"""InterAct's annotation tables: clips of a project gathered by the sequence they were cut from."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from interact_core.formats.words.annotation_csv import TABLES, AnnotatedSegment, SequenceRow, video_url, write_annotation_csv
from interact_core.project.exchange_writers import Files, Subject

_CUT: Final = re.compile(r"(?P<sequence>.+)_(?P<start>0|[1-9]\d{0,8})")
_RATES: Final = {"chairs": 3}
"""CHAIRS counts its frames at 10 per second; clips are at 30."""


def annotation_tables(subjects: Sequence[Subject]) -> Files:
    """`<table>/<dataset>.csv`. A clip `<sequence>_<start>` is a segment from that frame on; one that is no cut says its
    timed sentences, or its captions for its whole length."""
    files: Files = {}
    for dataset in dict.fromkeys(subject.row.dataset for subject in subjects):
        mine = [subject for subject in subjects if subject.row.dataset == dataset]
        for table in TABLES:
            rows: dict[str, SequenceRow] = {}
            for subject in mine:
                sequence, segments = _segments(subject, table)
                if segments:
                    url = video_url(dataset, sequence, subject.row.objects[0] if subject.row.objects else "")
                    known = rows.get(sequence, SequenceRow(url, ()))
                    rows[sequence] = SequenceRow(known.url, (*known.segments, *segments))
            if rows:
                ordered = [SequenceRow(row.url, tuple(sorted(row.segments, key=lambda s: s.start))) for row in rows.values()]
                files[PurePosixPath(table) / f"{dataset or 'clips'}.csv"] = write_annotation_csv(ordered, _RATES.get(dataset, 1))
    return files


def _segments(subject: Subject, table: str) -> tuple[str, list[AnnotatedSegment]]:
    name = PurePosixPath(subject.row.id).name
    words = subject.words
    match = _CUT.fullmatch(name)
    tier = {"natural": "caption", "action": "action"}.get(table, f"caption_{table}")
    timed = [s for s in words.segments if s.tier == tier and (s.text or s.label)]
    if timed and match is None:
        return name, [AnnotatedSegment(s.label if table == "action" else s.text, s.start_frame, s.end_frame) for s in timed]
    sequence, start = (match["sequence"], int(match["start"])) if match else (name, 0)
    text = next(iter(subject.actions), "") if table == "action" else ""
    text = text or next((c.text for c in words.captions if c.variant == table), "")
    return sequence, [AnnotatedSegment(text, start, start + subject.frames)] if text else []
