"""Persons of the world: the open body in random shapes, with the lengths that the choreography needs."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from interact_core.bodies.open_body import load_open_body
from interact_core.clip import Gender
from interact_core.clip.skeleton import JOINT_INDEX as J
from interact_core.demo.actor import Actor, actor
from interact_core.generate.world.maths import Array, f32

GENDERS: Final[tuple[Gender, ...]] = ("neutral", "male", "female")
_SPREAD: Final = 0.6
"""Standard deviations by which the shape coefficients vary: the choreography measures only lengths, not bellies."""
_USED: Final = 4


@dataclass(frozen=True)
class People:
    """N persons: gender (N,) into GENDERS, betas (N, 10), rest joints (N, 52, 3) metres with the pelvis as J0."""

    gender: Array
    betas: Array
    rest: Array

    def __len__(self) -> int:
        return len(self.rest)

    @property
    def scale(self) -> Array:
        """(N,) pelvis height against an average person's."""
        return f32(self.standing / 0.957)

    @property
    def ankle_height(self) -> Array:
        """(N,) of the ankle joint over the sole, as far as the average foot's scales with the leg."""
        average = reference()
        leg = np.abs(self.rest[:, J["left_ankle"], 1] - self.rest[:, J["left_hip"], 1])
        mean = abs(average.rest[J["left_ankle"], 1] - average.rest[J["left_hip"], 1])
        return f32(average.foot.ankle_height * leg / mean)

    @property
    def standing(self) -> Array:
        """(N,) height of the pelvis over the floor with straight legs."""
        return f32(self.ankle_height + self.rest[:, 0, 1] - self.rest[:, J["left_ankle"], 1])

    def offset(self, child: str, parent: str) -> Array:
        """(N, 3) of one joint from another at rest."""
        return f32(self.rest[:, J[child]] - self.rest[:, J[parent]])


def draw_people(rng: np.random.Generator, count: int) -> People:
    gender = rng.integers(0, len(GENDERS), count)
    betas = np.zeros((count, 10))
    betas[:, :_USED] = np.clip(rng.normal(0, _SPREAD, (count, _USED)), -1.5, 1.5)
    rest = np.empty((count, 52, 3))
    for k, name in enumerate(GENDERS):
        body, chosen = load_open_body(name), gender == k
        rest[chosen] = body.template_joints + np.tensordot(betas[chosen], body.shape_joints, 1)
    return People(f32(gender), f32(betas), f32(rest))


@lru_cache(maxsize=1)
def reference() -> Actor:
    """The average person, measured: hands, feet, mouth and seat of all others are scaled from it."""
    return actor()
