"""Removing frame-to-frame noise, only as much as each channel's own noise asks for.

A channel (one joint's rotation, the root's place, a part's place) is smoothed by penalised least squares on third
differences (Whittaker 1923, Eilers 2003). How strongly is chosen per channel by generalised cross-validation with the
degrees of freedom counted 1.4-fold (Kim and Gu 2004), which keeps a noiseless channel as it is to within micrometres. Where
the residual is far above the channel's noise it is motion (a kick, a catch), and the input is kept.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import convolve1d, maximum_filter1d

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
_KICK_FRAMES: Final = 13
"""A kick's neighbours belong to it: the smoothed path cuts the corner on both sides."""
_FADE: Final = np.hanning(11)[1:-1]

_STILL: Final = 1e-7
"""Entries that change by less do not move at all."""
_SEEN: Final = 0.01
"""Entries of a rotation (0.6 degrees) or metres that a kick must have to stay in other channels too: a scripted joint without
noise is kicked by micrometres."""

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]


def reduce_noise(state: State, fps: float) -> tuple[State, dict[str, float]]:
    """The smoothed state, and the noise found: `body` in radians and `root`, `object` in metres (root mean square)."""
    if state.num_frames < _SHORTEST:
        return state, {"body": 0.0, "root": 0.0, "object": 0.0}
    turns, places = _array(state.local), _array(state.transl)
    # Joints hang on each other: an elbow that is kept while its shoulder is smoothed makes a jolt of the wrist.
    moved = kicks([places, *np.moveaxis(turns, 1, 0)])
    local, turn_noise = _turns(turns, moved)
    transl, root_noise = smoothed(places, moved)
    noise = {"body": float(np.sqrt(np.mean(turn_noise[:22] ** 2))), "root": root_noise, "object": 0.0}
    rotation, translation = _array(state.rotation), _array(state.translation).copy()
    for k in range(translation.shape[1]):
        moved = kicks([translation[:, k], rotation[:, k]])
        rotation[:, k : k + 1], _ = _turns(rotation[:, k : k + 1], moved)
        translation[:, k], found = smoothed(translation[:, k], moved)
        noise["object"] = max(noise["object"], found)
    like = state.transl
    arrays = (local, transl, rotation, translation)
    return State(*(torch.as_tensor(a, device=like.device, dtype=like.dtype) for a in arrays)), noise


def _array(values: torch.Tensor) -> Doubles:
    return values.detach().cpu().double().numpy().copy()


def _turns(matrices: Doubles, moved: Mask) -> tuple[Doubles, Doubles]:
    """(T, J, 3, 3) smoothed entry by entry and made rotations again; noise per joint (J,) in radians."""
    result, noise = matrices.copy(), np.zeros(matrices.shape[1])
    for j in range(matrices.shape[1]):
        entries = matrices[:, j].reshape(len(matrices), 9)
        if np.ptp(entries, axis=0).max() < _STILL:
            continue
        flat, found = smoothed(entries, moved)
        u, _, vt = np.linalg.svd(flat.reshape(-1, 3, 3))
        u[:, :, 2] *= np.sign(np.linalg.det(u @ vt))[:, None]
        result[:, j] = u @ vt
        # Nine entries hold three degrees of freedom: a turn by a moves the matrix by a * sqrt(2).
        noise[j] = found * np.sqrt(9 / 2) / np.sqrt(3)
    return result, noise


def kicks(channels: Iterable[Doubles]) -> Mask:
    """(T,) frames in which any of the channels (T, ...) moves as noise does not, and far enough to be seen."""
    found: list[Mask] = []
    for channel in channels:
        values = channel.reshape(len(channel), -1)
        kick = np.zeros(len(values), bool)
        for start, stop in _pieces(len(values)) if np.ptp(values, axis=0).max() > _SEEN else ():
            _, noise, away = _smooth_piece(values[start:stop])
            kick[start:stop] |= (away > _KICK * noise) & (away > _SEEN)
        found.append(kick)
    return np.logical_or.reduce(found)


def smoothed(values: Doubles, moved: Mask) -> tuple[Doubles, float]:
    """values (T, C) of one channel smoothed, and the standard deviation of its noise per entry. Frames `moved` (T,) stay, and
    those that the channel itself is kicked in."""
    total, weight, kick = np.zeros_like(values), np.zeros(len(values)), moved.copy()
    noise = []
    for start, stop in _pieces(len(values)):
        piece, found, away = _smooth_piece(values[start:stop])
        fade = np.minimum(np.minimum(np.arange(1, stop - start + 1), np.arange(stop - start, 0, -1)) / _OVERLAP, 1.0)
        total[start:stop] += piece * fade[:, None]
        weight[start:stop] += fade
        noise.append(found)
        kick[start:stop] |= (away > _KICK * found) & (found > 0)
    smooth = total / weight[:, None]
    # Back to the smoothed path over as many frames: what joins it within three is a jolt of its own.
    kept = maximum_filter1d(kick, _KICK_FRAMES).astype(np.float64)
    share = convolve1d(kept, _FADE / _FADE.sum(), mode="nearest")[:, None]
    return smooth + share * (values - smooth), float(np.mean(noise))


def _pieces(frames: int) -> list[tuple[int, int]]:
    if frames <= _RUN + _OVERLAP:
        return [(0, frames)]
    count = -(-(frames - _OVERLAP) // (_RUN - _OVERLAP))
    step = (frames - _OVERLAP) / count
    return [(round(k * step), min(frames, round((k + 1) * step) + _OVERLAP)) for k in range(count)]


def _smooth_piece(values: Doubles) -> tuple[Doubles, float, Doubles]:
    """The smoothed values, the standard deviation of their noise, and how far each frame was from them (T,)."""
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
    return smooth, float(np.sqrt(variance)), np.abs(values - smooth).max(axis=1)


@lru_cache(maxsize=8)
def _modes(frames: int) -> tuple[Doubles, Doubles]:
    """Eigenvalues and eigenvectors of the third-difference penalty."""
    d = np.diff(np.eye(frames), n=3, axis=0)
    values, vectors = np.linalg.eigh(d.T @ d)
    return np.maximum(values, 0.0), vectors


def largest_turn(matrices: torch.Tensor) -> float:
    """Radians: the largest angle among rotations."""
    return float(np.linalg.norm(matrix_to_axis_angle(_array(matrices)), axis=-1).max(initial=0.0))
