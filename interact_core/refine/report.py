"""What a refinement did, in figures: the record that goes into a version's manifest."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.inspection.results import Inspection

if TYPE_CHECKING:
    from interact_core.inspection.fields import DistanceFields
    from interact_core.inspection.posed import PosedClip

FIGURES: Final = (
    "penetration_max", "penetration_mean", "penetration_frames", "contact_left_hand", "contact_right_hand", "contact_object",
    "gap_left_hand", "gap_right_hand", "gap_left_hand_max", "gap_right_hand_max", "object_unsupported", "foot_skate_left",
    "foot_skate_right", "foot_skate_left_mean", "foot_skate_right_mean", "ground_penetration_body",
    "ground_penetration_object", "jerk_body", "jerk_object", "self_penetration", "body_range", "hand_range",
    "wrist_twist_over_left", "wrist_twist_over_right", "wrist_flip",
)  # fmt: skip
"""Ids in an inspection's summary that a report carries."""


@dataclass(frozen=True)
class Preview:
    """The state of a running refinement: body vertices (T, V, 3) and joints (T, 52, 3) in the world, parts' poses.

    part_rotation (T, K, 3, 3) and part_translation (T, K, 3) follow the order of PosedClip.parts. `frames` is the range
    that is being solved; outside it the state is that of the stage before.
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
class RefineReport:
    """`before` and `after` are figures by the ids of an inspection's summary (metres, degrees, per cent, ...).

    `moved` says how far things went from the input: body_mean, body_max, hand_mean, object_mean, object_max in metres.
    `skipped` is the reason why the clip was left as it was, None if it was worked on.
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
            "iterations": self.iterations,
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


def figures(inspection: Inspection) -> dict[str, float]:
    """The summary's figures that refinement is judged by; NaN where one could not be measured."""
    return {name: float(inspection.summary[name].value) for name in FIGURES if name in inspection.summary}


def _finite(values: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if math.isfinite(value)}
