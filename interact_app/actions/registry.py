"""All records of the running application and the QAction made from each."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from interact_app.actions.record import Action
from interact_app.theme.icons import icon


class ActionRegistry(QObject):
    """Made empty; the application and the panels add records. A second record of the same id or key is a mistake."""

    added = Signal(object)
    """An :class:`Action`."""
    triggered = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: dict[str, Action] = {}
        self._qactions: dict[str, QAction] = {}
        self._keys: dict[str, str] = {}

    def __iter__(self) -> Iterator[Action]:
        return iter(self._records.values())

    def __contains__(self, action_id: object) -> bool:
        return action_id in self._records

    def record(self, action_id: str) -> Action:
        return self._records[action_id]

    def qaction(self, action_id: str) -> QAction:
        """The one QAction of a record: put it in as many menus and buttons as you like."""
        return self._qactions[action_id]

    def extend(self, records: Iterable[Action]) -> None:
        for record in records:
            self.add(record)

    def add(self, record: Action) -> QAction:
        if record.id in self._records:
            raise ValueError(f"there is already an action {record.id}")
        for keys in record.shortcuts:
            other = self._keys.setdefault(_portable(keys), record.id)
            if other != record.id:
                raise ValueError(f"{keys} belongs to {other}, {record.id} cannot have it too")
        self._records[record.id] = record
        self._qactions[record.id] = self._make(record)
        self.added.emit(record)
        return self._qactions[record.id]

    def trigger(self, action_id: str) -> None:
        self._qactions[action_id].trigger()

    def for_keys(self, sequence: QKeySequence) -> Action | None:
        """The record that these keys belong to."""
        found = self._keys.get(sequence.toString(QKeySequence.SequenceFormat.PortableText))
        return self._records[found] if found else None

    def refresh(self) -> None:
        """Ask every record again whether it is enabled and checked."""
        for action_id, record in self._records.items():
            qaction = self._qactions[action_id]
            if record.enabled is not None:
                qaction.setEnabled(record.enabled())
            if record.checkable and record.checked is not None:
                qaction.setChecked(record.checked())

    def refresh_icons(self) -> None:
        """Icons are drawn in the text colour, so they follow the theme."""
        for action_id, record in self._records.items():
            if record.icon:
                self._qactions[action_id].setIcon(icon(record.icon))

    def _make(self, record: Action) -> QAction:
        qaction = QAction(record.title, self)
        qaction.setObjectName(record.id)
        qaction.setShortcuts([QKeySequence(keys) for keys in record.shortcuts])
        qaction.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        qaction.setAutoRepeat(record.auto_repeat)
        qaction.setCheckable(record.checkable)
        qaction.setToolTip(tooltip(record))
        qaction.setStatusTip(record.tooltip)
        if record.icon:
            qaction.setIcon(icon(record.icon))
        if record.enabled is not None:
            qaction.setEnabled(record.enabled())
        if record.checkable and record.checked is not None:
            qaction.setChecked(record.checked())
        # `triggered`, not `toggled`: a refresh that sets the check mark must not run the handler.
        qaction.triggered.connect(lambda state: self._run(record, state))
        return qaction

    def _run(self, record: Action, state: bool) -> None:
        if record.checkable:
            record.handler(state)
        else:
            record.handler()
        self.triggered.emit(record.id)
        self.refresh()


def tooltip(record: Action) -> str:
    """Title or explanation, with the keys."""
    text = record.tooltip or record.title
    return f"{text} ({keys_text(record)})" if record.shortcuts else text


def keys_text(record: Action) -> str:
    """The shortcuts as this system writes them: "Left, ,"."""
    return ", ".join(QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in record.shortcuts)


def _portable(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
