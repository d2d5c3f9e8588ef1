"""The bar above the timeline: playing, where we are, how fast, and what happens at the end."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import SPEEDS, Clock
from interact_app.theme.icons import icon
from interact_app.widgets import glyphs
from interact_app.widgets.buttons import describe, icon_button, keys_of
from interact_app.widgets.labels import ElidedLabel
from interact_core.figures import time_text

_FPS_REFRESH_MS = 500


class FrameEntry(QSpinBox):
    """The current frame as a number to type; Enter goes there and gives the keys back to the timeline."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)
        self.setMaximum(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.left.emit()


class TransportBar(QWidget):
    """Shows the clock and sets it. At small widths the least needed parts go first."""

    unit_changed = Signal(bool)
    """True: seconds come first."""
    artifact_wanted = Signal(int)
    """1 next, -1 previous."""
    zoom_wanted = Signal(str)
    """"in", "out" or "fit"."""
    left = Signal()
    """A typed frame was entered or given up: the timeline should have the keys again."""

    def __init__(self, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._actions = actions
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 2, 6, 2)
        self._row.setSpacing(1)
        self._build_playback()
        self._build_position()
        self._build_choices()
        self._build_artifacts()
        self._build_view()
        self._optional: list[tuple[QWidget, ...]] = [
            self._zoom_buttons,
            (self._fps,),
            (self._total,),
            (self._time,),
            self._artifact_buttons,
        ]
        self._fps_timer = QTimer(self, interval=_FPS_REFRESH_MS)
        self._fps_timer.timeout.connect(self._show_fps)
        clock.frame_changed.connect(self._show_frame)
        clock.playing_changed.connect(self._show_playing)
        clock.settings_changed.connect(self._show_settings)
        clock.clip_changed.connect(self._show_clip)
        self._show_clip(clock.num_frames, clock.fps)

    # Building

    def _add(self, icon_name: str, text: str, action_id: str, slot: object) -> QToolButton:
        button = icon_button(self, icon(icon_name), text, slot)  # type: ignore[arg-type]
        describe(button, text, keys_of(self._actions, action_id))
        self._row.addWidget(button)
        return button

    def _build_playback(self) -> None:
        clock = self._clock
        self._add("first", self.tr("First frame"), "playback.first", lambda: self._go(0))
        self._add("step_back", self.tr("Previous frame"), "playback.step_back", lambda: clock.step(-1))
        self._reverse = self._add("reverse", self.tr("Play backwards"), "playback.reverse", self._toggle_reverse)
        self._reverse.setCheckable(True)
        self._play = self._add("play", self.tr("Play"), "playback.toggle", clock.toggle)
        self._add("step_forward", self.tr("Next frame"), "playback.step_forward", lambda: clock.step(1))
        self._add("last", self.tr("Last frame"), "playback.last", lambda: self._go(clock.num_frames - 1))
        self._row.addSpacing(6)

    def _build_position(self) -> None:
        self._entry = FrameEntry(self)
        describe(self._entry, self.tr("Frame number"))
        self._entry.setToolTip(self.tr("Frame: type a number and press Enter"))
        self._entry.valueChanged.connect(self._go)
        self._entry.left.connect(self.left)
        self._total = QLabel(self)
        self._time = ElidedLabel("", self, align=Qt.AlignmentFlag.AlignRight)
        self._unit = _flat_button(self)
        self._unit.setCheckable(True)
        self._unit.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        describe(self._unit, self.tr("Ruler in seconds instead of frames"))
        self._unit.toggled.connect(self._unit_toggled)
        self._unit_toggled(False)
        for widget in (self._entry, self._total, self._time, self._unit):
            self._row.addWidget(widget)
        self._row.addSpacing(6)

    def _build_choices(self) -> None:
        self._speed = QComboBox(self)
        self._speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g}×", speed)
        describe(self._speed, self.tr("Playback speed"), "1–6")
        self._speed.activated.connect(lambda index: self._clock.set_speed(self._speed.itemData(index)))
        self._row.addWidget(self._speed)
        self._loop = self._add("loop", self.tr("Loop"), "playback.cycle_loop", self._clock.cycle_loop)
        self._policy = self._add("loop", self.tr("Policy"), "playback.every_frame", self._toggle_policy)
        self._fps = QLabel(self)
        self._fps.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        describe(self._fps, self.tr("Frames shown per second"))
        self._row.addWidget(self._fps)
        self._row.addStretch(1)

    def _build_artifacts(self) -> None:
        want = self.artifact_wanted.emit
        self._artifact_buttons = (
            self._add("previous_artifact", self.tr("Previous artifact"), "artifact.previous", lambda: want(-1)),
            self._add("next_artifact", self.tr("Next artifact"), "artifact.next", lambda: want(1)),
        )
        self._row.addSpacing(6)

    def _build_view(self) -> None:
        self._zoom_buttons = tuple(
            self._add(name, text, "", lambda want=want: self.zoom_wanted.emit(want))
            for name, text, want in (
                ("zoom_out", self.tr("Show more time (−, wheel)"), "out"),
                ("zoom_in", self.tr("Show less time (+, wheel)"), "in"),
                ("fit", self.tr("Show the whole clip (0)"), "fit"),
            )
        )
        self.lanes_button = _flat_button(self)
        self.lanes_button.setIcon(glyphs.icon(glyphs.menu))
        self.lanes_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        describe(self.lanes_button, self.tr("Lanes: which are shown and how tall"))
        self._row.addWidget(self.lanes_button)

    # Doing

    def _go(self, frame: int) -> None:
        self._clock.set_frame(frame)

    def _toggle_reverse(self) -> None:
        if self._clock.playing and self._clock.direction < 0:
            self._clock.pause()
        else:
            self._clock.play(direction=-1)

    def _unit_toggled(self, seconds_first: bool) -> None:
        self._unit.setText(self.tr("seconds") if seconds_first else self.tr("frames"))
        widest = max(self.fontMetrics().horizontalAdvance(text) for text in (self.tr("seconds"), self.tr("frames")))
        self._unit.setFixedWidth(widest + 12)
        self.unit_changed.emit(seconds_first)

    def _toggle_policy(self) -> None:
        self._clock.set_policy("every_frame" if self._clock.policy == "realtime" else "realtime")

    @property
    def seconds_first(self) -> bool:
        return self._unit.isChecked()

    def set_seconds_first(self, on: bool) -> None:
        self._unit.setChecked(on)

    def focus_frame(self) -> None:
        """Ready to type a frame number."""
        self._entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._entry.selectAll()

    # Showing

    def _show_clip(self, num_frames: int, fps: float) -> None:
        self.setEnabled(num_frames > 0)
        self._entry.blockSignals(True)
        self._entry.setMaximum(max(num_frames - 1, 0))
        self._entry.blockSignals(False)
        self._total.setText(f"/ {max(num_frames - 1, 0)}")
        self._total.setToolTip(self.tr("{0} frames at {1:g} frames per second").format(num_frames, fps))
        self._fix_widths(num_frames, fps)
        self._show_frame(self._clock.frame)
        self._show_settings()

    def _fix_widths(self, num_frames: int, fps: float) -> None:
        """Room for the longest text, so that nothing moves while numbers run."""
        metrics = self.fontMetrics()
        self._entry.setFixedWidth(metrics.horizontalAdvance("0" * max(len(str(num_frames)), 4)) + 22)
        self._time.setFixedWidth(metrics.horizontalAdvance(time_text(max(num_frames, 1), fps).replace("1", "0") + "0") + 10)
        self._fps.setFixedWidth(metrics.horizontalAdvance("000 fps") + 8)

    def _show_frame(self, frame: int) -> None:
        self._entry.blockSignals(True)
        self._entry.setValue(frame)
        self._entry.blockSignals(False)
        self._time.set_text(time_text(frame, self._clock.fps))

    def _show_playing(self, playing: bool) -> None:
        forward = playing and self._clock.direction > 0
        self._play.setIcon(icon("pause" if forward else "play"))
        describe(self._play, self.tr("Pause") if forward else self.tr("Play"), keys_of(self._actions, "playback.toggle"))
        self._reverse.setChecked(playing and self._clock.direction < 0)
        self._fps_timer.start() if playing else self._fps_timer.stop()
        self._show_fps()

    def _show_fps(self) -> None:
        shown = self._clock.effective_fps
        self._fps.setText(self.tr("{0:.0f} fps").format(shown) if shown > 0 else "")

    def _show_settings(self) -> None:
        clock = self._clock
        self._show_playing(clock.playing)
        self._speed.setCurrentIndex(self._speed.findData(clock.speed))
        self._speed.setPlaceholderText(f"{clock.speed:g}×")
        loops = {
            "off": (glyphs.icon(glyphs.no_loop), self.tr("Stop at the end")),
            "clip": (icon("loop"), self.tr("Loop the clip")),
            "range": (glyphs.icon(glyphs.loop_range), self.tr("Loop the chosen range")),
        }
        policies = {
            "realtime": (glyphs.icon(glyphs.real_time), self.tr("Real time: frames are dropped where drawing is too slow")),
            "every_frame": (glyphs.icon(glyphs.every_frame), self.tr("Every frame is shown, slower where drawing is too slow")),
        }
        for button, (look, text), keys in (
            (self._loop, loops[clock.loop], keys_of(self._actions, "playback.cycle_loop")),
            (self._policy, policies[clock.policy], keys_of(self._actions, "playback.every_frame")),
        ):
            button.setIcon(look)
            describe(button, text, keys)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hide_what_does_not_fit()

    def _hide_what_does_not_fit(self) -> None:
        groups = [list(group) for group in self._optional]
        for widget in (w for group in groups for w in group):
            widget.setVisible(True)
        for group in groups:
            if self._row.sizeHint().width() <= self.width():
                return
            for widget in group:
                widget.setVisible(False)
            self._row.invalidate()

    def minimumSizeHint(self) -> QSize:
        """The optional parts may go, so they do not count."""
        return QSize(360, self._row.sizeHint().height())


def _flat_button(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
