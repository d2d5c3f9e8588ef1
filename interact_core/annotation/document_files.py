"""One JSON document per clip per annotator: plain text that version control can compare line by line.

Sparse: what is not said is not written. Records keep the document's order, names within a record are sorted.
The schema is in docs/formats.md.
"""

import dataclasses
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.json_files import Fields, clean_text, json_bytes, parse_fields, read_fields
from interact_core.annotation.records import (
    REVIEW_STATES,
    STATE_UID,
    CaptionRecord,
    DismissalRecord,
    Origin,
    Record,
    RemarkRecord,
    ReviewState,
    SegmentRecord,
    StateRecord,
)
from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.paths import write_atomic

SCHEMA: Final = "interact/annotations"
VERSION: Final = 1
MAX_RECORDS: Final = 100_000
_ORIGINS: Final = cast(tuple[str, ...], get_args(Origin))
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class DocumentMeta:
    """What a document says of itself. `frames` and `fps` are the clip's, None where the writer did not know them."""

    annotator: str = ""
    packet: str = ""
    frames: int | None = None
    fps: float | None = None


def write_document(path: Path, document: AnnotationDocument, meta: DocumentMeta | None = None) -> None:
    """Replace the file in one step. OSError where it cannot be written; ValueError for a document that could not be read back."""
    data = document_bytes(document, meta)
    try:
        _parse(parse_fields(data, path))
    except InputError as error:
        raise ValueError(f"this document would not be readable: {error}") from error
    write_atomic(path, data)


def document_bytes(document: AnnotationDocument, meta: DocumentMeta | None = None) -> bytes:
    """The file as bytes; equal documents give equal bytes."""
    told = dataclasses.asdict(meta or DocumentMeta())
    content = {name: value for name, value in told.items() if value not in (None, "")}
    records = [_sparse(record) for record in document.records]
    return json_bytes(_cleaned({"schema": SCHEMA, "version": VERSION, "clip": document.id, **content, "records": records}))


def read_document(path: Path) -> tuple[AnnotationDocument, DocumentMeta]:
    """InputError, naming file and field, for anything that is not exactly such a document."""
    return _parse(read_fields(path))


def parse_document(data: bytes, path: Path) -> tuple[AnnotationDocument, DocumentMeta]:
    """As `read_document`, from bytes that came out of `path` (a member of an archive, a row of a table)."""
    return _parse(parse_fields(data, path))


def document_name(clip_id: str) -> str:
    """A file name for the clip on every system: the id where it can be one, else readable and different for different ids."""
    if _PLAIN_NAME.fullmatch(clip_id) and clip_id == clip_id.lower():
        return f"{clip_id}.json"
    slug = re.sub(r"[^a-z0-9_]+", "-", clip_id.lower()).strip("-")[-60:] or "clip"
    return f"{slug}-{hashlib.sha256(clip_id.encode('utf-8', 'replace')).hexdigest()[:10]}.json"


def _sparse(record: Record) -> dict[str, Any]:
    """Flat: a caption's or segment's own fields lie beside the record's."""
    content: dict[str, Any] = {"kind": record.kind, "uid": record.uid}
    parts: list[Any] = [record]
    if isinstance(record, CaptionRecord):
        parts.append(record.caption)
    elif isinstance(record, SegmentRecord):
        parts.append(record.segment)
    for part in parts:
        for field in dataclasses.fields(part):
            value = getattr(part, field.name)
            if value != field.default and field.name not in ("caption", "segment"):
                content[field.name] = list(value) if isinstance(value, tuple) else value
    return content


def _cleaned(value: Any) -> Any:
    """Half of an emoji from an input method is in no file."""
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return clean_text(value) if isinstance(value, str) else value


def _parse(fields: Fields) -> tuple[AnnotationDocument, DocumentMeta]:
    if fields.text("schema") != SCHEMA:
        fields.fail("schema", "is not that of an annotation document", f"Give a file whose schema is '{SCHEMA}'")
    version = fields.frame("version")
    if version != VERSION:
        fields.fail("version", f"is {version}, this program reads {VERSION}", "Update InterAct Studio")
    clip_id = _identity(fields, "clip")
    meta = DocumentMeta(
        fields.text("annotator", ""), fields.text("packet", ""), fields.optional_frame("frames"),
        fields.optional_number("fps", 1e-3, 1e6),
    )  # fmt: skip
    records: dict[str, Record] = {}
    for entry in fields.objects("records"):
        record = _record(entry)
        if record.uid in records:
            entry.fail("uid", f"'{record.uid[:60]}' is used twice", "Give one of the two records another uid")
        records[record.uid] = record
        if len(records) > MAX_RECORDS:
            fields.fail("records", f"has more than {MAX_RECORDS} entries", "")
    fields.finish()
    return AnnotationDocument(clip_id, records.values()), meta


def _record(fields: Fields) -> Record:
    read = _READERS[fields.choice("kind", tuple(_READERS))]
    record = read(fields, {"origin": fields.choice("origin", _ORIGINS, "user"), "modified": fields.text("modified", "")})
    fields.finish()
    return record


def _caption(fields: Fields, common: dict[str, Any]) -> CaptionRecord:
    start, end = fields.frame("start_frame", 0), fields.optional_frame("end_frame")
    caption = Caption(
        fields.text("text"), fields.text("variant", "natural"), fields.texts("tokens"), start, end, fields.text("author", "")
    )
    return CaptionRecord(_identity(fields, "uid"), caption, **common)


def _segment(fields: Fields, common: dict[str, Any]) -> SegmentRecord:
    start, end = fields.frame("start_frame"), fields.frame("end_frame")
    if end <= start:
        fields.fail("end_frame", f"is {end}, not after the start frame {start}", "A segment covers at least one frame")
    segment = Segment(
        _identity(fields, "tier"), start, end,
        **{name: fields.text(name, "") for name in ("text", "label", "actor", "object", "part", "hand", "note", "author")},
        confidence=fields.optional_number("confidence", 0.0, 1.0),
    )  # fmt: skip
    return SegmentRecord(_identity(fields, "uid"), segment, **common)


def _remark(fields: Fields, common: dict[str, Any]) -> RemarkRecord:
    return RemarkRecord(
        _identity(fields, "uid"), fields.text("text"), fields.flag("rejection"), fields.optional_frame("frame"),
        fields.text("about", ""), fields.flag("resolved"), fields.text("author", ""), **common,
    )  # fmt: skip


def _dismissal(fields: Fields, common: dict[str, Any]) -> DismissalRecord:
    return DismissalRecord(
        _identity(fields, "uid"), fields.text("finding"), fields.text("reason"), fields.text("author", ""), **common
    )


def _state(fields: Fields, common: dict[str, Any]) -> StateRecord:
    if fields.text("uid", STATE_UID) != STATE_UID:
        fields.fail("uid", f"of a state is always '{STATE_UID}'")
    state = cast(ReviewState, fields.choice("state", REVIEW_STATES, "todo"))
    return StateRecord(state, fields.text("author", ""), **common)


def _identity(fields: Fields, name: str) -> str:
    value = fields.text(name)
    if not value.strip() or len(value) > 1000:
        fields.fail(name, "is empty" if not value.strip() else "is longer than 1000 characters")
    return value


_READERS: Final[dict[str, Callable[[Fields, dict[str, Any]], Record]]] = {
    "caption": _caption, "segment": _segment, "remark": _remark, "dismissal": _dismissal, "state": _state,
}  # fmt: skip
