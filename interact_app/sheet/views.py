"""The small scenes of a sheet in the viewport's one hidden window, drawn in turns, and the motions that they show.

A view is built when it is first drawn, one at a time, so that opening a sheet never stops the window: the first builds its
surface (0.1 s), later ones on the same place only take over another motion. Bodies are thinned where they were made.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from interact_app.compare.stage import Layer
from interact_app.scene.camera import View as Place
from interact_app.scene.scene import Look, Scene
from interact_app.scene.thin import ThinClip

if TYPE_CHECKING:
    from interact_app.scene.quality import Quality
    from interact_app.session import Session
    from interact_app.sheet.trials import Trial
    from interact_app.viewport.render_target import RenderTarget
    from interact_core.inspection import PosedClip

_NOWHERE: Final = Place()
"""Looks are compared without where they look from: that is copied for every picture."""
_WORDS: Final = 60
"""Logical pixels at the top of a view that words cover, at most _COVERED of its height."""
_COVERED: Final = 0.36
_KEPT: Final = 36
"""Motions in memory, about 10 MB each."""


class Motions:
    """Reads what candidates look like, in the background; `arrived` is called in the window's thread."""

    def __init__(self, session: "Session", arrived: Callable[[], object]) -> None:
        self._session, self._arrived = session, arrived
        self._found: OrderedDict[str, ThinClip | None] = OrderedDict()
        self._asked: set[str] = set()
        self._faces: dict[bytes, Any] = {}

    def get(self, trial: "Trial") -> "ThinClip | None":
        """None until it is read, and where there is nothing to see."""
        posed = self._session.posed
        if trial.id in self._found:
            self._found.move_to_end(trial.id)
            return self._found[trial.id]
        if posed is not None and trial.made and trial.id not in self._asked:
            self._read(trial, posed)
        return None

    def forget(self) -> None:
        self._found.clear()
        self._asked.clear()
        self._faces.clear()

    def _read(self, trial: "Trial", posed: "PosedClip") -> None:
        self._asked.add(trial.id)
        read: list[dict[str, Any] | None] = []

        def done() -> None:
            if trial.id not in self._asked:
                return
            self._asked.discard(trial.id)
            arrays = read[0]
            self._found[trial.id] = None if arrays is None else self._clip(arrays, posed)
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
            self._arrived()

        self._session.jobs.quietly(lambda: read.append(trial.arrays()), done)

    def _clip(self, arrays: dict[str, Any], posed: "PosedClip") -> ThinClip:
        edges = arrays["edges"]
        return ThinClip(
            clip=posed.clip, choice=posed.choice, body_vertices=arrays["body"].astype(np.float32), joints=arrays["joints"],
            object_vertices=arrays["things"].astype(np.float32), object_faces=self._same(arrays["thing_faces"]),
            part_slices=tuple(slice(int(a), int(b)) for a, b in pairwise(edges)),
            part_names=posed.part_names, ready=np.ones(len(arrays["body"]), bool), thin_faces=self._same(arrays["body_faces"]),
        )  # fmt: skip

    def _same(self, faces: Any) -> Any:
        """Equal triangles are one array: a scene then takes over the motion instead of building the surface again."""
        return self._faces.setdefault(faces.tobytes(), faces)


class View:
    """One place of the sheet. It wears what the viewport's scene wears, without its colours and words."""

    def __init__(self, target: "RenderTarget", main: Scene) -> None:
        samples = target.render_window.GetMultiSamples()
        self.layer = Layer(target)
        self.scene = Scene(self.layer)
        target.render_window.SetMultiSamples(samples)
        self.scene.show_gizmo(False)
        self.scene.show_legend(False)
        self._main = main
        self._clip: ThinClip | None = None
        self._look: Look | None = None

    def shows(self, clip: ThinClip) -> bool:
        return self._clip is clip

    def take(self, clip: ThinClip) -> None:
        if self._clip is None:
            self.scene.set_clip(clip)
        else:
            self.scene.set_motion(clip)
        self._clip = clip

    def draw(self, frame: int, covered: float) -> None:
        """One of the candidate's own frames."""
        assert self._clip is not None
        shown = self._main.look()
        look = replace(shown, view=_NOWHERE, follow=None, range=None, overlays=shown.overlays & {"ground"})
        if look != self._look:
            self._look = look
            self.scene.wear(look)
        self.scene.share_room(self._main)
        self.scene.camera.view = below_words(shown.view, covered)
        self.scene.show_frame(frame)

    def close(self) -> None:
        self.scene.close()
        self.layer.close()


def below_words(view: Place, covered: float) -> Place:
    """The same look from a little further off and higher up: a share of the view, at its top, is covered by words."""
    x, y, z = view.target
    return replace(view, distance=view.distance * (1 + 0.85 * covered), target=(x, y + 0.21 * covered * view.distance, z))


class Views:
    """As many as a page holds. `build` adds one and says whether more are to come."""

    def __init__(self, target: "RenderTarget", main: Scene) -> None:
        self._target, self._main = target, main
        self._views: list[View] = []

    def missing(self, clips: Sequence[ThinClip | None]) -> bool:
        """Whether some view does not show what it should."""
        return any(clip is not None and not self._is_ready(k, clip) for k, clip in enumerate(clips))

    def build_one(self, clips: Sequence[ThinClip | None]) -> None:
        """Bring the first view up to date that is not."""
        for k, clip in enumerate(clips):
            if clip is not None and not self._is_ready(k, clip):
                while len(self._views) <= k:
                    self._views.append(View(self._target, self._main))
                self._views[k].take(clip)
                return

    def picture(self, place: int, clip: "ThinClip | None", frame: int, size: QSize, quality: "Quality") -> QImage | None:
        """None where there is nothing to see yet."""
        if clip is None or not self._is_ready(place, clip):
            return None
        view = self._views[place]
        self._target.resize(size)
        for other in (self._target.renderer, *(one.layer.renderer for one in self._views)):
            other.SetDraw(other is view.layer.renderer)
        view.scene.set_pixel_ratio(self._main.pixel_ratio)
        view.scene.set_quality(quality)
        view.draw(frame, min(_WORDS * self._main.pixel_ratio / size.height(), _COVERED))
        return self._target.image()

    def close(self) -> None:
        """The window belongs to the viewport's scene alone again."""
        for view in self._views:
            view.close()
        self._views = []
        self._target.renderer.SetDraw(True)

    def _is_ready(self, place: int, clip: ThinClip) -> bool:
        return place < len(self._views) and self._views[place].shows(clip)
