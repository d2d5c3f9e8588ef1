"""All of augmenting put together: the plan, its live picture, the candidates, the contact sheet on the viewport."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from interact_app.actions import ActionRegistry
from interact_app.actions.augment import AugmentDoors
from interact_app.augment.bench import Bench
from interact_app.augment.live import Live
from interact_app.augment.plan import Plan
from interact_app.augment.words import AugmentTells
from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.sheet.composer import Placing, SheetComposer
from interact_app.sheet.keys import SheetKeys, choose_at
from interact_app.sheet.labels import SheetWords
from interact_app.sheet.sheet import Sheet
from interact_app.viewport.viewport import Viewport

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from interact_core.augment.trials import Trial


class AugmentDesk(QObject):
    """`beside` shows a candidate next to its source, `alone` ends that; both are the comparison's, which is not known here."""

    def __init__(
        self, session: Session, clock: Clock, viewport: Viewport, behind: Placing, beside: "Callable[[Trial], object]",
        alone: Callable[[], object], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.session, self._clock, self._viewport, self._beside, self._alone = session, clock, viewport, beside, alone
        self.bench = Bench(session, self)
        self.plan = Plan(session, self.bench, self)
        self.live = Live(session, clock, self)
        self.sheet = Sheet(session, self.bench, viewport.canvas.size, self)
        self.composer = SheetComposer(session, viewport, self.sheet, behind, self._moment)
        viewport.composer = self.composer
        viewport.hover.place = self.composer.place
        self.words = SheetWords(viewport.canvas, self.sheet, self.composer, AugmentTells(self.tr), lambda: viewport.hud.tones)
        self.keys = SheetKeys(viewport.canvas, self.sheet, self.leave, lambda: self._large, self.come_back)
        self._large = self._was_on = False
        viewport.canvas.clicked.connect(lambda at: choose_at(self.sheet, self.words.pointed, at))
        viewport.canvas.resized.connect(self.words.refresh)
        self.sheet.changed.connect(self._sheet_changed)
        self.sheet.opened_large.connect(self._open_large)
        session.clip_opening.connect(lambda _clip_id: setattr(self, "_large", False))

    def panel(self, actions: ActionRegistry) -> "QWidget":
        from interact_app.augment.panel import AugmentPanel

        return AugmentPanel(self, actions)

    def doors(self, show_panel: Callable[[], object], caption: Callable[[str], object]) -> AugmentDoors:
        """`caption` opens a clip where its words are written."""
        return AugmentDoors(
            open=lambda: self._open(show_panel),
            make=self.make,
            sheet=self.turn_sheet,
            on_sheet=lambda: self.sheet.on,
            keep=lambda: self.sheet.decide("kept"),
            discard=lambda: self.sheet.decide("discarded"),
            keep_all=self.keep_all,
            undo=self.sheet.undo,
            redo=self.sheet.redo,
            large=self.sheet.open_large,
            caption=lambda: self._caption(caption),
            has_clip=lambda: self.session.posed is not None,
            has_candidates=lambda: bool(self.bench.trials),
            writable=lambda: self.bench.writable,
            chosen=lambda: (self.sheet.on or self._large) and self.sheet.chosen is not None,
            is_kept=lambda: self._kept_child() != "",
            can_undo=lambda: self.bench.can_undo,
            can_redo=lambda: self.bench.can_redo,
        )

    # What is done

    def show_live(self) -> None:
        """The plan's candidate in the picture, as far as it is known before it is solved."""
        if not self.bench.running:
            self.sheet.turn(False)
            self.live.show(self.plan.options, self.plan.index, self.plan.meshes)

    def make(self) -> None:
        """What the plan asks for; the picture then belongs to what is being solved."""
        request = self.plan.request()
        if not request.clip_ids or self.bench.running:
            return
        self.live.end()
        self.bench.make(request)
        self.plan.changed.emit()
        if self.sheet.on:
            self._viewport.canvas.setFocus()  # the letters are for judging what comes in

    def turn_sheet(self, on: bool) -> None:
        if on:
            self.live.end()
            self._alone()
            self._large = False
        self.sheet.turn(on)
        if on:
            self._viewport.canvas.setFocus()

    def leave(self) -> None:
        """Esc on the sheet: the clip alone."""
        self.sheet.turn(False)

    def come_back(self) -> None:
        """From the large picture to the sheet."""
        if self._large:
            self.turn_sheet(True)

    def keep_all(self) -> None:
        """Everything that holds every limit and that nobody has decided about."""
        self.bench.decide([t for t in self.bench.trials if t.passed and not t.decision], "kept")

    def take_meshes(self, names: Sequence[str]) -> None:
        """InputError where one of them is no mesh."""
        from interact_core.formats.meshes import read_mesh

        self.plan.set_meshes(tuple((Path(name).stem, read_mesh(Path(name))) for name in names))
        self.show_live()

    # Inside

    def _open(self, show_panel: Callable[[], object]) -> None:
        several = len(self.session.listing.selected) > 1
        self.plan.set_scope("selected" if several else "clip")
        show_panel()
        if self.bench.trials:
            self.turn_sheet(True)
        elif not several:
            self.show_live()

    def _open_large(self, trial: "Trial") -> None:
        self.sheet.turn(False)
        self._large = True
        self._beside(trial)
        self._viewport.canvas.setFocus()
        self.session.notice.emit(self.tr("Esc goes back to the contact sheet; Alt+K keeps this candidate, Alt+X discards it."))

    def _caption(self, caption: Callable[[str], object]) -> None:
        child = self._kept_child()
        if child:
            caption(child)

    def _kept_child(self) -> str:
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

    def _moment(self, _trial: object, frame: int, own: int) -> int:
        """The same share of the way through: a re-timed candidate has other frames for it."""
        last = self._clock.num_frames - 1
        return frame if own - 1 == last else round(frame * (own - 1) / max(last, 1))

    def _sheet_changed(self) -> None:
        hud = self._viewport.hud
        if self._was_on != self.sheet.on:  # the other sheet has the words over the picture to itself, too
            self._was_on = self.sheet.on
            hud.slim, hud.names_clip = self.sheet.on, not self.sheet.on
        self._viewport.draw_soon()
