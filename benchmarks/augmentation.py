"""Augmentation beside the published alignment on the same inputs and draws: `python -m benchmarks.augmentation`.

Recordings are refined first: that is the source, and no candidate may be deeper than the recording was. Per clip `--count`
candidates each of ours and `--peer-count` of the peer. Shown: yield at displacements up to 30 cm, medians of what the limits
look at, and processor time per kept clip for 5 s of motion; with `--jobs`, clips side by side in processes of one thread, the
machine's own time per kept clip too. OUT/augmentation.json has every candidate.
"""

import argparse
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.refinement_cases import cut, demo_clips, real_clips
from interact_core.augment.augment import Augmentation, Candidate
from interact_core.augment.dataset import candidate_record
from interact_core.augment.options import PRESETS, AugmentOptions
from interact_core.augment.quality import Quality
from interact_core.clip import Clip
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import pose_clip
from interact_core.jobs.context import NullContext
from interact_core.refine.refine import refine_clip
from interact_core.refine.solving import one_thread

_COLUMNS = ("penetration_frame", "penetration_max", "contact_f1", "slip", "skate", "jerk", "floor", "moved", "change")
_UNITS = {"penetration_frame": 1e3, "penetration_max": 1e3, "floor": 1e3, "moved": 1e3, "change": 1e3}
"""Millimetres where metres would be hard to read."""


@dataclass(frozen=True)
class Input:
    """A clip to augment, and how deep it was before it was refined (the paper's figure, metres; infinite if it was not)."""

    clip: Clip
    raw_penetration: float


def inputs(frames: int, demo: int, real: int, cache: Path) -> list[Input]:
    """Windows of `frames` frames from the middle of clips, different things and persons first; recordings still to be refined."""
    made = [cut(c, *_middle(c.num_frames, frames)) for c in [c for c in demo_clips() if c.objects][:demo]]
    windows = [cut(c, *_middle(c.num_frames, frames)) for c in _spread(list(real_clips()), real)]
    return [Input(c, float("inf")) for c in made] + [Input(w, _depth(w, cache)) for w in windows]


def _source(given: Input, cache: Path) -> Clip:
    """What is augmented: recordings are refined first, which is not counted."""
    return given.clip if np.isinf(given.raw_penetration) else refine_clip(given.clip, cache_dir=cache).clip


def _depth(clip: Clip, cache: Path) -> float:
    posed = pose_clip(clip)
    return float(inspect_clip(posed, distance_fields(posed, cache)).summary["paper_penetration"].value)


def _spread(clips: list[Clip], count: int) -> list[Clip]:
    places = np.linspace(0, len(clips) - 1, min(count, len(clips))).round().astype(int)
    return [clips[k] for k in sorted(set(places.tolist()))]


def _middle(total: int, frames: int) -> tuple[int, int]:
    start = max((total - frames) // 2, 0)
    return start, min(start + frames, total)


def measure(clip: Clip, options: AugmentOptions, cache: Path, count: int) -> tuple[Quality, list[Candidate], float]:
    """The source's figures, the candidates, and processor seconds for all of them, the source's own measuring included."""
    began = time.process_time()
    work = Augmentation(clip, replace(options, count=count), cache, None, NullContext())
    found = list(work.candidates())
    return work.source_quality, found, time.process_time() - began


def _row(who: str, quality: dict[str, float], kept: str, seconds: str) -> str:
    cells = "".join(f"{quality.get(name, float('nan')) * _UNITS.get(name, 1):12.3f}" for name in _COLUMNS)
    return f"{who:40}{kept:>8}{cells}{seconds:>10}"


def _medians(found: list[Candidate]) -> dict[str, float]:
    records = [c.quality.record() for c in found]
    return {name: float(np.median([r[name] for r in records if name in r] or [float("nan")])) for name in _COLUMNS}


@dataclass(frozen=True)
class Task:
    """A clip's work. With `one` thread, where several are at it side by side."""

    given: Input
    options: AugmentOptions
    cache: Path
    tries: dict[str, int]
    one: bool

    def rows(self) -> tuple[list[str], list[dict[str, Any]]]:
        """Lines to show and what is written."""
        if self.one:
            with one_thread():
                return self._rows()
        return self._rows()

    def _rows(self) -> tuple[list[str], list[dict[str, Any]]]:
        clip, told, rows = _source(self.given, self.cache), [], []
        for method, tries in self.tries.items():
            wall = time.perf_counter()
            source, found, seconds = measure(clip, replace(self.options, method=method), self.cache, tries)
            wall = time.perf_counter() - wall
            kept = sum(c.kept for c in found)
            per = seconds / max(kept, 1) * 5.0 / clip.duration
            if method == "anchors":
                told.append(_row(clip.id[-39:], source.record(), "source", ""))
            told.append(_row(f"  {method}", _medians(found), f"{kept}/{tries}", f"{per:.1f}"))
            rows.append({
                "clip": clip.id, "method": method, "frames": clip.num_frames, "seconds": seconds, "wall": wall, "kept": kept,
                "duration": clip.duration, "source": source.record(), "raw_penetration": self.given.raw_penetration,
                "candidates": [candidate_record(c) for c in found],
            })  # fmt: skip
        return told, rows


def table(tasks: list[Task], jobs: int) -> list[dict[str, Any]]:
    print(f"{'clip':40}{'kept':>8}" + "".join(f"{n[:11]:>12}" for n in _COLUMNS) + f"{'s/kept 5s':>10}")
    rows: list[dict[str, Any]] = []
    for told, more in _done(tasks, jobs):
        print(*told, sep="\n", flush=True)
        rows += more
    return rows


def _done(tasks: list[Task], jobs: int) -> Iterator[tuple[list[str], list[dict[str, Any]]]]:
    if jobs == 1:
        yield from (task.rows() for task in tasks)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(Task.rows, tasks)


def _pace(rows: Iterable[dict[str, Any]], jobs: int) -> str:
    """Seconds a kept clip of 5 s takes: of processor, and of the machine with all jobs at work."""
    mine = [row for row in rows if row["method"] == "anchors"]
    kept = sum(row["kept"] * row["duration"] for row in mine) / 5.0
    if not kept:
        return "nothing kept"
    cpu, wall = (sum(row[name] for row in mine) for name in ("seconds", "wall"))
    return f"{cpu / kept:.1f} s of processor, {wall / jobs / kept:.1f} s of the machine with {jobs} jobs for 5 s of kept motion"


def _told(rows: list[dict[str, Any]]) -> None:
    for method in ("anchors", "published"):
        mine = [c for row in rows if row["method"] == method for c in row["candidates"]]
        if not mine:
            continue
        why = Counter(r["criterion"] for c in mine for r in c["reasons"])
        more = [c["quality"]["penetration_frame"] - row["source"]["penetration_frame"]
                for row in rows if row["method"] == method for c in row["candidates"] if c["kept"]]  # fmt: skip
        print(f"{method}: {sum(c['kept'] for c in mine)} of {len(mine)} kept; turned down for {dict(why.most_common())}; "
              f"penetration of kept ones against the source {1e3 * float(np.mean(more or [float('nan')])):+.2f} mm; "
              f"deeper than the recording {_deeper(rows, method)}")  # fmt: skip


def _deeper(rows: list[dict[str, Any]], method: str) -> int:
    """Candidates that were kept and are deeper than their recording was before its refinement."""
    return sum(
        c["quality"]["penetration_frame"] > row["raw_penetration"]
        for row in rows if row["method"] == method for c in row["candidates"] if c["kept"]
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--demo", type=int, default=4)
    parser.add_argument("--real", type=int, default=6)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--peer-count", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="clips side by side")
    parser.add_argument("--preset", default="default", choices=sorted(PRESETS))
    parser.add_argument("--out", type=Path, default=Path("out/augmentation"))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    tries = {"anchors": asked.count} | ({"published": asked.peer_count} if asked.peer_count else {})
    tasks = [
        Task(given, PRESETS[asked.preset], asked.out, tries, asked.jobs > 1)
        for given in inputs(asked.frames, asked.demo, asked.real, asked.out)
    ]
    rows = table(tasks, asked.jobs)
    _told(rows)
    for what, recorded in (("demo", False), ("recordings", True)):
        print(f"{what}: {_pace([r for r in rows if np.isfinite(r['raw_penetration']) == recorded], asked.jobs)}")
    (asked.out / "augmentation.json").write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
