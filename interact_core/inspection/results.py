"""What an inspection says: tracks over time, fields over vertices, single figures, and ranges worth looking at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Target = Literal["body", "object"]


@dataclass(frozen=True)
class Track:
    """One number per frame: values (T,) float32 in `unit`, NaN where there is nothing to measure (a missing frame).

    `state` tracks hold 0 or 1 (contact, planted, unsupported). A value above `threshold` is an artifact, unless
    `threshold` is None. `group` names the timeline lane: penetration, contact, gap, foot, ground, jitter, body, hand, paper.
    """

    id: str
    title: str
    unit: str
    values: NDArray[np.float32]
    threshold: float | None = None
    group: str = ""
    state: bool = False


@dataclass(frozen=True)
class VertexField:
    """One number per vertex and frame: values (T, V) float32 in `unit`, [vmin, vmax] the range to colour at first.

    `colormap` is a name the scene maps to colours (see interact_core.inspection.colormaps); a diverging one has its
    neutral colour at zero. NaN is "not computed yet" or "nothing to measure".
    """

    id: str
    title: str
    unit: str
    target: Target
    values: NDArray[np.float32]
    vmin: float
    vmax: float
    colormap: str
    diverging: bool = False


@dataclass(frozen=True)
class Artifact:
    """Frames [start_frame, end_frame) over a measure's threshold; severity 0 at the threshold, 1 at the "severe" value."""

    kind: str
    start_frame: int
    end_frame: int
    peak_frame: int
    severity: float
    value: float
    unit: str
    title: str = ""
    track: str = ""
    """Id of the track it was found in."""


@dataclass(frozen=True)
class Value:
    """One figure for the whole clip; `worst_frame` is where to look, None where no frame stands for it."""

    title: str
    value: float
    unit: str
    group: str = ""
    worst_frame: int | None = None


@dataclass(frozen=True)
class Inspection:
    """Everything measured on one clip. Artifacts are sorted, worst first; `severity` is that of the whole clip, 0..1."""

    tracks: Mapping[str, Track] = field(default_factory=dict)
    fields: Mapping[str, VertexField] = field(default_factory=dict)
    summary: Mapping[str, Value] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    notes: tuple[str, ...] = ()
    severity: float = 0.0
