"""What the motion proposes, above the form: how many, take them all, or one after the other."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button, keys_of
from interact_app.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from interact_app.segments import SegmentWork
    from interact_core.annotation.proposals import Proposal

_SHOWN: Final = 6
"""More rows than this are a wall; the next ones come up as these are answered."""


class ProposalStrip(QWidget):
    """Of the open clip; the keys of the timeline do the same to the same proposals."""

    def __init__(self, work: "SegmentWork", actions: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self._work, self._actions = work, actions
        self._proposals: tuple[Proposal, ...] = ()
        self._rows: list[_Row] = []
        self.title = QLabel(self)
        self.title.setWordWrap(True)
        self.all = self._chip(self.tr("Accept all"), self._accept_all)
        self.review = self._chip(self.tr("Review"), self._toggle)
        self.review.setCheckable(True)
        self.more = QLabel(self)
        self.more.setProperty("role", "muted")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.review)
        head.addWidget(self.all)
        self._list = QVBoxLayout()
        self._list.setSpacing(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addLayout(self._list)
        column.addWidget(self.more)
        self.hide()

    def _chip(self, text: str, call: Callable[[], object]) -> QToolButton:
        chip = QToolButton(self)
        chip.setText(text)
        chip.setProperty("role", "chip")
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.clicked.connect(lambda: call())
        return chip

    def show_proposals(self, proposals: "tuple[Proposal, ...]", *, read_only: bool) -> None:
        self._proposals = proposals
        self.setVisible(bool(proposals) and not read_only)
        count = len(proposals)
        self.title.setText(self.tr("1 proposal") if count == 1 else self.tr("{0} proposals").format(count))
        self.title.setToolTip(self.tr("Segments that the measured contact and motion speak for"))
        describe(self.all, self.tr("Accept all proposed segments of every tier; one undo takes them back"))
        describe(self.review, self.tr("Go through them one by one"))
        self.show_current()

    def show_current(self) -> None:
        """The rows from the current one on, while somebody reviews."""
        for row in self._rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self._rows = []
        shown = self._window() if self.review.isChecked() else ()
        current = self._work.proposed.current
        for proposal in shown:
            row = _Row(self, proposal, self._work, self._actions, current is not None and proposal.key == current.key)
            self._list.addWidget(row)
            self._rows.append(row)
        rest = len(self._proposals) - len(shown)
        self.more.setVisible(bool(shown) and rest > 0)
        self.more.setText(self.tr("and {0} more").format(rest))

    def _window(self) -> "tuple[Proposal, ...]":
        """A few around the current one, in the order of time."""
        current = self._work.proposed.current
        keys = [proposal.key for proposal in self._proposals]
        place = keys.index(current.key) if current is not None and current.key in keys else 0
        start = max(0, min(place - 1, len(keys) - _SHOWN))
        return self._proposals[start : start + _SHOWN]

    def _toggle(self) -> None:
        if self.review.isChecked() and self._proposals:
            self._work.proposed.choose(self._work.proposed.current or self._proposals[0])
        self.show_current()

    def _accept_all(self) -> None:
        from interact_core.annotation.segments import accept_proposals

        count, proposals = len(self._proposals), self._proposals
        self._work.do_with(lambda writing: accept_proposals(writing.document, proposals, writing.author))
        self._work.session.notice.emit(self.tr("{0} proposed segments taken over. Undo takes them back.").format(count))


class _Row(QWidget):
    """What, where, why; taken or turned down."""

    def __init__(
        self, parent: QWidget, proposal: "Proposal", work: "SegmentWork", actions: ActionRegistry, current: bool
    ) -> None:
        super().__init__(parent)
        said = proposal.segment
        hand = {"left": self.tr("left"), "right": self.tr("right"), "both": self.tr("both hands")}.get(said.hand, "")
        what = " · ".join(part for part in (said.label, hand, said.object) if part)
        text = f"{what}  {said.start_frame}–{said.end_frame - 1}"
        self.go = QToolButton(self)
        self.go.setAutoRaise(True)
        self.go.setArrowType(Qt.ArrowType.RightArrow if current else Qt.ArrowType.NoArrow)
        self.go.setIcon(icon("eye"))
        self.go.setFixedSize(24, 22)
        self.go.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.go, self.tr("Show: {0}").format(text))
        self.go.clicked.connect(lambda: work.proposed.choose(proposal))
        self.label = ElidedLabel(text, self)
        font = self.label.font()
        font.setBold(current)
        self.label.setFont(font)
        self.label.setToolTip(f"{work.tier_title(said.tier)}: {text}\n{proposal.reason}")
        self.label.setAccessibleDescription(proposal.reason)
        accept = icon_button(
            self, icon("save"), self.tr("Accept: {0}").format(text), lambda: work.proposed.take(proposal), size=14
        )
        dismiss = icon_button(
            self, icon("close"), self.tr("Dismiss: {0}").format(text), lambda: work.proposed.dismiss(proposal), size=14
        )
        for button, action in ((accept, "proposal.accept"), (dismiss, "proposal.dismiss")):
            if current:
                describe(button, button.accessibleName(), keys_of(actions, action))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self.go, self.label, accept, dismiss):
            row.addWidget(widget, 1 if widget is self.label else 0)
