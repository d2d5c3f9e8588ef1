"""Heatmaps of distances that are still being computed: the frames that are there, in the colours they will keep."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.settings_tree import DISTANCE_RANGE, PENETRATION_RANGE

if TYPE_CHECKING:
    from interact_core.inspection import DistanceFields, Target, VertexField

_TITLES: Final = {"penetration": "Penetration depth", "contact": "Contact", "distance": "Distance"}


class PartialFields:
    """Made when the first distances arrive, let go of when the inspection does. Only what is asked for is computed."""

    def __init__(self, distances: "DistanceFields") -> None:
        self._distances = distances
        self._values: dict[str, NDArray[np.float32]] = {}

    def add(self, start: int, stop: int) -> None:
        """The distances of frames [start, stop) have arrived."""
        for field_id, values in self._values.items():
            values[start:stop] = self._compute(field_id, slice(start, stop))

    def field(self, field_id: str) -> "VertexField | None":
        """ "body_penetration" and so on; NaN in frames that are not there yet. None for a field there is no partial view of."""
        from interact_core.inspection import VertexField, colormaps

        target, kind = _parse(field_id)
        if kind not in _TITLES:
            return None
        if kind == "distance":
            # The very array that the worker fills.
            values = self._source(target)
            return VertexField(
                field_id, _TITLES[kind], "m", target, values, -DISTANCE_RANGE, DISTANCE_RANGE, colormaps.SIGNED, True
            )
        if field_id not in self._values:
            self._values[field_id] = self._compute(field_id, slice(None))
        values = self._values[field_id]
        if kind == "contact":
            return VertexField(field_id, _TITLES[kind], "", target, values, 0.0, 1.0, colormaps.CONTACT)
        return VertexField(field_id, _TITLES[kind], "m", target, values, 0.0, PENETRATION_RANGE, colormaps.PENETRATION)

    def _source(self, target: str) -> NDArray[np.float32]:
        return self._distances.body_signed_distance if target == "body" else self._distances.object_signed_distance

    def _compute(self, field_id: str, frames: slice) -> NDArray[np.float32]:
        from interact_core.inspection.contact import contact_weight
        from interact_core.inspection.penetration import depth_of
        from interact_core.inspection.thresholds import Thresholds

        target, kind = _parse(field_id)
        distance = self._source(target)[frames]
        if kind == "contact":
            table = Thresholds()
            return contact_weight(distance, table.contact_on, table.contact_off)
        return depth_of(distance)


def _parse(field_id: str) -> "tuple[Target, str]":
    target, _, kind = field_id.partition("_")
    return ("body" if target == "body" else "object"), kind
