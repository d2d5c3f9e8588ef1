"""The versions of the open project: which one is shown, what is done with them, and the refining that makes new ones.

Reading lists and writing folders happens in worker threads; every signal comes in the window's thread.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.bridge.explain import explain
from interact_core.errors import InputError
from interact_core.paths import app_paths

if TYPE_CHECKING:
    from interact_app.bridge.refining import RefineOutcome, RefineRequest
    from interact_app.session import Session
    from interact_core.clip import Clip
    from interact_core.inspection import PosedClip
    from interact_core.jobs.context import JobContext
    from interact_core.jobs.job import Job
    from interact_core.project import Project, Version
    from interact_core.project.version_records import State
    from interact_core.refine.report import Preview

log = logging.getLogger(__name__)


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
        self._preview: PosedClip | None = None
        session.project_opened.connect(self._forget)
        session.clip_opening.connect(lambda _clip_id: self._show_preview(None))

    # What there is

    def of(self, clip_id: str, *, deleted: bool = False) -> "tuple[Version, ...]":
        """The oldest first; nothing without a project."""
        project = self._session.project
        return project.versions.of(clip_id, deleted=deleted) if project is not None and clip_id else ()

    def shown(self, clip_id: str) -> str:
        return self._shown.get(clip_id, "")

    @property
    def preview(self) -> "PosedClip | None":
        """The state of a running refinement of the open clip, for the viewport only."""
        return self._preview

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

        def work(context: "JobContext") -> Path:
            from interact_core.formats.corrected import write_corrected

            context.progress(0.1, "reading")
            clip = project.versions.read(version.id)
            ref = project.library.ref(version.clip_id)
            source = project.read_clip(version.clip_id, self._session.settings.models_dir)
            context.progress(0.5, "writing")
            new_words = [c.text for c in clip.captions] != [c.text for c in source.captions]
            return write_corrected(clip, ref, folder, new_words=new_words).folder

        self._session.jobs.submit(
            f"Export {version.name} of {version.clip_id}", work,
            done=lambda path: self._session.notice.emit(f"Written: {path}"),
            failed=lambda error: self._session.failed.emit("The version was not exported", explain(error)),
        )  # fmt: skip

    def refine(self, request: "RefineRequest") -> "Job[RefineOutcome] | None":
        """Refine clips in the background; each result is a new version."""
        project = self._session.project
        if project is None or project.read_only or not request.clip_ids:
            return None
        models_dir = self._session.settings.models_dir

        def work(context: "JobContext") -> "RefineOutcome":
            from interact_app.bridge.refining import refine_clips

            return refine_clips(
                project, request, models_dir, app_paths().cache, context,
                stored=lambda version: self._session.jobs.post(lambda: self.changed.emit(version.clip_id)),
                preview=lambda clip_id, state: self._session.jobs.post(lambda: self._take_preview(clip_id, state)),
            )  # fmt: skip

        from interact_app.bridge.refining import title_of

        job = self._session.jobs.submit(title_of(request.clip_ids), work, done=self._refined, failed=self._refining_failed)
        job.changed.connect(lambda found: self._session.jobs.post(self._end_preview) if found.state.finished else None)
        return job

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

    def _take_preview(self, clip_id: str, state: "Preview") -> None:
        posed, frames = self._session.posed, state.frames
        if clip_id != self._session.clip_id or posed is None or frames.stop > posed.num_frames:
            return
        if state.vertices.shape[1] != posed.body_vertices.shape[1]:
            return
        body, joints, things = posed.body_vertices.copy(), posed.joints.copy(), posed.object_vertices.copy()
        body[frames], joints[frames] = state.vertices, state.joints
        for k, (part, where) in enumerate(zip(posed.parts, posed.part_slices, strict=True)):
            moved = replace(part, rotation=state.part_rotation[:, k], translation=state.part_translation[:, k])
            things[frames, where] = moved.posed()
        self._show_preview(replace(posed, body_vertices=body, joints=joints, object_vertices=things))

    def _end_preview(self) -> None:
        self._show_preview(None)

    def _show_preview(self, posed: "PosedClip | None") -> None:
        if posed is not self._preview:
            self._preview = posed
            self.preview_changed.emit()

    def _forget(self) -> None:
        self._shown.clear()
        self._deleted.clear()
        self.changed.emit("")
