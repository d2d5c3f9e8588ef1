"""The figures of each task, by name, from plain arrays: what tables and leaderboards show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.generate.evaluation import embeddings, motions
from interact_core.generate.evaluation.motions import Array

Scores = Mapping[str, float]
_CONTACT: Final = ("precision", "recall", "accuracy", "f1")


@dataclass(frozen=True)
class Body:
    """One clip of a body beside an object: markers (T, 77, 3) and the object's posed samples (T, S, 3), metres."""

    markers: NDArray[np.floating]
    samples: NDArray[np.floating]


@dataclass(frozen=True)
class Thing:
    """One clip of an object beside a body: rotation (T, 3, 3), translation (T, 3), samples at rest (S, 3), markers (T, 77, 3)."""

    rotation: NDArray[np.floating]
    translation: NDArray[np.floating]
    rest: NDArray[np.floating]
    markers: NDArray[np.floating]

    @property
    def samples(self) -> Array:
        turned = np.asarray(self.rest, np.float64) @ np.swapaxes(self.rotation, -1, -2)
        return np.asarray(turned + self.translation[:, None])


def generation(
    text: NDArray[np.floating] | None, made: NDArray[np.floating], real: NDArray[np.floating] | None, rng: np.random.Generator,
    repeats: NDArray[np.floating] | None = None,
) -> Scores:  # fmt: skip
    """Text or action to interaction, from rows of an evaluator: text (where there are sentences) and made belong together,
    real is the test set's; without it what is given is the real itself and has no distance from it."""
    found: dict[str, float] = {}
    if text is not None:
        precision = embeddings.r_precision(text, made, rng)
        found |= {f"r_precision_{k + 1}": float(value) for k, value in enumerate(precision)}
        found["mm_dist"] = embeddings.matching_distance(text, made)
    if real is not None:
        found["fid"] = embeddings.frechet_distance(real, made)
    found["diversity"] = embeddings.diversity(made, rng)
    if repeats is not None:
        found["multimodality"] = embeddings.multimodality(repeats)
    return found


def object_to_human(made: Sequence[Sequence[Body]], true: Sequence[Body]) -> Scores:
    """made[clip][sample]; the sample with the least marker error counts, in every figure."""
    rows = []
    for samples, reference in zip(made, true, strict=True):
        best = samples[int(motions.best_of(np.array([[motions.marker_error(s.markers, reference.markers)] for s in samples]))[0])]
        rows.append(
            {
                "mpmpe_cm": float(motions.marker_error(best.markers, reference.markers)),
                "mpvpe_cm": float(motions.aligned_marker_error(best.markers, reference.markers)),
                "foot_sliding": float(motions.foot_sliding(best.markers)),
                **_contact(motions.touching(best.markers, best.samples), motions.touching(reference.markers, reference.samples)),
            }
        )
    return _mean(rows)


def human_to_object(made: Sequence[Sequence[Thing]], true: Sequence[Thing]) -> Scores:
    """made[clip][sample]; the sample with the least translation error counts, in every figure."""
    rows = []
    for samples, reference in zip(made, true, strict=True):
        errors = np.array([[motions.translation_error(s.translation, reference.translation)] for s in samples])
        best = samples[int(motions.best_of(errors)[0])]
        rows.append(
            {
                "t_cm": float(motions.translation_error(best.translation, reference.translation)),
                "o": float(motions.rotation_error(best.rotation, reference.rotation)),
                **_contact(motions.touching(best.markers, best.samples), motions.touching(reference.markers, reference.samples)),
            }
        )
    return _mean(rows)


def prediction(made: Sequence[Thing], true: Sequence[Thing], known: int, last: int = 0) -> Scores:
    """What comes after the first `known` frames (and before the `last`, which in-betweening knows too), of body and object."""
    rows = []
    for a, b in zip(made, true, strict=True):
        free = slice(known, len(b.markers) - last)
        rows.append(
            {
                "global_cm": float(motions.marker_error(a.markers[free], b.markers[free])),
                "local_cm": float(motions.local_marker_error(a.markers[free], b.markers[free])),
                "t_cm": float(motions.translation_error(a.translation[free], b.translation[free])),
                "o": float(motions.rotation_error(a.rotation[free], b.rotation[free])),
            }
        )
    return _mean(rows)


def _contact(made: NDArray[np.bool_], true: NDArray[np.bool_]) -> dict[str, float]:
    scores = motions.contact_scores(made, true)
    return {f"contact_{name}": float(getattr(scores, name)) for name in _CONTACT}


def _mean(rows: Sequence[Mapping[str, float]]) -> Scores:
    """Over clips; of no clip, no figure."""
    return {name: float(np.mean([row[name] for row in rows])) for name in (rows[0] if rows else {})}


@dataclass(frozen=True)
class Interval:
    """Mean of repeats and half the width of its 95 % interval, 1.96 standard errors; NaN of one repeat."""

    mean: float
    half: float
    repeats: int


def repeated(run: Callable[[int], Scores], repeats: int) -> dict[str, Interval]:
    """run(0), run(1), ... with another seed each, and how sure their means are. A repeat whose figure is no number makes
    the figure none: it is not left out quietly."""
    rows = [run(seed) for seed in range(repeats)]
    return {name: interval([row[name] for row in rows]) for name in (rows[0] if rows else {})}


def interval(values: Sequence[float]) -> Interval:
    found = np.asarray(values, np.float64)
    half = 1.96 * found.std(ddof=1) / np.sqrt(len(found)) if len(found) > 1 else np.nan
    return Interval(float(found.mean()), float(half), len(found))
