"""Logs are kept, crashes are noticed, and neither ever stops the program."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from interact_core import logs
from interact_core.logs import LogBuffer, LogSession, diagnostics, start_logging


@pytest.fixture
def session(tmp_path: Path) -> Iterator[LogSession]:
    session = start_logging("INFO", tmp_path / "log")
    yield session
    session.close()


def test_lines_go_to_the_file_and_the_buffer(session: LogSession) -> None:
    heard: list[str] = []
    session.buffer.added.connect(lambda line: heard.append(line.text))
    logging.getLogger("some.room").warning("größer %d", 3)
    logging.getLogger("some.room").debug("too fine")
    assert "some.room: größer 3" in session.log_file.read_text(encoding="utf-8")
    assert "too fine" not in session.log_file.read_text(encoding="utf-8")
    assert heard[-1].endswith("größer 3")
    assert session.buffer.lines()[-1].level == logging.WARNING


def test_the_buffer_keeps_the_last_lines_and_survives_a_listener_that_logs() -> None:
    buffer = LogBuffer(capacity=3)
    log = logging.getLogger("ring")
    log.addHandler(buffer)
    buffer.added.connect(lambda line: log.warning("again"))
    for k in range(5):
        log.warning("line %d", k)
    log.removeHandler(buffer)
    assert [line.text.rsplit(": ", 1)[1] for line in buffer.lines()] == ["again", "line 4", "again"]


def test_the_file_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 2000)
    session = start_logging("INFO", tmp_path)
    for k in range(200):
        logging.getLogger("x").info("a line of some length %d", k)
    session.close()
    files = sorted(tmp_path.glob("interact.log*"))
    assert len(files) == 5 and all(file.stat().st_size <= 2000 for file in files)


def test_uncaught_errors_of_threads_are_logged_with_traceback(session: LogSession) -> None:
    def crash() -> None:
        raise LookupError("lost")

    thread = threading.Thread(target=crash, name="worker-x")
    thread.start()
    thread.join()
    text = session.log_file.read_text(encoding="utf-8")
    assert "Uncaught error in worker-x" in text and "LookupError: lost" in text and "in crash" in text


def test_uncaught_errors_of_the_main_thread_are_logged(session: LogSession) -> None:
    try:
        raise LookupError("main lost")
    except LookupError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "LookupError: main lost" in session.log_file.read_text(encoding="utf-8")


def test_a_clean_end_is_no_crash_and_a_live_session_is_none_either(tmp_path: Path) -> None:
    first = start_logging("INFO", tmp_path)
    second = start_logging("INFO", tmp_path)
    assert second.crashes == ()
    second.close()
    first.close()
    first.close()
    third = start_logging("INFO", tmp_path)
    assert third.crashes == ()
    third.close()
    assert [file.name for file in tmp_path.iterdir()] == ["interact.log"]


@pytest.mark.parametrize(("death", "stack"), [("os.kill(os.getpid(), 9)", ""), ("os.abort()", "in fall")])
def test_a_crash_is_found_once_by_the_next_start(tmp_path: Path, death: str, stack: str) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom interact_core.logs import start_logging\n"
        f"start_logging('INFO', Path(sys.argv[1]))\ndef fall():\n    {death}\nfall()"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=False).returncode < 0
    session = start_logging("INFO", tmp_path)
    (crash,) = session.crashes
    session.close()
    assert stack in crash.stacks and bool(crash.stacks) == bool(stack)
    assert crash.started > 1e9 and crash.log_file == tmp_path / "interact.log"
    again = start_logging("INFO", tmp_path)
    assert again.crashes == ()
    again.close()


def test_without_a_log_folder_the_program_starts_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    session = start_logging("INFO", blocked / "log")
    assert len(session.problems) == 1 and "No log is kept" in session.problems[0]
    logging.getLogger("x").info("still heard")
    assert session.buffer.lines()[-1].text.endswith("still heard")
    session.close()


def test_closing_restores_hooks_and_level(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook, logging.getLogger().level, list(logging.getLogger().handlers))
    start_logging("DEBUG", tmp_path).close()
    assert before == (sys.excepthook, threading.excepthook, logging.getLogger().level, list(logging.getLogger().handlers))


def test_diagnostics_name_versions_without_importing_them() -> None:
    code = (
        "import sys; from interact_core.logs import diagnostics; print(diagnostics()['numpy']); assert 'numpy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == diagnostics()["numpy"] != "not installed"
