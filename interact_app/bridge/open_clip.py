"""One clip on its way into the window: read, pose, measure distances, inspect; what is ready so far can be drawn."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip

if TYPE_CHECKING:
    from interact_core.inspection import DistanceFields, Inspection, PosedClip
    from interact_core.jobs import Job


@dataclass
class OpenClip:
    """What is known of a clip so far. Owned by the window's thread; workers hand their parts over."""

    clip_id: str
    clip: Clip | None = None
    posed: "PosedClip | None" = None
    fields: "DistanceFields | None" = None
    inspection: "Inspection | None" = None
    job: "Job | None" = None
    error: Exception | None = None
    ready: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    """Frames whose vertices are there."""
    fields_ready: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    """Frames whose distances are there."""

    @property
    def complete(self) -> bool:
        return self.inspection is not None

    @property
    def nbytes(self) -> int:
        """Memory of the arrays that the cap counts: vertices, distances and what the inspection adds."""
        total = 0
        if self.posed is not None:
            total += self.posed.body_vertices.nbytes + self.posed.object_vertices.nbytes + self.posed.joints.nbytes
        if self.fields is not None:
            total += self.fields.body_signed_distance.nbytes + self.fields.object_signed_distance.nbytes
        if self.inspection is not None:
            shared = set() if self.fields is None else {_base(self.fields.body_signed_distance), _base(self.fields.object_signed_distance)}
            arrays = {_base(f.values): f.values for f in self.inspection.fields.values()}
            total += sum(a.nbytes for key, a in arrays.items() if key not in shared)
        return total


def _base(array: NDArray[np.float32]) -> int:
    """Two views of one array count once."""
    return int(array.__array_interface__["data"][0])
