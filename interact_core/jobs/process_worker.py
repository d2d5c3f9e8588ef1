"""Work in a child process: for what holds Python's lock, or a core, for longer than a window may wait.

Parent and child talk through a pipe. At a checkpoint the child asks whether to go on, at most 20 times a second, and rests
until it is told: that is how a pause reaches it. A cancelled one is killed where it stands, so that the answer never waits
for what is being computed; work for a child must therefore leave nothing half written that matters.
"""

import logging
import logging.handlers
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType, TracebackType
from typing import Any, Final, TypeVar

from interact_core.errors import Cancelled, InputError
from interact_core.jobs.context import JobContext

R = TypeVar("R")
Tell = Callable[[Any], None]
_ASK_EVERY: Final = 0.05
_LISTEN: Final = 0.02
"""Seconds between two looks at whether the job was cancelled."""
_NICENESS: Final = 10
"""The window's own thread comes first where both want the same core."""
_LEAVE: Final = 2.0


def _frozen(values: dict[Any, Any]) -> "MappingProxyType[Any, Any]":
    return MappingProxyType(values)


# Clips and reports hold read-only mappings, which pickle does not know.
ForkingPickler.register(MappingProxyType, lambda mapping: (_frozen, (dict(mapping),)))


class ProcessError(RuntimeError):
    """A bug in the child's work; its traceback is in the notes."""


class ProcessDied(InputError):  # noqa: N818 - told to the user like any other input error; the name says what happened
    """The child has ended by itself, in the middle of its work."""


class ProcessWorker:
    """One child that does one call after the other. A context manager: the child is gone when it ends."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far,), name="job-process", daemon=True)
        self._process.start()
        far.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def __enter__(self) -> "ProcessWorker":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def call(self, work: Callable[..., R], *args: object, context: JobContext, told: Tell | None = None) -> R:
        """work(*args, context, tell) over there; `told` gets on this thread what the work gives to `tell`.

        `work`, its arguments and its result are pickled. Raises what the work raised, Cancelled, and InputError where the
        child died.
        """
        try:
            # Before the child listens, sending more than a pipe holds would wait for it, deaf to a cancel.
            while self._next(context)[0] != "ready":
                pass
            self._pipe.send((work, args))
            while True:
                kind, content = self._next(context)
                if kind == "done":
                    result: R = content
                    return result
                self._answer(kind, content, context, told)
        except (EOFError, ConnectionError) as error:
            raise self._died() from error

    def close(self) -> None:
        """Kill the child, whatever it is doing. Its end is waited for elsewhere: giving back its memory takes a while."""
        self._pipe.close()
        self._process.kill()
        threading.Thread(target=self._process.join, name="job-process-end", daemon=True).start()

    def _next(self, context: JobContext) -> tuple[str, Any]:
        """What the child says next; a cancel is noticed while waiting for it."""
        context.checkpoint()
        while not self._pipe.poll(_LISTEN):
            context.checkpoint()
        said: tuple[str, Any] = self._pipe.recv()
        return said

    def _answer(self, kind: str, content: Any, context: JobContext, told: Tell | None) -> None:
        if kind == "ask":
            context.checkpoint()
            self._pipe.send(None)
        elif kind == "progress":
            context.progress(*content)
        elif kind == "log":
            logging.getLogger(content.name).handle(content)
        elif kind == "told" and told is not None:
            told(content)
        elif kind == "failed":
            raise _as_raised(*content)

    def _died(self) -> ProcessDied:
        self._process.join(_LEAVE)
        code = self._process.exitcode
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        remedy = "Most often memory ran out: try a shorter range or shorter windows"
        return ProcessDied(f"the process that did the work has ended by itself ({how})", remedy=remedy)


class _FarContext:
    """The JobContext in the child."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._lock, self._asked = pipe, threading.Lock(), 0.0

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self.send("progress", (fraction, stage, None if metrics is None else dict(metrics)))

    def checkpoint(self) -> None:
        with self._lock:
            if time.monotonic() - self._asked < _ASK_EVERY:
                return
            self._pipe.send(("ask", None))
            self._pipe.recv()
            self._asked = time.monotonic()

    def send(self, kind: str, content: object) -> None:
        with self._lock:
            self._pipe.send((kind, content))


class _Forward(logging.handlers.QueueHandler):
    """Log records go to the parent's log, formatted as far as pickling needs."""

    def __init__(self, context: _FarContext) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # enqueue is ours
        self._context = context

    def enqueue(self, record: logging.LogRecord) -> None:
        self._context.send("log", record)


def _serve(pipe: Connection) -> None:
    """The child's life: call after call until the parent closes the pipe or kills it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which decides
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    context = _FarContext(pipe)
    root = logging.getLogger()
    root.addHandler(_Forward(context))
    root.setLevel(logging.INFO)
    threading.Thread(target=_end_with_parent, name="job-process-parent", daemon=True).start()
    try:
        while True:
            context.send("ready", None)
            work, args = pipe.recv()
            context.send(*_outcome(work, args, context))
    except (EOFError, ConnectionError):
        return  # the parent is gone


def _end_with_parent() -> None:
    """A parent that was killed cannot kill its child: what it works on would be done twice by whoever goes on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _outcome(work: Callable[..., object], args: tuple[object, ...], context: _FarContext) -> tuple[str, object]:
    try:
        return "done", work(*args, context, lambda content: context.send("told", content))
    except (EOFError, ConnectionError):
        raise
    except InputError as error:
        about = {"path": error.path, "field": error.field, "remedy": error.remedy}
        return "failed", (type(error), error.problem, about)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent's job says so
        return "failed", (type(error), f"{type(error).__name__}: {error}", {"trace": traceback.format_exc()})


def _as_raised(kind: type[Exception], text: str, about: dict[str, Any]) -> Exception:
    if issubclass(kind, InputError):
        return kind(text, **about)
    if issubclass(kind, Cancelled):
        return Cancelled()
    error = ProcessError(text)
    error.add_note(about["trace"])
    return error
