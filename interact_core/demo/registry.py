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
)  # fmt: skip
SCENARIOS: Final[dict[str, Scenario]] = {s.name: s for s in _ALL}
