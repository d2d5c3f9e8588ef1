"""One annotator's words from wherever they lie: a document, a folder, a packet as folder or zip, JSON Lines, ELAN."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from interact_core.annotation import AnnotationDocument, CaptionRecord, Record, SegmentRecord
from interact_core.annotation.document_files import DocumentMeta, parse_document, read_document
from interact_core.annotation.json_files import MAX_BYTES
from interact_core.errors import InputError
from interact_core.formats.words.eaf_reader import read_eaf
from interact_core.formats.words.rows import read_jsonl
from interact_core.formats.zip_members import ZipMembers, read_bytes
from interact_core.project.exchange_readers import record_of_row

PACKET_FILE: Final = "packet.json"
MAX_FILES: Final = 200_000


@dataclass(frozen=True)
class DocumentSet:
    """By clip id. `problems`: files that could not be used; the others still are."""

    path: Path
    documents: dict[str, AnnotationDocument] = field(default_factory=dict)
    metas: dict[str, DocumentMeta] = field(default_factory=dict)
    problems: list[InputError] = field(default_factory=list)

    @property
    def frames(self) -> dict[str, int]:
        """Lengths of the clips whose documents say them."""
        return {clip_id: meta.frames for clip_id, meta in self.metas.items() if meta.frames}

    @property
    def annotators(self) -> tuple[str, ...]:
        return tuple(sorted({meta.annotator for meta in self.metas.values() if meta.annotator}))

    def add(self, read: Callable[[], tuple[AnnotationDocument, DocumentMeta]]) -> None:
        try:
            document, meta = read()
            if document.id in self.documents:
                raise InputError(
                    f"there is a second document of clip '{document.id}'", path=self.path,
                    remedy="Give one annotator's documents at a time",
                )  # fmt: skip
        except InputError as error:
            self.problems.append(error)
            return
        self.documents[document.id] = document
        self.metas[document.id] = meta


def read_documents(path: Path) -> DocumentSet:
    """InputError when there is nothing to read at all; a single bad file among others is a problem of the set."""
    if not path.exists():
        raise InputError("does not exist", path=path, remedy="Check the path")
    found = DocumentSet(path)
    for read in _readers(path):
        found.add(read)
    if not found.documents:
        if found.problems:
            raise found.problems[0]
        raise InputError(
            "holds no annotation documents", path=path, remedy="Give a packet, a folder of documents or one document"
        )
    return found


_Said = tuple[AnnotationDocument, DocumentMeta]
_Reader = Callable[[], _Said]


def _readers(path: Path) -> Iterator[_Reader]:
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.suffix.lower() in _READERS and one.name != PACKET_FILE)
        if len(files) > MAX_FILES:
            raise InputError(f"holds more than {MAX_FILES} files", path=path, remedy="Give the folder of one packet")
        for one in files:
            yield from _READERS[one.suffix.lower()](one)
    elif path.suffix.lower() == ".zip":
        members = ZipMembers(path)
        names = (name for name in sorted(members.names) if name.endswith(".json") and Path(name).name != PACKET_FILE)
        yield from (partial(_read_member, members, name) for name in names)
    else:
        yield from _READERS.get(path.suffix.lower(), _document)(path)


def _document(path: Path) -> Iterator[_Reader]:
    yield partial(read_document, path)


def _read_member(members: ZipMembers, name: str) -> _Said:
    return parse_document(members.read(name, MAX_BYTES), members.path / name)


def _json_lines(path: Path) -> Iterator[_Reader]:
    """A file that names clips itself: one document for each. A line that is no record is a problem; the others count."""
    records: dict[str, list[Record]] = {}
    try:
        rows = read_jsonl(read_bytes(path, MAX_BYTES), path)
    except InputError as error:
        yield partial(_fail, error)
        return
    for row in rows:
        try:
            clip, record = record_of_row(row, path)
            records.setdefault(clip, []).append(record)
        except InputError as error:
            said = InputError(error.problem, path=path, field=f"line {row.line}", remedy=error.remedy)
            yield partial(_fail, said)
    for clip, found in records.items():
        yield partial(_as_it_is, AnnotationDocument(clip, found))


def _as_it_is(document: AnnotationDocument) -> _Said:
    return document, DocumentMeta()


def _elan(path: Path) -> Iterator[_Reader]:
    yield partial(_read_eaf, path)


def _read_eaf(path: Path) -> _Said:
    """Frames need the rate that our own files say; the uids, which ELAN does not keep for us, are the places."""
    words = read_eaf(read_bytes(path, MAX_BYTES), None, path)
    captions = [CaptionRecord(f"caption-{k}", caption, "import") for k, caption in enumerate(words.captions)]
    segments = [SegmentRecord(f"segment-{k}", segment, "import") for k, segment in enumerate(words.segments)]
    meta = DocumentMeta(frames=words.num_frames, fps=words.fps)
    return AnnotationDocument(words.clip or path.stem, [*captions, *segments]), meta


def _fail(error: InputError) -> _Said:
    raise error


_READERS: Final[dict[str, Callable[[Path], Iterator[_Reader]]]] = {
    ".json": _document, ".jsonl": _json_lines, ".ndjson": _json_lines, ".eaf": _elan,
}  # fmt: skip
