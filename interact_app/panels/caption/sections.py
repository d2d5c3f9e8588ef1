"""Several sections in one column, with a bar that says what there is and leads to it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QTabBar, QVBoxLayout, QWidget

from interact_app.widgets.section import Section


class SectionColumn(QWidget):
    """Everything is in the column; where it does not fit, the bar scrolls to a part instead of putting the others away."""

    def __init__(self, sections: Sequence[tuple[str, Section]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = [title for title, _ in sections]
        self.sections = [section for _, section in sections]
        self.bar = QTabBar(self)
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setAccessibleName(self.tr("Parts of the panel"))
        inner = self._inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(10, 6, 10, 8)
        self._column.setSpacing(8)
        for place, (title, section) in enumerate(sections):
            if place:
                self._column.addWidget(_line(inner))
            self._column.addWidget(section)
            self.bar.addTab(title)
            section.count_changed.connect(lambda count, at=place: self._show_count(at, count))
            section.wanted.connect(lambda widget, at=place: self._reveal_soon(at, widget))
        self._column.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inner)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.area, 1)
        self.bar.tabBarClicked.connect(self.go)
        self.bar.currentChanged.connect(self.go)
        self.area.verticalScrollBar().valueChanged.connect(lambda _: self._mark_shown())
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]  # there is one by now

    def go(self, place: int) -> None:
        """Scroll so that this part begins at the top, as far as there is enough below it."""
        if 0 <= place < len(self.sections):
            self.area.verticalScrollBar().setValue(self.sections[place].y() - self._column.contentsMargins().top())
            self._mark(place)

    def _reveal_soon(self, place: int, widget: QWidget) -> None:
        # What has just been shown gets its place with the next turn of the event loop.
        QTimer.singleShot(0, widget, lambda: self._reveal(widget))
        self._mark(place)

    def _reveal(self, widget: QWidget) -> None:
        """Both ends of it where it fits, with a little air around; its beginning where it does not."""
        inside = QRect(widget.mapTo(self._inner, QPoint()), widget.size())
        bar, room = self.area.verticalScrollBar(), self.area.viewport().height()
        if inside.height() + 12 > room or inside.top() - 6 < bar.value():
            bar.setValue(inside.top() - 6)
        elif inside.bottom() + 6 > bar.value() + room:
            bar.setValue(inside.bottom() + 6 - room)

    def _show_count(self, place: int, count: int) -> None:
        self.bar.setTabText(place, f"{self._titles[place]} {count}" if count else self._titles[place])

    def _mark_shown(self) -> None:
        """The last part that begins in the upper third."""
        line = self.area.verticalScrollBar().value() + self.area.viewport().height() // 3
        begun = [place for place, section in enumerate(self.sections) if section.y() <= line]
        self._mark(begun[-1] if begun else 0)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        for place, section in enumerate(self.sections):
            if now is not None and section.isAncestorOf(now):
                self._mark(place)

    def _mark(self, place: int) -> None:
        with QSignalBlocker(self.bar):
            self.bar.setCurrentIndex(place)


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(line.palette().ColorRole.Mid)
    return line
