"""The projects opened last, in the File menu."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu


class RecentMenu(QObject):
    """Filled when it is opened; what does not exist any more is shown but cannot be chosen: drives come and go."""

    def __init__(self, menu: QMenu, open_path: Callable[[Path], object]) -> None:
        super().__init__(menu)
        self._menu, self._open = menu, open_path
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Newest first."""
        from interact_core.project import recent_projects

        self._menu.clear()
        for recent in recent_projects():
            path = Path(recent.path)
            action = self._menu.addAction(recent.title)
            action.setToolTip(recent.path)
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _checked=False, path=path: self._open(path))
        if self._menu.isEmpty():
            self._menu.addAction("Nothing yet").setEnabled(False)
