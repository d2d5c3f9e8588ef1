"""What a refinement can be told: stages, tolerances in physical units, effort. The parameters dialog is made from this."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from interact_core.errors import InputError
from interact_core.settings_tree import checked, setting


@dataclass(frozen=True)
class RefineOptions:
    """One refinement. Lengths in metres, angles in degrees, times in frames; every field knows its text, range and unit."""

    repair_wrists: bool = setting(True, "Turn back arms and wrists that flip or are twisted further than an arm can be.")
    reduce_noise: bool = setting(True, "Remove frame-to-frame noise, only as much as the clip's own noise asks for.")
    move_objects: bool = setting(True, "Objects may move to end penetration and gaps.")
    move_body: bool = setting(True, "Root, trunk, legs and arms may move.")
    move_hands: bool = setting(True, "Wrists and fingers may move.")
    missing_hands: str = setting(
        "auto", "Make up grasps where the source has no finger motion; auto: where a hand never moves its fingers.",
        choices=("auto", "yes", "no"),
    )  # fmt: skip
    skip_clean: bool = setting(True, "Leave a clip alone that passes the audit.")
    hand_allowance: float = setting(0.0, "Depth of a hand in an object that is no fault.", low=0.0, high=0.02, unit="m")
    body_allowance: float = setting(
        0.003, "Depth of the rest of the body in an object that is no fault.", low=0.0, high=0.05, unit="m"
    )
    penetration: float = setting(
        0.001, "Depth beyond the allowance that counts as one unit of fault.", low=0.0002, high=0.02, unit="m"
    )
    contact: float = setting(0.002, "Gap of a touching region that counts as one unit of fault.", low=0.0005, high=0.02, unit="m")
    contact_on: float = setting(0.020, "A region nearer than this to an object touches it.", low=0.005, high=0.1, unit="m")
    contact_off: float = setting(0.035, "It touches until it is farther than this.", low=0.005, high=0.15, unit="m")
    contact_reach: float = setting(
        0.10, "A hand this near an object that moves along with it is taken to hold it.", low=0.02, high=0.3, unit="m"
    )
    slip: float = setting(
        0.002, "Slide of a touching region per frame that counts as one unit of fault.", low=0.0002, high=0.05, unit="m"
    )
    body_tolerance: float = setting(
        0.010, "How far a joint of the body may move for one unit of cost.", low=0.001, high=0.2, unit="m"
    )
    finger_tolerance: float = setting(0.020, "The same for fingers that were captured.", low=0.001, high=0.2, unit="m")
    made_up_tolerance: float = setting(0.060, "The same for fingers that were not captured.", low=0.001, high=0.5, unit="m")
    object_tolerance: float = setting(
        0.010, "How far the corners of an object may move for one unit.", low=0.0005, high=0.2, unit="m"
    )
    correction_smoothness: float = setting(
        2.0, "Acceleration of a correction that counts as one unit.", low=0.05, high=100.0, unit="m/s^2"
    )
    sole: float = setting(0.002, "Height or slide of a planted sole that counts as one unit.", low=0.0002, high=0.05, unit="m")
    self_penetration: float = setting(
        0.002, "Depth of a hand or limb in another part of the body that counts as one unit.", low=0.0005, high=0.05, unit="m"
    )
    floor: float = setting(
        0.001, "Depth of soles and objects below the floor that counts as one unit.", low=0.0002, high=0.05, unit="m"
    )
    limits: float = setting(0.3, "Angle beyond a joint's range that counts as one unit.", low=0.1, high=30.0, unit="deg")
    effort: int = setting(8, "Solver steps in each stage.", low=1, high=60)
    rounds: int = setting(2, "How often contacts and nearest points are found anew in each stage.", low=1, high=10)
    window: int = setting(240, "Longest run of frames solved at once.", low=30, high=2000, unit="frames")
    overlap: int = setting(20, "Frames that two neighbouring windows share.", low=4, high=100, unit="frames")
    worse: float = setting(0.05, "A measure may get worse by this share before a change is taken back.", low=0.0, high=1.0)
    first_frame: int = setting(0, "First frame to refine.", low=0)
    last_frame: int = setting(-1, "Frame to stop before; -1: the end of the clip.", low=-1)
    device: str = setting("auto", "Where to compute.", choices=("auto", "cpu", "cuda"))
    double_precision: bool = setting(False, "Compute in double precision: slower, for checks.")
    seed: int = setting(0, "Start of the random numbers; the same seed gives the same result.", low=0)

    def with_values(self, values: Mapping[str, object]) -> "RefineOptions":
        """A copy with some values replaced. InputError on a name it does not have or a value out of range."""
        known = {item.name: item for item in dataclasses.fields(self)}
        changes = {}
        for name, value in values.items():
            if name not in known:
                raise InputError(
                    f"there is no refinement option {name!r}", field="options", remedy="docs/refinement.md lists them"
                )
            changes[name] = checked(known[name], value, "refinement")
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]  # each value was checked against its field


DEFAULT: Final = RefineOptions()

PRESETS: Final[Mapping[str, RefineOptions]] = MappingProxyType(
    {
        "default": DEFAULT,
        "fast": dataclasses.replace(DEFAULT, effort=4, rounds=1),
        "object only": dataclasses.replace(
            DEFAULT, repair_wrists=False, move_body=False, move_hands=False, missing_hands="no"
        ),
        "hands only": dataclasses.replace(DEFAULT, reduce_noise=False, move_objects=False, move_body=False),
        "smooth only": dataclasses.replace(
            DEFAULT, repair_wrists=False, move_objects=False, move_body=False, move_hands=False, missing_hands="no"
        ),
    }
)  # fmt: skip

# What is known of each source: OMOMO, BEHAVE and IMHD have no finger capture; OMOMO's, GRAB's and ARCTIC's objects come from
# optical markers and deserve more trust than those fitted to depth images (BEHAVE, InterCap).
_DATASETS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "omomo": {"missing_hands": "auto", "object_tolerance": 0.008},
        "behave": {"missing_hands": "auto", "object_tolerance": 0.012},
        "intercap": {"object_tolerance": 0.012},
        "grab": {"object_tolerance": 0.004, "body_tolerance": 0.006, "finger_tolerance": 0.010, "missing_hands": "no"},
        "arctic": {"object_tolerance": 0.004, "body_tolerance": 0.006, "finger_tolerance": 0.010, "missing_hands": "no"},
    }
)


def options_for(dataset: str, preset: str = "default") -> RefineOptions:
    """A preset with what is known of a data set. InputError on an unknown preset; an unknown data set changes nothing."""
    if preset not in PRESETS:
        raise InputError(f"there is no preset {preset!r}", field="preset", remedy=f"Choose one of {', '.join(PRESETS)}")
    known = _DATASETS.get(dataset.lower().split("_")[0], {})
    changes = {name: value for name, value in known.items() if getattr(PRESETS[preset], name) == getattr(DEFAULT, name)}
    return PRESETS[preset].with_values(changes)
