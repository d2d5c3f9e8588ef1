"""What the library is searched for: words, dataset, object, severity, captions, order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QWidget

from interact_app.widgets.buttons import describe
from interact_app.widgets.severity import LIMITS

if TYPE_CHECKING:
    from interact_core.project.library import ClipRow, Library


@dataclass(frozen=True)
class Query:
    """A search as the library takes it; the defaults find everything."""

    text: str = ""
    dataset: str = ""
    object_name: str = ""
    severity_min: float | None = None
    captioned: bool | None = None
    problems: bool = False
    state: str = ""
    order: str = "listing"

    @property
    def narrows(self) -> bool:
        """Whether anything could be left out."""
        return self != Query(order=self.order)

    def run(self, library: "Library") -> "list[ClipRow]":
        found = library.search(
            self.text,
            dataset=self.dataset,
            object_name=self.object_name,
            status="problem" if self.problems else "",
            severity_min=self.severity_min,
            captioned=self.captioned,
            order=self.order,
        )
        return [row for row in found if row.state == self.state] if self.state else found


class FilterBar(QWidget):
    """Four boxes, two by two; each starts with "any"."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dataset = self._box(self.tr("Dataset"))
        self.object = self._box(self.tr("Object"))
        self.severity = self._box(self.tr("Severity"))
        self.captioned = self._box(self.tr("Captions"))
        for box, text in ((self.dataset, self.tr("Any dataset")), (self.object, self.tr("Any object"))):
            box.addItem(text, "")
        levels = (self.tr("Any severity"), self.tr("Slight or worse"), self.tr("Clear or worse"), self.tr("Severe"))
        for text, limit in zip(levels, (None, *LIMITS), strict=True):
            self.severity.addItem(text, limit)
        states: tuple[tuple[str, bool | None], ...] = (
            (self.tr("Any caption"), None),
            (self.tr("With caption"), True),
            (self.tr("Without caption"), False),
        )
        for text, state in states:
            self.captioned.addItem(text, state)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for place, box in enumerate((self.dataset, self.object, self.severity, self.captioned)):
            grid.addWidget(box, place // 2, place % 2)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        describe(box, name)
        box.currentIndexChanged.connect(lambda _: self.changed.emit())
        return box

    def offer(self, datasets: Mapping[str, int], objects: Mapping[str, int]) -> None:
        """Names with their number of clips; what is chosen stays chosen where it still exists."""
        for box, counts in ((self.dataset, datasets), (self.object, objects)):
            chosen = box.currentData()
            with QSignalBlocker(box):
                while box.count() > 1:
                    box.removeItem(1)
                for name, count in counts.items():
                    box.addItem(f"{name} ({count})", name)
                box.setCurrentIndex(max(box.findData(chosen), 0))

    def clear(self) -> None:
        for box in (self.dataset, self.object, self.severity, self.captioned):
            with QSignalBlocker(box):
                box.setCurrentIndex(0)
        self.changed.emit()

    @property
    def is_active(self) -> bool:
        return any(box.currentIndex() > 0 for box in (self.dataset, self.object, self.severity, self.captioned))
