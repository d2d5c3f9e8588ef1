"""Every baked demo clip, read and posed once per session."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import open_body
from interact_core.clip import Clip
from interact_core.clip.skeleton import JOINT_INDEX, PARENTS
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip

STRIDE = 6
"""Frames whose whole skin is posed; joints come for every frame."""


@dataclass(frozen=True)
class Shown:
    clip: Clip
    frames: NDArray[np.int64]
    skin: NDArray[np.float32]
    joints: NDArray[np.float32]

    def contact(self, name: str) -> NDArray[np.bool_]:
        return np.asarray(self.clip.recorded_contact.get(name, np.zeros(self.clip.num_frames)), bool)

    def joint(self, name: str) -> NDArray[np.float32]:
        return self.joints[:, JOINT_INDEX[name]]


def show(clip: Clip) -> Shown:
    frames = np.arange(0, clip.num_frames, STRIDE)
    body = open_body(clip.body.gender).bind(clip.body.shape)
    posed = body.pose(clip.body, slice(None, None, STRIDE))
    return Shown(clip, frames, posed.vertices, _all_joints(clip, np.asarray(body.rest_joints, np.float64)))


def _all_joints(clip: Clip, rest: NDArray[np.float64]) -> NDArray[np.float32]:
    """Plain forward kinematics of all 52 joints, written here so that the demo's own solver is not its own witness."""
    vectors = np.asarray(clip.body.full_pose(), np.float64)
    local = Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix().reshape(-1, 52, 3, 3)
    turn, place = local.copy(), np.zeros((clip.num_frames, 52, 3))
    place[:, 0] = rest[0] + clip.body.transl
    for j in range(1, 52):
        p = PARENTS[j]
        turn[:, j] = turn[:, p] @ local[:, j]
        place[:, j] = place[:, p] + turn[:, p] @ (rest[j] - rest[p])
    return place.astype(np.float32)


@pytest.fixture(scope="session")
def demo_clips() -> dict[str, Clip]:
    listing = open_path(demo_root())
    assert not listing.problems
    return {ref.id: read_clip(ref) for ref in listing.refs}


@pytest.fixture(scope="session")
def clean(demo_clips: dict[str, Clip]) -> dict[str, Shown]:
    return {name: show(clip) for name, clip in demo_clips.items() if not clip.metadata["parent"]}
