"""The one door for the window and the command line: a task, what is known, a checkpoint; candidates come back as clips."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from interact_core.clip import Betas, Clip
from interact_core.errors import InputError
from interact_core.generate.checkpoint import Trained
from interact_core.generate.clips import Person, Thing, clip_from, motion_from
from interact_core.generate.guidance import grid_surface
from interact_core.generate.modes import TASKS
from interact_core.generate.motion import Conditions, Motion
from interact_core.generate.sampling import Given, SampleOptions, StepListener, flags_for, sample
from interact_core.generate.text import familiar
from interact_core.jobs.context import JobContext, NullContext, SubContext

NEEDS_CLIP = ("object_to_human", "human_to_object", "predict", "between")


@dataclass(frozen=True)
class Request:
    """What is wanted. `clip` gives what the task takes as known, and without `thing` and `person` its object and body too.

    `seconds` is the length (with a clip, its own unless the task is text or action); `past` seconds are given for prediction,
    `ends` frames at both ends for in-betweening.
    """

    task: str
    text: str = ""
    action: str = ""
    clip: Clip | None = None
    thing: Thing | None = None
    person: Person | None = None
    seconds: float = 4.0
    past: float = 1.0
    ends: int = 4
    count: int = 1
    options: SampleOptions = field(default_factory=SampleOptions)


@dataclass(frozen=True)
class Candidate:
    """One result with what is measured on the model's own points: metres, m/s, shares."""

    clip: Clip
    figures: dict[str, float]
    manifest: dict[str, Any]


def generate(
    trained: Trained, request: Request, *, cache_dir: Path, context: JobContext | None = None, on_step: StepListener | None = None
) -> list[Candidate]:
    """`request.count` candidates. InputError for what cannot be made; raises Cancelled."""
    context = context or NullContext()
    motion, person, thing, frames = known(trained, request)
    conditions = _conditions(trained, request, person, thing)
    surface = grid_surface(thing, cache_dir, SubContext(context, 0.0, 0.1, "distance grid"))
    given = None
    if motion is not None:
        flags = flags_for(request.task, frames, request.count, round(request.past * trained.fps), request.ends)
        given = Given(motion.take(torch.zeros(request.count, dtype=torch.long)), flags)
    made = sample(
        trained, conditions, frames, given, request.options, surface=surface, context=SubContext(context, 0.1, 1.0),
        on_step=on_step,
    )  # fmt: skip
    out = []
    for k in range(request.count):
        clip = clip_from(made.motion, k, trained.fps, person, thing, _name(request, k), request.text, request.action)
        figures = {} if made.final is None else {name: float(value[k]) for name, value in vars(made.final).items()}
        raw = {} if made.raw is None else {f"raw_{name}": float(value[k]) for name, value in vars(made.raw).items()}
        out.append(Candidate(clip, figures | raw, manifest_of(trained, request, k)))
    return out


def manifest_of(trained: Trained, request: Request, index: int) -> dict[str, Any]:
    """How a candidate was made: enough to make it again."""
    options = request.options
    return {
        "kind": "generated", "task": request.task, "text": request.text, "action": request.action,
        "source": request.clip.id if request.clip is not None else None, "seed": options.seed, "index": index,
        "count": request.count, "steps": options.steps, "scale": options.scale,
        "guidance": vars(options.guidance) if options.guidance is not None else None, "project": options.project,
        "model": {"steps": trained.step, "licence": trained.licence, "fps": trained.fps},
        "words": familiar(request.text, trained.seen),
    }  # fmt: skip


def known(trained: Trained, request: Request) -> tuple[Motion | None, Person, Thing, int]:
    if request.task not in TASKS:
        raise InputError(f"there is no task {request.task!r}", field="task", remedy=f"Choose one of {', '.join(TASKS)}")
    if request.clip is None and request.task in NEEDS_CLIP:
        raise InputError(f"{request.task} needs a clip that gives what is known", field="clip")
    frames = max(round(request.seconds * trained.fps), 1)
    if request.clip is None:
        if request.thing is None:
            raise InputError("there is no object to handle", field="object", remedy="Name a mesh, or a clip with an object")
        request.thing.check()
        return None, request.person or average_person(), request.thing, frames
    motion, person, thing = motion_from(request.clip, trained.fps)
    if request.task not in NEEDS_CLIP:
        return None, request.person or person, request.thing or thing, frames
    if request.thing is not None and request.task != "human_to_object":
        raise InputError("the object of the clip is part of what is known", field="object", remedy="Leave the object out")
    if motion.num_frames < 2:
        raise InputError("the clip is too short", field="clip")
    if request.task == "predict":
        past = round(request.past * trained.fps)
        if not 1 <= past <= motion.num_frames:
            raise InputError(
                f"{request.past:g} s of past are not in the clip", field="past", remedy="Give less past, or a longer clip"
            )
        return _lengthened(motion, max(frames, past + 1)), person, thing, max(frames, past + 1)
    return motion, person, request.thing or thing, motion.num_frames


def _lengthened(motion: Motion, frames: int) -> Motion:
    """Cut, or with the last frame repeated: what is behind the past is not looked at."""
    at = torch.arange(frames).clamp(max=motion.num_frames - 1)
    return Motion(*(getattr(motion, name)[:, at] for name in Motion.__dataclass_fields__))


def _conditions(trained: Trained, request: Request, person: Person, thing: Thing) -> Conditions:
    action = -1
    if request.action:
        if request.action.lower() not in trained.actions:
            raise InputError(
                f"the model does not know the action {request.action!r}", field="action",
                remedy=f"It knows {', '.join(trained.actions)}",
            )  # fmt: skip
        action = trained.actions.index(request.action.lower())
    if request.task == "text" and not request.text.strip():
        raise InputError("there is no sentence", field="text", remedy="Say what the person does")
    if request.task == "action" and action < 0:
        raise InputError("there is no action", field="action", remedy=f"Choose one of {', '.join(trained.actions)}")
    if not 1 <= request.count <= 256:
        raise InputError(f"{request.count} candidates are not between 1 and 256", field="count")
    n = request.count
    return Conditions(
        torch.from_numpy(np.repeat(thing.code(trained.basis)[None], n, 0)), torch.from_numpy(np.repeat(person.code[None], n, 0)),
        torch.full((n,), action), (request.text,) * n,
    )  # fmt: skip


def average_person() -> Person:
    from interact_core.bodies.library import open_body

    betas = Betas(np.zeros(10, np.float32))
    return Person("open", "neutral", betas, np.asarray(open_body("neutral").bind(betas).rest_joints, np.float32))


def _name(request: Request, index: int) -> str:
    return f"generated_{request.task}_{request.options.seed}_{index:03d}"
