"""What an augmentation can be told: variations with their ranges, how the person follows, and what is let through."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from interact_core.errors import InputError
from interact_core.settings_tree import checked, setting


@dataclass(frozen=True)
class Variations:
    """Ranges that draws are taken from. A switch that is off leaves its variation out."""

    spread: str = setting("even", "How draws fill their ranges: evenly, or more small or large ones.",
                          choices=("even", "small", "large"))  # fmt: skip
    displace: bool = setting(True, "Put the object somewhere else, for the whole clip (the variation of the paper).")
    displace_far: float = setting(0.30, "Farthest shift over the floor.", low=0.0, high=2.0, unit="m")
    displace_high: float = setting(0.10, "Largest shift up or down, while the object is lifted.", low=0.0, high=0.5, unit="m")
    yaw: bool = setting(True, "Turn the object and its path about the upright axis through the place of the first contact.")
    yaw_most: float = setting(30.0, "Largest turn to either side.", low=0.0, high=180.0, unit="deg")
    drift: bool = setting(False, "Let the path of the lifted object wander smoothly.")
    drift_most: float = setting(0.10, "Farthest that it wanders.", low=0.0, high=0.5, unit="m")
    drift_period: float = setting(2.0, "Shortest time from one side to the other and back.", low=0.5, high=20.0, unit="s")
    scale: bool = setting(False, "Make the object larger or smaller.")
    scale_low: float = setting(0.85, "Smallest size.", low=0.2, high=1.0, unit="x")
    scale_high: float = setting(1.15, "Largest size.", low=1.0, high=5.0, unit="x")
    scale_axes: bool = setting(False, "Draw a size for each of the object's own axes.")
    shape: bool = setting(False, "Give the person longer or shorter limbs, or other shape coefficients.")
    shape_most: float = setting(0.06, "Largest change of the limbs' length, as a share.", low=0.0, high=0.3)
    mirror: bool = setting(False, "Mirror half of the candidates, left for right, words too.")
    warp: bool = setting(False, "Make the motion slower or faster.")
    warp_low: float = setting(0.85, "Fastest: this share of the time.", low=0.3, high=1.0, unit="x")
    warp_high: float = setting(1.20, "Slowest: this many times the time.", low=1.0, high=4.0, unit="x")
    side: bool = setting(False, "Come to the object from another side; needs steps before the first contact.")
    side_most: float = setting(60.0, "Farthest about the object.", low=0.0, high=180.0, unit="deg")
    swap: bool = setting(False, "Put another object of the same category in its place.")


@dataclass(frozen=True)
class Following:
    """How the person takes up what has moved."""

    follow_low: float = setting(0.0, "Least share of the shift that the feet take.", low=0.0, high=1.0)
    follow_high: float = setting(0.50, "Largest share of the shift that the feet take.", low=0.0, high=1.0)
    reach: float = setting(0.20, "Most of the shift that is left to trunk and arms.", low=0.0, high=0.5, unit="m")
    step: float = setting(0.30, "Most by which one step gets longer or shorter.", low=0.02, high=1.0, unit="m")
    anchor: float = setting(0.005, "Distance of a region from its place that is one unit.", low=0.0005, high=0.1, unit="m")
    fade: float = setting(0.5, "Time before and after a contact in which the hand is led to and from the object.",
                          low=0.05, high=2.0, unit="s")  # fmt: skip
    effort: int = setting(8, "Solver steps in each stage.", low=1, high=60)


@dataclass(frozen=True)
class Limits:
    """What a candidate must hold, against its source (section 6.6 of our method note; each is a reason of its own)."""

    penetration_max: float = setting(0.010, "Deepest penetration, unless the source is deeper.", low=0.0, high=0.1, unit="m")
    penetration_more: float = setting(0.002, "Mean penetration above the source's.", low=0.0, high=0.05, unit="m")
    contact_f1: float = setting(0.90, "Least agreement of touching regions with the source (F1).", low=0.0, high=1.0)
    slip: float = setting(1.5, "Sliding of the holding hand against the source's.", low=1.0, high=10.0, unit="x")
    slip_floor: float = setting(0.02, "Sliding below this is no fault.", low=0.0, high=0.5, unit="m/s")
    skate: float = setting(0.002, "Sliding of standing feet a frame above the source's.", low=0.0, high=0.05, unit="m")
    jerk: float = setting(1.3, "Jerk of the body against the source's.", low=1.0, high=10.0, unit="x")
    jerk_floor: float = setting(30.0, "Jerk below this is no fault.", low=0.0, high=500.0, unit="m/s^3")
    joints: float = setting(5.7, "Fingers beyond their range above the source's.", low=0.0, high=60.0, unit="deg")
    floor: float = setting(0.005, "Depth below the floor above the source's.", low=0.0, high=0.1, unit="m")
    moved: float = setting(0.030, "Least mean way of the body's joints from where they were.", low=0.0, high=1.0, unit="m")
    change: float = setting(
        0.015, "Least of it that is left once the whole scene is shifted and turned to fit the source best.",
        low=0.0, high=0.5, unit="m",
    )  # fmt: skip
    twin: float = setting(0.015, "Nearer than this to one that was kept is a near duplicate.", low=0.0, high=0.5, unit="m")


@dataclass(frozen=True)
class AugmentOptions:
    """One augmentation. `method` "published" is the paper's alignment of vertex distances, to compare with."""

    variations: Variations = Variations()
    following: Following = Following()
    limits: Limits = Limits()
    count: int = setting(4, "Candidates to try for a clip.", low=1, high=1000)
    keep: int = setting(0, "Keep only the so many that differ most; 0: all that pass.", low=0, high=1000)
    seed: int = setting(0, "Start of the random numbers; the same seed gives the same candidates.", low=0)
    method: str = setting("anchors", "How the person is moved.", choices=("anchors", "published"))
    device: str = setting("auto", "Where to compute.", choices=("auto", "cpu", "cuda"))


DEFAULT: Final = AugmentOptions()
_NOTHING: Final = Variations(displace=False, yaw=False)

PRESETS: Final[Mapping[str, AugmentOptions]] = MappingProxyType(
    {
        "default": DEFAULT,
        "paper": AugmentOptions(variations=Variations(yaw=False)),
        "everything": AugmentOptions(
            variations=Variations(drift=True, scale=True, shape=True, mirror=True, warp=True, side=True)
        ),
        "mirror only": AugmentOptions(variations=dataclasses.replace(_NOTHING, mirror=True)),
        "sizes": AugmentOptions(variations=dataclasses.replace(_NOTHING, scale=True, scale_axes=True, shape=True)),
        "timing": AugmentOptions(variations=dataclasses.replace(_NOTHING, warp=True)),
        "approach": AugmentOptions(variations=dataclasses.replace(_NOTHING, side=True)),
    }
)  # fmt: skip


def fields_of(options: AugmentOptions) -> "list[dataclasses.Field[object]]":
    """All that can be set by its bare name."""
    parts = (options.variations, options.following, options.limits, options)
    return [item for part in parts for item in dataclasses.fields(part) if item.metadata]


def with_values(options: AugmentOptions, values: Mapping[str, object]) -> AugmentOptions:
    """A copy with some fields replaced, by their bare names. InputError on an unknown name or a value out of range."""
    for name, value in values.items():
        options = _replaced(options, name, value)
    return options


def _replaced(options: AugmentOptions, name: str, value: object) -> AugmentOptions:
    for group in ("variations", "following", "limits"):
        part = getattr(options, group)
        for item in dataclasses.fields(part):
            if item.name == name:
                return dataclasses.replace(
                    options, **{group: dataclasses.replace(part, **{name: checked(item, value, "augmentation")})}
                )
    for item in dataclasses.fields(options):
        if item.name == name and item.metadata:
            return dataclasses.replace(options, **{name: checked(item, value, "augmentation")})  # type: ignore[arg-type]  # was checked
    raise InputError(f"there is no augmentation option {name!r}", field="options", remedy="docs/augmentation.md lists them")
