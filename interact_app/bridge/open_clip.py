"""One clip on its way into the window: read, pose, measure distances, inspect; what is ready so far can be drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_app.bridge.partial_fields import PartialFields
from interact_core.clip import Clip

if TYPE_CHECKING:
    from interact_core.inspection import DistanceFields, Inspection, PosedClip, VertexField
    from interact_core.jobs.job import Job


@dataclass
class OpenClip:
    """What is known of a clip so far. Owned by the window's thread; workers hand their parts over."""

    clip_id: str
    clip: Clip | None = None
    posed: "PosedClip | None" = None
    fields: "DistanceFields | None" = None
    partial: PartialFields | None = None
    inspection: "Inspection | None" = None
    job: "Job[None] | None" = None
    error: BaseException | None = None

    @property
    def complete(self) -> bool:
        return self.inspection is not None

    @property
    def num_frames(self) -> int:
        return self.clip.num_frames if self.clip else 0

    def vertex_field(self, field_id: str) -> "VertexField | None":
        """Of the inspection, or of the distances that are there so far."""
        if self.inspection is not None:
            return self.inspection.fields.get(field_id)
        return self.partial.field(field_id) if self.partial is not None else None

    def add_distances(self, start: int, stop: int, fields: "DistanceFields") -> None:
        """Frames [start, stop) of `fields` have been computed."""
        if self.partial is None:
            self.fields = fields
            self.partial = PartialFields(fields)
        self.partial.add(start, stop)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays that the cap counts: vertices, distances and the fields made of them, each once."""
        arrays: list[NDArray[np.generic]] = []
        if self.posed is not None:
            arrays += [self.posed.body_vertices, self.posed.object_vertices, self.posed.joints]
        if self.fields is not None:
            arrays += [self.fields.body_signed_distance, self.fields.object_signed_distance]
        if self.inspection is not None:
            arrays += [field.values for field in self.inspection.fields.values()]
        return sum({_address(a): a.nbytes for a in arrays}.values())


def _address(array: NDArray[np.generic]) -> int:
    return int(array.__array_interface__["data"][0])
