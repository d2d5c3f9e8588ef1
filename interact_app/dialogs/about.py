"""What this program is, what it runs on and whose work is in it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from interact_core import __version__
from interact_core.logs import diagnostics

_LICENCES: Final = """
<p><b>InterAct Studio</b> is licensed under the Apache License 2.0.</p>
<p><b>The open body</b>, shown where no licensed body model is installed, is derived from the base mesh and targets of
MakeHuman, which their authors released under <b>CC0 1.0</b> (public domain). It may be used for anything.</p>
<p><b>SMPL, SMPL-H and SMPL-X</b> are not part of this program. Their licences (Max Planck Society; free for
non-commercial research) are accepted on their own sites, and their files stay in a folder of yours.</p>
<p>Built with Qt for Python (LGPL 3), VTK and PyVista (BSD, MIT), NumPy and SciPy (BSD), PyTorch (BSD), smplx (its own
non-commercial licence), trimesh (MIT), Warp (Apache 2.0), libigl (MPL 2.0), sqlite-utils (Apache 2.0), FFmpeg (LGPL/GPL,
called as a separate program).</p>
"""


class AboutDialog(QDialog):
    """Versions can be selected and copied."""

    def __init__(self, renderer: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.about")
        self.setWindowTitle("About InterAct Studio")
        self.resize(560, 460)
        self._facts = {**diagnostics(), "Renderer": renderer}
        title = QLabel(f"<h2>InterAct Studio {__version__}</h2>3D human-object interaction: open, inspect, caption.")
        title.setWordWrap(True)
        tabs = QTabWidget(self)
        tabs.setAccessibleName("About")
        tabs.addTab(self._versions(), "Versions")
        licences = QTextBrowser(self)
        licences.setAccessibleName("Licences")
        licences.setHtml(_LICENCES)
        tabs.addTab(licences, "Licences")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton("Copy versions", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.versions_text))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(title)
        layout.addWidget(tabs, 1)
        layout.addWidget(buttons)

    @property
    def versions_text(self) -> str:
        return "\n".join(f"{key}: {value}" for key, value in self._facts.items())

    def _versions(self) -> QWidget:
        page = QWidget(self)
        form = QFormLayout(page)
        for key, value in self._facts.items():
            label = QLabel(value)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            form.addRow(key, label)
        return page
