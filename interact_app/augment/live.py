"""Where a draw puts things, in the viewport, while somebody turns a knob: this frame at once, the others right after."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from interact_app.bridge.versions import ShownState
from interact_app.clock import Clock
from interact_app.session import Session
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.augment.glimpse import Glimpse, Onlooker
    from interact_core.augment.options import AugmentOptions
    from interact_core.augment.sampling import Draw
    from interact_core.clip import Mesh
    from interact_core.inspection import PosedClip

_REST_MS: Final = 60
"""After the last change, before the other frames are made: while a slider runs only one frame is looked at."""


class Live(QObject):
    """Shows candidates that nobody has solved for. The picture is the viewport's preview: nothing is stored."""

    changed = Signal()

    def __init__(self, session: Session, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self._onlooker: Onlooker | None = None
        self._of: tuple[object, object] | None = None
        self._glimpse: Glimpse | None = None
        self._state: ShownState | None = None
        self._asked = 0
        self.on = False
        self.words = ""
        """What the draw does, or why it cannot be done."""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._fill)
        session.clip_opening.connect(lambda _clip_id: self.end())

    def show(self, options: "AugmentOptions", index: int, meshes: "tuple[tuple[str, Mesh], ...]" = ()) -> None:
        """Candidate `index` of these options in place of the clip."""
        posed = self._session.posed
        if posed is None or not posed.ready.all() or not posed.part_slices:
            return
        from interact_core.augment.sampling import draw

        drawn = draw(options.variations, options.following, options.seed, index, len(meshes))
        try:
            self._glimpse = self._look(posed).glimpse(drawn, options, meshes)
        except InputError as error:
            self._say(self.tr("Candidate {0} cannot be made: {1}").format(index + 1, error.problem))
            return
        self._say("; ".join((describe(drawn), *self._glimpse.notes)))
        self.on = True
        self._asked += 1
        frame = self._clock.frame
        body, joints, things = (np.zeros(a.shape, np.float32) for a in self._arrays(posed))
        one = slice(frame, frame + 1)
        body[one], joints[one], things[one] = self._glimpse.body(one), self._glimpse.joints(one), self._glimpse.things(one)
        ready = np.zeros(posed.num_frames, bool)
        ready[frame] = True
        self._put(posed, body, joints, things, ready, self.tr("candidate {0}, not solved").format(index + 1))
        self._rest.start()

    def end(self) -> None:
        """The open clip itself again."""
        self._rest.stop()
        self._asked += 1
        self._glimpse = None
        if self.on:
            self.on = False
            if self._session.versions.preview is self._state:
                self._session.versions.show_state(None)
            self._state = None
            self.changed.emit()

    # Inside

    def _look(self, posed: "PosedClip") -> "Onlooker":
        of = (posed, self._session.inspection)
        if self._onlooker is None or self._of is None or any(a is not b for a, b in zip(of, self._of, strict=True)):
            from interact_core.augment.glimpse import Onlooker

            self._onlooker, self._of = Onlooker(posed, self._session.inspection, self._session.settings.models_dir), of
        return self._onlooker

    def _arrays(self, posed: "PosedClip") -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
        assert self._glimpse is not None
        count = sum(len(part.mesh.vertices) for obj in self._glimpse.clip.objects for part in obj.parts)
        return posed.body_vertices, posed.joints, np.broadcast_to(np.float32(0), (posed.num_frames, count, 3))

    def _put(
        self, posed: "PosedClip", body: np.ndarray, joints: np.ndarray, things: np.ndarray, ready: np.ndarray, stage: str
    ) -> None:
        from interact_app.augment.shown import shown_clip

        assert self._glimpse is not None
        shown = shown_clip(posed, self._glimpse, body, joints, things, ready)
        self._state = ShownState(shown, stage, chosen=True)
        self._session.versions.show_state(self._state)
        self.changed.emit()

    def _fill(self) -> None:
        """The other frames, by a worker; whoever turned the knob again meanwhile gets the later ones."""
        state, glimpse, asked = self._state, self._glimpse, self._asked
        if state is None or glimpse is None:
            return
        made: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        every = slice(None)

        def work() -> None:
            made.append((glimpse.body(every), glimpse.joints(every), glimpse.things(every)))

        def done() -> None:
            if asked == self._asked and state is self._state:
                body, joints, things = made[0]
                whole = replace(
                    state.posed, body_vertices=body, joints=joints, object_vertices=things, ready=np.ones(len(body), bool)
                )
                self._state = replace(state, posed=whole)
                self._session.versions.show_state(self._state)

        self._session.jobs.quietly(work, done)

    def _say(self, words: str) -> None:
        if words != self.words:
            self.words = words
            self.changed.emit()


def describe(drawn: "Draw") -> str:
    """A draw as a person says it."""
    parts: list[str] = []
    across, up = float(np.hypot(drawn.offset[0], drawn.offset[2])), drawn.offset[1]
    if across >= 0.005:
        parts.append(f"{100 * across:.0f}\u2009cm away")
    if abs(up) >= 0.005:
        parts.append(f"{100 * abs(up):.0f}\u2009cm {'higher' if up > 0 else 'lower'}")
    if drawn.yaw:
        parts.append(f"turned {np.degrees(drawn.yaw):+.0f}°")
    if drawn.drift is not None:
        parts.append("wandering")
    if drawn.scale != (1.0, 1.0, 1.0):
        sizes = dict.fromkeys(f"{s:.2f}" for s in drawn.scale)
        parts.append(f"size {' × '.join(sizes)}")
    if drawn.swap >= 0:
        parts.append("another object")
    if drawn.limbs != (1.0, 1.0, 1.0):
        parts.append(f"height {drawn.limbs[0]:.2f}×")
    if drawn.warp != 1.0:
        parts.append(f"time {drawn.warp:.2f}×")
    if drawn.side:
        parts.append(f"from {np.degrees(drawn.side):+.0f}°")
    if drawn.mirror:
        parts.append("mirrored")
    return ", ".join(parts) or "as it is"
