"""Facts about a range of frames in the words of a finding."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from interact_core.annotation.evidence import HAND_LIMBS, Evidence, Mask, mask_runs
from interact_core.annotation.phase import Phase
from interact_core.annotation.phases import phases_of


@lru_cache(maxsize=16)
def phases_in(evidence: Evidence, first: int, last: int) -> tuple[Phase, ...]:
    """Phases with at least half of themselves, or half of the range, inside [first, last)."""
    found = []
    for phase in phases_of(evidence):
        inside = min(phase.end, last) - max(phase.start, first)
        if inside * 2 >= min(phase.end - phase.start, last - first):
            found.append(phase)
    return tuple(found)


def frames_touching(evidence: Evidence, limb: str, first: int, last: int, things: Iterable[str] = ()) -> Mask:
    """(last - first,) the limb touches one of the things, or anything without any."""
    names = tuple(things)
    if not names:
        return evidence.contact[limb][first:last]
    return np.logical_or.reduce([evidence.touching(limb, name)[first:last] for name in names])


def told_frames(mask: Mask, first: int = 0) -> str:
    """ "frames 41 to 160", "frames 3 to 9 and 20 to 31", "4 ranges between frames 3 and 90"; "" for none."""
    ranges = [(first + a, first + b - 1) for a, b in mask_runs(mask)]
    if not ranges:
        return ""
    if len(ranges) > 3:
        return f"{len(ranges)} ranges between frames {ranges[0][0]} and {ranges[-1][1]}"
    return "frames " + " and ".join(f"{a} to {b}" for a, b in ranges)


def contact_told(evidence: Evidence, limb: str, first: int, last: int) -> str:
    """One half of a reason: "the right hand touches the box in frames 41 to 160"."""
    who = f"the {limb} hand" if limb in HAND_LIMBS else f"the {limb.replace('_', ' ')}"
    mask = evidence.contact[limb][first:last]
    if not mask.any():
        return f"{who} never touches anything"
    touches = [t for t in evidence.touches_of(limb) if t.start < last and t.end > first]
    name = max(touches, key=lambda t: min(t.end, last) - max(t.start, first)).object
    return f"{who} touches the {name} in {told_frames(frames_touching(evidence, limb, first, last, (name,)), first)}"
