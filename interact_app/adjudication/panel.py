"""The view of two annotators' words: strips, the list of points, both versions in full, and the answers."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.adjudication.desk import Adjudication
from interact_app.adjudication.strips import StripCanvas
from interact_app.adjudication.words import (
    SIDES,
    agreement_text,
    agreement_tooltip,
    frames_text,
    said_text,
    title_text,
    verdict_text,
)
from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.widgets.buttons import describe, keys_of
from interact_app.widgets.labels import ElidedLabel
from interact_app.widgets.placeholder import Placeholder
from interact_app.widgets.text_diff import pair_html

if TYPE_CHECKING:
    from interact_core.annotation.adjudication import Item, Side

_KEY: Final = Qt.ItemDataRole.UserRole
_LETTERS: Final[dict[Qt.Key, "Side"]] = {
    Qt.Key.Key_A: "a", Qt.Key.Key_B: "b", Qt.Key.Key_C: "both", Qt.Key.Key_M: "merged",
}  # fmt: skip


class PointList(QTreeWidget):
    """Arrows walk the points; A, B, C (both) and M (mean) decide the one that is chosen."""

    def __init__(self, desk: Adjudication, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setColumnCount(5)
        self.setHeaderLabels(["", self.tr("Tier"), self.tr("Frames"), self.tr("Difference"), self.tr("Said")])
        self.setAccessibleName(self.tr("Points to decide"))
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.currentItemChanged.connect(lambda item, _before: self._chosen(item))

    def event(self, event: QEvent) -> bool:
        """The four letters are the list's while it has the keyboard, and not the timeline's."""
        asked = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if asked and Qt.Key(event.key()) in _LETTERS and not event.modifiers():  # type: ignore[attr-defined]  # a key event by then
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        side = _LETTERS.get(Qt.Key(event.key()))
        if side is not None and not event.modifiers():
            self._desk.take(side)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are answers here, not a search."""

    def show_points(self) -> None:
        desk = self._desk
        names = tuple(one.annotator if one else "" for one in (desk.a, desk.b))
        with QSignalBlocker(self):
            keys = [self.topLevelItem(k).data(0, _KEY) for k in range(self.topLevelItemCount())]  # type: ignore[union-attr]
            if keys != [item.key for item in desk.items]:
                self.clear()
                for item in desk.items:
                    self._add(item, *names)
            for place, item in enumerate(desk.items):
                self._mark(self.topLevelItem(place), item)  # type: ignore[arg-type]  # there are as many
        self.show_current()

    def show_current(self) -> None:
        current = self._desk.current
        for place, item in enumerate(self._desk.items):
            if item is current and place < self.topLevelItemCount():
                with QSignalBlocker(self):
                    self.setCurrentItem(self.topLevelItem(place))  # type: ignore[arg-type]  # there is one

    def _chosen(self, row: QTreeWidgetItem | None) -> None:
        if row is not None:
            self._desk.set_current(row.data(0, _KEY))

    def _add(self, item: "Item", a: str, b: str) -> None:
        tier = self.tr("caption, {0}").format(item.tier) if item.is_caption else item.tier
        row = QTreeWidgetItem(self, ["", tier, frames_text(item), verdict_text(item, a, b), title_text(item)])
        row.setData(0, _KEY, item.key)
        row.setToolTip(4, title_text(item))

    def _mark(self, row: QTreeWidgetItem, item: "Item") -> None:
        decided = self._desk.decision(item)
        row.setText(0, f"✓ {SIDES.get(decided, decided)}" if decided else ("=" if item.verdict == "agreed" else "≠"))
        font = row.font(3)
        font.setBold(not decided and item.verdict != "agreed")
        row.setFont(3, font)


class AdjudicationPanel(QStackedWidget):
    """Says what to do where nobody, or only one, has handed in the clip."""

    def __init__(
        self, session: Session, clock: Clock, actions: ActionRegistry, desk: Adjudication, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self.desk = session, actions, desk
        self.canvas = StripCanvas(session, clock, desk, self)
        self.points = PointList(desk, self)
        self._placeholder = Placeholder(self)
        self.addWidget(self._placeholder)
        self.addWidget(self._content())
        desk.changed.connect(self.refresh)
        desk.current_changed.connect(self._show_current)
        session.clip_opened.connect(self.refresh)
        self.refresh()

    def _content(self) -> QWidget:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(8, 5, 8, 5)
        column.setSpacing(4)
        column.addLayout(self._head())
        area = QScrollArea(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.canvas)
        area.setAccessibleName(self.tr("Segments of both annotators"))
        split = QSplitter(Qt.Orientation.Horizontal, content)
        split.addWidget(area)
        split.addWidget(self.points)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        column.addWidget(split, 1)
        column.addLayout(self._answers())
        return content

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.boxes = (QComboBox(self), QComboBox(self))
        for letter, box in zip("AB", self.boxes, strict=True):
            describe(box, self.tr("Annotator {0}").format(letter))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(lambda _place: self.desk.choose(self.boxes[0].currentIndex(), self.boxes[1].currentIndex()))
            row.addWidget(QLabel(letter, self))
            row.addWidget(box)
        self.figures = ElidedLabel("", self)
        self.progress = QLabel(self)
        row.addWidget(self.figures, 1)
        row.addWidget(self.progress)
        row.addWidget(self._button("adjudicate.agreed"))
        return row

    def _answers(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.texts = (QLabel(self), QLabel(self))
        for letter, label in zip("AB", self.texts, strict=True):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setAccessibleName(self.tr("What {0} says").format(letter))
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            row.addWidget(label, 1)
        for name in ("a", "b", "both", "merged"):
            row.addWidget(self._button(f"adjudicate.{name}"))
        return row

    def _button(self, action_id: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._actions.qaction(action_id))
        button.setProperty("role", "chip")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        describe(button, self._actions.record(action_id).title, keys_of(self._actions, action_id))
        return button

    # Showing

    def refresh(self) -> None:
        desk = self.desk
        self.setCurrentIndex(1 if desk.pair else 0)
        if not desk.pair:
            self._say_why()
            return
        names = [one.annotator for one in desk.handed_in]
        for box, chosen in zip(self.boxes, desk.pair, strict=True):
            with QSignalBlocker(box):
                if [box.itemText(k) for k in range(box.count())] != names:
                    box.clear()
                    box.addItems(names)
                box.setCurrentIndex(chosen)
        if desk.agreement is not None:
            self.figures.set_text(agreement_text(desk.agreement))
            self.figures.setToolTip(agreement_tooltip(desk.agreement))
        progress = desk.progress
        self.progress.setText(self.tr("{0} of {1} open").format(progress.open, progress.total))
        self.points.show_points()
        self._show_current()

    def _show_current(self) -> None:
        self.points.show_current()
        item = self.desk.current
        said = (said_text(item.a), said_text(item.b)) if item is not None else ("", "")
        for letter, label, text in zip("AB", self.texts, pair_html(*said, self.palette()), strict=True):
            empty = self.tr("nothing") if item is not None else ""
            label.setText(f"<b>{letter}</b>&nbsp; {text or f'<i>{empty}</i>'}")
        for name in ("a", "b", "both", "merged", "agreed", "next", "previous"):
            record = self._actions.record(f"adjudicate.{name}")
            self._actions.qaction(record.id).setEnabled(record.enabled is None or record.enabled())

    def _say_why(self) -> None:
        desk = self.desk
        if not self._session.clip_id:
            self._placeholder.say(self.tr("No clip is open"), self.tr("What two annotators wrote about it is compared here."))
        elif desk.handed_in:
            name = desk.handed_in[0].annotator
            self._placeholder.say(
                self.tr("Only {0} has handed in this clip").format(name), self.tr("There is nothing to compare it with."),
                self.tr("Take over the words of {0}").format(name), lambda: desk.take_document(0),
            )  # fmt: skip
        else:
            self._placeholder.say(
                self.tr("Nobody has handed in this clip"),
                self.tr("Collect the packets that annotators have sent back; the queue by agreement then leads to the clips."),
                self.tr("Collect packets…"), lambda: self._actions.trigger("packet.collect"),
            )  # fmt: skip

    def sizeHint(self) -> QSize:
        return QSize(800, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 130)
