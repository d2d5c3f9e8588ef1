"""A refined clip may not be worse: where a measure went up, frames go back to what they were."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from interact_core.inspection.signals import runs
from interact_core.refine.report import Measured

_FLOORS: Final[Mapping[str, float]] = {
    "penetration_max": 0.003, "penetration_mean": 0.002, "gap_left_hand": 0.001, "gap_right_hand": 0.001,
    "gap_left_hand_max": 0.002, "gap_right_hand_max": 0.002, "object_unsupported": 1.0, "foot_skate_left": 0.05,
    "foot_skate_right": 0.05, "foot_skate_left_mean": 0.01, "foot_skate_right_mean": 0.01,
    "ground_penetration_body": 0.004, "ground_penetration_object": 0.002, "jerk_body": 1.0, "jerk_object": 2.0,
    "self_penetration": 0.003, "body_range": 3.0, "hand_range": 3.0, "wrist_twist_over_left": 2.0, "wrist_twist_over_right": 2.0,
    "wrist_flip": 3.0,
}  # fmt: skip
"""A rise by less than this is no rise: metres, m/s, m/s^3, degrees, rad/s, per cent."""
_HARMLESS: Final[Mapping[str, float]] = {
    "jerk_body": 100.0, "jerk_object": 100.0, "body_range": 5.5, "hand_range": 5.5, "wrist_flip": 11.0,
    "foot_skate_left_mean": 0.05, "foot_skate_right_mean": 0.05, "foot_skate_left": 0.50, "foot_skate_right": 0.50,
    "ground_penetration_body": 0.012, "self_penetration": 0.012,
}  # fmt: skip
"""Below these, under the measures' own thresholds, a rise is the price of a repair, if there is one."""
_REPAIRED: Final[Mapping[str, float]] = {
    "penetration_max": 0.010, "gap_left_hand_max": 0.010, "gap_right_hand_max": 0.010, "object_unsupported": 5.0,
    "jerk_body": 150.0, "jerk_object": 150.0, "foot_skate_left_mean": 0.05, "foot_skate_right_mean": 0.05,
    "body_range": 10.0, "self_penetration": 0.020,
}  # fmt: skip
"""Faults above these that lost a quarter are a repair."""
_RECALL: Final = 2.0
"""Per cent of frames in contact that may be lost."""
_TRACKS: Final = ("penetration_max", "gap_left_hand", "gap_right_hand")
_TRACK_FLOOR: Final = 0.003
_AROUND: Final = 6
"""Frames on each side that go back with those that got worse."""


def worse_figures(before: Mapping[str, float], after: Mapping[str, float], share: float) -> list[str]:
    """Ids of figures that rose by more than `share` and their floor, and of hands that lost contact.

    Where a plain fault lost at least a quarter, a figure may rise as long as it stays far from being an artifact itself.
    """
    repaired = any(before.get(n, 0.0) > limit and after.get(n, 0.0) <= 0.75 * before[n] for n, limit in _REPAIRED.items())
    found = [
        name for name, floor in _FLOORS.items()
        if name in before and after.get(name, 0.0) > before[name] + max(floor, share * abs(before[name]))
        and not (repaired and after[name] <= _HARMLESS.get(name, 0.0))
    ]  # fmt: skip
    lost = [
        name for name in ("contact_left_hand", "contact_right_hand", "contact_object")
        if name in before and after.get(name, 0.0) < before[name] - _RECALL
    ]  # fmt: skip
    return found + lost


def worse_frames(before: Measured, after: Measured, share: float) -> NDArray[np.bool_]:
    """(T,) frames in which penetration or a hand's gap is deeper or wider than before, with some around them."""
    frames = before.posed.num_frames
    worse = np.zeros(frames, bool)
    for name in _TRACKS:
        if name not in before.inspection.tracks or name not in after.inspection.tracks:
            continue
        old = np.nan_to_num(before.inspection.tracks[name].values, nan=0.0)
        new = np.nan_to_num(after.inspection.tracks[name].values, nan=0.0)
        # A hand that newly holds something has a gap where none was measured before.
        known = np.isfinite(before.inspection.tracks[name].values)
        # Noise makes single frames look good by luck; what was usual around a frame is what counts.
        old = maximum_filter1d(old, 2 * _AROUND + 1, mode="nearest")
        worse |= known & (new > old + max(_TRACK_FLOOR, share * float(old.max(initial=0.0))))
    result = np.zeros(frames, bool)
    for start, stop in runs(worse):
        result[max(start - _AROUND, 0) : stop + _AROUND] = True
    return result


def back_share(frames: NDArray[np.bool_], fade: int) -> NDArray[np.float64]:
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
