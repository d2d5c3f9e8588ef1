"""What data sets keep beside a clip that follows from its motion alone, computed anew from a corrected one."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.library import BodyChoice, choose_body
from interact_core.clip import Clip, RestJoints

_CHUNK: Final = 64


def motion_arrays(
    clip: Clip, models_dir: Path | None, choice: BodyChoice | None = None, *, any_body: bool = False
) -> dict[str, NDArray[np.float32]]:
    """`joints.npy` (T, 52, 3) and `markers.npy` (T, 77, 3) in the clip's world, metres: data format note, section 2.

    On a stand-in the markers would be another person's and stay out; so do joints, unless the source gave the skeleton.
    `any_body` takes the stand-in's all the same; `choice` spares choosing again.
    """
    choice = choice or choose_body(clip.body, models_dir)
    exact_joints = any_body or not choice.stand_in or isinstance(clip.body.shape, RestJoints)
    if not exact_joints:
        return {}
    joints, markers = [], []
    for start in range(0, clip.num_frames, _CHUNK):
        body = choice.bound.pose(clip.body, slice(start, min(start + _CHUNK, clip.num_frames)))
        joints.append(body.joints)
        markers.append(body.vertices[:, choice.model.marker_vertices])
    found = {"joints.npy": np.concatenate(joints).astype(np.float32)}
    if any_body or not choice.stand_in:
        found["markers.npy"] = np.concatenate(markers).astype(np.float32)
    return found
