"""How a candidate compares with its source, and why it is turned down: one reason per criterion (method note, 6.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.options import Limits
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.inspection.signals import velocity
from interact_core.refine.report import Measured

SIDES: Final = ("left", "right")
_TOUCHING: Final = 0.010
"""Metres: a hand this near in the source holds; how it slides is then followed."""
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """Figures of one clip against its source: metres, m/s, m/s^3, degrees, shares."""

    penetration_max: float
    penetration_mean: float
    penetration_frame: float
    """The paper's figure: the deepest body vertex of each frame, mean over frames."""
    contact_f1: float
    slip: float
    skate: float
    jerk: float
    joints: float
    floor: float
    moved: float
    """Mean way of the body's joints from where they were in the source."""
    change: float
    """What is left of it once the whole clip was shifted and turned over the floor to fit best."""

    def record(self) -> dict[str, float]:
        return {name: value for name, value in vars(self).items() if np.isfinite(value)}


UNMEASURED: Final = Quality(*(float("nan"),) * 11)


@dataclass(frozen=True)
class Rejection:
    """Which criterion a candidate fails, its figure and what it had to be."""

    criterion: str
    value: float
    limit: float
    text: str


def quality(candidate: Measured, source: Measured) -> Quality:
    """Both with the same number of frames."""

    def value(name: str) -> float:
        found = candidate.inspection.summary.get(name)
        return float(found.value) if found else float("nan")

    floors = [value(f"ground_penetration_{what}") for what in ("body", "object")]
    skates = [value(f"foot_skate_{side}_mean") for side in SIDES]
    return Quality(
        value("penetration_max"), value("penetration_mean"), value("paper_penetration"), contact_f1(candidate, source),
        slip(candidate, held_frames(source)), _mean(skates), value("jerk_body"), value("hand_range"),
        float(np.nanmax([0.0, *floors])), moved(candidate.posed.joints, source.posed.joints),
        change(candidate.posed.joints, source.posed.joints),
    )  # fmt: skip


def judge(found: Quality, source: Quality, limits: Limits, fps: float) -> tuple[Rejection, ...]:
    """Every criterion that does not hold; a figure that cannot be measured holds."""
    most: Mapping[str, tuple[float, float, str]] = {
        "penetration_max": (found.penetration_max, max(limits.penetration_max, source.penetration_max), "deepest penetration"),
        "penetration_mean": (found.penetration_mean, source.penetration_mean + limits.penetration_more, "mean penetration"),
        "penetration_frame": (
            found.penetration_frame, source.penetration_frame + limits.penetration_more, "deepest penetration of a frame, mean",
        ),
        "slip": (found.slip, max(limits.slip * source.slip, limits.slip_floor), "sliding of holding hands"),
        "skate": (found.skate, source.skate + limits.skate * fps, "sliding of standing feet"),
        "jerk": (found.jerk, max(limits.jerk * source.jerk, limits.jerk_floor), "jerk of the body"),
        "joints": (found.joints, source.joints + limits.joints, "fingers beyond their range"),
        "floor": (found.floor, source.floor + limits.floor, "depth below the floor"),
    }  # fmt: skip
    least = {
        "contact_f1": (found.contact_f1, limits.contact_f1, "agreement of contact with the source"),
        "moved": (found.moved, limits.moved, "way from the source"),
        "change": (found.change, limits.change, "change against the source"),
    }
    reasons = [
        Rejection(name, value, bound, f"{text} {value:.4g}, at most {bound:.4g}")
        for name, (value, bound, text) in most.items() if value > bound
    ]  # fmt: skip
    return tuple(reasons) + tuple(
        Rejection(name, value, bound, f"{text} {value:.4g}, at least {bound:.4g}")
        for name, (value, bound, text) in least.items() if value < bound
    )  # fmt: skip


def contact_f1(candidate: Measured, source: Measured) -> float:
    """Over palms, fingers and body parts and all frames: touching as it does in the source. NaN where nothing touches."""
    hit = wrong = missed = 0
    for name, track in source.inspection.tracks.items():
        if track.group in ("contact_fingers", "contact_body"):
            was, now = track.values > 0.5, candidate.inspection.tracks[name].values > 0.5
            hit += int((was & now).sum())
            wrong += int((now & ~was).sum())
            missed += int((was & ~now).sum())
    return 2 * hit / (2 * hit + wrong + missed) if hit + wrong + missed else float("nan")


def held_frames(measured: Measured) -> NDArray[np.bool_]:
    """(T, 2) in which the left and the right hand are within a centimetre of an object."""
    regions = measured.posed.choice.model.regions
    masks = [regions.mask(f"{side}_hand") & regions.inner_hand for side in SIDES]
    gaps = [measured.fields.body_signed_distance[:, mask].min(axis=1, initial=np.inf) for mask in masks]
    return np.stack(gaps, axis=1) < _TOUCHING


def in_object(measured: Measured, rows: NDArray[np.intp]) -> Doubles:
    """(T, J, 3) joints as seen from the first part."""
    part = measured.posed.parts[0]
    away = measured.posed.joints[:, rows].astype(np.float64) - np.asarray(part.translation)[:, None]
    return np.asarray(np.einsum("tij,tni->tnj", part.rotation, away))


def slip(measured: Measured, held: NDArray[np.bool_]) -> float:
    """m/s: mean speed of the knuckles against the object in the frames `held` (T, 2)."""
    if not measured.posed.parts or not held.any():
        return float("nan")
    speeds = []
    for k, side in enumerate(SIDES):
        rows = np.array([JOINT_INDEX[f"{side}_{n}1"] for n in ("index", "middle", "pinky")])
        speed = np.linalg.norm(velocity(in_object(measured, rows), measured.posed.clip.fps), axis=-1)
        speeds.append(speed[held[:, k]].ravel())
    return float(np.concatenate(speeds).mean())


def moved(joints: NDArray[np.floating], source: NDArray[np.floating]) -> float:
    """Metres: mean distance of body joints (T, 52, 3) from where they were."""
    count = min(len(joints), len(source))
    away = np.asarray(joints[:count, :NUM_BODY_JOINTS], np.float64) - source[:count, :NUM_BODY_JOINTS]
    return float(np.linalg.norm(away, axis=-1).mean())


def change(joints: NDArray[np.floating], source: NDArray[np.floating]) -> float:
    """Metres: mean distance of body joints (T, 52, 3) after the whole clip was shifted and turned over the floor to fit best:
    what is left is another motion, not the same one elsewhere."""
    count = min(len(joints), len(source))
    a = np.asarray(joints[:count, :NUM_BODY_JOINTS], np.float64).reshape(-1, 3)
    b = np.asarray(source[:count, :NUM_BODY_JOINTS], np.float64).reshape(-1, 3)
    p, q = (x[:, (0, 2)] - x[:, (0, 2)].mean(axis=0) for x in (a, b))
    angle = np.arctan2((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum(), (p * q).sum())
    c, s = np.cos(angle), np.sin(angle)
    over = p @ np.array([[c, s], [-s, c]]) - q
    return float(np.sqrt((over**2).sum(axis=1) + (a[:, 1] - b[:, 1]) ** 2).mean())


def _mean(values: list[float]) -> float:
    finite = [v for v in values if np.isfinite(v)]
    return float(np.mean(finite)) if finite else float("nan")
