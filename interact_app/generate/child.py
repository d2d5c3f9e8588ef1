"""What the child process of a generation does: candidates together, step by step, with pictures of how far they are."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_app.generate.wish import FROM_CLIP, Wish
from interact_app.sheet.thinner import Thinner
from interact_core.clip import Clip, Mesh
from interact_core.jobs.context import JobContext, SubContext

if TYPE_CHECKING:
    from interact_core.generate.checkpoint import Trained
    from interact_core.generate.generate import Candidate, Request
    from interact_core.generate.motion import Motion

FPS: Final = 15.0
"""Of the model's frames: the least past is one of them."""
_PICTURES: Final = 3
"""How many times the sampling is looked at; each look costs more than a step."""
_PICTURE_FPS: Final = 5.0


@dataclass(frozen=True)
class Task:
    """`clip` is what the wish's clip shows, already cut to what is known; `mesh` the object, None for the clip's own."""

    wish: Wish
    clip: Clip
    mesh: tuple[str, Mesh] | None
    start: float
    asked: float
    project: Path
    cache_dir: Path
    models_dir: Path | None
    device: str
    pictures: Path | None
    """Folder for pictures while it is sampled; None where nobody looks."""


@dataclass(frozen=True)
class Picture:
    """How far a candidate is: arrays as a small view takes them, in a file."""

    index: int
    step: int
    path: Path


def generate_here(task: Task, context: JobContext, tell: Callable[[Any], None]) -> int:
    """Work of a ProcessWorker. Tells pictures, then the folder (a str) of each candidate that is stored; returns how many."""
    from interact_core.generate.checkpoint import load
    from interact_core.generate.generate import generate
    from interact_core.generate.trials import Origin, add_trial

    started = time.monotonic()
    context.progress(0.0, "reading the model")
    trained = load(task.wish.model, task.device)
    request = request_of(task)
    looks = _Looks(task, trained, request, tell) if task.pictures is not None else None
    made = generate(trained, request, cache_dir=task.cache_dir, context=SubContext(context, 0.05, 0.85), on_step=looks)
    seconds = (time.monotonic() - started) / len(made)
    views = _Views(task)
    origin = Origin(task.wish.clip_id, task.wish.parent, task.start, task.asked)
    for number, candidate in enumerate(made):
        context.checkpoint()
        context.progress(0.85 + 0.15 * number / len(made), f"candidate {number + 1}")
        finished = _finished(task, candidate, seconds)
        tell(str(add_trial(task.project, origin, finished, views.of(finished.clip)).folder))
    return len(made)


def request_of(task: Task) -> "Request":
    """The wish as the core asks for it. InputError for a path that cannot be."""
    from interact_core.generate.clips import Thing, person_of, thing_of
    from interact_core.generate.generate import Request
    from interact_core.generate.key_poses import path_clip
    from interact_core.generate.sampling import SampleOptions

    wish, clip = task.wish, task.clip
    options = SampleOptions(steps=wish.steps, scale=wish.scale, seed=wish.seed)
    thing = None if task.mesh is None else Thing(*task.mesh)
    common: dict[str, Any] = {"count": wish.count, "options": options}
    if wish.task in ("text", "action", "free"):
        text, action = (wish.text if wish.task == "text" else ""), (wish.action if wish.task == "action" else "")
        thing = thing or thing_of(clip)[0]
        return Request(wish.task, text, action, None, thing, person_of(clip.body), wish.seconds, **common)
    if wish.keys:
        thing = thing or thing_of(clip)[0]
        thing.check()
        return Request(wish.task, clip=path_clip(wish.keys, wish.seconds, thing.name, thing.mesh, clip), **common)
    if wish.task == "predict":
        past = max((clip.num_frames - 1) / clip.fps, 1 / FPS)
        return Request(wish.task, clip=clip, seconds=past + wish.seconds, past=past, **common)
    if wish.task == "human_to_object" and thing is not None:
        return Request(wish.task, clip=clip, thing=thing, **common)
    return Request(wish.task, clip=clip, **common)


def _finished(task: Task, candidate: "Candidate", seconds: float) -> "Candidate":
    """Where the open clip is, with what a person should know of it."""
    wish = task.wish
    clip = _placed(task, candidate.clip)
    told = {"title": f"{wish.title.split(',')[0]} {int(candidate.manifest['index']) + 1}", "parent": wish.clip_id}
    clip = replace(clip, id=f"{wish.clip_id}__{clip.id}", metadata={**clip.metadata, **told}, source=None)
    manifest = {
        **candidate.manifest, "source": wish.clip_id, "frames": wish.frames, "device": task.device, "seconds": seconds,
        "object": clip.objects[0].name, "checkpoint": wish.model.name, "path": [vars(key) for key in wish.keys],
    }  # fmt: skip
    return replace(candidate, clip=clip, manifest=manifest)


def _placed(task: Task, clip: Clip) -> Clip:
    """What was made out of nothing begins where the open clip's person stands; the rest is where its given part was."""
    if task.wish.task in FROM_CLIP or task.wish.task == "object_to_human":
        return clip
    offset = (task.clip.body.transl[0] - clip.body.transl[0]) * np.array([1.0, 0.0, 1.0])
    objects = tuple(
        replace(obj, parts=tuple(replace(part, translation=part.translation + offset) for part in obj.parts))
        for obj in clip.objects
    )
    return replace(clip, body=replace(clip.body, transl=clip.body.transl + offset.astype(np.float32)), objects=objects)


class _Views:
    """Small pictures of candidates that share a body."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._thinner: Thinner | None = None

    def of(self, clip: Clip) -> dict[str, NDArray[Any]]:
        from interact_core.inspection.posed import pose_clip

        posed = pose_clip(clip, self._task.models_dir, "cpu")
        if self._thinner is None:
            self._thinner = Thinner(posed.body_vertices[0], posed.body_faces)
        return self._thinner.view(posed)


class _Looks:
    """Called by the sampler after every step: a few times the motion as it is predicted by then is drawn."""

    def __init__(self, task: Task, trained: "Trained", request: "Request", tell: Callable[[Any], None]) -> None:
        from interact_core.generate.generate import known

        self._task, self._fps, self._tell, self._steps = task, trained.fps, tell, request.options.steps
        _, self._person, self._thing, _ = known(trained, request)
        self._views = _Views(task)
        self._every = max(1, -(-self._steps // (_PICTURES + 1)))

    def __call__(self, step: int, motion: "Motion") -> None:
        if (step + 1) % self._every or step + 1 == self._steps:
            return
        from interact_core.formats.atomic import npz_bytes
        from interact_core.generate.clips import clip_from

        assert self._task.pictures is not None
        for row in range(motion.joints.shape[0]):
            clip = clip_from(motion, row, self._fps, self._person, self._thing, "preview", out_fps=_PICTURE_FPS)
            path = self._task.pictures / f"{step}-{row}.npz"
            path.write_bytes(npz_bytes(self._views.of(_placed(self._task, clip))))
            self._tell(Picture(row, step + 1, path))
