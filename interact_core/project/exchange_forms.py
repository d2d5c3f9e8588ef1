"""The forms in which annotations come and go, and how a file shows which it is."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from interact_core.errors import InputError
from interact_core.formats.words.action_txt import action_of
from interact_core.formats.words.annotation_csv import CELL, URL
from interact_core.formats.words.text_txt import TextFile

Form = Literal[
    "text", "action", "annotation-csv", "humanml3d", "babel", "omomo", "eaf", "vtt", "srt", "csv", "jsonl", "document"
]  # fmt: skip


@dataclass(frozen=True)
class FormEntry:
    """What a person reads in a dialog. `suffix`: of one file; `together`: all clips go into one file."""

    id: Form
    title: str
    suffix: str
    together: bool
    holds: str


FORMS: Final[dict[Form, FormEntry]] = {
    entry.id: entry
    for entry in (
        FormEntry("text", "InterAct text.txt", ".txt", False, "sequence captions with tokens"),
        FormEntry("action", "InterAct action.txt and action.npy", ".txt", False, "the action classes"),
        FormEntry("annotation-csv", "InterAct annotation tables", ".csv", False, "captions and actions of sections"),
        FormEntry("humanml3d", "HumanML3D texts", ".txt", False, "sequence captions and timed sentences, with tokens"),
        FormEntry("babel", "BABEL JSON", ".json", True, "captions and segments, times in seconds"),
        FormEntry("omomo", "OMOMO sentences", ".json", True, "one sentence a clip"),
        FormEntry("eaf", "ELAN", ".eaf", False, "captions and segments with every field"),
        FormEntry("vtt", "WebVTT subtitles", ".vtt", False, "captions and segments as cues"),
        FormEntry("srt", "SRT subtitles", ".srt", False, "captions and segments as numbered cues"),
        FormEntry("csv", "Table (CSV)", ".csv", True, "every record with every field"),
        FormEntry("jsonl", "JSON Lines", ".jsonl", True, "every record with every field"),
        FormEntry("document", "Annotation documents", ".json", False, "every record, one file a clip"),
    )
}
_BY_SUFFIX: Final[dict[str, Form]] = {
    ".eaf": "eaf", ".vtt": "vtt", ".srt": "srt", ".jsonl": "jsonl", ".ndjson": "jsonl", ".npy": "action",
}  # fmt: skip
SUFFIXES: Final = frozenset({*_BY_SUFFIX, ".txt", ".csv", ".json"})


def sniff(path: Path, data: bytes) -> Form:
    """By name first, by content where the name leaves it open. InputError for what is none of the forms."""
    suffix = path.suffix.lower()
    if form := _BY_SUFFIX.get(suffix):
        return form
    if suffix == ".csv":
        first = data.split(b"\n", 1)[0]
        return "annotation-csv" if URL.encode() in first and CELL.encode() in first else "csv"
    if suffix == ".json":
        return _sniff_json(path, data)
    if suffix == ".txt":
        first_line = next((line for line in TextFile.parse(data, path).lines if not line.blank), None)
        named = path.name.lower() == "action.txt"
        return "action" if first_line and (named or action_of(first_line.record.sentence)) else "text"
    raise InputError("is none of the forms we read", path=path, remedy=f"Known forms: {', '.join(FORMS)}")


def _sniff_json(path: Path, data: bytes) -> Form:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "babel"  # whose reader names the line
    if isinstance(content, dict) and isinstance(content.get("schema"), str):
        return "document"
    if isinstance(content, dict) and content and all(isinstance(value, str) for value in content.values()):
        return "omomo"
    return "babel"
