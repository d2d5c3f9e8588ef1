"""The Gauss-Newton matrix made of shared rows against one row after the other, and gradients without a graph of the step."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.bodies.points import subtree  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS  # noqa: E402
from interact_core.geometry.object_grid import build_grid  # noqa: E402
from interact_core.refine.banded import Banded  # noqa: E402
from interact_core.refine.distance import PartField, pair_distance  # noqa: E402
from interact_core.refine.jacobian import Levers, arranged, by_increments  # noqa: E402
from interact_core.refine.state import FIRST_OBJECT, Groups, State, moved  # noqa: E402

FRAMES, POINTS, PARTS = 5, 30, 3
LEFT_HAND = [JOINT_INDEX["left_wrist"], *range(22, 37)]
RIGHT_HAND = [JOINT_INDEX["right_wrist"], *range(37, 52)]
COLUMNS = {
    "everything": list(range(FIRST_OBJECT + 12)),
    "hands": [3 + 3 * joint + k for joint in (*LEFT_HAND, *RIGHT_HAND) for k in range(3)],
    "objects": list(range(FIRST_OBJECT, FIRST_OBJECT + 12)),
}


def _random(*shape: int) -> "torch.Tensor":
    return torch.as_tensor(np.random.default_rng(sum(shape)).normal(size=shape))


def _turns(*shape: int) -> "torch.Tensor":
    q, _ = torch.linalg.qr(_random(*shape, 3, 3))
    return q * torch.linalg.det(q)[..., None, None]


class _Case:
    """Points on either hand, on the chest and on both hands at once; two parts on one hinge and one alone."""

    def __init__(self, name: str) -> None:
        self.columns = arranged(torch.tensor(COLUMNS[name]))
        self.groups = Groups(((0, 1), (2,)), torch.tensor([0, 0, 1]), _random(2, 3))
        self.weights = torch.zeros(POINTS, NUM_JOINTS, dtype=torch.float64)
        for n in range(POINTS):
            joint = (LEFT_HAND[n % 16], RIGHT_HAND[n % 16], JOINT_INDEX["spine2"])[n % 3]
            self.weights[n, joint] = 0.7
            self.weights[n, 0 if n % 3 == 2 else joint] += 0.3
        self.state = State(_turns(FRAMES, 52), _random(FRAMES, 3), _turns(FRAMES, PARTS), _random(FRAMES, PARTS, 3))
        self.skin, self.joints, self.world = _random(FRAMES, POINTS, 3), _random(FRAMES, 52, 3), _turns(FRAMES, 52)
        self.levers = Levers(self.weights, 4, self.groups, self.columns)
        self.levers.at(self.state, self.joints, self.world, self.skin)
        self.result = Banded.zeros(FRAMES, len(self.columns), self.skin)

    def row(self, t: int, share: "torch.Tensor", place: "torch.Tensor", part: int, way: "torch.Tensor") -> "torch.Tensor":
        """way . (motion of a point that joints carry by share (52,) - motion of the part there), written out."""
        row = torch.zeros(self.groups.width, dtype=torch.float64)
        row[:3] = way
        for joint in range(NUM_JOINTS):
            lever = torch.linalg.cross(place - self.joints[t, joint], way)
            row[3 + 3 * joint : 6 + 3 * joint] = share[joint] * self.world[t, joint].T @ lever
        if part >= 0:
            group = int(self.groups.owner[part])
            arm = place - self.groups.world_centres(self.state)[t, group]
            row[FIRST_OBJECT + 6 * group :][:6] = -torch.cat([way, torch.linalg.cross(arm, way)])
        return row[self.columns]


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_of_surfaces_are_those_written_out(name: str) -> None:
    case = _Case(name)
    rng = np.random.default_rng(4)
    frame, point, part = (torch.as_tensor(rng.integers(low, high, 80)) for low, high in ((0, FRAMES), (0, POINTS), (-1, PARTS)))
    normal, weight = _random(80, 3), torch.as_tensor(rng.uniform(-1, 3, 80)).clamp(min=0)
    case.levers.add_rows(case.result, frame, point, part, normal, weight)
    carried = case.weights @ torch.as_tensor(subtree(), dtype=torch.float64).T
    expected = torch.zeros_like(case.result.near)
    for t, n, k, way, w in zip(frame.tolist(), point.tolist(), part.tolist(), normal, weight, strict=True):
        row = case.row(t, carried[n], case.skin[t, n], k, way)
        expected[t] += w * torch.outer(row, row)
    torch.testing.assert_close(case.result.near, expected)


@pytest.mark.parametrize("name", COLUMNS)
def test_slides_couple_a_frame_to_the_next(name: str) -> None:
    case = _Case(name)
    columns, part = torch.tensor([[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11], [0, 1, 3, 4]]), torch.tensor([0, -1, 2, 1])
    near, one = _random(FRAMES, 4, 3), _random(FRAMES - 1, 4, 3)
    case.levers.add_directions(case.result, columns, part, near, one)
    carried = case.weights @ torch.as_tensor(subtree(), dtype=torch.float64).T
    rows = torch.zeros(FRAMES, 12, len(case.columns), dtype=torch.float64)
    for t in range(FRAMES):
        for s, k in enumerate(part.tolist()):
            axes = torch.eye(3, dtype=torch.float64) if k < 0 else case.state.rotation[t, k].T
            place, share = case.skin[t, columns[s]].mean(dim=0), carried[columns[s]].mean(dim=0)
            rows[t, 3 * s : 3 * s + 3] = torch.stack([case.row(t, share, place, k, axis) for axis in axes])
    torch.testing.assert_close(case.result.near, rows.mT @ (rows * near.flatten(1)[..., None]))
    torch.testing.assert_close(case.result.one[:-1], rows[:-1].mT @ (rows[1:] * one.flatten(1)[..., None]))


def test_arms_are_apart_only_where_nothing_else_moves() -> None:
    assert _Case("hands").levers.apart == 2
    assert _Case("everything").levers.apart == 1
    assert _Case("objects").levers.apart == 1
    crossed = _Case("hands")
    crossed.weights[0, RIGHT_HAND[3]] = 0.2
    assert Levers(crossed.weights, 4, crossed.groups, crossed.columns).apart == 1


def test_gradient_by_increments_is_the_one_through_the_step() -> None:
    case = _Case("everything")
    ways = State(*(_random(*v.shape) for v in (case.state.local, case.state.transl, case.state.rotation, case.state.translation)))
    step = torch.zeros(FRAMES, case.groups.width, dtype=torch.float64, requires_grad=True)
    there = moved(case.state, case.groups, step)
    value = sum((a * b).sum() for a, b in zip(vars(there).values(), vars(ways).values(), strict=True))
    (expected,) = torch.autograd.grad(value, step)
    torch.testing.assert_close(by_increments(case.state, case.groups, ways), expected)


def test_distance_of_pairs_goes_back_as_one_by_one(desk) -> None:
    field = PartField(build_grid(desk.clip(1).objects[0].parts[0].mesh, 48), "cpu", torch.float64)
    inputs = [(0.1 * _random(3, 20, 3)), _turns(3, 2), 0.05 * _random(3, 2, 3)]
    skin, rotation, translation = (v.requires_grad_() for v in inputs)
    rng = np.random.default_rng(8)
    frame, part, point = (torch.as_tensor(rng.integers(0, n, 50)) for n in (3, 2, 20))
    weight = _random(50).clamp(min=0)
    distance, normal = pair_distance(skin, rotation, translation, (frame, part, point), [field, field])
    plain = field(((skin[frame, point] - translation[frame, part])[:, None] @ rotation[frame, part])[:, 0])
    torch.testing.assert_close(distance, plain)
    found = torch.autograd.grad((distance * weight).sum(), (skin, rotation, translation))
    torch.testing.assert_close(found, torch.autograd.grad((plain * weight).sum(), (skin, rotation, translation)))
    assert not normal.requires_grad
