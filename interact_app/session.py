"""What is open: the project, the clip, what is computed of it so far and how it is shown.

Panels, timeline and viewport read from here and call here; they never talk to each other. Reading, posing, distances
and inspection run in a worker thread; every arrival is announced by a signal in the window's thread. Arrays that are
still being filled are shared with the worker: `posed.ready` and `fields.ready` say which frames may be read.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from interact_app.bridge.clip_cache import ClipCache
from interact_app.bridge.jobs import JobQueue
from interact_app.bridge.loading import LoadSpec, load_clip
from interact_app.bridge.open_clip import OpenClip
from interact_app.display import Display
from interact_core.clip import Clip
from interact_core.errors import InteractError
from interact_core.jobs.context import JobContext
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_core.inspection import Artifact, DistanceFields, Inspection, PosedClip, VertexField
    from interact_core.project import Project
    from interact_core.settings import Settings

log = logging.getLogger(__name__)
_OPEN_PRIORITY = 10


class Session(QObject):
    """The one truth about what is open. Every signal comes in the window's thread."""

    project_opening = Signal(str)
    project_opened = Signal()
    clip_opening = Signal(str)
    clip_opened = Signal()
    """`posed` is there and its first frames can be drawn; also sent when a clip is closed (`posed` is None)."""
    frames_ready = Signal(int, int)
    fields_ready = Signal(int, int)
    inspection_ready = Signal()
    display_changed = Signal()
    captions_changed = Signal(str)
    library_changed = Signal()
    clip_order_changed = Signal()
    settings_changed = Signal()
    failed = Signal(str, str)
    """A title and what the user can do about it."""
    notice = Signal(str)
    """One sentence worth saying without asking for anything."""

    def __init__(self, settings: "Settings", jobs: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._jobs = jobs
        self._project: Project | None = None
        self._open: OpenClip | None = None
        self._cache = ClipCache(settings.cache_mb * 2**20)
        self._display = Display()
        self._clip_order: tuple[str, ...] = ()
        self.undo_stack = QUndoStack(self)

    # What is open

    @property
    def jobs(self) -> JobQueue:
        return self._jobs

    @property
    def settings(self) -> "Settings":
        return self._settings

    @property
    def project(self) -> "Project | None":
        return self._project

    @property
    def clip_id(self) -> str:
        """Empty when no clip is open."""
        return self._open.clip_id if self._open else ""

    @property
    def clip(self) -> Clip | None:
        return self._open.clip if self._open else None

    @property
    def posed(self) -> "PosedClip | None":
        return self._open.posed if self._open else None

    @property
    def fields(self) -> "DistanceFields | None":
        return self._open.fields if self._open else None

    @property
    def inspection(self) -> "Inspection | None":
        return self._open.inspection if self._open else None

    @property
    def display(self) -> Display:
        return self._display

    @property
    def clip_order(self) -> tuple[str, ...]:
        """Clip ids in the order the library shows them: what "next clip" means."""
        return self._clip_order

    def set_clip_order(self, clip_ids: Sequence[str]) -> None:
        """Said by the library panel after every search."""
        if tuple(clip_ids) != self._clip_order:
            self._clip_order = tuple(clip_ids)
            self.clip_order_changed.emit()

    def neighbour(self, step: int) -> str | None:
        """The clip `step` places further in the library's order; None past its ends."""
        if self.clip_id not in self._clip_order:
            return self._clip_order[0] if self._clip_order else None
        place = self._clip_order.index(self.clip_id) + step
        return self._clip_order[place] if 0 <= place < len(self._clip_order) else None

    def next_artifact(self, frame: int, direction: int) -> "Artifact | None":
        """The artifact whose peak comes next after (1) or before (-1) a frame; None where there is no further one."""
        if self.inspection is None:
            return None
        ahead = [a for a in self.inspection.artifacts if (a.peak_frame - frame) * direction > 0]
        return min(ahead, key=lambda a: (abs(a.peak_frame - frame), -a.severity), default=None)

    def worst_artifact(self) -> "Artifact | None":
        return max(self.inspection.artifacts, key=lambda a: a.severity, default=None) if self.inspection else None

    # Opening

    def open_project(self, path: Path | None) -> None:
        """A clip, a dataset or a folder of datasets, read in the background; the open project stays until it is there."""
        name = "the demo project" if path is None else path.name
        self.project_opening.emit(name)
        self._jobs.submit(
            f"Open {name}",
            lambda context: _open_project(path, context),
            done=self._project_was_opened,
            failed=lambda error: self._report(f"{name} could not be opened", error),
            priority=_OPEN_PRIORITY,
        )

    def open_clip(self, clip_id: str) -> None:
        """Show a clip. What was computed of it before is used again; the work for another clip is stopped."""
        if self._project is None or clip_id == self.clip_id:
            return
        self._stop_loading()
        self.undo_stack.clear()
        self.clip_opening.emit(clip_id)
        kept = self._cache.get(clip_id)
        if kept is not None:
            self._show_kept(kept)
            return
        self._open = OpenClip(clip_id)
        self._load(self._open)

    def reload_clip(self) -> None:
        """Compute the open clip again: another body folder, other thresholds."""
        clip_id = self.clip_id
        if clip_id:
            self._stop_loading()
            self._cache.drop(clip_id)
            self._open = None
            self.open_clip(clip_id)

    def close_clip(self) -> None:
        """Nothing open any more."""
        self._stop_loading()
        self._open = None
        self.undo_stack.clear()
        self.clip_opened.emit()

    def close(self) -> None:
        """Stop all work and let go of the project; for the end of the application."""
        self._stop_loading()
        self._jobs.close()
        self._open = None
        self._cache.clear()
        if self._project is not None:
            self._project.close()
            self._project = None

    # How it is shown

    def set_display(self, **changes: object) -> None:
        """Change fields of :class:`~interact_app.display.Display` by name; another field drops the chosen range."""
        if changes.get("field", self._display.field) != self._display.field:
            changes = {"vmin": None, "vmax": None, **changes}
        display = replace(self._display, **changes)  # type: ignore[arg-type]
        if display != self._display:
            self._display = display
            self.display_changed.emit()

    def set_overlay(self, name: str, on: bool) -> None:
        self.set_display(overlays=self._display.with_overlay(name, on))

    def vertex_field(self, target: str) -> "VertexField | None":
        """The field to colour "body" or "object" with now: finished, or of the distances that are there so far."""
        if self._open is None or self._display.field == "none":
            return None
        return self._open.vertex_field(f"{target}_{self._display.field}")

    def set_settings(self, settings: "Settings") -> None:
        """Take over changed settings, store them, and compute the open clip again where they matter for it."""
        before, self._settings = self._settings, settings
        self._cache.cap_bytes = settings.cache_mb * 2**20
        self._cache.trim()
        self.settings_changed.emit()
        if (before.models_dir, before.thresholds) != (settings.models_dir, settings.thresholds):
            self._cache.clear()
            self.reload_clip()

    # Arrivals

    def _project_was_opened(self, project: "Project") -> None:
        if self._project is not None:
            self.close_clip()
            self._project.close()
        self._cache.clear()
        self._project = project
        self._clip_order = tuple(row.id for row in project.library.search())
        self.project_opened.emit()
        self.library_changed.emit()
        first = project.last_clip_id
        if first not in self._clip_order:
            first = self._clip_order[0] if self._clip_order else ""
        if first:
            self.open_clip(first)

    def _show_kept(self, kept: OpenClip) -> None:
        self._open = kept
        self._remember_opened()
        self.clip_opened.emit()
        self.frames_ready.emit(0, kept.num_frames)
        self.fields_ready.emit(0, kept.num_frames)
        self.inspection_ready.emit()

    def _load(self, entry: OpenClip) -> None:
        assert self._project is not None
        project, clip_id = self._project, entry.clip_id
        spec = LoadSpec(
            read=lambda: project.read_clip(clip_id),
            models_dir=self._settings.models_dir,
            cache_dir=app_paths().cache,
            device="cpu",
            thresholds=self._settings.thresholds,
        )
        relay = _Relay(self, entry)
        entry.job = self._jobs.submit(
            f"Compute {clip_id}",
            lambda context: load_clip(spec, relay, context),
            failed=lambda error: self._loading_failed(entry, error),
            priority=_OPEN_PRIORITY,
        )

    def _stop_loading(self) -> None:
        """Half a clip is not kept: its arrays would hold memory and still have to be computed."""
        if self._open is not None and not self._open.complete and self._open.job is not None:
            self._open.job.cancel()

    def _loading_failed(self, entry: OpenClip, error: BaseException) -> None:
        entry.error = error
        if entry is self._open:
            self._report(f"{entry.clip_id} could not be opened", error)

    def _remember_opened(self) -> None:
        if self._project is not None and self._open is not None:
            self._project.remember_clip(self._open.clip_id)

    def _report(self, title: str, error: BaseException) -> None:
        expected = isinstance(error, InteractError)
        log.log(logging.WARNING if expected else logging.ERROR, "%s: %s", title, error, exc_info=None if expected else error)
        self.failed.emit(title, explain(error))

    def _frames_arrived(self, entry: OpenClip, start: int, stop: int, posed: "PosedClip") -> None:
        if entry is not self._open:
            return
        if entry.posed is None:
            entry.posed = posed
            self._remember_opened()
            self.clip_opened.emit()
        self.frames_ready.emit(start, stop)

    def _fields_arrived(self, entry: OpenClip, start: int, stop: int, fields: "DistanceFields") -> None:
        if entry is self._open:
            entry.fields = fields
            self.fields_ready.emit(start, stop)

    def _inspection_arrived(self, entry: OpenClip, inspection: "Inspection") -> None:
        entry.inspection = inspection
        self._cache.put(entry)
        if self._project is not None:
            self._project.store_inspection(entry.clip_id, inspection)
            self.library_changed.emit()
        if entry is self._open:
            self.inspection_ready.emit()


class _Relay:
    """Takes the parts of a clip from the worker to the session; parts of a clip that is not open any more are dropped."""

    def __init__(self, session: Session, entry: OpenClip) -> None:
        self._session, self._entry = session, entry

    def was_read(self, clip: Clip) -> None:
        self._entry.clip = clip

    def were_posed(self, start: int, stop: int, posed: "PosedClip") -> None:
        self._post(lambda: self._session._frames_arrived(self._entry, start, stop, posed))

    def were_measured(self, start: int, stop: int, fields: "DistanceFields") -> None:
        self._post(lambda: self._session._fields_arrived(self._entry, start, stop, fields))

    def was_inspected(self, inspection: "Inspection") -> None:
        self._post(lambda: self._session._inspection_arrived(self._entry, inspection))

    def _post(self, call: Callable[[], None]) -> None:
        self._session.jobs.post(call)


def explain(error: BaseException) -> str:
    """What a person should read: the message of an error meant for users, a pointer to the log for any other."""
    if isinstance(error, InteractError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Close other programs or lower the cache in the preferences."
    return f"Something unexpected happened ({type(error).__name__}: {error}). The details are in Help > Log."


def _open_project(path: Path | None, context: JobContext) -> "Project":
    """In a worker thread: the imports below are slow too. No path is the built-in demo."""
    from interact_core.project import Project

    if path is None:
        from interact_core.demo import demo_root

        path = demo_root()
    return Project.open(path)
