"""An inspection's figures as plain records: for manifests, reports and comparisons, which outlive the arrays."""

import math
from collections.abc import Mapping
from typing import Any, Final

from interact_core.inspection.results import Value

Figures = Mapping[str, Mapping[str, Any]]
"""Id to `title`, `value` (null where nothing was measured), `unit`, `group`, `worst_frame`."""


def figures_of(summary: Mapping[str, Value]) -> Figures:
    """A figure that is no number becomes null, since NaN is not JSON."""
    return {
        name: {
            "title": value.title, "value": value.value if math.isfinite(value.value) else None, "unit": value.unit,
            "group": value.group, "worst_frame": value.worst_frame,
        } for name, value in summary.items()
    }  # fmt: skip


_KNOWN: Final[dict[str, tuple[str, str, str]]] = {
    "penetration_max": ("Deepest penetration", "m", "penetration"),
    "penetration_mean": ("Mean penetration of penetrating vertices", "m", "penetration"),
    "penetration_volume": ("Penetrated volume", "m^3", "penetration"),
    "penetration_frames": ("Frames with penetration over the threshold", "%", "penetration"),
    "thin_wall": ("Through a thin wall", "m", "penetration"),
    "contact_left_hand": ("Contact of the left hand, share of frames", "%", "contact"),
    "contact_right_hand": ("Contact of the right hand, share of frames", "%", "contact"),
    "contact_object": ("Object touched, share of frames", "%", "contact"),
    "object_unsupported": ("Object moves unsupported, share of frames", "%", "floating"),
    "gap_left_hand": ("Gap of the left hand, mean", "m", "gap"),
    "gap_right_hand": ("Gap of the right hand, mean", "m", "gap"),
    "gap_left_hand_max": ("Gap of the left hand", "m", "gap"),
    "gap_right_hand_max": ("Gap of the right hand", "m", "gap"),
    "foot_skate_left": ("Slide of the planted left foot", "m/s", "foot"),
    "foot_skate_right": ("Slide of the planted right foot", "m/s", "foot"),
    "foot_skate_left_mean": ("Slide of the planted left foot, mean while planted", "m/s", "foot"),
    "foot_skate_right_mean": ("Slide of the planted right foot, mean while planted", "m/s", "foot"),
    "ground_penetration_body": ("Body below the floor", "m", "ground"),
    "ground_penetration_object": ("Object below the floor", "m", "ground"),
    "jerk_body": ("Jerk of the body, mean", "m/s^3", "jitter"),
    "jerk_body_max": ("Jerk of the body", "m/s^3", "jitter"),
    "jerk_object_max": ("Sustained jerk of the object", "m/s^3", "jitter"),
    "jerk_object": ("Sustained jerk of the object, mean", "m/s^3", "jitter"),
    "self_penetration": ("Body in itself", "m", "body"),
    "body_range": ("Joint of the body beyond its range of motion", "deg", "body"),
    "hand_range": ("Finger beyond its range of motion", "deg", "hand"),
    "wrist_twist_left": ("Twist of the left wrist beyond its range", "deg", "wrist"),
    "wrist_twist_right": ("Twist of the right wrist beyond its range", "deg", "wrist"),
    "wrist_flip": ("Fastest turn of an arm joint", "rad/s", "wrist"),
}
"""Of the figures that reports keep as bare numbers: what an inspection calls them (a test compares the two)."""


def named_figures(numbers: Mapping[str, float]) -> Figures:
    """Bare numbers by id with the titles and units that an inspection gives them; an unknown id stays its own title."""
    named = {}
    for name, value in numbers.items():
        title, unit, group = _KNOWN.get(name, (name.replace("_", " ").capitalize(), "", ""))
        named[name] = {
            "title": title, "value": float(value) if math.isfinite(value) else None, "unit": unit, "group": group,
            "worst_frame": None,
        }  # fmt: skip
    return named
