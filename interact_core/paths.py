"""Where things belong on this machine, and how a file is replaced without ever being half written.

`INTERACT_HOME` puts all five folders under one root: for tests, portable installs and machines whose home is read-only.
"""

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

APP_NAME: Final = "interact-studio"
HOME_VARIABLE: Final = "INTERACT_HOME"


@dataclass(frozen=True)
class AppPaths:
    """The five folders. None of them needs to exist: whoever writes makes the folder and copes if that fails."""

    config: Path
    data: Path
    cache: Path
    log: Path
    state: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def projects(self) -> Path:
        return self.data / "projects"

    @property
    def recent_file(self) -> Path:
        return self.state / "recent.json"


def app_paths() -> AppPaths:
    """Read from the environment at every call, so that nothing is decided at import time."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return AppPaths(root / "config", root / "data", root / "cache", root / "log", root / "state")
    import platformdirs  # late: it is only needed without the override, and costs 15 ms

    def folder(kind: str) -> Path:
        return Path(getattr(platformdirs, f"user_{kind}_dir")(APP_NAME, appauthor=False))

    return AppPaths(folder("config"), folder("data"), folder("cache"), folder("log"), folder("state"))


def cache_dir() -> Path:
    """Where computed things lie that can be computed again."""
    return app_paths().cache


def write_atomic(path: Path, content: bytes) -> None:
    """Replace `path` in one step: readers and a power cut see the old file or the new one. Raises OSError, leaves no litter."""
    path = path.resolve()  # a settings file may be a link into someone's dotfiles
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        part.replace(path)
    except BaseException:  # an interrupt too leaves no litter; it goes on its way
        with contextlib.suppress(OSError):
            part.unlink()
        raise
