"""Refinement as a job of the window: how soon it answers a cancel, and what it costs whoever scrubs meanwhile.

`python -m benchmarks.refinement_jobs [--clip NAME] [--moments N] [--rounds N]`. The real window, the real solver, the demo
project. Cancels come at moments spread evenly over one whole run, so every stage is met. Steps are timed from a new frame
number to the painted canvas, waiting events included, in turns with the job resting and at work; what other programs do
to the machine meets both alike.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interact_app.application import Application
    from interact_core.jobs.job import Job

CANCEL_BAR = 0.5
STEP_BAR = 2.0
_TURN = 40
"""Steps in one turn."""


def main() -> int:
    """1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clip", default="demo_lift_box__pushed_in")
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=8, help="Turns of steps with the job at work, and as many without.")
    parser.add_argument("--frames", type=int, default=0, help="Refine only so many from the first on; 0: all.")
    parser.add_argument("--whole", type=float, default=0.0, help="Seconds a job takes: measure cancels alone.")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.child:
        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-m", "benchmarks.refinement_jobs", "--child", *sys.argv[1:]]
            if not os.environ.get("DISPLAY"):
                command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1200x24", *command]
            return subprocess.run(command, env={**os.environ, "INTERACT_HOME": home}, check=False).returncode
    return _measure(options)


def _measure(options: argparse.Namespace) -> int:
    from interact_app.__main__ import make_application
    from interact_core.logs import start_logging

    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # whoever waits minutes wants to see the first figures
    log_session = start_logging("WARNING")
    qt, application = make_application(log_session)
    wait = _waiter(qt)
    application.window.resize(1640, 1100)  # leaves about 1280x720 to the canvas
    application.start(None)
    wait(lambda: application.session.project is not None)
    application.session.open_clip(options.clip)
    wait(lambda: application.session.clip_id == options.clip and application.session.inspection is not None)
    print(f"{options.clip}, {application.clock.num_frames} frames  [load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores]")
    kept, whole = (True, options.whole) if options.whole else _scrubbing(application, wait, options.rounds, options.frames)
    kept &= _cancelling(application, wait, options.moments, whole, options.frames)
    application.window.close()
    log_session.close()
    return 0 if kept else 1


def _waiter(qt: Any) -> Callable[..., None]:
    def wait(condition: Callable[[], object], seconds: float = 600.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("waited in vain")
            qt.processEvents()
            time.sleep(0.002)

    return wait


def _rest(wait: Callable[..., None], seconds: float) -> None:
    """Let the window live for a while."""
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end)


def _submit(application: "Application", frames: int) -> "Job[Any]":
    from interact_app.bridge.refining import RefineRequest
    from interact_core.refine.options import DEFAULT

    options = DEFAULT.with_values({"last_frame": frames or -1})
    job = application.session.versions.refine(RefineRequest((application.session.clip_id,), options, {}))
    assert job is not None
    return job


# Scrubbing


def _scrubbing(application: "Application", wait: Callable[..., None], rounds: int, frames: int) -> tuple[bool, float]:
    """Whether the bar is kept, and how long the whole job would take without its rests."""
    _steps(application, _TURN)  # buffers and code paths are warm
    job = _submit(application, frames)
    times: dict[str, list[float]] = {"idle": [], "busy": []}
    seen: set[str] = set()
    for number in range(rounds):
        wait(lambda number=number: job.progress.fraction > 0.9 * number / rounds or job.state.finished)
        if job.state.finished:
            print(f"  the job has ended after {number} turns: {job.state}")
            break
        times["busy"] += _steps(application, _TURN)
        seen.add(job.progress.stage)
        job.pause()
        _rest(wait, 1.0)
        times["idle"] += _steps(application, _TURN)
        job.resume()
    wait(lambda: job.state.finished)
    print(f"  scrubbing, {len(times['busy'])} steps each, stages: {', '.join(sorted(seen))}")
    for name, values in times.items():
        print(f"    {name}: p50 {_share(values, 0.5):6.1f} ms   p95 {_share(values, 0.95):6.1f} ms   max {max(values):6.1f} ms")
    ratios = [_share(times["busy"], share) / _share(times["idle"], share) for share in (0.5, 0.95)]
    print(
        f"    ratio: p50 {ratios[0]:.2f}, p95 {ratios[1]:.2f}   (bar {STEP_BAR:g}{'' if max(ratios) <= STEP_BAR else ', MISSED'})"
    )
    print(f"  the job: {job.state} in {job.seconds:.1f} s")
    return max(ratios) <= STEP_BAR, job.seconds


def _steps(application: "Application", count: int) -> list[float]:
    """Milliseconds from a new frame number to the painted canvas, with what has to be answered before it."""
    from PySide6.QtWidgets import QApplication

    found = []
    clock, canvas = application.clock, application.viewport.canvas
    for step in range(count):
        before = time.perf_counter()
        QApplication.processEvents()
        clock.set_frame((clock.frame + 7) % clock.num_frames if step else 0)
        canvas.repaint()
        found.append(1e3 * (time.perf_counter() - before))
        time.sleep(0.01)  # a hand does not step faster, and previews get a chance to arrive
    return found


def _share(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


# Cancelling


def _cancelling(application: "Application", wait: Callable[..., None], moments: int, whole: float, frames: int) -> bool:
    taken: list[tuple[float, str]] = []
    for number in range(moments):
        job = _submit(application, frames)
        after = whole * (number + 0.5) / moments
        wait(lambda job=job, after=after: job.seconds > after or job.state.finished)
        if job.state.finished:
            continue
        stage, began = job.progress.stage, time.monotonic()
        job.cancel()
        wait(lambda job=job: job.state.finished)
        taken.append((time.monotonic() - began, stage))
        print(f"    {taken[-1][0]:.3f} s in '{stage}'")
    seconds = [found for found, _ in taken] or [float("nan")]
    print(f"  cancel to end, {len(taken)} moments: median {statistics.median(seconds):.3f} s, slowest {max(seconds):.3f} s "
          f"  (bar {CANCEL_BAR:g}{'' if max(seconds) <= CANCEL_BAR else ', MISSED'})")  # fmt: skip
    return max(seconds) <= CANCEL_BAR


if __name__ == "__main__":
    sys.exit(main())
