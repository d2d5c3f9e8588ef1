"""Levenberg-Marquardt on increments: a banded Gauss-Newton step, kept only if it lowers the energy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from interact_core.refine.banded import Banded, solve
from interact_core.refine.energy import Energy
from interact_core.refine.scene import Scene
from interact_core.refine.state import State, moved

_LONGEST_TURN: Final = 0.5
"""Radians that a joint may turn in one step; longer steps are cut, all frames alike."""
_SMALL: Final = 1e-4
"""A step that lowers the energy by less than this share ends the round."""


@dataclass(frozen=True)
class Solution:
    state: State
    before: float
    after: float
    steps: int
    terms: dict[str, float]


def descend(
    energy: Energy, scene: Scene, start: State, columns: Tensor, free: Tensor, steps: int, checkpoint: Callable[[], None],
    on_step: Callable[[State, float], None], trust: float = 1e-3,
) -> Solution:  # fmt: skip
    """At most `steps` steps from `start`; frames where `free` (T,) is False stay put."""
    state, damping = start, trust
    mask = free[:, None].to(start.transl.dtype)
    value, slope, terms = energy.gradient(state)
    first = float(value)
    done = 0
    for _ in range(steps):
        checkpoint()
        matrix = _matrix(energy, state, mask)
        for _ in range(5):
            step = solve(matrix, -slope * mask, damping * matrix.diagonal() + 1e-6, checkpoint)
            trial = None if step is None else _tried(state, scene, columns, step * mask)
            checkpoint()
            lower = trial is not None and float(energy.value(trial)) < float(value)
            if lower:
                break
            damping = max(damping, 1e-4) * 8
        else:
            break
        assert trial is not None
        state, damping, done = trial, max(damping / 4, 1e-5), done + 1
        old = float(value)
        checkpoint()
        value, slope, terms = energy.gradient(state)
        on_step(state, float(value))
        if old - float(value) < _SMALL * old:
            break
    return Solution(state, first, float(value), done, terms)


def _matrix(energy: Energy, state: State, mask: Tensor) -> Banded:
    with torch.no_grad():
        matrix = energy.matrix(energy.points(state))
    both = mask[:, :, None]
    matrix.near *= both
    matrix.diagonal()[:] += 1.0 - mask
    matrix.one[:-1] *= both[:-1] * both[1:]
    matrix.two[:-2] *= both[:-2] * both[2:]
    return matrix


def _tried(state: State, scene: Scene, columns: Tensor, step: Tensor) -> State:
    whole = torch.zeros(len(step), scene.groups.width, device=step.device, dtype=step.dtype)
    whole[:, columns] = step
    largest = float(whole[:, 3:].abs().max())
    if largest > _LONGEST_TURN:
        whole *= _LONGEST_TURN / largest
    with torch.no_grad():
        return moved(state, scene.groups, whole)
