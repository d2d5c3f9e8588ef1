"""One annotator's words from wherever they lie: a document, a folder of documents, a packet as folder or zip."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from interact_core.annotation import AnnotationDocument
from interact_core.annotation.document_files import DocumentMeta, parse_document, read_document
from interact_core.annotation.json_files import MAX_BYTES
from interact_core.errors import InputError
from interact_core.formats.zip_members import ZipMembers

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


_Reader = Callable[[], tuple[AnnotationDocument, DocumentMeta]]


def _readers(path: Path) -> Iterator[_Reader]:
    if path.is_dir():
        files = sorted(one for one in path.rglob("*.json") if one.name != PACKET_FILE)
        if len(files) > MAX_FILES:
            raise InputError(f"holds more than {MAX_FILES} files", path=path, remedy="Give the folder of one packet")
        yield from (partial(read_document, one) for one in files)
    elif path.suffix.lower() == ".zip":
        members = ZipMembers(path)
        names = (name for name in sorted(members.names) if name.endswith(".json") and Path(name).name != PACKET_FILE)
        yield from (partial(_read_member, members, name) for name in names)
    else:
        yield partial(read_document, path)


def _read_member(members: ZipMembers, name: str) -> tuple[AnnotationDocument, DocumentMeta]:
    return parse_document(members.read(name, MAX_BYTES), members.path / name)
