"""Carries the parts of a clip from the worker that computes them to the window's thread."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Final

from interact_app.bridge.open_clip import OpenClip
from interact_core.clip import Clip

if TYPE_CHECKING:
    from interact_core.inspection import DistanceFields, Inspection, PosedClip

_SHOWN_WITHIN: Final = 0.5
"""Seconds the worker gives the window to show the first frames; a window that is busy or gone holds up nothing for longer."""


@dataclass(frozen=True)
class Relay:
    """A LoadListener: called on the worker, it posts calls that carry the entry they are for.

    The first frames are shown before the worker goes on: two threads of Python take turns, and the picture comes first.
    """

    post: Callable[[Callable[[], None]], None]
    entry: OpenClip
    posed: Callable[[OpenClip, int, int, "PosedClip"], None]
    measured: Callable[[OpenClip, int, int, "DistanceFields"], None]
    inspected: Callable[[OpenClip, "Inspection"], None]
    _shown: Event = field(default_factory=Event)

    def was_read(self, clip: Clip) -> None:
        # A plain attribute: nobody reads it before were_posed has been announced.
        self.entry.clip = clip

    def were_posed(self, start: int, stop: int, posed: "PosedClip") -> None:
        self.post(lambda: self._show(start, stop, posed))
        self._shown.wait(_SHOWN_WITHIN)

    def were_measured(self, start: int, stop: int, fields: "DistanceFields") -> None:
        self.post(lambda: self.measured(self.entry, start, stop, fields))

    def was_inspected(self, inspection: "Inspection") -> None:
        self.post(lambda: self.inspected(self.entry, inspection))

    def _show(self, start: int, stop: int, posed: "PosedClip") -> None:
        self.posed(self.entry, start, stop, posed)
        self._shown.set()
