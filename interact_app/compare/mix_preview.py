"""What would be stored of two versions, shown in the viewport before it is: mixed and posed again after every choice."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.versions import ShownState
from interact_app.compare.comparison import Comparison
from interact_app.compare.sides import Side
from interact_app.session import Session
from interact_core.jobs.context import JobContext

if TYPE_CHECKING:
    from interact_core.compare import MixSegment
    from interact_core.inspection import PosedClip
    from interact_core.jobs.job import Job

_PRIORITY = 8
Recipe = tuple["tuple[MixSegment, ...]", int]


class MixPreview(QObject):
    """`recipe` gives the segments and the frames of a fade; without segments there is nothing to show."""

    changed = Signal()

    def __init__(self, session: Session, comparison: Comparison, recipe: Callable[[], Recipe], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._comparison, self._recipe = session, comparison, recipe
        self._on = False
        self._shown: tuple[Any, ...] = ()
        self._job: Job[PosedClip] | None = None

    @property
    def on(self) -> bool:
        return self._on

    @property
    def possible(self) -> bool:
        sides = self._comparison.sides[:2]
        return len(sides) == 2 and all(side.is_posed for side in sides) and bool(self._recipe()[0])

    def turn(self, on: bool) -> None:
        self._on = on and self.possible
        self.refresh()
        self.changed.emit()

    def refresh(self) -> None:
        """The choice may be another one; with nothing chosen any more it ends by itself."""
        if self._on and not self.possible:
            self._on = False
            self.changed.emit()
        if not self._on:
            self._end()
            return
        sides, recipe = self._comparison.sides[:2], self._recipe()
        wanted = (sides[0].posed, sides[1].posed, *recipe)
        if not _same(wanted, self._shown):
            self._shown = wanted
            self._ask(sides[0], sides[1], recipe)

    def _ask(self, a: Side, b: Side, recipe: Recipe) -> None:
        if self._job is not None:
            self._job.cancel()
        before, after, wanted = a.posed, b.posed, self._shown
        assert before is not None and after is not None

        def work(context: JobContext) -> "PosedClip":
            from interact_core.compare import mix_versions, mixing_weights, pose_mix

            segments, fade = recipe
            mixed = mix_versions(before.clip, after.clip, segments, fade)
            context.checkpoint()
            return pose_mix(before, after, mixed, mixing_weights(mixed.num_frames, segments, fade))

        self._job = self._session.jobs.submit(
            self.tr("Preview of the chosen parts"), work, priority=_PRIORITY,
            done=lambda posed: self._show(wanted, posed), failed=self._failed,
        )  # fmt: skip

    def _show(self, wanted: tuple[Any, ...], posed: "PosedClip") -> None:
        if self._on and wanted is self._shown:
            self._session.versions.show_state(ShownState(posed, self.tr("A with parts of B"), chosen=True))
            self._comparison.set_mixed(True)

    def _failed(self, error: BaseException) -> None:
        self.turn(False)
        self._session.report(self.tr("The chosen parts cannot be shown"), error)

    def _end(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job, self._shown = None, ()
        shown = self._session.versions.preview
        if shown is not None and shown.chosen:
            self._session.versions.show_state(None)
        self._comparison.set_mixed(False)


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """The same two posed clips, which are not compared number by number, in the same mix."""
    alike = len(one) == len(other) and all(a is b for a, b in zip(one[:2], other[:2], strict=True))
    return alike and one[2:] == other[2:]
