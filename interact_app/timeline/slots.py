"""Which lanes are shown and how tall: the user's choice, remembered between runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from interact_app.timeline.data import TimelineData
from interact_app.timeline.lanes import Lane

MIN_HEIGHT: Final = 18.0
MAX_HEIGHT: Final = 240.0
SCALES: Final = {"compact": 0.75, "normal": 1.0, "tall": 1.7}


@dataclass
class Slot:
    lane: Lane
    height: float
    visible: bool = True


class Slots:
    """The lanes in their order. Heights are logical pixels before spare room is handed out."""

    def __init__(self, lanes: list[Lane]) -> None:
        self._slots = [Slot(lane, float(lane.height)) for lane in lanes]

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    def __getitem__(self, index: int) -> Slot:
        return self._slots[index]

    @property
    def lanes(self) -> list[Lane]:
        return [slot.lane for slot in self._slots]

    def load(self, data: TimelineData) -> None:
        for slot in self._slots:
            slot.lane.load(data)

    def set_visible(self, lane_id: str, visible: bool) -> None:
        for slot in self._slots:
            if slot.lane.id == lane_id:
                slot.visible = visible

    def set_height(self, index: int, height: float) -> None:
        self._slots[index].height = min(max(height, MIN_HEIGHT), MAX_HEIGHT)

    def scale_heights(self, name: str) -> None:
        """All lanes at one of SCALES of their own height."""
        for slot in self._slots:
            slot.height = max(slot.lane.height * SCALES[name], MIN_HEIGHT)

    def state(self) -> dict[str, list[float | bool]]:
        return {slot.lane.id: [slot.visible, slot.height] for slot in self._slots}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over :meth:`state` of an earlier run; lanes it does not know keep what they have."""
        for index, slot in enumerate(self._slots):
            kept = state.get(slot.lane.id)
            if isinstance(kept, list) and len(kept) == 2 and isinstance(kept[1], int | float):
                slot.visible = bool(kept[0])
                self.set_height(index, float(kept[1]))
