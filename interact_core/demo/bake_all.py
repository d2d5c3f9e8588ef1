"""All clips of the demo, and their corrupted twins, into a folder."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from interact_core.demo.baking import recording, write_recording
from interact_core.demo.performance import perform
from interact_core.demo.registry import SCENARIOS

_log = logging.getLogger(__name__)


def bake(root: Path, names: Sequence[str] = ()) -> None:
    """Perform and write the named scenarios (default all) under `root`."""
    for scenario in SCENARIOS.values():
        if names and scenario.name not in names:
            continue
        began = time.perf_counter()
        clip = recording(scenario.clip_id, perform(scenario.script()))
        write_recording(clip, root)
        _log.info("%s: %d frames, %.1f s", clip.clip_id, clip.frames, time.perf_counter() - began)
