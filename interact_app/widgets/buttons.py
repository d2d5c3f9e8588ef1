"""Flat icon buttons whose tooltip names the current shortcut of the action they stand for."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton, QWidget

from interact_app.actions import ActionRegistry
from interact_app.actions.registry import keys_text


def icon_button(parent: QWidget, icon: QIcon, text: str, slot: Callable[[], object], *, size: int = 16) -> QToolButton:
    """`text` is tooltip and accessible name. Reached by Tab; takes no focus from a click, so that keys stay where they were."""
    button = QToolButton(parent)
    button.setIcon(icon)
    button.setIconSize(QSize(size, size))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    describe(button, text)
    button.clicked.connect(lambda: slot())
    return button


def describe(widget: QWidget, text: str, keys: str = "") -> None:
    """Tooltip and accessible name from one text."""
    widget.setToolTip(f"{text} ({keys})" if keys else text)
    widget.setAccessibleName(text)


def keys_of(actions: ActionRegistry, action_id: str) -> str:
    """The shortcuts of an action as text; empty where there is no such action."""
    return keys_text(actions.record(action_id)) if action_id in actions else ""
