"""All of a comparison put together: what is compared, its pictures on the viewport, the held key, the parts taken over."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from interact_app.actions import ActionRegistry
from interact_app.actions.compare import CompareDoors
from interact_app.clock import Clock
from interact_app.compare.comparison import Comparison
from interact_app.compare.composer import Composer
from interact_app.compare.key_hold import KeyHold
from interact_app.compare.labels import PaneLabels
from interact_app.compare.sides import SideKey
from interact_app.compare.takes import Takes
from interact_app.session import Session
from interact_app.viewport.banners import BannerText
from interact_app.viewport.viewport import Viewport

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from interact_core.project.version_records import Version

_STORED = "compare.stored"
_STORED_SECONDS = 20.0


class CompareDesk(QObject):
    """`offered`: the range that "take" is about, None where none is chosen."""

    def __init__(
        self, session: Session, clock: Clock, viewport: Viewport, offered: Callable[[], tuple[int, int] | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._clock, self._viewport = session, clock, viewport
        self.comparison = Comparison(session, self)
        self.takes = Takes(session, self.comparison, offered, self)
        self.composer = Composer(self.comparison)
        self.hold = KeyHold(lambda: self.comparison.hold(True), lambda: self.comparison.hold(False), self)
        viewport.composer = self.composer
        viewport.hover.place = self.composer.place
        self.labels = PaneLabels(viewport.canvas, self.comparison, self.composer, lambda: viewport.hud.tones)
        self.labels.divider_moved.connect(self.comparison.set_divider)
        for signal in (self.comparison.changed, self.comparison.view_changed):
            signal.connect(viewport.draw_soon)
            signal.connect(self._share_hud)
        self.comparison.arrived.connect(self._arrived)
        self.takes.stored.connect(self._was_stored)

    def panel(self, actions: ActionRegistry) -> "QWidget":
        from interact_app.compare.panel import ComparePanel

        return ComparePanel(self.comparison, self.takes, self._clock, actions)

    def doors(self, show_panel: Callable[[], object]) -> CompareDoors:
        comparison, takes = self.comparison, self.takes
        return CompareDoors(
            mode=lambda: comparison.mode,
            set_mode=comparison.set_mode,  # type: ignore[arg-type]  # every name comes from MODES
            cycle=comparison.cycle,
            hold=self.hold.begin,
            swap=comparison.swap,
            take=takes.take,
            leave=takes.leave,
            take_all=takes.take_all,
            preview=takes.preview.turn,
            store=takes.store,
            undo=takes.undo,
            has_clip=lambda: self._session.posed is not None,
            can_preview=lambda: takes.preview.possible,
            previewing=lambda: takes.preview.on,
            can_store=lambda: takes.can_store,
            can_undo=lambda: takes.last is not None,
            show_panel=show_panel,
        )

    def _share_hud(self) -> None:
        """The views say themselves what they show."""
        self._viewport.hud.names_clip = self.composer.mode == "off"

    def _arrived(self, start: int, stop: int) -> None:
        if start <= self._clock.frame < stop:
            self._viewport.draw_soon()
        self.labels.update()

    def _was_stored(self, version: "Version") -> None:
        """What was made can be looked at, and taken back, right there."""
        key = SideKey(version.clip_id, version.id)
        self._viewport.banners.show_banner(
            BannerText(
                _STORED, self.tr("{0} is stored, with the parts that were taken from B.").format(version.name),
                seconds=_STORED_SECONDS,
                actions=(
                    (self.tr("Compare it with A"), lambda: self.comparison.choose(1, key)),
                    (self.tr("Delete it again"), self.takes.undo),
                ),
            )
        )  # fmt: skip
