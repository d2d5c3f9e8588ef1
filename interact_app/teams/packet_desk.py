"""The packet that is worked on: opening it with its data, beginning it, and finding it again after a restart."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from interact_app.session import Session
from interact_app.teams.work_queue import WorkQueue, go_next
from interact_core.errors import InputError
from interact_core.paths import write_atomic

if TYPE_CHECKING:
    from interact_core.jobs.context import JobContext
    from interact_core.project import Project
    from interact_core.project.packet_files import PacketInfo

log = logging.getLogger(__name__)
_NOTE: Final = "open_packet.json"


def is_packet(path: Path) -> bool:
    """Whether it looks like a packet from outside: a folder or zip with a packet's file in it."""
    from interact_core.project.document_folders import PACKET_FILE

    if path.is_dir():
        return (path / PACKET_FILE).is_file()
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    from interact_core.formats.zip_members import ZipMembers

    try:
        return PACKET_FILE in ZipMembers(path).names
    except InputError:
        return False


class PacketDesk(QObject):
    """`queue` gets the packet's clips; the words that came with it become the project's where it has none."""

    def __init__(self, session: Session, queue: WorkQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._queue = session, queue
        self._waiting: PacketInfo | None = None
        session.project_opened.connect(self._project_opened)
        session.failed.connect(lambda _title, _text: self._give_up())

    def open(self, info: "PacketInfo", data: Path, author: str = "") -> None:
        """Work on a packet whose clips are in `data`; under the name `author` from now on, where one is given."""
        if author and author != self._session.settings.annotation.author:
            self._session.settings_store.change("annotation.author", author)
            if self._session.writing is not None:
                self._session.writing.author = author
        project = self._session.project
        if project is not None and project.data == data.absolute().resolve():
            self._begin(project, info)
        else:
            self._waiting = info
            self._session.open_project(data)

    def close(self) -> None:
        """The queue holds the whole project again. Nothing that was written is touched."""
        self._queue.set_packet(None)
        if self._session.project is not None and not self._session.project.read_only:
            note = self._session.project.folder / _NOTE
            self._session.jobs.quietly(lambda: _written(note, None))

    # Inside

    def _give_up(self) -> None:
        self._waiting = None

    def _project_opened(self) -> None:
        project, info = self._session.project, self._waiting
        assert project is not None
        self._waiting = None
        if info is not None:
            self._begin(project, info)
            return
        found: list[PacketInfo | None] = []
        self._session.jobs.quietly(lambda: found.append(_remembered(project)), lambda: self._take_up(project, found[0]))

    def _take_up(self, project: "Project", info: "PacketInfo | None") -> None:
        if info is not None and project is self._session.project and self._queue.packet is None:
            self._queue.set_packet(info)
            self._session.notice.emit(self.tr("The packet of {0} is open: N goes through its clips.").format(info.annotator))

    def _begin(self, project: "Project", info: "PacketInfo") -> None:
        """The open clip is closed first: words may arrive in it."""
        self._session.close_clip()

        def work(_context: "JobContext") -> int:
            from interact_core.project.packets import begin_packet

            return 0 if project.read_only else begin_packet(project, info)

        self._session.jobs.submit(
            f"Begin packet {info.name}",
            work,
            done=lambda taken: self._begun(project, info, taken),
            failed=lambda error: self._session.failed.emit(self.tr("The packet could not be opened"), str(error)),
        )

    def _begun(self, project: "Project", info: "PacketInfo", taken: int) -> None:
        if project is not self._session.project:
            return
        self._queue.set_packet(info)
        self._session.library_changed.emit()
        words = self.tr(" {0} clips came with words.").format(taken) if taken else ""
        text = self.tr("Packet of {0}: {1} clips.").format(info.annotator, len(info.clips))
        if go_next(self._session, self._queue) is not None:
            self._session.notice.emit(text + words)
        if not project.read_only:
            note = project.folder / _NOTE
            self._session.jobs.quietly(lambda: _written(note, info.path))


def _written(note: Path, packet: Path | None) -> None:
    try:
        if packet is None:
            note.unlink(missing_ok=True)
        else:
            write_atomic(note, json.dumps({"path": str(packet.absolute())}).encode())
    except OSError as error:  # it is only asked for again
        log.warning("Which packet is open was not noted: %s", error)


def _remembered(project: "Project") -> "PacketInfo | None":
    """The packet that was open when the project was left; None where it is gone."""
    from interact_core.project.packet_files import read_packet

    read: Callable[[Path], PacketInfo] = read_packet
    try:
        path = Path(json.loads((project.folder / _NOTE).read_text())["path"])
        return read(path)
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return None
