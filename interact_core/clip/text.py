"""Words about a clip."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caption:
    """One sentence about a frame range; end_frame None is the whole clip. `variant` is InterAct's: natural, change, shorten."""

    text: str
    variant: str = "natural"
    tokens: tuple[str, ...] = ()
    start_frame: int = 0
    end_frame: int | None = None
    author: str = ""


@dataclass(frozen=True)
class Segment:
    """A half-open frame range [start_frame, end_frame) on a tier, and what is said about it; "" is "not said".

    `label` comes from the tier's vocabulary, `text` is free. `hand` is left, right or both; `confidence` is 0..1.
    """

    tier: str
    start_frame: int
    end_frame: int
    text: str = ""
    label: str = ""
    actor: str = ""
    object: str = ""
    part: str = ""
    hand: str = ""
    confidence: float | None = None
    note: str = ""
    author: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start_frame < self.end_frame:
            raise ValueError(f"segment of frames {self.start_frame} to {self.end_frame}: must be at least one frame from 0 on")
