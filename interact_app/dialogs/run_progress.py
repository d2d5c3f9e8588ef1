"""How far a dataset run is that works elsewhere: read from its journal, and stopped from here."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QProgressBar, QVBoxLayout, QWidget

from interact_core.cluster.follow import LOST, Follower

_LOOK_MS: Final = 500


class RunDialog(QDialog):
    """Looks twice a second, also for a run that goes on later. Closing it leaves the run alone."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Dataset run"))
        self.setMinimumWidth(520)
        self._follower = Follower(folder)
        self._said = QLabel(self)
        self._at_work = QLabel(self)
        self._at_work.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(self.tr("Share of the items that have ended"))
        self._failed = QListWidget(self)
        self._failed.setAccessibleName(self.tr("Items that failed"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, Qt.Orientation.Horizontal, self)
        self._stop = buttons.addButton(self.tr("Stop the run"), QDialogButtonBox.ButtonRole.ActionRole)
        self._stop.setToolTip(self.tr("End its workers; what is finished stays, and the same command goes on"))
        self._stop.clicked.connect(self._follower.stop)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (QLabel(str(folder), self), self._said, self._bar, self._at_work, self._failed, buttons):
            column.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._look()

    def _look(self) -> None:
        tally = self._follower.look()
        ended = tally.finished + len(tally.failed)
        self._bar.setMaximum(max(tally.items, 1))
        self._bar.setValue(ended)
        self._said.setText(self._sentence(tally.kind, tally.finished, tally.items, tally.state))
        self._at_work.setText(", ".join(tally.at_work))
        self._stop.setEnabled(self._follower.can_stop())
        if self._failed.count() > len(tally.failed):  # the run was started again
            self._failed.clear()
        for name, why in list(tally.failed.items())[self._failed.count() :]:
            self._failed.addItem(f"{name}: {why}")

    def _sentence(self, kind: str, finished: int, items: int, state: str) -> str:
        how = {
            "": self.tr("at work"), "end": self.tr("ended"), "stopped": self.tr("stopped; the same command goes on"),
            LOST: self.tr("its driver was killed; the same command goes on"),
        }[state]  # fmt: skip
        return self.tr("{kind}: {finished} of {items} finished, {how}").format(
            kind=kind, finished=f"{finished:,}", items=f"{items:,}", how=how
        )
