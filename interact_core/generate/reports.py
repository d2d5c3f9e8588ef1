"""What a run tells while it trains: a line of JSON and TensorBoard scalars now and then, and a clip to look at."""

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from interact_core.formats.interact_writer import write_clip
from interact_core.generate.checkpoint import Trained
from interact_core.generate.clips import clip_from
from interact_core.generate.clipsets.windows import Window
from interact_core.generate.motion import Conditions
from interact_core.generate.sampling import SampleOptions, sample

if TYPE_CHECKING:
    from interact_core.generate.training import LogLine

LOG: Final = "log.jsonl"
TENSORBOARD: Final = "tensorboard"
PREVIEWS: Final = "previews"
_STEPS: Final = 10


class Reports:
    """Files of one run in its folder. A resumed run writes on: TensorBoard drops what came after `step`."""

    def __init__(self, folder: Path, step: int) -> None:
        from tensorboardX import SummaryWriter  # has no stubs

        self._folder = folder
        self._board = SummaryWriter(str(folder / TENSORBOARD), purge_step=step)

    def line(self, line: "LogLine") -> None:
        told = {name: plain_number(value) for name, value in vars(line).items()}
        with (self._folder / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
        for name, value in line.losses.items():
            self._board.add_scalar(f"loss/{name}", value, line.step)
        self._board.add_scalar("run/rate", line.rate, line.step)
        self._board.add_scalar("run/skipped", line.skipped, line.step)
        self._board.add_scalar("run/seconds", line.seconds, line.step)

    def preview(self, trained: Trained, window: Window) -> Path:
        """A clip of the words, object and person of `window`, as a folder of a data set that the app opens."""
        frames = window.motion.num_frames
        action = trained.actions.index(window.action) if window.action in trained.actions else -1
        text = window.sentences[0] if window.sentences else ""
        told = Conditions(
            torch.from_numpy(window.thing.code(trained.basis)[None]), torch.from_numpy(np.asarray(window.person.code)[None]),
            torch.tensor([action]), (text,),
        )  # fmt: skip
        made = sample(trained, told, frames, None, SampleOptions(steps=_STEPS, guidance=None, project=False))
        name = f"step_{trained.step:08d}"
        clip = clip_from(made.motion, 0, trained.fps, window.person, window.thing, name, text, window.action)
        return write_clip(clip, self._folder / PREVIEWS, "demo", overwrite=True)

    def close(self) -> None:
        self._board.close()


def plain_number(value: Any) -> Any:
    """JSON knows no NaN."""
    if isinstance(value, dict):
        return {name: plain_number(item) for name, item in value.items()}
    return None if isinstance(value, float) and not isfinite(value) else value
