"""All records of the running application and the QAction made from each.

Whatever the registry hands out has the keys that hold now: the user's, where there are any. Menus, palette, help and the
typing guard therefore need to know nothing of the user's choices.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from interact_app.actions.keys import key_problem, native, portable
from interact_app.actions.record import Action
from interact_app.theme.icons import icon


class ActionRegistry(QObject):
    """Made empty; the application and the panels add records. A second record of the same id or key is a mistake."""

    added = Signal(object)
    """An :class:`Action`."""
    triggered = Signal(str)
    keys_changed = Signal()
    """Some action has other keys now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._made: dict[str, Action] = {}
        """As they were added, with the keys the program gives them."""
        self._records: dict[str, Action] = {}
        self._qactions: dict[str, QAction] = {}
        self._default_owners: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._overrides: dict[str, tuple[str, ...]] = {}

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
        """Keys are shared out among all of them at once: the work grows with the actions that there are."""
        made = [self._take_in(record) for record in records]
        self._share_out_keys()
        for action_id in made:
            self.added.emit(self._records[action_id])

    def add(self, record: Action) -> QAction:
        self.extend((record,))
        return self._qactions[record.id]

    def _take_in(self, record: Action) -> str:
        if record.id in self._records:
            raise ValueError(f"there is already an action {record.id}")
        for keys in record.shortcuts:
            other = self._default_owners.setdefault(portable(keys), record.id)
            if other != record.id:
                raise ValueError(f"{keys} belongs to {other}, {record.id} cannot have it too")
        self._made[record.id] = self._records[record.id] = record
        self._qactions[record.id] = self._make(record)
        return record.id

    def trigger(self, action_id: str) -> None:
        self._qactions[action_id].trigger()

    # Keys

    def for_keys(self, sequence: QKeySequence) -> Action | None:
        """The record that these keys belong to."""
        found = self._owners.get(sequence.toString(QKeySequence.SequenceFormat.PortableText))
        return self._records[found] if found else None

    def default_keys(self, action_id: str) -> tuple[str, ...]:
        """What the program itself gives the action."""
        return self._made[action_id].shortcuts

    def is_changed(self, action_id: str) -> bool:
        """Whether its keys are not those the program gives it, by the user's choice or because another action took one."""
        return self._records[action_id].shortcuts != self._made[action_id].shortcuts

    def set_overrides(self, overrides: Mapping[str, tuple[str, ...]]) -> list[str]:
        """The user's keys by action id, in force at once; what cannot be used is left out and said, in sentences.

        The user's keys win over those of the program. Ids that are not there (yet) are remembered.
        """
        problems: list[str] = []
        self._overrides = {action_id: _readable(action_id, keys, problems) for action_id, keys in overrides.items()}
        problems += self._share_out_keys()
        return problems

    def _share_out_keys(self) -> list[str]:
        """First who was chosen by the user, then everybody else takes what is left of their own."""
        owners: dict[str, str] = {}
        keys: dict[str, list[str]] = {action_id: [] for action_id in self._made}
        problems = []
        for action_id in (one for one in self._overrides if one in self._made):
            for key in self._overrides[action_id]:
                if owners.setdefault(portable(key), action_id) == action_id:
                    keys[action_id].append(key)
                else:
                    other = self._made[owners[portable(key)]].title
                    problems.append(f"{native(key)} cannot be both “{other}” and “{self._made[action_id].title}”.")
        for action_id in (one for one in self._made if one not in self._overrides):
            for key in self._made[action_id].shortcuts:
                if owners.setdefault(portable(key), action_id) == action_id:
                    keys[action_id].append(key)
        self._owners = owners
        self._take_over({action_id: tuple(chosen) for action_id, chosen in keys.items()})
        return problems

    def _take_over(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        changed = [action_id for action_id, chosen in keys.items() if self._records[action_id].shortcuts != chosen]
        for action_id in changed:
            record = self._records[action_id] = replace(self._made[action_id], shortcuts=keys[action_id])
            self._qactions[action_id].setShortcuts([QKeySequence(key) for key in record.shortcuts])
            self._qactions[action_id].setToolTip(tooltip(record))
        if changed:
            self.keys_changed.emit()

    # State

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
    return ", ".join(native(keys) for keys in record.shortcuts)


def _readable(action_id: str, keys: tuple[str, ...], problems: list[str]) -> tuple[str, ...]:
    good: list[str] = []
    for key in keys:
        problem = key_problem(key)
        if problem:
            problems.append(f"Keyboard shortcuts: {key!r} for {action_id} {problem}; it is ignored.")
        elif portable(key) not in good:
            good.append(portable(key))
    return tuple(good)
