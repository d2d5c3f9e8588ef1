"""Training the one model: batches of all tasks, averaged weights, a budget of time or steps, files to go on from.

The same code on CPU and CUDA. A batch whose loss or gradient is not finite is skipped and counted. With a budget of steps, a
resumed run ends with the same bits as one that was never interrupted (same device, same thread count).
"""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import cos, pi
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from interact_core.errors import InputError
from interact_core.generate import checkpoint
from interact_core.generate.checkpoint import Trained
from interact_core.generate.config import TrainConfig, config_from, plain
from interact_core.generate.diffusion import draw_noise, noised, seeded
from interact_core.generate.losses import Depth, losses, total, words_loss
from interact_core.generate.model import Denoiser, parameter_count
from interact_core.generate.modes import draw_flags, draw_levels, draw_modes
from interact_core.generate.motion import Conditions, canonical
from interact_core.generate.pools import Crop, Pool, open_pool
from interact_core.generate.reports import Reports, plain_number
from interact_core.generate.representation import Scales, bones_from_code, encode, measure_scales, shape_basis
from interact_core.generate.text import words_of
from interact_core.jobs.context import JobContext, NullContext

LAST: Final = "last.safetensors"
MODEL: Final = "model.safetensors"
_FLOOR: Final = 0.03
"""Of the learning rate, where the cosine ends."""
_SCALE_CLIPS: Final = 1024
_EARLY: Final = 5
"""Steps after which a run first says how long it will take."""


@dataclass
class Progress:
    """How far a run is; goes into the file it resumes from."""

    step: int = 0
    seconds: float = 0.0
    skipped: int = 0
    recent: dict[str, float] = field(default_factory=dict)
    """Exponential means of the loss terms."""


@dataclass(frozen=True)
class LogLine:
    step: int
    fraction: float
    seconds: float
    remaining: float
    """Seconds that the budget still allows, as estimated."""
    pace: float
    """Seconds a step has taken in this run."""
    rate: float
    skipped: int
    losses: dict[str, float]


def train(
    config: TrainConfig, folder: Path, *, resume: bool = True, pool: Pool | None = None, context: JobContext | None = None,
    on_log: Callable[[LogLine], None] | None = None,
) -> Trained:  # fmt: skip
    """Train into `folder`: LAST to go on from, MODEL to sample with, LOG. Cancelling saves LAST first. Raises Cancelled.

    With `resume` a LAST that is there is gone on from; its config must be the same but for the budget and what only says how
    often to report.
    """
    torch.set_num_threads(config.recipe.threads)
    folder.mkdir(parents=True, exist_ok=True)
    context = context or NullContext()
    trainer = Trainer(config, folder, resume, pool, context)
    return trainer.run(context, on_log)


class Trainer:
    """One run: everything that changes while it trains."""

    def __init__(
        self, config: TrainConfig, folder: Path, resume: bool = True, pool: Pool | None = None, context: JobContext | None = None
    ) -> None:
        self.config, self.folder = config, folder
        self.device = _device(config.recipe.device)
        self.progress = Progress()
        self.generator = seeded(config.recipe.seed)
        last = folder / LAST
        saved = checkpoint.read(last) if resume and last.is_file() else None
        if saved is not None:
            _check_same(saved[1], config, last)
            self.progress.step = int(saved[1]["step"])
        torch.manual_seed(config.recipe.seed)
        basis = shape_basis(config.model.shape_points)
        self.pool = pool or open_pool(config.data, config.recipe.seed, basis, self.progress.step, context)
        model = Denoiser(config.model, self.pool.actions)
        self.average = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self.trained = Trained(
            model, Scales({}, {}), basis, config, self.pool.fps, config.data.licence, frozenset(), self.progress.step
        )  # fmt: skip
        if saved is None:
            self.trained = replace(self.trained, scales=self._scales())
        model.to(self.device)
        self.optimiser = torch.optim.AdamW(
            _groups(model, config.recipe.decay), lr=config.recipe.rate, betas=(0.9, 0.99), fused=True
        )
        if saved is not None:
            self._restore(*saved, last)
        self.average = {name: value.to(self.device) for name, value in self.average.items()}
        self.forward = torch.compile(model) if config.recipe.compile and self.device == "cuda" else model
        self.seen: set[str] = set(self.trained.seen)

    @property
    def model(self) -> Denoiser:
        return self.trained.model

    def _scales(self) -> Scales:
        crop = self.pool.batch(seeded(self.config.recipe.seed + 1), _SCALE_CLIPS, self._longest())
        return measure_scales(encode(canonical(crop.motion)))

    def _longest(self) -> int:
        patch = self.config.model.patch
        return max(self.config.data.longest // patch, 1) * patch

    def run(self, context: JobContext, on_log: Callable[[LogLine], None] | None) -> Trained:
        began, before = time.monotonic(), self.progress.seconds
        saved, first, recipe = began, self.progress.step, self.config.recipe
        reports = Reports(self.folder, first)
        try:
            while self.fraction < 1.0:
                context.checkpoint()
                self.step()
                self.progress.seconds = before + time.monotonic() - began
                pace = (time.monotonic() - began) / (self.progress.step - first)
                if self.progress.step % recipe.log_steps == 0 or self.progress.step - first == _EARLY:
                    self._report(context, reports, on_log, pace)
                if recipe.preview_steps and self.progress.step % recipe.preview_steps == 0:
                    reports.preview(self._averaged(), self.pool.example())
                if time.monotonic() - saved > 60 * self.config.recipe.save_minutes:
                    self.save()
                    saved = time.monotonic()
        finally:
            reports.close()
            self.save()
        return self.finished()

    @property
    def fraction(self) -> float:
        """Of the budget, 0 to 1."""
        recipe = self.config.recipe
        shares = [self.progress.step / recipe.steps] if recipe.steps else []
        shares += [self.progress.seconds / (60 * recipe.minutes)] if recipe.minutes else []
        return min(max(shares), 1.0)

    @property
    def rate(self) -> float:
        recipe = self.config.recipe
        warm = min(1.0, (self.progress.step + 1) / max(recipe.warm_up, 1))
        return recipe.rate * warm * (_FLOOR + (1 - _FLOOR) * 0.5 * (1 + cos(pi * self.fraction)))

    def step(self) -> None:
        """One batch. Never raises for numbers that are not finite: it leaves the weights and counts."""
        terms = self._losses()
        loss = total(terms)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate
        self.optimiser.zero_grad(set_to_none=True)
        good = bool(torch.isfinite(loss))
        if good:
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.recipe.clip)
            good = bool(torch.isfinite(norm))
        self.progress.step += 1
        if good:
            self.optimiser.step()
            self._average()
            self._note({name: float(value.detach()) for name, value in {"loss": loss, **terms}.items()})
        else:
            self.progress.skipped += 1
        self.pool.renewed(self.progress.step)

    def _losses(self) -> dict[str, Tensor]:
        crop, modes = self._crop()
        conditions = self._dropped(crop.conditions).to(self.device)
        self.seen.update(word for text in conditions.words for word in words_of(text))
        truth, present = crop.motion.to(self.device), crop.present.to(self.device)
        scales = self.trained.scales
        clean = scales.normalised(encode(truth))
        flags = draw_flags(self.generator, modes, crop.lengths, crop.motion.num_frames, self.config.model.patch)
        given = {name: value.to(self.device) for name, value in flags.items()}
        level = draw_levels(self.generator, modes).to(self.device)
        noisy = noised(clean, draw_noise(clean, self.generator), level, given)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            told, guess = self.model.told(conditions)
            predicted = self.forward(noisy, given, level, told, present)
        predicted = {name: value.float() for name, value in predicted.items()}
        bones, weight = bones_from_code(conditions.body), self.config.recipe.penetration
        depth = Depth(self.pool.surface(crop.rows), level.amax(1), weight) if weight else None
        terms = losses(predicted, clean, given, present, scales, truth, bones, self.trained.fps, depth)
        return terms | {"words": words_loss(guess.float(), crop.conditions.action.to(self.device), conditions.words)}

    def _crop(self) -> tuple[Crop, list[str]]:
        recipe, patch = self.config.recipe, self.config.model.patch
        modes = draw_modes(self.generator, recipe.batch, recipe.only)
        low = max(self.config.data.shortest // patch, 1)
        frames = patch * int(torch.randint(low, self._longest() // patch + 1, (), generator=self.generator))
        crop = self.pool.batch(self.generator, recipe.batch, frames)
        return crop.seen_from(modes, self.generator), modes

    def _dropped(self, conditions: Conditions) -> Conditions:
        recipe, n = self.config.recipe, len(conditions.words)
        mute = torch.rand(n, 2, generator=self.generator)
        words = tuple(
            "" if drop < recipe.drop_text else text for drop, text in zip(mute[:, 0].tolist(), conditions.words, strict=True)
        )
        return replace(conditions, words=words, action=torch.where(mute[:, 1] < recipe.drop_action, -1, conditions.action))

    def _average(self) -> None:
        """With a warm-up, so that the first weights are soon forgotten."""
        keep = min(self.config.recipe.ema, (1 + self.progress.step) / (10 + self.progress.step))
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                self.average[name].lerp_(value, 1 - keep)

    def _note(self, terms: dict[str, float]) -> None:
        for name, value in terms.items():
            before = self.progress.recent.get(name, value)
            self.progress.recent[name] = 0.98 * before + 0.02 * value

    def _report(self, context: JobContext, reports: Reports, on_log: Callable[[LogLine], None] | None, pace: float) -> None:
        """`pace` is this run's seconds per step so far."""
        p, recipe, share = self.progress, self.config.recipe, self.fraction
        left = [(recipe.steps - p.step) * pace] if recipe.steps else []
        left += [60 * recipe.minutes - p.seconds] if recipe.minutes else []
        line = LogLine(p.step, share, p.seconds, max(min(left), 0.0), pace, self.rate, p.skipped, dict(p.recent))
        reports.line(line)
        context.progress(share, f"step {line.step}", {"loss": line.losses.get("loss", float("nan"))})
        if on_log is not None:
            on_log(line)

    def finished(self) -> Trained:
        """The averaged model, also written as MODEL."""
        done = self._current()
        checkpoint.save(self.folder / MODEL, done, self.average, notes=self._notes())
        return checkpoint.load(self.folder / MODEL)

    def save(self) -> None:
        """LAST (to go on from) and MODEL (to look at what there is)."""
        checkpoint.save(self.folder / LAST, self._current(), self.model.state_dict(), self._extra(), self._notes())
        checkpoint.save(self.folder / MODEL, self._current(), self.average, notes=self._notes())

    def _averaged(self) -> Trained:
        """A copy that can be sampled while the training goes on."""
        model = deepcopy(self.model)
        model.load_state_dict(self.average)
        return replace(self._current(), model=model.eval())

    def _current(self) -> Trained:
        return replace(self.trained, seen=frozenset(self.seen), step=self.progress.step)

    def _notes(self) -> dict[str, Any]:
        p = self.progress
        return {
            "seconds": p.seconds, "skipped": p.skipped, "losses": {n: plain_number(v) for n, v in p.recent.items()},
            "parameters": parameter_count(self.model), "torch": torch.__version__,
        }  # fmt: skip

    def _extra(self) -> dict[str, Tensor]:
        extra = {f"average.{name}": value for name, value in self.average.items()}
        extra["random"] = self.generator.get_state()
        for k, state in self.optimiser.state_dict()["state"].items():
            extra |= {f"optimiser.{k}.{name}": torch.as_tensor(value) for name, value in state.items()}
        return extra

    def _restore(self, tensors: dict[str, Tensor], about: dict[str, Any], path: Path) -> None:
        before = checkpoint.trained_from(tensors, about, path)
        self.trained = replace(self.trained, scales=before.scales, seen=before.seen, step=before.step)
        self.model.load_state_dict(before.model.state_dict())
        notes = about.get("notes", {})
        self.progress.seconds, self.progress.skipped = float(notes.get("seconds", 0)), int(notes.get("skipped", 0))
        self.progress.recent = {name: float(value) for name, value in notes.get("losses", {}).items() if value is not None}
        extra = {name.removeprefix("training."): value for name, value in tensors.items() if name.startswith("training.")}
        missing = [name for name in ("random", *(f"average.{n}" for n in self.average)) if name not in extra]
        if missing:
            raise InputError("is missing: this file can be sampled but not resumed", path=path, field=f"training.{missing[0]}",
                             remedy=f"Resume from {LAST}, or start in an empty folder")  # fmt: skip
        self.average = {name: extra[f"average.{name}"] for name in self.average}
        self.generator.set_state(extra["random"])
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in extra.items():
            if name.startswith("optimiser."):
                _, index, key = name.split(".", 2)
                state.setdefault(int(index), {})[key] = value
        self.optimiser.load_state_dict({"state": state, "param_groups": self.optimiser.state_dict()["param_groups"]})


def _groups(model: Denoiser, decay: float) -> list[dict[str, Any]]:
    """Matrices decay; biases, norms and learned vectors do not."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def _device(wanted: str) -> str:
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise InputError("this PyTorch sees no CUDA device", field="recipe.device", remedy='Use "cpu" or "auto"')
    if wanted not in ("auto", "cpu", "cuda"):
        raise InputError(f"there is no device {wanted!r}", field="recipe.device", remedy='Use "auto", "cpu" or "cuda"')
    return "cuda" if available and wanted != "cpu" else "cpu"


_MAY_DIFFER: Final = ("steps", "minutes", "threads", "device", "compile", "save_minutes", "log_steps", "preview_steps")


def _check_same(about: dict[str, Any], config: TrainConfig, path: Path) -> None:
    """A run is gone on with only as it was begun."""
    before, now = plain(config_from(about.get("config", {}), path)), plain(config)
    for table, values in now.items():
        for name, value in values.items():
            if name not in _MAY_DIFFER and before[table][name] != value:
                raise InputError(
                    f"was {before[table][name]!r} when this run began and is {value!r} now", path=path, field=f"{table}.{name}",
                    remedy="Train into another folder, or put the value back",
                )  # fmt: skip
