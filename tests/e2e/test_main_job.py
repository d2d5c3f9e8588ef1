"""The main job as a person does it: the real entry point in its own process, real key and mouse events, a kill, a restart."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageGrab

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs an X display: run it through `make test`"),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool for real key and mouse events"),
]
TITLE = "InterAct Studio"
SENTENCE = "A person lifts the box. typed in the test, jkl 123"
Pixels = NDArray[np.int16]


class App:
    """A running `interact open`, driven from outside like a person would."""

    def __init__(self, home: Path, *arguments: str) -> None:
        environment = {**os.environ, "INTERACT_HOME": str(home), "QT_QPA_PLATFORM": "xcb"}
        self._log = home / "log" / "interact.log"
        self._log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "interact_core", "open", *arguments]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.window = _until(self._find_window, "the window", 60)
        self._x("windowmove", self.window, "0", "0")
        self._x("windowfocus", "--sync", self.window)

    def _find_window(self) -> str:
        assert self.process.poll() is None, self.process.stderr.read().decode() if self.process.stderr else ""
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid), "--name", TITLE],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.split()[0] if done.stdout.split() else ""

    def _x(self, *words: str) -> str:
        return subprocess.run(["xdotool", *words], capture_output=True, text=True, check=True).stdout

    def key(self, *names: str) -> None:
        self._x("key", *names)

    def type(self, text: str) -> None:
        self._x("type", "--delay", "15", text)

    def click(self, x: int, y: int) -> None:
        self._x("mousemove", str(x), str(y), "click", "1")

    def drag(self, start: tuple[int, int], stop: tuple[int, int]) -> None:
        self._x("mousemove", *map(str, start), "mousedown", "1")
        for share in (0.25, 0.5, 0.75, 1.0):
            x, y = (round(a + share * (b - a)) for a, b in zip(start, stop, strict=True))
            self._x("mousemove", str(x), str(y))
            time.sleep(0.05)
        self._x("mouseup", "1")

    @property
    def size(self) -> tuple[int, int]:
        words = dict(line.split("=") for line in self._x("getwindowgeometry", "--shell", self.window).splitlines() if "=" in line)
        return int(words["WIDTH"]), int(words["HEIGHT"])

    def picture(self) -> Pixels:
        """The screen under the window, (height, width, 3)."""
        width, height = self.size
        image: Image.Image = ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).crop((0, 0, width, height))
        return np.asarray(image.convert("RGB"), np.int16)

    def view(self) -> Pixels:
        """The part of the screen that the 3D view surely fills."""
        width, height = self.size
        return self.picture()[height // 4 : height // 2, width * 2 // 5 : width * 3 // 5]

    def measured(self) -> Pixels | None:
        """The view, once the first clip is measured (the log says so) and drawn; None before."""
        log = self._log.read_text("utf-8", "replace") if self._log.is_file() else ""
        return _settled(self) if "is measured" in log else None

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Starts the app on the demo in a user folder that survives it; whatever still runs is killed at the end."""
    running: list[App] = []

    def run(*arguments: str) -> App:
        running.append(App(tmp_path / "home", *arguments))
        return running[-1]

    yield run
    for app in running:
        if app.process.poll() is None:
            app.kill()


def test_open_play_scrub_colour_write_die_and_find_it_again(start: Callable[..., App], tmp_path: Path) -> None:
    app = start()
    first = _until(app.measured, "the first clip to be measured", 180)

    app.key("space")
    time.sleep(1.5)
    app.key("space")
    _until(lambda: _differs(app.view(), first), "playback to change the picture", 10)

    app.key("Home")
    home = _until(lambda: _settled(app), "the first frame", 10)
    app.key("End")
    _until(lambda: _differs(app.view(), home), "the last frame", 10)

    coloured = _until(lambda: _settled(app), "the last frame to settle", 20)
    width, height = app.size
    app.drag((width // 4, round(height * 0.90)), (width // 3, round(height * 0.90)))
    _until(lambda: _differs(app.view(), coloured), "scrubbing to change the picture", 10)

    plain = _until(lambda: _settled(app), "the scrubbed frame to settle", 20)
    app.key("d")
    _until(lambda: _differs(app.view(), plain), "the distance heatmap", 10)

    _write(app, SENTENCE)
    time.sleep(1.0)
    app.kill()
    assert SENTENCE in _stored(tmp_path / "home"), "the caption did not survive kill -9 one second later"

    again = start()
    _until(again.measured, "the first clip after the restart", 180)
    assert again.process.poll() is None
    assert SENTENCE in _stored(tmp_path / "home")


def test_letters_in_a_caption_are_not_shortcuts(start: Callable[..., App], tmp_path: Path) -> None:
    """Typing " jkl" into the caption neither plays nor steps: the picture stays as it is."""
    app = start()
    before = _until(app.measured, "the first clip to be measured", 180)
    _write(app, " jkl e t f r 123")
    time.sleep(1.0)
    assert not _differs(app.view(), before)
    assert " jkl e t f r 123" in _stored(tmp_path / "home")


def _write(app: App, sentence: str) -> None:
    app.key("F2")
    app.key("ctrl+a")
    app.type(sentence)


def _stored(home: Path) -> list[str]:
    """Every caption text in the projects of a user folder, read the way a second window would."""
    code = """
import sys, json
from interact_core.demo import demo_root
from interact_core.project import Project
project = Project.open(demo_root(), read_only=True)
print(json.dumps([c.caption.text for row in project.library.search() for c in project.captions(row.id)]))
project.close()
"""
    environment = {**os.environ, "INTERACT_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    texts: list[str] = json.loads(done.stdout)
    return texts


def _differs(a: Pixels, b: Pixels) -> bool:
    return a.shape != b.shape or bool(np.mean(np.abs(a - b).max(axis=-1) > 12) > 0.002)


def _settled(app: App) -> Pixels | None:
    """The view, once it shows something and has not changed for a second."""
    before = app.view()
    time.sleep(1.0)
    after = app.view()
    return after if after.std() > 5 and not _differs(before, after) else None


def _until(condition: Callable[[], object], what: str, seconds: float) -> object:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found is not None and found is not False and not (isinstance(found, str) and not found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:g} s for {what}")
