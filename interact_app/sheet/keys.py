"""The keyboard on a sheet: its letters and arrows are the sheet's for as long as the picture has the focus."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from interact_app.sheet.sheet import Sheet
from interact_app.sheet.trials import Trial

_NONE = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
Chord = tuple[Qt.Key, Qt.KeyboardModifier]


class SheetKeys(QObject):
    """Watches the canvas. Everything that is not here stays what it is everywhere: Space plays, comma and period step."""

    def __init__(
        self, canvas: QWidget, sheet: Sheet, leave: Callable[[], object], is_large: Callable[[], bool], back: Callable[[], object]
    ) -> None:
        super().__init__(canvas)
        self._sheet, self._is_large = sheet, is_large
        self._large: dict[Chord, Callable[[], object]] = {(Qt.Key.Key_Escape, _NONE): back}
        self._chords: dict[Chord, Callable[[], object]] = {
            (Qt.Key.Key_Left, _NONE): lambda: sheet.move(-1, 0),
            (Qt.Key.Key_Right, _NONE): lambda: sheet.move(1, 0),
            (Qt.Key.Key_Up, _NONE): lambda: sheet.move(0, -1),
            (Qt.Key.Key_Down, _NONE): lambda: sheet.move(0, 1),
            (Qt.Key.Key_PageUp, _NONE): lambda: sheet.turn_page(-1),
            (Qt.Key.Key_PageDown, _NONE): lambda: sheet.turn_page(1),
            (Qt.Key.Key_Home, _NONE): lambda: sheet.choose_end(False),
            (Qt.Key.Key_End, _NONE): lambda: sheet.choose_end(True),
            (Qt.Key.Key_K, _NONE): lambda: sheet.decide("kept"),
            (Qt.Key.Key_X, _NONE): lambda: sheet.decide("discarded"),
            (Qt.Key.Key_Return, _NONE): sheet.open_large,
            (Qt.Key.Key_Enter, _NONE): sheet.open_large,
            (Qt.Key.Key_Z, _CTRL): sheet.undo,
            (Qt.Key.Key_Z, _CTRL | _SHIFT): sheet.redo,
            (Qt.Key.Key_Y, _CTRL): sheet.redo,
            (Qt.Key.Key_Escape, _NONE): leave,
        }
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        chords = self._chords if self._sheet.on else self._large if self._is_large() else {}
        found = chords.get((Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier))
        if found is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            found()
            return True
        return False


def choose_at(sheet: Sheet, pointed: Callable[[QPointF], Trial | None], at: QPointF) -> None:
    """A click chooses."""
    trial = pointed(at) if sheet.on else None
    if trial is not None:
        sheet.choose(trial)
