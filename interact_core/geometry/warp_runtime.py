"""Starting warp quietly, with its compiled kernels in our cache folder. Import nothing of warp anywhere else at module level."""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import ModuleType
from typing import Final

from interact_core.paths import cache_dir

log = logging.getLogger(__name__)
_LOCK: Final = threading.Lock()
_LOADED: Final[set[str]] = set()
_WARP_LOG_ERRORS: Final = 40


def kernels(device: str = "cpu") -> ModuleType:
    """Our kernels, compiled and loaded for `device` ("cpu", "cuda", "cuda:0").

    The first call on a machine compiles them (seconds, logged), later runs load them from the cache. Call it from a
    worker while the window opens, so that nobody waits. The folder is WARP_CACHE_PATH if that is set.
    """
    with _LOCK:
        if device not in _LOADED:
            _load(device)
            _LOADED.add(device)
    import interact_core.geometry.kernels as module

    return module


def _load(device: str) -> None:
    start = time.perf_counter()
    import warp as wp

    wp.config.log_level = _WARP_LOG_ERRORS
    wp.config.enable_backward = False
    if not os.environ.get("WARP_CACHE_PATH"):
        wp.config.kernel_cache_dir = str(cache_dir() / "warp")
    with _quiet_stderr():
        wp.init()
    import interact_core.geometry.kernels as module

    wp.load_module(module, device=device)
    log.info("distance kernels ready on %s after %.1f s", device, time.perf_counter() - start)


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep warp's native start-up notes (no CUDA driver on this machine) out of the user's terminal; no switch exists."""
    try:
        saved = os.dup(2)
    except OSError:  # a windowed process without a terminal has nothing to keep clean
        yield
        return
    silent = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(silent)
        os.close(saved)


def worker_count() -> int:
    """Threads worth starting for CPU kernels, which warp runs on the calling thread and without the interpreter's lock."""
    return max(1, min(8, os.cpu_count() or 1))


def each_core(work: Callable[[slice], None], count: int, smallest: int = 4096) -> None:
    """Run work on slices of range(count), one per core; small counts on the calling thread."""
    workers = min(worker_count(), max(1, count // smallest))
    edges = [count * k // workers for k in range(workers + 1)]
    parts = [slice(a, b) for a, b in pairwise(edges)]
    if workers == 1:
        return work(parts[0])
    with ThreadPoolExecutor(workers, thread_name_prefix="distance") as pool:
        list(pool.map(work, parts))
    return None


def resolve_device(device: str) -> str:
    """ "auto" becomes "cuda" where there is one, else "cpu"; anything else is returned as it is."""
    if device != "auto":
        return device
    import warp as wp

    kernels("cpu")
    return "cuda" if wp.is_cuda_available() else "cpu"
