"""Which body a motion is shown on: the licensed one it was recorded with if the user has it, else the open body."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interact_core.bodies.base import BodyModel, BoundBody
from interact_core.bodies.open_body import load_open_body
from interact_core.clip import Betas, BodyMotion, Gender, RestJoints


@dataclass(frozen=True)
class BodyChoice:
    """The body chosen for a motion, already in its shape. `note` is one sentence for the user, empty when nothing is amiss."""

    model: BodyModel
    bound: BoundBody
    stand_in: bool
    note: str


def open_body(gender: Gender = "neutral") -> BodyModel:
    return load_open_body(gender)


def choose_body(motion: BodyMotion, models_dir: Path | None) -> BodyChoice:
    body = load_open_body(motion.gender)
    if motion.family == "open" or isinstance(motion.shape, RestJoints):
        bound = body.bind(motion.shape)
    else:
        bound = body.bind(Betas(np.zeros(0)))
    return BodyChoice(body, bound, motion.family != "open", "")
