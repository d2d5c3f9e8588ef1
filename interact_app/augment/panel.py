"""The panel: which clips, what to vary and how far, how many; below it the candidates' number, the buttons and the yield."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.augment.desk import AugmentDesk
from interact_app.augment.form import VariationForm
from interact_app.augment.plan import OWN
from interact_app.augment.yields import YieldSection
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.labels import muted_label
from interact_core.augment.options import PRESETS
from interact_core.errors import InputError

_SCOPES = ("clip", "selected", "all")
_FILTERS = ("all", "passed", "rejected", "open", "kept")


class AugmentPanel(QWidget):
    """Reads and changes the desk's plan; turning a knob shows in the viewport at once."""

    def __init__(self, desk: AugmentDesk, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._plan, self._bench, self._actions = desk, desk.plan, desk.bench, actions
        self._session = desk.session
        self._build_choices()
        self.form = VariationForm(self._plan, self)
        self.form.turned.connect(desk.show_live)
        self.form.refused.connect(self._show_problem)
        self.yields = YieldSection(self._bench, self)
        self._problem = QLabel(self)
        self._problem.setProperty("role", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_tabs(), 1)
        column.addWidget(self._build_foot())
        self._connect()
        self.refresh()

    # Building

    def _build_choices(self) -> None:
        self.scope = self._box(self.tr("Clips to augment"), lambda key: self._plan.set_scope(key))
        for key in _SCOPES:
            self.scope.addItem("", key)
        self.preset = self._box(self.tr("Preset"), self._take_preset)
        for name in (*PRESETS, OWN):
            self.preset.addItem(name, name)
        self.count = self._number(self.tr("Candidates for each clip"), "count", 1, 1000)
        self.seed = self._number(
            self.tr("Start of the random numbers: the same seed gives the same candidates"), "seed", 0, 999_999
        )
        self.dice = icon_button(
            self, icon("loop"), self.tr("Another seed"), lambda: self._turn("seed", self._plan.options.seed + 1)
        )
        self.keep_passed = QCheckBox(self.tr("Keep what holds every limit"), self)
        self.keep_passed.setToolTip(self.tr("Nobody looks first: for a data set over night. Kept ones can be discarded later."))
        self.keep_passed.toggled.connect(lambda on: setattr(self._plan, "keep_passed", on))

    def _box(self, name: str, take: "partial[None] | object") -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.activated.connect(lambda index: take(str(box.itemData(index))))  # type: ignore[operator]
        return box

    def _number(self, name: str, option: str, low: int, high: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(low, high)
        box.setKeyboardTracking(False)
        describe(box, name)
        box.valueChanged.connect(lambda value: self._turn(option, value))
        return box

    def _build_page(self) -> QScrollArea:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        top = QFormLayout()
        top.addRow(self.tr("Clips"), self.scope)
        top.addRow(self.tr("Preset"), self.preset)
        seeds = QHBoxLayout()
        seeds.addWidget(self.seed, 1)
        seeds.addWidget(self.dice)
        top.addRow(self.tr("Candidates"), self.count)
        top.addRow(self.tr("Seed"), seeds)
        column.addLayout(top)
        column.addWidget(self.keep_passed)
        column.addWidget(self.form)
        column.addWidget(self._build_meshes())
        column.addWidget(self._problem)
        column.addStretch(1)
        scroll = self._scrolled(page, self.tr("What to vary"))
        # Turning the wheel scrolls; it must not turn whatever number happens to lie under it.
        for box in (*page.findChildren(QWidget),):
            box.installEventFilter(self)
        return scroll

    def _build_tabs(self) -> QTabWidget:
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("Variations and yield"))
        self.tabs.tabBar().setAccessibleName(self.tr("Variations and yield"))
        self.tabs.addTab(self._build_page(), self.tr("Variations"))
        found = QWidget(self)
        column = QVBoxLayout(found)
        column.setContentsMargins(10, 4, 10, 8)
        column.addWidget(self.yields)
        column.addStretch(1)
        self.tabs.addTab(self._scrolled(found, self.tr("What came of it")), self.tr("Yield"))
        return self.tabs

    def _scrolled(self, page: QWidget, name: str) -> QScrollArea:
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(name)
        scroll.setWidget(page)
        return scroll

    def _build_meshes(self) -> QWidget:
        """What a swap may put in the object's place."""
        self.meshes = QPushButton(self.tr("Choose meshes for the swap…"), self)
        self.meshes.setToolTip(self.tr("Objects of the same category; a candidate takes one of them by lot"))
        self.meshes.clicked.connect(self._choose_meshes)
        return self.meshes

    def _build_foot(self) -> QWidget:
        foot = QWidget(self)
        self.look = QCheckBox(self.tr("Show candidate"), foot)
        self.look.setToolTip(
            self.tr("In the picture, before it is solved: things where they will be, the person where following puts them")
        )
        self.look.toggled.connect(self._turn_live)
        self.number = QSpinBox(foot)
        self.number.setRange(1, 100_000)
        describe(self.number, self.tr("Which candidate is shown: every number is another draw"))
        self.number.valueChanged.connect(self._look_at)
        line = QHBoxLayout()
        line.addWidget(self.look)
        line.addWidget(self.number)
        line.addStretch(1)
        self._words = muted_label("", foot)
        self._progress = QProgressBar(foot)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._stage = muted_label("", foot)
        self.cancel = icon_button(foot, icon("close"), self.tr("Stop making candidates; those that are there stay"), self._cancel)
        running = QHBoxLayout()
        running.addWidget(self._stage, 1)
        running.addWidget(self.cancel)
        column = QVBoxLayout(foot)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self._words)
        column.addWidget(self._progress)
        column.addLayout(running)
        column.addLayout(self._build_buttons(foot))
        return foot

    def _build_buttons(self, foot: QWidget) -> QVBoxLayout:
        self.make = QPushButton(self.tr("Make candidates"), foot)
        self.make.setToolTip(self.tr("In the background; each appears on the contact sheet as soon as it is there"))
        self.make.clicked.connect(self._desk.make)
        self.sheet = self._action_button("augment.sheet", foot)
        self.keep_all = self._action_button("augment.keep_all", foot)
        self.filter = self._box(self.tr("Which candidates the sheet shows"), self._desk.sheet.set_filter)
        titles = (self.tr("All"), self.tr("Hold every limit"), self.tr("Turned down"), self.tr("Not decided"), self.tr("Kept"))
        for key, title in zip(_FILTERS, titles, strict=True):
            self.filter.addItem(title, key)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.make, 1)
        first.addWidget(self.sheet)
        second.addWidget(self.filter, 1)
        second.addWidget(self.keep_all)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        return column

    def _action_button(self, action_id: str, parent: QWidget) -> QToolButton:
        button = QToolButton(parent)
        button.setDefaultAction(self._actions.qaction(action_id))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        return button

    def _connect(self) -> None:
        for signal in (self._plan.changed, self._desk.live.changed, self._bench.finished, self._desk.sheet.changed):
            signal.connect(lambda *_: self.refresh())
        self._session.clip_opened.connect(self.refresh)
        self._session.listing.order_changed.connect(self.refresh)
        self._session.jobs.job_changed.connect(self._show_job)

    # What is shown

    def refresh(self) -> None:
        plan, options = self._plan, self._plan.options
        for box, value in ((self.count, options.count), (self.seed, options.seed), (self.number, plan.index + 1)):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.preset.setCurrentIndex(self.preset.findData(plan.preset))
        self.filter.setCurrentIndex(self.filter.findData(self._desk.sheet.filter))
        self._show_scopes()
        self.meshes.setVisible(options.variations.swap)
        if plan.meshes:
            self.meshes.setText(self.tr("Swap with {0}").format(", ".join(name for name, _ in plan.meshes)))
        self.look.blockSignals(True)
        self.look.setChecked(self._desk.live.on)
        self.look.blockSignals(False)
        self._words.setText(self._desk.live.words if self._desk.live.on else "")
        self._words.setVisible(bool(self._words.text()))
        self._show_make()
        self._show_job(self._bench.job)

    def _show_scopes(self) -> None:
        selected, shown = len(self._session.listing.selected), len(self._session.listing.order)
        clip = self._session.clip_id.rsplit("/", 1)[-1]
        titles = (
            self.tr("The open clip, {0}").format(clip) if clip else self.tr("The open clip"),
            self.tr("{0} selected in the library").format(selected), self.tr("All {0} that the library shows").format(shown),
        )  # fmt: skip
        for k, title in enumerate(titles):
            self.scope.setItemText(k, title)
        self.scope.setCurrentIndex(self.scope.findData(self._plan.scope))

    def _show_make(self) -> None:
        plan = self._plan
        if plan.scope == "clip":
            count = len(plan.indices)
            text = self.tr("Make {0} more") if plan.done else self.tr("Make {0} candidates")
            if plan.done and len(plan.done) < plan.options.count:
                text = self.tr("Make the {0} missing")
        else:
            count, text = len(plan.clip_ids), self.tr("Augment {0} clips")
        self.make.setText(text.format(count))
        can = self._bench.writable and bool(plan.clip_ids) and count > 0 and not self._bench.running
        self.make.setEnabled(can and (plan.scope != "clip" or self._has_object()))

    def _has_object(self) -> bool:
        clip = self._session.clip
        return clip is not None and bool(clip.objects)

    def _show_job(self, job: object) -> None:
        own = self._bench.job
        if job is not own and own is not None:
            return
        running = own is not None and self._bench.running
        for widget in (self._progress, self._stage, self.cancel):
            widget.setVisible(running)
        if own is not None and running:
            self._progress.setValue(round(1000 * own.progress.fraction))
            self._stage.setText(self.tr("Paused") if own.paused else own.progress.stage or self.tr("Waiting for its turn"))
        self._show_make()

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    # What is done

    def _turn(self, option: str, value: int) -> None:
        self._show_problem(self._plan.change(option, value))
        if self._desk.live.on:
            self._desk.show_live()

    def _take_preset(self, name: str) -> None:
        if name == OWN:
            self.refresh()
            return
        self._plan.take_preset(name)
        self._desk.show_live()

    def _turn_live(self, on: bool) -> None:
        if on:
            self._desk.show_live()
        else:
            self._desk.live.end()

    def _look_at(self, number: int) -> None:
        self._plan.look_at(number - 1)
        self._desk.show_live()

    def _cancel(self) -> None:
        if self._bench.job is not None:
            self._bench.job.cancel()

    def _choose_meshes(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Meshes for the swap"), "", "Meshes (*.obj *.ply *.stl *.glb *.gltf)"
        )
        if names:
            try:
                self._desk.take_meshes(names)
            except InputError as error:
                self._show_problem(str(error))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return isinstance(watched, QSpinBox | QComboBox) or watched.inherits("QSlider") or watched.inherits("QDoubleSpinBox")
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return QSize(330, 620)
