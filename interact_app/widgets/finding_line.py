"""What is wrong with a text, on one line below it, and the waves under its words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.finding_look import finding_color, finding_icon
from interact_app.widgets.labels import ElidedLabel
from interact_app.widgets.text_marks import Mark

if TYPE_CHECKING:
    from interact_core.annotation.lint.findings import Finding


class FindingLine(QWidget):
    """The worst of several findings and how many more there are; hidden where there is none."""

    wanted = Signal(object)
    fix_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._findings: Sequence[Finding] = ()
        self._icon = icon_button(self, icon("info"), self.tr("Show what this is about"), self._go, size=14)
        self.label = ElidedLabel("", self)
        self.fix = QToolButton(self)
        self.fix.setText(self.tr("Fix"))
        self.fix.setProperty("role", "chip")
        self.fix.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fix.clicked.connect(self._fix)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self._icon)
        line.addWidget(self.label, 1)
        line.addWidget(self.fix)
        self.setVisible(False)

    def show_findings(self, findings: "Sequence[Finding]") -> None:
        """The worst first."""
        self._findings = findings
        self.setVisible(bool(findings))
        if not findings:
            return
        first, more = findings[0], len(findings) - 1
        self._icon.setIcon(finding_icon(first.severity, self.palette()))
        self.label.set_text(first.message + (self.tr("  (+{0})").format(more) if more else ""))
        self.label.setToolTip(f"{first.message}\n{first.why}")
        self.fix.setVisible(first.fix is not None)
        if first.fix is not None:
            describe(self.fix, first.fix.title)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._findings:
            self._icon.setIcon(finding_icon(self._findings[0].severity, self.palette()))

    def _fix(self) -> None:
        self.fix_wanted.emit(self._findings[0])

    def _go(self) -> None:
        self.wanted.emit(self._findings[0])


def text_marks_of(findings: "Sequence[Finding]", text: str, palette: QPalette) -> list[Mark]:
    """A wave for each that points at words; those about the text as a whole would point at nothing."""
    whole = (0, len(text))
    return [
        Mark(f.start, f.end, finding_color(f.severity, palette), f"{f.message}\n{f.why}")
        for f in findings
        if f.end > f.start and (f.start, f.end) != whole
    ]
