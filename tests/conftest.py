"""Shared fixtures: real samples when they are there, and a home folder that no test shares with the user."""

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"

# Every test gets a home of its own; compiling the kernels once per home would take longer than all tests together.
os.environ.setdefault("WARP_CACHE_PATH", str(Path(tempfile.gettempdir()) / "interact-test-kernels"))


def pytest_configure(config: pytest.Config) -> None:
    """A display for each parallel worker: two windows on one screen would take the keyboard from each other."""
    if "PYTEST_XDIST_WORKER" not in os.environ or "DISPLAY" not in os.environ or shutil.which("Xvfb") is None:
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "3840x2160x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(server.terminate)
    os.close(writing)
    with os.fdopen(reading) as answer:
        os.environ["DISPLAY"] = f":{answer.readline().strip()}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real motion samples beside the checkout; the test skips where it is absent."""
    if not (SHARED_DATA / "MANIFEST.md").is_file():
        pytest.skip(f"real samples not found at {SHARED_DATA.resolve()}")
    return SHARED_DATA.resolve()


@pytest.fixture(autouse=True)
def _isolated_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, projects, caches and logs of every test live in a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("INTERACT_HOME", str(home))
    monkeypatch.delenv("INTERACT_MODELS", raising=False)
    return home
