"""What the inspection says about generated clips: penetration, contact, jitter. No truth is needed."""

from pathlib import Path
from typing import Final

import numpy as np

from interact_core.clip import Clip
from interact_core.generate.evaluation.scores import Scores
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import pose_clip
from interact_core.inspection.results import Inspection
from interact_core.jobs.context import JobContext, NullContext, SubContext

_DEPTH: Final = "penetration_max"


def quality(clip: Clip, cache_dir: Path, device: str = "cpu", context: JobContext | None = None) -> Scores:
    """Deepest point, mean over frames and worst, cm; share of frames with contact, %; jerk of the body, m/s^3."""
    context = context or NullContext()
    posed = pose_clip(clip, None, device, SubContext(context, 0.0, 0.3))
    fields = distance_fields(posed, cache_dir, device, SubContext(context, 0.3, 0.9))
    return quality_of(inspect_clip(posed, fields, context=SubContext(context, 0.9, 1.0)))


def quality_of(inspection: Inspection) -> Scores:
    """The same from an inspection that is there already."""
    depth = inspection.tracks[_DEPTH].values if _DEPTH in inspection.tracks else np.zeros(1)
    summary = inspection.summary
    touched = summary["contact_object"].value if "contact_object" in summary else 0.0
    return {
        "penetration_cm": 100 * float(np.nanmean(depth)), "penetration_worst_cm": 100 * float(np.nanmax(depth)),
        "contact_share": float(touched), "jerk": float(summary["jerk_body"].value),
    }  # fmt: skip
