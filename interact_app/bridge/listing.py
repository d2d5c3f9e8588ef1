"""What the library lists: the order of clips, which are selected, and what is stored about them in the background."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.jobs import LONG_WORK
from interact_core.jobs.context import JobContext

if TYPE_CHECKING:
    from interact_app.session import Session
    from interact_core.inspection import Inspection

log = logging.getLogger(__name__)


class Listing(QObject):
    """Owned by the session; the library panel says order and selection, everybody else asks."""

    order_changed = Signal()

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._order: tuple[str, ...] = ()
        self._selected: tuple[str, ...] = ()
        self._indexed = False

    @property
    def order(self) -> tuple[str, ...]:
        """Clip ids in the order the library shows them: what "next clip" means."""
        return self._order

    @property
    def selected(self) -> tuple[str, ...]:
        """Clips selected in the library, in its order; the open one alone where nobody selected more."""
        return self._selected

    def begin(self, clip_ids: tuple[str, ...]) -> None:
        """Another project: nothing of the one before holds."""
        self._order, self._selected, self._indexed = clip_ids, (), False

    def set_order(self, clip_ids: Sequence[str]) -> None:
        """Said by the library panel after every search."""
        if tuple(clip_ids) != self._order:
            self._order = tuple(clip_ids)
            self.order_changed.emit()

    def select(self, clip_ids: Sequence[str]) -> None:
        """Said by the library panel."""
        chosen = set(clip_ids)
        self._selected = tuple(clip_id for clip_id in self._order if clip_id in chosen)

    def neighbour(self, step: int) -> str | None:
        """The clip `step` places further in the library's order; None past its ends."""
        clip_id = self._session.clip_id
        if clip_id not in self._order:
            return self._order[0] if self._order else None
        place = self._order.index(clip_id) + step
        return self._order[place] if 0 <= place < len(self._order) else None

    # In the background

    def index(self) -> None:
        """Captions and objects of every clip for the search: once per project, and never before its first clip is shown."""
        session, project = self._session, self._session.project
        if self._indexed or project is None or project.read_only:
            return
        self._indexed = True

        def work(context: JobContext) -> None:
            from interact_core.project import index_clips

            index_clips(project, context)

        session.jobs.submit(
            "Read captions for the search",
            work,
            done=lambda _result: session.library_changed.emit(),
            failed=lambda error: log.warning("The library was not indexed: %s", error),
            priority=-1,
        )

    def inspect_all(self) -> None:
        """Measure every clip that was not measured yet."""
        session, project = self._session, self._session.project
        if project is None:
            return

        def work(context: JobContext) -> None:
            from interact_app.bridge.library_work import inspect_all

            announce = lambda: session.jobs.post(session.library_changed.emit)  # noqa: E731
            inspect_all(project, lambda clip_id: session.load_spec(project, clip_id), announce, context)

        session.jobs.submit(
            "Inspect all clips",
            work,
            done=lambda _result: session.notice.emit("All clips are inspected."),
            failed=lambda error: session.report("Inspecting all clips stopped", error),
            lane=LONG_WORK,
        )

    def store_inspection(self, clip_id: str, inspection: "Inspection") -> None:
        """What was measured of a clip of the data; of a version nothing, for the library is about the data."""
        session, project = self._session, self._session.project
        if project is None or project.read_only or session.versions.shown(clip_id):
            return

        def work() -> None:
            from interact_app.bridge.library_work import store_inspection

            store_inspection(project, clip_id, inspection)

        session.jobs.quietly(work, session.library_changed.emit)

    def store_thumbnail(self, clip_id: str, png: bytes) -> None:
        session, project = self._session, self._session.project
        if project is not None and not project.read_only:
            session.jobs.quietly(lambda: project.store_thumbnail(clip_id, png), session.library_changed.emit)
