"""From the figures of every clip to those of the data set: distributions, groups, and what changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from interact_core.code_version import code_version
from interact_core.compare import Comparison, compare_figures
from interact_core.compare.directions import Direction, direction_of
from interact_core.inspection.figures import Figures

KEY_MEASURES: Final = (
    "penetration_max", "penetration_frames", "contact_object", "gap_left_hand", "gap_right_hand", "object_unsupported",
    "foot_skate_left", "foot_skate_right", "ground_penetration_body", "jerk_body", "jerk_object",
    "self_penetration", "body_range", "hand_range", "wrist_flip",
)  # fmt: skip
"""Columns of the tables by object and source; distributions are of every measure."""
_MINOR: Final = ("contact_", "foot_height_")
"""Which of the many parts and sides is touched makes no distribution worth a picture."""


@dataclass(frozen=True)
class ClipRecord:
    """What is kept of one clip: figures only, so that ten thousand fit into memory. `after`: of its counterpart."""

    id: str
    dataset: str
    objects: tuple[str, ...]
    frames: int
    fps: float
    severity: float
    figures: Figures
    artifacts: Mapping[str, int]
    after: Figures | None = None
    after_severity: float | None = None


@dataclass(frozen=True)
class Distribution:
    """One measure over the clips: values in the clips' order (those that have one), and its quantiles."""

    measure: str
    title: str
    unit: str
    group: str
    direction: Direction
    values: tuple[float, ...]
    worst_clip: str
    after: tuple[float, ...] = ()

    def quantile(self, q: float, *, after: bool = False) -> float:
        values = self.after if after else self.values
        return float(np.quantile(values, q)) if values else float("nan")


@dataclass(frozen=True)
class Group:
    """Clips that share an object or a source: their number, mean severity, and the median of each key measure."""

    name: str
    clips: int
    severity: float
    medians: Mapping[str, float]
    after: Mapping[str, float]


@dataclass(frozen=True)
class Change:
    """One clip against its counterpart."""

    clip: str
    severity: tuple[float, float]
    comparison: Comparison


@dataclass(frozen=True)
class DatasetReport:
    """Everything the report shows. `problems`: clip and message of what could not be measured."""

    title: str
    against: str
    clips: tuple[ClipRecord, ...]
    distributions: tuple[Distribution, ...]
    by_object: tuple[Group, ...]
    by_source: tuple[Group, ...]
    changes: tuple[Change, ...]
    problems: tuple[Mapping[str, str], ...]
    created: str
    code: str

    @property
    def worst(self) -> tuple[ClipRecord, ...]:
        return tuple(sorted(self.clips, key=lambda clip: (-clip.severity, clip.id)))

    @property
    def regressions(self) -> tuple[Change, ...]:
        """Clips with something worse, the largest change first."""
        hurt = (change for change in self.changes if change.comparison.worse)
        return tuple(sorted(hurt, key=lambda change: (-change.comparison.worse[0].weight, change.clip)))


def gather(
    clips: Sequence[ClipRecord], title: str, *, against: str = "", problems: Sequence[Mapping[str, str]] = ()
) -> DatasetReport:  # fmt: skip
    """Put the records together; the order of the clips is kept."""
    return DatasetReport(
        title, against, tuple(clips), _distributions(clips), _groups(clips, lambda clip: clip.objects or ("no object",)),
        _groups(clips, lambda clip: (clip.dataset or "unknown",)), _changes(clips), tuple(problems),
        datetime.now(UTC).isoformat(timespec="seconds"), code_version(),
    )  # fmt: skip


def value_of(figures: Figures | None, measure: str) -> float:
    """NaN where it was not measured."""
    value = (figures or {}).get(measure, {}).get("value")
    return float(value) if isinstance(value, int | float) else float("nan")


def _distributions(clips: Sequence[ClipRecord]) -> tuple[Distribution, ...]:
    known = {name: figure for clip in clips for source in (clip.figures, clip.after or {}) for name, figure in source.items()}
    names = [
        n for n in known if not n.startswith(_MINOR) or n in KEY_MEASURES or n in ("contact_left_hand", "contact_right_hand")
    ]
    return tuple(_distribution(name, known[name], clips) for name in names)


def _distribution(name: str, figure: Mapping[str, object], clips: Sequence[ClipRecord]) -> Distribution:
    pairs = [(value_of(clip.figures, name), clip.id) for clip in clips]
    pairs = [pair for pair in pairs if np.isfinite(pair[0])]
    direction = direction_of(name)
    worst = (min if direction == "more" else max)(pairs, default=(0.0, ""), key=lambda pair: pair[0])
    after = [value_of(clip.after, name) for clip in clips if clip.after is not None]
    return Distribution(
        name, str(figure.get("title", name)), str(figure.get("unit", "")), str(figure.get("group", "")), direction,
        tuple(value for value, _ in pairs), worst[1], tuple(v for v in after if np.isfinite(v)),
    )  # fmt: skip


def _groups(clips: Sequence[ClipRecord], names_of: Callable[[ClipRecord], Sequence[str]]) -> tuple[Group, ...]:
    found: dict[str, list[ClipRecord]] = {}
    for clip in clips:
        for name in dict.fromkeys(names_of(clip)):
            found.setdefault(name, []).append(clip)
    groups = (
        Group(
            name, len(some), float(np.mean([clip.severity for clip in some])),
            _medians([clip.figures for clip in some]), _medians([clip.after for clip in some if clip.after is not None]),
        ) for name, some in found.items()
    )  # fmt: skip
    return tuple(sorted(groups, key=lambda group: (-group.severity, group.name)))


def _medians(figures: Sequence[Figures]) -> dict[str, float]:
    found = {}
    for name in KEY_MEASURES:
        values = [v for f in figures if np.isfinite(v := value_of(f, name))]
        if values:
            found[name] = float(np.median(values))
    return found


def _changes(clips: Sequence[ClipRecord]) -> tuple[Change, ...]:
    return tuple(
        Change(clip.id, (clip.severity, clip.after_severity or 0.0), compare_figures(clip.figures, clip.after))
        for clip in clips if clip.after is not None
    )  # fmt: skip
