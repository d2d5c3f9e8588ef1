"""What a refinement can be about: the open clip, a range or segments of it, clips of the library. Each with its frames."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from interact_app.clock import Clock
from interact_app.session import Session
from interact_core.annotation.records import SegmentRecord

if TYPE_CHECKING:
    from interact_core.project.library import ClipRow

_UNKNOWN: Final = 300
"""Frames reckoned with for a clip of which nothing is known yet."""
Range = tuple[int, int]


@dataclass(frozen=True)
class Scope:
    """`key` names the kind. `ranges` are half-open and of the open clip; none means whole clips."""

    key: str
    title: str
    clip_ids: tuple[str, ...]
    frames: int
    ranges: tuple[Range, ...] = ()

    @property
    def one_clip(self) -> bool:
        """Whether it is about the open clip, as the window shows it."""
        return self.key in ("clip", "range", "segments")


def scopes(session: Session, clock: Clock) -> list[Scope]:
    """What can be chosen now, the smallest part of the data first."""
    return [*_of_the_clip(session, clock), *_of_the_library(session)]


def first_choice(found: list[Scope]) -> int:
    """The place of what was marked on purpose: several clips, a range; else of the open clip."""
    keys = [scope.key for scope in found]
    several = [scope.key for scope in found if scope.key == "selected" and len(scope.clip_ids) > 1]
    return keys.index((several or [key for key in keys if key == "range"] or keys)[0])


def _of_the_clip(session: Session, clock: Clock) -> Iterator[Scope]:
    clip_id, posed = session.clip_id, session.posed
    if not clip_id or posed is None:
        return
    yield Scope("clip", _tr("The open clip, {0}").format(clip_id), (clip_id,), posed.num_frames)
    chosen = joined(_selected_segments(session))
    if clock.has_range:
        start, stop = clock.range
        title = _tr("The marked range, frames {0} to {1}").format(start, stop - 1)
        yield Scope("range", title, (clip_id,), stop - start, ((start, stop),))
    if chosen:
        count = len(_selected_segments(session))
        title = _tr("The selected segment") if count == 1 else _tr("The {0} selected segments").format(count)
        yield Scope("segments", title, (clip_id,), sum(stop - start for start, stop in chosen), chosen)


def _of_the_library(session: Session) -> Iterator[Scope]:
    project = session.project
    if project is None:
        return
    rows = {row.id: row for row in project.library.search()}
    selected = session.listing.selected
    if len(selected) > 1 or selected not in ((), (session.clip_id,)):
        title = _tr("The {0} clips selected in the library") if len(selected) > 1 else _tr("The clip selected in the library")
        yield _whole("selected", title.format(len(selected)), selected, rows)
    shown = session.listing.order
    if len(shown) < len(rows):
        yield _whole("library", _tr("All {0} clips that the library shows").format(len(shown)), shown, rows)
    datasets = {row.dataset for row in rows.values()}
    if len(datasets) > 1 and session.clip_id in rows:
        name = rows[session.clip_id].dataset
        own = [row.id for row in rows.values() if row.dataset == name]
        yield _whole("dataset", _tr("The whole data set {0}, {1} clips").format(name, len(own)), own, rows)
    title = _tr("The whole project, {0} clips") if len(datasets) > 1 else _tr("The whole data set, {0} clips")
    yield _whole("everything", title.format(len(rows)), rows, rows)


def _whole(key: str, title: str, clip_ids: Iterable[str], rows: "dict[str, ClipRow]") -> Scope:
    known = tuple(clip_id for clip_id in clip_ids if clip_id in rows)
    return Scope(key, title, known, sum(rows[clip_id].frames or _UNKNOWN for clip_id in known))


def _selected_segments(session: Session) -> list[Range]:
    if session.writing is None:
        return []
    records = (session.writing.document.get(uid) for uid in session.selection.uids)
    return [(r.segment.start_frame, r.segment.end_frame) for r in records if isinstance(r, SegmentRecord)]


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """In their order, those that touch or overlap as one: no frame is solved twice."""
    found: list[Range] = []
    for start, stop in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return tuple(found)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RefineScope", text)
