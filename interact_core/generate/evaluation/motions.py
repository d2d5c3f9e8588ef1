"""Metrics on positions: markers (..., T, 77, 3) and object poses, metres, +Y up. Figures are in the units their names say.

Definitions: InterAct (Xu et al. 2025) for object-to-human, human-to-object and prediction; foot sliding after NeMF (He et
al. 2022), whose weight falls from one on the floor to zero at the height where a foot counts as lifted.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.markers import MARKER_NAMES

Array = NDArray[np.float64]
FOOT_MARKERS: Final = (32, 25, 20, 21, 16, 54, 55, 59, 64, 50, 55)
"""As published: 55 is there twice, so the right toe counts double."""
FOOT_HEIGHT: Final = 0.04
CONTACT: Final = 0.05
PELVIS: Final = tuple(MARKER_NAMES.index(name) for name in ("LASI", "RASI", "LPSI", "RPSI"))


def marker_error(made: NDArray[np.floating], true: NDArray[np.floating]) -> Array:
    """MPMPE, cm: mean distance of markers in the world, (...) over the leading axes."""
    return np.asarray(100 * np.linalg.norm(np.asarray(made, np.float64) - true, axis=-1).mean(axis=(-1, -2)))


def aligned_marker_error(made: NDArray[np.floating], true: NDArray[np.floating]) -> Array:
    """MPVPE, cm: the same after marker 0 has been put in the same place in every frame."""
    return marker_error(made - made[..., :1, :], true - true[..., :1, :])


def local_marker_error(made: NDArray[np.floating], true: NDArray[np.floating]) -> Array:
    """cm, relative to the pelvis: the mean of its four markers is put in the same place in every frame."""
    ids = list(PELVIS)
    return marker_error(
        made - made[..., ids, :].mean(axis=-2, keepdims=True), true - true[..., ids, :].mean(axis=-2, keepdims=True)
    )  # fmt: skip


def foot_sliding(markers: NDArray[np.floating]) -> Array:
    """FS: horizontal way of foot markers below 4 cm, weighed by 2 - 2^(h / 4 cm), per frame and marker, times 1000.

    h is the height at the start of a step over the lowest marker of the whole clip. One frame slides nowhere: 0.
    """
    places = np.asarray(markers, np.float64)
    floor = places[..., 1].min(axis=(-1, -2))[..., None, None]
    feet = places[..., list(FOOT_MARKERS), :]
    height = (feet[..., 1] - floor)[..., :-1, :]
    way = np.linalg.norm(np.diff(feet[..., (0, 2)], axis=-3), axis=-1)
    weight = np.where(height < FOOT_HEIGHT, 2 - 2 ** (height / FOOT_HEIGHT), 0.0)
    return np.asarray(1000 * (way * weight).sum(axis=(-1, -2)) / (feet.shape[-3] * feet.shape[-2]))


def touching(markers: NDArray[np.floating], samples: NDArray[np.floating], threshold: float = CONTACT) -> NDArray[np.bool_]:
    """(T,) whether the nearest of markers (T, M, 3) and posed object samples (T, S, 3) are closer than the threshold."""
    from scipy.spatial import cKDTree

    nearest = [np.min(cKDTree(s).query(m)[0]) for m, s in zip(markers, samples, strict=True)]
    return np.array(nearest) < threshold


@dataclass(frozen=True)
class ContactScores:
    precision: float
    recall: float
    accuracy: float
    f1: float


def contact_scores(made: NDArray[np.bool_], true: NDArray[np.bool_]) -> ContactScores:
    """Of one clip, (T,) each. Defined for clips without contact: what says "none" where there is none is right (1), what
    finds none where there is some, or some where there is none, is wrong (0)."""
    hits = float((made & true).sum())
    none = float(not made.any() and not true.any())
    precision = hits / made.sum() if made.any() else none
    recall = hits / true.sum() if true.any() else none
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return ContactScores(float(precision), float(recall), float((made == true).mean()), float(f1))


def translation_error(made: NDArray[np.floating], true: NDArray[np.floating]) -> Array:
    """T, cm: mean distance of object translations (..., T, 3)."""
    return np.asarray(100 * np.linalg.norm(np.asarray(made, np.float64) - true, axis=-1).mean(axis=-1))


def rotation_error(made: NDArray[np.floating], true: NDArray[np.floating]) -> Array:
    """O: mean Frobenius norm of I - R_made R_true^-1 for rotations (..., T, 3, 3); sqrt(8) at half a turn."""
    away = np.eye(3) - np.asarray(made, np.float64) @ np.swapaxes(true, -1, -2)
    return np.asarray(np.linalg.norm(away, axis=(-1, -2)).mean(axis=-1))


def best_of(errors: NDArray[np.floating]) -> NDArray[np.intp]:
    """Of errors (N, clips) of N samples each, the sample (clips,) that counts; one that is no number never does."""
    return np.where(np.isfinite(errors), errors, np.inf).argmin(axis=0)
