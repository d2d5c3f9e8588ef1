"""The figures that refinement is judged by: where they are read, and how small a change cannot be seen or measured.

Each mark is read from one track of an inspection, so that a clip may be measured piece by piece, and knows which options
are tightened when it got worse. `scale` is the measure's own threshold: in its units marks of all kinds can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from interact_core.inspection.thresholds import Thresholds

Tracks = Mapping[str, NDArray[np.float32]]
How = Literal["worst", "mean", "share", "over"]
Part = Literal["all", "fingers", "left_arm", "right_arm", "arms", "legs", "object"]
_T: Final = Thresholds()
_SHARE: Final = 10.0
"""Per cent of the frames: what a fault in a state (no contact, no support) is counted in."""
_SHARE_FLOOR: Final = 1.0


@dataclass(frozen=True)
class Mark:
    """`where` is a state track that picks the frames of a mean; `tight` options get smaller, `part` goes back first."""

    track: str
    how: How
    floor: float
    scale: float
    group: str
    tight: tuple[str, ...]
    part: Part = "all"
    where: str = ""
    inner: bool = False
    """Of the runs that `where` picks, without their first and last frame."""
    more: bool = False
    """More of it is better."""
    free: float = 0.0
    """Up to this value it is no fault at all."""

    def read(self, tracks: Tracks) -> float:
        """The figure; NaN where nothing was measured."""
        values = np.asarray(tracks[self.track], np.float64)
        if self.where:
            values = values[self.picked(tracks)]
        values = values[np.isfinite(values)]
        if not values.size:
            return float("nan")
        if self.how == "worst":
            return float(values.max())
        return float(values.mean()) if self.how == "mean" else 100.0 * float(self.states(values).mean())

    def picked(self, tracks: Tracks) -> NDArray[np.bool_]:
        """(T,) the frames that count."""
        mask = np.asarray(tracks[self.where]) > 0.5
        return np.asarray(binary_erosion(mask, border_value=1)) if self.inner else mask

    def states(self, values: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Whether single frames count, for marks that are shares of frames."""
        result: NDArray[np.bool_] = values > (_T.penetration if self.how == "over" else 0.5)
        return result

    def allowed(self, before: float, share: float, frames: int) -> float:
        """How much worse is not worse: `share` of the figure or its floor, which for shares is two frames at least."""
        floor = max(self.floor, 200.0 / max(frames, 1)) if self.how in ("share", "over") else self.floor
        return max(floor, share * abs(before), self.free - before)


def _contact(track: str) -> Mark:
    # Contact begins where a distance falls below 20 mm: an error of the grid moves that by a frame at either end.
    return Mark(track, "share", _SHARE_FLOOR, _SHARE, "contact", ("contact",), more=True)


def _gaps(side: str) -> dict[str, Mark]:
    # As penetration: both are looked up in the same grid; over many frames its error averages out to half.
    part: Part = "left_arm" if side == "left" else "right_arm"
    track = f"gap_{side}_hand"
    return {
        track: Mark(track, "mean", 0.0005, _T.gap, "gap", ("contact",), part),
        f"{track}_max": Mark(track, "worst", 0.001, _T.gap, "gap", ("contact",), part),
    }


def _feet(side: str) -> dict[str, Mark]:
    # 20 mm/s is 0.7 mm a frame, which the choice of the sole's lowest vertices already makes; on the average of all
    # planted frames 5 mm/s is 5 mm in a second of standing, which nobody sees.
    track = f"foot_skate_{side}"
    return {
        # In which frame a foot lands is a matter of a threshold: the frame in which it does may still be one of the swing.
        track: Mark(track, "worst", 0.02, _T.foot_skate, "foot", ("sole",), "legs", where=f"foot_planted_{side}", inner=True),
        f"{track}_mean": Mark(track, "mean", 0.005, _T.foot_skate, "foot", ("sole",), "legs", where=f"foot_planted_{side}"),
    }


def _jerks(what: str, part: Part) -> dict[str, Mark]:
    # A hundredth of a millimetre of noise at 30 frames a second is a jerk of 1.2 m/s^3; the worst frame may have four of it.
    track, tight = f"jerk_{what}", ("correction_smoothness",)
    return {
        track: Mark(track, "mean", 1.0, _T.jerk_body, "jitter", tight, part),
        f"{track}_max": Mark(track, "worst", 5.0, _T.jerk_body, "jitter", tight, part),
    }


MARKS: Final[Mapping[str, Mark]] = {
    # The distance grid is right to 0.9 mm in 95 of 100 places (measured on 9 mm cells), on average to 0.25 mm. A hand that
    # touches lies up to a millimetre deep, as far as a finger's pad gives way, give or take that error: contact, no fault.
    "penetration_max": Mark("penetration_max", "worst", 0.001, _T.penetration, "penetration", ("penetration",), free=0.002),
    "penetration_mean": Mark("penetration_mean", "mean", 0.0005, _T.penetration, "penetration", ("penetration",)),
    "penetration_frames": Mark("penetration_max", "over", _SHARE_FLOOR, _SHARE, "penetration", ("penetration",)),
    # Exact, but for where a curved wall is taken for its face; of skin between its faces as of any that touches.
    "thin_wall": Mark("thin_wall", "worst", 0.001, _T.thin_wall, "wall", ("penetration",), free=0.002),
    "contact_left_hand": _contact("contact_left_hand"), "contact_right_hand": _contact("contact_right_hand"),
    "contact_object": _contact("contact_object"),
    **_gaps("left"), **_gaps("right"),
    "object_unsupported": Mark("object_unsupported", "share", _SHARE_FLOOR, _SHARE, "floating", ("contact",)),
    **_feet("left"), **_feet("right"),
    # Exact; but the pad of a heel gives way by several millimetres, and one of them is not to be seen.
    "ground_penetration_body": Mark(
        "ground_penetration_body", "worst", 0.001, _T.ground_penetration, "ground", ("floor",), "legs"
    ),
    "ground_penetration_object": Mark(
        "ground_penetration_object", "worst", 0.001, _T.ground_penetration, "ground", ("floor",), "object"
    ),
    **_jerks("body", "all"), **_jerks("object", "object"),
    # A goniometer is read to 2 degrees at best, and the ranges themselves are known to 5.
    "hand_range": Mark("hand_range", "worst", 2.0, _T.hand_range, "hand", ("limits",), "fingers"),
    "body_range": Mark("body_range", "worst", 2.0, _T.body_range, "body", ("limits",)),
    # Spheres stand for the skin to within 10 mm; what a millimetre or two of them say is no change.
    "self_penetration": Mark("self_penetration", "worst", 0.002, _T.self_penetration, "self", ("self_penetration",)),
    "wrist_twist_left": Mark("wrist_twist_over_left", "worst", 2.0, _T.wrist_twist, "wrist", ("limits",), "left_arm"),
    "wrist_twist_right": Mark("wrist_twist_over_right", "worst", 2.0, _T.wrist_twist, "wrist", ("limits",), "right_arm"),
    # A degree more or less from one frame to the next.
    "wrist_flip": Mark("wrist_flip", "worst", 0.5, _T.wrist_flip, "wrist", ("correction_smoothness",), "arms"),
}  # fmt: skip
"""Every floor's reason stands beside it: what the measure can resolve or an eye can see, whichever is larger."""


def read_figures(tracks: Tracks) -> dict[str, float]:
    """All marks that the tracks allow."""
    return {name: mark.read(tracks) for name, mark in MARKS.items() if mark.track in tracks}
