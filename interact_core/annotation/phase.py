"""One phase of what is done to a thing: one verb's worth."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from interact_core.annotation.evidence import Evidence, Floats

Verb = Literal[
    "lift", "raise", "put down", "lower", "carry", "move", "push", "pull", "rotate", "open", "close", "throw", "catch", "kick",
    "pass", "hold", "touch", "sit", "drink",
]  # fmt: skip

RISE: Final = 0.08
"""Metres up or down that count as lifting or lowering."""
TRAVEL: Final = 0.15
"""Metres over the floor that count as moving."""
TURN: Final = np.radians(25.0)


@dataclass(frozen=True)
class Phase:
    """One verb's worth, frames [start, end). `hand` is left, right, both or ""; `way` as Evidence.way; `turn` in radians."""

    verb: Verb
    start: int
    end: int
    object: str
    part: str = ""
    hand: str = ""
    way: tuple[float, float, float] = (0.0, 0.0, 0.0)
    heading: float | None = None
    """As Evidence.heading."""
    turn: float = 0.0
    walking: bool = False
    to_and_fro: bool = False
    other: str = ""
    """The hand that takes over, or the foot that kicks."""

    @property
    def distance(self) -> float:
        """Metres over the floor."""
        return float(np.hypot(self.way[0], self.way[1]))


def with_hands(evidence: Evidence, phase: Phase, before: bool = False) -> Phase:
    start, end = (max(0, phase.start - 5), phase.start) if before else (phase.start, phase.end)
    parts = [t.part for t in evidence.touches if t.hand and t.object == phase.object and t.start < end and t.end > start]
    hand, heading = evidence.hands_on(phase.object, start, end), evidence.heading(phase.object, phase.start, phase.end)
    return replace(phase, hand=hand, part=parts[0] if parts else "", heading=heading)


def share_of(one: Phase, other: Phase) -> float:
    """How much of `one` lies in `other`, 0..1."""
    return max(0, min(one.end, other.end) - max(one.start, other.start)) / (one.end - one.start)


def triple(way: Floats) -> tuple[float, float, float]:
    return float(way[0]), float(way[1]), float(way[2])
