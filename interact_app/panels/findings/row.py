"""One finding: what it says, and once it is opened why, what would mend it and how to judge it away."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from interact_app.widgets.buttons import describe
from interact_app.widgets.finding_look import SIDE, finding_icon
from interact_app.widgets.labels import muted_label
from interact_app.widgets.open_row import OpenRow

if TYPE_CHECKING:
    from interact_core.annotation.lint.findings import Finding


class FindingRow(OpenRow):
    """A click on it opens it and goes to the words; `dismissed` ones offer to come back instead."""

    fix_wanted = Signal()
    dismiss_wanted = Signal(str)
    recall_wanted = Signal()

    def __init__(self, finding: "Finding", parent: QWidget, *, read_only: bool) -> None:
        super().__init__(parent)
        self.finding, self._read_only = finding, read_only
        severity = {"error": self.tr("Error"), "warning": self.tr("Warning"), "hint": self.tr("Hint")}[finding.severity]
        self.setAccessibleName(f"{severity}: {finding.message}")
        self.setAccessibleDescription(finding.why)
        self.setToolTip(finding.why)
        self._icon = QLabel(self)
        self._icon.setFixedWidth(SIDE + 2)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._icon.setAccessibleName(severity)
        self.message = QLabel(finding.message, self)
        self.message.setWordWrap(True)
        self.message.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.fix = self._chip(finding.fix.title if finding.fix else "", self.fix_wanted.emit)
        self.details = QWidget(self)
        self._lay_out()
        self._show_icon()
        self.set_open(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(5)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.message, 1)
        answers = QHBoxLayout()
        answers.setContentsMargins(0, 0, 0, 0)
        answers.setSpacing(4)
        answers.addWidget(self.fix)
        if self.finding.dismissed is None:
            self.dismiss = self._dismiss_button()
            answers.addWidget(self.dismiss)
        else:
            self.recall = self._chip(self.tr("Bring back"), self.recall_wanted.emit)
            answers.addWidget(self.recall)
        answers.addStretch(1)
        self.reason = QLineEdit(self.details)
        self.reason.setPlaceholderText(self.tr("Why does it not count here? Enter"))
        self.reason.setAccessibleName(self.tr("Reason for dismissing"))
        self.reason.returnPressed.connect(self._dismiss_for_reason)
        self.reason.hide()
        inner = QVBoxLayout(self.details)
        inner.setContentsMargins(SIDE + 7, 0, 0, 2)
        inner.setSpacing(3)
        if self.finding.dismissed:
            inner.addWidget(muted_label(self.tr("Dismissed: {0}").format(self.finding.dismissed), self.details))
        inner.addWidget(muted_label(self.finding.why, self.details))
        inner.addLayout(answers)
        inner.addWidget(self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 3, 4, 3)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.details)

    def _chip(self, text: str, call: object) -> QToolButton:
        chip = QToolButton(self)
        chip.setText(text)
        chip.setProperty("role", "chip")
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setVisible(bool(text))
        chip.setEnabled(not self._read_only)
        describe(chip, text)
        chip.clicked.connect(call)
        return chip

    def _dismiss_button(self) -> QToolButton:
        button = self._chip(self.tr("Dismiss…"), lambda: None)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for reason in (self.tr("The text is right"), self.tr("The measure is wrong"), self.tr("It does not matter here")):
            menu.addAction(reason, partial(self.dismiss_wanted.emit, reason))
        menu.addSeparator()
        menu.addAction(self.tr("Another reason…"), self._ask_reason)
        button.setMenu(menu)
        describe(button, self.tr("Dismiss with a reason; it can be brought back"))
        return button

    # Open and closed

    @property
    def is_open(self) -> bool:
        return not self.details.isHidden()

    def set_open(self, on: bool) -> None:
        self.details.setVisible(on)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_icon()

    # Inside

    def _ask_reason(self) -> None:
        self.reason.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _dismiss_for_reason(self) -> None:
        if self.reason.text().strip():
            self.dismiss_wanted.emit(self.reason.text().strip())

    def _show_icon(self) -> None:
        self._icon.setPixmap(finding_icon(self.finding.severity, self.palette()).pixmap(SIDE, SIDE))
