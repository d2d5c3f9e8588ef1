"""Where a picture or a video goes, how large it is and which frames it shows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

SIZES: Final = ((1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))


@dataclass(frozen=True)
class ExportChoice:
    """frames [start, stop), every `step`."""

    path: Path
    size: tuple[int, int]
    start: int
    stop: int
    step: int = 1
    legend: bool = True


@dataclass(frozen=True)
class ExportOffer:
    """What can be exported: the view's own size, the clip's frames, the chosen range, and a name to start from."""

    view_size: QSize
    num_frames: int
    range: tuple[int, int]
    frame: int
    folder: Path
    name: str


class ExportDialog(QDialog):
    """For a picture, or with `video` for a film. `choice` is what was chosen once the dialog is accepted."""

    def __init__(self, offer: ExportOffer, *, video: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.export")
        self.setWindowTitle("Export video" if video else "Export picture")
        self.setMinimumWidth(520)
        self._offer, self._video = offer, video
        self.path = QLineEdit(str(offer.folder / f"{offer.name}{'.mp4' if video else '.png'}"))
        self.path.setAccessibleName("File")
        self.sizes = QComboBox()
        view = (offer.view_size.width(), offer.view_size.height())
        for width, height in dict.fromkeys((view, *SIZES)):
            label = f"{width} x {height}" + (" (as shown)" if (width, height) == view else "")
            self.sizes.addItem(label, (width, height))
        self.sizes.setCurrentIndex(2 if video else 0)
        self.start, self.stop, self.step = QSpinBox(), QSpinBox(), QSpinBox()
        for box, name in ((self.start, "First frame"), (self.stop, "Last frame"), (self.step, "Every how many frames")):
            box.setAccessibleName(name)
        self.step.setRange(1, 30)
        self.only_range = QCheckBox("Only the chosen range")
        self.legend = QCheckBox("Legend in the picture")
        self.legend.setChecked(True)
        self.problem = QLabel()
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self._build()
        self.path.textChanged.connect(self._check)
        self._check()

    @property
    def choice(self) -> ExportChoice:
        size = self.sizes.currentData()
        frames = (self.start.value(), self.stop.value() + 1) if self._video else (self._offer.frame, self._offer.frame + 1)
        return ExportChoice(Path(self.path.text()), tuple(size), *frames, self.step.value(), self.legend.isChecked())

    def _build(self) -> None:
        form = QFormLayout()
        browse = QPushButton("Choose…")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        form.addRow("File", row)
        form.addRow("Size", self.sizes)
        if self._video:
            self._build_frames(form)
        form.addRow("", self.legend)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Export")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _build_frames(self, form: QFormLayout) -> None:
        last = self._offer.num_frames - 1
        for box in (self.start, self.stop):
            box.setRange(0, last)
        self.stop.setValue(last)
        chosen = self._offer.range != (0, self._offer.num_frames)
        self.only_range.setEnabled(chosen)
        self.only_range.toggled.connect(self._take_range)
        self.only_range.setChecked(chosen)
        row = QHBoxLayout()
        for text, box in (("from", self.start), ("to", self.stop), ("every", self.step)):
            row.addWidget(QLabel(text))
            row.addWidget(box)
        row.addStretch(1)
        form.addRow("Frames", row)
        form.addRow("", self.only_range)
        self.start.valueChanged.connect(self._check)
        self.stop.valueChanged.connect(self._check)

    def _take_range(self, on: bool) -> None:
        start, stop = self._offer.range if on else (0, self._offer.num_frames)
        self.start.setValue(start)
        self.stop.setValue(stop - 1)

    def _check(self) -> None:
        """Said before the export begins, not after it failed."""
        path, ending = Path(self.path.text()), ".mp4" if self._video else ".png"
        problem = ""
        if path.suffix.lower() != ending:
            problem = f"The name must end in {ending}."
        elif not path.parent.is_dir():
            problem = f"There is no folder {path.parent}."
        elif self._video and self.stop.value() < self.start.value():
            problem = "The last frame lies before the first one."
        self.problem.setText(problem or (f"{path.name} exists and will be replaced." if path.exists() else ""))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)

    def _browse(self) -> None:
        kind = "Video (*.mp4)" if self._video else "Picture (*.png)"
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self.path.text(), kind)
        if name:
            self.path.setText(name)
