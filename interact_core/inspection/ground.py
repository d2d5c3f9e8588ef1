"""Depth of body and object below the floor (y = 0)."""

import numpy as np
from numpy.typing import NDArray

from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, ranges_over, worst
from interact_core.inspection.results import Track


def measure(evidence: Evidence) -> Findings:
    tracks = [_track(evidence, "body", _depth(evidence.posed.body_vertices[..., 1].min(axis=1)))]
    if evidence.has_objects:
        heights = [np.where(motion.present, motion.height, np.nan) for motion in evidence.object_motion]
        tracks.append(_track(evidence, "object", _depth(np.fmin.reduce(heights))))
    severe = evidence.thresholds.severe("ground_penetration")
    artifacts = tuple(a for t in tracks for a in ranges_over(t, severe, kind=t.id))
    return Findings(tuple(tracks), (), tuple((t.id, worst(t)) for t in tracks), artifacts)


def _depth(height: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.maximum(-height, 0.0).astype(np.float32)


def _track(evidence: Evidence, what: str, values: NDArray[np.float32]) -> Track:
    limit = evidence.thresholds.ground_penetration
    return Track(f"ground_penetration_{what}", f"{what.capitalize()} below the floor", "m", values, limit, "ground")
