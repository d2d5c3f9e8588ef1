"""Something failed: say what, where and what to do, without stopping the rest."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget


class ErrorReporter(QObject):
    """Not modal, and one box at a time: further errors are counted in the open one instead of piling up."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._box: QMessageBox | None = None
        self._entries: list[tuple[str, str]] = []

    @property
    def box(self) -> QMessageBox | None:
        """The open box, if any."""
        return self._box

    def report(self, title: str, message: str) -> None:
        self._entries.append((title, message))
        if self._box is None:
            self._box = self._make()
        self._show_entries(self._box)
        self._box.show()

    def _make(self) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setObjectName("dialog.error")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("InterAct Studio")
        box.setModal(False)
        # A path in a narrow column is hard to read; the box itself ignores a minimum width.
        box.setStyleSheet("QMessageBox QLabel#qt_msgbox_informativelabel { min-width: 30em; }")
        box.setStandardButtons(QMessageBox.StandardButton.Close)
        copy = box.addButton("Copy", QMessageBox.ButtonRole.ActionRole)
        # Any button closes a message box; copying should not.
        copy.clicked.disconnect()
        copy.clicked.connect(self._copy)
        box.finished.connect(self._closed)
        return box

    def _show_entries(self, box: QMessageBox) -> None:
        title, message = self._entries[-1]
        box.setText(f"<b>{_escaped(title)}</b>")
        box.setInformativeText(_escaped(message))
        if len(self._entries) > 1:
            earlier = "\n\n".join(f"{t}\n{m}" for t, m in self._entries[:-1][-50:])
            box.setDetailedText(f"{len(self._entries) - 1} more:\n\n{earlier}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(f"{t}\n{m}" for t, m in self._entries))

    def _closed(self) -> None:
        if self._box is not None:
            self._box.deleteLater()
        self._box = None
        self._entries.clear()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
