"""Shared fixtures: real samples when they are there, and a home folder that no test shares with the user."""

import os
import tempfile
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"

# Every test gets a home of its own; compiling the kernels once per home would take longer than all tests together.
os.environ.setdefault("WARP_CACHE_PATH", str(Path(tempfile.gettempdir()) / "interact-test-kernels"))


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
