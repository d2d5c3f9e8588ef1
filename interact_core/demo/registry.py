"""All demo scenarios by name, each with who performs it."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from interact_core.clip import Gender
from interact_core.demo.actor import Actor, actor
from interact_core.demo.script import Script

Builder = Callable[[Actor, int], Script]


@dataclass(frozen=True)
class Scenario:
    """One clip of the demo: a module of interact_core.demo.scenarios with build(actor, seed), and its performer."""

    name: str
    gender: Gender
    betas: tuple[float, ...]
    seed: int = 0

    @property
    def clip_id(self) -> str:
        return f"demo_{self.name}"

    def script(self, seed: int | None = None, performer: Actor | None = None) -> Script:
        """The written performance; another seed or performer gives a variation of it."""
        build: Builder = import_module(f"interact_core.demo.scenarios.{self.name}").build
        return build(performer or self.performer(), self.seed if seed is None else seed)

    def performer(self) -> Actor:
        return actor(self.gender, self.betas + (0.0,) * (10 - len(self.betas)))


_ALL: Final = (
    Scenario("lift_box", "male", (0.4, -0.3)),
    Scenario("drink_mug", "female", (0.2,)),
    Scenario("sit_chair", "neutral", (-0.5, 0.3)),
    Scenario("push_table", "male", (-0.6, 0.8)),
    Scenario("pull_suitcase", "female", (0.7, -0.5)),
    Scenario("kick_ball", "male", (0.0, -0.8, 0.4)),
    Scenario("toss_ball", "neutral", (0.5,)),
    Scenario("sweep_broom", "female", (-0.4, 0.6)),
    Scenario("place_shelf", "neutral", (0.9, 0.2)),
    Scenario("pass_bottle", "male", (0.2, 0.5, -0.5)),
    Scenario("lean_table", "female", (0.0, 0.9)),
    Scenario("open_chest", "neutral", (-0.8, -0.4)),
    Scenario("curl_dumbbell", "male", (-0.2, 1.0)),
    Scenario("turn_crate", "female", (-0.7, 0.2, 0.5)),
)
SCENARIOS: Final[dict[str, Scenario]] = {s.name: s for s in _ALL}
