"""What is open: the project, the clip, what is computed of it so far and how it is shown.

Panels, timeline and viewport read from here and call here; they never talk to each other. Reading, posing, distances
and inspection run in a worker thread; every arrival is announced by a signal in the window's thread. Arrays that are
still being filled are shared with the worker: `posed.ready` and `fields.ready` say which frames may be read.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from interact_app.advice import Advice
from interact_app.bridge.clip_cache import ClipCache
from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import JobQueue
from interact_app.bridge.listing import Listing
from interact_app.bridge.loading import LoadSpec, load_clip
from interact_app.bridge.open_clip import OpenClip
from interact_app.bridge.relay import Relay
from interact_app.bridge.versions import Versions
from interact_app.display import Display, first_display, with_range
from interact_app.selection import Selection
from interact_core.clip import Caption, Clip
from interact_core.errors import InputError, InteractError
from interact_core.jobs.context import JobContext
from interact_core.paths import app_paths
from interact_core.settings import Settings, SettingsStore

if TYPE_CHECKING:
    from interact_app.bridge.library_work import OpenedProject
    from interact_app.bridge.writing import Writing
    from interact_core.inspection import Artifact, DistanceFields, Inspection, PosedClip, VertexField
    from interact_core.project import Project

log = logging.getLogger(__name__)
_OPEN_PRIORITY: Final = 10
_RECOMPUTES: Final = ("models.models_dir", "models.device", "inspection.inspect_on_open")
"""Settings that change what is computed of a clip."""


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
    annotations_changed = Signal(str)
    library_changed = Signal()
    settings_changed = Signal()
    failed = Signal(str, str)
    """A title and what the user can do about it."""
    notice = Signal(str)
    """One sentence worth saying without asking for anything."""

    def __init__(self, store: SettingsStore, jobs: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings_store = store
        self._stop_listening = store.changed.connect(self._setting_changed)
        self._jobs = jobs
        self._project: Project | None = None
        self._open: OpenClip | None = None
        self._writing: Writing | None = None
        self._cache = ClipCache(self.settings.memory.vertex_cache * 2**20)
        self._display = first_display(self.settings)
        self.focus: Callable[[], int] = lambda: 0
        """The frame that is looked at: what is computed begins there. The application asks the clock."""
        self.selection: Final = Selection(self)
        self.listing: Final = Listing(self)
        self.advice: Final = Advice(self)
        self.versions: Final = Versions(self)
        self.clip_opening.connect(lambda _clip_id: self.selection.clear())

    # What is open

    @property
    def jobs(self) -> JobQueue:
        return self._jobs

    @property
    def settings(self) -> Settings:
        return self.settings_store.current

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
    def loading(self) -> bool:
        """Whether something of the open clip is still being computed."""
        return self._open is not None and self._open.job is not None and not self._open.job.state.finished

    @property
    def clip_error(self) -> BaseException | None:
        """Why the clip that was asked for is not shown."""
        return self._open.error if self._open else None

    @property
    def cache_bytes(self) -> int:
        """Memory held by clips that are or were open."""
        return self._cache.nbytes

    # Words

    @property
    def writing(self) -> "Writing | None":
        """The open clip's captions as a document with undo; None without a clip."""
        return self._writing

    @property
    def captions(self) -> tuple[Caption, ...]:
        return self._writing.captions if self._writing else ()

    def write_caption(self, which: int | str, text: str) -> None:
        """By place, uid or variant; see :meth:`~interact_app.bridge.writing.Writing.write`."""
        if self._writing is not None:
            self._writing.write(which, text)

    def undo(self) -> None:
        if self._writing is not None:
            self._writing.undo_stack.undo()

    def redo(self) -> None:
        if self._writing is not None:
            self._writing.undo_stack.redo()

    @property
    def can_undo(self) -> bool:
        return self._writing is not None and self._writing.undo_stack.undo_title is not None

    @property
    def can_redo(self) -> bool:
        return self._writing is not None and self._writing.undo_stack.redo_title is not None

    def save(self) -> None:
        """Everything is stored as it is typed; this waits for it and says so."""
        if self._project is None:
            return
        try:
            self._project.flush()
        except InputError as error:
            self.report("The captions could not be stored", error)
        else:
            self.notice.emit("Everything is stored. It always is: captions are written as you type.")

    # Artifacts

    def next_artifact(self, frame: int, direction: int) -> "Artifact | None":
        """The artifact whose peak comes next after (1) or before (-1) a frame; None where there is no further one."""
        if self.inspection is None:
            return None
        ahead = [a for a in self.inspection.artifacts if (a.peak_frame - frame) * direction > 0]
        return min(ahead, key=lambda a: (abs(a.peak_frame - frame), -a.severity), default=None)

    def worst_artifact(self) -> "Artifact | None":
        return max(self.inspection.artifacts, key=lambda a: a.severity, default=None) if self.inspection else None

    # Opening and closing

    def open_project(self, path: Path | None) -> None:
        """A clip, a dataset or a folder of datasets, read in the background; the open project stays until it is there."""
        name = "the demo project" if path is None else path.name

        def work(context: JobContext) -> "OpenedProject":
            from interact_app.bridge.library_work import open_project

            return open_project(path, context)

        self.project_opening.emit(name)
        self._jobs.submit(
            f"Open {name}",
            work,
            done=self._project_was_opened,
            failed=lambda error: self.report(f"{name} could not be opened", error),
            priority=_OPEN_PRIORITY,
        )

    def open_clip(self, clip_id: str) -> None:
        """Show a clip. What was computed of it before is used again; the work for another clip is stopped."""
        if self._project is None or (clip_id == self.clip_id and self.clip_error is None):
            return
        self._leave_clip()
        self.clip_opening.emit(clip_id)
        kept = self._cache.get(clip_id)
        self._open = kept if kept is not None else OpenClip(clip_id)
        self._begin_writing(clip_id)
        if kept is not None:
            self._show_kept(kept)
        else:
            self._load(self._open)

    def reload_clip(self) -> None:
        """Compute the open clip again."""
        clip_id = self.clip_id
        if clip_id:
            self._leave_clip()
            self._cache.drop(clip_id)
            self._open = None
            self.open_clip(clip_id)

    def close_clip(self) -> None:
        """Nothing open any more."""
        self._leave_clip()
        self._open = None
        self.clip_opened.emit()

    def close(self) -> None:
        """Stop all work, store what was typed and let go of the project. InputError where storing fails: nothing is closed."""
        if self._project is not None:
            self._project.flush()
        self._stop_listening()
        self._leave_clip()
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
        display = replace(self._display, **changes)  # type: ignore[arg-type]  # checked by Display
        if display != self._display:
            self._display = display
            self.display_changed.emit()

    @property
    def display(self) -> Display:
        return self._display

    def set_overlay(self, name: str, on: bool) -> None:
        self.set_display(overlays=self._display.with_overlay(name, on))

    def vertex_field(self, target: str) -> "VertexField | None":
        """The field to colour "body" or "object" with now: finished, or of the distances that are there so far.

        Its vmin and vmax are those of the settings; what the user chose for this clip is in `display`.
        """
        if self._open is None or self._display.field == "none":
            return None
        found = self._open.vertex_field(f"{target}_{self._display.field}")
        return None if found is None else with_range(found, self.settings)

    # Inside

    def _setting_changed(self, key: str) -> None:
        if key == "memory.vertex_cache":
            self._cache.cap_bytes = self.settings.memory.vertex_cache * 2**20
            self._cache.trim()
        if key in _RECOMPUTES or key.startswith("thresholds"):
            self._cache.clear()
            self.reload_clip()
        self.settings_changed.emit()
        if key.startswith("display."):
            self.display_changed.emit()

    def _project_was_opened(self, opened: "OpenedProject") -> None:
        if self._project is not None:
            self.close_clip()
            self._project.close()
        self._cache.clear()
        self._project = opened.project
        self.listing.begin(opened.clip_ids)
        self.project_opened.emit()
        self.library_changed.emit()
        for text in opened.notices:
            self.notice.emit(text)
        if opened.first:
            self.open_clip(opened.first)
        else:
            self.listing.index()
        data, title = self._project.data, self._project.title
        self._jobs.quietly(lambda: _remember_project(data, title))

    def _begin_writing(self, clip_id: str) -> None:
        from interact_app.bridge.writing import Writing

        assert self._project is not None
        chosen = self.settings.annotation
        self._writing = Writing(self._project, clip_id, chosen.author, chosen.undo_burst, self)
        self._writing.changed.connect(lambda _change: self._annotations_changed(clip_id))
        self._writing.failed.connect(lambda error: self.report("The caption is not stored", error))
        self.annotations_changed.emit(clip_id)

    def _annotations_changed(self, clip_id: str) -> None:
        if self._writing is not None:
            self.selection.keep_only(record.uid for record in self._writing.records)
        self.annotations_changed.emit(clip_id)

    def _take_source_captions(self, clip_id: str) -> None:
        """The first reading of a clip brings the source's captions into the project; nobody has typed by then, or keeps it."""
        writing = self._writing
        if writing is None or writing.touched or self._project is None:
            return
        if self._project.annotations(clip_id) != writing.records:
            writing.deleteLater()
            self._begin_writing(clip_id)

    def _leave_clip(self) -> None:
        """Half a clip is not kept: its arrays would hold memory and still have to be computed."""
        if self._open is not None and not self._open.complete and self._open.job is not None:
            self._open.job.cancel()
        if self._writing is not None:
            self._writing.deleteLater()
            self._writing = None

    def _show_kept(self, kept: OpenClip) -> None:
        self._remember_opened()
        self.clip_opened.emit()
        self.frames_ready.emit(0, kept.num_frames)
        self.fields_ready.emit(0, kept.num_frames)
        self.inspection_ready.emit()

    def load_spec(self, project: "Project", clip_id: str) -> LoadSpec:
        """How a clip of the data is read and measured under the settings of now."""
        models_dir = self.settings.models_dir
        return LoadSpec(
            read=lambda: project.read_clip(clip_id, models_dir),
            models_dir=models_dir,
            cache_dir=app_paths().cache,
            device=self.settings.models.device,
            focus=self.focus,
            thresholds=self.settings.thresholds,
        )

    def _load(self, entry: OpenClip) -> None:
        assert self._project is not None
        project, spec = self._project, self.load_spec(self._project, entry.clip_id)
        read = lambda: self.versions.read(project, entry.clip_id, spec.models_dir)  # noqa: E731
        spec = replace(spec, read=read, measure=self.settings.inspection.inspect_on_open)
        relay = Relay(self._jobs.post, entry, self._frames_arrived, self._fields_arrived, self._inspection_arrived)
        entry.job = self._jobs.submit(
            f"Compute {entry.clip_id}",
            lambda context: load_clip(spec, relay, context),
            failed=lambda error: self._loading_failed(entry, error),
            priority=_OPEN_PRIORITY,
        )

    def _loading_failed(self, entry: OpenClip, error: BaseException) -> None:
        entry.error = error
        if entry is self._open:
            self.report(f"{entry.clip_id} could not be opened", error)
            if entry.posed is None:
                self.clip_opened.emit()
        self.library_changed.emit()
        self.listing.index()

    def _frames_arrived(self, entry: OpenClip, start: int, stop: int, posed: "PosedClip") -> None:
        if entry is not self._open:
            return
        if entry.posed is None:
            entry.posed = posed
            self._take_source_captions(entry.clip_id)
            self.clip_opened.emit()
            self._remember_opened()
            self.listing.index()
        self.frames_ready.emit(start, stop)

    def _fields_arrived(self, entry: OpenClip, start: int, stop: int, fields: "DistanceFields") -> None:
        if entry is self._open:
            entry.add_distances(start, stop, fields)
            self.fields_ready.emit(start, stop)

    def _inspection_arrived(self, entry: OpenClip, inspection: "Inspection") -> None:
        entry.inspection, entry.partial = inspection, None
        log.info("%s is measured: %d artifacts, severity %.2f", entry.clip_id, len(inspection.artifacts), inspection.severity)
        self._cache.put(entry)
        self.listing.store_inspection(entry.clip_id, inspection)
        if entry is self._open:
            self.inspection_ready.emit()

    def _remember_opened(self) -> None:
        project, clip_id = self._project, self.clip_id
        if project is not None and not project.read_only:
            self._jobs.quietly(lambda: project.remember_clip(clip_id))

    def report(self, title: str, error: BaseException) -> None:
        """Into the log and, in words that help, to the user."""
        expected = isinstance(error, InteractError)
        log.log(logging.WARNING if expected else logging.ERROR, "%s: %s", title, error, exc_info=None if expected else error)
        self.failed.emit(title, explain(error))


def _remember_project(data: Path, title: str) -> None:
    from interact_core.project import remember_project

    remember_project(data, title)
