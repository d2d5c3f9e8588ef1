"""Levenberg-Marquardt on increments: a banded Gauss-Newton step, kept only if it lowers the energy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from interact_core.refine.banded import Banded, solve
from interact_core.refine.energy import Energy
from interact_core.refine.scene import Scene
from interact_core.refine.state import FIRST_OBJECT, ROOT, State, moved

_LONGEST_TURN: Final = 0.2
_LONGEST_WAY: Final = 0.02
"""Radians and metres that one increment may have in one step, each frame and joint for itself."""
_STEP: Final = 0.01
_STEP_TURN: Final = 0.1
"""Metres and radians that cost one unit of damping."""
_OBJECT_TURN: Final = 0.03
"""Radians of an object: it is long, and should rather shift than tilt."""
_SMALL: Final = 0.01
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
    on_step: Callable[[State, float], None], trust: float = 10.0,
) -> Solution:  # fmt: skip
    """At most `steps` steps from `start`; frames where `free` (T,) is False stay put."""
    state, damping = start, trust
    mask = free[:, None].to(start.transl.dtype)
    value, slope, terms = energy.gradient(state)
    first = float(value)
    done = 0
    brake = torch.full((scene.groups.width,), 1 / _STEP_TURN**2, device=slope.device, dtype=slope.dtype)
    brake[FIRST_OBJECT:] = 1 / _OBJECT_TURN**2
    brake[_ways(scene.groups.width)] = 1 / _STEP**2
    brake = brake[columns]
    for _ in range(steps):
        checkpoint()
        matrix = _matrix(energy, state, mask)
        for _ in range(5):
            step = solve(matrix, -slope * mask, (damping * brake).expand_as(slope), checkpoint)
            trial = None if step is None else _tried(state, scene, columns, step * mask)
            checkpoint()
            lower = trial is not None and float(energy.value(trial)) < float(value)
            if lower:
                break
            damping *= 6
        else:
            break
        assert trial is not None
        state, damping, done = trial, max(damping / 4, 1e-3), done + 1
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
    for t in torch.nonzero(mask[:, 0] == 0)[:, 0].tolist():
        matrix.near[t] = 0.0
        matrix.near[t].diagonal().fill_(1.0)
        matrix.one[max(t - 1, 0) : t + 1] = 0.0
        matrix.two[max(t - 2, 0) : t + 1] = 0.0
    return matrix


def _tried(state: State, scene: Scene, columns: Tensor, step: Tensor) -> State:
    whole = torch.zeros(len(step), scene.groups.width, device=step.device, dtype=step.dtype)
    whole[:, columns] = step
    ways = _ways(scene.groups.width)
    longest = torch.full((scene.groups.width,), _LONGEST_TURN, device=step.device, dtype=step.dtype)
    longest[ways] = _LONGEST_WAY
    whole = torch.maximum(torch.minimum(whole, longest), -longest)
    with torch.no_grad():
        return moved(state, scene.groups, whole)


def _ways(width: int) -> list[int]:
    """Columns that are translations."""
    return [*range(ROOT.start, ROOT.stop), *(c for first in range(FIRST_OBJECT, width, 6) for c in range(first, first + 3))]
