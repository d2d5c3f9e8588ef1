"""The queue: by what it is ordered, what comes next and why, the packet that is open, how far the work is."""

from functools import partial

from PySide6.QtCore import QModelIndex, QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QListView, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.queue.model import QueueDelegate, QueueModel
from interact_app.session import Session
from interact_app.teams.work_queue import WorkQueue
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button, keys_of
from interact_app.widgets.labels import ElidedLabel, muted_label
from interact_app.widgets.placeholder import Placeholder


class QueueList(QListView):
    """Letters belong to the application's shortcuts, not to Qt's search by typing."""

    def keyboardSearch(self, search: str) -> None:
        return None


class QueuePanel(QWidget):
    """Enter or a double click opens a clip out of turn; N goes on from there."""

    def __init__(
        self, session: Session, clock: Clock, actions: ActionRegistry, queue: WorkQueue, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._queue = session, actions, queue
        self.model = QueueModel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 4)
        column.setSpacing(5)
        self._build_packet(column)
        self._build_choice(column)
        self._build_list(column)
        self._build_standing(column)
        queue.changed.connect(self.refresh)
        session.clip_opening.connect(lambda _clip_id: self._show_open())
        session.clip_opened.connect(self._show_open)
        self.refresh()

    def _build_packet(self, column: QVBoxLayout) -> None:
        self.packet = QWidget(self)
        row = QHBoxLayout(self.packet)
        row.setContentsMargins(0, 0, 0, 0)
        self.packet_name = ElidedLabel("", self.packet)
        row.addWidget(self.packet_name, 1)
        row.addWidget(icon_button(self.packet, icon("save"), self.tr("Return the packet…"), lambda: self._run("packet.return")))
        row.addWidget(icon_button(self.packet, icon("close"), self.tr("Close the packet"), lambda: self._run("packet.close")))
        self.instructions = muted_label("", self)
        column.addWidget(self.packet)
        column.addWidget(self.instructions)

    def _build_choice(self, column: QVBoxLayout) -> None:
        self.order = QComboBox(self)
        self.order.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.order.setMinimumContentsLength(10)
        describe(self.order, self.tr("Queue by"))
        self.order.activated.connect(lambda _place: self._queue.set_strategy(self.order.currentData()))
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.order, 1)
        for action_id, name in (("clip.previous", "previous"), ("clip.next", "next")):
            title, keys = self._actions.record(action_id).tooltip, keys_of(self._actions, action_id)
            button = icon_button(self, icon(name), title, partial(self._run, action_id))
            describe(button, title, keys)
            row.addWidget(button)
        column.addLayout(row)

    def _build_list(self, column: QVBoxLayout) -> None:
        self.view = QueueList(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(QueueDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setAccessibleName(self.tr("Clips of the queue"))
        self.view.activated.connect(self._open)
        self.placeholder = Placeholder(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.placeholder)
        column.addWidget(self.stack, 1)

    def _build_standing(self, column: QVBoxLayout) -> None:
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Clips that are done"))
        self.done = QLabel(self)
        self.words = ElidedLabel("", self, align=Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.addWidget(self.done)
        row.addWidget(self.words, 1)
        column.addWidget(self.bar)
        column.addLayout(row)

    # Showing

    def refresh(self) -> None:
        queue, standing = self._queue, self._queue.standing
        with QSignalBlocker(self.order):
            offered = queue.strategies()
            if [self.order.itemData(k) for k in range(self.order.count())] != list(offered):
                self.order.clear()
                for strategy, title in offered.items():
                    self.order.addItem(title, strategy)
            self.order.setCurrentIndex(self.order.findData(queue.strategy))
        self.model.set_items(queue.items, self._session.clip_id)
        self._show_open()
        self._show_packet()
        self.bar.setMaximum(max(standing.total, 1))
        self.bar.setValue(standing.finished)
        self.done.setText(self.tr("{0} of {1} done").format(standing.finished, standing.total))
        told = self.tr("{0}: {1} words today") if standing.author else self.tr("{1} words today")
        self.words.set_text(told.format(standing.author, standing.words))
        self.stack.setCurrentWidget(self.view if queue.items else self.placeholder)
        if not queue.items:
            self._say_empty()

    def _show_packet(self) -> None:
        info = self._queue.packet
        self.packet.setVisible(info is not None)
        self.instructions.setVisible(info is not None and bool(info.instructions))
        if info is not None:
            self.packet_name.set_text(self.tr("Packet of {0}, {1} clips").format(info.annotator, len(info.clips)))
            self.instructions.setText(info.instructions)

    def _show_open(self) -> None:
        self.model.set_items(self._queue.items, self._session.clip_id)
        index = self.model.place_of(self._session.clip_id)
        if index.isValid() and not self.view.hasFocus():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _say_empty(self) -> None:
        if self._session.project is None:
            self.placeholder.say(self.tr("No project is open"))
        else:
            self.placeholder.say(self.tr("Nothing is due"), self.tr("No clip fits this order now; another one may have some."))

    # Doing

    def _open(self, index: QModelIndex) -> None:
        clip_id = self.model.clip_at(index)
        if clip_id:
            self._session.open_clip(clip_id)

    def _run(self, action_id: str) -> None:
        self._actions.trigger(action_id)

    def sizeHint(self) -> QSize:
        return QSize(264, 500)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 160)
