"""A refinement for child processes: it lifts the object and shows how far it is, a step every 5 ms.

How many steps, and whether it fails at the end of them, is in the environment, which children inherit.
"""

import os
import time
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from interact_app.bridge.refining_child import StateWriter
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext
from interact_core.refine.report import Preview, RefineReport, RefineResult

STEPS, FAILS, VERTICES = "FAKE_STEPS", "FAKE_FAILS", "FAKE_VERTICES"


def lifted(clip: Clip, by: float = 0.1) -> Clip:
    part = clip.objects[0].parts[0]
    part = replace(part, translation=part.translation + np.float32([0, by, 0]))
    return replace(clip, objects=(replace(clip.objects[0], parts=(part,)),))


def refine(clip: Clip, pieces: Any, models: Any, cache: Any, previews: Any, context: JobContext, tell: Any) -> RefineResult:
    """Stands for refine_here."""
    steps, show = int(os.environ[STEPS]), StateWriter(clip, previews, tell) if previews is not None else None
    for step in range(steps):
        context.checkpoint()
        context.progress(step / steps, "objects", {"penetration mm": 10.0 - step / 10})
        if step % 20 == 10 and show is not None:
            part = lifted(clip, 0.5).objects[0].parts[0]
            vertices = np.full((clip.num_frames, int(os.environ[VERTICES]), 3), 0.5, np.float32)
            joints = np.zeros((clip.num_frames, 52, 3), np.float32)
            rotation, translation = part.rotation[:, None], part.translation[:, None]
            show(Preview("objects", slice(0, clip.num_frames), vertices, joints, rotation, translation))
        time.sleep(0.005)
    if os.environ.get(FAILS):
        raise InputError("it does not converge", field="options")
    before, after = ({"penetration_max": value} for value in (0.03, 0.01))
    return RefineResult(lifted(clip), RefineReport(MappingProxyType(before), MappingProxyType(after), seconds=1.0))
