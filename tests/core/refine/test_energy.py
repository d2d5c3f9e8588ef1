"""The energy: exact gradients, what it does not care about, and cases that can be worked out by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.bodies.library import choose_body  # noqa: E402
from interact_core.clip import Clip  # noqa: E402
from interact_core.geometry.grid_build import Lattice  # noqa: E402
from interact_core.geometry.object_grid import build_grid  # noqa: E402
from interact_core.jobs.context import NullContext  # noqa: E402
from interact_core.refine.distance import PartField  # noqa: E402
from interact_core.refine.energy import ANCHORED, Energy  # noqa: E402
from interact_core.refine.limits import HandLimits  # noqa: E402
from interact_core.refine.options import RefineOptions  # noqa: E402
from interact_core.refine.pairs import Held, find_pairs  # noqa: E402
from interact_core.refine.scene import build_scene  # noqa: E402
from interact_core.refine.stages import stages_for, weights_for  # noqa: E402
from interact_core.refine.state import State, clip_of, moved, state_of  # noqa: E402
from interact_core.refine.windows import WindowSolver, windows_of  # noqa: E402

SIZE = 0.16
NO_HANDS_MISSING = {"left": False, "right": False}


def _energy(clip: Clip, grids: Path) -> tuple[Energy, State, "torch.Tensor"]:
    options = RefineOptions(double_precision=True)
    choice = choose_body(clip.body, None)
    scene = build_scene(clip, choice, "cpu", torch.float64, grids, NullContext())
    state = state_of(clip, "cpu", torch.float64)
    limits = HandLimits(choice.bound, "cpu", torch.float64, NO_HANDS_MISSING)
    window = windows_of(slice(0, clip.num_frames), clip.num_frames, options)[0]
    solver = WindowSolver(scene, state, window, options, limits, NO_HANDS_MISSING, NullContext())
    stage = stages_for(options, has_objects=True, has_fingers=True)[-1]
    weights = weights_for(stage, scene, options, NO_HANDS_MISSING, clip.fps)
    pairs = find_pairs(scene, state, solver._survey(state), solver._contacts, solver._feet, options, {"left": 1.0, "right": 1.0})
    energy = Energy(scene, pairs, state, options, weights, 0, limits)
    energy.begin(state)
    return energy, state, weights.columns


def test_gradient_agrees_with_finite_differences(desk, grids: Path) -> None:
    clip = desk.clip(5, -0.012)
    energy, start, columns = _energy(clip, grids)
    rng = np.random.default_rng(1)
    # Away from the reference, or half of the terms would be at their flat bottom.
    groups = energy._scene.groups
    state = moved(start, groups, torch.as_tensor(rng.normal(0, 0.004, (5, groups.width))))
    value, slope, terms = energy.gradient(state)
    assert min(terms[k] for k in ("penetration", "slip", "body", "object", "smooth")) > 0
    for _ in range(5):
        direction = torch.as_tensor(rng.normal(size=(5, groups.width)))
        h = 1e-7
        rise = (energy.value(moved(state, groups, h * direction)) - energy.value(moved(state, groups, -h * direction))) / (2 * h)
        expected = float((slope * direction[:, columns]).sum())
        assert float(rise) == pytest.approx(expected, rel=2e-3, abs=1e-2 * abs(float(value)))


def test_anchors_pull_regions_to_their_places_on_the_part(desk, grids: Path) -> None:
    """Anchors where the regions are cost nothing wherever hand and part go together; one shifted by 2 tolerances costs 4."""
    energy, start, columns = _energy(desk.clip(5, -0.002), grids)
    slip = energy._pairs.slip
    place = energy._slip_places(energy.points(start))
    weight = (slip.part >= 0).to(place.dtype).expand(len(place), -1)
    assert float(weight.sum()) > 0

    def held(off: float) -> None:
        away = torch.tensor([0.0, off, 0.0], dtype=place.dtype)
        energy._pairs = replace(energy._pairs, slip=replace(slip, held=Held(place + away, weight, 0.005)))

    held(0.0)
    assert float(energy.terms(energy.points(start))["anchors"]) == pytest.approx(0.0, abs=1e-9)
    together = replace(start, transl=start.transl + 0.1, translation=start.translation + 0.1)
    assert float(energy.terms(energy.points(together))["anchors"]) == pytest.approx(0.0, abs=1e-9)
    held(0.010)
    assert float(energy.terms(energy.points(start))["anchors"]) == pytest.approx(ANCHORED * 4 * float(weight.sum()))
    state = moved(start, energy._scene.groups, torch.as_tensor(np.random.default_rng(2).normal(0, 0.003, (5, columns.max() + 1))))
    _, slope, _ = energy.gradient(state)
    direction = torch.as_tensor(np.random.default_rng(3).normal(size=(5, energy._scene.groups.width)))
    h = 1e-7
    rise = [energy.value(moved(state, energy._scene.groups, sign * h * direction)) for sign in (1, -1)]
    assert float(rise[0] - rise[1]) / (2 * h) == pytest.approx(float((slope * direction[:, columns]).sum()), rel=2e-3)


def test_matrix_matches_the_curvature_of_what_is_quadratic(desk, grids: Path) -> None:
    """Staying near and smooth, along a translation of everything: no more than the matrix says, and most of it."""
    energy, start, columns = _energy(desk.clip(6, 0.4), grids)
    groups = energy._scene.groups
    matrix = energy.matrix(energy.points(start))
    step = torch.zeros(6, groups.width, dtype=torch.float64)
    step[:, 1] = torch.tensor([0.0, 1e-3, 2e-3, 1e-3, 0.0, 1e-3])
    part = step[:, columns]
    product = torch.einsum("tab,tb->ta", matrix.near, part)
    product[:-1] += torch.einsum("tab,tb->ta", matrix.one[:-1], part[1:])
    product[1:] += torch.einsum("tba,tb->ta", matrix.one[:-1], part[:-1])
    product[:-2] += torch.einsum("tab,tb->ta", matrix.two[:-2], part[2:])
    product[2:] += torch.einsum("tba,tb->ta", matrix.two[:-2], part[:-2])

    def cost(sign: float) -> float:
        terms = energy.terms(energy.points(moved(start, groups, sign * step)))
        return sum(float(terms[name]) for name in ("body", "smooth"))

    # The first columns of the floor's terms are not in it: they are the rest of the product.
    bare = 0.5 * (cost(1.0) + cost(-1.0)) - cost(0.0)
    assert bare <= 0.5 * float((product * part).sum()) * 1.001
    assert bare >= 0.1 * 0.5 * float((product * part).sum())


def test_penetration_of_a_known_depth(desk, grids: Path) -> None:
    """A box raised by 10 mm under a resting hand, against the closed formula of a box."""
    energy, start, _ = _energy(desk.clip(3, -0.010), grids)
    points = energy.points(start)
    distance = energy._skin_distance(points)
    pairs = energy._pairs.skin
    own = (points.skin[pairs.frame, pairs.point] - start.translation[pairs.frame, pairs.part]).numpy()
    outside = np.abs(own) - SIZE / 2
    exact = np.linalg.norm(np.maximum(outside, 0), axis=1) + np.minimum(outside.max(axis=1), 0)
    assert exact.min() < -0.005
    # Trilinear interpolation rounds the box's edges off; on its faces it is exact.
    np.testing.assert_allclose(distance, exact, atol=0.0012)


def test_a_foot_below_the_floor_costs_its_whole_depth(desk, grids: Path) -> None:
    """Standing exactly on the floor and then 3 mm lower, in millimetres squared by hand."""
    energy, start, _ = _energy(desk.clip(3, 0.4), grids)
    low = replace(start, transl=start.transl - torch.tensor([0.0, 0.003, 0.0], dtype=torch.float64))
    points = energy.points(low)
    height = points.skin[:, energy._pairs.floor, 1].numpy()
    assert height.min() == pytest.approx(-0.003, abs=1e-5)
    expected = (np.maximum(-1000 * height, 0.0) ** 2).sum()
    assert float(energy.terms(points)["floor"]) == pytest.approx(expected, rel=1e-6)
    assert float(energy.terms(energy.points(start))["floor"]) < 1e-3 * expected


def test_a_turned_and_shifted_world_costs_the_same(desk, grids: Path) -> None:
    clip = desk.clip(4, -0.008, sway=0.05)
    energy, start, _ = _energy(clip, grids)
    value = {k: float(v) for k, v in energy.terms(energy.points(start)).items()}
    angle = 0.7
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    shift = np.array([1.5, 0.0, -0.7])
    fresh = _turned(clip, turn, shift, choose_body(clip.body, None).bound.rest_joints[0])
    energy, start, _ = _energy(fresh, grids)
    again = {k: float(v) for k, v in energy.terms(energy.points(start)).items()}
    for name, expected in value.items():
        # A sample point with two nearest vertices may go to either, and they stand for different shares of skin.
        close = 1e-2 if name == "object_in_body" else 1e-3
        assert again[name] == pytest.approx(expected, rel=close, abs=1e-3), name


def _turned(clip: Clip, turn: np.ndarray, shift: np.ndarray, rest: np.ndarray) -> Clip:
    state = state_of(clip, "cpu", torch.float64)
    local = state.local.clone()
    t = torch.as_tensor(turn)
    local[:, 0] = t @ local[:, 0]
    pelvis = torch.as_tensor(rest.astype(np.float64))
    transl = (state.transl + pelvis) @ t.T + torch.as_tensor(shift) - pelvis
    rotation = t @ state.rotation
    translation = state.translation @ t.T + torch.as_tensor(shift)
    return clip_of(clip, State(local, transl, rotation, translation))


def test_distance_and_slope_in_one_look(desk) -> None:
    grid = build_grid(desk.clip(1).objects[0].parts[0].mesh, 48)
    assert isinstance(grid.lattice, Lattice)
    field = PartField(grid, "cpu", torch.float64)
    rng = np.random.default_rng(3)
    points = torch.as_tensor(rng.uniform(-0.3, 0.3, (400, 3))).requires_grad_()
    distance = field(points)
    expected, gradient = grid.sample(points.detach())
    box = (points.detach().abs() <= 0.17).all(dim=1)
    np.testing.assert_allclose(distance.detach()[box], expected[box], atol=1e-9)
    distance.sum().backward()
    np.testing.assert_allclose(points.grad[box], gradient[box], atol=1e-7)
    # Outside the grid the distance grows by the way to it, and always with slope one.
    far = ~(points.detach().abs() <= 0.19).all(dim=1)
    np.testing.assert_allclose(np.linalg.norm(points.grad[far], axis=1), 1.0, atol=1e-9)


def test_a_clip_goes_through_a_state_unchanged(desk) -> None:
    clip = desk.clip(3)
    pose = np.array(clip.body.body_pose)
    pose[:, 3] = [3.5, 0.1, 0.0]  # more than half a turn, as some sources write it
    clip = replace(clip, body=replace(clip.body, body_pose=pose))
    back = clip_of(clip, state_of(clip, "cpu", torch.float64))
    np.testing.assert_allclose(back.body.body_pose, pose, atol=1e-9)
    np.testing.assert_allclose(back.objects[0].parts[0].rotation, clip.objects[0].parts[0].rotation, atol=1e-9)
