"""The rows of the inspector: per-frame measures with worst and mean, grouped; and all of it as text or JSON. No Qt."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.figures import NONE, number_text, shown_unit, shown_value
from interact_core.inspection import Inspection, Track, Value

GROUPS: Final = (
    ("penetration", "Penetration"),
    ("contact", "Contact"),
    ("contact_parts", "Contact by part"),
    ("floating", "Floating"),
    ("foot", "Feet"),
    ("ground", "Ground"),
    ("jitter", "Jitter"),
    ("body", "Joints of the body"),
    ("hand", "Hands and wrists"),
    ("paper", "As the paper measures"),
    ("other", "Other"),
)
_PLACES: Final = {
    "gap": "floating",
    "wrist": "hand",
    "contact_fingers": "contact_parts",
    "contact_body": "contact_parts",
    "contact_object": "contact_parts",
}
"""Groups of the measures that are shown together with another one."""
_SHORT: Final = {
    "penetration_max": "Deepest",
    "penetration_mean": "Mean depth",
    "penetration_volume": "Volume",
    "penetration_body": "Body in object",
    "penetration_object": "Object in body",
    "thin_wall": "Through a wall",
    "contact_object": "Object touched",
    "contact_left_hand": "Left hand",
    "contact_right_hand": "Right hand",
    "object_unsupported": "Unsupported",
    "gap_left_hand": "Left hand gap",
    "gap_right_hand": "Right hand gap",
    "foot_skate_left": "Left skating",
    "foot_skate_right": "Right skating",
    "foot_height_left": "Left height",
    "foot_height_right": "Right height",
    "foot_planted_left": "Left planted",
    "foot_planted_right": "Right planted",
    "ground_penetration_body": "Body below",
    "ground_penetration_object": "Object below",
    "jerk_body": "Body",
    "jerk_object": "Object",
    "self_penetration": "In itself",
    "body_range": "Joint range",
    "hand_range": "Finger range",
    "hand_range_count": "Joints beyond",
    "wrist_twist_left": "Left twist",
    "wrist_twist_right": "Right twist",
    "wrist_flip": "Fastest turn",
    "paper_penetration": "Penetration",
    "paper_contact_ratio": "Contact ratio",
}
"""Names that fit a narrow panel below the heading of their group; the tooltip has the whole title."""
_KNOWN: Final = {name for name, _ in GROUPS}


@dataclass(frozen=True)
class Measure:
    """One row. `values` (T,) is None for a figure of the whole clip, which then stands in `worst`."""

    id: str
    title: str
    unit: str
    group: str
    worst: float
    mean: float
    worst_frame: int | None = None
    threshold: float | None = None
    values: NDArray[np.float32] | None = None
    state: bool = False

    @property
    def short_title(self) -> str:
        return _SHORT.get(self.id, self.title.removeprefix("Contact of the ").capitalize())

    def at(self, frame: int) -> float:
        """The value of a frame; NaN where there is none."""
        if self.values is None or not 0 <= frame < len(self.values):
            return float("nan")
        return float(self.values[frame])

    def is_over(self, value: float) -> bool:
        """Whether a value is worth looking at; False for NaN."""
        return self.threshold is not None and value > self.threshold

    def text(self, value: float) -> str:
        """Yes or no for a state of a frame, else the number in the shown unit."""
        if self.state and self.values is not None:
            return NONE if np.isnan(value) else ("yes" if value > 0.5 else "no")
        return number_text(value, self.unit)

    def worst_text(self) -> str:
        """Of a state only the share of frames says something."""
        return "" if self.state and self.values is not None else number_text(self.worst, self.unit)

    def mean_text(self) -> str:
        if self.state and self.values is not None:
            return NONE if np.isnan(self.mean) else f"{100 * self.mean:.0f} %"
        return number_text(self.mean, self.unit) if self.values is not None else ""


@dataclass(frozen=True)
class Group:
    id: str
    title: str
    measures: tuple[Measure, ...]


def grouped(inspection: Inspection) -> tuple[Group, ...]:
    """Every track, then every figure of the summary that no track stands for; empty groups are left out."""
    measures = list(_measures(inspection))
    groups = (Group(name, title, tuple(m for m in measures if m.group == name)) for name, title in GROUPS)
    return tuple(group for group in groups if group.measures)


def _measures(inspection: Inspection) -> Iterator[Measure]:
    for track in inspection.tracks.values():
        yield _of_track(track)
    for name, value in inspection.summary.items():
        # "..._max" repeats the worst value of its track.
        if name not in inspection.tracks and name.removesuffix("_max") not in inspection.tracks:
            yield _of_value(name, value)


def _of_track(track: Track) -> Measure:
    group = _place(track.group)
    has_values = bool(np.isfinite(track.values).any())
    worst_frame = int(np.nanargmax(track.values)) if has_values else None
    return Measure(
        track.id,
        track.title,
        track.unit,
        group,
        worst=float(track.values[worst_frame]) if worst_frame is not None else float("nan"),
        mean=float(np.nanmean(track.values)) if has_values else float("nan"),
        worst_frame=worst_frame,
        threshold=track.threshold,
        values=track.values,
        state=track.state,
    )


def _of_value(name: str, value: Value) -> Measure:
    group = _place(value.group)
    return Measure(name, value.title, value.unit, group, value.value, float("nan"), value.worst_frame)


def _place(group: str) -> str:
    shown = _PLACES.get(group, group)
    return shown if shown in _KNOWN else "other"


def as_text(title: str, groups: Sequence[Group], frame: int) -> str:
    """A table for an e-mail or a note."""
    lines = [title, f"frame {frame}", ""]
    for group in groups:
        lines.append(group.title)
        for measure in group.measures:
            name = f"{measure.title} ({shown_unit(measure.unit)})" if measure.unit else measure.title
            now = measure.text(measure.at(frame)) if measure.values is not None else ""
            at = f" at frame {measure.worst_frame}" if measure.worst_frame is not None and measure.worst_text() else ""
            lines.append(f"  {name:<34}{now:>9}  worst {measure.worst_text() or NONE:>8}{at}  mean {measure.mean_text() or NONE}")
    return "\n".join(lines)


def as_json(title: str, groups: Sequence[Group], frame: int) -> str:
    """Numbers in the units that are shown; null where there is no value."""

    def number(value: float, unit: str) -> float | None:
        return round(shown_value(value, unit), 6) if np.isfinite(value) else None

    measures = {
        measure.id: {
            "title": measure.title,
            "unit": shown_unit(measure.unit),
            "now": number(measure.at(frame), measure.unit),
            "worst": number(measure.worst, measure.unit),
            "worst_frame": measure.worst_frame,
            "mean": number(measure.mean, measure.unit),
            "threshold": None if measure.threshold is None else number(measure.threshold, measure.unit),
        }
        for group in groups
        for measure in group.measures
    }
    return json.dumps({"clip": title, "frame": frame, "measures": measures}, indent=1, ensure_ascii=False)
