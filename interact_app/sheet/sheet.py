"""The contact sheet: which candidates are seen now, which of them is chosen, and what is done with it. No pictures here."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QRect, QSize, Signal

from interact_app.session import Session
from interact_app.sheet.trials import Decision, Trial, Trials

HEAD: Final = 34
"""Logical pixels above the views: the page, and the clock's time at its right."""
FOOT: Final = 24
GAP: Final = 3
_LEAST: Final = QSize(205, 150)
_MOST: Final = (4, 3)
_FILTERS: Final = ("all", "passed", "rejected", "open", "kept")


class Sheet(QObject):
    """On the whole viewport, over the clip. `size` is that of the canvas in logical pixels."""

    changed = Signal()
    """On or off, page, choice or candidates."""
    opened_large = Signal(object)
    """A candidate that somebody wants to see large."""

    def __init__(self, session: Session, bench: Trials[Any], size: Callable[[], QSize], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self.bench, self._size = session, bench, size
        self._on = False
        self._chosen = ""
        self._filter = "all"
        bench.changed.connect(self._candidates_changed)
        session.clip_opening.connect(lambda clip_id: self.turn(False))

    # What is seen

    @property
    def on(self) -> bool:
        return self._on and self._session.posed is not None

    def turn(self, on: bool) -> None:
        if on != self._on:
            self._on = on
            self._keep_choice()
            self.changed.emit()

    @property
    def filter(self) -> str:
        """One of "all", "passed", "rejected", "open" (nothing decided) and "kept"."""
        return self._filter

    def set_filter(self, name: str) -> None:
        if name not in _FILTERS:
            raise ValueError(name)
        self._filter = name
        self._keep_choice()
        self.changed.emit()

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Those that the filter lets through, in the order of their making."""
        test = {
            "all": lambda t: True, "passed": lambda t: t.passed, "rejected": lambda t: not t.passed,
            "open": lambda t: not t.decision, "kept": lambda t: t.decision == "kept",
        }[self._filter]  # fmt: skip
        return tuple(trial for trial in self.bench.trials if test(trial))

    @property
    def grid(self) -> tuple[int, int]:
        """Columns and rows that this canvas has room for, at most as many as there are candidates."""
        size, count = self._size(), max(len(self.trials), 1)
        columns = min(max(size.width() // _LEAST.width(), 1), _MOST[0])
        rows = min(max((size.height() - HEAD - FOOT) // _LEAST.height(), 1), _MOST[1])
        while (columns > 1 and rows > 1 and (columns - 1) * rows >= count) or columns > count:
            columns -= 1
        while rows > 1 and columns * (rows - 1) >= count:
            rows -= 1
        return columns, rows

    @property
    def pages(self) -> int:
        columns, rows = self.grid
        return max(1, -(-len(self.trials) // (columns * rows)))

    @property
    def page(self) -> int:
        """The one with the chosen candidate."""
        columns, rows = self.grid
        return min(self._place // (columns * rows), self.pages - 1)

    @property
    def shown(self) -> tuple[Trial, ...]:
        """The candidates of this page."""
        columns, rows = self.grid
        start = self.page * columns * rows
        return self.trials[start : start + columns * rows]

    def places(self) -> list[QRect]:
        """Of the views, in logical pixels of the canvas."""
        (columns, rows), size = self.grid, self._size()
        width = (size.width() - GAP * (columns + 1)) // columns
        height = (size.height() - HEAD - FOOT - GAP * (rows - 1)) // rows
        return [
            QRect(GAP + (k % columns) * (width + GAP), HEAD + (k // columns) * (height + GAP), width, height)
            for k in range(len(self.shown))
        ]

    # Choosing

    @property
    def chosen(self) -> Trial | None:
        return next((trial for trial in self.trials if trial.id == self._chosen), None)

    def choose(self, trial: Trial) -> None:
        if trial.id != self._chosen:
            self._chosen = trial.id
            self.changed.emit()

    def move(self, dx: int, dy: int) -> None:
        """To a neighbour; past the page's end, the next page."""
        trials = self.trials
        if trials:
            place = self._place + dx + dy * self.grid[0]
            self.choose(trials[min(max(place, 0), len(trials) - 1)])

    def turn_page(self, step: int) -> None:
        columns, rows = self.grid
        self.move(step * columns * rows, 0)

    def choose_end(self, last: bool) -> None:
        if self.trials:
            self.choose(self.trials[-1 if last else 0])

    # Deciding

    def decide(self, decision: Decision) -> None:
        """About the chosen candidate; what it was already, it is open again. The next one is chosen."""
        trial = self.chosen
        if trial is None:
            return
        if decision == "kept" and not trial.made:
            self._session.notice.emit(self.tr("There is no motion to keep: {0}.").format("; ".join(t for _, t in trial.reasons)))
            return
        again = trial.decision == decision
        place, count = self._place, len(self.trials)
        self.bench.decide([trial], "" if again else decision)
        if not again:
            # Where a filter lets the decided one go, the next one is already at its place.
            after = place + 1 if len(self.trials) == count else place
            if self.trials:
                self.choose(self.trials[min(after, len(self.trials) - 1)])

    def undo(self) -> None:
        self._follow(self.bench.undo())

    def redo(self) -> None:
        self._follow(self.bench.redo())

    def open_large(self) -> None:
        """The chosen candidate alone or beside its source, as its desk does it."""
        trial = self.chosen
        if trial is not None and trial.made:
            self.opened_large.emit(trial)

    # Inside

    @property
    def _place(self) -> int:
        return next((k for k, trial in enumerate(self.trials) if trial.id == self._chosen), 0)

    def _follow(self, trial: Trial | None) -> None:
        if trial is not None and any(one.id == trial.id for one in self.trials):
            self.choose(trial)

    def _keep_choice(self) -> None:
        """Something is always chosen where there is anything."""
        if self.chosen is None:
            self._chosen = self.trials[0].id if self.trials else ""

    def _candidates_changed(self) -> None:
        self._keep_choice()
        self.changed.emit()
