"""Making motions: a few deterministic steps from noise, what is given kept exactly, nudged on the way, finished by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import torch
from torch import Tensor

from interact_core.errors import InputError
from interact_core.generate.checkpoint import Trained
from interact_core.generate.diffusion import kept, seeded, step
from interact_core.generate.guidance import Guidance, Surface, guided
from interact_core.generate.motion import Conditions, Motion, heading, turned_about_y
from interact_core.generate.projection import Residuals, projected, residuals
from interact_core.generate.representation import STREAMS, WIDTH, Streams, bones_from_code, decode, encode
from interact_core.jobs.context import JobContext, NullContext

MOST_SECONDS: Final = 20.0
_PARTS: Final = {
    "human": ("joints", "rotations", "fingers", "planted"), "object": ("object_rotation", "object_place"), "reach": ("reach",),
}  # fmt: skip


@dataclass(frozen=True)
class SampleOptions:
    """`scale` is classifier-free guidance: 1 is none, and costs half; it only matters with words or an action."""

    steps: int = 20
    scale: float = 1.5
    seed: int = 0
    guidance: Guidance | None = field(default_factory=Guidance)
    project: bool = True
    """Lock planted feet and bring touching hands onto the surface at the end."""


@dataclass(frozen=True)
class Given:
    """What is known: a motion in the world (anything where flags are 0) and flags (B, T) per stream."""

    motion: Motion
    flags: Streams


@dataclass(frozen=True)
class Sampled:
    """Motions in the world of what was given; figures (B,) of what is still wrong before and after the projection."""

    motion: Motion
    raw: Residuals | None
    final: Residuals | None


StepListener = Callable[[int, Motion], None]
"""Called after every step with its number and the motion as predicted so far."""


def sample(
    trained: Trained, conditions: Conditions, frames: int, given: Given | None = None, options: SampleOptions | None = None, *,
    surface: Surface | None = None, context: JobContext | None = None, on_step: StepListener | None = None,
) -> Sampled:  # fmt: skip
    """One motion per row of `conditions`. The same seed, count and thread count give the same bits. Raises Cancelled.

    Without `surface` there is no guidance and no hand is brought to the object. InputError on lengths that cannot be made.
    """
    options = options or SampleOptions()
    _check(trained, frames, options)
    run = _Run(trained, conditions, frames, given, options, surface)
    with torch.no_grad():
        return run.finish(run.denoise(context or NullContext(), on_step))


def _check(trained: Trained, frames: int, options: SampleOptions) -> None:
    if not 1 <= frames <= round(MOST_SECONDS * trained.fps):
        raise InputError(f"{frames} frames are not between 1 and {round(MOST_SECONDS * trained.fps)}", field="frames")
    if not 1 <= options.steps <= 1000:
        raise InputError(f"{options.steps} steps are not between 1 and 1000", field="steps")


class _Run:
    def __init__(
        self, trained: Trained, conditions: Conditions, frames: int, given: Given | None, options: SampleOptions,
        surface: Surface | None,
    ) -> None:  # fmt: skip
        self.trained, self.options, self.surface, self.frames = trained, options, surface, frames
        self.device = str(next(trained.model.parameters()).device)
        self.conditions = conditions.to(self.device)
        self.bones = bones_from_code(self.conditions.body)
        count, patch = len(conditions.words), trained.config.model.patch
        padded = -(-frames // patch) * patch
        self.present = (torch.arange(padded) < frames).float().expand(count, -1).contiguous().to(self.device)
        self.given = given
        self.flags, self.known, self.yaw, self.shift = self._known(given, count, padded)

    def _known(self, given: Given | None, count: int, padded: int) -> tuple[Streams, Streams, Tensor, Tensor]:
        """Flags and scaled streams of what is given, in the frame that the model knows, and the way there."""
        zero = torch.zeros(count, device=self.device)
        if given is None:
            flags = {name: torch.zeros(count, padded, device=self.device) for name in STREAMS}
            known = {name: torch.zeros(count, padded, WIDTH[name], device=self.device) for name in STREAMS}
            return flags, known, zero, torch.zeros(count, 3, device=self.device)
        motion = given.motion.to(self.device)
        yaw, shift = _frame_of(motion, given.flags)
        extra = padded - self.frames
        known = self.trained.scales.normalised(encode(turned_about_y(motion, yaw, shift)))
        flags = {name: value.to(self.device) for name, value in given.flags.items()}
        for name in STREAMS:
            if not bool(torch.isfinite(known[name][flags[name] > 0]).all()):
                raise InputError("what is given holds numbers that are not finite", field=name, remedy="Repair the clip or path")
        return (
            {name: torch.nn.functional.pad(value, (0, extra)) for name, value in flags.items()},
            {name: torch.nn.functional.pad(torch.nan_to_num(value), (0, 0, 0, extra)) for name, value in known.items()},
            yaw, shift,
        )  # fmt: skip

    def denoise(self, context: JobContext, on_step: StepListener | None) -> Streams:
        options = self.options
        generator = seeded(options.seed)
        count, padded = self.present.shape
        noise = {name: torch.randn(count, padded, WIDTH[name], generator=generator).to(self.device) for name in STREAMS}
        noisy = {name: kept(noise[name], self.known[name], self.flags[name]) for name in STREAMS}
        told = self._told()
        levels = torch.linspace(1, 0, options.steps + 1).tolist()
        clean = noisy
        for k, (level, lower) in enumerate(pairwise(levels)):
            context.checkpoint()
            clean = self._clean(noisy, level, told)
            if self.surface is not None and options.guidance is not None and level < options.guidance.below:
                clean = guided(
                    clean, self.known, self.flags, self.trained.scales, self.bones, self.surface, options.guidance
                )  # fmt: skip
            noisy = {n: kept(step(noisy[n], clean[n], level, lower), self.known[n], self.flags[n]) for n in STREAMS}
            context.progress((k + 1) / options.steps, f"step {k + 1} of {options.steps}")
            if on_step is not None:
                on_step(k, self._motion(clean))
        return clean

    def _told(self) -> list[Tensor]:
        """Condition tokens, and those without words and action where they are to be compared."""
        told = [self.trained.model.told(self.conditions)[0]]
        says = any(text.strip() for text in self.conditions.words) or bool((self.conditions.action >= 0).any())
        if says and self.options.scale != 1.0:
            told.append(self.trained.model.told(self.conditions.without())[0])
        return told

    def _clean(self, noisy: Streams, level: float, told: list[Tensor]) -> Streams:
        twice = len(told)
        count = len(self.present)
        levels = torch.full((count * twice, 3), level, device=self.device)

        def several(x: Tensor) -> Tensor:
            return x.repeat(twice, *[1] * (x.ndim - 1))

        out = self.trained.model(
            {n: several(x) for n, x in noisy.items()}, {n: several(x) for n, x in self.flags.items()}, levels, torch.cat(told),
            several(self.present),
        )  # fmt: skip
        if twice == 2:
            scale = self.options.scale
            out = {n: x[count:] + scale * (x[:count] - x[count:]) for n, x in out.items()}
        return {n: kept(x, self.known[n], self.flags[n]) for n, x in out.items()}

    def _motion(self, clean: Streams) -> Motion:
        """In the world, with what is given copied back."""
        made = decode(self.trained.scales.physical(clean), self.bones).cut(0, self.frames)
        zero = torch.zeros_like(self.yaw)
        made = turned_about_y(turned_about_y(made, -self.yaw, torch.zeros_like(self.shift)), zero, -self.shift)
        return self._copied_back(made)

    def _copied_back(self, made: Motion) -> Motion:
        if self.given is None:
            return made
        own = self.given.motion.to(self.device)
        parts = {}
        for stream, names in _PARTS.items():
            flags = self.flags[stream][:, : self.frames] > 0
            for name in names:
                value = getattr(made, name)
                where = flags.reshape(*flags.shape, *[1] * (value.ndim - 2))
                parts[name] = torch.where(where, getattr(own, name), value)
        return Motion(**parts)

    def finish(self, clean: Streams) -> Sampled:
        motion = self._motion(clean)
        raw = residuals(motion, self.surface, self.trained.fps) if self.surface is not None else None
        if not self.options.project:
            return Sampled(motion, raw, raw)
        done = self._copied_back(projected(motion, self.bones, self.surface, self.trained.fps))
        return Sampled(done, raw, residuals(done, self.surface, self.trained.fps) if self.surface is not None else None)


def _frame_of(motion: Motion, flags: Streams) -> tuple[Tensor, Tensor]:
    """Yaw and shift into the model's frame: the person's first frame where it is given; else the object's; else the world's."""
    person, thing = flags["human"][:, 0].to(motion.joints) > 0, flags["object"][:, 0].to(motion.joints) > 0
    flat = torch.tensor([1.0, 0, 1], device=motion.joints.device)
    yaw = torch.where(person, -heading(motion), torch.zeros_like(motion.joints[:, 0, 0, 0]))
    alone = (thing & ~person)[:, None]
    shift = torch.where(person[:, None], -motion.joints[:, 0, 0], torch.where(alone, -motion.object_place[:, 0], 0.0)) * flat
    return torch.nan_to_num(yaw), torch.nan_to_num(shift)


def flags_for(task: str, frames: int, count: int = 1, past: int = 0, ends: int = 4) -> Streams:
    """What each task takes as given. `past` frames for prediction, `ends` frames at both ends for in-betweening."""
    flags = {name: torch.zeros(count, frames) for name in STREAMS}
    if task == "object_to_human":
        flags["object"][:] = 1
    elif task == "human_to_object":
        flags["human"][:] = 1
    elif task == "predict":
        for value in flags.values():
            value[:, :past] = 1
    elif task == "between":
        for name in ("human", "object", "reach"):
            flags[name][:, :ends] = flags[name][:, frames - ends :] = 1
    elif task not in ("text", "action", "free"):
        raise InputError(f"there is no task {task!r}", field="task")
    return flags


def silent(conditions: Conditions, task: str) -> Conditions:
    """Only what the task may know: text keeps the words, action the action; prediction and the like keep neither."""
    return conditions.without(text=task != "text", action=task != "action")
