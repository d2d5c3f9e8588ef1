"""The banded solver against a dense one."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.refine.banded import Banded, solve  # noqa: E402


def _system(frames: int, width: int, seed: int) -> tuple[Banded, np.ndarray]:
    rng = np.random.default_rng(seed)
    dense = np.eye(frames * width)
    for t in range(frames):
        rows = np.zeros((4, frames * width))
        stop = min((t + 3) * width, frames * width)
        rows[:, t * width : stop] = rng.normal(size=(4, stop - t * width))
        dense += rows.T @ rows
    blocks = torch.as_tensor(dense).reshape(frames, width, frames, width).permute(0, 2, 1, 3)
    matrix = Banded.zeros(frames, width, torch.zeros(1, dtype=torch.float64))
    for t in range(frames):
        matrix.near[t] = blocks[t, t]
        if t + 1 < frames:
            matrix.one[t] = blocks[t, t + 1]
        if t + 2 < frames:
            matrix.two[t] = blocks[t, t + 2]
    return matrix, dense


@pytest.mark.parametrize(("frames", "width"), [(1, 3), (2, 4), (3, 2), (8, 5), (9, 3), (70, 2), (40, 40), (7, 65), (1, 70)])
def test_solution_is_the_dense_one(frames: int, width: int) -> None:
    matrix, dense = _system(frames, width, frames)
    right = torch.as_tensor(np.random.default_rng(1).normal(size=(frames, width)))
    damping = torch.full((frames, width), 0.3, dtype=torch.float64)
    found = solve(matrix, right, damping, lambda: None)
    expected = np.linalg.solve(dense + 0.3 * np.eye(len(dense)), right.numpy().ravel())
    assert found is not None
    np.testing.assert_allclose(found.numpy().ravel(), expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("width", [3, 40, 70])
def test_two_systems_at_once_are_as_two_alone(width: int) -> None:
    parts = [_system(9, width, seed)[0] for seed in range(2)]
    both = Banded.zeros(9, 2 * width, parts[0].near, apart=2)
    for name in ("near", "one", "two"):
        for k, part in enumerate(parts):
            own = slice(k * width, (k + 1) * width)
            getattr(both, name)[:, own, own] = getattr(part, name)
    right, damping = torch.linspace(-1, 1, 9 * 2 * width, dtype=torch.float64).reshape(2, 9, -1).unbind(0), torch.tensor(0.3)
    found = solve(both, torch.cat(right, dim=1), damping.expand(9, 2 * width), lambda: None)
    alone = [solve(part, own, damping.expand(9, width), lambda: None) for part, own in zip(parts, right, strict=True)]
    assert found is not None
    np.testing.assert_allclose(found, torch.cat([x for x in alone if x is not None], dim=1), rtol=1e-9, atol=1e-12)


def test_an_indefinite_matrix_is_refused() -> None:
    matrix, _ = _system(4, 3, 0)
    matrix.one[1] *= 1000
    assert solve(matrix, torch.ones(4, 3, dtype=torch.float64), torch.zeros(4, 3, dtype=torch.float64), lambda: None) is None


def test_long_work_can_be_stopped() -> None:
    matrix, _ = _system(6, 2, 0)

    def stop() -> None:
        raise RuntimeError("asked to stop")

    with pytest.raises(RuntimeError, match="asked"):
        solve(matrix, torch.ones(6, 2, dtype=torch.float64), torch.zeros(6, 2, dtype=torch.float64), stop)
