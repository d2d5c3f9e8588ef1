"""Which regions of the body touch which part of an object, and how near each of them belongs to it.

A region is in contact from `contact_on` to `contact_off` (hysteresis, short ones dropped, short gaps closed). A hand that
moves along with a lifted or pushed object holds it, however far the capture put it: its regions are judged by their
distance beyond the hand's own. Where fingers were captured, a region keeps its lead over the hand's nearest region: a hand
that floats 15 mm comes 15 mm nearer as a whole, and a finger that was lifted off stays lifted off.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from interact_core.bodies.regions import HAND_PARTS, SIDES, BodyRegions
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.signals import frames_of, hysteresis, runs, settle
from interact_core.refine.options import RefineOptions
from interact_core.refine.report import ContactSegment

BODY_PARTS: Final = (
    "head", "chest", "back", "abdomen", "left_seat", "right_seat", "left_upper_arm", "right_upper_arm", "left_forearm",
    "right_forearm", "left_thigh", "right_thigh",
)  # fmt: skip
"""Besides the hands. Shins, feet and soles brush past what they do not touch."""
HAND_REGIONS: Final = tuple(f"{side}_{part}" for side in SIDES for part in HAND_PARTS)
REGIONS: Final = HAND_REGIONS + BODY_PARTS
_LEAD: Final = 0.008
"""Metres behind the hand's nearest region at which a region's say falls to 1/e."""
_BODY_SCALE: Final = 0.5
"""Skin away from the hands is taken to touch only at half the distances: cloth and flesh are not what holds things."""
_FAST: Final = 0.25
"""m/s along the object at which a contact is half believed."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Contacts:
    """Per frame and region of REGIONS: state (T, R), weight (T, R) 0..1, part (T, R), wanted distance (T, R) in metres.

    `vertices[r]` are the skin vertices of region r that may touch: the palm side of hands, all of the rest.
    """

    state: NDArray[np.bool_]
    weight: Doubles
    part: NDArray[np.intp]
    wanted: Doubles
    vertices: tuple[NDArray[np.intp], ...]

    def frames(self, where: slice) -> "Contacts":
        return Contacts(self.state[where], self.weight[where], self.part[where], self.wanted[where], self.vertices)

    def with_hands_of(self, other: "Contacts", sides: tuple[str, ...]) -> "Contacts":
        """These contacts, but those of the given hands from `other`."""
        theirs = np.array([name.startswith(tuple(f"{side}_" for side in sides)) for name in HAND_REGIONS], bool)
        theirs = np.concatenate([theirs, np.zeros(len(REGIONS) - len(theirs), bool)])
        return Contacts(
            np.where(theirs, other.state, self.state), np.where(theirs, other.weight, self.weight),
            np.where(theirs, other.part, self.part), np.where(theirs, other.wanted, self.wanted), self.vertices,
        )  # fmt: skip

    def segments(self, part_names: tuple[str, ...]) -> tuple[ContactSegment, ...]:
        found = []
        for r, name in enumerate(REGIONS):
            for start, stop in runs(self.state[:, r]):
                part = int(np.bincount(self.part[start:stop, r]).argmax())
                found.append(ContactSegment(name, part_names[part], start, stop))
        return tuple(found)


def region_vertices(regions: BodyRegions) -> tuple[NDArray[np.intp], ...]:
    found = []
    for name in REGIONS:
        mask = regions.mask(name)
        found.append(np.flatnonzero(mask & regions.inner_hand if name in HAND_REGIONS else mask))
    return tuple(found)


def find_contacts(
    distance: NDArray[np.float32], evidence: Evidence | None, regions: BodyRegions, options: RefineOptions, fps: float,
    speed: Doubles, made_up: dict[str, bool],
) -> Contacts:  # fmt: skip
    """From distances per part (K, T, V), holding evidence, and regions' speed along the nearest part (T, R) in m/s."""
    vertices = region_vertices(regions)
    frames = distance.shape[1]
    least = np.full((frames, len(REGIONS), len(distance)), np.inf)
    for r, ids in enumerate(vertices):
        if len(ids) and len(distance):
            least[:, r] = distance[:, :, ids].min(axis=2).T
    part = _steady_part(least)
    own = np.take_along_axis(least, part[..., None], axis=2)[..., 0] if len(distance) else least.min(axis=2, initial=np.inf)
    shortest = frames_of(5 / 30, fps)
    state = np.zeros(own.shape, bool)
    weight = np.zeros(own.shape)
    wanted = np.zeros(own.shape)
    for side in SIDES:
        columns = [REGIONS.index(f"{side}_{name}") for name in HAND_PARTS]
        held = evidence.holding[f"{side}_hand"] if evidence is not None else np.zeros(frames, bool)
        _hand(own[:, columns], held, made_up[side], options, shortest, columns, state, weight, wanted)
    for r in range(len(HAND_REGIONS), len(REGIONS)):
        state[:, r] = settle(hysteresis(own[:, r], options.contact_on * _BODY_SCALE, options.contact_off * _BODY_SCALE), shortest)
        weight[:, r] = 1.0
    weight = np.where(state, weight, 0.0) / (1.0 + (speed / _FAST) ** 2)
    weight = _ramped(weight, state)
    return Contacts(state, weight, part, wanted, vertices)


def _hand(
    own: Doubles, held: NDArray[np.bool_], made_up: bool, options: RefineOptions, shortest: int, columns: list[int],
    state: NDArray[np.bool_], weight: Doubles, wanted: Doubles,
) -> None:  # fmt: skip
    nearest = own.min(axis=1)
    gap = np.where(np.isfinite(nearest), nearest, 1.0)
    gap = median_filter(gap, size=5, mode="nearest")
    near = settle(hysteresis(nearest, options.contact_on, options.contact_off), shortest)
    touching = near | (held & (nearest < options.contact_reach))
    behind = np.maximum(own - gap[:, None], 0.0)
    for k, column in enumerate(columns):
        on = hysteresis(behind[:, k], options.contact_on, options.contact_off)
        state[:, column] = settle(touching & on, shortest)
        weight[:, column] = np.exp(-behind[:, k] / (_LEAD * (3.0 if made_up else 1.0)))
        wanted[:, column] = 0.0 if made_up else np.minimum(behind[:, k], options.contact_off)


def _steady_part(least: Doubles) -> NDArray[np.intp]:
    """(T, R) the nearest part, not changing its mind for less than a sixth of a second."""
    if least.shape[2] <= 1:
        return np.zeros(least.shape[:2], np.intp)
    nearest = least.argmin(axis=2)
    return np.asarray(median_filter(nearest, size=(5, 1), mode="nearest"), np.intp)


def _ramped(weight: Doubles, state: NDArray[np.bool_]) -> Doubles:
    """In and out over five frames, so that nothing is pulled at once; none at the ends of the clip."""
    result = weight.copy()
    for r in range(state.shape[1]):
        for start, stop in runs(state[:, r]):
            t = np.arange(start, stop)
            rise = np.ones(len(t)) if start == 0 else (t - start + 1) / 5
            fall = np.ones(len(t)) if stop == len(state) else (stop - t) / 5
            result[start:stop, r] *= np.clip(np.minimum(rise, fall), 0, 1)
    return result
