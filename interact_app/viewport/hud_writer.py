"""Keeps the words of the overlay true."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.viewport.canvas import Canvas
from interact_app.viewport.hud import Hud

_REFRESH_MS: Final = 250


class HudWriter(QObject):
    """Listens to session and clock; repaints the canvas, never the scene."""

    def __init__(self, session: Session, clock: Clock, hud: Hud, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session, self._clock, self._hud, self._canvas = session, clock, hud, canvas
        self._opening = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        session.project_opening.connect(self._project_opening)
        session.clip_opening.connect(self._clip_opening)
        for signal in (session.project_opened, session.clip_opened, session.inspection_ready):
            signal.connect(self._arrived)
        session.failed.connect(lambda _title, _message: self._arrived())
        session.frames_ready.connect(lambda _start, _stop: self.refresh())
        session.versions.preview_changed.connect(self._show_preview)
        clock.frame_changed.connect(lambda _frame: self._show_time())
        clock.playing_changed.connect(self._playing_changed)
        self.refresh()

    def refresh(self) -> None:
        """Say again everything that is known now."""
        self._show_place()
        self._show_time()
        self._show_progress()
        self._canvas.update()
        if not self._session.loading and not self._clock.playing:
            self._timer.stop()

    def _project_opening(self, name: str) -> None:
        self._opening = name
        self._timer.start()
        self.refresh()

    def _clip_opening(self, clip_id: str) -> None:
        self._opening = clip_id
        self._timer.start()
        self.refresh()

    def _arrived(self) -> None:
        if self._session.posed is not None or self._session.clip_error is not None or not self._session.loading:
            self._opening = ""
        self.refresh()

    def _playing_changed(self, playing: bool) -> None:
        if playing:
            self._timer.start()
        self.refresh()

    def _show_place(self) -> None:
        text, session = self._hud.text, self._session
        posed = session.posed
        text.empty_title = text.empty_hint = ""
        if posed is not None:
            text.title = session.clip_id
            body = posed.choice.model.name
            text.subtitle = f"{body} (stand-in)" if posed.choice.stand_in else body
        elif self._opening:
            text.empty_title = f"Opening {self._opening} …"
        elif session.clip_error is not None:
            text.empty_title = f"{session.clip_id} cannot be shown"
            text.empty_hint = f"{session.clip_error}\n\nN opens the next clip."
        elif session.project is not None:
            text.empty_title = "No clip is open"
            text.empty_hint = "Choose one in the library."
        else:
            text.empty_title = "Nothing is open"
            text.empty_hint = "Drop a clip, a dataset or a folder here, or press Ctrl+O."

    def _show_preview(self) -> None:
        preview = self._session.versions.preview
        self._hud.text.preview = "" if preview is None else f"Preview: {preview.stage}. Nothing is stored yet."
        self._canvas.update()

    def _show_time(self) -> None:
        text, clock = self._hud.text, self._clock
        if clock.num_frames == 0 or self._session.posed is None:
            text.time = text.rate = ""
            return
        text.time = f"Frame {clock.frame} / {clock.last_frame} · {clock.seconds:.2f} s"
        rate = f"{clock.effective_fps:.0f} of {clock.fps * clock.speed:.0f} fps" if clock.playing else f"{clock.fps:g} fps"
        text.rate = f"{rate} · {clock.speed:g}x" if clock.speed != 1 else rate

    def _show_progress(self) -> None:
        session, text = self._session, self._hud.text
        posed = session.posed
        text.computing, text.stale = "", False
        if posed is None or session.inspection is not None:
            return
        text.stale = not bool(posed.ready[min(self._clock.frame, len(posed.ready) - 1)])
        if not posed.ready.all():
            text.computing = f"Posing: {100 * posed.ready.mean():.0f} %"
        elif session.fields is not None and not session.fields.ready.all():
            text.computing = f"Distances: {100 * session.fields.ready.mean():.0f} %"
        elif session.loading:
            text.computing = "Measuring …"
