"""The panel: which task, what is said and given, how many, from which model; below it progress and the buttons."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
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
from interact_app.generate.desk import GenerateDesk
from interact_app.generate.key_form import KeyForm
from interact_app.generate.losses import TrainingPage
from interact_app.generate.prompt import PromptField
from interact_app.generate.things import ThingPicker
from interact_app.generate.wish import FROM_CLIP, MOST_SECONDS, SCALES, STEPS, TASKS, TITLES
from interact_app.generate.working import PAST_SECONDS
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.labels import muted_label

_TRAIN = "interact train resources/generation/demo.toml --out my_model"
_FILTERS = ("all", "passed", "rejected", "open", "kept")


class GeneratePanel(QWidget):
    """Reads and changes the desk's plan; what a task does not take is not shown."""

    def __init__(self, desk: GenerateDesk, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._plan, self._bench, self._actions, self._session = desk, desk.plan, desk.bench, actions, desk.session
        self._plan.read_model()
        self._build_choices()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("Generation and training"))
        self.tabs.tabBar().setAccessibleName(self.tr("Generation and training"))
        self.tabs.addTab(self._build_page(), self.tr("Generate"))
        self.training = TrainingPage(self._session, self)
        self.tabs.addTab(self.training, self.tr("Training"))
        column.addWidget(self.tabs, 1)
        column.addWidget(self._build_foot())
        for signal in (self._plan.changed, self._bench.changed, desk.sheet.changed, desk.sketch.changed):
            signal.connect(self.refresh)
        self._session.jobs.job_changed.connect(lambda _job: self._show_job())
        self.refresh()

    # Building

    def _build_choices(self) -> None:
        self.task = self._box(self.tr("What is given, and what is made of it"), lambda key: self._plan.change(task=key))
        for task in TASKS:
            self.task.addItem(TITLES[task], task)
        self.prompt = PromptField(self._plan, self)
        self.prompt.submitted.connect(self._make)
        self.action = self._box(self.tr("Actions that the model knows"), lambda key: self._plan.change(action=key))
        self.thing = ThingPicker(self._session, self._plan, self)
        self.seconds = QDoubleSpinBox(self)
        self.seconds.setRange(0.5, MOST_SECONDS)
        self.seconds.setSingleStep(0.5)
        self.seconds.setSuffix(" s")
        self.seconds.setKeyboardTracking(False)
        describe(self.seconds, self.tr("How long; the model was trained on up to five seconds"))
        self.seconds.valueChanged.connect(lambda value: self._plan.change(seconds=value))
        self.count = self._number(self.tr("Candidates: made together, seen side by side"), "count", 1, 32)
        self.seed = self._number(
            self.tr("Start of the random numbers: the same seed and count give the same candidates"), "seed", 0, 999_999
        )
        self.dice = icon_button(self, icon("loop"), self.tr("Another seed"), self._another_seed)
        self.scale = QDoubleSpinBox(self)
        self.scale.setRange(*SCALES)
        self.scale.setSingleStep(0.25)
        self.scale.setPrefix("× ")
        self.scale.setKeyboardTracking(False)
        describe(self.scale, self.tr("How strongly words count: 1 as learned; more follows them closer, and varies less"))
        self.scale.valueChanged.connect(lambda value: self._plan.change(scale=value))
        self.steps = self._box(self.tr("Steps from noise to motion"), lambda key: self._plan.change(steps=STEPS[key]))
        for name, steps in STEPS.items():
            self.steps.addItem(self.tr("{0}, {1} steps").format(name.capitalize(), steps), name)
        self.sketching = QToolButton(self)
        self.sketching.setText(self.tr("Sketch the path"))
        self.sketching.setCheckable(True)
        self.sketching.setToolTip(
            self.tr("Key poses of the object in the picture, joined smoothly; else the open clip's path is taken")
        )
        self.sketching.toggled.connect(self._desk.turn_sketch)
        self.keys = KeyForm(self._plan, self)

    def _box(self, name: str, take: Callable[[str], object]) -> QComboBox:
        box = QComboBox(self)
        describe(box, name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.activated.connect(lambda index: take(str(box.itemData(index))))
        return box

    def _number(self, name: str, option: str, low: int, high: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(low, high)
        box.setKeyboardTracking(False)
        describe(box, name)
        box.valueChanged.connect(lambda value: self._plan.change(**{option: value}))
        return box

    def _build_page(self) -> QScrollArea:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(self._build_model(page))
        self._form = QFormLayout()
        seeds = QHBoxLayout()
        seeds.addWidget(self.seed, 1)
        seeds.addWidget(self.dice)
        self._known = muted_label("", page)
        self._strange = muted_label("", page)
        self._form.addRow(self.tr("Task"), self.task)
        self._form.addRow(self.prompt)
        self._form.addRow(self._strange)
        self._form.addRow(self.tr("Action"), self.action)
        self._form.addRow(self.tr("Given"), self._known)
        self._form.addRow(self.sketching)
        self._form.addRow(self.keys)
        self._form.addRow(self.tr("Object"), self.thing)
        self._form.addRow(self.tr("Length"), self.seconds)
        self._form.addRow(self.tr("Candidates"), self.count)
        self._form.addRow(self.tr("Seed"), seeds)
        self._form.addRow(self.tr("Words count"), self.scale)
        self._form.addRow(self.tr("Quality"), self.steps)
        column.addLayout(self._form)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("What to generate"))
        scroll.setWidget(page)
        # Turning the wheel scrolls; it must not turn whatever number happens to lie under it.
        for box in page.findChildren(QWidget):
            if isinstance(box, QAbstractSpinBox | QComboBox):
                box.installEventFilter(self)
        return scroll

    def _build_model(self, page: QWidget) -> QWidget:
        holder = QWidget(page)
        self._model = muted_label("", holder)
        self.load = QPushButton(self.tr("Load a checkpoint…"), holder)
        self.load.setToolTip(self.tr("A model.safetensors that `interact train` has written; it is only read, never executed"))
        self.load.clicked.connect(self._load)
        self.built_in = QPushButton(self.tr("Built-in"), holder)
        self.built_in.setToolTip(self.tr("Back to the model that comes with the program"))
        self.built_in.clicked.connect(lambda: self._plan.choose_model(None))
        self.copy = QPushButton(self.tr("Copy the command"), holder)
        self.copy.setToolTip(_TRAIN)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(_TRAIN))
        row = QHBoxLayout()
        row.addWidget(self.load)
        row.addWidget(self.built_in)
        row.addWidget(self.copy)
        row.addStretch(1)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addWidget(self._model)
        column.addLayout(row)
        return holder

    def _build_foot(self) -> QWidget:
        foot = QWidget(self)
        self._problem = QLabel(foot)
        self._problem.setProperty("role", "danger")
        self._problem.setWordWrap(True)
        self._progress = QProgressBar(foot)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._stage = muted_label("", foot)
        self.cancel = icon_button(foot, icon("close"), self.tr("Stop generating"), self._cancel)
        running = QHBoxLayout()
        running.addWidget(self._stage, 1)
        running.addWidget(self.cancel)
        self.make = QPushButton(self.tr("Generate"), foot)
        self.make.clicked.connect(self._make)
        describe(self.make, self.tr("In the background; the candidates appear on the sheet while they take shape"))
        self.sheet = self._action_button("generate.sheet", self.tr("Candidates"), foot)
        buttons = QHBoxLayout()
        buttons.addWidget(self.make, 1)
        buttons.addWidget(self.sheet)
        self.filter = self._box(self.tr("Which candidates the sheet shows"), self._desk.sheet.set_filter)
        titles = (
            self.tr("All"), self.tr("Hold every limit"), self.tr("Beyond a limit"), self.tr("Not decided"), self.tr("Kept"),
        )  # fmt: skip
        for key, title in zip(_FILTERS, titles, strict=True):
            self.filter.addItem(title, key)
        after = QHBoxLayout()
        after.addWidget(self.filter, 1)
        after.addWidget(self._action_button("generate.refine", self.tr("Refine"), foot))
        after.addWidget(self._action_button("generate.caption", self.tr("Caption"), foot))
        column = QVBoxLayout(foot)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(4)
        column.addWidget(self._problem)
        column.addWidget(self._progress)
        column.addLayout(running)
        column.addLayout(buttons)
        column.addLayout(after)
        return foot

    def _action_button(self, action_id: str, text: str, parent: QWidget) -> QToolButton:
        """Shorter than the action's own title, which says in a menu what it is about."""
        button = QToolButton(parent)
        action = self._actions.qaction(action_id)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setText(text)
        action.changed.connect(lambda: button.setText(text))
        return button

    # What is shown

    def refresh(self) -> None:
        wish = self._plan.wish
        boxes: tuple[tuple[Any, float], ...] = (
            (self.count, wish.count), (self.seed, wish.seed), (self.seconds, wish.seconds), (self.scale, wish.scale),
        )  # fmt: skip
        for box, value in boxes:
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.task.setCurrentIndex(self.task.findData(wish.task))
        self.steps.setCurrentIndex(next((k for k, n in enumerate(STEPS.values()) if n == wish.steps), -1))
        self.filter.setCurrentIndex(self.filter.findData(self._desk.sheet.filter))
        self.sketching.blockSignals(True)
        self.sketching.setChecked(self._desk.sketch.on)
        self.sketching.blockSignals(False)
        self._show_model()
        self._show_rows()
        self._show_job()

    def _show_rows(self) -> None:
        """Only what the task takes."""
        plan, wish = self._plan, self._plan.wish
        strange = plan.strange_words() if wish.task == "text" else []
        self._strange.setText(self.tr("The model has never seen: {0}").format(", ".join(strange[:8])))
        self._known.setText(self._known_text())
        shown: dict[Any, bool] = {
            self.prompt: wish.task == "text", self._strange: bool(strange), self.action: wish.task == "action",
            self._known: wish.task in (*FROM_CLIP, "object_to_human") and not plan.sketches,
            self.sketching: wish.task == "object_to_human", self.keys: plan.sketches, self.thing: plan.takes_thing,
            self.seconds: plan.has_length, self.scale: wish.task in ("text", "action"),
        }  # fmt: skip
        for widget, on in shown.items():
            self._form.setRowVisible(widget, on)

    def _known_text(self) -> str:
        clip, task = self._session.clip, self._plan.wish.task
        if clip is None:
            return self.tr("open a clip first")
        what = {
            "predict": self.tr("the past"), "between": self.tr("both ends"), "human_to_object": self.tr("the person's motion"),
            "object_to_human": self.tr("the object's path"),
        }.get(task, "")  # fmt: skip
        frames = self._plan.known
        if frames is not None:
            seconds = (frames[1] - frames[0]) / clip.fps
            return self.tr("{0}: frames {1} to {2}, {3:.1f} s").format(what, frames[0], frames[1] - 1, seconds)
        if task == "predict":
            return self.tr("{0}: the clip's first {1:g} s. Select a range to choose.").format(what, PAST_SECONDS)
        return self.tr("{0}: the whole clip, {1:.1f} s. Select a range to choose.").format(what, clip.duration)

    def _show_model(self) -> None:
        facts, plan = self._plan.facts, self._plan
        self.copy.setVisible(facts is None)
        self.built_in.setVisible(plan.own_model is not None)
        if facts is None:
            text = plan.problem or self.tr(
                "There is no model yet. Train one, which takes about two hours on two processor cores, or load a checkpoint:\n{0}"
            ).format(_TRAIN)
            self._model.setText(text)
            return
        name = self.tr("Built-in model") if plan.own_model is None else facts.path.name
        world = self.tr("It knows only the demo world: eleven actions with simple things.") if facts.world else ""
        self._model.setText(self.tr("{0}, {1} training steps. {2} Data: {3}").format(name, facts.steps, world, facts.licence))
        if [self.action.itemData(k) for k in range(self.action.count())] != list(facts.actions):
            self.action.clear()
            for action in facts.actions:
                self.action.addItem(action.capitalize(), action)
        self.action.setCurrentIndex(self.action.findData(plan.wish.action))

    def _show_job(self) -> None:
        own, running = self._bench.job, self._bench.running
        for widget in (self._progress, self._stage, self.cancel):
            widget.setVisible(running)
        if own is not None and running:
            self._progress.setValue(round(1000 * own.progress.fraction))
            self._stage.setText(self.tr("Paused") if own.paused else own.progress.stage or self.tr("Waiting for its turn"))
        refusal = self._plan.refusal()
        self._problem.setText(refusal)
        self._problem.setVisible(bool(refusal) and not running)
        self.make.setEnabled(not refusal and not running and self._bench.writable)

    # What is done

    def _make(self) -> None:
        self._desk.make()
        self.refresh()

    def _another_seed(self) -> None:
        self._plan.change(seed=(self._plan.wish.seed + 1) % 1_000_000)

    def _cancel(self) -> None:
        if self._bench.job is not None:
            self._bench.job.cancel()

    def _load(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("A checkpoint"), "", "Checkpoints (*.safetensors)")
        if name:
            self._plan.choose_model(Path(name))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return QSize(330, 620)
