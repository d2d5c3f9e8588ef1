"""What the timeline draws, gathered from the session once per change. No Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Caption
from interact_core.inspection import Artifact, Inspection, Track


@dataclass(frozen=True)
class TimelineData:
    """`ready` (T,) marks the frames whose fields are computed; None where that is not known."""

    num_frames: int = 0
    fps: float = 30.0
    inspection: Inspection | None = None
    captions: tuple[Caption, ...] = ()
    ready: NDArray[np.bool_] | None = None

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        return self.inspection.artifacts if self.inspection else ()

    def track(self, track_id: str) -> Track | None:
        return self.inspection.tracks.get(track_id) if self.inspection else None

    def seconds(self, frame: int) -> float:
        return frame / self.fps if self.fps > 0 else 0.0
