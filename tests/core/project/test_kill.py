"""kill -9 at any moment: the database is whole, and no text older than half a second is missing."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from interact_core.project import Project

PROMISE = 0.5
TYPIST = Path(__file__).with_name("typist.py")


@pytest.fixture
def typist(dataset: Path, tmp_path: Path) -> Callable[..., tuple[Project, float]]:
    """Types for `seconds`, is killed; gives the project opened again and the moment of death. Lines typed: log."""

    def run(seconds: float, pace: float = 0.03) -> tuple[Project, float]:
        log = tmp_path / "log"
        log.write_text("")
        process = subprocess.Popen([sys.executable, str(TYPIST), str(dataset), str(log), str(pace)])
        while not log.read_text():
            assert process.poll() is None, "the typist did not start"
            time.sleep(0.01)
        time.sleep(seconds)
        process.kill()
        death = time.time()
        process.wait()
        return Project.open(dataset), death

    return run


def must_be_there(log: Path, death: float) -> dict[str, tuple[int, list[str]]]:
    """Per clip: how many of its texts are old enough to be due, and all of them in order."""
    found: dict[str, tuple[int, list[str]]] = {}
    for line in log.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            continue
        moment, clip_id, text = line[:-1].split("\t")
        due, texts = found.get(clip_id, (0, []))
        texts.append(text)
        found[clip_id] = (len(texts) if float(moment) < death - PROMISE else due, texts)
    return found


def check(project: Project, log: Path, death: float) -> None:
    assert project.notices == (), project.notices
    with closing(sqlite3.connect(project.folder / "project.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO clip_text(clip_text) VALUES ('integrity-check')")
    for clip_id, (due, texts) in must_be_there(log, death).items():
        stored = [r.caption.text for r in project.captions(clip_id) if r.caption.variant == "typed"]
        if due:
            assert stored and stored[0] in texts[due - 1 :], f"{clip_id}: {texts[due - 1]!r} was due, {stored} is there"
        if stored:
            newest = project.revisions(clip_id)[0]
            assert newest.after is not None and newest.after.caption.text == stored[0], "text and history disagree"
            assert clip_id in [row.id for row in project.library.search(stored[0])], "text and search disagree"


def test_text_typed_six_tenths_of_a_second_before_the_kill_is_there(dataset: Path, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from interact_core.project import Project\n"
        "p = Project.open(Path(sys.argv[1])); c = p.library.search()[0].id\n"
        "for n in range(20): p.set_caption(c, 'natural', 'The last words'[:n]); time.sleep(0.02)\n"
        "print('typed', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(dataset)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "typed\n"
    time.sleep(0.6)
    process.kill()
    process.wait()
    process.stdout.close()
    project = Project.open(dataset)
    assert project.captions(project.library.search()[0].id)[0].caption.text == "The last words"
    project.close()


def test_a_few_kills_at_random_moments(typist: Callable[..., tuple[Project, float]], tmp_path: Path) -> None:
    chance = random.Random(7)
    for _ in range(3):
        project, death = typist(chance.uniform(0.2, 1.2))
        check(project, tmp_path / "log", death)
        project.close()


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_thousand_kills(typist: Callable[..., tuple[Project, float]], tmp_path: Path) -> None:
    chance = random.Random(11)
    for _ in range(int(os.environ.get("SOAK_KILLS", "1000"))):
        project, death = typist(chance.uniform(0.0, 1.0), chance.choice([0.0, 0.005, 0.03]))
        check(project, tmp_path / "log", death)
        project.close()
