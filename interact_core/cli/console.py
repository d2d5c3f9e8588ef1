"""Progress on stderr: a bar where a person watches, a line now and then where a log does."""

import sys
import time
from collections.abc import Mapping
from types import TracebackType


class ConsoleContext:
    """A JobContext for the terminal; Ctrl+C is Python's own KeyboardInterrupt. Use as a context manager."""

    _LOG_EVERY = 5.0

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._title = title
        self._watched = sys.stderr.isatty()
        self._last_line = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True, disable=not self._watched,
        )  # fmt: skip
        self._task = self._bar.add_task(title, total=1.0)

    def __enter__(self) -> "ConsoleContext":
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        label = f"{self._title}: {stage}" if stage else self._title
        self._bar.update(self._task, completed=min(max(fraction, 0.0), 1.0), description=label)
        if not self._watched and time.monotonic() - self._last_line > self._LOG_EVERY:
            self._last_line = time.monotonic()
            print(f"{label} {fraction:4.0%}", file=sys.stderr, flush=True)

    def checkpoint(self) -> None:
        return None
