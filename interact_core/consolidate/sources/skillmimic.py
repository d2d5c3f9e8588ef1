"""SkillMimic `.pt` clips: (T, 337) at 60 frames per second, z up, a person and a ball.

0:3 root, 3:6 root rotation vector, 9:165 52 local rotation vectors, 165:324 positions of 53 joints, 324:327 ball, 327:330
its rotation vector negated, 336 contact. Joints are InterMimic's with one more between spine and chest; rotations are
SMPL's (rest pose y up), so the skeleton follows from the positions. Found by measuring the published clips.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion, Mesh, Notice, RestJoints
from interact_core.clip.skeleton import MUJOCO_ORDER, NUM_JOINTS, PARENTS
from interact_core.consolidate.sources.building import Doubles, f32, raw_of, rigid
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import natural
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.npz_files import check_floats
from interact_core.formats.skeleton import CONSISTENT, joints_from_offsets, rest_joints_from_offsets, rest_offsets
from interact_core.formats.torch_zip import read_tensor, read_tensor_shape
from interact_core.geometry.rotations import axis_angle_to_matrix, global_to_local, matrix_to_axis_angle

COLUMNS: Final = 337
BALL_RADIUS: Final = 0.12
_EXTRA: Final = 11
"""The joint that the bodies here do not have, in the file's order."""
_JOINTS: Final = 53


@dataclass(frozen=True)
class SkillMimic:
    models_dir: Path | None = None
    name: str = "skillmimic"

    def recordings(self, root: Path) -> Iterator[Recording]:
        root = Path(root)
        found = sorted((p for p in root.rglob("*.pt") if _looks_right(p)), key=lambda p: (p.parent, natural(p)))
        if not found:
            raise InputError("holds no recordings of this source", path=root, remedy=f"Expected .pt files with {COLUMNS} columns")
        for path in found:
            name = "_".join((*path.relative_to(root).parts[:-1], path.stem))
            yield Recording(name, self.name, (path,), partial(self._read, path, name))

    def _read(self, path: Path, name: str) -> Raw:
        entry, notices = SOURCES[self.name], list[Notice]()
        columns = check_floats(read_tensor(path), (None, COLUMNS), path, "tensor")
        motion, joints = _body(columns, notices)
        ball = rigid("ball", sphere(BALL_RADIUS), axis_angle_to_matrix(-columns[:, 327:330]), columns[:, 324:327])
        raw = raw_of(entry, name, path, motion, (ball,), notices, models_dir=self.models_dir)
        contact = MappingProxyType({"object": f32(columns[:, 336])})
        return replace(raw, clip=replace(raw.clip, recorded_joints=f32(joints), recorded_contact=contact))


def _looks_right(path: Path) -> bool:
    """A damaged file stays in the list: reading it says what is wrong."""
    try:
        shape = read_tensor_shape(path)
    except InputError:
        return True
    return len(shape) == 2 and shape[1] == COLUMNS


def _parents() -> tuple[int, ...]:
    """Of the file's 53 joints, in its order."""
    place = {joint: k + (k >= _EXTRA) for k, joint in enumerate(MUJOCO_ORDER)}
    parents = [0] * _JOINTS
    for joint, k in place.items():
        parents[k] = place[PARENTS[joint]] if PARENTS[joint] >= 0 else -1
    parents[_EXTRA], parents[_EXTRA + 1] = _EXTRA - 1, _EXTRA
    return tuple(parents)


def _body(columns: Doubles, notices: list[Notice]) -> tuple[BodyMotion, Doubles]:
    t, parents = len(columns), _parents()
    local = axis_angle_to_matrix(np.concatenate((columns[:, 3:6], columns[:, 9:165]), axis=1).reshape(t, _JOINTS, 3))
    world = local.copy()
    for joint in range(1, _JOINTS):
        world[:, joint] = world[:, parents[joint]] @ local[:, joint]
    positions, order = columns[:, 165:324].reshape(t, _JOINTS, 3), list(MUJOCO_ORDER)
    kept = [joint for joint in range(_JOINTS) if joint != _EXTRA]
    turns, joints = np.empty((t, NUM_JOINTS, 3, 3)), np.empty((t, NUM_JOINTS, 3))
    turns[:, order], joints[:, order] = world[:, kept], positions[:, kept]
    rest = rest_joints_from_offsets(np.median(rest_offsets(turns, joints), axis=0))
    pose = f32(matrix_to_axis_angle(global_to_local(turns, PARENTS)))
    motion = BodyMotion(
        "smplx", "neutral", RestJoints(f32(rest)), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:52], f32(joints[:, 0])
    )
    _note_difference(turns, joints, rest, notices)
    return motion, joints


def _note_difference(turns: Doubles, joints: Doubles, rest: Doubles, notices: list[Notice]) -> None:
    """Rotations and positions of these files were filtered apart: they agree to some millimetres only."""
    offsets = np.diff(np.stack((rest[np.maximum(PARENTS, 0)], rest)), axis=0)[0]
    away = np.linalg.norm(joints_from_offsets(offsets, turns, joints[:, 0]) - joints, axis=-1)
    if away.max() > CONSISTENT:
        text = f"Rotations and positions disagree by {1000 * away.mean():.0f} mm on average, {1000 * away.max():.0f} mm at most: "
        text += "the rotations are used."
        notices.append(Notice("inconsistent-skeleton", text, "positions"))


def sphere(radius: float, rings: int = 16) -> Mesh:
    """A ball of quads between parallels, cut to triangles, with one point at each pole."""
    around = 2 * rings
    polar = np.pi * np.arange(1, rings) / rings
    angle = 2 * np.pi * np.arange(around) / around
    ring = np.stack((
        np.outer(np.sin(polar), np.cos(angle)), np.outer(np.sin(polar), np.sin(angle)), np.outer(np.cos(polar), np.ones(around)),
    ), axis=-1).reshape(-1, 3)  # fmt: skip
    vertices = radius * np.concatenate((ring, [[0, 0, 1], [0, 0, -1]]))
    return Mesh(vertices.astype(np.float32), _sphere_faces(rings - 1, around), "ball")


def _sphere_faces(rings: int, around: int) -> NDArray[np.int32]:
    step = np.arange(around)
    after = (step + 1) % around
    faces = [np.stack((np.full(around, rings * around), step, after), axis=1)]
    for ring in range(rings - 1):
        a, b = ring * around + step, ring * around + after
        faces += [np.stack((a, a + around, b), axis=1), np.stack((b, a + around, b + around), axis=1)]
    last = (rings - 1) * around
    faces.append(np.stack((np.full(around, rings * around + 1), last + after, last + step), axis=1))
    return np.concatenate(faces).astype(np.int32)
