"""The register of measures. A new one is one file with `measure(evidence) -> Findings`, one line here, and its test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from interact_core.inspection import (
    body_range,
    contact,
    distance,
    floating,
    foot_skate,
    ground,
    hand_range,
    jitter,
    paper,
    penetration,
    self_penetration,
    thin_walls,
    wrists,
)
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings


@dataclass(frozen=True)
class Measure:
    """`id` names it in the progress bar and in the document; its docstring there is that of its file."""

    id: str
    run: Callable[[Evidence], Findings]
    about: str


def _measure(name: str, run: Callable[[Evidence], Findings], about: str | None) -> Measure:
    return Measure(name, run, " ".join((about or "").split("\n\n")[0].split()))


MEASURES: Final[tuple[Measure, ...]] = (
    _measure("penetration", penetration.measure, penetration.__doc__),
    _measure("walls", thin_walls.measure, thin_walls.__doc__),
    _measure("contact", contact.measure, contact.__doc__),
    _measure("distance", distance.measure, distance.__doc__),
    _measure("floating", floating.measure, floating.__doc__),
    _measure("feet", foot_skate.measure, foot_skate.__doc__),
    _measure("ground", ground.measure, ground.__doc__),
    _measure("jitter", jitter.measure, jitter.__doc__),
    _measure("self", self_penetration.measure, self_penetration.__doc__),
    _measure("joints", body_range.measure, body_range.__doc__),
    _measure("hands", hand_range.measure, hand_range.__doc__),
    _measure("wrists", wrists.measure, wrists.__doc__),
    _measure("paper", paper.measure, paper.__doc__),
)
