"""Signed distance both ways: every body vertex to the objects, every object vertex to the moving body."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.geometry.grid_cache import load_or_build_grid
from interact_core.geometry.moving_mesh import DEFAULT_CAP, MovingMesh
from interact_core.geometry.object_grid import ObjectGrid
from interact_core.geometry.part_distance import PartDistance
from interact_core.geometry.warp_runtime import kernels, resolve_device, worker_count
from interact_core.inspection.posed import PosedClip, chunk_order
from interact_core.jobs.context import JobContext, NullContext, SubContext

CHUNK: Final = 8
"""Frames per step: a quarter of a second on one core, so that cancelling is answered in time."""
_GRID_SHARE: Final = 0.3
"""Of the progress bar, for the grids, which are usually read from the cache."""


@dataclass(frozen=True)
class DistanceFields:
    """Metres, negative inside, NaN where not computed yet (`ready` (T,) False) or where the object is missing.

    body_signed_distance (T, Vb) float32 to the nearest object part, not clamped, approximate beyond 10 cm from it;
    object_signed_distance (T, Vo) float32 to the body's outer skin, clamped to [-cap, cap]. For a part flagged in
    `thin_shell` the body's distance has no sign (inside means nothing there), the object's has. Without objects the
    body's distance is NaN.
    """

    body_signed_distance: NDArray[np.float32]
    object_signed_distance: NDArray[np.float32]
    thin_shell: tuple[bool, ...]
    cap: float
    ready: NDArray[np.bool_]


FieldListener = Callable[[int, int, DistanceFields], None]
"""Called as on_chunk(start, stop, fields so far) on the worker's thread."""


def distance_fields(
    posed: PosedClip, cache_dir: Path, device: str = "cpu", context: JobContext | None = None,
    on_chunk: FieldListener | None = None, *, priority_frame: int = 0, cap: float = DEFAULT_CAP, outer: float | None = None,
    known: tuple[DistanceFields, NDArray[np.bool_]] | None = None,
) -> DistanceFields:  # fmt: skip
    """Both fields of every frame that is posed, chunks near priority_frame first. Raises Cancelled.

    `cache_dir` holds the objects' grids; those missing are built first. Device "cpu", "cuda" or "auto". `outer`, less than
    cap, clamps the object's distance outside the body: contact and depth stay the same, and it takes half the time.
    `known`: fields found before with the same cap and outer, and in which frames (T,) body and objects are where they were then.
    """
    context = context or NullContext()
    device = resolve_device(device)
    kernels(device)
    grids = _grids(posed, cache_dir, SubContext(context, 0.0, _GRID_SHARE))
    shape = posed.body_vertices.shape[:2], posed.object_vertices.shape[:2]
    fields = DistanceFields(
        np.full(shape[0], np.nan, np.float32), np.full(shape[1], np.nan, np.float32),
        tuple(grid.thin_shell for grid in grids), cap, np.zeros(posed.num_frames, bool),
    )  # fmt: skip
    if known is not None:
        _take_over(fields, *known)
    if grids:
        _Run(posed, fields, grids, device, outer).all_chunks(
            SubContext(context, _GRID_SHARE, 1.0, "distances"), on_chunk, priority_frame
        )
    else:
        fields.ready[:] = posed.ready
    context.progress(1.0, "distances")
    return fields


def _take_over(fields: DistanceFields, found: DistanceFields, same: NDArray[np.bool_]) -> None:
    """The frames in which nothing moved since, in place."""
    frames = same & found.ready
    fields.body_signed_distance[frames] = found.body_signed_distance[frames]
    fields.object_signed_distance[frames] = found.object_signed_distance[frames]
    fields.ready[frames] = True


def _grids(posed: PosedClip, cache_dir: Path, context: JobContext) -> list[ObjectGrid]:
    """One grid per part; parts with the same mesh share it."""
    found: dict[str, ObjectGrid] = {}
    for k, part in enumerate(posed.parts):
        key = part.mesh.content_hash
        if key not in found:
            step = SubContext(context, k / len(posed.parts), (k + 1) / len(posed.parts), f"distance grid of {part.name}")
            found[key] = load_or_build_grid(part.mesh, cache_dir, step)
    return [found[part.mesh.content_hash] for part in posed.parts]


class _Run:
    """One computation: the devices' structures, and a moving mesh for each thread."""

    def __init__(
        self, posed: PosedClip, fields: DistanceFields, grids: list[ObjectGrid], device: str, outer: float | None
    ) -> None:  # fmt: skip
        self._posed, self._fields, self._device, self._outer = posed, fields, device, outer
        shared = {id(grid): PartDistance(grid, device) for grid in grids}
        self._parts = [shared[id(grid)] for grid in grids]
        self._own = local()

    def all_chunks(self, context: JobContext, on_chunk: FieldListener | None, priority_frame: int) -> None:
        order = chunk_order(self._posed.num_frames, CHUNK, priority_frame)
        order = [frames for frames in order if not self._fields.ready[frames].all()]
        workers = worker_count() if self._device == "cpu" else 1
        done = 0
        with ThreadPoolExecutor(workers, thread_name_prefix="fields") as pool:
            for k in range(0, len(order), workers):
                context.checkpoint()
                group = order[k : k + workers]
                list(pool.map(self._chunk, group))
                for frames in group:
                    done += 1
                    context.progress(done / len(order), "distances")
                    if on_chunk is not None:
                        on_chunk(frames.start, frames.stop, self._fields)

    def _chunk(self, frames: slice) -> None:
        self._body_to_objects(frames)
        for t in range(frames.start, frames.stop):
            self._objects_to_body(t)
        self._mask_missing(frames)
        self._fields.ready[frames] = self._posed.ready[frames]

    def _body_to_objects(self, frames: slice) -> None:
        out = np.full(self._posed.body_vertices[frames].shape[:2], np.inf, np.float32)
        for part, distance in zip(self._posed.parts, self._parts, strict=True):
            present = self._posed.ready[frames].copy()
            if part.missing is not None:
                present &= ~np.asarray(part.missing[frames], bool)
            if present.any():
                lowered = out[present]
                points = self._posed.body_vertices[frames][present]
                distance.minimum_with(lowered, points, part.rotation[frames][present], part.translation[frames][present])
                out[present] = lowered
        self._fields.body_signed_distance[frames] = np.where(np.isfinite(out), out, np.nan)

    def _objects_to_body(self, t: int) -> None:
        if not self._posed.ready[t]:
            return
        mesh = getattr(self._own, "mesh", None)
        if mesh is None:
            model = self._posed.choice.model
            mesh = self._own.mesh = MovingMesh(model.closed_skin_faces, model.num_vertices, self._device, model.regions.slices)
        points, body = self._posed.object_vertices[t], self._posed.body_vertices[t]
        distance = mesh.signed_distance(points, body, self._fields.cap, self._outer)
        self._fields.object_signed_distance[t] = distance

    def _mask_missing(self, frames: slice) -> None:
        for part, where in zip(self._posed.parts, self._posed.part_slices, strict=True):
            if part.missing is not None:
                gone = np.flatnonzero(part.missing[frames]) + frames.start
                self._fields.object_signed_distance[gone, where] = np.nan
