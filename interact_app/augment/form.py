"""The variations as a form, made from the options' own metadata: a new variation needs no code here."""

import dataclasses
from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from interact_app.augment.knobs import Knob, Option
from interact_app.augment.plan import Plan
from interact_app.widgets.labels import title_label
from interact_core.augment.options import AugmentOptions, Following, Limits, Variations
from interact_core.settings import Value

_ELSEWHERE = ("count", "seed", "keep", "device")
"""Options that have a place of their own in the panel, or none in the window."""


class VariationForm(QWidget):
    """A switch for each variation, its numbers below it while it is on. `turned` after every change of one."""

    turned = Signal()
    refused = Signal(str)
    """What is wrong with a value, "" where it was taken."""

    def __init__(self, plan: Plan, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan = plan
        self.knobs: dict[str, Knob] = {}
        self._below: dict[str, tuple[str, ...]] = {}
        self._late: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for switch, numbers in groups():
            self._below[switch.name] = tuple(item.name for item in numbers)
            column.addWidget(self._knob(switch))
            for item in numbers:
                holder = QWidget(self)
                inner = QVBoxLayout(holder)
                inner.setContentsMargins(20, 0, 0, 2)
                inner.addWidget(self._knob(item))
                column.addWidget(holder)
        self.more = QCheckBox(self.tr("Show every option"), self)
        self.more.toggled.connect(self._show_late)
        column.addWidget(self.more)
        for title, items in self._others():
            self._late.append(title_label(title, self))
            self._late += [self._knob(item) for item in items]
        for widget in self._late:
            column.addWidget(widget)
        self._show_late(False)
        plan.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """The plan may have other options, by a preset."""
        values = dict(_values(self._plan.options))
        for name, knob in self.knobs.items():
            knob.put(values[name])
        for switch, numbers in self._below.items():
            for name in numbers:
                holder = self.knobs[name].parentWidget()
                assert holder is not None
                holder.setVisible(bool(values[switch]) or not isinstance(values[switch], bool))

    def _others(self) -> Iterator[tuple[str, list[Option]]]:
        yield self.tr("How the person follows"), list(dataclasses.fields(Following))
        yield self.tr("What a candidate must hold"), list(dataclasses.fields(Limits))
        rest = [item for item in dataclasses.fields(AugmentOptions) if item.metadata and item.name not in _ELSEWHERE]
        yield self.tr("Method"), rest

    def _knob(self, item: Option) -> Knob:
        knob = Knob(item, dict(_values(self._plan.options))[item.name], self)
        knob.turned.connect(self._turn)
        self.knobs[item.name] = knob
        return knob

    def _turn(self, name: str, value: object) -> None:
        problem = self._plan.change(name, value)  # type: ignore[arg-type]  # a Value: the knob knows the field's type
        self.refused.emit(problem)
        if not problem:
            self.turned.emit()

    def _show_late(self, on: bool) -> None:
        for widget in self._late:
            widget.setVisible(on)


def groups() -> list[tuple[Option, list[Option]]]:
    """The variations' options, each with those that begin with its name."""
    found: list[tuple[Option, list[Option]]] = []
    for item in dataclasses.fields(Variations):
        if found and item.name.startswith(f"{found[-1][0].name}_"):
            found[-1][1].append(item)
        else:
            found.append((item, []))
    return found


def _values(options: AugmentOptions) -> Iterator[tuple[str, Value]]:
    for part in (options.variations, options.following, options.limits, options):
        for item in dataclasses.fields(part):
            if item.metadata:
                yield item.name, getattr(part, item.name)
