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
from interact_app.session import Session
from interact_app.widgets.labels import muted_label
from interact_core.errors import InputError
from interact_core.figures import duration_text
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
SECONDS_PER_FRAME: Final = 0.4
"""Measured on two free processor cores: 90 frames of a demo clip in 43 s, reading and both inspections included."""


class RefineDialog(QDialog):
    """Emits `asked` with a RefineRequest and closes; the work runs in the queue of jobs."""

    asked = Signal(object)

    def __init__(self, session: Session, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.refine")
        self.setWindowTitle(self.tr("Refine"))
        self.resize(560, 620)
        self._session, self._clock = session, clock
        self.editors: dict[str, QWidget] = {}
        self._put: dict[str, Callable[[Value], None]] = {}
        self._dataset = self._dataset_of(session.clip_id)
        self.options = options_for(self._dataset)
        self.scope, self.preset = self._build_scope(), self._build_presets()
        self._estimate = muted_label("", self)
        self._problem = QLabel(self)
        self._problem.setProperty("role", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()
        self._show_estimate()

    def _build_scope(self) -> QComboBox:
        scope = QComboBox(self)
        scope.setAccessibleName(self.tr("What to refine"))
        shown = self._session.listing.order
        if self._session.clip_id:
            scope.addItem(self.tr("The open clip, {0}").format(self._session.clip_id), "clip")
            if self._clock.has_range:
                start, stop = self._clock.range
                scope.addItem(self.tr("Frames {0} to {1} of the open clip").format(start, stop), "range")
        scope.addItem(self.tr("All {0} clips that the library shows").format(len(shown)), "library")
        scope.currentIndexChanged.connect(lambda _index: self._show_estimate())
        return scope

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
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Refine"))
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
            self._form.addRow(label, widget)
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
        for name, widget in self.editors.items():
            self._form.setRowVisible(widget, every or name in _FIRST)

    # What is chosen

    def request(self) -> RefineRequest:
        """As it stands."""
        scope, clip_id = self.scope.currentData(), self._session.clip_id
        if scope == "library":
            return RefineRequest(self._session.listing.order, self.options, {}, per_dataset=True)
        options = self.options
        if scope == "range":
            start, stop = self._clock.range
            options = options.with_values({"first_frame": start, "last_frame": stop})
        shown = self._session.versions.shown(clip_id)
        return RefineRequest((clip_id,), options, {clip_id: shown} if shown else {})

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
        frames, clips = self._frames()
        if not clips:
            self._estimate.setText("")
            return
        seconds = estimate(frames, self.options)
        one, many = self.tr("{0} frames: "), self.tr("{0} frames in {1} clips: ")
        text = (one if clips == 1 else many).format(frames, clips)
        rest = self.tr("roughly {0} on two free processor cores. It runs in the background.").format(duration_text(seconds))
        self._estimate.setText(text + rest)

    def _frames(self) -> tuple[int, int]:
        scope, posed = self.scope.currentData(), self._session.posed
        if scope == "library":
            project = self._session.project
            rows = [project.library.row(clip_id) for clip_id in self._session.listing.order] if project is not None else []
            return sum(row.frames or 300 for row in rows), len(rows)
        if scope == "range":
            return self._clock.range[1] - self._clock.range[0], 1
        return (posed.num_frames, 1) if posed is not None else (0, 0)

    def _dataset_of(self, clip_id: str) -> str:
        project = self._session.project
        return project.library.row(clip_id).dataset if project is not None and clip_id else ""


def estimate(frames: int, options: RefineOptions) -> float:
    """Seconds, in proportion to the solver steps that were chosen."""
    work = options.effort * options.rounds / (DEFAULT.effort * DEFAULT.rounds)
    stages = 0.25 + 0.25 * (options.move_objects + options.move_body + options.move_hands)
    return frames * SECONDS_PER_FRAME * stages * (0.3 + 0.7 * work)


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
