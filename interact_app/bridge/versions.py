"""The versions of the open project: which one is shown, what is done with them, and the refining that makes new ones.

Reading lists and writing folders happens in worker threads; every signal comes in the window's thread.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import LONG_WORK
from interact_core.errors import InputError
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_app.bridge.refining import RefineOutcome, RefineRequest
    from interact_app.bridge.refining_child import PreviewArrays
    from interact_app.session import Session
    from interact_core.clip import Clip
    from interact_core.formats.corrected import Written
    from interact_core.inspection import PosedClip
    from interact_core.jobs.context import JobContext
    from interact_core.jobs.job import Job
    from interact_core.project import Project, Version
    from interact_core.project.version_records import State

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownState:
    """What no version is yet, as it can be drawn: how far a refinement is, or a mix that somebody is choosing."""

    posed: "PosedClip"
    stage: str
    chosen: bool = False
    """Asked for by the user: a refinement that runs neither replaces it nor ends it."""


class Versions(QObject):
    """Owned by the session. `shown(clip_id)` is the version that stands for the clip in the window, "" for the source."""

    changed = Signal(str)
    """The versions of this clip are others than before; "" for any."""
    shown_changed = Signal(str)
    """The open clip is another version now (its id); it is being read."""
    preview_changed = Signal()
    """`preview` is another picture, or there is none any more."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._shown: dict[str, str] = {}
        self._deleted: list[str] = []
        self._preview: ShownState | None = None
        session.project_opened.connect(self._forget)
        session.clip_opening.connect(lambda _clip_id: self.show_state(None))

    # What there is

    def of(self, clip_id: str, *, deleted: bool = False) -> "tuple[Version, ...]":
        """The oldest first; nothing without a project."""
        project = self._session.project
        return project.versions.of(clip_id, deleted=deleted) if project is not None and clip_id else ()

    def shown(self, clip_id: str) -> str:
        return self._shown.get(clip_id, "")

    @property
    def preview(self) -> ShownState | None:
        """What the viewport shows in place of the open clip."""
        return self._preview

    def show_state(self, state: ShownState | None) -> None:
        """In the viewport only, until it is None again or another clip is opened."""
        if state is not self._preview:
            self._preview = state
            self.preview_changed.emit()

    @property
    def can_undelete(self) -> bool:
        return bool(self._deleted)

    def read(self, project: "Project", clip_id: str, models_dir: Path | None) -> "Clip":
        """The clip as it is to be shown: the source or the version that was chosen. Called by workers."""
        version_id = self._shown.get(clip_id, "")
        return project.versions.read(version_id) if version_id else project.read_clip(clip_id, models_dir)

    # What can be done

    def show(self, clip_id: str, version_id: str) -> None:
        """A version of the open clip, "" for the source. Another clip than the open one is not touched."""
        if self._session.clip_id != clip_id or self.shown(clip_id) == version_id:
            return
        self._shown[clip_id] = version_id
        self._session.reload_clip()
        self.shown_changed.emit(version_id)

    def decide(self, version: "Version", state: "State") -> None:
        self._do(lambda project: project.versions.decide(version.id, state), version.clip_id)

    def delete(self, version: "Version") -> None:
        """Into the trash. If it was shown, the source is shown again."""
        if self.shown(version.clip_id) == version.id:
            self.show(version.clip_id, "")
        if self._do(lambda project: project.versions.delete(version.id), version.clip_id):
            self._deleted.append(version.id)
            self._session.notice.emit(f"{version.name} was deleted. Undo delete brings it back.")
            self.changed.emit(version.clip_id)

    def undelete(self) -> None:
        """The version that was deleted last comes back."""
        project = self._session.project
        if project is None or not self._deleted:
            return
        version_id = self._deleted.pop()
        clip_id = project.versions.get(version_id).clip_id
        self._do(lambda project: project.versions.undelete(version_id), clip_id)

    def empty_trash(self) -> None:
        """Frees the disk; nothing of it comes back."""
        project = self._session.project
        if project is None:
            return
        self._deleted.clear()
        self._session.jobs.quietly(project.versions.purge, lambda: self.changed.emit(""))

    def export(self, version: "Version", folder: Path) -> None:
        """As a corrected InterAct data set, in the background."""
        project = self._session.project
        if project is None:
            return

        def work(context: "JobContext") -> "Written":
            from interact_core.formats.corrected import write_corrected
            from interact_core.inspection.motion_files import motion_arrays

            context.progress(0.1, "reading")
            clip = project.versions.read(version.id)
            ref = project.library.ref(version.clip_id)
            models_dir = self._session.settings.models_dir
            source = project.read_clip(version.clip_id, models_dir)
            context.progress(0.3, "joints and markers")
            computed = motion_arrays(clip, models_dir)
            context.progress(0.7, "writing")
            new_words = [c.text for c in clip.captions] != [c.text for c in source.captions]
            return write_corrected(clip, ref, folder, computed, new_words=new_words)

        self._session.jobs.submit(
            f"Export {version.name} of {version.clip_id}", work,
            done=self._exported,
            failed=lambda error: self._session.failed.emit("The version was not exported", explain(error)),
        )  # fmt: skip

    def refine(self, request: "RefineRequest") -> "Job[RefineOutcome] | None":
        """Refine clips in the background; each result is a new version."""
        project = self._session.project
        if project is None or project.read_only or not request.clip_ids:
            return None
        from interact_app.bridge.refining import Watcher, title_of

        session, post = self._session, self._session.jobs.post
        watcher = Watcher(
            stored=lambda version: post(lambda: self.changed.emit(version.clip_id)),
            preview=lambda clip_id, arrays: post(lambda: self.take_preview(clip_id, arrays)),
            watched=lambda clip_id: clip_id == session.clip_id,
        )

        def work(context: "JobContext") -> "RefineOutcome":
            from interact_app.bridge.refining import refine_clips

            try:
                return refine_clips(project, request, session.settings.models_dir, app_paths().cache, context, watcher)
            finally:  # here and not at the job's end: a job that is tried again is another job with the same work
                post(self.end_preview)

        return session.jobs.submit(title_of(request), work, done=self._refined, failed=self._refining_failed, lane=LONG_WORK)

    # Inside

    def _do(self, change: "Callable[[Project], None]", clip_id: str) -> bool:
        project = self._session.project
        if project is None:
            return False
        try:
            change(project)
        except InputError as error:
            self._session.failed.emit("The version was not changed", str(error))
            return False
        self.changed.emit(clip_id)
        return True

    def _exported(self, written: "Written") -> None:
        left = f" Left out, computed from the old motion: {', '.join(written.left_out)}." if written.left_out else ""
        self._session.notice.emit(f"Written: {written.folder}.{left}")

    def _refined(self, outcome: "RefineOutcome") -> None:
        parts = [f"{len(outcome.versions)} new version{'s' if len(outcome.versions) != 1 else ''}"]
        if outcome.skipped:
            parts.append(f"{len(outcome.skipped)} left as {'they were' if len(outcome.skipped) > 1 else 'it was'}")
        if outcome.problems:
            parts.append(f"{len(outcome.problems)} could not be refined (see the log)")
        self._session.notice.emit(f"Refined: {', '.join(parts)}.")
        if len(outcome.versions) == 1 and outcome.versions[0].clip_id == self._session.clip_id:
            self.show(outcome.versions[0].clip_id, outcome.versions[0].id)

    def _refining_failed(self, error: BaseException) -> None:
        self._session.failed.emit("Refining stopped", explain(error))

    def take_preview(self, clip_id: str, arrays: "PreviewArrays") -> None:
        posed, frames = self._session.posed, arrays.frames
        if clip_id != self._session.clip_id or posed is None or frames.stop > posed.num_frames:
            return
        if arrays.body.shape[1:] != posed.body_vertices.shape[1:]:
            return
        body, joints, things = arrays.body, arrays.joints, arrays.things
        if len(body) < posed.num_frames:  # a window of a long clip: the rest stays what it is
            body, joints, things = posed.body_vertices.copy(), posed.joints.copy(), posed.object_vertices.copy()
            body[frames], joints[frames], things[frames] = arrays.body, arrays.joints, arrays.things
        shown = replace(posed, body_vertices=body, joints=joints, object_vertices=things)
        self._refinement_shows(ShownState(shown, arrays.stage))

    def end_preview(self) -> None:
        self._refinement_shows(None)

    def _refinement_shows(self, state: ShownState | None) -> None:
        if self._preview is None or not self._preview.chosen:
            self.show_state(state)

    def _forget(self) -> None:
        self._shown.clear()
        self._deleted.clear()
        self.changed.emit("")
