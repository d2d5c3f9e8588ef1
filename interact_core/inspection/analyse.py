"""Read, pose, measure: the chain that commands and dataset runs share."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interact_core.jobs.context import JobContext, SubContext

if TYPE_CHECKING:
    from numpy.typing import NDArray

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

    def record(self) -> dict[str, Any]:
        """What was measured, as plain values; tracks carry all their frames."""
        inspection, posed = self.inspection, self.posed
        assert inspection is not None
        return {
            "id": posed.clip.id,
            "frames": posed.num_frames,
            "fps": posed.clip.fps,
            "body": {"model": posed.choice.model.name, "stand_in": posed.choice.stand_in, "note": posed.choice.note},
            "severity": inspection.severity,
            "summary": {k: {"title": v.title, "value": v.value, "unit": v.unit, "worst_frame": v.worst_frame}
                        for k, v in inspection.summary.items()},
            "artifacts": [{"kind": a.kind, "start_frame": a.start_frame, "end_frame": a.end_frame, "peak_frame": a.peak_frame,
                           "severity": a.severity, "value": a.value, "unit": a.unit, "track": a.track}
                          for a in inspection.artifacts],
            "tracks": {k: {"unit": t.unit, "threshold": t.threshold, "values": t.values}
                       for k, t in inspection.tracks.items()},
            "notes": list(inspection.notes),
        }  # fmt: skip

    def arrays(self) -> "dict[str, NDArray[Any]]":
        """What was measured, frame by frame and vertex by vertex: metres, +Y up (docs/cli.md)."""
        posed, distances, inspection = self.posed, self.distances, self.inspection
        assert distances is not None and inspection is not None
        return {
            "body_vertices": posed.body_vertices,
            "body_faces": posed.body_faces,
            "object_vertices": posed.object_vertices,
            "object_faces": posed.object_faces,
            "body_signed_distance": distances.body_signed_distance,
            "object_signed_distance": distances.object_signed_distance,
            **{f"track_{k}": t.values for k, t in inspection.tracks.items()},
        }


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
