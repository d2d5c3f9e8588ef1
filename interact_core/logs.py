"""What happened, kept where it can be found: a rotating file, a buffer for the log viewer, the traces of a crash.

Nothing here may keep the program from starting: a log folder that cannot be made is a problem to show, not an error.
"""

import contextlib
import faulthandler
import json
import logging
import os
import platform
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from interact_core import __version__
from interact_core.events import Event
from interact_core.locks import FileLock
from interact_core.paths import app_paths

logger = logging.getLogger(__name__)

LINE_FORMAT: Final = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
_MAX_BYTES: Final = 2_000_000
_KEPT_FILES: Final = 4
_PACKAGES: Final = (
    "numpy",
    "scipy",
    "torch",
    "smplx",
    "trimesh",
    "libigl",
    "warp-lang",
    "sqlite-utils",
    "PySide6-Essentials",
    "pyvista",
    "vtk",
)


@dataclass(frozen=True)
class LogLine:
    """time in seconds since the epoch; `text` is the whole formatted record, with its traceback."""

    time: float
    level: int
    logger: str
    text: str


class LogBuffer(logging.Handler):
    """The last lines, for the log viewer; `added` fires on the thread that logged."""

    def __init__(self, capacity: int = 5000) -> None:
        super().__init__()
        self.added: Event[LogLine] = Event()
        self._lines: deque[LogLine] = deque(maxlen=capacity)
        self._emitting = threading.local()
        self.setFormatter(logging.Formatter(LINE_FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        line = LogLine(record.created, record.levelno, record.name, self.format(record))
        self._lines.append(line)
        if getattr(self._emitting, "now", False):
            return  # a listener that logs would call itself without end
        self._emitting.now = True
        try:
            self.added.emit(line)
        finally:
            self._emitting.now = False

    def lines(self) -> tuple[LogLine, ...]:
        self.acquire()
        try:
            return tuple(self._lines)
        finally:
            self.release()


@dataclass(frozen=True)
class Crash:
    """A session that did not end properly: when it began, its log, and the stacks that a hard crash left ("" if none)."""

    started: float
    log_file: Path
    stacks: str


class LogSession:
    """Logging of one run; made by `start_logging`, ended by `close`, which tells the next start that all was well."""

    def __init__(self, folder: Path, level: str) -> None:
        self.folder: Final = folder
        self.log_file: Final = folder / "interact.log"
        self.buffer: Final = LogBuffer()
        self.problems: tuple[str, ...] = ()
        self.crashes: tuple[Crash, ...] = ()
        self._handlers: list[logging.Handler] = [self.buffer]
        self._marker: Path | None = None
        self._lock: FileLock | None = None
        self._faults: TextIO | None = None
        self._hooks = (sys.excepthook, threading.excepthook)
        root = logging.getLogger()
        self._level_before = root.level
        root.setLevel(level)
        root.addHandler(self.buffer)
        self._open_files()
        self._hook()

    def close(self) -> None:
        """Take everything away again; harmless the second time."""
        root = logging.getLogger()
        for handler in self._handlers:
            root.removeHandler(handler)
            handler.close()
        self._handlers.clear()
        root.setLevel(self._level_before)
        sys.excepthook, threading.excepthook = self._hooks
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            _remove(Path(self._faults.name))
            self._faults = None
        if self._lock is not None and self._marker is not None:
            self._lock.release()
            _remove(self._marker)
            self._lock = None

    def _open_files(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = RotatingFileHandler(self.log_file, maxBytes=_MAX_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=False)
            file.setFormatter(logging.Formatter(LINE_FORMAT))
            logging.getLogger().addHandler(file)
            self._handlers.append(file)
            self.crashes = _dead_sessions(self.folder, self.log_file)
            self._mark()
        except OSError as error:
            problem = f"No log is kept: {self.folder} cannot be written ({error.strerror or error})."
            self.problems = (problem,)
            logger.warning("%s", problem)

    def _mark(self) -> None:
        """The lock on the marker is released by the system when we die; the marker itself stays. That is a crash."""
        self._marker = self.folder / f"session-{os.getpid()}-{time.time_ns()}.json"
        self._marker.write_text(json.dumps({"started": time.time(), "pid": os.getpid()}))
        self._lock = FileLock(self._marker)
        self._lock.acquire()
        self._faults = self._marker.with_suffix(".faults").open("w", encoding="utf-8")
        faulthandler.enable(self._faults, all_threads=True)

    def _hook(self) -> None:
        def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                self._hooks[0](kind, error, trace)
                return
            logger.critical("Uncaught error", exc_info=(kind, error, trace))

        def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
                name = args.thread.name if args.thread else "a thread"
                logger.critical("Uncaught error in %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

        sys.excepthook = uncaught
        threading.excepthook = uncaught_in_thread


def start_logging(level: str = "INFO", folder: Path | None = None) -> LogSession:
    """Begin logging to `folder` (default: the user's log folder). Look at `.problems` and `.crashes` afterwards."""
    session = LogSession(folder or app_paths().log, level)
    logger.info("InterAct Studio %s, Python %s, %s", __version__, platform.python_version(), platform.platform())
    return session


def diagnostics() -> dict[str, str]:
    """Versions and machine, for the about box and bug reports. Imports nothing heavy: the renderer is added by the app."""
    from importlib import metadata  # late: it takes a sixteenth of a second, which no start needs to wait for

    found = {
        "InterAct Studio": __version__,
        "Python": platform.python_version(),
        "System": platform.platform(),
        "Processor": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    paths = app_paths()
    found |= {"Settings": str(paths.settings_file), "Projects": str(paths.projects), "Log": str(paths.log)}
    return found


def _dead_sessions(folder: Path, log_file: Path) -> tuple[Crash, ...]:
    crashes = []
    for marker in sorted(folder.glob("session-*.json")):
        lock = FileLock(marker)
        if not lock.acquire():
            continue  # alive: another window
        try:
            crashes.append(_read_crash(marker, log_file))
        finally:
            lock.release()
        _remove(marker.with_suffix(".faults"))
        _remove(marker)
    return tuple(crashes)


def _read_crash(marker: Path, log_file: Path) -> Crash:
    stacks = ""
    with contextlib.suppress(OSError):
        stacks = marker.with_suffix(".faults").read_text(encoding="utf-8", errors="replace")
    try:
        started = float(json.loads(marker.read_text())["started"])
    except (OSError, ValueError, KeyError, TypeError):
        started = 0.0  # the crash came before the marker was complete
    return Crash(started, log_file, stacks)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
