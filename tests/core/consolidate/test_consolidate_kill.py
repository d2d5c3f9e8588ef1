"""SIGKILL at random moments: what is there is whole, and going on gives the bytes of a run that nobody disturbed."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from killed_run import config_of

from interact_core.cluster.kinds.consolidate import consolidate
from interact_core.formats.interact_layout import read_interact
from interact_core.formats.interact_writer import write_clip

SCRIPT = Path(__file__).with_name("killed_run.py")


@pytest.fixture
def many(tmp_path, make):
    for k in range(6):
        write_clip(make(f"demo_ball_{k}", 60 + k, seed=k), tmp_path / "data", "demo")
    return tmp_path / "data"


def kill_once(data, out, jobs, seconds):
    """Start a run, let it work for a while, kill it: True where it had ended by itself."""
    command = [sys.executable, str(SCRIPT), str(data), str(out), str(jobs)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline().strip() == "ready"
    time.sleep(seconds)
    process.kill()
    said = process.stdout.read()
    process.wait()
    assert "failed" not in said
    return "done" in said


def check_whole(out):
    """Every clip folder that has its name is complete and readable."""
    for folder in (out / "demo" / "sequences_canonical").glob("[!.]*"):
        read_interact(folder, folder.name)
        assert (folder / "meta.json").is_file() and (folder / "motion_corrected.npy").is_file()


def campaign(many, tmp_path, all_files, jobs, kills, seed):
    calm = tmp_path / "calm"
    assert not consolidate(config_of(many, calm)).failures
    out, rng = tmp_path / "killed", random.Random(seed)
    for _ in range(kills):
        kill_once(many, out, jobs, rng.uniform(0.0, 2.5))
        check_whole(out)
    report = consolidate(config_of(many, out))
    assert not report.failures
    assert all_files(out) == all_files(calm)


def test_three_kills_cost_nothing(many, tmp_path, all_files):
    campaign(many, tmp_path, all_files, jobs=1, kills=3, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("jobs", [1, 2])
def test_ten_kills_cost_nothing(many, tmp_path, all_files, jobs):
    campaign(many, tmp_path, all_files, jobs=jobs, kills=10, seed=jobs)
