"""From a pose that is nearly right to the one whose markers are nearest: the second-order steps of generate/fitting."""

from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.base import BodyModel
from interact_core.bodies.points import PointPoser
from interact_core.clip import Betas, BodyMotion
from interact_core.generate.fitting.descent import Calm, descend, descend_together
from interact_core.generate.fitting.person import fit_person
from interact_core.generate.fitting.poses import Pose
from interact_core.generate.fitting.problem import Problem, columns_of
from interact_core.generate.fitting.shapes import BetaSpace
from interact_core.generate.fitting.start import spread_frames
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle
from interact_core.jobs.context import JobContext
from interact_core.refine.solving import one_thread

_NOISE: Final = 0.003
"""Metres that a marker may be off before it counts."""
_PEOPLE: Final = 12
"""Frames that decide about the shape."""
_STEPS: Final = (10, 6, 2)
"""On shape and poses of those frames, on every frame for itself, on all together."""


def fitted(
    start: BodyMotion, markers: NDArray[np.float64], model: BodyModel, *, fingers: bool, device: str, context: JobContext
) -> BodyMotion:  # fmt: skip
    """`markers` (T, 77, 3), NaN where there is none to follow. A skeleton of the motion's own stays as it is."""
    # Far from the origin float32 would lose the millimetres.
    origin = np.asarray(start.transl, np.float64).mean(axis=0)
    markers = markers - origin
    turns = torch.as_tensor(axis_angle_to_matrix(start.full_pose()), dtype=torch.float32, device=device)
    places = torch.as_tensor(np.asarray(start.transl, np.float64) - origin, dtype=torch.float32, device=device)
    columns = columns_of(fingers, device)
    with one_thread():
        pose, shape = Pose(turns, places), start.shape
        if isinstance(shape, Betas):
            space, few = BetaSpace(model, len(shape.values)), spread_frames(markers, _PEOPLE)
            numbers = np.asarray(shape.values, np.float64)
            problem = _problem(space.poser(numbers, len(few), device), markers[few], columns)
            person = fit_person(space, numbers, problem, pose[torch.as_tensor(few, device=device)], _STEPS[0], context.checkpoint)
            shape = space.shape(person.numbers)
        context.progress(0.4)
        poser = PointPoser(model.bind(shape), model.marker_vertices, start, device)
        problem = _problem(poser, markers, columns)
        pose = descend(problem, pose, _STEPS[1], context.checkpoint)
        context.progress(0.7)
        if start.num_frames > 1:
            pose = descend_together(problem, Calm(1.0, 30.0), pose, _STEPS[2], context.checkpoint, lambda _share: None)
    turned = matrix_to_axis_angle(pose.local.cpu().double().numpy()).astype(np.float32)
    return replace(
        start, shape=shape, global_orient=turned[:, 0], body_pose=turned[:, 1:22], left_hand_pose=turned[:, 22:37],
        right_hand_pose=turned[:, 37:], transl=(pose.transl.cpu().double().numpy() + origin).astype(np.float32),
    )  # fmt: skip


def _problem(poser: PointPoser, markers: NDArray[np.float64], columns: torch.Tensor) -> Problem:
    weight = np.isfinite(markers[..., 0]).astype(np.float32)
    return Problem(poser, poser.array(np.nan_to_num(markers)), poser.array(weight), _NOISE, columns)
