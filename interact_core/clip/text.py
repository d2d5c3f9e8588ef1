"""Words about a clip."""

from dataclasses import dataclass, field


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
    """A half-open frame range [start_frame, end_frame) on a tier, with its label and optional slots."""

    tier: str
    start_frame: int
    end_frame: int
    label: str = ""
    text: str = ""
    slots: dict[str, str] = field(default_factory=dict)
