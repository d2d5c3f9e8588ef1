"""Jitter: jerk of body joints and of object corners. What shakes at frame rate stands out, what moves fast does not."""

import numpy as np

from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, average, ranges_over, worst
from interact_core.inspection.results import Track
from interact_core.inspection.signals import frames_of, jerk, running_median


def measure(evidence: Evidence) -> Findings:
    table = evidence.thresholds
    joints = jerk(evidence.posed.joints[:, :NUM_BODY_JOINTS], evidence.fps).mean(axis=1)
    body = Track("jerk_body", "Jerk of the body", "m/s^3", joints.astype(np.float32), table.jerk_body, "jitter")
    found = [(body, ranges_over(body, table.severe("jerk_body"), kind="jitter_body"))]
    if evidence.has_objects:
        thing = _object_track(evidence)
        found.append((thing, ranges_over(thing, table.severe("jerk_object"), kind="jitter_object")))
    summary = tuple(
        pair for t, _ in found for pair in ((t.id, average(t, f"{t.title}, mean")), (f"{t.id}_max", worst(t)))
    )  # fmt: skip
    return Findings(tuple(t for t, _ in found), (), summary, tuple(a for _, some in found for a in some))


def _object_track(evidence: Evidence) -> Track:
    """The object that shakes most; frames near a missing pose are left out, since a pose that returns is no jerk."""
    table, window = evidence.thresholds, frames_of(evidence.thresholds.jerk_window, evidence.fps)
    worst_of = np.full(evidence.num_frames, np.nan)
    for motion in evidence.object_motion:
        values = jerk(motion.corners, evidence.fps).mean(axis=1)
        gone = np.convolve(np.pad(~motion.present, 3), np.ones(7), mode="valid") > 0
        values[gone] = np.nan
        worst_of = np.fmax(worst_of, running_median(values, window))
    title = "Sustained jerk of the object"
    return Track("jerk_object", title, "m/s^3", worst_of.astype(np.float32), table.jerk_object, "jitter")
