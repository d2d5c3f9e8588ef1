"""Every key of the program, from the action records themselves, with a search field."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from interact_app.actions.record import Action
from interact_app.actions.registry import keys_text


class ShortcutsDialog(QDialog):
    """Not modal: it may stay open beside the work."""

    def __init__(self, records: Iterable[Action], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.shortcuts")
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(560, 640)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search for a key or what it does")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search shortcuts")
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels(["Action", "Keys"])
        self.tree.setRootIsDecorated(False)
        self.tree.setAlternatingRowColors(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)
        self._fill(records)

    @property
    def visible_titles(self) -> list[str]:
        """What the search leaves."""
        return [item.text(0) for item in self._leaves() if not item.isHidden()]

    def _fill(self, records: Iterable[Action]) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        for record in records:
            if not record.shortcuts:
                continue
            name = record.menu.partition("/")[0] or "Other"
            group = groups.get(name)
            if group is None:
                group = groups[name] = QTreeWidgetItem(self.tree, [name])
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
                group.setFirstColumnSpanned(True)
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item = QTreeWidgetItem(group, [record.title, keys_text(record)])
            item.setToolTip(0, record.tooltip)
        self.tree.expandAll()

    def _leaves(self) -> list[QTreeWidgetItem]:
        return [item for group in self._groups() for item in _children(group)]

    def _groups(self) -> list[QTreeWidgetItem]:
        return _children(self.tree.invisibleRootItem())

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._leaves():
            haystack = f"{item.text(0)} {item.text(1)} {item.toolTip(0)}".casefold()
            item.setHidden(not all(word in haystack for word in words))
        for group in self._groups():
            group.setHidden(all(item.isHidden() for item in _children(group)))


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(k) for k in range(item.childCount()))
    return [child for child in found if child is not None]
