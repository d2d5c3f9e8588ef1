"""NPZ: a clip as plain arrays that need neither this program nor a body model to be read."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.clip.skeleton import JOINT_NAMES, PARENTS
from interact_core.formats.interact_writer import human_arrays
from interact_core.geometry.rotations import axis_angle_to_matrix, local_to_global
from interact_core.inspection.posed import PosedClip


def clip_arrays(posed: PosedClip) -> dict[str, NDArray[Any]]:
    """Body, joints, markers, objects and words of one clip; docs/formats.md lists the keys. No body surface is among them."""
    clip, choice = posed.clip, posed.choice
    local = axis_angle_to_matrix(clip.body.full_pose())
    human = human_arrays(clip.body)
    arrays: dict[str, NDArray[Any]] = {
        "fps": np.array(clip.fps), "name": np.array(clip.id), "family": np.array(clip.body.family),
        "body": np.array(choice.model.name), "gender": human.pop("gender"), **human,
        "joint_names": np.array(JOINT_NAMES), "joint_parents": np.array(PARENTS),
        "rest_joints": np.asarray(choice.bound.rest_joints, np.float32), "joints": posed.joints,
        "joint_rotations": local_to_global(local, PARENTS).astype(np.float32),
        "marker_names": np.array(MARKER_NAMES), "markers": posed.body_vertices[:, choice.model.marker_vertices],
        "captions": np.array([c.text for c in clip.captions], dtype=np.str_), "actions": np.array(clip.actions, dtype=np.str_),
        "part_names": np.array(posed.part_names, dtype=np.str_),
    }  # fmt: skip
    for k, part in enumerate(posed.parts):
        arrays[f"part{k}_vertices"], arrays[f"part{k}_faces"] = part.mesh.vertices, part.mesh.faces
        arrays[f"part{k}_rotation"] = np.asarray(part.rotation, np.float32)
        arrays[f"part{k}_translation"] = np.asarray(part.translation, np.float32)
        if part.missing is not None:
            arrays[f"part{k}_missing"] = part.missing
    return arrays
