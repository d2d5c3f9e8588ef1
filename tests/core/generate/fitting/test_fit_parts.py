"""The pieces of the fit against difference quotients and rigid motions."""

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from interact_core.bodies.kinematics import rotation_matrices
from interact_core.bodies.library import open_body
from interact_core.clip.skeleton import NUM_JOINTS
from interact_core.generate.fitting.descent import Calm
from interact_core.generate.fitting.poses import WIDTH, Pose, rotation_vectors
from interact_core.generate.fitting.problem import Problem, columns_of
from interact_core.generate.fitting.shapes import BetaSpace
from interact_core.generate.fitting.start import limbs, spread_frames
from interact_core.refine.banded import Banded


def some_pose(frames: int, size: float, seed: int = 0) -> Pose:
    noise = torch.Generator().manual_seed(seed)
    local = rotation_matrices(size * torch.randn(frames, NUM_JOINTS, 3, generator=noise))
    return Pose(local, torch.randn(frames, 3, generator=noise))


def problem_for(frames: int) -> Problem:
    poser = BetaSpace(open_body("neutral")).poser(np.zeros(10), frames, "cpu")
    return Problem(poser, torch.zeros(frames, 77, 3), torch.ones(frames, 77), 0.01, columns_of(True, "cpu"))


def test_rows_say_how_markers_move() -> None:
    problem, pose = problem_for(3), some_pose(3, 0.3)
    step = 1e-3 * torch.randn(3, WIDTH, generator=torch.Generator().manual_seed(1))
    before, joints, world = problem.points(pose)
    told = torch.einsum("tnac,tc->tna", problem.rows(before, joints, world), step)
    moved = problem.points(pose.moved(step))[0] - before
    # Helper joints of the skin turn only part of the way: a few per cent.
    assert (told - moved).norm(dim=-1).mean() < 0.03 * moved.norm(dim=-1).mean()


def test_the_slope_is_that_of_the_value() -> None:
    problem, pose = problem_for(2), some_pose(2, 0.3)
    slope, _ = problem.normal(pose)
    step = 1e-3 * torch.randn(2, WIDTH, generator=torch.Generator().manual_seed(2))
    change = (problem.value(pose.moved(step)).double() - problem.value(pose.moved(-step)).double()) / 2
    assert torch.allclose((slope * step).sum(dim=1).double(), change, rtol=0.02)


def test_smoothness_its_slope_and_its_matrix_agree() -> None:
    calm = Calm(1.0, 30.0)
    start = some_pose(1, 0.3)
    pose = Pose(start.local.repeat(6, 1, 1, 1), start.transl.repeat(6, 1))
    step = 0.01 * torch.randn(6, WIDTH, generator=torch.Generator().manual_seed(3))
    assert float(calm.value(pose)) == 0.0
    matrix = Banded.zeros(6, WIDTH, step)
    calm.add(matrix, torch.arange(WIDTH))
    along = torch.einsum("tab,tb->ta", matrix.near, step)
    along[:-1] += torch.einsum("tab,tb->ta", matrix.one[:-1], step[1:])
    along[1:] += torch.einsum("tba,tb->ta", matrix.one[:-1], step[:-1])
    along[:-2] += torch.einsum("tab,tb->ta", matrix.two[:-2], step[2:])
    along[2:] += torch.einsum("tba,tb->ta", matrix.two[:-2], step[:-2])
    assert torch.allclose(0.5 * (along * step).sum(), calm.value(pose.moved(step)), rtol=0.02)
    assert torch.allclose(calm.slope(pose.moved(step)), along, rtol=0.1, atol=0.05 * float(along.abs().mean()))


def test_rotation_vectors_undo_rotation_matrices() -> None:
    turns = 0.6 * torch.randn(50, 3, generator=torch.Generator().manual_seed(4))
    turns[0] = 0.0
    assert torch.allclose(rotation_vectors(rotation_matrices(turns)), turns, atol=1e-5)


def test_limbs_of_a_rest_body_that_was_moved_are_exact_and_of_hidden_ones_the_neighbour_s() -> None:
    model = open_body("neutral")
    rest, pelvis = model.template[model.marker_vertices].astype(float), model.template_joints[0].astype(float)
    turn = Rotation.from_rotvec([[0.2, 1.5, 0.1], [0.1, 1.0, 0.0]])
    moved = np.array([1.0, 2.0, 3.0])
    markers = np.stack([r.apply(rest) + moved for r in turn])
    markers[1, :20] = np.nan
    markers[1, 33:37] = np.nan
    local, place = limbs(markers, rest, pelvis)
    assert np.allclose(local[0, 0], turn[0].as_matrix(), atol=1e-6)
    assert np.allclose(local[:, 1:], np.eye(3), atol=1e-5)
    assert np.allclose(place[0], turn[0].apply(pelvis) + moved, atol=1e-6)


def test_frames_that_decide_are_spread_and_well_seen() -> None:
    markers = np.zeros((40, 77, 3))
    markers[5, :30] = np.nan
    chosen = spread_frames(markers, 8)
    assert len(chosen) == 8 and 5 not in chosen and np.diff(chosen).min() >= 1
    assert spread_frames(markers[:3], 8).tolist() == [0, 1, 2]
