"""Licensed bodies: what they are for, where they go, which ones are found. Nobody needs them to use the program."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from interact_core.errors import InputError
from interact_core.settings import SettingsStore

_WHY: Final = """<p>Most data sets were recorded with <b>SMPL-H</b>, <b>SMPL-X</b> or <b>SMPL</b> bodies. Their files may not be
passed on with a program: you get them yourself, free for research, after accepting the licence on
<a href="https://smpl-x.is.tue.mpg.de">smpl-x.is.tue.mpg.de</a>, <a href="https://mano.is.tue.mpg.de">mano.is.tue.mpg.de</a>
(SMPL-H) and <a href="https://smpl.is.tue.mpg.de">smpl.is.tue.mpg.de</a>.</p>
<p>Without them everything works: clips are shown on the built-in open body, adjusted to the subject where the data allows it.
Distances and penetration are then those of the open body, close to but not the same as those of the recorded one.</p>
<p>Unpack the files into one folder, in the layout of the <i>smplx</i> package (<code>smplh/SMPLH_MALE.pkl</code>,
<code>smplx/SMPLX_NEUTRAL.npz</code>, …), and choose that folder here.</p>"""


class ModelsDialog(QDialog):
    """Chooses the folder and says at once what is in it. It can be left without choosing anything."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.models")
        self.setWindowTitle("Body models")
        self.resize(640, 520)
        self._store = store
        why = QLabel(_WHY)
        why.setWordWrap(True)
        why.setOpenExternalLinks(True)
        why.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.folder = QLineEdit(str(store.current.models.models_dir))
        self.folder.setPlaceholderText("No folder chosen: the open body is shown")
        self.folder.setAccessibleName("Folder with body models")
        self.folder.editingFinished.connect(lambda: self.choose(self.folder.text().strip()))
        browse = QPushButton("Choose…")
        browse.clicked.connect(self._browse)
        self.found = QTreeWidget()
        self.found.setAccessibleName("Bodies that were found")
        self.found.setHeaderLabels(["Body", "File"])
        self.found.setRootIsDecorated(False)
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for button in (browse, buttons.button(QDialogButtonBox.StandardButton.Close)):
            button.setAutoDefault(False)  # Enter in the field takes the folder over and presses nothing
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        layout = QVBoxLayout(self)
        layout.addWidget(why)
        layout.addLayout(row)
        layout.addWidget(self.found, 1)
        layout.addWidget(self.verdict)
        layout.addWidget(buttons)
        self.check()

    def choose(self, folder: str) -> None:
        """Take over a folder, empty for none, and look into it."""
        if folder != self._store.current.models.models_dir:
            try:
                self._store.change("models.models_dir", folder)
            except (InputError, ValueError) as error:
                self.verdict.setText(str(error))
                return
        self.folder.setText(folder)
        self.check()

    def check(self) -> None:
        """List the model files of the chosen folder."""
        self.found.clear()
        folder = self._store.current.models_dir
        if folder is None:
            self.verdict.setText("The open body (CC0) is used for every clip.")
            return
        files = find_model_files(folder)
        for name, path in files:
            QTreeWidgetItem(self.found, [name, str(path.relative_to(folder))])
        self.found.resizeColumnToContents(0)
        if not folder.is_dir():
            self.verdict.setText(f"{folder} is not a folder.")
        elif not files:
            self.verdict.setText("No model file was found there. Their names begin with SMPL_, SMPLH_ or SMPLX_.")
        else:
            self.verdict.setText(f"{len(files)} model files found. Clips are shown on them from now on.")

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder with body models", self.folder.text())
        if folder:
            self.choose(folder)


def find_model_files(folder: Path) -> list[tuple[str, Path]]:
    """(name, path) of files named like bodies, in the folder or one level below it."""
    found = []
    for pattern in ("*", "*/*"):
        for path in sorted(folder.glob(pattern)):
            family, _, rest = path.stem.partition("_")
            if path.suffix in (".pkl", ".npz") and family.upper() in ("SMPL", "SMPLH", "SMPLX") and rest:
                label = {"SMPL": "SMPL", "SMPLH": "SMPL-H", "SMPLX": "SMPL-X"}[family.upper()]
                found.append((f"{label} {rest.lower()}", path))
    return found
