"""What the first picture waits for, and what it does not."""

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from conftest import wait_until
from PySide6.QtWidgets import QApplication

from interact_app.bridge.jobs import JobQueue
from interact_app.bridge.open_clip import OpenClip
from interact_app.bridge.relay import Relay
from interact_core.jobs.thread_executor import ThreadExecutor

if TYPE_CHECKING:
    from interact_app.application import Application

HEAVY = ("torch", "pyvista", "matplotlib", "scipy", "trimesh", "imageio", "warp")
LATE = (
    "interact_app.adjudication.panel", "interact_app.compare.panel", "interact_app.panels.display", "interact_app.panels.jobs",
    "interact_app.panels.queue", "interact_app.panels.review", "interact_app.panels.versions",
    "interact_core.annotation.adjudication", "interact_core.annotation.lint", "interact_core.annotation.proposals",
    "interact_core.project.activity", "interact_core.project.packet_files", "interact_core.project.submissions",
    "symspellpy", "xml.etree.ElementTree",
)  # fmt: skip
"""Ours, and what they bring, for panels that nobody sees yet and answers that nobody has asked for yet."""


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
        f"        names = {set(HEAVY + LATE)}\n"
        "        print('HEAVY', sorted(names & set(sys.modules)), 'FIRST', *first[0])\n"
        "        docks = application.window.docks\n"
        "        print('EMPTY', *(name for name, dock in docks.items() if not dock.is_filled))\n"
        "        application.actions.trigger('review.next_remark')\n"
        "        print('REVIEW', type(docks['review'].widget()).__name__)\n"
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
    empty = next(line for line in done.stdout.splitlines() if line.startswith("EMPTY")).split()[1:]
    assert set(empty) == {"augment", "generate", "queue", "display", "compare", "review", "versions", "adjudication", "jobs"}
    assert "REVIEW ReviewPanel" in done.stdout, "an action of a panel that is not there yet makes it"


def test_panels_that_nobody_has_seen_are_there_soon(studio: "Application") -> None:
    docks = studio.window.docks
    wait_until(lambda: all(dock.is_filled for dock in docks.values()))
    for dock in docks.values():
        assert dock.panel is dock.widget() and dock.panel.accessibleName(), dock.objectName()


def test_a_started_window_wears_the_sheet(studio: "Application", qapp: QApplication) -> None:
    assert "QDockWidget" in qapp.styleSheet() and studio.window.isVisible()


def test_quiet_work_waits_until_it_is_let_go_and_is_not_lost(qapp: QApplication) -> None:
    queue, done = JobQueue(ThreadExecutor(1)), []
    queue.hold_quiet()
    queue.quietly(lambda: done.append("first"))
    # On the one thread of quiet work: whatever was given to it before has been done by then.
    queue._quiet.submit(lambda: None).result()
    assert done == []
    queue.let_quiet_go()
    queue.quietly(lambda: done.append("second"))
    queue._quiet.submit(lambda: None).result()
    assert done == ["first", "second"]
    queue.hold_quiet()
    queue.quietly(lambda: done.append("third"))
    queue.close()
    assert done == ["first", "second", "third"], "what waits is done at the end"


def test_a_workers_python_code_gives_way_to_the_window(studio) -> None:
    assert sys.getswitchinterval() <= 0.001
