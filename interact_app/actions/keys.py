"""Keys as texts: how Qt stores them, how this system writes them, which of them can be a shortcut."""

from functools import cache
from typing import Final

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

_TYPED_WITH: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
"""With these a key is still typing; with Ctrl, Alt or Meta it is a command."""
_UNKNOWN: Final = Qt.Key.Key_unknown.value
_ALONE: Final = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock}
)
_FIRST_SILENT: Final = 0x01000000
_WRITES: Final = frozenset({Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_RESERVED: Final = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab})


@cache
def portable(keys: str) -> str:
    """One way to write the same keys, the same on every system."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def native(keys: str) -> str:
    """As this system shows them to people."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def key_problem(keys: str) -> str:
    """Why these keys cannot be a shortcut, as the end of a sentence; empty when they can."""
    pressed = _combinations(keys)
    if not pressed or not 0x20 <= pressed[0].key().value < _UNKNOWN:
        return "is not a key"
    if len(pressed) > 1:
        return "is several keys one after the other, and only one at a time is understood"
    if pressed[0].key() in _ALONE:
        return "is pressed together with another key"
    if pressed[0].key() in _RESERVED and not pressed[0].keyboardModifiers() & ~_TYPED_WITH:
        return "goes from field to field or leaves it, and stays as it is"
    return ""


def is_typing(keys: str) -> bool:
    """Whether pressing them in a text field writes something: a letter, a digit, Shift and a letter, Space."""
    pressed = _combinations(keys)
    if len(pressed) != 1 or pressed[0].keyboardModifiers() & ~_TYPED_WITH:
        return False
    key = pressed[0].key()
    # Qt gives keys that print something their Unicode value; Enter, arrows and function keys lie above.
    return 0x20 <= key.value < _FIRST_SILENT or key in _WRITES


def _combinations(keys: str) -> list[QKeyCombination]:
    sequence = QKeySequence(keys)
    return [sequence[k] for k in range(sequence.count())]  # type: ignore[index]  # PySide's stubs leave it out
