"""A person in T-pose and a box: artifacts are planted by moving either."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.inspection.fields import DistanceFields, distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import PosedClip, pose_clip
from interact_core.inspection.results import Inspection

SIZE = 0.2


@pytest.fixture(scope="session")
def grids(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("grids")


@pytest.fixture(scope="session")
def box_mesh() -> Mesh:
    import trimesh

    box = trimesh.creation.box(extents=(SIZE,) * 3).subdivide().subdivide().subdivide().subdivide()
    return Mesh(np.asarray(box.vertices, np.float32), np.asarray(box.faces, np.int32), "box")


@pytest.fixture(scope="session")
def stage(box_mesh: Mesh) -> "Stage":
    return Stage(box_mesh)


class Stage:
    """Builds clips. The body stands on the floor in T-pose; the box lies on the floor two metres away."""

    def __init__(self, box: Mesh) -> None:
        self.box = box
        still = pose_clip(self._clip(np.zeros((1, 3)), None, 30.0))
        self.rest = still.body_vertices[0]
        self.lift = -float(self.rest[:, 1].min())
        regions = still.choice.model.regions
        palm = self.rest[regions.mask("left_palm") & regions.inner_hand]
        middle = palm.mean(axis=0)
        above = (np.abs(self.rest - middle)[:, (0, 2)] < SIZE / 2).all(axis=1) & (self.rest[:, 1] > middle[1] - 0.15)
        self.palm = np.array([middle[0], self.rest[above, 1].min() + self.lift, middle[2]])
        """Under the left palm, at the height of the hand's lowest point: hands look down in T-pose."""

    @staticmethod
    def _body(walk: np.ndarray) -> BodyMotion:
        t = len(walk)
        return BodyMotion(
            "open", "neutral", Betas(np.zeros(10)), np.zeros((t, 3)), np.zeros((t, 21, 3)), np.zeros((t, 15, 3)),
            np.zeros((t, 15, 3)), np.asarray(walk, np.float64),
        )  # fmt: skip

    def _clip(self, walk: np.ndarray, path: np.ndarray | None, fps: float, missing: np.ndarray | None = None) -> Clip:
        objects: tuple[ObjectMotion, ...] = ()
        if path is not None:
            turns = np.repeat(np.eye(3)[None], len(path), axis=0)
            objects = (ObjectMotion("box", (ObjectPart("box", self.box, turns, path, missing=missing),)),)
        return Clip("test", fps, self._body(walk), objects)

    def clip(
        self, frames: int = 40, fps: float = 30.0, walk: np.ndarray | None = None, path: np.ndarray | None = None,
        *, box: bool = True, missing: np.ndarray | None = None,
    ) -> Clip:  # fmt: skip
        """walk (T, 3) is added to the standing body, path (T, 3) is the box's centre."""
        base = np.tile([0.0, self.lift, 0.0], (frames, 1))
        resting = np.tile([2.0, SIZE / 2 + 1e-4, 0.0], (frames, 1))
        where = (resting if path is None else path) if box else None
        return self._clip(base if walk is None else base + walk, where, fps, missing)

    def under_palm(self, gap: float) -> np.ndarray:
        """Box centre (3,) with its top `gap` below the left palm."""
        return self.palm - [0, gap + SIZE / 2, 0]


Measured = tuple[PosedClip, DistanceFields, Inspection]


@pytest.fixture(scope="session")
def inspected(grids: Path) -> Callable[[Clip], Measured]:
    def run(clip: Clip) -> Measured:
        posed = pose_clip(clip)
        fields = distance_fields(posed, grids)
        return posed, fields, inspect_clip(posed, fields)

    return run


@pytest.fixture(scope="session")
def kinds(inspected) -> Callable[[Clip], set[str]]:
    def run(clip: Clip) -> set[str]:
        return {a.kind for a in inspected(clip)[2].artifacts}

    return run
