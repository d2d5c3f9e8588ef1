"""The best of two versions: ranges taken from the second one, and the version that is made of them."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_app.bridge.loading import LoadSpec, analyse
from interact_app.compare.comparison import Comparison
from interact_app.compare.mix_preview import MixPreview
from interact_app.compare.sides import Side, SideKey
from interact_app.session import Session
from interact_core.jobs.context import JobContext, SubContext
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_core.compare import MixSegment
    from interact_core.project import Project
    from interact_core.project.version_records import Version

FADE_FRAMES: Final = 8
MOST_FADE: Final = 120


class Takes(QObject):
    """`offered` gives the range to take: what is chosen on the clock, else the selected segment. None where neither is."""

    changed = Signal()
    stored = Signal(object)
    """A :class:`Version`."""

    def __init__(
        self, session: Session, comparison: Comparison, offered: Callable[[], tuple[int, int] | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._comparison, self.offered = session, comparison, offered
        self._ranges: tuple[tuple[int, int], ...] = ()
        self._pair: tuple[SideKey, ...] = ()
        self._busy = False
        self._fade = FADE_FRAMES
        self.last: Version | None = None
        """What was stored last: undo deletes it."""
        self.preview: Final = MixPreview(session, comparison, lambda: (self._segments(), self.fade), self)
        self.preview.changed.connect(self.changed)
        comparison.changed.connect(self._pair_may_have_changed)
        comparison.arrived.connect(lambda _start, _stop: self.changed.emit())

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Frames [start, stop) that come from the second version, in their order; they never touch."""
        return self._ranges

    @property
    def fade(self) -> int:
        """Frames over which one version turns into the other at each border."""
        return self._fade

    def set_fade(self, frames: int) -> None:
        self._fade = frames
        self.preview.refresh()

    @property
    def can_store(self) -> bool:
        project = self._session.project
        sides = self._comparison.sides[:2]
        ready = len(sides) == 2 and all(side.clip is not None for side in sides)
        return bool(self._ranges) and ready and not self._busy and project is not None and not project.read_only

    def take(self) -> None:
        """The offered range comes from the second version."""
        self._mark(True)

    def leave(self) -> None:
        """The offered range stays as it is in the first version."""
        self._mark(False)

    def take_all(self) -> None:
        clip = self._session.clip
        if clip is not None:
            self._set(((0, clip.num_frames),))

    def remove(self, place: int) -> None:
        self._set(self._ranges[:place] + self._ranges[place + 1 :])

    def clear(self) -> None:
        self._set(())

    def store(self) -> None:
        """Mix, measure and store, in the background."""
        project, sides = self._session.project, self._comparison.sides[:2]
        if not self.can_store or project is None:
            return
        self._busy = True
        self.changed.emit()
        work = _Mixing(project, sides[0], sides[1], self._segments(), self.fade, self._session)
        self._session.jobs.submit(
            self.tr("Store the chosen parts of {0}").format(sides[0].key.clip_id),
            work,
            done=self._was_stored,
            failed=self._failed,
        )

    def undo(self) -> None:
        """Put what was stored last into the trash."""
        if self.last is not None:
            version, self.last = self.last, None
            self._session.versions.delete(version)
            self.changed.emit()

    # Inside

    def _segments(self) -> "tuple[MixSegment, ...]":
        from interact_core.compare import MixSegment

        return tuple(MixSegment(start, stop, "b") for start, stop in self._ranges)

    def _mark(self, taken: bool) -> None:
        found, clip = self.offered(), self._session.clip
        if found is None or clip is None:
            self._session.notice.emit(self.tr("Choose a range with I and O, or select a segment."))
            return
        marks = [False] * clip.num_frames
        for start, stop in self._ranges:
            marks[start:stop] = [True] * (stop - start)
        start, stop = max(found[0], 0), min(found[1], clip.num_frames)
        marks[start:stop] = [taken] * max(stop - start, 0)
        self._set(runs(marks))

    def _set(self, ranges: tuple[tuple[int, int], ...]) -> None:
        if ranges != self._ranges:
            self._ranges = ranges
            self.preview.refresh()
            self.changed.emit()

    def _pair_may_have_changed(self) -> None:
        """Ranges belong to the two versions they were chosen of."""
        pair = self._comparison.keys[:2]
        if pair != self._pair:
            self._pair, self._ranges = pair, ()
        self.preview.refresh()
        self.changed.emit()

    def _was_stored(self, version: "Version") -> None:
        self._busy, self.last, self._ranges = False, version, ()
        self.preview.refresh()
        self._session.versions.changed.emit(version.clip_id)
        self.changed.emit()
        self.stored.emit(version)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.changed.emit()
        self._session.failed.emit(self.tr("The chosen parts were not stored"), explain(error))


class _Mixing:
    """The work of `store`, for a worker thread. Everything it needs is taken over while it is made."""

    def __init__(
        self, project: "Project", a: Side, b: Side, segments: "tuple[MixSegment, ...]", fade: int, session: Session
    ) -> None:
        self._project, self._a, self._b, self._fade = project, a.key, b.key, fade
        self._clips, self._before, self._title = (a.clip, b.clip), a.inspection, b.title
        self._segments, self._settings = segments, session.settings

    def __call__(self, context: JobContext) -> "Version":
        from interact_core.compare import mix_versions
        from interact_core.inspection.figures import figures_of
        from interact_core.project.version_records import SOURCE, Manifest

        start = time.monotonic()
        a, b = self._clips
        assert a is not None and b is not None
        mixed = replace(mix_versions(a, b, self._segments, self._fade), id=self._a.clip_id)
        settings = self._settings
        spec = LoadSpec(
            lambda: mixed, settings.models_dir, app_paths().cache, settings.models.device, thresholds=settings.thresholds
        )
        measured = analyse(spec, SubContext(context, 0.05, 0.95))
        context.checkpoint()
        manifest = Manifest(
            kind="mixed", parent=self._a.version_id or SOURCE, backend="compare",
            parameters={
                "taken": [[one.start, one.end] for one in self._segments], "fade_frames": self._fade,
                "from_clip": self._b.clip_id, "from_version": self._b.version_id,
            },
            device="cpu", seconds=round(time.monotonic() - start, 3),
            before=figures_of(self._before.summary) if self._before is not None else {}, after=figures_of(measured.summary),
            notes=(f"Parts taken from {self._title}",),
        )  # fmt: skip
        return self._project.versions.add(self._a.clip_id, mixed, manifest)


def runs(marks: list[bool]) -> tuple[tuple[int, int], ...]:
    """Half-open ranges where the marks are set."""
    edges = [k for k in range(len(marks) + 1) if (k < len(marks) and marks[k]) != (k > 0 and marks[k - 1])]
    return tuple(zip(edges[::2], edges[1::2], strict=True))
