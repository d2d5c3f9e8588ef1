"""Feet: how high the soles are, when they are planted, how fast they slide then, and whether they stand in the air."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, mean_of, ranges_over, worst
from interact_core.inspection.results import Track, Value
from interact_core.inspection.signals import Mask, drop_short, frames_of, hysteresis, runs, velocity

_CONTACT_LAYER: Final = 0.010
"""Metres above the lowest sole vertex: the part of the sole that carries weight, heel or toe."""


def measure(evidence: Evidence) -> Findings:
    findings = [_foot(evidence, side) for side in ("left", "right")]
    return Findings(
        tuple(t for f in findings for t in f.tracks), (), tuple(s for f in findings for s in f.summary),
        tuple(a for f in findings for a in f.artifacts),
    )  # fmt: skip


def _foot(evidence: Evidence, side: str) -> Findings:
    table = evidence.thresholds
    soles = sole_vertices(evidence, side)
    height = soles[..., 1].min(axis=1)
    rest = resting_height(height[evidence.body_ready])
    speed = slide_speed(soles, evidence.fps)
    planted = planted_state(evidence, height - rest, speed)
    slide = np.where(planted, speed, 0.0)
    standing = _standing_height(height, planted & ~_on_object(evidence, side))
    ready = evidence.body_ready
    skate = _track(f"foot_skate_{side}", f"Slide of the planted {side} foot", "m/s", slide, ready, table.foot_skate)
    lift = _track(f"foot_float_{side}", f"Air under the planted {side} foot", "m", standing, ready, table.foot_float)
    level = _track(f"foot_height_{side}", f"Height of the {side} sole", "m", height, ready, None)
    down = Track(f"foot_planted_{side}", f"{side.capitalize()} foot planted", "", _state(planted, ready), None, "foot", True)
    planted_slide = mean_of(slide[planted & ready])
    summary = (
        (skate.id, worst(skate)),
        (f"{skate.id}_mean", Value(f"{skate.title}, mean while planted", planted_slide, "m/s", "foot")),
        (level.id, Value(f"Resting height of the {side} sole", float(rest), "m", "foot")),
    )
    shortest = frames_of(table.planted_seconds, evidence.fps)
    artifacts = ranges_over(skate, table.severe("foot_skate"), kind="foot_skate", shortest=shortest)
    floating = ranges_over(lift, table.severe("foot_float"), kind="foot_float")
    return Findings((skate, level, down, lift), (), summary, (*artifacts, *floating))


def _track(name: str, title: str, unit: str, values: NDArray[np.floating], ready: Mask, threshold: float | None) -> Track:
    shown = np.where(ready, values, np.nan).astype(np.float32)
    return Track(name, title, unit, shown, threshold, "foot")


def _state(mask: Mask, ready: Mask) -> NDArray[np.float32]:
    return np.where(ready, mask.astype(np.float32), np.float32(np.nan))


def sole_vertices(evidence: Evidence, side: str) -> NDArray[np.float32]:
    """(T, S, 3) the sole's vertices; the whole foot's where a model has no sole region."""
    regions = evidence.posed.choice.model.regions
    ids = regions.vertices(f"{side}_sole")
    if not len(ids):
        ids = regions.vertices(f"{side}_whole_foot")
    return evidence.posed.body_vertices[:, ids]


def resting_height(height: NDArray[np.floating]) -> float:
    """Where this sole rests: a low percentile, so that a body a little too high or low still has planted feet; within 6 cm."""
    return float(np.clip(np.percentile(height, 5), -0.06, 0.06)) if len(height) else 0.0


def planted_state(evidence: Evidence, above_rest: NDArray[np.floating], speed: NDArray[np.floating]) -> Mask:
    """(T,) low and not stepping, less a margin at both ends of every plant."""
    table = evidence.thresholds
    low = hysteresis(above_rest, table.planted_on, table.planted_off)
    planted = low & (speed < table.step_speed) & evidence.body_ready
    margin = frames_of(table.planted_margin, evidence.fps)
    for start, stop in runs(planted):
        planted[start : start + margin * (start > 0)] = False
        planted[max(start, stop - margin * (stop < len(planted))) : stop] = False
    return drop_short(planted, frames_of(table.planted_seconds, evidence.fps))


def _standing_height(height: NDArray[np.floating], planted: Mask) -> NDArray[np.float64]:
    """(T,) median height of the sole over each plant, 0 between: one figure per step, not one per wobble."""
    result = np.zeros(len(height))
    for start, stop in runs(planted):
        result[start:stop] = max(0.0, float(np.median(height[start:stop])))
    return result


def slide_speed(soles: NDArray[np.float32], fps: float) -> NDArray[np.float64]:
    """(T,) median horizontal speed of the vertices within 1 cm of the lowest one: a rolling foot does not slide."""
    flat = np.linalg.norm(velocity(soles, fps)[..., (0, 2)], axis=-1)
    low = soles[..., 1] <= soles[..., 1].min(axis=1, keepdims=True) + _CONTACT_LAYER
    masked = np.where(low, flat, np.nan)
    result = np.zeros(len(flat))
    some = np.isfinite(masked).any(axis=1)
    result[some] = np.nanmedian(masked[some], axis=1)
    return result


def _on_object(evidence: Evidence, side: str) -> Mask:
    """(T,) the foot stands on the object instead."""
    if not evidence.has_objects:
        return np.zeros(evidence.num_frames, bool)
    return evidence.contact_state(evidence.body_distance(f"{side}_whole_foot"))
