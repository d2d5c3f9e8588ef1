"""Signed distance, both ways, on a real clip, beside Open3D in the same run: `python -m benchmarks.distance`.

Needs the `bench` extra (open3d) and the shared samples. Peers are timed on every tenth frame; our figures are of the
whole clip. On a machine that others use too, read the ratios and the processor time, not the wall time.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from interact_core.geometry.grid_cache import load_or_build_grid
from interact_core.geometry.part_distance import REFINE_BAND, PartDistance
from interact_core.geometry.warp_runtime import each_core, kernels
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.posed import PosedClip, pose_clip

CLIP = "intermimic/OMOMO_new/sub2_largetable_003.pt"
REPEATS = 3


Times = tuple[float, float]
"""Wall and processor seconds."""


def timed(*works: Callable[[], object], repeats: int = REPEATS) -> list[Times]:
    """Best wall and best processor time of each, run in turns so that a busy minute meets all alike."""
    best = [(float("inf"), float("inf"))] * len(works)
    for _ in range(repeats):
        for k, work in enumerate(works):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            best[k] = (min(best[k][0], time.perf_counter() - wall), min(best[k][1], time.process_time() - cpu))
    return best


def load(data: Path) -> PosedClip:
    from interact_core.formats.registry import open_path, read_clip

    return pose_clip(read_clip(open_path(data / CLIP).refs[0]))


def ours_body(posed: PosedClip, distance: PartDistance, band: float = REFINE_BAND) -> None:
    part, out = posed.parts[0], np.full(posed.body_vertices.shape[:2], np.inf, np.float32)

    def work(frames: slice) -> None:
        distance.minimum_with(out[frames], posed.body_vertices[frames], part.rotation[frames], part.translation[frames], band)

    each_core(work, posed.num_frames, smallest=8)


class Open3D:
    """RaycastingScene.compute_signed_distance: the object's scene built once, the body's once per frame."""

    def __init__(self, posed: PosedClip) -> None:
        import open3d as o3d

        self._core, self._scene = o3d.core, o3d.t.geometry.RaycastingScene
        self._posed, mesh = posed, posed.parts[0].mesh
        self._object = self._build(mesh.vertices, mesh.faces)

    def _build(self, vertices: np.ndarray, faces: np.ndarray) -> object:
        scene = self._scene()
        scene.add_triangles(self._core.Tensor(np.ascontiguousarray(vertices)), self._core.Tensor(faces.astype(np.uint32)))
        return scene

    def body(self, t: int) -> None:
        part = self._posed.parts[0]
        local = (self._posed.body_vertices[t] - part.translation[t]) @ part.rotation[t]
        self._object.compute_signed_distance(self._core.Tensor(local.astype(np.float32)))  # type: ignore[attr-defined]

    def both(self, t: int) -> None:
        self.body(t)
        scene = self._build(self._posed.body_vertices[t], self._posed.choice.model.closed_skin_faces)
        scene.compute_signed_distance(self._core.Tensor(self._posed.object_vertices[t]))  # type: ignore[attr-defined]


def main() -> int:
    data = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not data.is_dir():
        print(f"no samples at {data}", file=sys.stderr)
        return 2
    start = time.perf_counter()
    kernels()
    print(f"kernels ready after {time.perf_counter() - start:.2f} s (several seconds the first time on a machine)")
    posed = load(data)
    mesh = posed.parts[0].mesh
    with tempfile.TemporaryDirectory() as folder:
        ((wall, cpu),) = timed(lambda: load_or_build_grid(mesh, Path(folder) / str(time.time_ns())), repeats=2)
        print(f"grid of {mesh.name or 'largetable'}, {len(mesh.faces)} faces: {wall:.2f} s wall, {cpu:.2f} s processor (bar 4 s)")
        grid = load_or_build_grid(mesh, Path(folder))
        (both,) = timed(lambda: distance_fields(posed, Path(folder)))
    report(posed, PartDistance(grid), both)
    return 0


def report(posed: PosedClip, distance: PartDistance, both: Times) -> None:
    count = posed.num_frames
    print(f"both fields, {count} frames: {both[0]:.2f} s wall, {both[1]:.2f} s processor (bar 4 s)")
    peer, frames = Open3D(posed), range(0, count, 10)
    peer.both(0)
    body, plain, peer_body = timed(
        lambda: ours_body(posed, distance), lambda: ours_body(posed, distance, 0.0), lambda: [peer.body(t) for t in frames],
        repeats=3 * REPEATS,
    )  # fmt: skip
    (peer_both,) = timed(lambda: [peer.both(t) for t in frames])
    print(f"{'per frame, ms':36}{'ours':>9}{'Open3D':>9}{'ratio wall':>12}{'ratio cpu':>11}")
    rows = (
        ("body to object, grid alone", plain, peer_body),
        ("body to object, corrected (bar 20x)", body, peer_body),
        ("both ways (bar 5x)", both, peer_both),
    )
    for name, mine, other in rows:
        a, b = [1e3 * v / count for v in mine], [1e3 * v / len(frames) for v in other]
        print(f"{name:36}{a[0]:9.2f}{b[0]:9.2f}{b[0] / a[0]:11.1f}x{b[1] / a[1]:10.1f}x")


if __name__ == "__main__":
    sys.exit(main())
