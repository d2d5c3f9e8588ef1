"""The work of generating for a worker thread: read what is known, have candidates made in a child process."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from interact_app.generate.child import Picture, Task, generate_here
from interact_app.generate.wish import ThingSource, Wish
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext
from interact_core.project import Project

if TYPE_CHECKING:
    from interact_app.bridge.loading import LoadSpec
    from interact_core.clip import Clip, Mesh
    from interact_core.generate.trials import GeneratedTrial

log = logging.getLogger(__name__)
PAST_SECONDS = 1.0
"""What is continued where no range is chosen."""


@dataclass(frozen=True)
class Onlookers:
    """Who is told, on the worker's thread. `picture` gets a candidate's number, the step and the arrays of a small view."""

    stored: Callable[["GeneratedTrial"], None]
    picture: Callable[[int, int, dict[str, Any]], None]


def generate_clips(
    project: Project, wish: Wish, models_dir: Path | None, cache_dir: Path, device: str, context: JobContext, told: Onlookers
) -> int:  # fmt: skip
    """How many candidates were made. A cancel kills the child: nothing half made stays."""
    import time

    from interact_core.generate.trials import read_trial
    from interact_core.jobs.process_worker import ProcessWorker

    def take(said: Any) -> None:
        if isinstance(said, Picture):
            arrays = _arrays(said.path)
            if arrays is not None:
                told.picture(said.index, said.step, arrays)
            return
        trial = read_trial(Path(said))
        if trial is not None:
            told.stored(trial)

    context.progress(0.0, "starting")
    with ProcessWorker() as worker, TemporaryDirectory(prefix="interact-generate-", ignore_cleanup_errors=True) as folder:
        clip, start = known_of(project, wish, models_dir)
        task = Task(
            wish, clip, _mesh(project, wish.thing, models_dir), start, time.time(), project.folder, cache_dir, models_dir, device,
            Path(folder),
        )  # fmt: skip
        return worker.call(generate_here, task, context=context, told=take)


def measure_kept(project: Project, version_id: str, spec: "Callable[[str], LoadSpec]", context: JobContext) -> None:
    """Our inspection of a kept candidate, into its version's manifest and the library. Measured once; raises InputError."""
    from interact_app.bridge.library_work import store_inspection
    from interact_app.bridge.loading import analyse
    from interact_core.inspection.figures import figures_of
    from interact_core.project.children import child_id

    version = project.versions.get(version_id)
    if version.manifest.after or version.deleted:
        return
    child = child_id(version)
    inspection = analyse(spec(child), context)
    project.versions.note_figures(version.id, figures_of(inspection.summary))
    store_inspection(project, child, inspection)


def known_of(project: Project, wish: Wish, models_dir: Path | None) -> "tuple[Clip, float]":
    """The part of the clip that is known, and the second at which it begins. InputError where the range is too short."""
    from interact_core.refine.measuring import cut

    clip = project.versions.read(wish.parent) if wish.parent else project.read_clip(wish.clip_id, models_dir)
    start, stop = wish.frames or (0, clip.num_frames)
    if wish.frames is None and wish.task == "predict":
        stop = min(stop, round(PAST_SECONDS * clip.fps))
    if wish.task == "predict" and (stop - start) / clip.fps < 1 / 15:
        raise InputError(
            f"{stop - start} frames are too short a past", field="range", remedy="Select a tenth of a second or more"
        )
    if wish.task == "between" and (stop - start) / clip.fps < 0.7:
        raise InputError(
            f"there is nothing between the ends of {stop - start} frames", field="range", remedy="Select 0.7 s or more"
        )
    return cut(clip, slice(start, stop)), start / clip.fps


def _mesh(project: Project, thing: ThingSource, models_dir: Path | None) -> "tuple[str, Mesh] | None":
    """None where the clip's own object is taken."""
    if thing.kind == "clip":
        return None
    if thing.path is not None:
        from interact_core.formats.meshes import read_mesh

        return thing.name, read_mesh(thing.path)
    for row in project.library.search(object_name=thing.name):
        clip = project.read_clip(row.id, models_dir)
        for obj in clip.objects:
            if obj.name == thing.name:
                return obj.name, obj.parts[0].mesh
    raise InputError(f"no clip has the object {thing.name!r} any more", field="object")


def _arrays(path: Path) -> dict[str, Any] | None:
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        path.unlink()
    except (OSError, ValueError):
        return None
    return arrays


def device_of(asked: str) -> str:
    """ "auto" as what is there."""
    if asked == "cpu":
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
