"""Memory over many clips: what a run holds does not grow with what it has done."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from interact_core.cluster.kinds.consolidate import consolidate
from interact_core.consolidate.config import Config, SourceConfig
from interact_core.formats.interact_writer import write_clip
from interact_core.jobs.context import NullContext
from interact_core.jobs.memory_cap import resident_bytes


class _Watch(NullContext):
    def __init__(self):
        self.held = {}

    def progress(self, fraction, stage="", metrics=None):
        if metrics:
            self.held[int(metrics["finished"])] = resident_bytes(os.getpid())


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell what a process holds")
def test_two_hundred_clips_hold_what_forty_do(make, tmp_path):
    clip, watch = make(frames=60), _Watch()
    for k in range(200):
        write_clip(replace(clip, id=f"demo_ball_{k}"), tmp_path / "data", "demo")
    report = consolidate(Config(tmp_path / "out", (SourceConfig("released", tmp_path / "data", "demo"),)), context=watch)
    assert len(report.clips) == 200 and not report.failures
    assert watch.held[200] - watch.held[40] < 20e6
