"""Metrics in an embedding space: what is meant and how far it varies. Rows are clips or sentences.

Definitions as text-to-motion work uses them (Guo et al. 2022, "Generating Diverse and Natural 3D Human Motions from Text";
FID: Heusel et al. 2017). Distances are Euclidean.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
POOL: Final = 64
"""One true sentence among this many; published tables that use another pool cannot be compared."""
PAIRS: Final = 300


def frechet_distance(real: NDArray[np.floating], made: NDArray[np.floating]) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of Gaussians fitted to the rows; NaN below two rows.

    The trace of the root is that of (C1^(1/2) C2 C1^(1/2))^(1/2), which is symmetric: no complex numbers when C1 is singular.
    """
    if min(len(real), len(made)) < 2:
        return float("nan")
    (mean, cover), (other_mean, other_cover) = _gaussian(real), _gaussian(made)
    root = _root(cover)
    middle = np.linalg.eigvalsh(root @ other_cover @ root).clip(min=0.0)
    total = np.sum((mean - other_mean) ** 2) + np.trace(cover) + np.trace(other_cover) - 2 * np.sqrt(middle).sum()
    return float(max(total, 0.0))


def _gaussian(rows: NDArray[np.floating]) -> tuple[Array, Array]:
    values = np.asarray(rows, np.float64)
    return values.mean(axis=0), np.atleast_2d(np.cov(values, rowvar=False))


def _root(matrix: Array) -> Array:
    size, axes = np.linalg.eigh(matrix)
    return np.asarray((axes * np.sqrt(size.clip(min=0.0))) @ axes.T)


def r_precision(
    text: NDArray[np.floating], motion: NDArray[np.floating], rng: np.random.Generator, *, pool: int = POOL, top: int = 3
) -> Array:
    """(top,) share of motions whose own sentence is among the nearest 1, 2, ... of a pool; row k of both belong together.

    Rows are shuffled into pools; what is left over after the last whole pool is not used, unless there is no whole one. Of
    equal distances each order counts as equally likely: an encoder that gives the same row for everything scores chance.
    """
    order = rng.permutation(len(text))
    size = min(pool, len(text))
    hits, count = np.zeros(top), 0
    for start in range(0, len(order) - size + 1, max(size, 1)):
        rows = order[start : start + size]
        away = distances(np.asarray(motion, np.float64)[rows], np.asarray(text, np.float64)[rows])
        own = away.diagonal()[:, None]
        tie = np.isclose(away, own, rtol=1e-9, atol=1e-12)
        nearer = ((away < own) & ~tie).sum(axis=1)
        for k in range(top):
            hits[k] += np.clip((k + 1 - nearer) / tie.sum(axis=1), 0.0, 1.0).sum()
        count += size
    return hits / count if count else np.full(top, np.nan)


def distances(a: Array, b: Array) -> Array:
    """(len(a), len(b))."""
    return np.linalg.norm(a[:, None] - b[None], axis=-1)


def matching_distance(text: NDArray[np.floating], motion: NDArray[np.floating]) -> float:
    """MM-Dist: mean distance of a motion from its own sentence."""
    return float(np.linalg.norm(np.asarray(text, np.float64) - motion, axis=-1).mean()) if len(text) else float("nan")


def diversity(motion: NDArray[np.floating], rng: np.random.Generator, *, pairs: int = PAIRS) -> float:
    """Mean distance of randomly drawn pairs of different rows; NaN below two rows."""
    count = len(motion)
    if count < 2:
        return float("nan")
    first = rng.integers(count, size=pairs)
    second = (first + rng.integers(1, count, size=pairs)) % count
    return float(np.linalg.norm(np.asarray(motion, np.float64)[first] - motion[second], axis=-1).mean())


def multimodality(repeats: NDArray[np.floating]) -> float:
    """Mean distance of two repeats for the same sentence, over all pairs; repeats (sentences, repeats, width)."""
    count = repeats.shape[1]
    if len(repeats) == 0 or count < 2:
        return float("nan")
    a, b = np.triu_indices(count, 1)
    return float(np.linalg.norm(np.asarray(repeats, np.float64)[:, a] - repeats[:, b], axis=-1).mean())
