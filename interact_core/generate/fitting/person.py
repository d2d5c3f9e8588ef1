"""Whose markers these are: shape and poses of some frames together, poses eliminated (Schur complement)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.generate.fitting.descent import whole
from interact_core.generate.fitting.poses import Pose
from interact_core.generate.fitting.problem import Problem
from interact_core.generate.fitting.shapes import ShapeSpace

_DIFFERENCE: Final = 0.05
"""Of a number's spread: the step of the difference quotients."""
_SETTLED: Final = 1e-2


@dataclass(frozen=True)
class Person:
    """`numbers` of the space, the frames' poses with them, and the energy."""

    space: ShapeSpace
    numbers: NDArray[np.float64]
    pose: Pose
    value: float


def fit_person(
    space: ShapeSpace, numbers: NDArray[np.float64], problem: Problem, pose: Pose, steps: int, checkpoint: Callable[[], None]
) -> Person:
    """At most `steps` Levenberg-Marquardt steps on shape and poses."""
    worth = _Worth(space, problem)
    value, damping = worth.value(numbers, pose), 1e-2
    for k in range(steps if len(numbers) else 0):
        checkpoint()
        slope, matrix, shape_slope, shape_matrix, both = worth.normal(numbers, pose, fresh=k % 2 == 0)
        old = value
        for _ in range(4):
            change, step = _arrow(slope, matrix, shape_slope, shape_matrix, both, damping)
            trial = pose.moved(whole(step, problem.columns))
            tried = numbers + np.clip(change, -space.spread, space.spread)
            now = worth.value(tried, trial)
            if now < value:
                numbers, pose, value, damping = tried, trial, now, max(damping / 4, 1e-5)
                break
            damping *= 8
        if old - value < _SETTLED * old:
            break
    return Person(space, numbers, pose, value)


def _arrow(
    slope: Tensor, matrix: Tensor, shape_slope: Tensor, shape_matrix: Tensor, both: Tensor, damping: float
) -> tuple[NDArray[np.float64], Tensor]:
    """The damped step: of the shape (S,), of the poses (T, C). `both` (T, C, S) couples them."""
    damped = matrix.clone()
    damped.diagonal(dim1=1, dim2=2).mul_(1 + damping).add_(1e-3)
    factor = torch.linalg.cholesky_ex(damped)[0]
    right = torch.cat([both, slope[..., None]], dim=-1)
    solved = torch.cholesky_solve(right, factor).double()
    through = (right.double().mT @ solved).sum(dim=0)
    size = len(shape_slope)
    own = shape_matrix.double()
    own = own + damping * torch.diag(own.diagonal()) - through[:size, :size]
    change = torch.linalg.solve(own, -(shape_slope.double() - through[:size, size]))
    step = -(solved[..., size] + solved[..., :size] @ change)
    return change.nan_to_num().cpu().numpy(), step.float().nan_to_num()


class _Worth:
    """Energy of shape and poses."""

    def __init__(self, space: ShapeSpace, problem: Problem) -> None:
        self._space, self._problem = space, problem
        self._frames = len(problem.targets)
        self._moves = problem.targets.new_zeros(0)
        """(T, 77, 3, S) how the points move with the numbers."""

    def _with(self, numbers: NDArray[np.float64]) -> Problem:
        return replace(self._problem, poser=self._space.poser(numbers, self._frames, self._problem.poser.device))

    def value(self, numbers: NDArray[np.float64], pose: Pose) -> float:
        prior = 0.5 * self._stiff * float(np.sum((numbers / self._space.spread) ** 2))
        return float(self._with(numbers).value(pose).sum()) + prior

    @property
    def _stiff(self) -> float:
        """The prior of the shape counts once, the markers in every frame: kept in proportion to them."""
        return float(self._frames)

    def normal(self, numbers: NDArray[np.float64], pose: Pose, *, fresh: bool) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        here = self._with(numbers)
        slope, matrix = here.normal(pose)
        with torch.no_grad():
            points, joints, world = here.points(pose)
            away = points - here.targets
            scale = here.weight[..., None] / here.noise**2
            if fresh:  # every other time: a step changes them little, and they are most of the work
                self._moves = self._by_shape(numbers, pose, points)
            moves = self._moves
            rows = here.rows(points, joints, world).flatten(1, 2)
            weighed = (moves * scale[..., None]).flatten(1, 2)
            spread = torch.as_tensor(self._space.spread, device=points.device, dtype=points.dtype)
            bent = torch.as_tensor(numbers, device=points.device, dtype=points.dtype)
            shape_slope = (weighed * away.flatten(1)[..., None]).sum(dim=(0, 1)) + self._stiff * bent / spread**2
            shape_matrix = (moves.flatten(1, 2).mT @ weighed).sum(dim=0) + torch.diag(self._stiff / spread**2)
            return slope, matrix, shape_slope, shape_matrix, rows.mT @ weighed

    def _by_shape(self, numbers: NDArray[np.float64], pose: Pose, points: Tensor) -> Tensor:
        found = []
        for k, spread in enumerate(self._space.spread):
            other = numbers.copy()
            other[k] += _DIFFERENCE * spread
            found.append((self._with(other).points(pose)[0] - points) / (_DIFFERENCE * spread))
        return torch.stack(found, dim=-1)
