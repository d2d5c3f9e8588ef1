"""The work of opening a clip, for a worker thread: read, pose, measure, inspect, and announce each part as it is ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from interact_core.clip import Clip
from interact_core.jobs.context import JobContext, SubContext

if TYPE_CHECKING:
    from interact_core.inspection import DistanceFields, Inspection, PosedClip


class LoadListener(Protocol):
    """Called on the worker thread."""

    def was_read(self, clip: Clip) -> None: ...
    def were_posed(self, start: int, stop: int, posed: "PosedClip") -> None: ...
    def were_measured(self, start: int, stop: int, fields: "DistanceFields") -> None: ...
    def was_inspected(self, inspection: "Inspection") -> None: ...


class _KeepInspection:
    """A listener for work whose parts nobody looks at."""

    def __init__(self) -> None:
        self.inspection: Inspection | None = None

    def was_read(self, clip: Clip) -> None:
        return None

    def were_posed(self, start: int, stop: int, posed: "PosedClip") -> None:
        return None

    def were_measured(self, start: int, stop: int, fields: "DistanceFields") -> None:
        return None

    def was_inspected(self, inspection: "Inspection") -> None:
        self.inspection = inspection


@dataclass(frozen=True)
class LoadSpec:
    """What to open and with what."""

    read: Callable[[], Clip]
    models_dir: Path | None
    cache_dir: Path
    device: str
    """"auto", "cpu" or "cuda"."""
    focus: Callable[[], int] = lambda: 0
    """The frame to begin with, asked when each step begins; from the worker's thread."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """The user's overrides of the table of thresholds."""
    measure: bool = True
    """Whether distances and the inspection follow the posing."""


def load_clip(spec: LoadSpec, listener: LoadListener, context: JobContext) -> None:
    """Raises what reading raises (InputError) and Cancelled; everything else goes to the listener."""
    from interact_core.inspection.posed import pose_clip

    context.progress(0.0, "reading")
    clip = spec.read()
    context.checkpoint()
    listener.was_read(clip)
    posed = pose_clip(
        clip,
        models_dir=spec.models_dir,
        device="cpu",
        context=SubContext(context, 0.02, 0.3, "posing"),
        on_chunk=listener.were_posed,
        priority_frame=spec.focus(),
    )
    if spec.measure:
        _measure(spec, posed, listener, context)


def analyse(spec: LoadSpec, context: JobContext) -> "Inspection":
    """All of it at once, for clips that nobody looks at."""
    listener = _KeepInspection()
    load_clip(spec, listener, context)
    assert listener.inspection is not None
    return listener.inspection


def _measure(spec: LoadSpec, posed: "PosedClip", listener: LoadListener, context: JobContext) -> None:
    from interact_core.inspection.fields import distance_fields
    from interact_core.inspection.inspect import inspect_clip
    from interact_core.inspection.thresholds import thresholds_from

    fields = distance_fields(
        posed,
        cache_dir=spec.cache_dir,
        device=spec.device,
        context=SubContext(context, 0.3, 0.9, "distances"),
        on_chunk=listener.were_measured,
        priority_frame=spec.focus(),
    )
    context.checkpoint()
    table = thresholds_from(spec.thresholds)
    listener.was_inspected(inspect_clip(posed, fields, table, SubContext(context, 0.9, 1.0, "measures")))
