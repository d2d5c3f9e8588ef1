"""The evaluator of a run: a given one, or one trained on clips that are not tested on."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.errors import InputError
from interact_core.generate.clipsets.windows import Window
from interact_core.generate.evaluation.cases import Lengths, training_windows
from interact_core.generate.evaluation.evaluator import Evaluator, load_evaluator, save_evaluator
from interact_core.generate.evaluation.evaluator_training import EvaluatorTraining, train_evaluator
from interact_core.generate.evaluation.tracks import track_of
from interact_core.jobs.context import JobContext, SubContext

EVALUATOR: Final = "evaluator.safetensors"


@dataclass(frozen=True)
class JudgeOptions:
    """What it is trained on: `clips` windows of `source`, test clips left out."""

    source: str
    lengths: Lengths
    held_out: float = 0.0
    clips: int = 1024
    training: EvaluatorTraining = field(default_factory=EvaluatorTraining)


def evaluator_for(out: Path, given: Path | None, options: JudgeOptions, context: JobContext) -> Evaluator:
    """`given`, else the one that OUT has, else one that is trained now and kept there."""
    if given is not None:
        return load_evaluator(given)
    path = out / EVALUATOR
    if not path.is_file():
        save_evaluator(trained_judge(options, context), path)
    return load_evaluator(path)


def trained_judge(options: JudgeOptions, context: JobContext) -> Evaluator:
    some = training_windows(options.source, options.clips, options.lengths, options.held_out, context)
    features, sentences = [], []
    for k, window in enumerate(some):
        context.checkpoint()
        context.progress(0.5 * k / len(some), "evaluator: clips")
        features.append(features_of(window, options.lengths.fps))
        sentences.append(window.sentences)
    if len(features) < 2:
        raise InputError(
            f"{len(features)} training clips with sentences cannot train an evaluator", field="evaluator",
            remedy="Give one with --evaluator, for example trained on the demo world",
        )  # fmt: skip
    return train_evaluator(features, sentences, options.training, SubContext(context, 0.5, 1.0))


def features_of(window: Window, fps: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return track_of(window.motion, 0, window, fps, "training").features
