"""What a measure hands back, and how its artifacts are cut out of a track."""

from dataclasses import dataclass

import numpy as np

from interact_core.clip import Floats
from interact_core.inspection.results import Artifact, Track, Value, VertexField
from interact_core.inspection.signals import runs


@dataclass(frozen=True)
class Findings:
    """`summary` by id; a track's id is the natural one for its main figure."""

    tracks: tuple[Track, ...] = ()
    fields: tuple[VertexField, ...] = ()
    summary: tuple[tuple[str, Value], ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    notes: tuple[str, ...] = ()


def ranges_over(track: Track, severe: float, *, kind: str = "", merge: int = 6, shortest: int = 1) -> tuple[Artifact, ...]:
    """Ranges over the track's threshold, those less than `merge` frames apart joined, then at least `shortest` long.

    Severity is 1 from the value `severe` on.
    """
    assert track.threshold is not None, track.id
    values = np.asarray(track.values, np.float64)
    over = values > track.threshold
    for start, stop in runs(~over):
        if start > 0 and stop < len(over) and stop - start < merge:
            over[start:stop] = True
    found = [(start, stop) for start, stop in runs(over) if stop - start >= shortest]
    return tuple(_artifact(track, start, stop, severe, kind or track.id) for start, stop in found)


def _artifact(track: Track, start: int, stop: int, severe: float, kind: str) -> Artifact:
    assert track.threshold is not None
    peak = start + int(np.nanargmax(track.values[start:stop]))
    value = float(track.values[peak])
    severity = float(np.clip((value - track.threshold) / (severe - track.threshold), 0.0, 1.0))
    return Artifact(kind, start, stop, peak, severity, value, track.unit, track.title, track.id)


def worst(track: Track) -> Value:
    """The largest value and its frame."""
    if not np.isfinite(track.values).any():
        return Value(track.title, float("nan"), track.unit, track.group)
    frame = int(np.nanargmax(track.values))
    return Value(track.title, float(track.values[frame]), track.unit, track.group, frame)


def average(track: Track, title: str) -> Value:
    return Value(title, mean_of(track.values), track.unit, track.group)


def mean_of(values: Floats) -> float:
    """Mean without NaN; NaN of nothing."""
    finite = np.asarray(values)[np.isfinite(values)]
    return float(finite.mean()) if finite.size else float("nan")


def share(track: Track, title: str) -> Value:
    """Per cent of the measured frames in which a state track is on."""
    return Value(title, 100.0 * mean_of(track.values), "%", track.group)
