"""Clips handed out to annotators as packets and taken back: making, beginning, returning, and how far each one is."""

import random
import re
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from interact_core.annotation import REVIEW_STATES, AnnotationDocument, ReviewState, edit_towards
from interact_core.annotation.document_files import DocumentMeta, document_bytes, document_name
from interact_core.annotation.vocabulary import Vocabulary
from interact_core.errors import InputError
from interact_core.project.document_folders import read_documents
from interact_core.project.index import now
from interact_core.project.packet_files import PacketInfo, find_data, read_packet, relative_place, write_packet
from interact_core.project.project import Project
from interact_core.project.queue import settle


@dataclass(frozen=True)
class ReturnReport:
    """`untouched`: clips of the packet about which nothing was said yet; `absent`: those that this data does not hold."""

    path: Path
    documents: int
    untouched: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class PacketStatus:
    """A packet as its maker sees it. `states` counts what was handed in; `clips` less their sum is still out."""

    id: str
    annotator: str
    created: str
    place: str
    clips: int
    states: Mapping[ReviewState, int]
    received: str

    @property
    def out(self) -> int:
        return self.clips - sum(self.states.values())


def assign(clips: Sequence[str], annotators: Sequence[str], overlap: float = 0.0, seed: int = 0) -> dict[str, tuple[str, ...]]:
    """Clips per annotator, in the order given: dealt out in turn after a shuffle, the first of them to two annotators.

    `overlap` is the fraction of clips that two get; partners rotate, so that every pair shares some. InputError for no or
    doubled annotators, a fraction outside 0..1, or overlap with a single annotator.
    """
    if not annotators or len(set(annotators)) < len(annotators) or not all(name.strip() for name in annotators):
        raise InputError("annotators must be named, each once", field="annotators", remedy="Give one name for each packet")
    if not 0 <= overlap <= 1 or (overlap and len(annotators) < 2):
        raise InputError(
            "overlap is a fraction from 0 to 1 and needs two annotators", field="overlap", remedy="Say 0.1 for every tenth clip"
        )
    dealt = list(dict.fromkeys(clips))
    random.Random(seed).shuffle(dealt)
    count = len(annotators)
    held: dict[str, set[str]] = {name: set() for name in annotators}
    for turn, clip in enumerate(dealt):
        held[annotators[turn % count]].add(clip)
        if turn < round(overlap * len(dealt)):
            distance = 1 + (turn // count) % (count - 1)
            held[annotators[(turn + distance) % count]].add(clip)
    return {name: tuple(clip for clip in dict.fromkeys(clips) if clip in mine) for name, mine in held.items()}


def make_packets(
    project: Project, annotators: Sequence[str], clips: Sequence[str], out: Path, *, overlap: float = 0.0, seed: int = 0,
    instructions: str = "", vocabulary: Vocabulary | None = None, zipped: bool = False,
) -> tuple[PacketInfo, ...]:  # fmt: skip
    """One packet per annotator under `out`, remembered by the project. Words that the project has of a clip go with it.

    InputError as of `assign`, for an unknown clip, or where `out` cannot be written.
    """
    known = {row.id for row in project.library.search()}
    if strange := [clip for clip in clips if clip not in known]:
        raise InputError(f"there is no clip '{strange[0]}' in this project", field="clips", remedy="Look into the library")
    made = []
    for annotator, mine in assign(clips, annotators, overlap, seed).items():
        number = uuid.uuid4().hex
        slug = re.sub(r"[^\w]+", "-", annotator).strip("-") or "annotator"
        target = out.absolute() / f"{slug}-{number[:8]}{'.zip' if zipped else ''}"
        info = PacketInfo(
            number, annotator, mine, now(), str(project.data), relative_place(project.data, target), instructions, vocabulary
        )
        begun = (document for clip in mine if _written(document := project.document(clip)))
        made.append(
            write_packet(target, info, {document_name(d.id): document_bytes(d, _meta(project, info, d.id)) for d in begun})
        )
    with project.database.writing() as connection:
        for info in made:
            connection.execute("INSERT INTO packets VALUES (?, ?, ?, ?)", (info.id, info.annotator, info.created, str(info.path)))
            rows = [(info.id, clip) for clip in info.clips]
            connection.executemany("INSERT INTO packet_clips(packet, clip_id) VALUES (?, ?)", rows)
    return tuple(made)


def open_packet(path: Path, data: Path | None = None) -> tuple[PacketInfo, Path]:
    """What a packet asks for and where its clips are on this machine. InputError, with a remedy, where they are not."""
    info = read_packet(path)
    return info, find_data(info, data)


def begin_packet(project: Project, info: PacketInfo) -> int:
    """Take over the words that came with the packet, for clips about which this project says nothing yet; returns how many."""
    names = {row.id for row in project.library.search()} & set(info.clips)
    if not names:
        raise InputError(
            "none of the packet's clips is in this data set", path=project.data, remedy="Give the right one with --data"
        )
    try:
        found = read_documents(info.path).documents
    except InputError:  # a packet of clips that nobody has written about holds no document at all
        return 0
    taken = 0
    for clip in names & found.keys():
        document = project.document(clip)
        if not _written(document):
            edit = edit_towards(document, found[clip].records, "Begin packet")
            project.record(edit.apply(document), document, f"packet {info.name}")
            taken += bool(edit)
    settle(project)
    return taken


def return_packet(project: Project, info: PacketInfo, out: Path) -> ReturnReport:
    """The annotator's documents as a packet to send back: a folder or .zip. InputError where it cannot be written."""
    rows = {row.id for row in project.library.search()}
    documents, untouched = {}, []
    for clip in (clip for clip in info.clips if clip in rows):
        document = project.document(clip)
        if _written(document):
            documents[document_name(clip)] = document_bytes(document, _meta(project, info, clip))
        else:
            untouched.append(clip)
    returned = replace(info, returned=now())
    write_packet(out, returned, documents)
    return ReturnReport(out, len(documents), tuple(untouched), tuple(clip for clip in info.clips if clip not in rows))


def packet_progress(project: Project, clips: Collection[str]) -> dict[ReviewState, int]:
    """How many of these clips are in each state in this project; states that none is in are 0."""
    settle(project)
    wanted = set(clips)
    counts = Counter(row.state for row in project.library.search() if row.id in wanted)
    return {state: counts[state] for state in REVIEW_STATES}


def packet_status(project: Project) -> tuple[PacketStatus, ...]:
    """Every packet that was made here or came back, the newest first."""
    counts = project.database.query("SELECT packet, count(*) FROM packet_clips GROUP BY packet")
    sizes = {packet: int(str(count)) for packet, count in counts}
    states: dict[object, dict[ReviewState, int]] = {}
    received: dict[object, str] = {}
    sql = "SELECT packet, state, count(*), max(received) FROM submissions GROUP BY packet, state"
    for packet, state, count, last in project.database.query(sql):
        states.setdefault(packet, {})[state] = count  # type: ignore[index, assignment]  # written by `collect_packet` only
        received[packet] = max(received.get(packet, ""), str(last))
    return tuple(
        PacketStatus(str(number), str(annotator), str(created), str(place), sizes.get(number, 0),
                     states.get(number, {}), received.get(number, ""))
        for number, annotator, created, place in project.database.query(
            "SELECT id, annotator, created, place FROM packets ORDER BY created DESC, rowid DESC"
        )
    )  # fmt: skip


def _written(document: AnnotationDocument) -> bool:
    """Whether a person has said anything: the source's own captions do not count."""
    return any(record.modified or record.origin != "source" for record in document.records)


def _meta(project: Project, info: PacketInfo, clip_id: str) -> DocumentMeta:
    row = project.library.row(clip_id)
    return DocumentMeta(info.annotator, info.id, row.frames, row.fps)
