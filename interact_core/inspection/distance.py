"""Signed distance as a field on both meshes: negative inside, neutral colour on the surface."""

from interact_core.inspection.colormaps import SIGNED
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings
from interact_core.inspection.results import VertexField
from interact_core.settings_tree import DISTANCE_RANGE


def measure(evidence: Evidence) -> Findings:
    if not evidence.has_objects:
        return Findings()
    body, thing = evidence.fields.body_signed_distance, evidence.fields.object_signed_distance
    return Findings(
        fields=(
            VertexField(
                "body_distance", "Distance to the object", "m", "body", body, -DISTANCE_RANGE, DISTANCE_RANGE, SIGNED, True
            ),
            VertexField(
                "object_distance", "Distance to the body", "m", "object", thing, -DISTANCE_RANGE, DISTANCE_RANGE, SIGNED, True
            ),
        )
    )
