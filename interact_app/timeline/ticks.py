"""Where the ruler puts its marks: round frame numbers and round times that never touch each other. No Qt."""

import math

_TIME_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)


def frame_step(pixels_per_frame: float, min_pixels: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 ... frames that is at least min_pixels wide."""
    needed = max(min_pixels / pixels_per_frame, 1.0)
    power = 10 ** math.floor(math.log10(needed))
    for factor in (1, 2, 5, 10):
        if factor * power >= needed:
            return int(factor * power)
    return int(10 * power)


def time_step(pixels_per_second: float, min_pixels: float) -> float:
    """The smallest round number of seconds that is at least min_pixels wide."""
    needed = min_pixels / pixels_per_second
    return next((step for step in _TIME_STEPS if step >= needed), _TIME_STEPS[-1])


def time_label(seconds: float, step: float) -> str:
    """Seconds with as many digits as the step needs; minutes once there are any."""
    digits = 0 if step >= 1 else (1 if step >= 0.1 else 2)
    if seconds >= 60:
        minutes, rest = divmod(round(seconds, digits), 60)
        return f"{int(minutes)}:{rest:0{3 + digits if digits else 2}.{digits}f}"
    return f"{seconds:.{digits}f} s"
