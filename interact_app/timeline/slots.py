"""Which lanes are shown and how tall: the user's choice, remembered between runs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from interact_app.timeline.data import TimelineData
from interact_app.timeline.lanes import Lane, TierLane
from interact_app.timeline.layout import Wish
from interact_core.annotation.vocabulary import Tier

MIN_HEIGHT: Final = 18.0
MAX_HEIGHT: Final = 240.0
SCALES: Final = {"compact": 0.75, "normal": 1.0, "tall": 1.7}
_TIERS_AFTER: Final = "captions"


@dataclass
class Slot:
    """`visible` None: shown where the lane has something to show."""

    lane: Lane
    height: float
    visible: bool | None = None

    @property
    def shown(self) -> bool:
        return self.lane.wanted if self.visible is None else self.visible

    @property
    def wish(self) -> Wish:
        """A height that the user chose is kept; others give way where there is little room."""
        rows = self.lane.rows
        chosen = self.height != self.lane.height
        smallest = self.height if chosen else float(self.lane.smallest)
        return Wish(self.height * rows, smallest * rows, self.lane.stretchable, self.shown)


class Slots:
    """The lanes in their order. Heights are logical pixels of one row before spare room is handed out."""

    def __init__(self, lanes: list[Lane]) -> None:
        self._slots = [Slot(lane, float(lane.height)) for lane in lanes]
        self._kept: Mapping[str, object] = {}
        """What was remembered, for the lanes of tiers that come later."""
        self._match_tiers(TimelineData().tiers)

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    def __getitem__(self, index: int) -> Slot:
        return self._slots[index]

    @property
    def lanes(self) -> list[Lane]:
        return [slot.lane for slot in self._slots]

    @property
    def wishes(self) -> list[Wish]:
        return [slot.wish for slot in self._slots]

    @property
    def shown_tiers(self) -> list[str]:
        """Ids of the tiers whose lanes are shown, from top to bottom."""
        return [slot.lane.tier.id for slot in self._slots if isinstance(slot.lane, TierLane) and slot.shown]

    def load(self, data: TimelineData) -> None:
        self._match_tiers(data.tiers)
        for slot in self._slots:
            slot.lane.load(data)

    def load_words(self, data: TimelineData) -> list[str]:
        """Only what people write; the ids of the lanes that have to be drawn again."""
        self._match_tiers(data.tiers)
        changed = []
        for lane in (slot.lane for slot in self._slots if slot.lane.shows_text):
            before = lane.content
            lane.load(data)
            if lane.content != before:
                changed.append(lane.id)
        return changed

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

    def state(self) -> dict[str, list[float | bool | None]]:
        return {slot.lane.id: [slot.visible, slot.height] for slot in self._slots}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over :meth:`state` of an earlier run; lanes it does not know keep what they have."""
        self._kept = dict(state)
        for slot in self._slots:
            self._restore(slot)

    def _restore(self, slot: Slot) -> None:
        kept = self._kept.get(slot.lane.id)
        if isinstance(kept, list) and len(kept) == 2 and isinstance(kept[1], int | float):
            # A lane that was never hidden goes on showing itself where it has something to show.
            slot.visible = None if kept[0] is None else bool(kept[0])
            slot.height = min(max(float(kept[1]), MIN_HEIGHT), MAX_HEIGHT)

    def _match_tiers(self, tiers: Iterable[Tier]) -> None:
        """A lane per tier, in the vocabulary's order, right under the captions."""
        wanted = tuple(tiers)
        known = {slot.lane.tier: slot for slot in self._slots if isinstance(slot.lane, TierLane)}
        if tuple(known) == wanted:
            return
        others = [slot for slot in self._slots if not isinstance(slot.lane, TierLane)]
        place = next(k for k, slot in enumerate(others) if slot.lane.id == _TIERS_AFTER) + 1
        made = [known.get(tier) or self._made(tier) for tier in wanted]
        self._slots = [*others[:place], *made, *others[place:]]

    def _made(self, tier: Tier) -> Slot:
        slot = Slot(TierLane(tier), float(TierLane.height))
        self._restore(slot)
        return slot
