"""Refining in processes of their own: one clip at a time each, one thread each, stopped at once when asked.

A started process costs seconds (torch has to load), so each one takes clip after clip. What goes through the pipe is pickled
bytes; a process that dies takes only its clip with it.
"""

import io
import os
import pickle
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType
from typing import Final

from interact_core.clip import Clip
from interact_core.errors import Cancelled, InteractError
from interact_core.jobs.context import JobContext
from interact_core.refine.options import RefineOptions
from interact_core.refine.report import RefineResult

_SPAWN: Final = get_context("spawn")
_SAY_EVERY: Final = 0.1
"""Seconds between two messages about progress."""
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Failed:
    """A clip that could not be refined: what to tell the user. `expected` is False for a bug or a process that died."""

    message: str
    expected: bool = True


Outcome = RefineResult | Failed
Told = tuple[float, str]
"""How far a clip is, and its stage."""


class Worker:
    """A process that refines the clips it is given."""

    def __init__(self, cache_dir: Path, models_dir: Path | None) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, cache_dir, models_dir), daemon=True)
        with _one_thread_each():
            self._process.start()
        theirs.close()
        self._loaded = False
        self._waiting: tuple[Clip, RefineOptions] | None = None

    def give(self, clip: Clip, options: RefineOptions) -> None:
        """A clip for when it has loaded: it says so first, since a full pipe would keep the caller waiting."""
        self._waiting = (clip, options)
        self._hand_over()

    def _hand_over(self) -> None:
        if self._loaded and self._waiting is not None:
            task, self._waiting = self._waiting, None
            with suppress(OSError):  # a process that has died is told by take()
                self.pipe.send_bytes(_bytes(task))

    def take(self) -> Outcome | Told:
        """The next message: an outcome, or how far it is and in which stage. A process that died is an outcome."""
        try:
            found: Outcome | Told = pickle.loads(self.pipe.recv_bytes())  # noqa: S301 - our own process wrote it
        except (EOFError, OSError):
            self._process.join(1.0)
            code = self._process.exitcode
            return Failed(f"its process ended unexpectedly (code {code}); was there enough memory?", expected=False)
        if isinstance(found, tuple) and not self._loaded:
            self._loaded = True
            self._hand_over()
        return found

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def stop(self) -> None:
        """At once, whatever it does; nothing of the clip it works on is kept."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


class _Told:
    """A JobContext at the worker's end of the pipe. Who cancels ends the process: there is nothing to check."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._due = pipe, 0.0

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _SAY_EVERY
            self._pipe.send_bytes(_bytes((fraction, stage)))

    def checkpoint(self) -> None:
        return None


def _serve(pipe: Connection, cache_dir: Path, models_dir: Path | None) -> None:
    import torch

    torch.set_num_threads(1)
    pipe.send_bytes(_bytes((0.0, "loaded")))
    while True:
        try:
            clip, options = pickle.loads(pipe.recv_bytes())  # noqa: S301 - the parent wrote it
        except EOFError:
            return
        pipe.send_bytes(_bytes(refined(clip, options, cache_dir, models_dir, _Told(pipe))))


def refined(
    clip: Clip, options: RefineOptions, cache_dir: Path, models_dir: Path | None, context: JobContext
) -> Outcome:  # fmt: skip
    """One clip, what goes wrong with it included; only cancelling goes through."""
    from interact_core.refine.refine import refine_clip

    try:
        return refine_clip(clip, options, cache_dir=cache_dir, models_dir=models_dir, context=context)
    except Cancelled:
        raise
    except InteractError as error:
        return Failed(str(error))
    except Exception as error:  # noqa: BLE001 - a bug met in one clip must not end the batch; it is told as what it is
        return Failed(f"{type(error).__name__}: {error}", expected=False)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Libraries read these when they load, so they must be set before the process starts, which inherits them."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _read_only(values: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(values)


class _Pickler(pickle.Pickler):
    """Knows read-only mappings, which clips and reports are full of; the type itself has no name to be pickled by."""

    dispatch_table: Final = {MappingProxyType: lambda proxy: (_read_only, (dict(proxy),))}  # type: ignore[misc]


def _bytes(value: object) -> bytes:
    buffer = io.BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()
