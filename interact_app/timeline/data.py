"""What the timeline draws, gathered from the session once per change. No Qt."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.annotation.records import RemarkRecord, SegmentRecord
from interact_core.annotation.vocabulary import Tier, default_vocabulary
from interact_core.clip import Caption
from interact_core.inspection import Artifact, Inspection, Track

if TYPE_CHECKING:
    from interact_core.annotation.proposals import Proposal


@dataclass(frozen=True)
class TimelineData:
    """`ready` (T,) marks the frames whose fields are computed; None where that is not known.

    `tiers` are those of the vocabulary and after them any other that has segments; `selected` are uids.
    """

    num_frames: int = 0
    fps: float = 30.0
    inspection: Inspection | None = None
    other: Inspection | None = None
    """Of the version that is compared with this one: its curves are drawn thinner over these."""
    captions: tuple[Caption, ...] = ()
    ready: NDArray[np.bool_] | None = None
    tiers: tuple[Tier, ...] = field(default_factory=lambda: default_vocabulary().tiers)
    segments: tuple[SegmentRecord, ...] = ()
    proposals: "tuple[Proposal, ...]" = ()
    remarks: tuple[RemarkRecord, ...] = ()
    selected: frozenset[str] = frozenset()
    active_tier: str = "action"

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        return self.inspection.artifacts if self.inspection else ()

    def track(self, track_id: str) -> Track | None:
        return self.inspection.tracks.get(track_id) if self.inspection else None

    def other_track(self, track_id: str) -> Track | None:
        return self.other.tracks.get(track_id) if self.other else None

    def frame_of(self, remark: RemarkRecord) -> int | None:
        """Where its pin is: its own frame, or where the segment begins that it is about."""
        if remark.frame is not None:
            return min(max(remark.frame, 0), max(self.num_frames - 1, 0))
        about = next((one.segment for one in self.segments if one.uid == remark.about), None)
        return None if about is None else about.start_frame

    def seconds(self, frame: int) -> float:
        return frame / self.fps if self.fps > 0 else 0.0
