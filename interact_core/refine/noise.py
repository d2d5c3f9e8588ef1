"""Removing frame-to-frame noise, only as much as each channel's own noise asks for.

A channel (one joint's rotation, the root's place, a part's place) is smoothed by penalised least squares on third
differences (Whittaker 1923, Eilers 2003). How strongly is chosen per channel by generalised cross-validation with the
degrees of freedom counted 1.4-fold (Kim and Gu 2004), which keeps a noiseless channel as it is to within micrometres. Where
the residual is far above the channel's noise it is motion (a kick, a catch), and the input is kept.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.geometry.rotations import matrix_to_axis_angle
from interact_core.refine.state import State

_RUN: Final = 300
_OVERLAP: Final = 40
_SHORTEST: Final = 8
_INFLATION: Final = 1.4
_STRENGTHS: Final = np.logspace(-3, 7, 81)
_CALMER: Final = 2.0
"""The chosen strength is multiplied by this: what is best for places leaves third derivatives several times too large.
It narrows the passed band by a tenth, and changes nothing where the choice was not to smooth."""
_KICK: Final = 7.0
"""Residuals of more than this many standard deviations are motion."""

Doubles = NDArray[np.float64]


def reduce_noise(state: State, fps: float) -> tuple[State, dict[str, float]]:
    """The smoothed state, and the noise found: `body` in radians and `root`, `object` in metres (root mean square)."""
    if state.num_frames < _SHORTEST:
        return state, {"body": 0.0, "root": 0.0, "object": 0.0}
    local, turn_noise = _turns(_array(state.local))
    transl, root_noise = smoothed(_array(state.transl))
    noise = {"body": float(np.sqrt(np.mean(turn_noise[:22] ** 2))), "root": root_noise, "object": 0.0}
    rotation, translation = _array(state.rotation), _array(state.translation)
    if rotation.shape[1]:
        rotation, _ = _turns(rotation)
        translation = translation.copy()
        for k in range(translation.shape[1]):
            translation[:, k], found = smoothed(translation[:, k])
            noise["object"] = max(noise["object"], found)
    like = state.transl
    arrays = (local, transl, rotation, translation)
    return State(*(torch.as_tensor(a, device=like.device, dtype=like.dtype) for a in arrays)), noise


def _array(values: torch.Tensor) -> Doubles:
    return values.detach().cpu().double().numpy()


def _turns(matrices: Doubles) -> tuple[Doubles, Doubles]:
    """(T, J, 3, 3) smoothed entry by entry and made rotations again; noise per joint (J,) in radians."""
    result, noise = matrices.copy(), np.zeros(matrices.shape[1])
    for j in range(matrices.shape[1]):
        entries = matrices[:, j].reshape(len(matrices), 9)
        if np.abs(entries - entries[0]).max() < 1e-7:
            continue
        flat, found = smoothed(entries)
        u, _, vt = np.linalg.svd(flat.reshape(-1, 3, 3))
        u[:, :, 2] *= np.sign(np.linalg.det(u @ vt))[:, None]
        result[:, j] = u @ vt
        # Nine entries hold three degrees of freedom: a turn by a moves the matrix by a * sqrt(2).
        noise[j] = found * np.sqrt(9 / 2) / np.sqrt(3)
    return result, noise


def smoothed(values: Doubles) -> tuple[Doubles, float]:
    """values (T, C) of one channel smoothed, and the standard deviation of its noise per entry."""
    total, weight = np.zeros_like(values), np.zeros(len(values))
    noise = []
    for start, stop in _pieces(len(values)):
        piece, found = _smooth_piece(values[start:stop])
        fade = np.minimum(np.minimum(np.arange(1, stop - start + 1), np.arange(stop - start, 0, -1)) / _OVERLAP, 1.0)
        total[start:stop] += piece * fade[:, None]
        weight[start:stop] += fade
        noise.append(found)
    return total / weight[:, None], float(np.mean(noise))


def _pieces(frames: int) -> list[tuple[int, int]]:
    if frames <= _RUN + _OVERLAP:
        return [(0, frames)]
    count = -(-(frames - _OVERLAP) // (_RUN - _OVERLAP))
    step = (frames - _OVERLAP) / count
    return [(round(k * step), min(frames, round((k + 1) * step) + _OVERLAP)) for k in range(count)]


def _smooth_piece(values: Doubles) -> tuple[Doubles, float]:
    bends, basis = _modes(len(values))
    coefficients = basis.T @ values
    keep = 1.0 / (1.0 + _STRENGTHS[:, None] * bends)
    rest = ((1 - keep) ** 2) @ (coefficients**2).sum(axis=1)
    freedom = keep.sum(axis=1)
    count = len(values)
    score = rest / np.maximum(1 - _INFLATION * freedom / count, 1e-3) ** 2
    best = int(score.argmin())
    variance = rest[best] / max(count - freedom[best], 1.0) / values.shape[1]
    calm = 1.0 / (1.0 + _CALMER * _STRENGTHS[best] * bends)
    smooth = basis @ (coefficients * calm[:, None])
    noise = float(np.sqrt(variance))
    away = np.abs(values - smooth).max(axis=1)
    # A kick's neighbours belong to it: the smoothed path cuts the corner on both sides.
    kick = np.convolve(away > _KICK * noise, np.ones(5), mode="same") > 0 if noise > 0 else np.zeros(count, bool)
    share = np.convolve(kick, np.ones(3) / 3, mode="same")[:, None]
    return smooth + share * (values - smooth), noise


@lru_cache(maxsize=8)
def _modes(frames: int) -> tuple[Doubles, Doubles]:
    """Eigenvalues and eigenvectors of the third-difference penalty."""
    d = np.diff(np.eye(frames), n=3, axis=0)
    values, vectors = np.linalg.eigh(d.T @ d)
    return np.maximum(values, 0.0), vectors


def largest_turn(matrices: torch.Tensor) -> float:
    """Radians: the largest angle among rotations."""
    return float(np.linalg.norm(matrix_to_axis_angle(_array(matrices)), axis=-1).max(initial=0.0))
