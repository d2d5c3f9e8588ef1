"""Opens the dialogs of teams and exchange and carries out what they decide."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMainWindow

from interact_app.adjudication.desk import Adjudication
from interact_app.bridge.explain import explain
from interact_app.dialogs.desk import DialogDesk
from interact_app.session import Session
from interact_app.teams import PacketDesk, WorkQueue
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.consolidate.exports.write import MotionReport
    from interact_core.jobs.context import JobContext
    from interact_core.project.exchange import ExportReport
    from interact_core.project.packet_files import PacketInfo
    from interact_core.project.packets import ReturnReport
    from interact_core.project.submissions import CollectReport


class TeamDialogs(QObject):
    """`dialogs` shows them, one of a kind at a time."""

    def __init__(
        self, window: QMainWindow, session: Session, dialogs: DialogDesk, queue: WorkQueue, adjudication: Adjudication
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._dialogs = window, session, dialogs
        self._queue, self._adjudication = queue, adjudication
        self.packets = PacketDesk(session, queue, self)
        self._folder = Path.home()

    def history(self) -> None:
        from interact_app.dialogs.history import HistoryDialog

        self._dialogs.show("history", lambda: HistoryDialog(self._session, self._window))

    # Annotations out and in

    def export_annotations(self) -> None:
        from interact_app.dialogs.exchange_export import ExportAnnotationsDialog

        def make() -> ExportAnnotationsDialog:
            dialog = ExportAnnotationsDialog(self._session, self._queue, self._folder, self._window)
            dialog.written.connect(self._exported)
            return dialog

        self._dialogs.show("export_annotations", make)

    def _exported(self, report: "ExportReport | MotionReport") -> None:
        from interact_app.dialogs.exchange_export import export_rows
        from interact_core.project.exchange import ExportReport

        self._folder = report.path.parent
        rows = export_rows(report)
        if isinstance(report, ExportReport):
            summary = self.tr("{0} records of {1} clips are in {2}.").format(report.records, report.clips, report.path)
        else:
            summary = self.tr("{0} clips are in {1}.").format(report.clips, report.path)
        self._session.notice.emit(summary)
        if rows or not report.clips:
            self._report(self.tr("Exported"), summary, rows)

    def import_annotations(self, paths: Sequence[Path] = ()) -> None:
        from interact_app.dialogs.exchange_import import ImportAnnotationsDialog

        def make() -> ImportAnnotationsDialog:
            dialog = ImportAnnotationsDialog(self._session, self._window)
            dialog.imported.connect(lambda count: self._session.notice.emit(self.tr("{0} clips have new words.").format(count)))
            return dialog

        self._dialogs.show("import_annotations", make)
        shown = self._dialogs.dialog("import_annotations")
        if paths and isinstance(shown, ImportAnnotationsDialog):
            shown.take_paths(paths)

    def take_drop(self, path: Path) -> bool:
        """Whether what was dropped on the window is a packet or holds annotations; a dialog then asks what to do."""
        from interact_app.dialogs.exchange_import import SUFFIXES
        from interact_app.teams.packet_desk import is_packet

        if is_packet(path):
            self.open_packet(path)
            return True
        project = self._session.project
        if path.suffix.lower() in SUFFIXES and path.is_file() and project is not None and not project.read_only:
            self.import_annotations([path])
            return True
        return False

    # Packets

    @property
    def has_packet(self) -> bool:
        return self._queue.packet is not None

    def make_packets(self) -> None:
        from interact_app.dialogs.packets import MakePacketsDialog

        def make() -> MakePacketsDialog:
            dialog = MakePacketsDialog(self._session, self._queue, self._folder, self._window)
            dialog.made.connect(self._made)
            return dialog

        self._dialogs.show("make_packets", make)

    def _made(self, made: "tuple[PacketInfo, ...]") -> None:
        self._folder = made[0].path.parent
        rows = [(one.annotator, self.tr("{0} clips").format(len(one.clips)), str(one.path)) for one in made]
        self._report(self.tr("Packets are made"), self.tr("Hand each annotator the packet that bears their name."), rows)

    def open_packet(self, path: Path | None = None) -> None:
        from interact_app.dialogs.packets import OpenPacketDialog

        def make() -> OpenPacketDialog:
            dialog = OpenPacketDialog(self._session, self._window)
            dialog.opened.connect(self._open)
            return dialog

        self._dialogs.show("open_packet", make)
        shown = self._dialogs.dialog("open_packet")
        if path is not None and isinstance(shown, OpenPacketDialog):
            shown.packet.set_path(path)

    def _open(self, info: "PacketInfo", data: Path, author: str) -> None:
        try:
            self.packets.open(info, data, author)
        except InputError as error:
            self._dialogs.errors.report(self.tr("The packet could not be opened"), explain(error))

    def return_packet(self) -> None:
        info = self._queue.packet
        if info is None:
            return
        place = str(self._folder / f"{info.name.replace(' ', '-')}-returned.zip")
        kinds = self.tr("Zip file (*.zip);;Folder (*)")
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Return the packet as"), place, kinds)
        if name:
            self.write_packet(Path(name))

    def write_packet(self, out: Path) -> None:
        """Write the open packet with what was annotated."""
        project, info = self._session.project, self._queue.packet
        if project is None or info is None:
            return

        def work(_context: "JobContext") -> "ReturnReport":
            from interact_core.project.packets import return_packet

            project.flush()
            return return_packet(project, info, out)

        self._session.jobs.submit(
            "Return packet",
            work,
            done=self._returned,
            failed=lambda error: self._dialogs.errors.report(self.tr("The packet was not written"), explain(error)),
        )

    def _returned(self, report: "ReturnReport") -> None:
        self._folder = report.path.parent
        rows = [(clip, self.tr("Nothing was written about it yet"), "") for clip in report.untouched]
        rows += [(clip, self.tr("This data does not hold it"), "") for clip in report.absent]
        self._report(
            self.tr("The packet is written"), self.tr("{0} clips are in {1}.").format(report.documents, report.path), rows
        )

    def collect_packets(self) -> None:
        from interact_app.dialogs.packets import CollectPacketsDialog

        def make() -> CollectPacketsDialog:
            dialog = CollectPacketsDialog(self._session, self._window)
            dialog.collected.connect(lambda reports, problems: self._collected(reports, problems, take=dialog.take.isChecked()))
            return dialog

        self._dialogs.show("collect_packets", make)

    def _collected(self, reports: "list[CollectReport]", problems: list[InputError], *, take: bool) -> None:
        from interact_app.dialogs.packets import collect_rows

        clips = tuple(dict.fromkeys(clip for report in reports for clip in report.packet.clips))
        rows = collect_rows(reports, problems)
        if take and clips:
            self._take_single(clips, rows)
        else:
            self._say_collected(rows, 0)

    def _take_single(self, clips: tuple[str, ...], rows: list[tuple[str, str, str]]) -> None:
        """The open clip takes its words as an edit of its own document."""
        project, here = self._session.project, self._session.clip_id
        assert project is not None
        author = self._session.writing.author if self._session.writing is not None else ""

        def work(_context: "JobContext") -> int:
            from interact_core.project.submissions import take_single

            return len(take_single(project, [clip for clip in clips if clip != here], author))

        def done(taken: int) -> None:
            mine = self._take_here(here) if here in clips else 0
            self._say_collected(rows, taken + mine)

        failed = lambda error: self._dialogs.errors.report(self.tr("Not all words were taken over"), explain(error))  # noqa: E731
        self._session.jobs.submit("Collect packets: take over", work, done=done, failed=failed)

    def _take_here(self, clip_id: str) -> int:
        from interact_core.annotation.adjudication import take_document
        from interact_core.project.submissions import submissions

        project, writing = self._session.project, self._session.writing
        if project is None or writing is None or self._session.clip_id != clip_id:
            return 0
        handed_in = submissions(project, clip_id)
        edit = take_document(writing.document, handed_in[0].document) if len(handed_in) == 1 else None
        if not edit:
            return 0
        writing.do(edit)
        return 1

    def _say_collected(self, rows: list[tuple[str, str, str]], taken: int) -> None:
        self._session.library_changed.emit()
        self._adjudication.reload()
        told = self.tr(" {0} clips were taken over.").format(taken) if taken else ""
        self._report(
            self.tr("Packets are collected"),
            self.tr("What several annotators wrote waits for you in the queue by agreement.") + told, rows,
        )  # fmt: skip

    def _report(self, title: str, summary: str, rows: Sequence[tuple[str, str, str]]) -> None:
        from interact_app.dialogs.exchange_parts import ReportDialog

        found = self._dialogs.dialog("report")
        if found is not None:
            found.close()
        self._dialogs.show("report", lambda: ReportDialog(title, summary, rows, self._window))
