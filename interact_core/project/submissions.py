"""What annotators handed in, kept beside the project's own documents: nothing here changes those unless it is asked to."""

import itertools
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from interact_core.annotation import AnnotationDocument, ReviewState
from interact_core.annotation.adjudication import take_document
from interact_core.annotation.agreement import clip_score
from interact_core.annotation.document_files import DocumentMeta, document_bytes, parse_document
from interact_core.errors import InputError
from interact_core.project.document_folders import read_documents
from interact_core.project.index import now
from interact_core.project.packet_files import PacketInfo, read_packet
from interact_core.project.project import Project
from interact_core.project.queue import settle


@dataclass(frozen=True)
class Submission:
    """One annotator's document of a clip, as it was last collected."""

    clip_id: str
    annotator: str
    packet: str
    state: ReviewState
    received: str
    document: AnnotationDocument


@dataclass(frozen=True)
class CollectReport:
    """`clips`: those whose submissions are new or changed. `problems`: files that could not be used."""

    packet: PacketInfo
    clips: tuple[str, ...]
    unchanged: int
    problems: tuple[InputError, ...]


def collect_packet(project: Project, path: Path) -> CollectReport:
    """Take a returned packet in. A later one of the same annotator replaces what was collected of each clip before.

    InputError for what is no packet, or a packet none of whose documents can be used.
    """
    info = read_packet(path)
    found = read_documents(path)
    known = {row.id for row in project.library.search()}
    problems, clips, unchanged = list(found.problems), [], 0
    with project.database.writing() as connection:
        _remember(connection, info)
        for clip, document in found.documents.items():
            if clip not in known or clip not in info.clips:
                where = "this project" if clip not in known else "this packet"
                problems.append(InputError(f"clip '{clip}' is not in {where}", path=path, remedy="Its document was left out"))
            elif _store(connection, info, document, found.metas[clip]):
                clips.append(clip)
            else:
                unchanged += 1
    refresh_agreement(project, clips)
    return CollectReport(info, tuple(clips), unchanged, tuple(problems))


def submissions(project: Project, clip_id: str) -> tuple[Submission, ...]:
    """By annotator."""
    sql = "SELECT annotator, packet, state, received, body FROM submissions WHERE clip_id = ? ORDER BY annotator"
    return tuple(
        Submission(
            clip_id, str(annotator), str(packet), state, str(received),  # type: ignore[arg-type]  # written by `_store` only
            parse_document(str(body).encode(), project.database.path)[0],
        )
        for annotator, packet, state, received, body in project.database.query(sql, (clip_id,))
    )  # fmt: skip


def refresh_agreement(project: Project, clips: Iterable[str]) -> None:
    """Store the lowest agreement between any two submissions of each clip, for the order of what to look at next."""
    values = []
    for clip in clips:
        pairs = itertools.combinations([one.document for one in submissions(project, clip)], 2)
        scores = [score for a, b in pairs if (score := clip_score(a, b)) is not None]
        values.append((min(scores, default=None), clip))
    with project.database.writing() as connection:
        connection.executemany("UPDATE clips SET agreement = ? WHERE id = ?", values)


def take_single(project: Project, clips: Iterable[str], author: str = "") -> tuple[str, ...]:
    """Take over the words of clips that exactly one annotator has handed in, each an edit with a revision; returns them."""
    taken = []
    for clip in clips:
        handed_in = submissions(project, clip)
        if len(handed_in) != 1:
            continue
        document = project.document(clip)
        if edit := take_document(document, handed_in[0].document):
            project.record(edit.apply(document), document, author or handed_in[0].annotator)
            taken.append(clip)
    settle(project)
    return tuple(taken)


def _store(connection: sqlite3.Connection, info: PacketInfo, document: AnnotationDocument, meta: DocumentMeta) -> bool:
    """False where exactly this was collected before."""
    body = document_bytes(document, meta).decode()
    return bool(
        connection.execute(
            "INSERT INTO submissions(clip_id, annotator, packet, body, state, received) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(clip_id, annotator) DO UPDATE SET packet = excluded.packet, body = excluded.body,"
            " state = excluded.state, received = excluded.received WHERE body != excluded.body OR packet != excluded.packet",
            (document.id, info.annotator, info.id, body, document.state, now()),
        ).rowcount
    )


def _remember(connection: sqlite3.Connection, info: PacketInfo) -> None:
    """A packet may come from a project whose database was lost, or from a colleague's."""
    values = (info.id, info.annotator, info.created, str(info.path))
    if connection.execute("INSERT OR IGNORE INTO packets VALUES (?, ?, ?, ?)", values).rowcount:
        rows = [(info.id, clip) for clip in info.clips]
        connection.executemany("INSERT OR IGNORE INTO packet_clips(packet, clip_id) VALUES (?, ?)", rows)
