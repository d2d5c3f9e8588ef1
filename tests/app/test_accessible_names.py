"""Everything that can be operated says what it is: to a screen reader, and therefore in words. Keyboard alone reaches it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from conftest import pause, wait_until
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interact_app.dialogs.preferences import PreferencesDialog

if TYPE_CHECKING:
    from interact_app.application import Application

OPERATED = (
    QAbstractButton,
    QComboBox,
    QAbstractSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QAbstractItemView,
    QAbstractSlider,
)
PART_OF_SOMETHING = (QComboBox, QAbstractSpinBox, QLineEdit, QKeySequenceEdit)
"""Qt puts fields, lists and buttons into them; their name is that of the whole."""
NAMED_BY_QT = (QScrollBar, QHeaderView, QTabBar, QMenu, QMenuBar)


def nameless(root: QWidget) -> list[str]:
    """Every control below `root` that says nothing about itself, with the way to it."""
    buddies = [label.buddy() for label in root.findChildren(QLabel) if label.text()]
    return [way_to(w) for w in root.findChildren(QWidget) if is_control(w) and not says_something(w) and w not in buddies]


def is_control(widget: QWidget) -> bool:
    if widget.objectName().startswith("qt_") or isinstance(widget, NAMED_BY_QT) or inside(widget, PART_OF_SOMETHING):
        return False
    if isinstance(widget, QLabel):
        return False
    # A button without words that is not shown has nothing to do yet: placeholders and questions put the words on later.
    if isinstance(widget, QAbstractButton) and widget.isHidden() and not widget.text() and widget.icon().isNull():
        return False
    return isinstance(widget, OPERATED) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def says_something(widget: QWidget) -> bool:
    words = widget.text() if isinstance(widget, QAbstractButton) else ""
    return bool(widget.accessibleName().strip() or words.strip())


def inside(widget: QWidget, kinds: tuple[type[QWidget], ...]) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parentWidget()
    return False


def way_to(widget: QWidget) -> str:
    names, step = [], widget
    while step is not None and len(names) < 6:
        names.append(f"{type(step).__name__}({step.objectName()})")
        step = step.parentWidget()  # type: ignore[assignment]
    return " in ".join(names)


def test_the_walk_finds_what_has_no_name(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    edit, button, named = QLineEdit(root), QPushButton(root), QPlainTextEdit(root)
    button.show()
    named.setAccessibleName("Words")
    assert len(nameless(root)) == 2
    label = QLabel("Name", root)
    label.setBuddy(edit)
    button.setText("Go")
    assert nameless(root) == []


def test_every_control_of_the_window_has_a_name(studio: "Application") -> None:
    for name in studio.window.docks:
        studio.window.show_panel(name)
    pause(20)
    assert nameless(studio.window) == []
    studio.window.reset_layout()


DIALOGS: dict[str, Callable[["Application"], None]] = {
    "shortcuts": lambda app: app.dialogs.shortcuts(),
    "about": lambda app: app.dialogs.about(),
    "log": lambda app: app.dialogs.log(),
    "models": lambda app: app.dialogs.models(),
    "palette": lambda app: app.dialogs.palette(),
    "preferences": lambda app: app.dialogs.preferences(),
    "export": lambda app: app.dialogs.export_video(),
    "vocabulary": lambda app: app.dialogs.vocabulary(),
    "history": lambda app: app.team_dialogs.history(),
    "export_annotations": lambda app: app.team_dialogs.export_annotations(),
    "import_annotations": lambda app: app.team_dialogs.import_annotations(),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_every_control_of_the_dialogs_has_a_name_and_tab_reaches_it(studio: "Application", qtbot: QtBot, name: str) -> None:
    DIALOGS[name](studio)
    dialog = studio.dialogs.dialog(name)
    assert isinstance(dialog, QDialog)
    assert nameless(dialog) == []
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog, timeout=5000)
    wanted = {w for w in dialog.findChildren(QWidget) if is_control(w) and w.isVisible() and w.isEnabled() and tab_stops(w)}
    assert wanted - reached_by_tab(dialog, qtbot) == set()
    dialog.close()
    wait_until(lambda: studio.dialogs.dialog(name) is None)


def tab_stops(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def reached_by_tab(dialog: QDialog, qtbot: QtBot) -> set[QWidget]:
    """By pressing Tab often enough; from inside a text that takes Tab for itself, Ctrl+Tab. Links are stops of their own."""
    seen: set[QWidget] = set()
    for _ in range(80):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.add(focus)
        takes_tab = isinstance(focus, QPlainTextEdit | QTextEdit) and not focus.tabChangesFocus() and not focus.isReadOnly()
        qtbot.keyClick(
            focus, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier if takes_tab else Qt.KeyboardModifier.NoModifier
        )
    return seen


def test_enter_in_a_field_presses_no_button(studio: "Application", qtbot: QtBot) -> None:
    """Qt gives Enter to the first button of a dialog; it would put a setting back that was just typed."""
    studio.store.change("general.log_level", "WARNING")
    studio.dialogs.preferences()
    dialog = studio.dialogs.dialog("preferences")
    assert isinstance(dialog, PreferencesDialog)
    dialog.show_section("annotation")
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog, timeout=5000)
    box = dialog.editors["annotation.reaction_time"]
    assert isinstance(box, QDoubleSpinBox)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "0.35")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert dialog.isVisible()
    current = studio.store.current
    assert (current.annotation.reaction_time, current.general.log_level) == (0.35, "WARNING")
    for key in ("annotation.reaction_time", "general.log_level"):
        studio.store.reset(key)
    dialog.close()
