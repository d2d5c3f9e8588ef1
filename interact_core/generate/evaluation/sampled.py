"""Samples of test clips, batch by batch: what a model makes of each where a task lets it know what it may."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.generate.checkpoint import Trained
from interact_core.generate.evaluation.cases import Case
from interact_core.generate.evaluation.tracks import Track, track_of
from interact_core.generate.guidance import EachSurface
from interact_core.generate.motion import Conditions, Motion, canonical
from interact_core.generate.projection import Residuals
from interact_core.generate.sampling import Given, SampleOptions, flags_for, sample, silent
from interact_core.jobs.context import JobContext

KNOWING: Final = ("object_to_human", "human_to_object", "predict", "between")
"""Tasks that are given a part of the clip."""
PAST_SHARE: Final = 0.25
ENDS: Final = 4
_BATCH: Final = 32
_RESIDUALS: Final = {"depth": ("point_depth_cm", 100.0), "deepest": ("point_deepest_cm", 100.0), "contact": ("hand_share", 100.0),
                     "stance": ("stance", 1.0)}  # fmt: skip


@dataclass
class Made:
    """Per case its samples, in the order asked; `residuals` are sums of what guidance and finishing looked at."""

    tracks: list[list[Track]]
    figures: dict[str, list[float]] = field(default_factory=dict)


def past_of(frames: int) -> int:
    return max(round(PAST_SHARE * frames), 1)


def make(
    trained: Trained, cases: Sequence[Case], task: str, options: SampleOptions, several: int, context: JobContext
) -> Made:  # fmt: skip
    """`several` samples of every case. The words of a case are its first sentence."""
    made = Made([[] for _ in cases])
    for number, (frames, rows) in enumerate(_batches(cases, max(_BATCH // several, 1))):
        context.checkpoint()
        every = [k for k in rows for _ in range(several)]
        motion = Motion(*(torch.cat([getattr(cases[k].window.motion, n) for k in every]) for n in Motion.__dataclass_fields__))
        flags = flags_for(task, frames, len(every), past_of(frames), ENDS)
        surfaces = [cases[k].surface for k in every]
        found = sample(
            trained, silent(conditions_of(trained, [cases[k] for k in every]), task), frames,
            Given(motion, flags) if task in KNOWING else None,
            SampleOptions(options.steps, options.scale, options.seed + 7919 * number, options.guidance, options.project),
            surface=EachSurface(surfaces) if surfaces[0] is not None else None, context=_Quiet(context),
        )  # fmt: skip
        seen = found.motion if task in KNOWING else canonical(found.motion)
        for row, k in enumerate(every):
            made.tracks[k].append(track_of(seen, row, cases[k].window, trained.fps, f"{task}_{k:04d}"))
        if found.final is not None:
            _note(made, found.final)
    return made


def real(trained: Trained, cases: Sequence[Case]) -> list[Track]:
    """The test clips themselves, as the model's representation has them."""
    return [track_of(case.window.motion, 0, case.window, trained.fps, f"real_{k:04d}") for k, case in enumerate(cases)]


def conditions_of(trained: Trained, cases: Sequence[Case]) -> Conditions:
    shape = np.stack([case.window.thing.code(trained.basis) for case in cases])
    body = np.stack([case.window.person.code for case in cases])
    action = [trained.actions.index(c.window.action) if c.window.action in trained.actions else -1 for c in cases]
    words = tuple(case.window.sentences[0] if case.window.sentences else "" for case in cases)
    return Conditions(torch.from_numpy(shape), torch.from_numpy(body), torch.tensor(action), words)


def _batches(cases: Sequence[Case], most: int) -> Iterator[tuple[int, list[int]]]:
    """Cases of equal length, those without an inside apart: they get no guidance."""
    groups: dict[tuple[int, bool], list[int]] = {}
    for k, case in enumerate(cases):
        groups.setdefault((case.window.motion.num_frames, case.surface is None), []).append(k)
    for (frames, _), rows in sorted(groups.items()):
        for start in range(0, len(rows), most):
            yield frames, rows[start : start + most]


def _note(made: Made, found: Residuals) -> None:
    for name, (metric, unit) in _RESIDUALS.items():
        values: Tensor = getattr(found, name)
        made.figures.setdefault(metric, []).extend((unit * values).tolist())


class _Quiet:
    """Cancelling goes through, the progress of single steps does not."""

    def __init__(self, context: JobContext) -> None:
        self.checkpoint = context.checkpoint

    def progress(self, fraction: float, stage: str = "", metrics: object = None) -> None:
        return None
