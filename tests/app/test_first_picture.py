"""What the first picture waits for, and what it does not."""

import os
import subprocess
import sys
import threading
import time

from interact_app.bridge.open_clip import OpenClip
from interact_app.bridge.relay import Relay


def _relay(post, shown: list[str]) -> Relay:
    posed = lambda _entry, start, stop, _posed: shown.append(f"{start}-{stop}")  # noqa: E731
    return Relay(post, OpenClip("clip"), posed, lambda *_: None, lambda *_: None)


def test_the_worker_waits_until_the_first_frames_are_shown() -> None:
    posted: list = []
    shown: list[str] = []
    relay = _relay(posted.append, shown)
    worker = threading.Thread(target=lambda: relay.were_posed(0, 32, None))
    worker.start()
    time.sleep(0.05)
    assert worker.is_alive() and not shown
    posted.pop()()
    worker.join(10)
    assert not worker.is_alive() and shown == ["0-32"]
    relay.were_posed(32, 64, None)  # later ones wait for nobody
    posted.pop()()
    assert shown == ["0-32", "32-64"]


def test_a_window_that_is_gone_holds_up_nothing_for_long() -> None:
    start = time.perf_counter()
    _relay(lambda call: None, []).were_posed(0, 32, None)
    assert time.perf_counter() - start < 10


def test_the_first_picture_imports_nothing_that_takes_long(tmp_path) -> None:
    code = (
        "import sys\n"
        "from PySide6.QtCore import QEventLoop\n"
        "from interact_app.__main__ import make_application\n"
        "from interact_core.logs import start_logging\n"
        "qt, application = make_application(start_logging())\n"
        "heavy = set()\n"
        "def look():\n"
        "    if application.session.posed is not None and not application.viewport.image().isNull():\n"
        "        names = {'torch', 'pyvista', 'matplotlib', 'scipy', 'trimesh', 'imageio', 'warp'}\n"
        "        print('HEAVY', sorted(names & set(sys.modules)), 'FIRST', *first[0])\n"
        "        application.window.close(); qt.quit()\n"
        # After everything that the window does for the first frames, before the worker goes on.
        "application.session.clip_opened.connect(look)\n"
        "first = []\n"
        "from interact_app.bridge.relay import Relay\n"
        "posed = Relay.were_posed\n"
        "def note(relay, start, stop, frames):\n"
        "    first.append((stop - start, int(sum(frames.ready)))); posed(relay, start, stop, frames)\n"
        "Relay.were_posed = note\n"
        "application.start(None)\n"
        "qt.exec()\n"
    )
    environment = {**os.environ, "INTERACT_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    words = next(line for line in done.stdout.splitlines() if line.startswith("HEAVY"))
    assert words.startswith("HEAVY []"), words
    told, ready = (int(word) for word in words.split()[-2:])
    assert 0 < told <= 32 and ready == told, "the window hears of the first few frames before the others are posed"


def test_a_workers_python_code_gives_way_to_the_window(studio) -> None:
    assert sys.getswitchinterval() <= 0.001
