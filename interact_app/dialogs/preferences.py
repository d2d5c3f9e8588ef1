"""Preferences, made from the settings' own records: a new setting needs no new dialog code."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from interact_core.errors import InputError
from interact_core.settings import SETTING_FIELDS, SettingField, SettingsStore, Value

_NO_WHEEL_LIMIT: Final = 1e9
Editor = tuple[QWidget, Callable[[Value], None]]


class PreferencesDialog(QDialog):
    """Every change is taken over and stored at once; there is nothing to confirm, and each value can go back to default."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.preferences")
        self.setWindowTitle("Preferences")
        self.resize(720, 480)
        self._store = store
        self.editors: dict[str, QWidget] = {}
        self._setters: dict[str, Callable[[Value], None]] = {}
        self._problem = QLabel(self)
        self._problem.setProperty("role", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.sections = QListWidget(self)
        self.sections.setFixedWidth(150)
        self.sections.setAccessibleName("Sections")
        self.pages = QStackedWidget(self)
        for section in dict.fromkeys(found.section for found in SETTING_FIELDS.values()):
            self.sections.addItem(_title(section))
            self.pages.addWidget(self._page(section))
        self.sections.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.sections.setCurrentRow(0)
        self._build()

    def show_section(self, section: str) -> None:
        """Open at a section of the settings, by its name."""
        names = list(dict.fromkeys(found.section for found in SETTING_FIELDS.values()))
        self.sections.setCurrentRow(names.index(section))

    def _build(self) -> None:
        columns = QHBoxLayout()
        columns.addWidget(self.sections)
        columns.addWidget(self.pages, 1)
        where = QLabel(f"Stored in {self._store.path}")
        where.setProperty("role", "muted")
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addLayout(columns, 1)
        layout.addWidget(self._problem)
        layout.addWidget(where)
        layout.addWidget(buttons)

    def _page(self, section: str) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for found in SETTING_FIELDS.values():
            if found.section == section:
                self._add_row(form, found)
        scroll = QScrollArea()
        scroll.setAccessibleName(f"{_title(section)} preferences")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        return scroll

    def _add_row(self, form: QFormLayout, found: SettingField) -> None:
        value = self._store.current.get(found.key)
        widget, put = make_editor(found, value, lambda new: self._change(found, new))
        widget.setObjectName(found.key)
        widget.setAccessibleName(found.doc)
        self.editors[found.key], self._setters[found.key] = widget, put
        reset = QPushButton("Default")
        # In a dialog Enter presses the first button that is let: it would throw away what was just typed.
        reset.setAutoDefault(False)
        reset.setAccessibleName(f"{_title(found.name)}: default")
        reset.setToolTip(f"Back to {_shown(found)}")
        reset.clicked.connect(lambda: self._reset(found))
        line = QHBoxLayout()
        line.addWidget(widget, 1)
        line.addWidget(reset)
        form.addRow(_title(found.name), line)
        doc = QLabel(found.doc)
        doc.setProperty("role", "muted")
        doc.setWordWrap(True)
        # A wrapped label asks for a narrow column of words; let it have the width that is there.
        doc.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        form.addRow("", doc)

    def _change(self, found: SettingField, value: Value) -> None:
        try:
            self._store.change(found.key, value)
        except (InputError, ValueError) as error:
            self._problem.setText(str(error))
            self._problem.show()
        else:
            self._problem.hide()

    def _reset(self, found: SettingField) -> None:
        self._setters[found.key](found.default)
        self._change(found, found.default)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shown(found: SettingField) -> str:
    """The default in words."""
    if isinstance(found.default, bool):
        return "on" if found.default else "off"
    return f"{found.default} {found.unit}".strip() or "empty"


def make_editor(found: SettingField, value: Value, changed: Callable[[Value], None]) -> Editor:
    """The widget for one setting and the function that puts a value into it."""
    if found.type is bool:
        return _check_box(value, changed)
    if found.choices:
        return _combo(found, value, changed)
    if found.type in (int, float):
        return _number(found, value, changed)
    return _text(found, value, changed)


def _check_box(value: Value, changed: Callable[[Value], None]) -> Editor:
    box = QCheckBox()
    box.setChecked(bool(value))
    box.toggled.connect(changed)
    return box, lambda new: box.setChecked(bool(new))


def _combo(found: SettingField, value: Value, changed: Callable[[Value], None]) -> Editor:
    combo = QComboBox()
    for choice in found.choices:
        combo.addItem(choice.replace("_", " "), choice)
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.connect(lambda index: changed(combo.itemData(index)))
    return combo, lambda new: combo.setCurrentIndex(combo.findData(new))


def _number(found: SettingField, value: Value, changed: Callable[[Value], None]) -> Editor:
    low = -_NO_WHEEL_LIMIT if found.low is None else found.low
    high = _NO_WHEEL_LIMIT if found.high is None else found.high
    box: QSpinBox | QDoubleSpinBox
    if found.type is int:
        box = QSpinBox()
        box.setRange(int(low), int(high))
        box.setValue(int(value))  # type: ignore[arg-type]  # the field's type says it is a number
        put = lambda new: box.setValue(int(new))  # noqa: E731
    else:
        box = QDoubleSpinBox()
        box.setDecimals(3)
        box.setSingleStep(0.05 if high <= 10 else 1.0)
        box.setRange(low, high)
        box.setValue(float(value))  # type: ignore[arg-type]
        put = lambda new: box.setValue(float(new))  # noqa: E731
    box.setSuffix(f" {found.unit}" if found.unit else "")
    # Not while a number is half typed: 1 of 1000 would drop the cache.
    box.editingFinished.connect(lambda: changed(box.value()))
    return box, put


def _text(found: SettingField, value: Value, changed: Callable[[Value], None]) -> Editor:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    edit = QLineEdit(str(value or ""))
    edit.setAccessibleName(found.doc)
    edit.editingFinished.connect(lambda: changed(edit.text()))
    row.addWidget(edit)
    holder.setFocusProxy(edit)
    if found.name.endswith("_dir"):
        browse = QPushButton("Choose…")
        browse.setAutoDefault(False)
        browse.clicked.connect(lambda: _choose_folder(edit, changed))
        row.addWidget(browse)
    return holder, lambda new: edit.setText(str(new or ""))


def _choose_folder(edit: QLineEdit, changed: Callable[[Value], None]) -> None:
    folder = QFileDialog.getExistingDirectory(edit, "Choose a folder", edit.text())
    if folder:
        edit.setText(folder)
        changed(folder)
