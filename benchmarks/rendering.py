"""Step to pixel: one frame of `sub2_largetable_003` on the open body with both fields, from the step to its pixels in numpy.

Bars: median at most 33 ms and p95 at most 50 ms at 1280x720 on software OpenGL with two cores; aitviewer at least 5 times
slower. Peers in the same run, on the same meshes, colours and size, in turns so that a busy machine is busy for all:
aitviewer headless (needs a Python with aitviewer 1.14: --aitviewer-python or INTERACT_AITVIEWER_PYTHON), as it comes and with
its shadows and multisampling off; PyVista as most people animate with it, adding the mesh again in every frame.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interact_app.scene.fields import colours
from interact_app.scene.hidden_window import HiddenWindow
from interact_app.scene.scene import Scene
from interact_core.formats.registry import open_path, read_clip
from interact_core.inspection import PosedClip, VertexField
from interact_core.inspection.posed import pose_clip

SIZE = (1280, 720)
BAR_MEDIAN, BAR_P95, BAR_RATIO = 33.0, 50.0, 5.0
_HERE = Path(__file__).parent
Timer = Callable[[int], list[float]]


def load(data: Path) -> tuple[PosedClip, VertexField, VertexField]:
    """The clip and a changing field on each surface; what the field means does not matter to drawing it."""
    listing = open_path(data / "intermimic")
    clip = read_clip(next(ref for ref in listing.refs if "OMOMO_new" in str(ref.path) and ref.id.endswith("sub2_largetable_003")))
    posed = pose_clip(clip)
    body = np.abs(posed.body_vertices[..., 1] - posed.body_vertices[:, :1, 1])
    thing = np.abs(posed.object_vertices[..., 0] - posed.object_vertices[:, :1, 0])
    return posed, _field("body", body), _field("object", thing)


def _field(target: str, values: NDArray[np.float32]) -> VertexField:
    return VertexField("bench", "Distance", "m", target, np.ascontiguousarray(values), 0.0, 1.0, "penetration")  # type: ignore[arg-type]


@contextmanager
def ours(posed: PosedClip, body: VertexField, thing: VertexField) -> Iterator[Timer]:
    plotter = HiddenWindow(SIZE)
    scene = Scene(plotter)
    scene.set_clip(posed)
    scene.set_field(body, thing)
    print(f"ours: {scene.renderer_info()}; {posed.body_vertices.shape[1]} + {posed.object_vertices.shape[1]} vertices")

    def step(frame: int) -> None:
        scene.show_frame(frame)
        scene.pixels()

    yield _timer(step, posed.num_frames)
    scene.close()
    plotter.close()


@contextmanager
def pyvista_adding(posed: PosedClip, body: VertexField, thing: VertexField) -> Iterator[Timer]:
    import pyvista as pv

    plotter = pv.Plotter(off_screen=True, window_size=SIZE)
    parts = ((posed.body_vertices, posed.body_faces, body), (posed.object_vertices, posed.object_faces, thing))

    def step(frame: int) -> None:
        for k, (vertices, faces, field) in enumerate(parts):
            mesh = pv.PolyData.from_regular_faces(vertices[frame], faces)
            plotter.add_mesh(mesh, scalars=field.values[frame], clim=(0, 1), smooth_shading=True, name=str(k))
        plotter.screenshot(return_img=True)

    plotter.show(auto_close=False)
    yield _timer(step, posed.num_frames)
    plotter.close()


@contextmanager
def aitviewer(python: str, mode: str, posed: PosedClip, body: VertexField, thing: VertexField) -> Iterator[Timer]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "meshes.npz"
        table = np.concatenate([colours("penetration"), np.ones((256, 1))], axis=1).astype(np.float32)
        mapped = [table[np.rint(np.clip(f.values[:40], 0, 1) * 255).astype(int)] for f in (body, thing)]
        np.savez(
            path, body_vertices=posed.body_vertices[:40], body_faces=posed.body_faces, body_colours=mapped[0],
            object_vertices=posed.object_vertices[:40], object_faces=posed.object_faces, object_colours=mapped[1],
        )  # fmt: skip
        script = str(_HERE / "peers" / "aitviewer_frames.py")
        command = [python, script, str(path), str(SIZE[0]), str(SIZE[1]), mode]
        if sys.platform == "linux" and "DISPLAY" not in os.environ:
            command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1200x24", *command]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdin is not None and process.stdout is not None

        def run(count: int) -> list[float]:
            print(count, file=process.stdin, flush=True)
            answer: list[float] = json.loads(process.stdout.readline())  # type: ignore[union-attr]
            return answer

        print(f"aitviewer ({mode}): {json.loads(process.stdout.readline())}")
        yield run
        process.stdin.close()
        process.wait()


def _timer(step: Callable[[int], None], frames: int) -> Timer:
    at = 0

    def run(count: int) -> list[float]:
        nonlocal at
        taken = []
        for _ in range(count):
            at = (at + 1) % frames
            start = time.perf_counter()
            step(at)
            taken.append((time.perf_counter() - start) * 1000)
        return taken

    run(5)
    return run


def main() -> int:
    """1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=_HERE.parent.parent / "shared" / "data")
    parser.add_argument("--aitviewer-python", default=os.environ.get("INTERACT_AITVIEWER_PYTHON", ""))
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"skipped: no samples at {options.data}")
        return 0
    # PyVista's own plotter would draw through GLX where a display is set, ours draws through EGL; one process bears only one.
    os.environ.pop("DISPLAY", None)
    clip = load(options.data)
    with ExitStack() as stack:
        timers = {
            "ours": (stack.enter_context(ours(*clip)), 30),
            "pyvista, added again": (stack.enter_context(pyvista_adding(*clip)), 3),
        }
        if options.aitviewer_python:
            for mode in ("standard", "plain"):
                timers[f"aitviewer, {mode}"] = (stack.enter_context(aitviewer(options.aitviewer_python, mode, *clip)), 2)
        else:
            print("aitviewer: not measured; give a Python that has it with --aitviewer-python")
        taken: dict[str, list[float]] = {name: [] for name in timers}
        for _ in range(options.rounds):
            for name, (run, count) in timers.items():
                taken[name] += run(count)
    return report(taken)


def report(taken: dict[str, list[float]]) -> int:
    mine = statistics.median(taken["ours"])
    print(f"\nstep to pixel, {SIZE[0]}x{SIZE[1]}  [load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores]")
    for name, values in taken.items():
        middle, late = statistics.median(values), float(np.percentile(values, 95))
        print(
            f"  {name:22} median {middle:8.1f} ms   p95 {late:8.1f} ms   min {min(values):8.1f} ms   {middle / mine:5.1f} x ours"
        )
    kept = [mine <= BAR_MEDIAN, float(np.percentile(taken["ours"], 95)) <= BAR_P95]
    kept += [statistics.median(taken[name]) >= BAR_RATIO * mine for name in taken if name == "aitviewer, standard"]
    print(
        f"  bars: median {BAR_MEDIAN:.0f} ms, p95 {BAR_P95:.0f} ms, aitviewer {BAR_RATIO:.0f} x slower: "
        + ("kept" if all(kept) else "MISSED")
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
