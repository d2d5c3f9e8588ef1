"""Accept or reject part by part: ranges that come from the second version, and the button that makes a version of them."""

from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSpinBox, QToolButton, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.compare.takes import MOST_FADE, Takes
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.labels import ElidedLabel, muted_label, title_label
from interact_core.figures import duration_text


class TakeBox(QWidget):
    """The list is short: a range for each repair that was looked at."""

    def __init__(self, takes: Takes, clock: Clock, actions: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self._takes, self._clock, self._actions = takes, clock, actions
        self._shown: tuple[tuple[int, int], ...] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(title_label(self.tr("Take parts of B"), self))
        buttons = QHBoxLayout()
        for action_id in ("compare.take", "compare.leave", "compare.take_all"):
            buttons.addWidget(self._button(action_id), 1)
        column.addLayout(buttons)
        self._none = muted_label(
            self.tr("Choose a range with I and O or select a segment, then take it from B or leave it as in A."), self
        )
        column.addWidget(self._none)
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        column.addWidget(self._list)
        column.addLayout(self._build_store())
        takes.changed.connect(self.refresh)
        self.refresh()

    def _button(self, action_id: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._actions.qaction(action_id))
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return button

    def _build_store(self) -> QVBoxLayout:
        self._fade = QSpinBox(self)
        self._fade.setRange(0, MOST_FADE)
        self._fade.setSuffix(self.tr(" frames"))
        self._fade.setPrefix(self.tr("fade "))
        describe(self._fade, self.tr("Frames over which one version turns into the other at each border"))
        self._fade.valueChanged.connect(self._takes.set_fade)
        self._preview = self._button("compare.preview")
        self._store = QPushButton(self.tr("Store as a new version"), self)
        self._store.setToolTip(self._actions.qaction("compare.store").toolTip())
        self._store.clicked.connect(self._takes.store)
        self._store.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.addWidget(self._fade)
        row.addWidget(self._preview, 1)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._store)
        return column

    def refresh(self) -> None:
        takes = self._takes
        self._store.setEnabled(takes.can_store)
        self._none.setVisible(not takes.ranges)
        with QSignalBlocker(self._fade):
            self._fade.setValue(takes.fade)
        if takes.ranges != self._shown:
            self._shown = takes.ranges
            self._show_ranges()

    def _show_ranges(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for place, (start, stop) in enumerate(self._takes.ranges):
            self._rows.addWidget(self._row(place, start, stop))
        self._list.setVisible(bool(self._takes.ranges))

    def _row(self, place: int, start: int, stop: int) -> QWidget:
        row = QWidget(self._list)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        seconds = duration_text((stop - start) / self._clock.fps)
        line.addWidget(ElidedLabel(self.tr("Frames {0} to {1} from B, {2}").format(start, stop - 1, seconds), row), 1)
        line.addWidget(icon_button(row, icon("play"), self.tr("Play these frames"), partial(self._clock.play_span, start, stop)))
        line.addWidget(icon_button(row, icon("close"), self.tr("Leave these frames as in A"), partial(self._takes.remove, place)))
        return row
