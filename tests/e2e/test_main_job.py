"""The main job as a person does it: the real entry point in its own process, real key and mouse events, a kill, a restart."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from driver import App, differs, settled, stored, until

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs an X display: run it through `make test`"),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool for real key and mouse events"),
]
SENTENCE = "A person lifts the box. typed in the test, jkl 123"


def test_open_play_scrub_colour_write_die_and_find_it_again(start: Callable[..., App], tmp_path: Path) -> None:
    app = start()
    first = until(app.measured, "the first clip to be measured", 180)

    app.key("space")
    time.sleep(1.5)
    app.key("space")
    until(lambda: differs(app.view(), first), "playback to change the picture", 10)

    app.key("Home")
    home = until(lambda: settled(app), "the first frame", 10)
    app.key("End")
    until(lambda: differs(app.view(), home), "the last frame", 10)

    coloured = until(lambda: settled(app), "the last frame to settle", 20)
    width, height = app.size
    app.drag((width // 4, round(height * 0.90)), (width // 3, round(height * 0.90)))
    until(lambda: differs(app.view(), coloured), "scrubbing to change the picture", 10)

    plain = until(lambda: settled(app), "the scrubbed frame to settle", 20)
    app.key("d")
    until(lambda: differs(app.view(), plain), "the distance heatmap", 10)

    _write(app, SENTENCE)
    # Half a second after the last key at rest; the keys themselves may take longer on a busy machine.
    until(lambda: SENTENCE in _captions(tmp_path / "home"), "the caption to be on disk", 30)
    app.kill()
    assert SENTENCE in _captions(tmp_path / "home"), "the caption did not survive kill -9"

    again = start()
    until(again.measured, "the first clip after the restart", 180)
    assert again.process.poll() is None
    assert SENTENCE in _captions(tmp_path / "home")


def test_letters_in_a_caption_are_not_shortcuts(start: Callable[..., App], tmp_path: Path) -> None:
    """Typing " jkl" into the caption neither plays nor steps: the picture stays as it is."""
    app = start()
    before = until(app.measured, "the first clip to be measured", 180)
    _write(app, " jkl e t f r 123")
    until(lambda: " jkl e t f r 123" in _captions(tmp_path / "home"), "the caption to be on disk", 30)
    assert not differs(app.view(), before)


def _write(app: App, sentence: str) -> None:
    app.key("F2")
    app.key("ctrl+a")
    app.type(sentence)


def _captions(home: Path) -> list[str]:
    return [
        str(content["caption"]["text"]) for records in stored(home).values() for kind, content in records if kind == "caption"
    ]
