"""kill -9 while someone types, drags and splits: the document on disk is one that the person saw, at most half a second old."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from annotator import digest

from interact_core.annotation import AnnotationDocument
from interact_core.project import Project

PROMISE = 0.5
ANNOTATOR = Path(__file__).with_name("annotator.py")


def killed(dataset: Path, log: Path, seconds: float, pace: float, seed: int) -> float:
    """Runs the annotator for so long; gives the moment of its death."""
    log.write_text("")
    process = subprocess.Popen([sys.executable, str(ANNOTATOR), str(dataset), str(log), str(pace), str(seed)])
    while not log.read_text():
        assert process.poll() is None, "the annotator did not start"
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    death = time.time()
    process.wait()
    return death


def check(dataset: Path, log: Path, death: float) -> int:
    """How many edits were lost; more than those of the last half second fail, and so does a state that never was."""
    seen = [line.split("\t") for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    digests = [said.strip() for _, said in seen]
    due = max((place for place, (moment, _) in enumerate(seen) if float(moment) < death - PROMISE), default=0)
    project = Project.open(dataset)
    assert project.notices == (), project.notices
    with closing(sqlite3.connect(project.folder / "project.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO clip_text(clip_text) VALUES ('integrity-check')")
    clip_id = project.library.search()[0].id
    found = digest(AnnotationDocument(clip_id, project.annotations(clip_id)))
    project.close()
    # The kill may come after an edit was journalled and before its line was written: the next start shows that state.
    if found not in digests:
        pytest.fail(f"the document on disk never was: {found} of {len(digests)} states")
    newest = len(digests) - 1 - digests[::-1].index(found)
    assert newest >= due, f"state {newest} is on disk, {due} was due"
    return len(digests) - 1 - newest


def campaign(dataset: Path, log: Path, runs: int, seed: int) -> None:
    chance = random.Random(seed)
    lost = [
        check(dataset, log, killed(dataset, log, chance.uniform(0.0, 1.2), chance.choice([0.004, 0.02, 0.05]), run))
        for run in range(runs)
    ]
    print(f"{runs} kills; edits lost, all of the last half second: at most {max(lost)}, {sum(lost) / runs:.1f} on average")


def test_a_few_kills_while_typing_and_dragging(dataset: Path, tmp_path: Path) -> None:
    campaign(dataset, tmp_path / "log", 4, 3)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_two_hundred_kills_while_typing_and_dragging(dataset: Path, tmp_path: Path) -> None:
    campaign(dataset, tmp_path / "log", int(os.environ.get("SOAK_ANNOTATOR_KILLS", "200")), 5)
