"""Menus and tool bar from action records; whoever adds a record later finds it there too."""

from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from interact_app.actions import Action, ActionRegistry

ORDER: Final = ("File", "Edit", "View", "Playback", "Timeline", "Go", "Captions", "Segment", "Review", "Help")


class Menus(QObject):
    """Owns the menu tree of the window. The top level keeps ORDER; further names come before Help."""

    def __init__(self, window: QMainWindow, registry: ActionRegistry) -> None:
        super().__init__(window)
        self._window, self._registry = window, registry
        self._menus: dict[str, QMenu] = {}
        for record in registry:
            self._place(record)
        registry.added.connect(self._place)

    def menu(self, path: str) -> QMenu:
        """The menu of a path such as "View/Camera", made where it does not exist."""
        found = self._menus.get(path)
        if found is not None:
            return found
        parent, _, name = path.rpartition("/")
        made = QMenu(name, self._window)
        made.setToolTipsVisible(True)
        made.setObjectName(f"menu.{path}")
        made.aboutToShow.connect(self._registry.refresh)
        if parent:
            self.menu(parent).addMenu(made)
        else:
            self._insert_top(name, made)
        self._menus[path] = made
        return made

    def _insert_top(self, name: str, made: QMenu) -> None:
        bar = self._window.menuBar()
        rank = _rank(name)
        after = [menu for path, menu in self._menus.items() if "/" not in path and _rank(path) > rank]
        if after:
            first = min(after, key=lambda menu: _rank(menu.title()))
            bar.insertMenu(first.menuAction(), made)
        else:
            bar.addMenu(made)

    def _place(self, record: Action) -> None:
        # A shortcut works only for an action that a widget of the window has, menu or not.
        qaction = self._registry.qaction(record.id)
        self._window.addAction(qaction)
        if record.menu:
            menu = self.menu(record.menu)
            if record.separator:
                menu.addSeparator()
            menu.addAction(qaction)


def _rank(name: str) -> float:
    return ORDER.index(name) if name in ORDER else len(ORDER) - 1.5


def make_tool_bar(window: QMainWindow, registry: ActionRegistry) -> QToolBar:
    """The records with `toolbar`, a gap between domains."""
    bar = QToolBar("Tool bar", window)
    bar.setObjectName("toolbar.main")
    bar.setMovable(False)
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    last = ""
    for record in registry:
        if not record.toolbar:
            continue
        if last and record.domain != last:
            bar.addSeparator()
        last = record.domain
        bar.addAction(registry.qaction(record.id))
    for button in bar.findChildren(QToolButton):
        # A click must not take the focus: Space would then press the button again instead of playing.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if button.defaultAction() is not None:
            button.setAccessibleName(button.defaultAction().text())
            if button.defaultAction().objectName().startswith("field."):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
    return bar
