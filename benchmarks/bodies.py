"""Posing the open body in batches, next to two peers on the same body in the same run.

Peers: `smplx.lbs.lbs` (dense linear blending of the smplx package, same vertices and joints, without our helper joints and
with no pose directions) and a plain numpy gather. Run: python -m benchmarks.bodies
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from interact_core.bodies.library import open_body
from interact_core.bodies.open_body import BoundOpenBody
from interact_core.clip import Betas, BodyMotion
from interact_core.clip.skeleton import NUM_JOINTS, PARENTS

if TYPE_CHECKING:
    from torch import Tensor

THREADS = 2
BAR_MS = 4.0


def main() -> None:
    import torch

    torch.set_num_threads(THREADS)
    body = open_body("neutral")
    bound = body.bind(Betas(np.zeros(10)))
    print(f"open body: {body.num_vertices} vertices, {len(body.faces)} faces, {NUM_JOINTS} joints, {len(body.helpers)} helpers")
    print(f"{'frames':>7} {'ours':>9} {'smplx.lbs':>10} {'numpy':>9}   milliseconds per frame, {THREADS} threads")
    for frames in (1, 32, 64, 128):
        motion = _motion(frames)
        ours = _per_frame(lambda m=motion: bound.pose(m), frames)
        dense = _per_frame(_dense_lbs(bound, motion), frames)
        plain = _per_frame(_numpy_lbs(bound, motion), frames)
        verdict = "" if frames == 1 else (" ok" if ours <= BAR_MS else f" over the bar of {BAR_MS}")
        print(f"{frames:>7} {ours:>9.2f} {dense:>10.2f} {plain:>9.2f}  {verdict}")


def _motion(frames: int) -> BodyMotion:
    pose = np.random.default_rng(0).normal(0, 0.3, (frames, NUM_JOINTS, 3))
    still = np.zeros((frames, 3))
    return BodyMotion("open", "neutral", Betas(np.zeros(10)), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:], still)


def _per_frame(call: Callable[[], object], frames: int, repeats: int = 9) -> float:
    """Milliseconds, the best of some repeats: what the code costs, not what else the machine was doing."""
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3 / frames


def _dense_lbs(bound: BoundOpenBody, motion: BodyMotion) -> Callable[[], object]:
    import torch
    from smplx.lbs import lbs

    vertices = torch.from_numpy(bound.rest_vertices)
    arrays = {
        "v_template": vertices, "shapedirs": torch.zeros(*vertices.shape, 1), "J_regressor": _nearest_regressor(bound),
        "posedirs": torch.zeros(9 * (NUM_JOINTS - 1), vertices.numel()), "parents": torch.tensor([-1, *PARENTS[1:]]),
        "lbs_weights": torch.from_numpy(bound.model.joint_weights),
    }  # fmt: skip
    pose = torch.from_numpy(motion.full_pose().astype(np.float32)).flatten(1)
    return lambda: lbs(torch.zeros(len(pose), 1), pose, **arrays)


def _nearest_regressor(bound: BoundOpenBody) -> "Tensor":
    """Joints read off the nearest vertex: the same work for the peer, not the same place."""
    import torch

    nearest = [int(np.argmin(np.linalg.norm(bound.rest_vertices - joint, axis=1))) for joint in bound.rest_joints]
    regressor = torch.zeros(NUM_JOINTS, len(bound.rest_vertices))
    regressor[torch.arange(NUM_JOINTS), torch.tensor(nearest)] = 1.0
    return regressor


def _numpy_lbs(bound: BoundOpenBody, motion: BodyMotion) -> Callable[[], object]:
    from scipy.spatial.transform import Rotation

    weights = bound.model.joint_weights
    order = np.argsort(-weights, axis=1)[:, :4]
    value = np.take_along_axis(weights, order, axis=1)
    value /= value.sum(1, keepdims=True)
    pose, rest = motion.full_pose(), bound.rest_joints

    def run() -> None:
        local = Rotation.from_rotvec(pose.reshape(-1, 3)).as_matrix().reshape(len(pose), NUM_JOINTS, 3, 3).astype(np.float32)
        for frame in local:
            world, place = frame.copy(), rest.copy()
            for j in range(1, NUM_JOINTS):
                world[j] = world[PARENTS[j]] @ frame[j]
                place[j] = place[PARENTS[j]] + world[PARENTS[j]] @ (rest[j] - rest[PARENTS[j]])
            offset = place - np.einsum("jab,jb->ja", world, rest)
            blended = np.einsum("vk,vkab->vab", value, world[order])
            np.einsum("vab,vb->va", blended, bound.rest_vertices) + np.einsum("vk,vka->va", value, offset[order])

    return run


if __name__ == "__main__":
    main()
