"""Where everything on the timeline lies, in logical pixels. No Qt, so that it can be tested by numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

HEADER_WIDTH: Final = 184
RIGHT_MARGIN: Final = 10
RULER_HEIGHT: Final = 30
MARKS_HEIGHT: Final = 14
PINS_HEIGHT: Final = 15
"""The row of review remarks; it is there only where there are any."""
READY_HEIGHT: Final = 4
OVERVIEW_HEIGHT: Final = 18
LANE_GAP: Final = 1

Zone = Literal["header", "ruler", "marks", "pins", "lanes", "overview", "none"]


@dataclass(frozen=True)
class LaneBox:
    """A lane's row: its index in the list of lanes, top and height on the canvas before scrolling."""

    index: int
    top: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Top to bottom: ruler, marks, pins, ready strip, lanes (may scroll), overview. Left: headers. Right: the plot."""

    width: float
    height: float
    lanes: tuple[LaneBox, ...]
    scroll: float
    pins_height: float = 0.0

    @property
    def plot_left(self) -> float:
        return HEADER_WIDTH

    @property
    def plot_width(self) -> float:
        return max(self.width - HEADER_WIDTH - RIGHT_MARGIN, 1.0)

    @property
    def marks_top(self) -> float:
        return RULER_HEIGHT

    @property
    def pins_top(self) -> float:
        return RULER_HEIGHT + MARKS_HEIGHT

    @property
    def ready_top(self) -> float:
        return self.pins_top + self.pins_height

    @property
    def lanes_top(self) -> float:
        return self.ready_top + READY_HEIGHT + 1

    @property
    def overview_top(self) -> float:
        return max(self.height - OVERVIEW_HEIGHT, self.lanes_top)

    @property
    def lanes_height(self) -> float:
        """The visible part of the lanes."""
        return max(self.overview_top - self.lanes_top - 1, 0.0)

    @property
    def content_height(self) -> float:
        """All lanes, whether visible or not."""
        return self.lanes[-1].top + self.lanes[-1].height if self.lanes else 0.0

    @property
    def max_scroll(self) -> float:
        return max(self.content_height - self.lanes_height, 0.0)

    def lane_y(self, box: LaneBox) -> float:
        """Top of a lane on the canvas, scrolling included."""
        return self.lanes_top + box.top - self.scroll

    def lane_at(self, y: float) -> LaneBox | None:
        if not self.lanes_top <= y < self.lanes_top + self.lanes_height:
            return None
        inside = y - self.lanes_top + self.scroll
        return next((box for box in self.lanes if box.top <= inside < box.top + box.height + LANE_GAP), None)

    def lane_edge_at(self, y: float, reach: float = 4.0) -> LaneBox | None:
        """The lane whose lower edge is near y: what a header drag resizes."""
        edges = ((abs(self.lane_y(box) + box.height - y), box) for box in self.lanes)
        close = [(distance, box) for distance, box in edges if distance <= reach]
        return min(close, key=lambda pair: pair[0])[1] if close and self.lane_at(min(y, self.overview_top - 2)) else None

    def zone_at(self, x: float, y: float) -> Zone:
        if y >= self.overview_top:
            return "overview" if x >= HEADER_WIDTH else "none"
        if x < HEADER_WIDTH:
            return "header" if y >= self.lanes_top else "none"
        if y < RULER_HEIGHT:
            return "ruler"
        if self.pins_top <= y < self.ready_top:
            return "pins"
        return "marks" if y < self.lanes_top else "lanes"


@dataclass(frozen=True)
class Wish:
    """What a lane would like: its height, the height below which it is no use, whether it takes spare room."""

    height: float
    smallest: float
    stretchable: bool
    visible: bool = True


def arrange(width: float, height: float, wishes: Sequence[Wish], scroll: float, *, pins: bool = False) -> Layout:
    """Lanes at their wanted heights. Spare height goes to the stretchable ones in proportion; where height is missing all
    give way in proportion to what they can spare, and what is still missing scrolls."""
    pins_height = PINS_HEIGHT if pins else 0.0
    shown = [(index, wish) for index, wish in enumerate(wishes) if wish.visible]
    room = Layout(width, height, (), 0.0, pins_height).lanes_height - LANE_GAP * len(shown)
    wanted = sum(wish.height for _, wish in shown)
    elastic = sum(wish.height for _, wish in shown if wish.stretchable)
    yielding = sum(max(wish.height - wish.smallest, 0.0) for _, wish in shown)
    spare = max(room - wanted, 0.0) / elastic if elastic else 0.0
    missing = min(max(wanted - room, 0.0) / yielding, 1.0) if yielding else 0.0
    boxes = []
    top = 0.0
    for index, wish in shown:
        extra = spare * wish.height if wish.stretchable else 0.0
        less = missing * max(wish.height - wish.smallest, 0.0)
        bottom = round(top + wish.height + extra - less)
        boxes.append(LaneBox(index, top, bottom - top))
        top = bottom + LANE_GAP
    layout = Layout(width, height, tuple(boxes), 0.0, pins_height)
    return Layout(width, height, tuple(boxes), min(max(scroll, 0.0), layout.max_scroll), pins_height)
