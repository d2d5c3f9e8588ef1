"""Whole-clip inverse kinematics: all frames at once, smooth by the third derivative, by damped Gauss-Newton.

Per frame the unknowns are the root and 21 joint rotation vectors (69 numbers). Aims (a hand here, a foot there, the gaze,
the centre of mass over the feet) and a posture prior give a dense 69 x 69 block per frame; the jerk penalty couples four
neighbouring frames. The normal equations are therefore banded, and one Cholesky factorisation of the band solves the whole
clip. Minimum jerk as the measure of natural movement: Flash and Hogan 1985.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import solveh_banded

from interact_core.demo.aims import Aim
from interact_core.demo.rotation import Array
from interact_core.demo.skeleton import DIMENSIONS, Posture, forward

_THIRD: Final = (-1.0, 3.0, -3.0, 1.0)
_STRIDE: Final = 3
_SOFTENING: Final = (8.0, 30.0, 150.0, np.inf)
"""Caps on the aims' weights, one descent each: the arm finds the easy way round before it has to be exact."""


def default_jerk() -> Array:
    """(69,) seconds^3 per metre or radian: how much a unit of jerk costs against a unit of posture."""
    return np.concatenate([np.full(3, 0.03), np.full(DIMENSIONS - 3, 0.005)])


@dataclass
class Problem:
    """What a clip should look like, before anybody has been posed."""

    offsets: Array
    heading: Array
    prior: Array
    """(T, 69) the posture to fall back to."""
    stiffness: Array
    """(T, 69), 1/metre and 1/rad."""
    lower: Array
    upper: Array
    """(69,) soft limits of every coordinate."""
    fps: float
    aims: list[Aim]
    jerk: Array = field(default_factory=default_jerk)
    limit_weight: float = 60.0


@dataclass(frozen=True)
class _System:
    cost: float
    blocks: Array
    gradient: Array


def solve(problem: Problem) -> tuple[Array, Posture]:
    """States (T, 69) and their postures: first every third frame, which costs a third, from
    soft aims to the full ones; then all frames from that start."""
    coarse = replace(
        problem,
        heading=problem.heading[::_STRIDE],
        prior=problem.prior[::_STRIDE],
        stiffness=problem.stiffness[::_STRIDE],
        fps=problem.fps / _STRIDE,
        aims=[aim.every(_STRIDE) for aim in problem.aims],
    )
    rough = coarse.prior
    for limit in _SOFTENING:
        rough = _descend(replace(coarse, aims=[aim.at_most(limit) for aim in coarse.aims]), rough, 20)
    knots = np.arange(0, len(problem.prior), _STRIDE)
    start = CubicSpline(knots, rough)(np.minimum(np.arange(len(problem.prior)), knots[-1]))
    state = _descend(problem, start, 16)
    return state, forward(state, problem.heading, problem.offsets)


def _descend(problem: Problem, start: Array, iterations: int) -> Array:
    state = start
    band = _jerk_band(len(state), problem)
    system = _linearise(problem, state)
    damping, calm = 1e-4, 0
    for _ in range(iterations):
        trial_state = state + _step(system, band, damping)
        trial = _linearise(problem, trial_state)
        if trial.cost >= system.cost:
            damping = min(damping * 8, 1e3)
            continue
        calm = calm + 1 if system.cost - trial.cost < 3e-4 * system.cost else 0
        state, system = trial_state, trial
        damping = max(damping / 4, 1e-6)
        # Two quiet steps in a row: one alone may be a step that was merely damped short.
        if calm == 2:
            break
    return state


def _still_ends(values: Array) -> Array:
    """Three frames of standstill before and after: clips begin and end at rest."""
    return np.concatenate([values[:1]] * 3 + [values] + [values[-1:]] * 3)


def _jerk_band(frames: int, problem: Problem) -> Array:
    """(4, T * 69): the k-th off-diagonal (in frames) of the jerk penalty's normal matrix, in scipy's upper layout."""
    d = np.diff(_still_ends(np.eye(frames)), 3, axis=0)
    # fps^5 makes the sum of squares an integral over time: (fps^3)^2 for the derivative, 1 / fps for dt.
    normal = d.T @ d * problem.fps**5
    diagonals = [np.concatenate([np.zeros(k), np.diagonal(normal, k)]) for k in range(4)]
    return np.stack([(line[:, None] * problem.jerk**2).ravel() for line in diagonals])


def _step(system: _System, jerk_band: Array, damping: float) -> Array:
    frames, n = system.gradient.shape
    width = 3 * n
    band = np.zeros((width + 1, frames * n))
    rows, cols = np.triu_indices(n)
    at = (np.arange(frames) * n)[:, None] + cols
    band[np.broadcast_to(width + rows - cols, at.shape), at] = system.blocks[:, rows, cols]
    for k in range(4):
        band[width - k * n] += jerk_band[k]
    band[width] *= 1 + damping
    solution = solveh_banded(band, -system.gradient.ravel(), overwrite_ab=True, check_finite=False)
    return np.asarray(solution).reshape(frames, n)


def _linearise(problem: Problem, state: Array) -> _System:
    posture = forward(state, problem.heading, problem.offsets)
    rows = [aim.rows(posture) for aim in problem.aims]
    residual = np.concatenate([r for r, _ in rows], axis=1)
    jacobian = np.concatenate([j for _, j in rows], axis=1)
    transposed = jacobian.transpose(0, 2, 1)
    blocks = transposed @ jacobian
    gradient = (transposed @ residual[..., None])[..., 0]
    cost = float(np.sum(residual**2))

    away = (state - problem.prior) * problem.stiffness
    beyond = (np.maximum(state - problem.upper, 0) + np.minimum(state - problem.lower, 0)) * problem.limit_weight
    diagonal = problem.stiffness**2 + problem.limit_weight**2 * (beyond != 0)
    index = np.arange(DIMENSIONS)
    blocks[:, index, index] += diagonal
    gradient += away * problem.stiffness + beyond * problem.limit_weight
    cost += float(np.sum(away**2) + np.sum(beyond**2))

    third = np.diff(_still_ends(state), 3, axis=0) * problem.fps**2.5 * problem.jerk
    spread = np.zeros((len(state) + 6, DIMENSIONS))
    for k, c in enumerate(_THIRD):
        spread[k : k + len(third)] += c * third * problem.jerk * problem.fps**2.5
    smoothing = spread[3:-3].copy()
    smoothing[0] += spread[:3].sum(axis=0)
    smoothing[-1] += spread[-3:].sum(axis=0)
    gradient = gradient / problem.fps + smoothing
    return _System(cost / problem.fps + float(np.sum(third**2)), blocks / problem.fps, gradient)
