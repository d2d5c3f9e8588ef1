"""The part of the annotation panel that lists what is wrong, worst first, as of the last pause in typing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.actions.findings import finding_actions
from interact_app.clock import Clock
from interact_app.panels.findings.row import FindingRow
from interact_app.session import Session
from interact_app.widgets.labels import muted_label, title_label
from interact_app.widgets.section import Section

if TYPE_CHECKING:
    from interact_core.annotation.lint.findings import Finding


class FindingSection(Section):
    """Rows stay while their finding does, so that what is open stays open while somebody types."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self.rows: dict[str, FindingRow] = {}
        self._current = ""
        self.unfolded = False
        """Whether the dismissed ones are shown."""
        self.title = title_label(self.tr("Findings"), self)
        self.empty = muted_label("", self)
        self.fold = QToolButton(self)
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.clicked.connect(self._toggle_fold)
        self._list, self._dismissed = QVBoxLayout(), QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.empty)
        for part in (self._list, self._dismissed):
            part.setSpacing(1)
        column.addLayout(self._list)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._dismissed)
        session.advice.words_changed.connect(self.refresh)
        session.clip_opened.connect(self.refresh)
        actions.extend(finding_actions(session, self.step, self.fix_current))
        self.refresh()

    @property
    def findings(self) -> "tuple[Finding, ...]":
        return self._session.advice.findings

    @property
    def current(self) -> "Finding | None":
        """What was gone to last."""
        return next((finding for finding in self.findings if finding.key == self._current), None)

    def refresh(self) -> None:
        advice = self._session.advice
        shown = (*advice.findings, *(advice.dismissed if self.unfolded else ()))
        for key in [key for key, row in self.rows.items() if row.finding not in shown]:
            row = self.rows.pop(key)
            row.setParent(None)
            row.deleteLater()
        for place, finding in enumerate(advice.findings):
            self._place(self._list, place, finding)
        for place, finding in enumerate(advice.dismissed if self.unfolded else ()):
            self._place(self._dismissed, place, finding)
        count, gone = len(advice.findings), len(advice.dismissed)
        self.fold.setVisible(gone > 0)
        self.fold.setText(self.tr("1 dismissed") if gone == 1 else self.tr("{0} dismissed").format(gone))
        self.fold.setArrowType(Qt.ArrowType.DownArrow if self.unfolded else Qt.ArrowType.RightArrow)
        self.fold.setAccessibleName(self.tr("Dismissed findings"))
        self.empty.setVisible(count == 0)
        checked = advice.evidence is not None
        self.empty.setText(
            self.tr("Nothing to object to.") if checked else self.tr("Nothing so far; the motion is still being measured.")
        )
        self.count_changed.emit(count)

    def _toggle_fold(self) -> None:
        self.unfolded = not self.unfolded
        self.refresh()

    def _place(self, column: QVBoxLayout, place: int, finding: "Finding") -> None:
        row = self.rows.get(finding.key)
        if row is None:
            row = self.rows[finding.key] = self._make(finding)
        if column.indexOf(row) != place:
            column.insertWidget(place, row)

    def _make(self, finding: "Finding") -> FindingRow:
        project, advice = self._session.project, self._session.advice
        row = FindingRow(finding, self, read_only=project is None or project.read_only)
        row.opened.connect(lambda: self.go_to(finding))
        row.fix_wanted.connect(lambda: advice.fix(finding))
        row.dismiss_wanted.connect(lambda reason: advice.dismiss(finding, reason))
        row.recall_wanted.connect(lambda: advice.recall(finding))
        # The same finding a word further on: whoever has it open keeps it open.
        row.set_open(finding.key == self._current)
        return row

    # Going

    def go_to(self, finding: "Finding") -> None:
        """Open its row, show its frames, select its words."""
        self._current = finding.key
        for row in self.rows.values():
            row.set_open(row.finding.key == finding.key)
        if finding.frames is not None:
            self._clock.pause()
            self._clock.set_frame(finding.frames[0])
        self._session.advice.show_finding(finding)

    def step(self, direction: int) -> None:
        """To the next (1) or previous (-1) finding, from any part of the window."""
        keys = [finding.key for finding in self.findings]
        if not keys:
            self._session.notice.emit(self.tr("There are no findings in this clip."))
            return
        start = -1 if direction > 0 else 0
        place = keys.index(self._current) if self._current in keys else start
        self.go_to(self.findings[(place + direction) % len(keys)])

    def fix_current(self) -> None:
        """Do what the finding that was gone to last offers; without one, go to the first."""
        finding = self.current
        if finding is None:
            self.step(1)
        elif finding.fix is None:
            self._session.notice.emit(self.tr("Nobody but you can mend this one."))
        else:
            self._session.advice.fix(finding)
