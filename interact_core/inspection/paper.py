"""The InterAct paper's own two figures, beside ours: deepest body vertex per frame, and share of body vertices in contact.

Xu et al., InterAct (CVPR 2025), Table 2. The paper measures to the nearest object vertex and does not state the contact
threshold; we measure to the surface, so our penetration reads a little lower and our contact a little higher.
"""

import numpy as np

from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, average
from interact_core.inspection.penetration import depth_of
from interact_core.inspection.results import Track


def measure(evidence: Evidence) -> Findings:
    if not evidence.has_objects:
        return Findings()
    distance = evidence.fields.body_signed_distance
    measured = np.isfinite(distance).any(axis=1)
    deepest = np.fmax.reduce(depth_of(distance), axis=1)
    near = (distance < evidence.thresholds.paper_contact).mean(axis=1)
    penetration = Track("paper_penetration", "Penetration as in the paper", "m", deepest, None, "paper")
    ratio = np.where(measured, near, np.nan).astype(np.float32)
    contact = Track("paper_contact_ratio", "Contact ratio as in the paper", "", ratio, None, "paper")
    summary = (
        ("paper_penetration", average(penetration, "Paper: deepest vertex, mean over frames")),
        ("paper_contact_ratio", average(contact, "Paper: share of body vertices in contact")),
    )
    return Findings((penetration, contact), (), summary)
