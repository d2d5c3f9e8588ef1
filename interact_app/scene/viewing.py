"""How the scene is looked at: presets relative to the person, framing, following, bookmarks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interact_app.scene.camera import OrbitCamera, View
from interact_app.scene.paths import calm, facing, part_centres
from interact_app.scene.subjects import Extent, Subjects, Target


class Viewing:
    """The camera together with what it knows about the clip. `aspect` is the picture's width over height."""

    def __init__(self, camera: OrbitCamera) -> None:
        self.camera = camera
        self.aspect = 16 / 9
        self.followed: Target | None = None
        self._subjects: Subjects | None = None
        self._path: NDArray[np.float64] | None = None

    def set_subjects(self, subjects: Subjects | None) -> None:
        """Another clip; what is followed stays followed."""
        self._subjects = subjects
        self._path = None
        self.camera.follow(None)

    def preset(self, name: str, frame: int) -> None:
        """One of camera.PRESETS, seen from where the person in `frame` faces."""
        joints = None if self._subjects is None else self._subjects.posed.joints[frame]
        self.camera.preset(name, 0.0 if joints is None else facing(joints))

    def frame_extent(self, extent: Extent | None) -> None:
        if extent is not None:
            self.camera.frame(extent.points, self.aspect)

    def follow(self, target: Target | None, frame: int) -> None:
        """Let the camera go along with the body or the object from `frame` on; None leaves it where it is."""
        self.followed = target
        self._path = None
        self.camera.follow(None)
        self.track(frame)

    def track(self, frame: int) -> None:
        """Move along with what is followed, to where it is in `frame`."""
        if self.followed is None or self._subjects is None:
            return
        if self._path is None:
            self._path = self._path_of(self.followed, self._subjects)
        point = self._path[frame]
        if np.isfinite(point).all():
            self.camera.track(point)

    def refresh(self) -> None:
        """More frames are ready: the followed path may be known better."""
        self._path = None

    def bookmark(self) -> dict[str, Any]:
        """JSON values that `restore` understands."""
        return {**self.camera.view.to_dict(), "follow": self.followed}

    def restore(self, bookmark: Mapping[str, Any], frame: int) -> None:
        """ValueError if it is not a bookmark; then nothing changes."""
        view = View.from_dict(bookmark)
        target = bookmark.get("follow")
        self.follow(target if target in ("body", "object") else None, frame)
        self.camera.view = view

    @staticmethod
    def _path_of(target: Target, subjects: Subjects) -> NDArray[np.float64]:
        posed = subjects.posed
        if target == "object" and not posed.part_slices:
            return np.full((posed.num_frames, 3), np.nan)
        points = posed.joints[:, 0] if target == "body" else part_centres(posed).mean(axis=1)
        points = np.where(subjects.ready[:, None], points, np.nan)
        # Up and down is left out: a camera that bobs with every step or sinks with every crouch is tiring.
        path = calm(points, posed.clip.fps)
        path[:, 1] = 0.0
        return path
