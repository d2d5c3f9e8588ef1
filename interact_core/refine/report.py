"""What a refinement did, in figures: the record that goes into a version's manifest."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.figures import figure_text
from interact_core.inspection.figures import named_figures
from interact_core.inspection.results import Inspection

if TYPE_CHECKING:
    from interact_core.inspection.fields import DistanceFields
    from interact_core.inspection.posed import PosedClip


@dataclass(frozen=True)
class Preview:
    """The state of a running refinement: body vertices (T, V, 3) and joints (T, 52, 3) in the world, parts' poses.

    part_rotation (T, K, 3, 3) and part_translation (T, K, 3) follow the order of PosedClip.parts. The T frames are those of
    the clip's range `frames`, the window that is being solved: a long clip as a whole would be gigabytes.
    """

    stage: str
    frames: slice
    vertices: NDArray[np.float32]
    joints: NDArray[np.float32]
    part_rotation: NDArray[np.float32]
    part_translation: NDArray[np.float32]


@dataclass(frozen=True)
class StageReport:
    """One stage on one window: energy before and after, solver steps, whether its result was kept and why not."""

    stage: str
    frames: tuple[int, int]
    energy_before: float
    energy_after: float
    steps: int
    seconds: float
    kept: bool = True
    note: str = ""


@dataclass(frozen=True)
class ContactSegment:
    """Frames [start, stop) in which a region of the body was taken to touch a part of an object."""

    region: str
    part: str
    start: int
    stop: int


@dataclass(frozen=True)
class Repair:
    """Frames [start, stop) in which a joint was turned back about its bone by `degrees`."""

    joint: str
    start: int
    stop: int
    degrees: float


@dataclass(frozen=True)
class Worse:
    """A measure that is worse than in the input, by more than a twentieth and more than it can resolve; `before` is NaN where
    it could not be measured then."""

    measure: str
    before: float
    after: float

    def told(self) -> str:
        """For people: "Body below the floor 0.40 mm to 2.8 mm"."""
        entry = named_figures({self.measure: self.after})[self.measure]
        return f"{entry['title']} {figure_text(self.before, entry['unit'])} to {figure_text(self.after, entry['unit'])}"


@dataclass(frozen=True)
class RefineReport:
    """`before` and `after` are figures by the ids of an inspection's summary (metres, degrees, per cent, ...).

    `moved` says how far things went from the input: body_mean, body_max, hand_mean, object_mean, object_max in metres.
    `skipped` is the reason why the clip was left as it was, None if it was changed. `worse` names every measure that the
    repair made worse, however little; the notes say why it was worth it.
    """

    before: Mapping[str, float]
    after: Mapping[str, float]
    moved: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    stages: tuple[StageReport, ...] = ()
    contacts: tuple[ContactSegment, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    device: str = "cpu"
    skipped: str | None = None
    worse: tuple[Worse, ...] = ()

    @property
    def iterations(self) -> int:
        return sum(stage.steps for stage in self.stages)

    def record(self) -> dict[str, Any]:
        """Plain values for JSON; figures that could not be measured are left out."""
        return {
            "before": _finite(self.before), "after": _finite(self.after), "moved": _finite(self.moved),
            "stages": [vars(s) | {"frames": list(s.frames)} for s in self.stages],
            "contacts": [vars(c) for c in self.contacts], "repairs": [vars(r) for r in self.repairs],
            "notes": list(self.notes), "seconds": self.seconds, "device": self.device, "skipped": self.skipped,
            "iterations": self.iterations, "worse": [_finite(vars(w)) for w in self.worse],
        }  # fmt: skip


@dataclass(frozen=True)
class RefineResult:
    """The refined clip (the input itself where it was skipped) and what was done."""

    clip: Clip
    report: RefineReport


@dataclass(frozen=True)
class Measured:
    """A clip with everything measured on it."""

    posed: "PosedClip"
    fields: "DistanceFields"
    inspection: Inspection


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not isinstance(value, float) or math.isfinite(value)}
