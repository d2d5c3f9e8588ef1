"""A field for one of a few words: type the beginning, or open the list. Enter takes it over."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QSizePolicy, QWidget

from interact_app.actions import ActionRegistry
from interact_app.widgets.project_undo import share_undo

_TABS: Final = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ChoiceBox(QComboBox):
    """`chosen` when another value is taken over: by Enter, from the list, or by leaving the field.

    Where not `free`, only the offered words (and nothing at all) can be taken; a beginning stands for the first that
    begins so.
    """

    chosen = Signal(str)
    leave_wanted = Signal()

    def __init__(self, parent: QWidget, actions: ActionRegistry, name: str, *, free: bool = True) -> None:
        super().__init__(parent)
        self._free = free
        self._value = ""
        self._titles: dict[str, str] = {}
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(name)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._line = QLineEdit(self)
        self.setLineEdit(self._line)
        completer = QCompleter(self.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        popup = completer.popup()
        assert popup is not None
        self._popup = popup
        popup.installEventFilter(self)
        self._line.setAccessibleName(name)
        share_undo(self, actions)
        self._line.editingFinished.connect(self._commit)
        self.activated.connect(lambda _index: self._commit())

    @property
    def value(self) -> str:
        return self._value

    def offer(self, values: Sequence[str] | Mapping[str, str]) -> None:
        """The words of the list; a mapping gives each value the title that is shown for it."""
        titles = dict(values) if isinstance(values, Mapping) else {value: value for value in values}
        if titles == self._titles:
            return
        self._titles = titles
        with QSignalBlocker(self):
            text = self.currentText()
            self.clear()
            self.addItems(list(titles.values()))
            self.setCurrentIndex(-1)
            self.setEditText(text)

    def show_value(self, value: str, hint: str = "") -> None:
        """What is stored; not while somebody is choosing another."""
        changed, self._value = value != self._value, value
        self._line.setPlaceholderText(hint)
        if changed or not self.hasFocus():
            self._show()

    def give_up(self) -> None:
        """Forget what was typed and not taken over."""
        self._show()

    def resolve(self, typed: str) -> str | None:
        """The value that a text stands for; None where it stands for none."""
        typed = typed.strip()
        if not typed:
            return ""
        folded = typed.casefold()
        same = [value for value, title in self._titles.items() if folded in (title.casefold(), value.casefold())]
        begins = [value for value, title in self._titles.items() if title.casefold().startswith(folded)]
        found = same or begins
        return found[0] if found else typed if self._free else None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel: a value that changes in passing is an edit nobody meant."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._answers(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab takes over what is there. The completer swallows the loss of focus while its list is open."""
        self._take_highlighted()
        self._commit()
        return super().focusNextPrevChild(forward)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the list is open the keys go there; the completer would keep Esc and Tab to itself."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _TABS:
                self.focusNextPrevChild(key == Qt.Key.Key_Tab)
                return True
            if self._answers(key):
                return True
        return super().eventFilter(watched, event)

    def _answers(self, key: Qt.Key) -> bool:
        """Keys that end the choosing."""
        if key == Qt.Key.Key_Escape:
            self._popup.hide()
            self.give_up()
        elif key in _ENTER:
            self._take_highlighted()
            self._commit()
        else:
            return False
        self.leave_wanted.emit()
        return True

    def _take_highlighted(self) -> None:
        """What the arrow keys have chosen in the list below counts more than the letters typed."""
        popup = self._popup
        if popup.isVisible():
            if popup.currentIndex().isValid():
                self.setEditText(str(popup.currentIndex().data()))
            popup.hide()

    def _commit(self) -> None:
        found = self.resolve(self.currentText())
        if found is None or found == self._value:
            self._show()
            return
        self._value = found
        self._show()
        self.chosen.emit(found)

    def _show(self) -> None:
        title = self._titles.get(self._value, self._value)
        with QSignalBlocker(self):
            self.setEditText(title)
        # A word that is longer than the field is read from its beginning.
        self._line.setCursorPosition(0)
