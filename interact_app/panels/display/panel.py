"""How the clip is shown: heatmap and its range, overlays, what is hidden, where the camera is."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.display import FIELDS, FOLLOW, OVERLAYS
from interact_app.panels.display.legend import Legend
from interact_app.panels.display.value_range import RangeEditor
from interact_app.session import Session
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, keys_of
from interact_app.widgets.labels import muted_label, title_label

if TYPE_CHECKING:
    from interact_core.inspection import VertexField

_FIELD_ICONS: Final = {"penetration": "penetration", "contact": "contact", "distance": "distance", "none": "plain"}
_PRESETS: Final = ("front", "back", "left", "right", "top")
_BOOKMARKS: Final = 9


class DisplayPanel(QScrollArea):
    """Mirrors `session.display` and changes it; camera buttons run the camera's actions."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(10, 8, 10, 10)
        self._column.setSpacing(6)
        self._build_field()
        self._build_overlays()
        self._build_camera()
        self._column.addStretch(1)
        self.setWidget(body)
        session.display_changed.connect(self.refresh)
        session.clip_opened.connect(self.refresh)
        session.inspection_ready.connect(self.refresh)
        self.refresh()

    # Building

    def _section(self, title: str) -> None:
        if self._column.count():
            self._column.addSpacing(8)
        self._column.addWidget(title_label(title, self))

    def _build_field(self) -> None:
        self._section(self.tr("Heatmap"))
        names = {
            "penetration": self.tr("Penetration"),
            "contact": self.tr("Contact"),
            "distance": self.tr("Distance"),
            "none": self.tr("None"),
        }
        self._fields = QButtonGroup(self)
        row = QGridLayout()
        row.setSpacing(4)
        for place, name in enumerate(FIELDS):
            button = _choice(self, names[name])
            button.setIcon(icon(_FIELD_ICONS[name]))
            describe(button, names[name], keys_of(self._actions, f"field.{name}"))
            self._fields.addButton(button, place)
            row.addWidget(button, place // 2, place % 2)
        self._fields.idClicked.connect(lambda place: self._session.set_display(field=FIELDS[place]))
        self._column.addLayout(row)
        sides = QHBoxLayout()
        self._on_body = self._check(self.tr("On the body"), lambda on: self._session.set_display(field_on_body=on))
        self._on_object = self._check(self.tr("On the object"), lambda on: self._session.set_display(field_on_object=on))
        sides.addWidget(self._on_body)
        sides.addWidget(self._on_object)
        self._column.addLayout(sides)
        self._legend_title = QLabel(self)
        self._legend = Legend(self)
        self._range = RangeEditor(self)
        self._range.edited.connect(lambda low, high: self._session.set_display(vmin=low, vmax=high))
        self._range.reset_wanted.connect(lambda: self._session.set_display(vmin=None, vmax=None))
        self._range.clip_wanted.connect(self._take_clip_range)
        for widget in (self._legend_title, self._legend, self._range):
            self._column.addWidget(widget)

    def _build_overlays(self) -> None:
        self._section(self.tr("Show"))
        names = {
            "skeleton": self.tr("Skeleton"),
            "markers": self.tr("Markers"),
            "contact_points": self.tr("Contact points"),
            "object_path": self.tr("Object path"),
            "ground": self.tr("Ground"),
            "wireframe": self.tr("Wireframe"),
        }
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        self._overlays: dict[str, QCheckBox] = {}
        for place, name in enumerate(OVERLAYS):
            box = self._check(names[name], partial(self._session.set_overlay, name), f"overlay.{name}")
            self._overlays[name] = box
            grid.addWidget(box, place // 2, place % 2)
        self._hide_body = self._check(
            self.tr("Hide body"), lambda on: self._session.set_display(hide_body=on), "overlay.hide_body"
        )
        self._hide_object = self._check(
            self.tr("Hide object"), lambda on: self._session.set_display(hide_object=on), "overlay.hide_object"
        )
        grid.addWidget(self._hide_body, 3, 0)
        grid.addWidget(self._hide_object, 3, 1)
        self._column.addLayout(grid)

    def _build_camera(self) -> None:
        self._section(self.tr("Camera"))
        names = {
            "front": self.tr("Front"),
            "back": self.tr("Back"),
            "left": self.tr("Left"),
            "right": self.tr("Right"),
            "top": self.tr("Top"),
        }
        tip = self.tr("Look from: {0}")
        presets = [self._action_button(names[name], f"camera.{name}", tip.format(names[name])) for name in _PRESETS]
        self._column.addLayout(_row(presets))
        frame = self._action_button(self.tr("Frame"), "camera.frame", self.tr("Bring body and object into view"))
        reset = self._action_button(self.tr("Reset"), "camera.reset", self.tr("Back to the first view of the clip"))
        self._column.addLayout(_row([frame, reset]))
        follow_names = {"off": self.tr("Free"), "body": self.tr("Body"), "object": self.tr("Object")}
        self._follow = QButtonGroup(self)
        buttons = []
        for place, name in enumerate(FOLLOW):
            button = _choice(self, follow_names[name])
            describe(button, self.tr("Camera follows: {0}").format(follow_names[name]), keys_of(self._actions, "camera.follow"))
            self._follow.addButton(button, place)
            buttons.append(button)
        self._follow.idClicked.connect(lambda place: self._session.set_display(follow=FOLLOW[place]))
        self._column.addWidget(muted_label(self.tr("Follow"), self))
        self._column.addLayout(_row(buttons))
        self._column.addWidget(muted_label(self.tr("Bookmarks: click goes there, right click stores the view"), self))
        self._column.addLayout(_row([self._bookmark(slot) for slot in range(1, _BOOKMARKS + 1)]))

    def _check(self, text: str, changed: Callable[[bool], object], action_id: str = "") -> QCheckBox:
        box = QCheckBox(text, self)
        describe(box, text, keys_of(self._actions, action_id))
        box.toggled.connect(changed)
        return box

    def _action_button(self, text: str, action_id: str, tip: str) -> QToolButton:
        button = _choice(self, text, checkable=False)
        describe(button, tip, keys_of(self._actions, action_id))
        button.clicked.connect(lambda: self._run(action_id))
        return button

    def _bookmark(self, slot: int) -> QToolButton:
        button = self._action_button(str(slot), f"camera.bookmark_{slot}", self.tr("Camera bookmark {0}").format(slot))
        button.setMinimumWidth(20)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(lambda: self._run(f"camera.store_{slot}"))
        return button

    def _run(self, action_id: str) -> None:
        if action_id in self._actions:
            self._actions.trigger(action_id)

    # Showing

    def refresh(self) -> None:
        """Take over what the session shows now."""
        display = self._session.display
        self._fields.button(FIELDS.index(display.field)).setChecked(True)
        self._follow.button(FOLLOW.index(display.follow)).setChecked(True)
        states = [
            (self._on_body, display.field_on_body),
            (self._on_object, display.field_on_object),
            (self._hide_body, display.hide_body),
            (self._hide_object, display.hide_object),
            *((box, name in display.overlays) for name, box in self._overlays.items()),
        ]
        for box, on in states:
            with QSignalBlocker(box):
                box.setChecked(on)
        for box in (self._on_body, self._on_object):
            box.setEnabled(display.field != "none")
        self._refresh_legend()

    def _shown_field(self) -> "VertexField | None":
        return self._session.vertex_field("body") or self._session.vertex_field("object")

    def _refresh_legend(self) -> None:
        field, display = self._shown_field(), self._session.display
        for widget in (self._legend, self._range):
            widget.setEnabled(field is not None)
            widget.setVisible(display.field != "none")
        if field is None:
            plain = display.field == "none"
            self._legend_title.setText(self.tr("Surfaces in their own colours") if plain else self.tr("Not computed yet"))
            self._legend.clear()
            return
        low = field.vmin if display.vmin is None else display.vmin
        high = field.vmax if display.vmax is None else display.vmax
        self._legend_title.setText(field.title)
        self._legend.show_scale(field.colormap, low, high, field.unit, diverging=field.diverging)
        self._range.show_range(low, high, field.unit, chosen=display.vmin is not None or display.vmax is not None)

    def _take_clip_range(self) -> None:
        """From the smallest to the largest value of both surfaces over the whole clip."""
        fields = [f for f in (self._session.vertex_field("body"), self._session.vertex_field("object")) if f is not None]
        finite = [f.values for f in fields if f.values.size and np.isfinite(f.values).any()]
        if finite:
            low, high = min(float(np.nanmin(v)) for v in finite), max(float(np.nanmax(v)) for v in finite)
            if high > low:
                self._session.set_display(vmin=low, vmax=high)

    def sizeHint(self) -> QSize:
        return QSize(300, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(250, 120)


def _choice(parent: QWidget, text: str, *, checkable: bool = True) -> QToolButton:
    button = QToolButton(parent)
    button.setStyleSheet("QToolButton { border: 1px solid palette(mid); }")
    button.setText(text)
    button.setCheckable(checkable)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon if checkable else Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _row(widgets: list[QToolButton]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    return row
