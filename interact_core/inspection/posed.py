"""A clip with all its vertices in the world: what the scene draws and the measures read."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, ObjectPart
from interact_core.clip.skeleton import NUM_JOINTS
from interact_core.jobs.context import JobContext, NullContext

if TYPE_CHECKING:
    from interact_core.bodies.library import BodyChoice

CHUNK: Final = 32
"""Frames posed at a time: batches are cheap per frame, and the first picture must not wait for more."""


@dataclass(frozen=True)
class PosedClip:
    """World vertices of every frame: metres, +Y up. Frames that are not posed yet hold NaN and `ready` False.

    body_vertices (T, Vb, 3) float32 with faces `choice.model.faces`; joints (T, 52, 3) float32; object_vertices
    (T, Vo, 3) float32, all parts of all objects one after the other (Vo = 0 without objects), object_faces (Fo, 3) int32
    into them. Part k owns object_vertices[:, part_slices[k]] and is called part_names[k].
    """

    clip: Clip
    choice: "BodyChoice"
    body_vertices: NDArray[np.float32]
    joints: NDArray[np.float32]
    object_vertices: NDArray[np.float32]
    object_faces: NDArray[np.int32]
    part_slices: tuple[slice, ...]
    part_names: tuple[str, ...]
    ready: NDArray[np.bool_]

    @property
    def num_frames(self) -> int:
        return self.clip.num_frames

    @property
    def body_faces(self) -> NDArray[np.int32]:
        return self.choice.model.faces

    @property
    def parts(self) -> tuple[ObjectPart, ...]:
        """The parts in the order of part_slices."""
        return tuple(part for obj in self.clip.objects for part in obj.parts)


ChunkListener = Callable[[int, int, PosedClip], None]
"""Called as on_chunk(start, stop, posed so far) on the worker's thread."""


def chunk_order(num_frames: int, size: int, first: int = 0) -> list[slice]:
    """Slices covering all frames, the one that holds frame `first` leading, then those nearest to it."""
    starts = range(0, num_frames, size)
    middle = [abs(start + size / 2 - first) for start in starts]
    holds = [not start <= first < start + size for start in starts]
    order = sorted(range(len(starts)), key=lambda k: (holds[k], middle[k]))
    return [slice(starts[k], min(starts[k] + size, num_frames)) for k in order]


def empty_posed(clip: Clip, choice: "BodyChoice") -> PosedClip:
    """All arrays allocated, nothing posed."""
    t = clip.num_frames
    names, parts = named_parts(clip)
    edges = np.cumsum([0, *(len(part.mesh.vertices) for part in parts)])
    faces = [part.mesh.faces.astype(np.int32) + np.int32(start) for part, start in zip(parts, edges[:-1], strict=True)]
    return PosedClip(
        clip, choice, _nan(t, choice.model.num_vertices), _nan(t, NUM_JOINTS), _nan(t, int(edges[-1])),
        np.concatenate([np.zeros((0, 3), np.int32), *faces]),
        tuple(slice(int(a), int(b)) for a, b in pairwise(edges)), names, np.zeros(t, bool),
    )  # fmt: skip


def named_parts(clip: Clip) -> tuple[tuple[str, ...], tuple[ObjectPart, ...]]:
    """All parts of all objects, and what each is called."""
    pairs = [
        (obj.name if len(obj.parts) == 1 else f"{obj.name}/{part.name}", part) for obj in clip.objects for part in obj.parts
    ]  # fmt: skip
    return tuple(name for name, _ in pairs), tuple(part for _, part in pairs)


def _nan(frames: int, count: int) -> NDArray[np.float32]:
    return np.full((frames, count, 3), np.nan, np.float32)


def pose_clip(
    clip: Clip, models_dir: Path | None = None, device: str = "cpu", context: JobContext | None = None,
    on_chunk: ChunkListener | None = None, *, choice: "BodyChoice | None" = None, priority_frame: int = 0,
) -> PosedClip:  # fmt: skip
    """Pose every frame, the chunk that holds priority_frame first. Raises Cancelled at the next chunk of CHUNK frames.

    `choice` overrides the body that choose_body would take from models_dir.
    """
    from interact_core.bodies.library import choose_body

    context = context or NullContext()
    posed = empty_posed(clip, choice or choose_body(clip.body, models_dir))
    done = 0
    for frames in chunk_order(clip.num_frames, CHUNK, priority_frame):
        context.checkpoint()
        pose_frames(posed, frames, device)
        done += frames.stop - frames.start
        context.progress(done / clip.num_frames, "posing")
        if on_chunk is not None:
            on_chunk(frames.start, frames.stop, posed)
    return posed


def pose_frames(posed: PosedClip, frames: slice, device: str = "cpu") -> None:
    """Fill the arrays of some frames from the clip's motion."""
    body = posed.choice.bound.pose(posed.clip.body, frames, device=device)
    posed.body_vertices[frames] = body.vertices
    posed.joints[frames] = body.joints
    for part, where in zip(posed.parts, posed.part_slices, strict=True):
        posed.object_vertices[frames, where] = part.posed(frames)
    posed.ready[frames] = True
