"""The dialog that follows a dataset run: what it says while it goes on, at its end, and that its button stops the driver."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import wait_until
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QListWidget, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from interact_app.dialogs.run_progress import RunDialog
from interact_core.cluster.folder import RunFolder
from interact_core.cluster.spec import Item, Plan

if TYPE_CHECKING:
    from interact_app.application import Application

PLAN = Plan("inspect", lambda spec, context: {}, tuple(Item(f"clip {k}", {}) for k in range(4)), {})


@pytest.fixture
def driver() -> Iterator[subprocess.Popen[bytes]]:
    # As a driver does: where the tests run in the background, Ctrl+C is ignored and children inherit that.
    waits = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); print(flush=True); time.sleep(300)"
    process = subprocess.Popen([sys.executable, "-c", waits], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # from here on it can be interrupted as a driver can
    yield process
    process.kill()
    process.wait()


def said(dialog: RunDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel))


def test_a_run_that_goes_on_ends_and_is_stopped(qtbot: QtBot, tmp_path: Path, driver: "subprocess.Popen[bytes]") -> None:
    with RunFolder(tmp_path, PLAN) as run:
        add = run.journal.add
        add("run", kind="inspect", items=4, before=1, workers=2, host=socket.gethostname(), pid=driver.pid)
        add("start", item="clip 1")
        dialog = RunDialog(run.path)
        qtbot.addWidget(dialog)
        dialog.show()
        bar, failed = dialog.findChild(QProgressBar), dialog.findChild(QListWidget)
        (stop,) = (button for button in dialog.findChildren(QPushButton) if button.text() == "Stop the run")
        assert (bar.value(), bar.maximum()) == (1, 4) and "inspect: 1 of 4 finished, at work | clip 1" in said(dialog)
        add("done", item="clip 1")
        add("start", item="clip 2")
        add("failed", item="clip 2", cause="input", message="holds nothing")
        wait_until(lambda: bar.value() == 3)
        assert "2 of 4 finished" in said(dialog) and failed.item(0).text() == "clip 2: holds nothing"
        qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
        assert driver.wait(60) in (-signal.SIGINT, 1)
        add("stopped", done=1, failed=1)
        wait_until(lambda: "stopped; the same command goes on" in said(dialog))
        assert not stop.isEnabled()


def test_a_driver_that_was_killed(qtbot: QtBot, tmp_path: Path) -> None:
    with RunFolder(tmp_path, PLAN) as run:
        run.journal.add("run", kind="inspect", items=4, before=0, workers=2, host="elsewhere", pid=1)
    dialog = RunDialog(run.path)
    qtbot.addWidget(dialog)
    assert "its driver was killed" in said(dialog)


def test_from_the_menu(studio: "Application", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [str(tmp_path)]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: chosen[0])
    notices: list[str] = []
    studio.session.notice.connect(notices.append)
    studio.dialogs.follow_run()
    assert studio.dialogs.dialog("run") is None and "no folder of a run" in notices[-1]
    with RunFolder(tmp_path, PLAN) as run:
        chosen[0] = str(run.path)
        studio.dialogs.follow_run()
        assert isinstance(studio.dialogs.dialog("run"), RunDialog)
        studio.dialogs.dialog("run").close()
