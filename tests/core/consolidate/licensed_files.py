"""Model files in the right form with a plausible figure in them: licensed ones cannot be in the repository.

The open body's vertices stand in for the topology's, nearest joint by nearest joint, so that shapes and poses mean something.
"""

from pathlib import Path

import numpy as np

from interact_core.bodies.markers import marker_ids
from interact_core.bodies.open_body import OpenBody, load_open_body
from interact_core.clip import Betas, BodyMotion
from interact_core.clip.skeleton import PARENTS


def _parents(family: str) -> list[int]:
    if family == "smplh":
        return list(PARENTS)
    if family == "smpl":
        return [*PARENTS[:22], 20, 21]
    return [*PARENTS[:22], 15, 15, 15, *[p + 3 if p >= 22 else p for p in PARENTS[22:]]]


def _drooping(body: OpenBody, droop: float) -> tuple[np.ndarray, np.ndarray]:
    pose = np.zeros((1, 52, 3))
    pose[0, 16, 2], pose[0, 17, 2] = -droop, droop
    motion = BodyMotion(
        "open", "neutral", Betas(np.zeros(0)), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:], np.zeros((1, 3))
    )
    posed = body.bind(motion.shape).pose(motion)
    return posed.vertices[0].astype(float), posed.joints[0].astype(float)


def write_models(root: Path, *families: str, gender: str = "male", bend: float = 0.004, droop: float = 0.0) -> Path:
    """A models folder. `bend`: metres that pose-dependent shape moves the first hundred vertices by, per unit of feature;
    `droop`: radians that the arms of the rest pose hang lower than the open body's."""
    body = load_open_body("neutral")
    rest, joints = _drooping(body, droop)
    for family in families:
        rng = np.random.default_rng(len(family) + ord(family[-1]))
        count, parents = (10475 if family == "smplx" else 6890), _parents(family)
        shared = {"smplh": [*range(52)], "smplx": [*range(22), 15, 15, 15, *range(22, 52)], "smpl": [*range(22), 22, 37]}[family]
        # The markers' vertices must be the markers': elsewhere any vertices of the surface will do.
        source = rng.integers(0, body.num_vertices, count)
        source[marker_ids(count)] = body.marker_vertices
        centre = joints[shared] + np.array([0, -0.3, 0])
        vertices = rest[source] + np.array([0, -0.3, 0])
        weights = np.zeros((count, len(parents)), np.float32)
        for column, joint in enumerate(shared):
            if shared.index(joint) == column:
                mine = [
                    k for k in range(52) if joint == k or (family == "smpl" and joint in (22, 37) and joint <= k < joint + 15)
                ]
                weights[:, column] = body.joint_weights[source][:, mine].sum(1)
        weights /= weights.sum(1, keepdims=True)
        shapes = np.concatenate([body.shape_vertices[:, source].transpose(1, 2, 0)] * 2, axis=2)
        regressor = np.zeros((len(parents), count), np.float32)
        for joint in range(len(parents)):
            near = np.argsort(np.linalg.norm(vertices - centre[joint], axis=1))[:12]
            # Affine weights that put the joint exactly where it is.
            system = np.r_[vertices[near].T, np.ones((1, 12))]
            regressor[joint, near] = np.linalg.lstsq(system, np.r_[centre[joint], 1.0], rcond=None)[0]
        posedirs = np.zeros((count, 3, 9 * (len(parents) - 1)), np.float32)
        posedirs[:100] = rng.normal(0, bend, posedirs[:100].shape)
        folder = root / family
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(
            folder / f"{family.upper()}_{gender.upper()}.npz", v_template=vertices.astype(np.float32), shapedirs=shapes,
            posedirs=posedirs, J_regressor=regressor, weights=weights, f=np.arange(3 * (count // 3)).reshape(-1, 3),
            kintree_table=np.array([[2**32 - 1, *parents[1:]], range(len(parents))], np.int64),
        )  # fmt: skip
    return root
