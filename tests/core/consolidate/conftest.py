"""What tests of exports and conversion share: model files, and the command line in this process."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # licensed_files lies beside, not in every test's own folder
from licensed_files import write_models


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def model_writer() -> Callable[..., Path]:
    return write_models


@pytest.fixture
def interact(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """interact("convert", path, ...) -> Result: what a shell would see."""
    from interact_core.cli.main import main

    def run(*arguments: object) -> Result:
        monkeypatch.setattr("sys.argv", ["interact", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capfd.readouterr()
        code = stop.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run
