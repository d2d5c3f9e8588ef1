"""What comes next: the clips in the order of the chosen strategy. N and Shift+N walk it, and nothing else does."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from interact_app.session import Session
from interact_app.widgets.review_state import FINISHED, state_title

if TYPE_CHECKING:
    from interact_core.project import ClipRow, Project
    from interact_core.project.packet_files import PacketInfo
    from interact_core.project.queue import QueueItem, Walk

LIBRARY: Final = "library"
"""Every clip as the library shows it, done or not."""
PACKET: Final = "packet"
"""The clips of the open packet in its order, those that are not done yet."""
_PAUSE_MS: Final = 350


@dataclass(frozen=True)
class Standing:
    """How far the work is. `finished` of `total` clips: of the packet, else of the project. `words`: the author's, today."""

    finished: int = 0
    total: int = 0
    words: int = 0
    author: str = ""


class WorkQueue(QObject):
    """The list is made anew off the window's thread a moment after each edit; a step asks the index itself."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._strategy = LIBRARY
        self._packet: PacketInfo | None = None
        self._walk: Walk | None = None
        self.items: tuple[QueueItem, ...] = ()
        self.standing = Standing()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.refresh)
        session.project_opened.connect(self._begin)
        for signal in (session.library_changed, session.listing.order_changed, session.settings_changed):
            signal.connect(self._timer.start)
        session.annotations_changed.connect(lambda _clip_id: self._timer.start())

    @property
    def strategy(self) -> str:
        return self._strategy

    @property
    def packet(self) -> "PacketInfo | None":
        """The packet that is worked on; the queue then holds its clips only."""
        return self._packet

    @property
    def author(self) -> str:
        """Under whose name is written."""
        from interact_core.project.project import default_author

        return self._session.settings.annotation.author or default_author()

    def strategies(self) -> dict[str, str]:
        """Id to title of those that can be chosen now."""
        from interact_core.project.queue import STRATEGIES

        packet = {PACKET: self.tr("The packet, in its order")} if self._packet is not None else {}
        return {LIBRARY: self.tr("As the library shows them"), **packet, **STRATEGIES}

    def set_strategy(self, strategy: str) -> None:
        """KeyError for one that there is not."""
        self.strategies()[strategy]
        self._strategy, self._walk = strategy, None
        self._begin_again()

    def set_packet(self, info: "PacketInfo | None") -> None:
        """Work on a packet, or (None) on the whole project again."""
        self._packet, self._walk = info, None
        self._strategy = PACKET if info is not None else LIBRARY if self._strategy == PACKET else self._strategy
        self._begin_again()

    def next(self, step: int) -> str | None:
        """The clip to go to, 1 forward or -1 back; None at the end."""
        project, here = self._session.project, self._session.clip_id
        if project is None:
            return None
        if self._strategy == LIBRARY:
            return self._in_library(step)
        if self._strategy == PACKET:
            return self._in_packet(project, here, step)
        if self._walk is None:
            from interact_core.project.queue import Walk

            self._walk = Walk(project, self._strategy, self._clips)
        return self._walk.next(here) if step > 0 else self._walk.previous(here)

    def refresh(self) -> None:
        """Make the list anew in the background."""
        project = self._session.project
        if project is None:
            self.items, self.standing = (), Standing()
            self.changed.emit()
            return
        asked = (project, self._strategy, self._packet, self._session.listing.order)
        author = self.author
        found: list[tuple[tuple[QueueItem, ...], Standing]] = []

        def work() -> None:
            found.append(_look(*asked, author))

        self._session.jobs.quietly(work, lambda: self._take(asked, *found[0]))

    # Inside

    @property
    def _clips(self) -> tuple[str, ...] | None:
        return None if self._packet is None else self._packet.clips

    def _begin(self) -> None:
        self._packet = self._walk = None
        self._strategy = LIBRARY
        self._begin_again()

    def _begin_again(self) -> None:
        """The old list is of something else."""
        self.items = ()
        self.changed.emit()
        self.refresh()

    def _take(self, asked: tuple[object, ...], items: "tuple[QueueItem, ...]", standing: Standing) -> None:
        if asked[:3] == (self._session.project, self._strategy, self._packet):
            self.items, self.standing = items, standing
            self.changed.emit()

    def _in_library(self, step: int) -> str | None:
        if self._packet is None:
            return self._session.listing.neighbour(step)
        mine = set(self._packet.clips)
        order = [clip for clip in self._session.listing.order if clip in mine]
        return _beside(order, self._session.clip_id, step)

    def _in_packet(self, project: "Project", here: str, step: int) -> str | None:
        assert self._packet is not None
        if step < 0:
            return _beside(self._packet.clips, here, step)
        states = {row.id: row.state for row in _rows(project)}
        place = self._packet.clips.index(here) + 1 if here in self._packet.clips else 0
        return next((clip for clip in self._packet.clips[place:] if states.get(clip, "done") not in FINISHED), None)


def go_next(session: Session, queue: WorkQueue, step: int = 1) -> str | None:
    """Open the next (1) or previous (-1) clip of the queue and return its id; None, with a word about it, at its end."""
    clip_id = queue.next(step)
    if clip_id is None:
        session.notice.emit("This is the last clip of the queue." if step > 0 else "This is the first clip of the queue.")
    else:
        session.open_clip(clip_id)
    return clip_id


def _look(
    project: "Project", strategy: str, packet: "PacketInfo | None", order: tuple[str, ...], author: str
) -> "tuple[tuple[QueueItem, ...], Standing]":
    from interact_core.project.activity import today
    from interact_core.project.queue import QueueItem, queue

    clips = None if packet is None else packet.clips
    words = today(project, author).words  # brings what was typed a moment ago to the disk, so that all below counts it
    rows = {row.id: row for row in _rows(project)}
    counted = rows.values() if clips is None else [rows[clip] for clip in clips if clip in rows]
    standing = Standing(sum(row.state in FINISHED for row in counted), len(counted), words, author)
    if strategy not in (LIBRARY, PACKET):
        return queue(project, strategy, clips), standing
    wanted = order if strategy == LIBRARY else clips or ()
    mine = set(rows) if clips is None else set(clips) & rows.keys()
    shown = (rows[clip] for clip in wanted if clip in mine)
    return tuple(QueueItem(row.id, _why(row)) for row in shown), standing


def _rows(project: "Project") -> "list[ClipRow]":
    from interact_core.project.queue import settle

    settle(project)
    return project.library.search()


def _why(row: "ClipRow") -> str:
    return state_title(row.state)


def _beside(order: "tuple[str, ...] | list[str]", here: str, step: int) -> str | None:
    if here not in order:
        return order[0] if order else None
    place = order.index(here) + step
    return order[place] if 0 <= place < len(order) else None
