"""Measures of a clip: posed vertices, distance fields, tracks, figures and artifacts."""

from interact_core.inspection.fields import DistanceFields
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.results import Artifact, Inspection, Target, Track, Value, VertexField

__all__ = ["Artifact", "DistanceFields", "Inspection", "PosedClip", "Target", "Track", "Value", "VertexField"]
