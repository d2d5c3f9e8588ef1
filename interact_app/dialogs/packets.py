"""Handing clips out, working on what was handed out, and taking it back: one dialog for each."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.dialogs.exchange_parts import ClipChoice, JobLine, PathField
from interact_app.session import Session
from interact_app.teams.work_queue import WorkQueue
from interact_app.widgets.labels import muted_label
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.jobs.context import JobContext
    from interact_core.project.packet_files import PacketInfo
    from interact_core.project.packets import PacketStatus
    from interact_core.project.submissions import CollectReport

_OK: Final = QDialogButtonBox.StandardButton.Ok


class _PacketDialog(QDialog):
    """A form, a line for what is wrong, a job, Ok and Cancel."""

    def __init__(self, session: Session, name: str, title: str, ok: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"dialog.{name}")
        self.setWindowTitle(title)
        self.setMinimumWidth(540)
        self._session = session
        self.form = QFormLayout()
        self.problem = QLabel(self)
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self.job = JobLine(session.jobs, self)
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Cancel, self)
        self.ok = self.buttons.button(_OK)
        self.ok.setText(ok)
        self.buttons.rejected.connect(self.reject)
        self.rejected.connect(self.job.stop)
        column = QVBoxLayout(self)
        column.addLayout(self.form)
        column.addWidget(self.problem)
        column.addWidget(self.job)
        column.addWidget(self.buttons)

    def say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.ok.setEnabled(not problem)


class MakePacketsDialog(_PacketDialog):
    """Says who would get how many before anything is written."""

    made = Signal(object)
    """The PacketInfos."""

    def __init__(self, session: Session, queue: WorkQueue, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(session, "make_packets", "", "", parent)
        self.setWindowTitle(self.tr("Make packets"))
        self.ok.setText(self.tr("Make them"))
        self.annotators = QLineEdit(self)
        self.annotators.setPlaceholderText(self.tr("Ada, Bo"))
        self.clips = ClipChoice(session, queue, self)
        self.overlap = QDoubleSpinBox(self)
        self.overlap.setRange(0, 100)
        self.overlap.setDecimals(0)
        self.overlap.setSuffix(" %")
        self.overlap.setValue(10)
        self.overlap.setToolTip(self.tr("These clips go to two annotators, so that their agreement can be measured"))
        self.instructions = QPlainTextEdit(self)
        self.instructions.setPlaceholderText(self.tr("What the annotators shall do; they see it above their queue"))
        self.instructions.setTabChangesFocus(True)
        self.instructions.setFixedHeight(80)
        self.zipped = QCheckBox(self.tr("As zip files, to be mailed"), self)
        self.target = PathField(self.tr("Folder for the packets"), self)
        self.target.set_path(folder)
        self.target.offer_folder(self.tr("Folder for the packets"))
        self.preview = muted_label("", self)
        for name, widget in (
            (self.tr("Annotators"), self.annotators), (self.tr("Clips"), self.clips), (self.tr("Given to two"), self.overlap),
            (self.tr("Instructions"), self.instructions), (self.tr("Where to"), self.target), ("", self.zipped),
            ("", self.preview),
        ):  # fmt: skip
            self.form.addRow(name, widget)
            if name:
                widget.setAccessibleName(name)
        self.annotators.textChanged.connect(lambda _text: self._check())
        self.clips.currentIndexChanged.connect(lambda _place: self._check())
        self.overlap.valueChanged.connect(lambda _value: self._check())
        self.target.changed.connect(self._check)
        self.buttons.accepted.connect(self._make)
        self._check()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.annotators.text().split(",") if name.strip())

    @property
    def share(self) -> float:
        """0..1; nothing for a single annotator."""
        return self.overlap.value() / 100 if len(self.names) > 1 else 0.0

    def _check(self) -> None:
        from interact_core.project.packets import assign

        target, data = self.target.path, self._session.project.data if self._session.project is not None else None
        self.overlap.setEnabled(len(self.names) != 1)
        self.preview.setText("")
        if not self.names:
            self.say(self.tr("Name at least one annotator, with commas between them."))
            return
        if target is None or not target.is_dir():
            self.say(self.tr("There is no such folder to write the packets to."))
            return
        if data is not None and target.absolute().resolve().is_relative_to(data):
            self.say(self.tr("This lies inside the data, which is never written."))
            return
        try:
            dealt = assign(self.clips.clips, self.names, self.share)
        except InputError as error:
            self.say(str(error))
            return
        counts = ", ".join(f"{name} {len(clips)}" for name, clips in dealt.items())
        both = sum(map(len, dealt.values())) - len(self.clips.clips)
        self.preview.setText(self.tr("Clips: {0}. {1} of them are given to two.").format(counts, both))
        self.say("")

    def _make(self) -> None:
        from interact_core.project.packets import make_packets

        project, target = self._session.project, self.target.path
        if project is None or target is None:
            return
        names, clips, share = self.names, self.clips.clips, self.share
        told, zipped, words = self.instructions.toPlainText().strip(), self.zipped.isChecked(), self._session.advice.vocabulary

        def work(_context: "JobContext") -> "tuple[PacketInfo, ...]":
            project.flush()
            return make_packets(project, names, clips, target, overlap=share, instructions=told, vocabulary=words, zipped=zipped)

        self.ok.setEnabled(False)
        self.job.run("Make packets", work, self._done, self.say)

    def _done(self, made: "tuple[PacketInfo, ...]") -> None:
        self.made.emit(made)
        self.accept()


class OpenPacketDialog(_PacketDialog):
    """What a packet asks for, where its clips are, and under whose name is written."""

    opened = Signal(object, object, str)
    """The PacketInfo, the folder of its clips, the author's name or ""."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "open_packet", "", "", parent)
        self.setWindowTitle(self.tr("Open a packet"))
        self.ok.setText(self.tr("Open"))
        self.info: PacketInfo | None = None
        self.packet = PathField(self.tr("Packet"), self)
        self.packet.offer_folder(self.tr("The folder of the packet"))
        self.packet.offer(self.tr("Zip…"), self._choose_zip)
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.data = PathField(self.tr("Its clips"), self)
        self.data.offer_folder(self.tr("The data set with the clips of the packet"))
        self.name = QCheckBox(self)
        for title, widget in (
            (self.tr("Packet"), self.packet),
            ("", self.about),
            (self.tr("Its clips"), self.data),
            ("", self.name),
        ):
            self.form.addRow(title, widget)
        self.packet.changed.connect(self._read)
        self.data.changed.connect(self._check)
        self.buttons.accepted.connect(self._open)
        self._read()

    def _choose_zip(self) -> str:
        return QFileDialog.getOpenFileName(self, self.windowTitle(), str(Path.home()), "Packets (*.zip)")[0]

    def _read(self) -> None:
        from interact_core.project.packet_files import find_data, read_packet

        self.info, path = None, self.packet.path
        self.about.setText("")
        self.name.setVisible(False)
        if path is None:
            self.say(self.tr("Choose the packet that you were given: a folder or a zip file."))
            return
        try:
            info = read_packet(path)
        except InputError as error:
            self.say(str(error))
            return
        self.info = info
        count = self.tr("{0} clips for {1}.").format(len(info.clips), info.annotator)
        self.about.setText("\n".join(filter(None, (count, info.instructions))))
        self.name.setText(self.tr("Write under the name {0}").format(info.annotator))
        self.name.setChecked(True)
        self.name.setVisible(info.annotator != self._session.settings.annotation.author)
        try:
            self.data.set_path(find_data(info))
        except InputError as error:
            self.data.set_path("")
            self.say(str(error))
            return
        self._check()

    def _check(self) -> None:
        if self.info is None:
            return
        data = self.data.path
        there = data is not None and data.exists()
        self.say("" if there else self.tr("Say where the clips of the packet are on this machine."))

    def _open(self) -> None:
        if self.info is not None and self.data.path is not None:
            author = self.info.annotator if self.name.isChecked() else ""
            self.opened.emit(self.info, self.data.path, author)
            self.accept()


class CollectPacketsDialog(_PacketDialog):
    """Takes returned packets in; above it, how far every packet of the project is."""

    collected = Signal(object, object)
    """The CollectReports, and the InputErrors of packets that could not be read at all."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "collect_packets", "", "", parent)
        self.setWindowTitle(self.tr("Collect packets"))
        self.resize(600, 460)
        self.ok.setText(self.tr("Collect"))
        self.status = QListWidget(self)
        self.status.setAccessibleName(self.tr("Packets of the project"))
        self.packets = QListWidget(self)
        self.packets.setAccessibleName(self.tr("Returned packets to take in"))
        self.packets.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.take = QCheckBox(self.tr("Take over clips that only one annotator was given"), self)
        self.take.setToolTip(self.tr("Each is an edit with a history; the others wait for the adjudication"))
        self.form.addRow(self.tr("Handed out"), self.status)
        self.form.addRow(self.tr("Returned"), self.packets)
        row = QDialogButtonBox(self)
        for text, call in (
            (self.tr("Add folders…"), self._add_folder), (self.tr("Add zip files…"), self._add_zips),
            (self.tr("Remove"), self._remove),
        ):  # fmt: skip
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, one=call: one())
            row.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.form.addRow("", row)
        self.form.addRow("", self.take)
        self.buttons.accepted.connect(self._collect)
        self._show_status()
        self._check()

    def add(self, paths: "list[Path]") -> None:
        known = {self.packets.item(k).text() for k in range(self.packets.count())}
        for path in paths:
            if str(path) not in known:
                self.packets.addItem(str(path))
        self._check()

    def _check(self) -> None:
        self.ok.setEnabled(self.packets.count() > 0)

    def _add_folder(self) -> None:
        """A packet, or a folder that holds several of them."""
        from interact_app.teams.packet_desk import is_packet

        chosen = QFileDialog.getExistingDirectory(self, self.tr("A returned packet, or a folder with several"), str(Path.home()))
        if chosen:
            path = Path(chosen)
            self.add([path] if is_packet(path) else [one for one in sorted(path.iterdir()) if is_packet(one)])

    def _add_zips(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.windowTitle(), str(Path.home()), "Packets (*.zip)")
        self.add([Path(name) for name in names])

    def _remove(self) -> None:
        for item in self.packets.selectedItems():
            self.packets.takeItem(self.packets.row(item))
        self._check()

    def _show_status(self) -> None:
        from interact_core.project.packets import packet_status

        project = self._session.project
        for one in packet_status(project) if project is not None else ():
            self.status.addItem(status_text(one))
        if not self.status.count():
            self.status.addItem(self.tr("No packet was made in this project yet."))

    def _collect(self) -> None:
        project = self._session.project
        if project is None:
            return
        paths = [Path(self.packets.item(k).text()) for k in range(self.packets.count())]

        def work(context: "JobContext") -> "tuple[list[CollectReport], list[InputError]]":
            from interact_core.project.submissions import collect_packet

            reports, problems = [], []
            for number, path in enumerate(paths):
                context.checkpoint()
                try:
                    reports.append(collect_packet(project, path))
                except InputError as error:
                    problems.append(error)
                context.progress((number + 1) / len(paths), path.name)
            return reports, problems

        self.ok.setEnabled(False)
        self.job.run("Collect packets", work, lambda found: self._done(*found), self.say)

    def _done(self, reports: "list[CollectReport]", problems: list[InputError]) -> None:
        self.collected.emit(reports, problems)
        self.accept()


def status_text(one: "PacketStatus") -> str:
    """ "Ada: 3 of 12 clips back (2 done, 1 needs review), handed out 2026-11-20"."""
    from interact_app.widgets.review_state import state_title, when_text

    states = ", ".join(f"{count} {state_title(state).lower()}" for state, count in one.states.items() if count)
    back = f"{one.clips - one.out} of {one.clips} clips back" + (f" ({states})" if states else "")
    return f"{one.annotator}: {back}, handed out {when_text(one.created)}"


def collect_rows(reports: "list[CollectReport]", problems: list[InputError]) -> list[tuple[str, str, str]]:
    rows = [(error.path.name if error.path else "", error.problem, error.remedy) for error in problems]
    for report in reports:
        told = f"{len(report.clips)} clips new or changed, {report.unchanged} as before"
        rows.append((report.packet.name, told, ""))
        rows += [(report.packet.name, error.problem, error.remedy) for error in report.problems]
    return rows
