"""Driving the real application from outside, like a person: a process of its own, key and mouse events of the X server."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageGrab

TITLE = "InterAct Studio"
Pixels = NDArray[np.int16]
T = TypeVar("T")


class App:
    """A running `interact open`, driven from outside like a person would."""

    def __init__(self, home: Path, *arguments: str) -> None:
        environment = {**os.environ, "INTERACT_HOME": str(home), "QT_QPA_PLATFORM": "xcb"}
        self._log = home / "log" / "interact.log"
        self._log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "interact_core", "open", *arguments]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.window = until(self._find_window, "the window", 60)
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

    def measured(self, clips: int = 1) -> Pixels | None:
        """The view, once so many clips are measured (the log says so) and the last one is drawn; None before."""
        log = self._log.read_text("utf-8", "replace") if self._log.is_file() else ""
        return settled(self) if log.count("is measured") >= clips else None

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def stored(home: Path) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Every record in the demo project of a user folder by clip, read the way a second window would: (kind, content)."""
    code = """
import sys, json
from interact_core.annotation import record_to_dict
from interact_core.demo import demo_root
from interact_core.project import Project
project = Project.open(demo_root(), read_only=True)
rows = project.library.search()
print(json.dumps({row.id: [(r.kind, record_to_dict(r)) for r in project.annotations(row.id)] for row in rows}))
project.close()
"""
    environment = {**os.environ, "INTERACT_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[tuple[str, dict[str, Any]]]] = json.loads(done.stdout)
    return found


def differs(a: Pixels, b: Pixels) -> bool:
    return a.shape != b.shape or bool(np.mean(np.abs(a - b).max(axis=-1) > 12) > 0.002)


def settled(app: App) -> Pixels | None:
    """The view, once it shows something and has not changed for a second."""
    before = app.view()
    time.sleep(1.0)
    after = app.view()
    return after if after.std() > 5 and not differs(before, after) else None


def until(condition: Callable[[], T | None], what: str, seconds: float) -> T:
    """What the condition gives as soon as it is neither None, False nor empty text."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found is not None and found is not False and not (isinstance(found, str) and not found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:g} s for {what}")
