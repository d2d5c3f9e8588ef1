"""A hand held over a box, posed on the open body: short clips whose faults are planted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interact_core.bodies.library import open_body
from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart

SIZE = 0.16


@pytest.fixture(scope="session")
def grids(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refine_grids")


def box_mesh(size: float = SIZE) -> Mesh:
    import trimesh

    box = trimesh.creation.box(extents=(size,) * 3).subdivide().subdivide().subdivide()
    return Mesh(np.asarray(box.vertices, np.float32), np.asarray(box.faces, np.int32), "box")


class Desk:
    """The body stands in T-pose, palms down; `under(gap)` is the box centre with its top `gap` below the left palm."""

    def __init__(self) -> None:
        body = open_body()
        bound = body.bind(Betas(np.zeros(0)))
        rest = bound.rest_vertices
        self.lift = -float(rest[:, 1].min())
        palm = rest[body.regions.mask("left_palm") & body.regions.inner_hand]
        middle = palm.mean(axis=0)
        above = (np.abs(rest - middle)[:, (0, 2)] < SIZE / 2).all(axis=1) & (rest[:, 1] > middle[1] - 0.15)
        self._palm = np.array([middle[0], rest[above, 1].min() + self.lift, middle[2]])
        self._mesh = box_mesh()

    def body(self, frames: int) -> BodyMotion:
        return BodyMotion(
            "open", "neutral", Betas(np.zeros(0)), np.zeros((frames, 3)), np.zeros((frames, 21, 3)),
            np.full((frames, 15, 3), 0.03), np.full((frames, 15, 3), 0.03), np.tile([0.0, self.lift, 0.0], (frames, 1)),
        )  # fmt: skip

    def under(self, gap: float) -> np.ndarray:
        return self._palm - [0, gap + SIZE / 2, 0]

    def clip(self, frames: int = 12, gap: float = 0.0, *, sway: float = 0.0, mesh: Mesh | None = None) -> Clip:
        """`sway` metres of slow common motion of body and box."""
        path = np.zeros((frames, 3))
        path[:, 2] = sway * np.sin(np.arange(frames) / 8)
        motion = self.body(frames)
        motion = replace(motion, transl=motion.transl + path)
        turns = np.repeat(np.eye(3)[None], frames, axis=0)
        part = ObjectPart("box", mesh or self._mesh, turns, self.under(gap) + path)
        return Clip("desk", 30.0, motion, (ObjectMotion("box", (part,)),))


@pytest.fixture(scope="session")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="session")
def inspected(grids: Path) -> Callable[[Clip], dict[str, float]]:
    from interact_core.inspection.fields import distance_fields
    from interact_core.inspection.inspect import inspect_clip
    from interact_core.inspection.posed import pose_clip

    def run(clip: Clip) -> dict[str, float]:
        posed = pose_clip(clip)
        found = inspect_clip(posed, distance_fields(posed, grids))
        return {name: value.value for name, value in found.summary.items()}

    return run
