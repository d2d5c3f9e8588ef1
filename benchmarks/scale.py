"""InterAct at its whole size: an index of 16,201 clips (30.7 h), clips through workers, hours ahead, Ray beside local workers.

`python -m benchmarks.scale [index throughput ray memory]`. Throughput counts clip-hours an hour by the clock and needs a
quiet machine; it is taken in turns (1 worker, 2, 1, 2, ...) so that what disturbs one meets the other too. The time in which
workers start, and make the objects' distance grids, is left out: over a whole data set it is nothing.
"""

import argparse
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.library import fill, make_source, median, show
from benchmarks.scale_work import nothing, write_tiny
from interact_core.cluster.executor import Executor
from interact_core.cluster.kinds.inspect import plan as inspect_plan
from interact_core.cluster.local import LocalWorkers
from interact_core.cluster.run import run_plan
from interact_core.cluster.spec import Item, Plan
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip
from interact_core.jobs.context import NullContext
from interact_core.jobs.memory_cap import resident_bytes
from interact_core.project import Project

CLIPS, HOURS, FPS = 16_201, 30.7, 30.0
BAR_MS, SCALING_BAR, GROWTH_BAR = 100.0, 1.7, 1.10
PARTS = ("index", "throughput", "ray", "memory")


def index() -> bool:
    """Open, list, filter and search InterAct's number of clips."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["INTERACT_HOME"] = str(Path(folder) / "home")
        root = Path(folder) / "data"
        make_source(root, CLIPS)
        start = time.perf_counter()
        project = Project.open(root)
        print(f"first opening, listing {project.library.count()} clips by names: {(time.perf_counter() - start) * 1000:.0f} ms")
        chance, mean = random.Random(7), HOURS * 3600 * FPS / CLIPS
        fill(project, lambda: round(mean * chance.uniform(0.2, 1.8)))
        project.close()
        project, again = _opened(root)
        library, met = project.library, True
        print(f"  {sum(row.duration or 0.0 for row in library.search()) / 3600:.1f} h of motion")
        met &= show("opening again, first list included", again)
        met &= show("list all, worst first", median(lambda: library.search(order="severity")), BAR_MS)
        filtered = median(lambda: library.search(dataset="set_b", object_name="mug", severity_min=0.5))
        met &= show("filter: data set, object, severity", filtered, BAR_MS)
        for query in ("kicks left hand", "table", "suitcase sub3", "on"):
            found = len(library.search(query))
            met &= show(f"search {query!r}, {found} found", median(partial(library.search, query)), BAR_MS)
        print(f"  this process holds {(resident_bytes(os.getpid()) or 0) / 2**20:.0f} MB")
        project.close()
    return met


def _opened(root: Path, times: int = 5) -> tuple[Project, tuple[float, float]]:
    taken = []
    for _ in range(times - 1):
        start = time.perf_counter()
        project = Project.open(root)
        project.library.search()
        taken.append((time.perf_counter() - start) * 1000)
        project.close()
    start = time.perf_counter()
    project = Project.open(root)
    project.library.search()
    taken.append((time.perf_counter() - start) * 1000)
    return project, (statistics.median(taken), max(taken))


def repeated(plan: Plan, count: int) -> Plan:
    """As many items, the plan's own again and again under other names."""
    found = itertools.islice(itertools.cycle(plan.items), count)
    return replace(plan, items=tuple(Item(f"{item.id}~{k}", item.given) for k, item in enumerate(found)))


class Rate:
    """Clip-seconds a second, from when every worker has finished its first item."""

    def __init__(self, seconds: Mapping[str, float], workers: int) -> None:
        self._seconds, self._workers = seconds, workers
        self._first: set[int] = set()
        self._start = self._end = self._done = self._processor = 0.0

    def __call__(self, line: Mapping[str, Any]) -> None:
        if line["event"] != "done":
            return
        if len(self._first) < self._workers:
            self._first.add(line["pid"])
            self._start = self._end = line["time"]
            return
        self._end = line["time"]
        self._done += self._seconds[line["item"]]
        self._processor += line["processor"]

    @property
    def value(self) -> float:
        return self._done / max(self._end - self._start, 1e-9)

    @property
    def processor(self) -> float:
        """Processor seconds for a second of motion."""
        return self._processor / max(self._done, 1e-9)


def throughput(clips: int, turns: int) -> bool:
    """Inspection of the demo's clips by 1 and 2 workers, and what follows for the whole of InterAct."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["INTERACT_HOME"] = str(Path(folder) / "home")
        whole = inspect_plan(demo_root(), Path(folder), [], "cpu", None)
        length = {ref.id: clip.num_frames / clip.fps for ref in open_path(demo_root()).refs for clip in (read_clip(ref),)}
        plan = repeated(whole, clips)
        seconds = {item.id: length[item.id.rpartition("~")[0]] for item in plan.items}
        run_plan(whole, Path(folder) / "grids", LocalWorkers(2, NullContext()))
        rates: dict[int, list[Rate]] = {1: [], 2: []}
        for turn, workers in itertools.product(range(turns), rates):
            rate = Rate(seconds, workers)
            run_plan(plan, Path(folder) / f"turn{turn}_{workers}", LocalWorkers(workers, NullContext()), watch=rate)
            rates[workers].append(rate)
            print(f"{workers} worker(s): {rate.value:.2f} clip-hours an hour, {rate.processor:.2f} processor seconds a second of "
                  f"motion  [load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores]")  # fmt: skip
    one, two = (statistics.median(rate.value for rate in rates[workers]) for workers in (1, 2))
    met = two / one >= SCALING_BAR
    print(f"scaling from 1 to 2 workers: {two / one:.2f}  bar {SCALING_BAR} {'met' if met else 'MISSED'}")
    for workers, share in ((1, 1.0), (8, two / one / 2), (64, two / one / 2)):
        print(f"  {HOURS} h on {workers:>2} workers: {HOURS / (one * workers * share):7.2f} h by the clock")
    print(
        f"  reckoned: a core like these for each worker; a worker beside others as fast as one of two here ({two / one / 2:.0%});"
    )
    print("  clips as heavy as the demo's; a disk that takes 4 KB a clip; licensed bodies as fast as the open one")
    return met


def ray(items: int) -> bool:
    """What handing out an item costs: processor time of the driver, and the clock for one worker that has nothing to do."""
    from interact_core.cluster.on_ray import RayWorkers

    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])  # where Ray's workers find this package
    plan = Plan("nothing", nothing, tuple(Item(f"{k:05d}", {}) for k in range(items)), {})
    made: dict[str, Callable[[], Executor]] = {
        "local worker": lambda: LocalWorkers(1, NullContext()), "Ray": lambda: RayWorkers(1, NullContext()),
    }  # fmt: skip
    for name, executor in made.items():
        lines: list[Mapping[str, Any]] = []
        with tempfile.TemporaryDirectory() as folder:
            start, processor = time.perf_counter(), time.process_time()
            chosen = executor()
            began = time.perf_counter() - start
            run_plan(plan, Path(folder), chosen, watch=lines.append)
            spent = time.process_time() - processor
        done = sorted(b["time"] - a["time"] for a, b in itertools.pairwise(line for line in lines if line["event"] == "done"))
        print(f"{name:<14} {items} items of nothing: median {done[len(done) // 2] * 1000:6.1f} ms an item by the clock, "
              f"{spent / items * 1000:5.2f} ms of the driver's processor time; starting it {began:.1f} s")  # fmt: skip
    return True


def memory(clips: int) -> bool:
    """What driver and workers hold while so many tiny clips go through."""
    held: dict[str, list[int]] = {"driver": [], "workers": []}

    def look(line: Mapping[str, Any]) -> None:
        if line["event"] == "done":
            held["driver"].append(resident_bytes(os.getpid()) or 0)
            held["workers"].append(resident_bytes(line["pid"]) or 0)

    with tempfile.TemporaryDirectory() as folder:
        os.environ["INTERACT_HOME"] = str(Path(folder) / "home")
        write_tiny(Path(folder) / "data", 8)
        plan = repeated(inspect_plan(Path(folder) / "data", Path(folder), [], "cpu", None), clips)
        report = run_plan(plan, Path(folder) / "out", LocalWorkers(2, NullContext()), watch=look)
    assert not report.failed, report.failed
    met = True
    for who, sizes in held.items():
        tenth = max(len(sizes) // 10, 1)
        early, late = (statistics.median(part) / 2**20 for part in (sizes[tenth : 2 * tenth], sizes[-tenth:]))
        kept = late <= early * GROWTH_BAR
        met &= kept
        print(f"{who:<8} over {clips} clips: {early:.0f} MB in the second tenth, {late:.0f} MB in the last, most "
              f"{max(sizes) / 2**20:.0f} MB  bar {GROWTH_BAR:.2f} times {'met' if kept else 'MISSED'}")  # fmt: skip
    print(f"  {report.processor / clips:.2f} s of processor time a clip")
    return met


def main() -> int:
    """1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=(*PARTS, []), help="Default: all.")
    parser.add_argument("--clips", type=int, default=40, help="Clips of a turn of throughput.")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--items", type=int, default=500, help="Items of nothing, for Ray's overhead.")
    parser.add_argument("--memory-clips", type=int, default=2000)
    options = parser.parse_args()
    work: dict[str, Callable[[], bool]] = {
        "index": index, "throughput": lambda: throughput(options.clips, options.turns), "ray": lambda: ray(options.items),
        "memory": lambda: memory(options.memory_clips),
    }  # fmt: skip
    met = [work[part]() for part in options.parts or PARTS]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
