"""Measures of a clip: posed vertices, distance fields, tracks, figures and artifacts. Loads no torch and no warp."""

from interact_core.inspection.fields import DistanceFields, distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import PosedClip, pose_clip
from interact_core.inspection.results import Artifact, Inspection, Target, Track, Value, VertexField
from interact_core.inspection.thresholds import Thresholds, thresholds_from

__all__ = [
    "Artifact", "DistanceFields", "Inspection", "PosedClip", "Target", "Thresholds", "Track", "Value", "VertexField",
    "distance_fields", "inspect_clip", "pose_clip", "thresholds_from",
]  # fmt: skip
