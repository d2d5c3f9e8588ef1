"""Candidates for child processes without a solver: the whole scene goes where the draw puts the object.

Every third is turned down, every fourth is nearly the same as one before. How long a step takes, and whether the work fails
at the first candidate, is in the environment, which children inherit.
"""

import os
import time
from dataclasses import replace
from typing import Any

import numpy as np

from interact_app.augment.child import Task, _Pictures, _Storing
from interact_app.bridge.refining_child import StateWriter
from interact_core.augment.augment import Candidate
from interact_core.augment.options import AugmentOptions
from interact_core.augment.quality import Quality, judge
from interact_core.augment.sampling import Draw, draw
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.report import Preview

STEP, FAILS = "FAKE_STEP", "FAKE_FAILS"
GOOD = Quality(0.001, 0.0, 0.0, 0.98, 0.004, 0.0, 10.0, 0.0, 0.0, 0.2, 0.041)


def moved(clip: Clip, drawn: Draw) -> Clip:
    """Body and objects shifted together."""
    offset = np.array([drawn.offset[0], 0.0, drawn.offset[2]], np.float32)
    objects = tuple(
        replace(obj, parts=tuple(replace(part, translation=part.translation + offset) for part in obj.parts))
        for obj in clip.objects
    )
    return replace(clip, body=replace(clip.body, transl=clip.body.transl + offset), objects=objects, recorded_joints=None)


class Work:
    """Stands for an Augmentation."""

    def __init__(self, task: Task, pictures: Any) -> None:
        from interact_core.inspection.posed import pose_clip

        self._task, self._pictures = task, pictures
        self._posed = pose_clip(task.clip, task.models_dir, "cpu")
        self.measured: Any = None
        self.source_figures: dict[str, Any] = {}

    def mark(self, candidate: Candidate) -> np.ndarray:
        return np.full((24, 30, 3), 0.0 if candidate.index % 4 == 3 else 0.5 * candidate.index)

    def candidate(self, index: int, context: JobContext) -> Candidate:
        options = self._task.options
        drawn = draw(options.variations, options.following, options.seed, index)
        for step in range(10):
            context.checkpoint()
            context.progress(step / 10, f"candidate {index + 1}" if step == 0 else "body follows")
            if step == 5 and self._pictures is not None:
                self._pictures(index, self._picture(drawn))
            time.sleep(float(os.environ.get(STEP, "0.001")))
        if os.environ.get(FAILS):
            raise InputError("3 frames have no finite pose", field="clip")
        clip = replace(moved(self._task.clip, drawn), id=f"{self._task.clip_id}__augmented_{index}")
        self.measured = _Measured(self._posed, clip)
        found = GOOD if index % 3 != 2 else replace(GOOD, penetration_max=0.0138, jerk=512.0)
        return Candidate(index, drawn, clip, found, judge(found, GOOD, options.limits, clip.fps), 1.5)

    def _picture(self, drawn: Draw) -> Preview:
        posed, frames = self._posed, slice(0, self._task.clip.num_frames)
        part = moved(self._task.clip, drawn).objects[0].parts[0]
        rotation, place = part.rotation[:, None], part.translation[:, None]
        return Preview("body follows", frames, posed.body_vertices + 0.2, posed.joints, rotation, place)


class _Measured:
    """What is read of a Measured."""

    def __init__(self, posed: Any, clip: Clip) -> None:
        shift = np.asarray(clip.body.transl - posed.clip.body.transl, np.float32)[:, None]
        self.posed = replace(
            posed, clip=clip, body_vertices=posed.body_vertices + shift, object_vertices=posed.object_vertices + shift,
            joints=posed.joints + shift,
        )  # fmt: skip
        self.inspection = _Nothing()


class _Nothing:
    def __init__(self) -> None:
        self.summary: dict[str, Any] = {}


def augment(task: Task, context: JobContext, tell: Any) -> int:
    """Stands for augment_here."""
    pictures = None if task.previews is None else _Pictures(StateWriter(task.clip, task.previews, tell), task.clip.num_frames)
    storing = _Storing(task, Work(task, pictures))
    for number, index in enumerate(task.indices):
        share = SubContext(context, number / len(task.indices), (number + 1) / len(task.indices))
        tell(storing.one(index, share))
    return len(task.indices)


def options(**values: Any) -> AugmentOptions:
    """A few candidates."""
    return replace(AugmentOptions(), count=6, **values)
