"""The demo dataset as files: every scenario performed, and a corrupted twin of each kind beside its clean parent."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from interact_core.clip import Clip
from interact_core.demo.clips import clip_of
from interact_core.demo.corruptions import corrupt
from interact_core.demo.performance import perform
from interact_core.demo.registry import SCENARIOS, Scenario
from interact_core.formats.interact_writer import write_clip

_log = logging.getLogger(__name__)

TWINS: Final[dict[str, tuple[str, float]]] = {
    "lift_box": ("pushed_in", 0.8),
    "drink_mug": ("flat_hands", 1.0),
    "turn_crate": ("floating", 0.6),
    "toss_ball": ("jitter", 0.6),
    "place_shelf": ("flipped_wrist", 1.0),
    "curl_dumbbell": ("foot_skating", 0.8),
}
"""Scenario -> the fault and level of its baked twin."""


def perform_clip(scenario: Scenario, seed: int | None = None) -> Clip:
    """One clean clip; another seed gives a variation."""
    return clip_of(scenario.clip_id, perform(scenario.script(seed)))


def bake(root: Path, names: Sequence[str] = ()) -> None:
    """Perform and write the named scenarios (default all) and their twins into `root`/demo, replacing what is there."""
    for scenario in SCENARIOS.values():
        if names and scenario.name not in names:
            continue
        began = time.perf_counter()
        clip = perform_clip(scenario)
        write_clip(clip, root, "demo", overwrite=True)
        if scenario.name in TWINS:
            kind, level = TWINS[scenario.name]
            write_clip(corrupt(clip, kind, level, seed=1), root, "demo", overwrite=True)
        _log.info("%s: %d frames, %.1f s", clip.id, clip.num_frames, time.perf_counter() - began)
