"""Pictures for the library, drawn in spare moments: of the clip that is open, and of those nobody has opened yet.

Workers read and pose one frame of a clip; the picture is drawn in the window's thread, where OpenGL is safe, in a small
render window of its own, 10 to 20 ms each and never while something moves.
"""

import logging
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, QTimer
from PySide6.QtGui import QImage

from interact_app.session import Session
from interact_app.viewport.viewport import Viewport
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext

if TYPE_CHECKING:
    from interact_app.scene.scene import Scene
    from interact_app.viewport.render_target import RenderTarget
    from interact_core.inspection import PosedClip
    from interact_core.project import Project

log = logging.getLogger(__name__)
SIZE: Final = QSize(320, 200)
_FIRST: Final = 60
"""So many clips get a picture without being opened; the others when they are."""
_SPARE_MS: Final = 40
_REST_SECONDS: Final = 1.0
"""Nothing has moved for so long: then somebody is looking, reading or writing, not scrubbing."""


class Thumbnails(QObject):
    """Begins when the first clip of a project is complete, so that opening never waits for it."""

    def __init__(self, session: Session, viewport: Viewport, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._viewport = session, viewport
        self._waiting: list[tuple[str, PosedClip]] = []
        self._begun = False
        self._target: RenderTarget | None = None
        self._scene: Scene | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_SPARE_MS)
        self._timer.timeout.connect(self._draw_next)
        session.project_opened.connect(self._project_opened)
        session.inspection_ready.connect(self._begin)
        session.inspection_ready.connect(self._picture_the_open_clip)

    def stop(self) -> None:
        """Before the window goes."""
        self._timer.stop()
        self._waiting.clear()
        if self._target is not None:
            self._target.close()
        self._target = self._scene = None

    def _project_opened(self) -> None:
        self._begun = False
        self._waiting.clear()

    def _picture_the_open_clip(self) -> None:
        """Where it has no picture yet; its vertices are here already."""
        session = self._session
        if session.posed is None or session.project is None or session.project.read_only:
            return
        if session.project.thumbnail_path(session.clip_id) is None:
            self._posed(session.project, session.clip_id, middle_frame(session.posed))

    def _begin(self) -> None:
        project = self._session.project
        if self._begun or project is None or project.read_only:
            return
        self._begun = True
        bare = [row.id for row in project.library.search() if not row.thumbnail and row.status != "missing"][:_FIRST]
        bare = [clip_id for clip_id in bare if clip_id != self._session.clip_id]
        if bare:
            self._session.jobs.submit("Pictures for the library", lambda context: self._pose(project, bare, context), priority=-2)

    def _pose(self, project: "Project", clip_ids: list[str], context: JobContext) -> None:
        """In a worker thread."""
        from interact_core.inspection.posed import pose_clip

        models_dir = self._session.settings.models_dir
        for number, clip_id in enumerate(clip_ids):
            self._wait_for_rest(context)
            context.progress(number / len(clip_ids), clip_id)
            try:
                posed = pose_clip(one_frame(project.read_clip(clip_id, models_dir)), models_dir=models_dir, context=context)
            except InputError as error:
                log.info("No picture of %s: %s", clip_id, error)
                continue
            self._session.jobs.post(partial(self._posed, project, clip_id, posed))

    def _wait_for_rest(self, context: JobContext) -> None:
        """Until nobody has moved anything for a while: reading and posing would take the interpreter from the window."""
        context.checkpoint()
        while self._viewport.quality.still_for < _REST_SECONDS:
            time.sleep(0.05)
            context.checkpoint()

    def _posed(self, project: "Project", clip_id: str, posed: "PosedClip") -> None:
        if project is self._session.project:
            self._waiting.append((clip_id, posed))
            self._timer.start()

    def _draw_next(self) -> None:
        if not self._waiting:
            self._timer.stop()
            return
        if self._viewport.quality.still_for < _REST_SECONDS:
            return
        clip_id, posed = self._waiting.pop(0)
        self._session.listing.store_thumbnail(clip_id, to_png(self._draw(posed)))

    def _draw(self, posed: "PosedClip") -> QImage:
        if self._scene is None:
            from interact_app.scene.scene import Scene
            from interact_app.viewport.render_target import RenderTarget

            self._target = RenderTarget(SIZE)
            self._scene = Scene(self._target)
            self._scene.show_legend(False)
            self._scene.show_gizmo(False)
        assert self._target is not None
        self._scene.set_clip(posed)
        self._scene.set_quality("still")
        self._scene.show_frame(0)
        return self._target.image()


def one_frame(clip: Clip) -> Clip:
    """The clip with only its middle frame: all that a picture needs to be posed."""
    middle = slice(clip.num_frames // 2, clip.num_frames // 2 + 1)
    body = clip.body
    frame = replace(
        body,
        global_orient=body.global_orient[middle],
        body_pose=body.body_pose[middle],
        left_hand_pose=body.left_hand_pose[middle],
        right_hand_pose=body.right_hand_pose[middle],
        transl=body.transl[middle],
        jaw_pose=None,
        eye_pose=None,
    )
    objects = tuple(
        replace(
            thing,
            parts=tuple(
                replace(part, rotation=part.rotation[middle], translation=part.translation[middle], hinge=None, missing=None)
                for part in thing.parts
            ),
        )
        for thing in clip.objects
    )
    return replace(clip, body=frame, objects=objects, recorded_joints=None, recorded_contact={})


def middle_frame(posed: "PosedClip") -> "PosedClip":
    """The same clip with its middle frame alone; views, no copies."""
    middle = slice(posed.num_frames // 2, posed.num_frames // 2 + 1)
    return replace(
        posed,
        clip=one_frame(posed.clip),
        body_vertices=posed.body_vertices[middle],
        joints=posed.joints[middle],
        object_vertices=posed.object_vertices[middle],
        ready=posed.ready[middle],
    )


def to_png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes for the format, Qt takes str
    return bytes(data.data())
