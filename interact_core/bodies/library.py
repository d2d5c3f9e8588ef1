"""Which body a motion is shown on: the licensed one it was recorded with if the user has it, else the open body."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from interact_core.bodies.base import BodyModel, BoundBody
from interact_core.bodies.licensed import LicensedBody
from interact_core.bodies.model_files import NAMES, find_model_files, load_model
from interact_core.bodies.open_body import OpenBody, load_open_body
from interact_core.bodies.stand_in import bind_stand_in
from interact_core.clip import Betas, BodyMotion, Family, Gender, RestJoints


@dataclass(frozen=True)
class BodyChoice:
    """The body chosen for a motion, already in its shape. `note` is one plain remark for the user, empty on the true body."""

    model: BodyModel
    bound: BoundBody
    stand_in: bool
    note: str


def open_body(gender: Gender = "neutral") -> OpenBody:
    """The built-in body; read once per gender, in about a tenth of a second."""
    return load_open_body(gender)


@lru_cache(maxsize=3)  # a model is 100 MB in memory; a data set uses two genders of one family
def licensed_body(models_dir: Path, family: Family, gender: Gender, num_betas: int = 0) -> LicensedBody:
    """A model from the user's folder. MissingModelError or InputError as :func:`load_model` says."""
    return LicensedBody(load_model(models_dir, family, gender, num_betas))


def choose_body(motion: BodyMotion, models_dir: Path | None) -> BodyChoice:
    """The body to show a motion on, bound to its shape.

    A stand-in is chosen when there is no file for the motion's family and gender, or when the motion brings a skeleton
    instead of betas; a file that is there but broken raises InputError, so that it is not quietly passed over.
    """
    body = load_open_body(motion.gender)
    if motion.family == "open":
        return BodyChoice(body, body.bind(motion.shape), stand_in=False, note="")
    if isinstance(motion.shape, RestJoints):
        return BodyChoice(body, body.bind(motion.shape), stand_in=True, note=_SKELETON_NOTE)
    if models_dir is not None and find_model_files(models_dir, motion.family, motion.gender):
        wanted = len(motion.shape.values) if isinstance(motion.shape, Betas) else 0
        model = licensed_body(models_dir, motion.family, motion.gender, wanted)
        return BodyChoice(model, model.bind(motion.shape), stand_in=False, note="")
    # Betas of another model mean nothing here: the average shape is the honest choice.
    return BodyChoice(body, bind_stand_in(body, motion), stand_in=True, note=_missing_note(motion, models_dir))


_SKELETON_NOTE = (
    "Shown on the open body fitted to the recorded skeleton: joints are exact, the skin is a stand-in, "
    "so contact and penetration figures are approximate."
)


def _missing_note(motion: BodyMotion, models_dir: Path | None) -> str:
    name = NAMES[motion.family]
    reason = f"{name} model files are not set" if models_dir is None else f"the models folder has no {name} {motion.gender}"
    return (
        f"Shown on the open body: {reason}. "
        "Size and skin differ from the recorded person, so contact and penetration figures are for this stand-in."
    )
