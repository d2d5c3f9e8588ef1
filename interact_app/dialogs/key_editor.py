"""The lower part of the shortcuts dialog: press a key for the chosen action, and say what to do where it is taken."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QKeySequenceEdit, QLabel, QPushButton, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.actions.keymap import assignment, holders
from interact_app.actions.keys import is_typing, key_problem, native, portable
from interact_app.actions.record import Action

_LEAVES: Final = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape})


class KeyRecorder(QKeySequenceEdit):
    """Takes one key combination. Tab and Esc still lead out of it: whoever works by keyboard must not be caught here."""

    recorded = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumSequenceLength(1)
        self.setAccessibleName(self.tr("Press the new key"))
        self.editingFinished.connect(self._finish)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _LEAVES:
            if event.key() == Qt.Key.Key_Escape:
                event.ignore()
                return False
            return self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
        return super().event(event)

    def _finish(self) -> None:
        keys = self.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        self.clear()
        if keys:
            self.recorded.emit(keys)


class Question(QFrame):
    """One sentence and what may be answered, in place: nothing has to be sent away before going on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.setProperty("tone", "warning")
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.yes = QPushButton(self.tr("Yes"), self)
        self.no = QPushButton(self.tr("No"), self)
        for button in (self.yes, self.no):
            button.setAutoDefault(False)
        self._answer: Callable[[], object] | None = None
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.addWidget(self.text, 1)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        self.hide()

    def ask(self, text: str, yes: str, no: str, answer: Callable[[], object]) -> None:
        self._answer = answer
        self.text.setText(text)
        self.yes.setText(yes)
        self.yes.show()
        self.no.setText(no)
        self.show()
        # Whoever presses keys goes on with keys.
        self.yes.setFocus(Qt.FocusReason.TabFocusReason)

    def say(self, text: str) -> None:
        """Only something to know."""
        self.text.setText(text)
        self.yes.hide()
        self.no.setText(self.tr("Close"))
        self.show()

    def _agree(self) -> None:
        answer, self._answer = self._answer, None
        self.hide()
        if answer is not None:
            answer()


class KeyEditor(QWidget):
    """Changes the keys of one action at a time. `wanted` carries what is to be stored; nothing else decides anything."""

    wanted = Signal(dict)
    """:data:`~interact_app.actions.keymap.Changes`"""

    def __init__(self, registry: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._registry = registry
        self._id = ""
        self.title = QLabel(self)
        self.title.setProperty("role", "title")
        self.recorder = KeyRecorder(self)
        self.recorder.recorded.connect(self._recorded)
        self.title.setBuddy(self.recorder)
        self.also = QCheckBox(self.tr("Keep its other keys"), self)
        self.clear = QPushButton(self.tr("No key"), self)
        self.clear.clicked.connect(lambda: self._give(()))
        self.reset = QPushButton(self.tr("Default"), self)
        self.reset.clicked.connect(self._reset)
        for button in (self.clear, self.reset):
            button.setAutoDefault(False)  # Enter in a field above must not press it
        self.question = Question(self)
        row = QHBoxLayout()
        row.addWidget(self.recorder, 1)
        for widget in (self.also, self.clear, self.reset):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(self.question)
        self.show_action("")

    def show_action(self, action_id: str) -> None:
        """The action to give keys to; empty for none."""
        if action_id != self._id:
            self.question.hide()
        self._id = action_id
        for widget in (self.recorder, self.also, self.clear, self.reset):
            widget.setEnabled(bool(action_id))
        if not action_id:
            self.title.setText(self.tr("Choose an action above to change its key."))
            return
        record = self._registry.record(action_id)
        self.title.setText(self.tr("Press a key for “{0}”").format(record.title))
        self.clear.setEnabled(bool(record.shortcuts))
        self.reset.setEnabled(self._registry.is_changed(action_id))
        default = ", ".join(native(key) for key in self._registry.default_keys(action_id))
        self.reset.setToolTip(self.tr("Back to {0}").format(default or self.tr("no key")))

    def _recorded(self, keys: str) -> None:
        if not self._id:
            return
        record = self._registry.record(self._id)
        problem = key_problem(keys)
        if problem:
            self.question.say(f"{native(keys)} {problem}.")
        elif record.text_field_safe and is_typing(keys):
            text = self.tr("While you type, {0} would run “{1}” instead of being written.").format(native(keys), record.title)
            self.question.ask(text, self.tr("Use it all the same"), self.tr("Leave it"), lambda: self._offer(record, keys))
        else:
            self._offer(record, keys)

    def _offer(self, record: Action, keys: str) -> None:
        self._give((*record.shortcuts, keys) if self.also.isChecked() else (keys,))

    def _reset(self) -> None:
        self._give(self._registry.default_keys(self._id))

    def _give(self, keys: tuple[str, ...]) -> None:
        """At once where the keys are free; else after asking."""
        action_id = self._id
        others = holders(self._registry, action_id, keys)
        if not others:
            self.question.hide()
            self.wanted.emit(assignment(self._registry, action_id, keys))
            return
        wanted = {portable(key) for key in keys}
        shared = [native(key) for other in others for key in other.shortcuts if portable(key) in wanted]
        names = self.tr(" and ").join(f"“{other.title}”" for other in others)
        text = self.tr("{0} belongs to {1}.").format(", ".join(shared), names)
        take = lambda: self.wanted.emit(assignment(self._registry, action_id, keys))  # noqa: E731
        self.question.ask(text, self.tr("Take it from there"), self.tr("Leave it"), take)
