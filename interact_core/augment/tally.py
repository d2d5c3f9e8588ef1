"""What came of augmenting: how many were tried and kept, why the others were not, and how different the kept ones are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from interact_core.augment.diversity import distance
from interact_core.augment.sampling import Draw
from interact_core.augment.trials import Trial

MODES: Final = ("offset", "yaw", "drift", "scale", "limbs", "mirror", "warp", "side", "swap")
"""Variations, by what a draw says of them."""


@dataclass(frozen=True)
class Share:
    """`passed` of `tried` held every limit, people kept `kept`."""

    tried: int = 0
    passed: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Tally:
    """`reasons`: how often each criterion spoke against a candidate, the most frequent first; `modes`: by variation, those
    that were drawn at all. `diversity` is the mean distance of kept pairs of one clip in metres, None where there is none."""

    whole: Share
    discarded: int
    clips: int
    reasons: tuple[tuple[str, int], ...]
    modes: tuple[tuple[str, Share], ...]
    diversity: float | None
    seconds: float


def tally(trials: Sequence[Trial], *, diversity: bool = True) -> Tally:
    """`diversity` reads what tells kept candidates apart from their folders."""
    reasons = Counter(criterion for trial in trials for criterion in dict.fromkeys(name for name, _ in trial.reasons))
    by_mode = {mode: [t for t in trials if mode in modes_of(t.draw)] for mode in MODES}
    return Tally(
        _share(trials), sum(t.decision == "discarded" for t in trials), len({t.clip_id for t in trials}),
        tuple(reasons.most_common()), tuple((mode, _share(some)) for mode, some in by_mode.items() if some),
        _diversity(trials) if diversity else None, sum(float(t.record["seconds"]) for t in trials),
    )  # fmt: skip


def modes_of(drawn: Draw) -> frozenset[str]:
    """The variations that a draw has."""
    plain = Draw()
    return frozenset(mode for mode in MODES if getattr(drawn, mode) != getattr(plain, mode))


def _share(trials: Sequence[Trial]) -> Share:
    return Share(len(trials), sum(t.passed for t in trials), sum(t.decision == "kept" for t in trials))


def _diversity(trials: Sequence[Trial]) -> float | None:
    """Of those that were kept; of those that passed while nobody has kept any."""
    chosen = [t for t in trials if t.decision == "kept"] or [t for t in trials if t.passed and t.decision != "discarded"]
    marks: dict[str, list[np.ndarray]] = {}
    for trial in chosen:
        mark = trial.mark()
        if mark is not None:
            marks.setdefault(trial.clip_id, []).append(mark)
    away = [distance(a, b) for some in marks.values() for k, a in enumerate(some) for b in some[k + 1 :]]
    finite = [value for value in away if np.isfinite(value)]
    return float(np.mean(finite)) if finite else None
