"""What every end-to-end test needs: the real application in a user folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driver import App


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
