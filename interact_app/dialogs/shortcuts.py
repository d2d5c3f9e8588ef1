"""Every action and its keys, from the action records themselves: to look up, and to change."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.actions.keymap import Changes, all_defaults
from interact_app.actions.registry import keys_text
from interact_app.dialogs.key_editor import KeyEditor
from interact_core.errors import InputError
from interact_core.settings import SettingsStore

_ID: Final = Qt.ItemDataRole.UserRole


class ShortcutsDialog(QDialog):
    """Not modal: it may stay open beside the work. What is changed holds at once and is stored at once."""

    def __init__(self, actions: ActionRegistry, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.shortcuts")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(640, 720)
        self._actions, self._store = actions, store
        self._build_search()
        self._build_tree()
        self.editor = KeyEditor(actions, self)
        self.editor.wanted.connect(self._change)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        self.reset_all = QPushButton(self.tr("All defaults"), self)
        self.reset_all.clicked.connect(self._ask_reset_all)
        buttons.addButton(self.reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        for button in buttons.buttons():
            # Enter in the search field must not press one of them.
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.only_changed)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.editor)
        layout.addWidget(buttons)
        self._fill()
        actions.keys_changed.connect(self._show_keys)
        actions.added.connect(self._fill)

    @property
    def visible_titles(self) -> list[str]:
        """What the search leaves."""
        return [item.text(0) for item in self._leaves() if not item.isHidden()]

    def choose(self, action_id: str) -> None:
        """Put an action into the editor."""
        for item in self._leaves():
            if item.data(0, _ID) == action_id:
                self.tree.setCurrentItem(item)
                self.tree.scrollToItem(item)

    def _build_search(self) -> None:
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search for a key or what it does"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search shortcuts"))
        self.search.textChanged.connect(self._filter)
        self.only_changed = QCheckBox(self.tr("Only changed"), self)
        self.only_changed.toggled.connect(self._filter)

    def _build_tree(self) -> None:
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setAlternatingRowColors(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(lambda item, _before: self._chosen(item))
        self.tree.itemActivated.connect(lambda _item: self.editor.recorder.setFocus(Qt.FocusReason.OtherFocusReason))

    def _fill(self) -> None:
        self.tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for record in self._actions:
            name = record.menu.partition("/")[0] or self.tr("Other")
            if name not in groups:
                groups[name] = self._group(name)
            item = QTreeWidgetItem(groups[name], [record.title, ""])
            item.setData(0, _ID, record.id)
            item.setToolTip(0, record.tooltip)
        self.tree.expandAll()
        self._show_keys()

    def _group(self, name: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self.tree, [name])
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        group.setFirstColumnSpanned(True)
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return group

    def _show_keys(self) -> None:
        for item in self._leaves():
            action_id = item.data(0, _ID)
            changed = self._actions.is_changed(action_id)
            item.setText(1, keys_text(self._actions.record(action_id)))
            font = item.font(1)
            font.setBold(changed)
            item.setFont(1, font)
            item.setToolTip(1, self.tr("Changed by you") if changed else "")
        self.reset_all.setEnabled(any(self._actions.is_changed(record.id) for record in self._actions))
        self._filter()
        self._chosen(self.tree.currentItem())

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        self.editor.show_action((item.data(0, _ID) or "") if item is not None else "")

    def _change(self, changes: Changes) -> None:
        try:
            self._store.change_shortcuts(changes)
        except InputError as error:
            self.editor.question.say(str(error))

    def _ask_reset_all(self) -> None:
        text = self.tr("Every action gets back the keys it had at first. Yours are forgotten.")
        defaults = lambda: self._change(all_defaults(self._actions, dict(self._store.current.shortcuts)))  # noqa: E731
        self.editor.question.ask(text, self.tr("All defaults"), self.tr("Keep mine"), defaults)

    def _leaves(self) -> list[QTreeWidgetItem]:
        return [item for group in self._groups() for item in _children(group)]

    def _groups(self) -> list[QTreeWidgetItem]:
        return _children(self.tree.invisibleRootItem())

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for item in self._leaves():
            haystack = f"{item.text(0)} {item.text(1)} {item.toolTip(0)}".casefold()
            wanted = all(word in haystack for word in words)
            if self.only_changed.isChecked():
                wanted = wanted and self._actions.is_changed(item.data(0, _ID))
            item.setHidden(not wanted)
        for group in self._groups():
            group.setHidden(all(item.isHidden() for item in _children(group)))


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(k) for k in range(item.childCount()))
    return [child for child in found if child is not None]
