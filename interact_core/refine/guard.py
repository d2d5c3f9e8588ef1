"""A refined clip may not be worse: which marks got worse, in which frames, and whether a repair is worth it.

Worse is what rose by more than a twentieth and by more than its floor (marks.py). It may stay only as the price of a repair,
and only a hair of it: nothing rises by more than a tenth of its own threshold, and all that rose together costs at most a tenth
of what was gained, both counted in thresholds. What stays so is named in the report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from interact_core.inspection.signals import runs
from interact_core.refine.marks import MARKS, Mark
from interact_core.refine.measuring import Seen
from interact_core.refine.report import Worse

PRICE: Final = 0.1
"""Of what was gained: so much may be paid for it."""
HAIR: Final = 0.1
"""Of its threshold: so much may a mark rise where the repair is worth it (1 mm of penetration, 1.5 mm below the floor)."""
_MOST: Final = 2.0
"""Thresholds that one kind of fault may count as gained: a fault four times as bad does not buy four times the harm."""
_NEW: Final = 0.5
"""Of its threshold: from here on a mark that could not be measured before is worse."""
_LOCAL: Final = (
    "penetration_max", "thin_wall", "gap_left_hand", "gap_right_hand", "ground_penetration_body", "ground_penetration_object",
)  # fmt: skip
_LOCAL_FLOOR: Final = 0.003
"""Metres in a single frame: skin gives way this much, which is why no measure counts it as penetrating."""
_AROUND: Final = 6
"""Frames on each side that belong to one that got worse."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Judgement:
    """`worse` marks; `risen`: per track the frames (T,) that got worse though the mark may be as good; what was gained and
    paid in units of thresholds."""

    worse: tuple[Worse, ...]
    risen: Mapping[str, Mask]
    gain: float
    price: float

    @property
    def local(self) -> Mask:
        """(T,) frames in which any track rose."""
        result: Mask = np.logical_or.reduce(list(self.risen.values()))
        return result

    @property
    def clean(self) -> bool:
        return not self.worse and not self.local.any()

    @property
    def worth_it(self) -> bool:
        """Nothing is worse, or little enough."""
        hairs = all(_is_hair(w) for w in self.worse)
        return not self.local.any() and hairs and self.price <= PRICE * self.gain


def worse_marks(before: Mapping[str, float], after: Mapping[str, float], share: float, frames: int) -> tuple[Worse, ...]:
    """Marks that rose by more than `share` and their floor. What was not measured before is worse from half its threshold."""
    found = []
    for name, mark in MARKS.items():
        old, new = before.get(name, float("nan")), after.get(name, float("nan"))
        if not np.isfinite(new):
            continue
        if np.isfinite(old):
            worse = _rise(mark, old, new) > mark.allowed(old, share, frames)
        else:
            worse = not mark.more and new > _NEW * mark.scale
        if worse:
            found.append(Worse(name, old, new))
    return tuple(found)


def judge(before: Seen, after: Seen, share: float) -> Judgement:
    worse = worse_marks(before.figures, after.figures, share, before.num_frames)
    gains: dict[str, float] = {}
    prices: dict[str, float] = {}
    named = {w.measure for w in worse}
    for name, mark in MARKS.items():
        old, new = before.figures.get(name, float("nan")), after.figures.get(name, float("nan"))
        rise = _rise(mark, 0.0 if name in named and not np.isfinite(old) else old, new) / mark.scale
        # One fault shows in several marks of its group: the largest change stands for it.
        if name in named:
            prices[mark.group] = max(prices.get(mark.group, 0.0), rise)
        elif np.isfinite(rise):
            gains[mark.group] = max(gains.get(mark.group, 0.0), min(-rise, _MOST))
    return Judgement(worse, risen_frames(before, after, share), sum(gains.values()), sum(prices.values()))


def _rise(mark: Mark, before: float, after: float) -> float:
    """How much worse: above zero where there is less of what there should be more of."""
    return before - after if mark.more else after - before


def _is_hair(worse: Worse) -> bool:
    mark = MARKS[worse.measure]
    return bool(np.isfinite(worse.before)) and _rise(mark, worse.before, worse.after) <= HAIR * mark.scale


def risen_frames(before: Seen, after: Seen, share: float) -> dict[str, Mask]:
    """Per track the frames (T,) that are deeper or wider than any around was before, with some around them."""
    found = {}
    for name in _LOCAL:
        if name not in before.tracks or name not in after.tracks:
            continue
        old, new = before.tracks[name], np.nan_to_num(after.tracks[name], nan=0.0)
        # A hand that newly holds something has a gap where none was measured before.
        known = np.isfinite(old)
        # Noise makes single frames look good by luck; what was usual around a frame is what counts.
        usual = maximum_filter1d(np.nan_to_num(old, nan=0.0), 2 * _AROUND + 1, mode="nearest")
        risen = known & (new > usual + max(_LOCAL_FLOOR, share * float(usual.max(initial=0.0))))
        found[name] = widened(risen, _AROUND)
    return found


def responsible(before: Seen, after: Seen, worse: Worse, share: float) -> Mask:
    """(T,) the frames that made a mark worse, with some around them."""
    mark = MARKS[worse.measure]
    old = np.asarray(before.tracks.get(mark.track, np.zeros(before.num_frames)), np.float64)
    new = np.asarray(after.tracks[mark.track], np.float64)
    if mark.how in ("share", "over"):
        was, now = mark.states(old), mark.states(new)
        return widened(was & ~now if mark.more else now & ~was, _AROUND)
    if mark.how == "worst":
        bound = np.nan_to_num(worse.before) + mark.allowed(np.nan_to_num(worse.before), share, before.num_frames)
        return widened(np.nan_to_num(new) > bound, _AROUND)
    rise = np.nan_to_num(new) - np.nan_to_num(old)
    # Of a mean, the frames that rose most, until the rest is no rise any more.
    order = np.argsort(-rise)
    spare = mark.allowed(np.nan_to_num(worse.before), share, before.num_frames) * max(int(np.isfinite(new).sum()), 1)
    rest = rise.sum() - np.cumsum(rise[order])
    count = int(np.argmax(rest <= 0.5 * spare)) + 1
    chosen = np.zeros(len(rise), bool)
    chosen[order[:count]] = rise[order[:count]] > 0
    return widened(chosen, _AROUND)


def widened(mask: Mask, by: int) -> Mask:
    result = mask.copy()
    for start, stop in runs(mask):
        result[max(start - by, 0) : stop + by] = True
    return result


def back_share(frames: Mask, fade: int) -> NDArray[np.float64]:
    """(T,) 1 where frames go back, falling smoothly to 0 over `fade` frames on both sides."""
    share = frames.astype(np.float64)
    for start, stop in runs(frames):
        for k in range(1, fade + 1):
            value = 0.5 + 0.5 * np.cos(np.pi * k / (fade + 1))
            if start - k >= 0:
                share[start - k] = max(share[start - k], value)
            if stop - 1 + k < len(share):
                share[stop - 1 + k] = max(share[stop - 1 + k], value)
    return share
