"""Refine: what to repair and how far it may go. The form is made from RefineOptions: a new option needs no code here."""

import dataclasses
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from interact_app.bridge.refining import RefineRequest
from interact_app.clock import Clock
from interact_app.dialogs.preferences import make_editor
from interact_app.dialogs.refine_scope import Scope, first_choice, scopes
from interact_app.session import Session
from interact_app.widgets.labels import muted_label
from interact_core.errors import InputError
from interact_core.refine.options import DEFAULT, PRESETS, RefineOptions, options_for
from interact_core.settings import SettingField, Value

Option = dataclasses.Field[Any]
_SET_BY_SCOPE: Final = ("first_frame", "last_frame")
_FIRST: Final = (
    "repair_wrists",
    "reduce_noise",
    "move_objects",
    "move_body",
    "move_hands",
    "missing_hands",
    "skip_clean",
    "device",
)
"""What most people change; the rest is under More."""
_OWN: Final = "changed"
_EDITOR: Final = 116
"""Pixels, so that the explanations stand in one column."""
SECONDS_PER_FRAME: Final = 0.4
"""Measured on two free processor cores: 90 frames of a demo clip in 43 s, reading and both inspections included."""


class RefineDialog(QDialog):
    """Emits `asked` with a RefineRequest and closes; the work runs in the queue of jobs."""

    asked = Signal(object)

    def __init__(self, session: Session, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.refine")
        self.setWindowTitle(self.tr("Refine"))
        self.resize(620, 640)
        self._session = session
        self.editors: dict[str, QWidget] = {}
        self._rows: dict[str, QWidget] = {}
        self._put: dict[str, Callable[[Value], None]] = {}
        self._dataset = self._dataset_of(session.clip_id)
        self.options = options_for(self._dataset)
        self._scopes = scopes(session, clock)
        self.scope, self.preset = self._build_scope(), self._build_presets()
        self._estimate = muted_label("", self)
        self._problem = QLabel(self)
        self._problem.setProperty("role", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()
        self._show_estimate()

    def _build_scope(self) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(self.tr("What to refine"))
        for scope in self._scopes:
            box.addItem(scope.title, scope.key)
        box.setCurrentIndex(first_choice(self._scopes))
        box.currentIndexChanged.connect(lambda _index: self._show_estimate())
        return box

    def _build_presets(self) -> QComboBox:
        presets = QComboBox(self)
        presets.setAccessibleName(self.tr("Preset"))
        for name in PRESETS:
            presets.addItem(name, name)
        presets.addItem(self.tr("changed"), _OWN)
        presets.activated.connect(lambda index: self._take_preset(str(presets.itemData(index))))
        return presets

    def _lay_out(self) -> None:
        top = QFormLayout()
        top.addRow(self.tr("Refine"), self.scope)
        line = QHBoxLayout()
        line.addWidget(self.preset, 1)
        reset = QPushButton(self.tr("Reset"), self)
        reset.setToolTip(self.tr("Back to what is known to suit this data set"))
        reset.setAutoDefault(False)
        reset.clicked.connect(lambda: self._take_preset("default"))
        line.addWidget(reset)
        top.addRow(self.tr("Preset"), line)
        self.more = QCheckBox(self.tr("Show every option"), self)
        self.more.toggled.connect(self._show_rows)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Refine"))
        buttons.accepted.connect(self._ask)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self._build_form(), 1)
        column.addWidget(self.more)
        for widget in (self._problem, self._estimate, buttons):
            column.addWidget(widget)

    def _build_form(self) -> QScrollArea:
        page = QWidget()
        self._form = QFormLayout(page)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        fields = {item.name: item for item in dataclasses.fields(RefineOptions) if item.name not in _SET_BY_SCOPE}
        for name in (*_FIRST, *(name for name in fields if name not in _FIRST)):
            found = _field(fields[name])
            widget, put = make_editor(found, _shown(fields[name], getattr(self.options, name)), self._taker(fields[name]))
            widget.setObjectName(f"refine.{name}")
            widget.setAccessibleName(found.doc)
            widget.setToolTip(found.doc)
            if isinstance(widget, QDoubleSpinBox):
                widget.setDecimals(1 if found.unit == "mm" else 2)
            self.editors[name] = widget
            self._put[name] = _shower(fields[name], put)
            label = QLabel(name.replace("_", " ").capitalize())
            label.setToolTip(found.doc)
            self._rows[name] = _explained(widget, found.doc)
            self._form.addRow(label, self._rows[name])
        scroll = QScrollArea(self)
        scroll.setAccessibleName(self.tr("Options of the refinement"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        self._show_rows(False)
        return scroll

    def _taker(self, item: Option) -> Callable[[Value], None]:
        scale = _scale(item)
        return lambda value: self._change(item.name, float(value) / scale if isinstance(value, float) else value)

    def _show_rows(self, every: bool) -> None:
        for name, row in self._rows.items():
            self._form.setRowVisible(row, every or name in _FIRST)

    # What is chosen

    @property
    def chosen(self) -> Scope:
        return self._scopes[self.scope.currentIndex()]

    def request(self) -> RefineRequest:
        """As it stands."""
        scope = self.chosen
        if not scope.one_clip:
            return RefineRequest(scope.clip_ids, self.options, {}, per_dataset=True)
        shown = self._session.versions.shown(self._session.clip_id)
        parents = {self._session.clip_id: shown} if shown else {}
        return RefineRequest(scope.clip_ids, self.options, parents, ranges=scope.ranges)

    def _take_preset(self, name: str) -> None:
        if name == _OWN:
            self.preset.setCurrentIndex(self.preset.findData(self._preset_name()))
            return
        self.options = options_for(self._dataset, name)
        for key, put in self._put.items():
            put(getattr(self.options, key))
        self.preset.setCurrentIndex(self.preset.findData(name))
        self._problem.hide()
        self._show_estimate()

    def _change(self, name: str, value: Value) -> None:
        try:
            self.options = self.options.with_values({name: value})
        except InputError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self._problem.hide()
        self.preset.setCurrentIndex(self.preset.findData(self._preset_name()))
        self._show_estimate()

    def _preset_name(self) -> str:
        return next((name for name in PRESETS if options_for(self._dataset, name) == self.options), _OWN)

    def _ask(self) -> None:
        self.asked.emit(self.request())
        self.accept()

    # What it will take

    def _show_estimate(self) -> None:
        scope = self.chosen
        clips, runs = len(scope.clip_ids), max(1, len(scope.ranges))
        frames = self.tr("{0} frames").format(scope.frames)
        if clips > 1:
            frames = self.tr("{0} clips, {1}").format(clips, frames)
        self._ok.setEnabled(clips > 0)
        seconds = _rough(estimate(scope.frames, self._whole_frames(scope) * runs, self.options))
        self._estimate.setText(
            self.tr("{0}: roughly {1} on two free processor cores and {2} of memory. It runs in the background.").format(
                frames, seconds, self._memory(scope)
            )
        )

    def _memory(self, scope: Scope) -> str:
        """What one clip takes at a time; of clips that are not open only the usual is known."""
        from interact_core.refine.memory import TYPICAL, memory_estimate

        posed = self._session.posed
        own = posed is not None and scope.clip_ids == (self._session.clip_id,)
        needed = memory_estimate(posed.clip, self.options) if own and posed is not None else TYPICAL
        return f"{needed / 1e9:.1f}\u2009GB"

    def _whole_frames(self, scope: Scope) -> int:
        """Frames that are measured: those of whole clips, however little of them is refined."""
        posed = self._session.posed
        return posed.num_frames if scope.ranges and posed is not None else scope.frames

    def _dataset_of(self, clip_id: str) -> str:
        project = self._session.project
        return project.library.row(clip_id).dataset if project is not None and clip_id else ""


def estimate(refined: int, measured: int, options: RefineOptions) -> float:
    """Seconds for frames that are measured before and after, and among them those that are solved with the chosen steps."""
    work = options.effort * options.rounds / (DEFAULT.effort * DEFAULT.rounds)
    stages = 0.25 + 0.25 * (options.move_objects + options.move_body + options.move_hands)
    return SECONDS_PER_FRAME * stages * (0.3 * measured + 0.7 * refined * work)


def _explained(editor: QWidget, doc: str) -> QWidget:
    """An editor with what it means beside it: nobody points at thirty fields to read their tips."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(10)
    editor.setMinimumWidth(_EDITOR)
    line.addWidget(editor)
    line.addWidget(muted_label(doc, row), 1)
    return row


def _rough(seconds: float) -> str:
    """As exact as an estimate can be: tens of seconds, whole minutes from two minutes on."""
    if seconds < 120:
        return f"{max(10, 10 * round(seconds / 10))}\u2009s"
    return f"{round(seconds / 60)}\u2009min" if seconds < 7200 else f"{seconds / 3600:.1f}\u2009h"


def _scale(item: Option) -> float:
    """Lengths are metres in the options and millimetres in the form: nobody reads 0.0005 m."""
    return 1000.0 if item.metadata["unit"] == "m" else 1.0


def _shown(item: Option, value: Value) -> Value:
    return value * _scale(item) if isinstance(value, float) else value


def _shower(item: Option, put: Callable[[Value], None]) -> Callable[[Value], None]:
    return lambda value: put(_shown(item, value))


def _field(item: Option) -> SettingField:
    """An option as the settings' forms know them."""
    meta, scale = item.metadata, _scale(item)
    low, high = (None if meta[end] is None else meta[end] * scale for end in ("low", "high"))
    return SettingField(
        section="refine", name=item.name, type=item.type,  # type: ignore[arg-type]  # no annotation there is a text
        default=getattr(DEFAULT, item.name), doc=meta["doc"], low=low, high=high, choices=meta["choices"],
        unit="mm" if scale != 1.0 else meta["unit"],
    )  # fmt: skip
