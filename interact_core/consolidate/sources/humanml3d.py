"""HumanML3D `new_joints/<id>.npy`: (T, 22, 3) joint positions at 20 frames per second, +Y up, floor at 0; no rotations.

Rotations follow from the positions: a joint with several children has them turn together (Kabsch 1976), one with a single
child turns the shortest way from its parent's pose. What positions cannot say is left at rest: twist about a bone, wrists,
head and fingers. The clip carries its own skeleton, so its joints lie where the file says wherever bones keep their length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.bodies.library import open_body
from interact_core.clip import Betas, BodyMotion, Notice, RestJoints
from interact_core.clip.skeleton import NUM_JOINTS, PARENTS
from interact_core.consolidate.sources.building import Doubles, f32, raw_of
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import natural
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.npz_files import check_floats, read_npy
from interact_core.geometry.rotations import global_to_local, matrix_to_axis_angle

BODY: Final = 22
_CHILDREN: Final = tuple(tuple(c for c in range(1, BODY) if PARENTS[c] == joint) for joint in range(BODY))
_STRETCH: Final = 0.01
"""Metres that joints may lie off before a word is said."""


@dataclass(frozen=True)
class HumanML3D:
    models_dir: Path | None = None
    name: str = "humanml3d"

    def recordings(self, root: Path) -> Iterator[Recording]:
        root = Path(root)
        folder = next((f for f in (root / "new_joints", root / "joints", root) if next(f.glob("*.npy"), None)), None)
        if folder is None:
            raise InputError("holds no recordings of this source", path=root, remedy="Expected new_joints/<id>.npy")
        for path in sorted(folder.glob("*.npy"), key=natural):
            yield Recording(path.stem, self.name, (path,), partial(self._read, path))

    def _read(self, path: Path) -> Raw:
        joints, notices = check_floats(read_npy(path), (None, BODY, 3), path, "array"), list[Notice]()
        motion, off = body_of_joints(joints)
        if off > _STRETCH:
            text = f"Bones change length within the clip: joints lie up to {1000 * off:.0f} mm from where the file has them."
            notices.append(Notice("inconsistent-skeleton", text, "joints"))
        notices.append(
            Notice("rotations-inferred", "Rotations were inferred from joint positions; twist is not known.", "joints", "info")
        )
        raw = raw_of(SOURCES[self.name], path.stem, path, motion, (), notices)
        return replace(raw, clip=replace(raw.clip, metadata={**raw.clip.metadata, "joints_only": "true"}))


def body_of_joints(joints: Doubles) -> tuple[BodyMotion, float]:
    """(T, 22, 3) metres, +Y up -> the motion on a skeleton of its own, and how far its joints lie off at most."""
    rest = _skeleton(joints)
    world = np.tile(np.eye(3), (len(joints), NUM_JOINTS, 1, 1))
    placed = joints.copy()
    for joint in range(BODY):
        if joint:
            parent = PARENTS[joint]
            world[:, joint] = world[:, parent]
            placed[:, joint] = placed[:, parent] + world[:, parent] @ (rest[joint] - rest[parent])
        if _CHILDREN[joint]:
            world[:, joint] = _turn(joint, joints, rest, world[:, joint])
    for joint in range(BODY, NUM_JOINTS):
        world[:, joint] = world[:, PARENTS[joint]]
    pose = f32(matrix_to_axis_angle(global_to_local(world, PARENTS)))
    motion = BodyMotion(
        "open",
        "neutral",
        RestJoints(f32(rest - rest[0])),
        pose[:, 0],
        pose[:, 1:22],
        pose[:, 22:37],
        pose[:, 37:],
        f32(joints[:, 0]),
    )
    return motion, float(np.linalg.norm(placed - joints, axis=-1).max())


def _skeleton(joints: Doubles) -> Doubles:
    """(52, 3) the open body's rest pose with the recorded bone lengths; where several bones leave a joint, their own
    arrangement is the recorded one, turned to match the rest pose."""
    model = np.asarray(open_body().bind(Betas(np.zeros(0))).rest_joints, np.float64)
    offsets = np.diff(np.stack((model[np.maximum(PARENTS, 0)], model)), axis=0)[0]
    for joint in range(BODY):
        children = list(_CHILDREN[joint])
        if not children:
            continue
        bones = joints[:, children] - joints[:, [joint]]
        if len(children) == 1:
            length = float(np.median(np.linalg.norm(bones[:, 0], axis=-1)))
            offsets[children[0]] *= length / np.linalg.norm(offsets[children[0]])
            continue
        # Seen from the first frame, then turned as a whole to the rest pose: angles between the bones are the person's.
        first = bones[0]
        seen = np.median(
            np.swapaxes(_kabsch(np.broadcast_to(first, bones.shape), bones), -1, -2)[:, None] @ bones[..., None], axis=0
        )
        offsets[children] = seen[..., 0] @ _kabsch(seen[..., 0], offsets[children]).T
    rest = np.zeros((NUM_JOINTS, 3))
    rest[0] = model[0]
    for joint in range(1, NUM_JOINTS):
        rest[joint] = rest[PARENTS[joint]] + offsets[joint]
    return rest


def _turn(joint: int, joints: Doubles, rest: Doubles, before: Doubles) -> Doubles:
    children = list(_CHILDREN[joint])
    bones = joints[:, children] - joints[:, [joint]]
    offsets = rest[children] - rest[joint]
    if len(children) > 1:
        return _kabsch(np.broadcast_to(offsets, bones.shape), bones)
    return _shortest((before @ offsets[0]), bones[:, 0]) @ before


def _kabsch(source: Doubles, target: Doubles) -> Doubles:
    """(..., 3, 3) proper rotations that bring points (..., N, 3) about the origin closest to others."""
    u, _, vt = np.linalg.svd(np.swapaxes(target, -1, -2) @ source)
    flip = np.ones((*u.shape[:-2], 3))
    flip[..., 2] = np.sign(np.linalg.det(u @ vt))
    return (u * flip[..., None, :]) @ vt


def _shortest(source: Doubles, target: Doubles) -> Doubles:
    """(T, 3, 3) by Rodrigues' formula; opposite directions, which have no shortest way, stay as they are."""
    a = source / np.maximum(np.linalg.norm(source, axis=-1, keepdims=True), 1e-12)
    b = target / np.maximum(np.linalg.norm(target, axis=-1, keepdims=True), 1e-12)
    axis, cosine = np.cross(a, b), np.sum(a * b, axis=-1)
    x, y, z = axis.T
    zero = np.zeros_like(x)
    cross = np.stack((zero, -z, y, z, zero, -x, -y, x, zero), axis=-1).reshape(-1, 3, 3)
    turn = np.eye(3) + cross + cross @ cross / np.maximum(1 + cosine, 1e-9)[:, None, None]
    turn[cosine < -1 + 1e-9] = np.eye(3)
    return turn
