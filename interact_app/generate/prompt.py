"""The sentence: a few lines, Ctrl+Return to generate, and what was asked before."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from interact_app.generate.plan import LONGEST_PROMPT, Plan
from interact_app.widgets.buttons import describe


class PromptField(QWidget):
    """Longer texts than a sentence are cut where the model would stop reading anyway."""

    submitted = Signal()

    def __init__(self, plan: Plan, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan = plan
        self.edit = _Lines(self)
        self.edit.setPlaceholderText(self.tr("a person lifts the box and carries it to the left"))
        describe(self.edit, self.tr("What the person does, in English; Ctrl+Return generates"))
        self.edit.submitted.connect(self.submitted)
        self.edit.textChanged.connect(self._typed)
        self.history = QToolButton(self)
        self.history.setText(self.tr("Sentences used before"))
        self.history.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.history.setAutoRaise(True)
        self._menu = QMenu(self.history)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        self.history.setMenu(self._menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.edit)
        column.addWidget(self.history)
        plan.changed.connect(self._show)
        self._show()

    def _typed(self) -> None:
        text = self.edit.toPlainText()
        if len(text) > LONGEST_PROMPT:
            self.edit.setPlainText(text[:LONGEST_PROMPT])
            return
        self._plan.change(text=text)

    def _show(self) -> None:
        self.history.setEnabled(bool(self._plan.prompts))
        if self.edit.toPlainText() != self._plan.wish.text:
            self.edit.setPlainText(self._plan.wish.text)

    def _fill(self) -> None:
        self._menu.clear()
        for text in self._plan.prompts:
            short = text if len(text) <= 60 else f"{text[:57]}…"
            action = self._menu.addAction(short.replace("&", "&&").replace("\n", " "))
            action.setToolTip(text[:1000])
            action.triggered.connect(lambda _on=False, text=text: self._plan.change(text=text))


class _Lines(QPlainTextEdit):
    submitted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().lineSpacing() * 3 + 14)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
