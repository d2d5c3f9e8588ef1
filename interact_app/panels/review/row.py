"""One remark: its flag, what is said, where it is pinned, who said it and when, and whether it is settled."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from interact_app.widgets.buttons import describe
from interact_app.widgets.labels import muted_label
from interact_app.widgets.open_row import OpenRow
from interact_app.widgets.review_state import when_text
from interact_app.widgets.tones import VERMILLION, Tones, data_color, mix
from interact_core.annotation.records import RemarkRecord


class RemarkRow(OpenRow):
    """A click on it, or Enter, goes to what it is about."""

    settle_wanted = Signal(bool)

    def __init__(self, remark: RemarkRecord, pin: str, parent: QWidget, *, read_only: bool) -> None:
        super().__init__(parent)
        self.remark, self.pin = remark, pin
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        kind = self.tr("Rejected") if remark.rejection else self.tr("Remark")
        settled = self.tr("settled") if remark.resolved else ""
        self.facts = " · ".join(filter(None, (settled, pin, remark.author, when_text(remark.modified))))
        self.setAccessibleName(f"{kind}: {remark.text}")
        self.setAccessibleDescription(self.facts)
        self.flag = QLabel("✕" if remark.rejection else "⚑", self)
        self.flag.setFixedWidth(16)
        self.flag.setToolTip(kind)
        self.text = QLabel(remark.text, self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.text.setEnabled(not remark.resolved)
        self.settle = QToolButton(self)
        self.settle.setText(self.tr("Open again") if remark.resolved else self.tr("Settle"))
        self.settle.setProperty("role", "chip")
        self.settle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.settle.setEnabled(not read_only)
        describe(self.settle, self.tr("Open the remark again") if remark.resolved else self.tr("The remark is dealt with"))
        self.settle.clicked.connect(lambda: self.settle_wanted.emit(not remark.resolved))
        self._lay_out()
        self._color()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(5)
        head.addWidget(self.flag, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.text, 1)
        below = QHBoxLayout()
        below.setContentsMargins(21, 0, 0, 0)
        below.addWidget(muted_label(self.facts, self), 1)
        below.addWidget(self.settle, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(below)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "flag"):
            self._color()

    def _color(self) -> None:
        tones = Tones.of(self.palette())
        color = mix(data_color(VERMILLION), tones.text, 0.2) if self.remark.rejection else tones.text
        shown = tones.muted if self.remark.resolved else color
        self.flag.setStyleSheet(f"color: {shown.name()}; font-weight: 600;")
