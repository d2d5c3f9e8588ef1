"""Numbers as people read them: a unit, as many digits as the measure deserves, an en dash where there is none. No Qt."""

import math

NONE = "–"
THIN_SPACE = "\u2009"
_SHOWN_UNITS = {"m": "mm", "m^3": "cm³", "m³": "cm³", "m/s^3": "m/s³", "m/s^2": "m/s²", "deg": "°"}


def shown_unit(unit: str) -> str:
    """Metres are shown as millimetres: everything measured here is small."""
    return _SHOWN_UNITS.get(unit, unit)


def shown_value(value: float, unit: str) -> float:
    return value * {"m": 1e3, "m^3": 1e6, "m³": 1e6}.get(unit, 1.0)


def number_text(value: float, unit: str) -> str:
    """The number alone, in the unit of shown_unit."""
    if not math.isfinite(value):
        return NONE
    shown = shown_value(value, unit)
    if unit in ("%", "frames"):
        return f"{shown:.0f}"
    size = abs(shown)
    if size >= 99.95:
        return f"{shown:.0f}"
    if size == 0:
        return "0"
    return f"{shown:.1f}" if size >= 9.995 else f"{shown:.2f}"


def figure_text(value: float, unit: str) -> str:
    """Number and unit; NaN is an en dash without a unit."""
    number = number_text(value, unit)
    label = shown_unit(unit)
    return number if number == NONE or not label else f"{number}{THIN_SPACE}{label}"


def duration_text(seconds: float) -> str:
    """5.3 s, 1:05 min, 1:02:10 h."""
    if seconds < 60:
        return f"{seconds:.1f}{THIN_SPACE}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}{THIN_SPACE}h" if hours else f"{minutes}:{rest:02}{THIN_SPACE}min"


def time_text(frame: int, fps: float) -> str:
    """Position of a frame: seconds with two digits, minutes once there are any."""
    seconds = frame / fps if fps > 0 else 0.0
    if seconds < 60:
        return f"{seconds:.2f}{THIN_SPACE}s"
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:05.2f}"
