"""All measures on one clip."""

from collections.abc import Iterable, Mapping

import numpy as np

from interact_core.inspection.evidence import Evidence
from interact_core.inspection.fields import DistanceFields
from interact_core.inspection.findings import Findings
from interact_core.inspection.measures import MEASURES
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.results import Artifact, Inspection
from interact_core.inspection.thresholds import Thresholds, thresholds_from
from interact_core.jobs.context import JobContext, NullContext


def inspect_clip(
    posed: PosedClip, fields: DistanceFields, thresholds: Thresholds | Mapping[str, float] | None = None,
    context: JobContext | None = None,
) -> Inspection:  # fmt: skip
    """Tracks, fields, figures and artifacts of a clip. `thresholds` may be a mapping of overrides by name.

    Frames that are not ready are left out (NaN in tracks). InputError on an unknown threshold.
    """
    context = context or NullContext()
    table = thresholds if isinstance(thresholds, Thresholds) else thresholds_from(thresholds or {})
    evidence = Evidence(posed, fields, table, context)
    found: list[Findings] = []
    with np.errstate(invalid="ignore"):  # NaN marks what is not measured, and comparing it is meant to be false
        for k, measure in enumerate(MEASURES):
            context.checkpoint()
            context.progress(k / len(MEASURES), measure.id)
            found.append(measure.run(evidence))
    context.progress(1.0, "measures")
    return _joined(found, posed)


def _joined(found: Iterable[Findings], posed: PosedClip) -> Inspection:
    found = list(found)
    artifacts = sorted((a for f in found for a in f.artifacts), key=lambda a: (-a.severity, a.start_frame))
    notes = ([posed.choice.note] if posed.choice.note else []) + [n for f in found for n in f.notes]
    return Inspection(
        tracks={t.id: t for f in found for t in f.tracks},
        fields={v.id: v for f in found for v in f.fields},
        summary={name: value for f in found for name, value in f.summary},
        artifacts=tuple(artifacts),
        notes=tuple(notes),
        severity=clip_severity(artifacts, posed.clip.fps),
    )


def clip_severity(artifacts: Iterable[Artifact], fps: float) -> float:
    """0..1: the worst artifact, one of a single frame counting half as much as one that lasts a second."""
    weights = (a.severity * (0.5 + 0.5 * min(1.0, (a.end_frame - a.start_frame) / fps)) for a in artifacts)
    return max(weights, default=0.0)
