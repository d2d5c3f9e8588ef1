"""Light and dark: following the system unless the user has chosen."""

from importlib.resources import files
from typing import Final, Literal

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QToolTip

from interact_app.theme.palette import DARK, LIGHT, Tones, make_palette
from interact_app.theme.style_sheet import style_sheet

Choice = Literal["system", "light", "dark"]
CHOICES: Final[tuple[Choice, ...]] = ("system", "light", "dark")


class Theme(QObject):
    """Owns the look of the application. One per QApplication."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice: str = choice
        # Style sheets can only draw pictures from files.
        QDir.setSearchPaths("theme", [str(files("resources") / "theme")])
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self._colour()

    @property
    def choice(self) -> str:
        return self._choice

    @property
    def tones(self) -> Tones:
        return DARK if self._is_dark() else LIGHT

    def choose(self, choice: str) -> None:
        """One of CHOICES; ValueError otherwise."""
        if choice not in CHOICES:
            raise ValueError(f"a theme is one of {CHOICES}, not {choice!r}")
        self._choice = choice
        self.apply()

    def dress(self) -> None:
        """The style sheet, once the window is built: with it in place, Qt matches every widget anew whenever it gets a parent."""
        self._app.setStyleSheet(style_sheet(self.tones))

    def apply(self) -> None:
        """Put palette and style sheet in place and tell everybody who paints by hand."""
        self._colour()
        self.dress()
        self.changed.emit()

    def _colour(self) -> None:
        palette = make_palette(self.tones)
        self._app.setPalette(palette)
        QToolTip.setPalette(palette)

    def _is_dark(self) -> bool:
        if self._choice != "system":
            return self._choice == "dark"
        scheme = self._app.styleHints().colorScheme()
        if scheme == Qt.ColorScheme.Unknown:
            # No desktop says anything: what the style itself would use.
            palette = self._app.style().standardPalette()
            return palette.color(QPalette.ColorRole.Window).lightness() < palette.color(QPalette.ColorRole.WindowText).lightness()
        return scheme == Qt.ColorScheme.Dark

    def _scheme_changed(self) -> None:
        if self._choice == "system":
            self.apply()


def is_dark(palette: QPalette) -> bool:
    """For widgets that paint by hand and only know their palette."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128
