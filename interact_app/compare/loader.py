"""Reads, poses and measures what is compared with the open clip, in the background, within the same limit of memory."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.clip_cache import ClipCache
from interact_app.bridge.loading import LoadSpec, load_clip
from interact_app.bridge.open_clip import OpenClip
from interact_app.bridge.relay import Relay
from interact_app.compare.sides import SideKey
from interact_app.session import Session
from interact_core.clip import Clip
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_core.inspection import DistanceFields, Inspection, PosedClip

_PRIORITY = 5
_RECOMPUTES = ("models.", "thresholds.", "inspection.")


class SideLoader(QObject):
    """Keeps what was computed until memory is needed: the session's clips and these share one cap."""

    posed = Signal(int, int)
    """Frames [start, stop) of some side can be drawn."""
    measured = Signal()
    failed = Signal(str, object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._cache = ClipCache(0)
        self._busy: dict[SideKey, OpenClip] = {}
        self.readers: dict[SideKey, Callable[[], Clip]] = {}
        """Who reads what is no version of the project."""
        session.project_opened.connect(self.clear)
        self._stop_listening = session.settings_store.changed.connect(self._setting_changed)
        self.destroyed.connect(self._stop_listening)

    @property
    def nbytes(self) -> int:
        return self._cache.nbytes + sum(entry.nbytes for entry in self._busy.values())

    def get(self, key: SideKey, title: str) -> OpenClip:
        """What is known of it now; the rest comes by itself. What failed is tried again once it was not asked for."""
        kept = self._cache.get(key.text) or self._busy.get(key)
        if kept is not None:
            return kept
        entry = self._busy[key] = OpenClip(key.text)
        spec = self._spec(key)
        relay = Relay(self._session.jobs.post, entry, self._were_posed, self._were_measured, self._was_inspected)
        entry.job = self._session.jobs.submit(
            f"Compute {key.clip_id}, {title}",
            lambda context: load_clip(spec, relay, context),
            failed=lambda error: self._was_in_vain(key, title, error),
            priority=_PRIORITY,
        )
        return entry

    def keep_only(self, keys: set[SideKey]) -> None:
        """Stop working on what nobody looks at any more."""
        for key in [one for one in self._busy if one not in keys]:
            job = self._busy.pop(key).job
            if job is not None:
                job.cancel()

    def clear(self) -> None:
        self.keep_only(set())
        self._cache.clear()

    # Inside

    def _spec(self, key: SideKey) -> LoadSpec:
        session, project = self._session, self._session.project
        assert project is not None
        models_dir = session.settings.models_dir

        def read() -> Clip:
            if key in self.readers:
                return self.readers[key]()
            return project.versions.read(key.version_id) if key.version_id else project.read_clip(key.clip_id, models_dir)

        return LoadSpec(
            read, models_dir, app_paths().cache, session.settings.models.device, session.focus, session.settings.thresholds
        )

    def _is_wanted(self, entry: OpenClip) -> bool:
        return self._busy.get(SideKey.from_text(entry.clip_id)) is entry

    def _were_posed(self, entry: OpenClip, start: int, stop: int, posed: "PosedClip") -> None:
        if self._is_wanted(entry):
            entry.posed = posed
            self.posed.emit(start, stop)

    def _were_measured(self, entry: OpenClip, start: int, stop: int, fields: "DistanceFields") -> None:
        if self._is_wanted(entry):
            entry.add_distances(start, stop, fields)
            self.posed.emit(start, stop)

    def _was_inspected(self, entry: OpenClip, inspection: "Inspection") -> None:
        if not self._is_wanted(entry):
            return
        entry.inspection, entry.partial = inspection, None
        self._busy.pop(SideKey.from_text(entry.clip_id))
        cap = self._session.settings.memory.vertex_cache * 2**20
        self._cache.cap_bytes = max(0, cap - self._session.cache_bytes)
        self._cache.put(entry)
        self.measured.emit()

    def _was_in_vain(self, key: SideKey, title: str, error: BaseException) -> None:
        entry = self._busy.get(key)
        if entry is not None:
            entry.error = error
        self.failed.emit(f"{title} of {key.clip_id}", error)

    def _setting_changed(self, key: str) -> None:
        if key.startswith(_RECOMPUTES):
            self.clear()
