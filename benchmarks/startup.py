"""The real window from a cold process: shown, first frame, a step to its pixel, peak memory.

`python -m benchmarks.startup [--runs N]`. Each run is a new process; user folder, compiled Python, grids and kernels are
kept from a first run, as on any second start. The peer is the smallest PyVista window there is: a render window with
the same body mesh, in the same run.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QObject

LIMITS = {"window_s": 2.5, "first_frame_s": 0.7, "step_median_ms": 33.0, "step_p95_ms": 50.0, "peak_mb": 1536.0}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--started", type=float, default=0.0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(_window(options.started)))
    elif options.peer:
        print(json.dumps(_peer(options.started)))
    else:
        _compare(options.runs)


def _compare(runs: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        # Where Python is told to write no bytecode, it compiles all our files at every start: nobody's second start.
        bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{home}/bytecode"}
        environment = {**os.environ, **bytecode, "INTERACT_HOME": home}
        for kind in ("--child", "--peer"):
            _run(kind, environment)
        ours = [_run("--child", environment) for _ in range(runs)]
        peers = [_run("--peer", environment) for _ in range(runs)]
    print(f"the demo project in the real window, median of {runs} cold processes")
    for name, limit in LIMITS.items():
        value = statistics.median(run[name] for run in ours)
        print(f"  {name:<16} {value:8.2f}   (bar {limit:g}{'' if value <= limit else ', MISSED'})")
    peer = statistics.median(run["window_s"] for run in peers)
    ratio = statistics.median(run["window_s"] for run in ours) / peer
    print(f"  peer, a bare PyVista window with the same body: {peer:.2f} s; ratio {ratio:.2f}")


def _run(kind: str, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.startup", kind, "--started", repr(time.time())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _window(started: float) -> dict[str, float]:
    """What `python -m interact_app` does, with a watch beside it."""
    from interact_app.__main__ import make_application
    from interact_core.logs import start_logging

    log_session = start_logging()
    qt, application = make_application(log_session)
    viewport, session = application.viewport, application.session
    painted = _FirstPaint(application.window)
    pictured = _FirstPaint(viewport.canvas, lambda: session.posed is not None and not viewport.image().isNull())
    application.start(None)
    while not pictured.at:
        qt.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    while session.inspection is None:
        qt.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    steps = _steps(application)
    application.window.close()
    log_session.close()
    return {
        "window_s": painted.at - started,
        "first_frame_s": pictured.at - painted.at,
        "step_median_ms": statistics.median(steps),
        "step_p95_ms": sorted(steps)[int(0.95 * len(steps))],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


class _FirstPaint(QObject):
    """When a widget was first painted while `worth` held, in time.time() seconds; 0 until then."""

    def __init__(self, widget: QObject, worth: Callable[[], bool] = lambda: True) -> None:
        super().__init__(widget)
        self.at = 0.0
        self._worth = worth
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint and not self.at and self._worth():
            self.at = time.time()
        return False


def _steps(application: object) -> list[float]:
    """Milliseconds from a new frame number to the painted canvas, 100 times, both fields on."""
    application.window.resize(1640, 1100)  # type: ignore[attr-defined]  # leaves about 1280x720 to the canvas
    application.session.set_display(field="distance")  # type: ignore[attr-defined]
    found = []
    clock, canvas = application.clock, application.viewport.canvas  # type: ignore[attr-defined]
    for step in range(110):
        before = time.perf_counter()
        clock.set_frame((step * 7) % clock.num_frames)
        canvas.repaint()
        found.append(1e3 * (time.perf_counter() - before))
    return found[10:]


def _peer(started: float) -> dict[str, float]:
    import numpy as np
    import pyvista as pv

    from interact_core.bodies.library import open_body
    from interact_core.clip import Betas

    model = open_body("neutral")
    bound = model.bind(Betas(np.zeros(10, np.float32)))
    plotter = pv.Plotter(window_size=(1280, 800))
    plotter.add_mesh(pv.PolyData.from_regular_faces(bound.rest_vertices, model.faces))
    plotter.show(interactive_update=True, auto_close=False)
    shown = time.time()
    plotter.close()
    return {"window_s": shown - started}


if __name__ == "__main__":
    main()
