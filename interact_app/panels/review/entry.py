"""Where a remark or the reason of a rejection is typed, and what it is pinned to."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.widgets.buttons import describe
from interact_core.annotation.records import SegmentRecord
from interact_core.figures import time_text

if TYPE_CHECKING:
    from interact_app.bridge.writing import Writing


class RemarkEntry(QWidget):
    """The frame is the one that was shown when the first letter was typed, even if the clip plays on."""

    said = Signal(str, object, str, bool)
    """Text, frame (None for none), uid of the segment ("" for none), whether it rejects the clip."""
    left = Signal()

    def __init__(self, session: Session, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self._rejects = False
        self.text = QLineEdit(self)
        self.text.setClearButtonEnabled(True)
        self.text.returnPressed.connect(self._say)
        self.text.installEventFilter(self)
        self.pin = QComboBox(self)
        self.pin.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.pin.setMinimumContentsLength(10)
        describe(self.pin, self.tr("Pinned to"))
        self.ok = QToolButton(self)
        self.ok.setProperty("role", "chip")
        self.ok.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.ok.clicked.connect(self._say)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.pin, 1)
        below.addWidget(self.ok)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.text)
        column.addLayout(below)
        clock.frame_changed.connect(lambda _frame: self._offer_pins())
        session.selection.changed.connect(lambda: self._offer_pins(choose=True))
        session.annotations_changed.connect(lambda _clip_id: self._offer_pins())
        self.begin(rejects=False, focus=False)

    @property
    def rejects(self) -> bool:
        return self._rejects

    def begin(self, *, rejects: bool, focus: bool = True) -> None:
        """Ready to type a remark, or the reason of a rejection."""
        self._rejects = rejects
        name = self.tr("Reason of the rejection") if rejects else self.tr("Remark")
        what = self.tr("What has to be done again? Enter rejects") if rejects else self.tr("A remark. Enter keeps it")
        self.text.setPlaceholderText(what)
        self.text.setAccessibleName(name)
        self.text.setToolTip(what)
        self.ok.setText(self.tr("Reject") if rejects else self.tr("Remark"))
        self._offer_pins(choose=True)
        if focus:
            self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Inside

    def _offer_pins(self, *, choose: bool = False) -> None:
        """Frame, selected segment, whole clip. What is chosen stays, and the frame stands still once something is typed."""
        if self.text.text() and not choose:
            return
        frame, writing = self._clock.frame, self._session.writing
        fps = self._session.clip.fps if self._session.clip is not None else 0.0
        record = writing.document.get(self._session.selection.current) if writing is not None else None
        kept = self.pin.currentData()
        with QSignalBlocker(self.pin):
            self.pin.clear()
            self.pin.addItem(self.tr("Frame {0} ({1})").format(frame, time_text(frame, fps)), ("frame", frame, ""))
            if isinstance(record, SegmentRecord):
                said = record.segment
                name = said.label or said.text or said.tier
                where = self.tr("Segment “{0}” ({1}–{2})").format(name, said.start_frame, said.end_frame - 1)
                self.pin.addItem(where, ("segment", None, record.uid))
            self.pin.addItem(self.tr("The whole clip"), ("clip", None, ""))
            kinds = [self.pin.itemData(k)[0] for k in range(self.pin.count())]
            wanted = "segment" if choose and "segment" in kinds else kept[0] if kept and not choose else "frame"
            self.pin.setCurrentIndex(kinds.index(wanted) if wanted in kinds else 0)

    def _say(self) -> None:
        text = self.text.text().strip()
        if not text:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        _, frame, uid = self.pin.currentData()
        rejects = self._rejects
        self.text.clear()
        self.begin(rejects=False, focus=False)
        self.said.emit(text, frame, uid, rejects)
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc gives up: the words go, and the keys belong to the timeline again."""
        pressed = watched is self.text and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]  # a key event by then
            self.text.clear()
            self.begin(rejects=False, focus=False)
            self.left.emit()
            return True
        return super().eventFilter(watched, event)


def pin_text(frame: int | None, about: str, writing: "Writing | None", fps: float) -> str:
    """Where a remark is pinned, for its row; "" for the whole clip."""
    record = writing.document.get(about) if writing is not None and about else None
    if isinstance(record, SegmentRecord):
        said = record.segment
        name = said.label or said.text or said.tier
        return f"{name}, {said.start_frame}–{said.end_frame - 1}"
    if frame is not None:
        return f"frame {frame}, {time_text(frame, fps)}"
    return "a segment that is gone" if about else ""
