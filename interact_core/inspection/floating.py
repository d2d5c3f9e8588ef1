"""Floating: an object that moves in the air with nobody touching it, and hands that hold it from a distance."""

import numpy as np

from interact_core.inspection.evidence import HANDS, Evidence, Motion
from interact_core.inspection.findings import Findings, average, ranges_over, share, worst
from interact_core.inspection.results import Artifact, Track
from interact_core.inspection.signals import Mask, frames_of, runs, settle


def measure(evidence: Evidence) -> Findings:
    if not evidence.has_objects:
        return Findings()
    table = evidence.thresholds
    state = np.zeros(evidence.num_frames, bool)
    artifacts: list[Artifact] = []
    for k, motion in enumerate(evidence.object_motion):
        alone = unsupported(evidence, motion, evidence.object_contact[k])
        state |= alone
        artifacts += _too_long(evidence, motion.name, alone)
    measured = evidence.object_present.any(axis=1)
    values = np.where(measured, state.astype(np.float32), np.float32(np.nan))
    track = Track("object_unsupported", "Object moves unsupported", "", values, None, "floating", True)
    gaps = tuple(_gap(evidence, hand) for hand in HANDS)
    for gap in gaps:
        artifacts += ranges_over(gap, table.severe("gap"), kind="gap")
    summary = (("object_unsupported", share(track, "Object moves unsupported, share of frames")),)
    held = tuple((g.id, average(g, f"{g.title}, mean")) for g in gaps)
    worst_gaps = tuple((f"{g.id}_max", worst(g)) for g in gaps)
    return Findings((track, *gaps), (), (*summary, *held, *worst_gaps), tuple(artifacts), _notes(evidence))


def unsupported(evidence: Evidence, motion: Motion, touched: Mask) -> Mask:
    """(T,) off the ground, moving, not falling freely, touched by no part of the body.

    An object at rest in the air is taken to stand on something that the clip does not contain.
    """
    alone = motion.carried & motion.off_ground & ~touched
    return settle(alone, frames_of(evidence.thresholds.contact_seconds, evidence.fps)) & motion.present


def _too_long(evidence: Evidence, name: str, alone: Mask) -> list[Artifact]:
    limit, severe = evidence.thresholds.unsupported, evidence.thresholds.severe("unsupported")
    found = []
    for start, stop in runs(alone):
        seconds = (stop - start) / evidence.fps
        if seconds >= limit:
            severity = float(np.clip((seconds - limit) / (severe - limit), 0.0, 1.0))
            title, middle = f"{name} moves unsupported", (start + stop) // 2
            found.append(Artifact("unsupported", start, stop, middle, severity, seconds, "s", title, "object_unsupported"))
    return found


def _gap(evidence: Evidence, hand: str) -> Track:
    """Distance of the palm side to the object while the hand holds it; NaN while it holds nothing."""
    distance = np.maximum(evidence.inner_hand_distance[hand], np.float32(0.0))
    values = np.where(evidence.holding[hand], distance, np.float32(np.nan)).astype(np.float32)
    return Track(f"gap_{hand}", f"Gap of the {hand.replace('_', ' ')}", "m", values, evidence.thresholds.gap, "gap")


def _notes(evidence: Evidence) -> tuple[str, ...]:
    resting = [
        motion.name for k, motion in enumerate(evidence.object_motion)
        if (motion.off_ground & ~motion.moving & ~evidence.object_contact[k]).mean() > 0.1
    ]  # fmt: skip
    if not resting:
        return ()
    return (f"{', '.join(resting)}: rests above the ground without contact; taken to stand on something outside the clip.",)
