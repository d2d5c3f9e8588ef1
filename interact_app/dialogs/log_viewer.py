"""The last lines of the log, live, and a report to copy into a bug report."""

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from interact_core.logs import LogBuffer, LogLine, diagnostics

_LEVELS: Final = (
    ("Everything", logging.DEBUG),
    ("Information", logging.INFO),
    ("Warnings", logging.WARNING),
    ("Errors", logging.ERROR),
)
_SHOWN: Final = 5000


class _Relay(QObject):
    """Log lines come on any thread."""

    added = Signal(object)


class LogDialog(QDialog):
    """Not modal. `renderer` says what draws, which only the viewport knows."""

    def __init__(self, buffer: LogBuffer, renderer: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.log")
        self.setWindowTitle("Log")
        self.resize(860, 520)
        self._buffer, self._renderer = buffer, renderer
        self.level = QComboBox(self)
        self.level.setAccessibleName("Show lines from this level up")
        for title, level in _LEVELS:
            self.level.addItem(title, level)
        self.level.setCurrentIndex(1)
        self.level.currentIndexChanged.connect(self._fill)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the log")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.text = QPlainTextEdit(self)
        self.text.setAccessibleName("Log")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setMaximumBlockCount(4 * _SHOWN)
        self.copy_button = QPushButton("Copy report", self)
        self.copy_button.setToolTip("Versions, machine and log, ready to paste")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report()))
        self._build()
        self._relay = _Relay(self)
        self._relay.added.connect(self._append, Qt.ConnectionType.QueuedConnection)
        self._disconnect = buffer.added.connect(self._relay.added.emit)
        self.finished.connect(self._disconnect)
        self._fill()

    def report(self) -> str:
        """What a bug report needs."""
        facts = {**diagnostics(), "Renderer": self._renderer()}
        head = "\n".join(f"{key}: {value}" for key, value in facts.items())
        return f"{head}\n\n" + "\n".join(line.text for line in self._buffer.lines()[-500:])

    def _build(self) -> None:
        row = QHBoxLayout()
        row.addWidget(QLabel("Show"))
        row.addWidget(self.level)
        row.addWidget(self.search, 1)
        row.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.text)

    def _matches(self, line: LogLine) -> bool:
        return line.level >= self.level.currentData() and self.search.text().casefold() in line.text.casefold()

    def _fill(self) -> None:
        lines = [line.text for line in self._buffer.lines() if self._matches(line)]
        self.text.setPlainText("\n".join(lines[-_SHOWN:]))
        self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())

    def _append(self, line: LogLine) -> None:
        if self._matches(line):
            self.text.appendPlainText(line.text)
