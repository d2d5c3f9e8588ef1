"""Markers to body, from start to end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.base import BodyModel
from interact_core.bodies.markers import MARKER_NAMES
from interact_core.bodies.open_body import OpenBody
from interact_core.clip import Betas, BodyMotion
from interact_core.clip.skeleton import NUM_JOINTS
from interact_core.generate.fitting.descent import Calm, descend, descend_together
from interact_core.generate.fitting.marker_files import as_markers
from interact_core.generate.fitting.options import FitOptions
from interact_core.generate.fitting.person import Person, fit_person
from interact_core.generate.fitting.poses import Pose
from interact_core.generate.fitting.problem import Problem, columns_of
from interact_core.generate.fitting.shapes import BetaSpace, ShapeSpace, SkeletonSpace
from interact_core.generate.fitting.start import limbs, spread_frames
from interact_core.geometry.rotations import matrix_to_axis_angle
from interact_core.jobs.context import JobContext, NullContext
from interact_core.refine.solving import one_thread
from interact_core.refine.state import turn_between

Array = NDArray[np.float64]
_TIPS: Final = tuple(name.endswith("TIP") for name in MARKER_NAMES)
_PEOPLE: Final = 16
"""Frames that decide about the shape."""
_WINDOW: Final = 360
_OVERLAP: Final = 24
_BAD: Final = 2.5
"""Times the usual energy of a frame."""
_LEFT: Final = 0.4
_CLEARLY: Final = 0.8
"""A skeleton of its own must leave at most this share of the energy."""


@dataclass(frozen=True)
class FitResult:
    """The motion, and how far its marker vertices lie from the markers: (T, 77) metres, NaN where none was seen."""

    motion: BodyMotion
    distances: Array
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        return float(np.nanmean(self.distances))


def fit_markers(
    markers: NDArray[np.floating], model: BodyModel, options: FitOptions | None = None, context: JobContext | None = None
) -> FitResult:
    """A body of `model` whose marker vertices follow (T, 77, 3) metres, +Y up; NaN marks what was not seen.

    InputError on values that cannot be markers; Cancelled at the next checkpoint after the user asked for it.
    """
    began = time.perf_counter()
    with one_thread():
        found, distances, notes = _Fit(as_markers(markers), model, options or FitOptions(), context or NullContext()).run()
    return FitResult(found, distances, time.perf_counter() - began, notes)


class _Fit:
    def __init__(self, markers: Array, model: BodyModel, options: FitOptions, context: JobContext) -> None:
        # Far from the origin float32 would lose the millimetres.
        self._origin = np.nanmedian(markers.reshape(-1, 3), axis=0)
        self._markers = markers - self._origin
        self._model, self._options, self._context = model, options, context
        self._fingers = model.family != "smpl"

    def run(self) -> tuple[BodyMotion, Array, tuple[str, ...]]:
        self._context.progress(0.0, "shape")
        person = self._person()
        self._context.progress(0.3, "poses")
        every = np.arange(len(self._markers))
        problem = self._problem(person.space, person.numbers, every)
        pose = self._each(problem, every)
        pose = descend(problem.doubting(pose), pose, 4, self._context.checkpoint)
        pose = self._together(problem.doubting(pose), pose)
        distances = problem.distances(pose).cpu().double().numpy()
        distances[~np.isfinite(self._markers[..., 0])] = np.nan
        self._context.progress(1.0, "done")
        return self._motion(person, pose), distances, self._notes()

    def _person(self) -> Person:
        """Shape from some frames: the body's own coefficients, then a skeleton of its own if that is clearly better."""
        frames = spread_frames(self._markers, _PEOPLE)
        count = 0 if self._options.shape == "average" else 10
        space: ShapeSpace = BetaSpace(self._model, count)
        first = self._without_fingers(self._problem(space, np.zeros(count), frames))
        pose = self._each(first, frames)
        person = fit_person(space, np.zeros(count), first, pose, 10, self._context.checkpoint)
        self._context.progress(0.1, "shape")
        second = self._problem(space, person.numbers, frames).doubting(person.pose)
        person = fit_person(space, person.numbers, second, person.pose, 6, self._context.checkpoint)
        if not isinstance(self._model, OpenBody) or not self._wants_skeleton(problem=second, person=person):
            return person
        self._context.progress(0.2, "shape")
        joints = np.asarray(self._model.bind(Betas(person.numbers)).rest_joints, np.float64)
        bones = SkeletonSpace(self._model, joints)
        other = fit_person(bones, 0.0 * bones.spread, second, person.pose, 10, self._context.checkpoint)
        better = self._options.shape == "skeleton" or other.value < _CLEARLY * person.value
        return other if better else person

    def _wants_skeleton(self, problem: Problem, person: Person) -> bool:
        """Where the body's own shapes leave more than a fraction of the noise, if nobody has chosen."""
        if self._options.shape != "auto":
            return self._options.shape == "skeleton"
        away = replace(problem, poser=person.space.poser(person.numbers, len(person.pose), self._options.device)).distances(
            person.pose
        )
        return bool((away[problem.weight > 0.5] ** 2).mean().sqrt() > _LEFT * self._options.noise)

    def _without_fingers(self, problem: Problem) -> Problem:
        weight = problem.weight.clone()
        weight[:, torch.tensor(_TIPS, device=weight.device)] = 0.0
        return replace(problem, weight=weight, columns=columns_of(False, self._options.device))

    def _problem(self, space: ShapeSpace, numbers: Array, frames: NDArray[np.intp]) -> Problem:
        device = self._options.device
        some = self._markers[frames]
        weight = np.isfinite(some[..., 0]).astype(np.float32)
        found = Problem(
            space.poser(numbers, len(frames), device), torch.as_tensor(np.nan_to_num(some), device=device, dtype=torch.float32),
            torch.as_tensor(weight, device=device), self._options.noise,
            columns_of(self._fingers, device),
        )  # fmt: skip
        return found if self._fingers else self._without_fingers(found)

    def _each(self, problem: Problem, frames: NDArray[np.intp]) -> Pose:
        """Limb by limb, then each frame for itself."""
        device = self._options.device
        rest = Pose(torch.eye(3, device=device).expand(1, NUM_JOINTS, 3, 3).clone(), torch.zeros(1, 3, device=device))
        points, joints, _ = problem.points(rest)
        pelvis = joints[0, 0].cpu().double().numpy()
        local, place = limbs(self._markers[frames], points[0].cpu().double().numpy(), pelvis)
        begin = (torch.as_tensor(a, device=device, dtype=torch.float32) for a in (local, place - pelvis))
        body = self._without_fingers(problem)
        return self._again(body, descend(body, Pose(*begin), 8, self._context.checkpoint))

    def _again(self, problem: Problem, pose: Pose) -> Pose:
        """Frames that fit far worse than most begin once more at the nearest one that does not: a marker out of place can
        turn a limb the wrong way."""
        value = problem.value(pose)
        bad = value > _BAD * value.median()
        if not bool(bad.any()) or bool(bad.all()):
            return pose
        good, lost = torch.nonzero(~bad)[:, 0], torch.nonzero(bad)[:, 0]
        nearest = good[(lost[:, None] - good).abs().argmin(dim=1)]
        mine = problem.frames(lost)
        found = descend(mine, pose[nearest], 8, self._context.checkpoint)
        better = pose[lost].chosen(found, mine.value(found) < value[lost])
        pose.local[lost], pose.transl[lost] = better.local, better.transl
        return pose

    def _together(self, problem: Problem, pose: Pose) -> Pose:
        """Windows one after the other, each from the end of the one before, cross-faded where they meet."""
        count = len(pose)
        if count < 2 or self._options.smooth == 0:
            return descend(problem, pose, self._options.steps, self._context.checkpoint)
        calm = Calm(self._options.smooth, self._options.fps)
        result = Pose(pose.local.clone(), pose.transl.clone())
        start = 0
        while True:
            stop = count if count - start <= _WINDOW + _OVERLAP else start + _WINDOW
            where = slice(start, stop)

            def told(share: float, low: int = start, high: int = stop) -> None:
                self._context.progress(0.6 + 0.4 * (low + share * (high - low)) / count, "smoothing")

            part = self._window(problem.frames(where), calm, result[where], told)
            fade = torch.ones(stop - start, device=part.transl.device)
            if start:
                fade[:_OVERLAP] = torch.linspace(0, 1, _OVERLAP, device=fade.device)
            result.local[where] = turn_between(result.local[where], part.local, fade[:, None])
            result.transl[where] = torch.lerp(result.transl[where], part.transl, fade[:, None])
            if stop == count:
                return result
            start = stop - _OVERLAP

    def _window(self, problem: Problem, calm: Calm, pose: Pose, told: Callable[[float], None]) -> Pose:
        """The body without its fingers first: two fifths of the unknowns, a tenth of the work."""
        body = self._without_fingers(problem)
        stages = [(body, self._options.steps)] + ([(problem, -(-self._options.steps // 3))] if self._fingers else [])
        for k, (stage, steps) in enumerate(stages):

            def part(share: float, low: float = k / len(stages)) -> None:
                told(low + share / len(stages))

            pose = descend_together(stage, calm, pose, steps, self._context.checkpoint, part)
        return pose

    def _motion(self, person: Person, pose: Pose) -> BodyMotion:
        turns = matrix_to_axis_angle(pose.local.cpu().double().numpy())
        return BodyMotion(
            self._model.family, self._model.gender, person.space.shape(person.numbers), turns[:, 0], turns[:, 1:22],
            turns[:, 22:37], turns[:, 37:], pose.transl.cpu().double().numpy() + self._origin,
        )  # fmt: skip

    def _notes(self) -> tuple[str, ...]:
        seen = np.isfinite(self._markers[..., 0])
        notes = []
        if not seen.all():
            notes.append(f"{100 * (1 - seen.mean()):.1f} % of the markers were not seen")
        if (empty := int((~seen.any(axis=1)).sum())) > 0:
            notes.append(f"{empty} frames without any marker are bridged")
        if never := [MARKER_NAMES[k] for k in np.flatnonzero(~seen.any(axis=0))]:
            notes.append(f"never seen: {', '.join(never)}")
        return tuple(notes)
