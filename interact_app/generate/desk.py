"""All of generating put together: the plan, the sketched path, the candidates, the contact sheet on the viewport."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QSettings

from interact_app.actions import ActionRegistry
from interact_app.actions.generate import GenerateDoors
from interact_app.clock import Clock
from interact_app.generate.bench import GenerateBench, Unfinished
from interact_app.generate.plan import Plan
from interact_app.generate.sketch import Sketch, SketchLayer
from interact_app.generate.words import GenerateTells
from interact_app.session import Session
from interact_app.sheet.composer import Placing, SheetComposer
from interact_app.sheet.keys import SheetKeys, choose_at
from interact_app.sheet.labels import SheetWords
from interact_app.sheet.sheet import Sheet
from interact_app.viewport.viewport import Viewport

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from interact_app.generate.runs import RunsDialog
    from interact_core.generate.trials import GeneratedTrial


class GenerateDesk(QObject):
    """`beside` shows a candidate next to the open clip, `alone` ends that; both are the comparison's, not known here."""

    def __init__(
        self, session: Session, clock: Clock, viewport: Viewport, memory: QSettings, behind: Placing,
        beside: "Callable[[GeneratedTrial], object]", alone: Callable[[], object],
        chosen_range: Callable[[], tuple[int, int] | None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.session, self._clock, self._viewport, self._beside, self._alone = session, clock, viewport, beside, alone
        self._memory = memory
        self.runs: RunsDialog | None = None
        self.sketch = Sketch(self)
        self.plan = Plan(session, memory, self.sketch, chosen_range, self)
        self.bench = GenerateBench(session, self)
        self.sheet = Sheet(session, self.bench, viewport.canvas.size, self)
        self.composer = SheetComposer(session, viewport, self.sheet, behind, self._moment)
        viewport.composer = self.composer
        viewport.hover.place = self.composer.place
        canvas, tones = viewport.canvas, lambda: viewport.hud.tones
        self.words = SheetWords(canvas, self.sheet, self.composer, GenerateTells(self.tr), tones)
        self.layer = SketchLayer(
            canvas, self.sketch, lambda: viewport.scene, tones, lambda: self.plan.wish.seconds, lambda: self.sheet.on
        )
        self.keys = SheetKeys(canvas, self.sheet, lambda: self.sheet.turn(False), lambda: self._large, self.come_back)
        self._large = self._was_on = False
        canvas.clicked.connect(lambda at: choose_at(self.sheet, self.words.pointed, at))
        canvas.resized.connect(self.words.refresh)
        self.sheet.changed.connect(self._sheet_changed)
        self.sheet.opened_large.connect(self._open_large)
        self.bench.finished.connect(lambda _count: self.sheet.choose_end(False))
        session.clip_opening.connect(self._clip_opening)
        for signal in (clock.settings_changed, session.selection.changed):  # what is given may be another range
            signal.connect(self.plan.changed)
        self.plan.changed.connect(self._plan_changed)
        self._has_splines = False

    def panel(self, actions: ActionRegistry) -> "QWidget":
        from interact_app.generate.panel import GeneratePanel

        return GeneratePanel(self, actions)

    def doors(
        self, show_panel: Callable[[], object], caption: Callable[[str], object], refine: Callable[[str], object]
    ) -> GenerateDoors:
        """`caption` and `refine` open a clip where its words are written, or where it is repaired."""
        return GenerateDoors(
            open=show_panel,
            make=self.make,
            sheet=self.turn_sheet,
            on_sheet=lambda: self.sheet.on,
            keep=lambda: self.sheet.decide("kept"),
            discard=lambda: self.sheet.decide("discarded"),
            undo=self.sheet.undo,
            redo=self.sheet.redo,
            large=self.sheet.open_large,
            caption=lambda: self._with_child(caption),
            refine=lambda: self._with_child(refine),
            runs=self.show_runs,
            has_clip=lambda: self.session.posed is not None,
            writable=lambda: self.bench.writable,
            chosen=lambda: (self.sheet.on or self._large) and self.sheet.chosen is not None,
            is_kept=lambda: self.kept_child() != "",
            can_undo=lambda: self.bench.can_undo,
            can_redo=lambda: self.bench.can_redo,
        )

    # What is done

    def make(self) -> str:
        """Ask for what the plan says; why it cannot be asked for, "" where it was."""
        problem = self.plan.refusal()
        if problem or self.bench.running:
            return problem
        self.bench.make(self.plan.asked())
        self.turn_sheet(True)
        self.sheet.choose_end(False)
        return ""

    def turn_sheet(self, on: bool) -> None:
        if on:
            self._alone()
            self._large = False
        self.sheet.turn(on)
        if on:
            self._viewport.canvas.setFocus()

    def come_back(self) -> None:
        """From the large picture to the sheet."""
        if self._large:
            self.turn_sheet(True)

    def show_runs(self) -> None:
        """The leaderboard, as it was left but read again."""
        from interact_app.generate.runs import RunsDialog

        if self.runs is None:
            self.runs = RunsDialog(self.session, self._memory, self._viewport.window())
        else:
            self.runs.read()
        self.runs.show()
        self.runs.raise_()
        self.runs.activateWindow()

    def turn_sketch(self, on: bool) -> None:
        """The first time with a path to begin with: from where the object is, a step ahead."""
        if on:
            self.sheet.turn(False)
            self._alone()
            self._fit_box()
            if not self.sketch.keys:
                self._first_keys()
        self.sketch.turn(on)

    def kept_child(self) -> str:
        """The clip in the library that the chosen candidate became, "" where it is none."""
        trial, project = self.sheet.chosen, self.session.project
        if trial is None or project is None or trial.decision != "kept" or not trial.version:
            return ""
        from interact_core.project.children import child_id

        found = next((v for v in project.versions.of(trial.clip_id) if v.id == trial.version), None)
        return "" if found is None else child_id(found)

    def share_hud(self) -> None:
        """Whatever else changed: the sheet's views say themselves what they show."""
        if self.sheet.on:
            self._viewport.hud.names_clip = False

    # Inside

    def _first_keys(self) -> None:
        from interact_core.generate.key_poses import KeyPose

        clip, frame = self.session.clip, self._clock.frame
        if clip is None:
            return
        place = (0.0, 0.9, 0.0)
        if clip.objects:
            part = clip.objects[0].parts[0]
            low, high = part.mesh.vertices.min(axis=0), part.mesh.vertices.max(axis=0)
            middle = part.rotation[frame] @ ((low + high) / 2) + part.translation[frame]
            place = (float(middle[0]), float(middle[1]), float(middle[2]))
        seconds = self.plan.wish.seconds
        ahead = (place[0], place[1], place[2] + 1.0)
        self.sketch.put((KeyPose(0.0, place), KeyPose(min(2.0, seconds), ahead)))

    def _plan_changed(self) -> None:
        if self.plan.wish.task == "object_to_human" and not self._has_splines:
            self._has_splines = True
            self.session.jobs.quietly(_load_splines)  # not while somebody waits for a path to be drawn
        if self.sketch.on:
            self._fit_box()

    def _fit_box(self) -> None:
        """The sketch draws boxes of the size of what was chosen; one that cannot be read is told of when it is asked for."""
        from interact_core.errors import InputError
        from interact_core.formats.meshes import read_mesh

        thing, clip = self.plan.wish.thing, self.session.clip
        mesh = clip.objects[0].parts[0].mesh if clip is not None and clip.objects else None
        if thing.path is not None:
            try:
                mesh = read_mesh(thing.path)
            except InputError:
                return
        if mesh is not None:
            half = np.ptp(mesh.vertices, axis=0) / 2
            self.sketch.half = (float(half[0]), float(half[1]), float(half[2]))

    def _with_child(self, use: Callable[[str], object]) -> None:
        child = self.kept_child()
        if child:
            use(child)

    def _open_large(self, trial: "GeneratedTrial | Unfinished") -> None:
        if isinstance(trial, Unfinished):
            return
        self.sheet.turn(False)
        self._large = True
        self._beside(trial)
        self._viewport.canvas.setFocus()
        self.session.notice.emit(self.tr("Esc goes back to the candidates."))

    def _moment(self, trial: Any, frame: int, own: int) -> int:
        """In its own time, from where its given part lies in the clip, again and again where it is shorter."""
        passed = frame / self._clock.fps - trial.start
        return round(passed * trial.fps) % max(own, 1)

    def _clip_opening(self, _clip_id: str) -> None:
        self._large = False
        self.sketch.turn(False)

    def _sheet_changed(self) -> None:
        hud = self._viewport.hud
        if self._was_on != self.sheet.on:  # the other sheet has the words over the picture to itself, too
            self._was_on = self.sheet.on
            hud.slim, hud.names_clip = self.sheet.on, not self.sheet.on
        self.layer.refresh()
        self._viewport.draw_soon()


def _load_splines() -> None:
    import scipy.interpolate  # noqa: F401 - half a second that the sketch need not take
