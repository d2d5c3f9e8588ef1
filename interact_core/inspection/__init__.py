"""Measures of a clip: posed vertices, distance fields, tracks, figures and artifacts.

The types load neither scipy nor torch nor warp; `inspect_clip` is in interact_core.inspection.inspect, which loads scipy.
"""

from interact_core.inspection.fields import DistanceFields, distance_fields
from interact_core.inspection.posed import PosedClip, pose_clip
from interact_core.inspection.results import Artifact, Inspection, Target, Track, Value, VertexField
from interact_core.inspection.thresholds import Thresholds, thresholds_from

__all__ = [
    "Artifact", "DistanceFields", "Inspection", "PosedClip", "Target", "Thresholds", "Track", "Value", "VertexField",
    "distance_fields", "pose_clip", "thresholds_from",
]  # fmt: skip
