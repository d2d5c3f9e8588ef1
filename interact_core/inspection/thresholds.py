"""THE table: every number a measure compares with, its unit, its meaning and where it comes from.

docs/measures.md is written from it (python -m interact_core.inspection.measures_doc), settings override it by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from interact_core.errors import InputError


def _entry(default: float, unit: str, group: str, text: str, severe: float | None = None) -> float:
    """`severe` is the value at which an artifact's severity reaches 1."""
    value: float = field(default=default, metadata={"unit": unit, "group": group, "text": text, "severe": severe})
    return value


@dataclass(frozen=True)
class Thresholds:
    """Defaults follow the refinement note; every field can be overridden. Times are seconds, so any fps works."""

    penetration: float = _entry(
        0.010, "m", "penetration", "Deepest penetration that is no artifact (the note's filter for augmented clips).", 0.040
    )
    penetration_allowance: float = _entry(
        0.003, "m", "penetration", "Shallower vertices do not count as penetrating in means and shares: skin gives way this much."
    )
    thin_wall: float = _entry(
        0.010, "m", "penetration", "Depth of skin behind the near face of a thin wall that is no artifact.", 0.040
    )
    contact_on: float = _entry(0.020, "m", "contact", "A region that comes nearer than this to the other surface is in contact.")
    contact_off: float = _entry(0.035, "m", "contact", "... and stays in contact until it is farther than this.")
    contact_seconds: float = _entry(5 / 30, "s", "contact", "Contacts shorter than this are dropped, gaps shorter are closed.")
    evidence_reach: float = _entry(0.10, "m", "contact", "A hand this near an object that moves with it is taken to hold it.")
    gap: float = _entry(0.010, "m", "gap", "Distance between a hand and the object it holds that is no artifact.", 0.035)
    hold_speed: float = _entry(0.15, "m/s", "gap", "A holding hand moves against the object more slowly than this.")
    moving_speed: float = _entry(0.05, "m/s", "floating", "An object faster than this at its centre or corners is moving.")
    support_height: float = _entry(0.020, "m", "floating", "An object whose lowest point is higher than this is off the ground.")
    fall_deviation: float = _entry(
        6.0, "m/s^2", "floating", "An acceleration within this of gravity (0, -9.81, 0) is free fall, which needs no support."
    )
    unsupported: float = _entry(
        5 / 30, "s", "floating", "Longest time that an object may move in the air with nobody touching it.", 1.0
    )
    planted_on: float = _entry(0.020, "m", "foot", "A sole this near its resting height is planted.")
    planted_off: float = _entry(0.030, "m", "foot", "... until it is higher than this.")
    step_speed: float = _entry(
        1.0, "m/s", "foot", "A faster sole is stepping, however low: toes clear the floor by a centimetre."
    )
    planted_margin: float = _entry(2 / 30, "s", "foot", "Cut from both ends of a plant: the foot rolls and lifts there.")
    planted_seconds: float = _entry(3 / 30, "s", "foot", "Shorter plants, after the cut, are steps in passing.")
    foot_skate: float = _entry(0.20, "m/s", "foot", "Horizontal speed of a planted sole that is no artifact.", 0.60)
    foot_float: float = _entry(0.040, "m", "foot", "Air under a planted sole that is no artifact.", 0.120)
    ground_penetration: float = _entry(0.015, "m", "ground", "Depth below the floor (y = 0) that is no artifact.", 0.060)
    jerk_body: float = _entry(300.0, "m/s^3", "jitter", "Mean jerk of the 22 body joints that is no artifact.", 2000.0)
    jerk_object: float = _entry(
        300.0, "m/s^3", "jitter", "Sustained jerk (running median over jerk_window) of the object's corners that is no artifact.",
        2000.0,
    )  # fmt: skip
    jerk_window: float = _entry(9 / 30, "s", "jitter", "A kick or a fall shakes an object for less than half of this.")
    body_range: float = _entry(
        6.0, "deg", "body", "A joint of the body this far beyond its range of motion is no artifact (0.1 rad).", 45.0
    )
    self_penetration: float = _entry(
        0.015, "m", "body", "Depth of a hand, arm or leg in another part of the body that is no artifact.", 0.060
    )
    hand_range: float = _entry(
        6.0, "deg", "hand", "A finger joint this far beyond its range of motion is no artifact (0.1 rad).", 45.0
    )
    wrist_twist: float = _entry(5.0, "deg", "wrist", "A wrist twisted this far beyond its range is no artifact.", 60.0)
    wrist_twist_inward: float = _entry(
        90.0, "deg", "wrist", "Range of wrist twist: right -90 .. +110, left -110 .. +90; this end."
    )
    wrist_twist_outward: float = _entry(110.0, "deg", "wrist", "... and the other end of that range.")
    wrist_flip: float = _entry(
        12.0,
        "rad/s",
        "wrist",
        "Fastest turn of collar, shoulder, elbow or wrist that is no flip: 0.4 rad a frame at 30 fps.",
        60.0,
    )
    paper_contact: float = _entry(
        0.020,
        "m",
        "paper",
        "Body vertices nearer than this count in the paper's contact ratio; the paper does not state its value.",
    )

    def severe(self, name: str) -> float:
        """The value of severity 1 for an artifact threshold; where that is overridden, it moves in proportion."""
        entry = next(e for e in entries() if e.name == name)
        assert entry.severe is not None, name
        return entry.severe * float(getattr(self, name)) / entry.default


@dataclass(frozen=True)
class Entry:
    """One row of the table, for the document and the settings."""

    name: str
    default: float
    unit: str
    group: str
    text: str
    severe: float | None


def entries() -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f.name,
            float(getattr(Thresholds(), f.name)),
            f.metadata["unit"],
            f.metadata["group"],
            f.metadata["text"],
            f.metadata["severe"],
        )
        for f in fields(Thresholds)
    )


def thresholds_from(overrides: Mapping[str, float]) -> Thresholds:
    """The table with some values replaced. InputError on a name it does not have or a value that is not a positive number."""
    known = {entry.name for entry in entries()}
    for name, value in overrides.items():
        if name not in known:
            raise InputError(f"there is no threshold {name!r}", field="thresholds", remedy="docs/measures.md lists them")
        if not 0 < value < float("inf"):
            raise InputError(f"the threshold {name} is {value}", field="thresholds", remedy="Give a positive number")
    return replace(Thresholds(), **{name: float(value) for name, value in overrides.items()})
