"""What the motion shows, as plain facts that words can be held against: who touches what, what moves, where to.

Built from measured tracks by `interact_core.inspection.clip_evidence.evidence_of`; nothing here measures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

Limb = Literal["left", "right", "left_foot", "right_foot", "seat"]
"""What touches: "left" and "right" are the hands."""
HAND_LIMBS: Final[tuple[Limb, Limb]] = ("left", "right")
SnapKind = Literal["contact_onset", "contact_release", "motion_start", "motion_stop"]


@dataclass(frozen=True)
class Touch:
    """A limb on an object without interruption, frames [start, end). `part` is "" for objects of one part."""

    limb: Limb
    start: int
    end: int
    object: str
    part: str = ""

    @property
    def hand(self) -> str:
        """left or right; "" for feet and seat."""
        return self.limb if self.limb in HAND_LIMBS else ""


@dataclass(frozen=True)
class Thing:
    """How one object moves, T frames: centre (T, 3) m, lowest point height (T,) m, fastest corner speed (T,) m/s.

    `raised` (T,): nothing but hands can hold it up. `turned` (T,) is its heading about the vertical in radians, unwrapped;
    `spin` (T,) the angle of its pose from the first frame's; `opened` (T,) the angle of its hinge, where it has one.
    """

    name: str
    centre: Floats
    height: Floats
    speed: Floats
    moving: Mask
    raised: Mask
    turned: Floats
    spin: Floats
    opened: Floats | None = None


@dataclass(frozen=True)
class Person:
    """pelvis, head and each wrist (T, 3) in metres, forward (T, 3) horizontal unit vectors; whether they walk and sit (T,)."""

    pelvis: Floats
    head: Floats
    forward: Floats
    walking: Mask
    sitting: Mask
    wrists: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    """By hand, left and right."""


@dataclass(frozen=True)
class Flaw:
    """An artifact that the inspection found, frames [start, end)."""

    kind: str
    start: int
    end: int
    severity: float
    title: str = ""


@dataclass(frozen=True)
class SnapPoint:
    """A frame that edges snap to, and why, in words for a hint."""

    frame: int
    kind: SnapKind
    why: str


@dataclass(frozen=True, eq=False)
class Evidence:
    """Facts about one clip of T = num_frames frames; `things` by object name, in the clip's order. Equal only to itself."""

    num_frames: int
    fps: float
    things: Mapping[str, Thing]
    touches: tuple[Touch, ...]
    person: Person
    flaws: tuple[Flaw, ...] = field(default=())

    @property
    def objects(self) -> tuple[str, ...]:
        return tuple(self.things)

    @cached_property
    def contact(self) -> Mapping[str, Mask]:
        """(T,) per limb: it touches some object. A limb without any touch is all false."""
        masks: dict[str, Mask] = {
            limb: np.zeros(self.num_frames, bool) for limb in (*HAND_LIMBS, "left_foot", "right_foot", "seat")
        }
        for touch in self.touches:
            masks[touch.limb][touch.start : touch.end] = True
        return MappingProxyType(masks)

    def touches_of(self, limb: str, thing: str = "") -> tuple[Touch, ...]:
        """By start; all objects without `thing`."""
        found = [t for t in self.touches if t.limb == limb and thing in ("", t.object)]
        return tuple(sorted(found, key=lambda t: t.start))

    def touching(self, limb: str, thing: str) -> Mask:
        """(T,) the limb is on that object."""
        known = self._touching.get((limb, thing))
        return known if known is not None else np.zeros(self.num_frames, bool)

    @cached_property
    def _touching(self) -> dict[tuple[str, str], Mask]:
        masks: dict[tuple[str, str], Mask] = {}
        for touch in self.touches:
            mask = masks.setdefault((touch.limb, touch.object), np.zeros(self.num_frames, bool))
            mask[touch.start : touch.end] = True
        for mask in masks.values():
            mask.flags.writeable = False
        return masks

    def hands_on(self, thing: str, start: int, end: int, share: float = 0.5) -> str:
        """left, right, both or "": the hands that touch the object in at least `share` of the frames."""
        on = [hand for hand in HAND_LIMBS if end > start and self.touching(hand, thing)[start:end].mean() >= share]
        return "both" if len(on) == 2 else (on[0] if on else "")

    def way(self, thing: str, start: int, end: int) -> Floats:
        """(3,) metres that the object goes in [start, end): forward, to the left, up, as the person faces at start."""
        path = self.things[thing].centre
        step = path[min(end, self.num_frames) - 1] - path[start]
        ahead = self.person.forward[start]
        left = np.array([ahead[2], 0.0, -ahead[0]])
        return np.array([step @ ahead, step @ left, step[1]])

    def heading(self, thing: str, start: int, end: int) -> float | None:
        """Radians from where the person faces (over the range) to where the object goes, to the left positive.

        None where the person turns by more than 45 degrees meanwhile: forward then means nothing.
        """
        return self._heading(self.things[thing].centre, start, end)

    def walk_heading(self, start: int, end: int) -> float | None:
        """As `heading`, of the person."""
        return self._heading(self.person.pelvis, start, end)

    def _heading(self, path: Floats, start: int, end: int) -> float | None:
        facing = self.person.forward[start : min(end, self.num_frames)]
        if float(facing[0] @ facing[-1]) < np.cos(np.pi / 4):
            return None
        step = path[min(end, self.num_frames) - 1] - path[start]
        ahead = facing.mean(axis=0)
        return float(np.arctan2(step @ np.array([ahead[2], 0.0, -ahead[0]]), step @ ahead))

    def snap_frames(self) -> tuple[SnapPoint, ...]:
        """Contact onsets and releases of hands and feet, starts and stops of objects; by frame, ends of the clip left out."""
        found: list[SnapPoint] = []
        for touch in self.touches:
            who = limb_title(touch.limb)
            found.append(SnapPoint(touch.start, "contact_onset", f"{who} touches {touch.object}"))
            found.append(SnapPoint(touch.end, "contact_release", f"{who} leaves {touch.object}"))
        for thing in self.things.values():
            for start, end in mask_runs(thing.moving):
                found.append(SnapPoint(start, "motion_start", f"{thing.name} starts moving"))
                found.append(SnapPoint(end, "motion_stop", f"{thing.name} stops moving"))
        inside = (point for point in found if 0 < point.frame < self.num_frames)
        return tuple(sorted(inside, key=lambda point: (point.frame, point.kind, point.why)))


def limb_title(limb: str) -> str:
    return f"{limb} hand" if limb in HAND_LIMBS else limb.replace("_", " ")


def mask_runs(mask: Mask) -> list[tuple[int, int]]:
    """Half-open ranges [start, end) of true frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
