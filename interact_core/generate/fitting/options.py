"""What a fit can be told."""

from dataclasses import dataclass
from typing import Final

from interact_core.errors import InputError

SHAPES: Final = ("auto", "average", "betas", "skeleton")


@dataclass(frozen=True)
class FitOptions:
    """`noise` is how far a marker may lie from its vertex before it counts, metres: more noise, more weight for smoothness.

    `smooth` multiplies the weight of smoothness; 0 fits every frame for itself. `shape`: average, the body's own shape
    coefficients, a skeleton with bones of its own lengths (open body), or auto, which takes what fits clearly better.
    """

    noise: float = 0.003
    smooth: float = 1.0
    shape: str = "auto"
    steps: int = 8
    """Steps over all frames together, at most."""
    fps: float = 30.0
    device: str = "cpu"

    def __post_init__(self) -> None:
        for name, low, high in (("noise", 1e-4, 0.1), ("smooth", 0.0, 1e3), ("steps", 1, 100), ("fps", 1.0, 1000.0)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(f"{value:g} is not between {low:g} and {high:g}", field=name, remedy="Change the option")
        if self.shape not in SHAPES:
            raise InputError(f"there is no shape {self.shape!r}", field="shape", remedy=f"Choose one of {', '.join(SHAPES)}")
