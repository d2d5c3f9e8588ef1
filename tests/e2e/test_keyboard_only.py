"""Three clips annotated without the mouse: real key events, counted; what was meant is what is stored."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from driver import App, stored, until

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs an X display: run it through `make test`"),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool for real key and mouse events"),
]
AIM = 12
"""Key presses for a clip with one caption and three segments, besides the text."""


class Counted:
    """Passes keys on and counts them; typed text is not counted."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.presses = 0

    def key(self, *names: str, pause: float = 0.15) -> None:
        for name in names:
            self.presses += 1
            self._app.key(name)
            time.sleep(pause)

    def type(self, text: str) -> None:
        self._app.type(text)


def said(home: Path, clip_id: str) -> tuple[str, list[dict[str, Any]], str]:
    """Natural caption, segments and state of a clip."""
    records = stored(home)[clip_id]
    captions = [c["caption"] for kind, c in records if kind == "caption"]
    segments = [c["segment"] for kind, c in records if kind == "segment"]
    states = [c["state"] for kind, c in records if kind == "state"]
    return next((c["text"] for c in captions if c["variant"] == "natural"), ""), segments, (states or ["todo"])[0]


def touched(home: Path, known: set[str]) -> str:
    """The clip that is in work and was not before; "" when there is none yet."""
    states = {clip: [c["state"] for kind, c in records if kind == "state"] for clip, records in stored(home).items()}
    return next((clip for clip, state in states.items() if state and clip not in known), "")


def write_caption(keys: Counted, text: str) -> None:
    keys.key("F2")
    keys.key("ctrl+a")
    keys.type(text)
    keys.key("ctrl+Return")


def by_proposals(keys: Counted, text: str) -> None:
    """The motion's own proposals are right: the actions, then what the hands do."""
    write_caption(keys, text)
    keys.key("shift+A", "ctrl+Down", "shift+A")


def by_marking(keys: Counted, text: str) -> None:
    """Three segments marked while it plays."""
    write_caption(keys, text)
    keys.key("Home", "space")
    for _ in range(3):
        keys.key("s", pause=0.7)
        keys.key("s", pause=0.5)


def test_three_clips_by_keyboard_alone(start: Callable[..., App], tmp_path: Path) -> None:
    app = start()
    home, known = tmp_path / "home", set[str]()
    for number, way in enumerate((by_proposals, by_marking, by_proposals)):
        until(lambda: app.measured(number + 1), f"clip {number} to be measured", 180)  # noqa: B023  # called at once
        time.sleep(2)  # its proposals are made after that
        keys, text = Counted(app), f"A person does what is meant in clip {number}."
        way(keys, text)
        time.sleep(1.0)
        clip_id = until(lambda: touched(home, known), "the clip to be in work", 20)
        known.add(clip_id)
        caption, segments, state = said(home, clip_id)
        print(f"{clip_id}: {keys.presses + 1} presses, {len(segments)} segments by {way.__name__}")
        assert caption == text and state == "working"
        assert len(segments) >= 3, f"{clip_id}: {segments}"
        if way is by_marking:
            assert len({(s["tier"], s["start_frame"], s["end_frame"]) for s in segments}) == 3, segments
        keys.key("n")
        assert keys.presses <= AIM
