"""Read, pose, measure: the chain that inspect and render share."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from interact_core.jobs.context import JobContext, SubContext

if TYPE_CHECKING:
    from interact_core.clip import Clip
    from interact_core.formats.registry import ClipRef
    from interact_core.inspection.fields import DistanceFields
    from interact_core.inspection.posed import PosedClip
    from interact_core.inspection.results import Inspection


@dataclass(frozen=True)
class Analysis:
    """A clip posed and, if asked, measured."""

    posed: "PosedClip"
    distances: "DistanceFields | None" = None
    inspection: "Inspection | None" = None


def analyse(ref: "ClipRef", models_dir: Path | None, device: str, context: JobContext, *, measure: bool = True) -> Analysis:
    """Everything the app shows about one clip, computed at once."""
    from interact_core.formats.registry import read_clip

    return analyse_clip(read_clip(ref, models_dir=models_dir), models_dir, device, context, measure=measure)


def analyse_clip(clip: "Clip", models_dir: Path | None, device: str, context: JobContext, *, measure: bool = True) -> Analysis:
    """The same of a clip that is read already."""
    from interact_core.inspection.fields import distance_fields
    from interact_core.inspection.inspect import inspect_clip
    from interact_core.inspection.posed import pose_clip
    from interact_core.inspection.thresholds import thresholds_from
    from interact_core.paths import cache_dir
    from interact_core.settings import load_settings

    posed = pose_clip(clip, models_dir=models_dir, device=device, context=SubContext(context, 0.0, 0.3, "posing"))
    if not measure:
        return Analysis(posed)
    distances = distance_fields(posed, cache_dir=cache_dir(), device=device, context=SubContext(context, 0.3, 0.9, "distances"))
    thresholds = thresholds_from(load_settings().thresholds)
    inspection = inspect_clip(posed, distances, thresholds, SubContext(context, 0.9, 1.0, "measures"))
    return Analysis(posed, distances, inspection)
