"""Levenberg-Marquardt on poses: every frame for itself, or all together with smoothness between them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from interact_core.generate.fitting.poses import WIDTH, Pose, rotation_vectors
from interact_core.generate.fitting.problem import Problem
from interact_core.refine.banded import Banded, solve

_LONGEST_TURN: Final = 0.6
_LONGEST_WAY: Final = 0.3
"""Radians and metres of one increment in one step."""
_CALM_TURN: Final = 0.02
_CALM_WAY: Final = 0.006
"""Radians and metres per frame and frame, the change of speed that costs one unit at 30 frames a second."""
_SETTLED: Final = 5e-3
_SLOW: Final = 30.0
"""How many times these a change of place may be: what bridges frames without markers."""


def descend(problem: Problem, pose: Pose, steps: int, checkpoint: Callable[[], None]) -> Pose:
    """Each frame for itself, with its own damping."""
    value = problem.value(pose)
    damping = torch.full_like(value, 1e-2)
    for _ in range(steps):
        checkpoint()
        slope, matrix = problem.normal(pose)
        trial = pose.moved(problem_step(problem, slope, matrix, damping))
        tried = problem.value(trial)
        better = tried < value
        gain = torch.where(better, value - tried, 0.0)
        pose = pose.chosen(trial, better)
        damping = torch.where(better, damping / 4, damping * 8).clamp(1e-5, 1e4)
        value = torch.minimum(value, tried.nan_to_num(nan=torch.inf))
        if bool((better & (gain < 1e-3 * value)).all()):
            break
    return pose


def problem_step(problem: Problem, slope: Tensor, matrix: Tensor, damping: Tensor) -> Tensor:
    """(T, WIDTH) one damped step per frame."""
    damped = matrix.clone()
    diagonal = damped.diagonal(dim1=1, dim2=2)
    diagonal += damping[:, None] * diagonal + 1e-3
    factor, failed = torch.linalg.cholesky_ex(damped)
    found = torch.cholesky_solve(-slope[..., None], factor)[..., 0]
    found = torch.where((failed == 0)[:, None], found, torch.zeros_like(found)).nan_to_num()
    return whole(found, problem.columns)


def whole(step: Tensor, columns: Tensor) -> Tensor:
    """The increment over all columns, no part of it longer than one step may be."""
    found = step.new_zeros(len(step), WIDTH)
    found[:, columns] = step
    found[:, :3] = found[:, :3].clamp(-_LONGEST_WAY, _LONGEST_WAY)
    found[:, 3:] = found[:, 3:].clamp(-_LONGEST_TURN, _LONGEST_TURN)
    return found


@dataclass(frozen=True)
class Calm:
    """Smoothness between frames, `weight` times its usual, of a motion at `fps`."""

    weight: float
    fps: float

    def _scales(self, like: Tensor) -> Tensor:
        """(WIDTH,) one over what costs a unit; a change of speed per frame goes with the square of a frame's time."""
        per_frame = (30.0 / self.fps) ** 2
        scale = torch.full((WIDTH,), 1 / (_CALM_TURN * per_frame), device=like.device)
        scale[:3] = 1 / (_CALM_WAY * per_frame)
        return scale * self.weight**0.5

    def _speed(self, pose: Pose) -> Tensor:
        """(T - 1, WIDTH)."""
        turns = rotation_vectors(pose.local[:-1].mT @ pose.local[1:]).flatten(1)
        return torch.cat([pose.transl[1:] - pose.transl[:-1], turns], dim=1)

    def value(self, pose: Pose) -> Tensor:
        scale, speed = self._scales(pose.transl), self._speed(pose)
        bend = (speed[1:] - speed[:-1]) * scale
        return 0.5 * ((bend**2).sum() + ((speed * scale / _SLOW) ** 2).sum())

    def slope(self, pose: Pose) -> Tensor:
        """(T, WIDTH), taking the turn between two neighbouring frames as small."""
        scale, speed = self._scales(pose.transl), self._speed(pose)
        pull = speed * (scale / _SLOW) ** 2
        bend = (speed[1:] - speed[:-1]) * scale**2
        pull[1:] += bend
        pull[:-1] -= bend
        result = torch.zeros(len(pose), WIDTH, device=pull.device)
        result[1:] += pull
        result[:-1] -= pull
        return result

    def add(self, matrix: Banded, columns: Tensor) -> None:
        frames = len(matrix.near)
        square = self._scales(matrix.near)[columns] ** 2
        second = torch.zeros(max(frames - 2, 0), frames, device=square.device)
        for k in range(3):
            second.diagonal(k).fill_((1.0, -2.0, 1.0)[k])
        first = torch.zeros(frames - 1, frames, device=square.device)
        first.diagonal(0).fill_(-1.0)
        first.diagonal(1).fill_(1.0)
        between = second.T @ second + first.T @ first / _SLOW**2
        matrix.near.diagonal(dim1=1, dim2=2).add_(between.diagonal()[:, None] * square)
        for band, shift in ((matrix.one, 1), (matrix.two, 2)):
            band[: frames - shift].diagonal(dim1=1, dim2=2).add_(between.diagonal(shift)[:, None] * square)


def descend_together(
    problem: Problem, calm: Calm, pose: Pose, steps: int, checkpoint: Callable[[], None], on_step: Callable[[float], None]
) -> Pose:
    """All frames at once with `calm` between them. on_step gets the share of the steps that is done."""
    value = float(problem.value(pose).sum() + calm.value(pose))
    damping = 1e-3
    for k in range(steps):
        checkpoint()
        slope, near = problem.normal(pose)
        slope = slope + calm.slope(pose)[:, problem.columns]
        matrix = Banded(near, torch.zeros_like(near), torch.zeros_like(near))
        calm.add(matrix, problem.columns)
        old = value
        for _ in range(4):
            step = solve(matrix, -slope, damping * matrix.diagonal() + 1e-3, checkpoint)
            trial = None if step is None else pose.moved(whole(step, problem.columns))
            now = torch.inf if trial is None else float(problem.value(trial).sum() + calm.value(trial))
            if trial is not None and now < value:
                pose, value, damping = trial, now, max(damping / 5, 1e-6)
                break
            damping *= 10
        on_step((k + 1) / steps)
        if old - value < _SETTLED * old:
            break
    return pose
