"""One refinement from audit to report."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.library import BodyChoice, choose_body
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.audit import audit, missing_hands
from interact_core.refine.guard import worse_marks
from interact_core.refine.keeping import Keeper, Kept
from interact_core.refine.measuring import Memory, Seen, measure, way_moved
from interact_core.refine.noise import reduce_noise
from interact_core.refine.options import RefineOptions
from interact_core.refine.report import Preview, RefineReport, RefineResult, Repair
from interact_core.refine.scene import build_scene
from interact_core.refine.solving import Solving
from interact_core.refine.state import State, clip_of, state_of
from interact_core.refine.wrists import repair_arms

_NOISY: Final = 200.0
"""m/s^3 of mean jerk above which a clip's other measures cannot be trusted."""
_AUDIT_SHARE: Final = 0.15
_SOLVED: Final = 0.7
_NOTHING: Final = "No repair was found that leaves everything else as good; the notes say what got worse."


@dataclass(frozen=True)
class _Prepared:
    """The solver and what is done before it."""

    solving: Solving
    raw: State
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]


@dataclass
class Run:
    """A refinement of one clip."""

    clip: Clip
    options: RefineOptions
    cache_dir: Path
    models_dir: Path | None
    context: JobContext
    on_state: Callable[[Preview], None] | None

    def result(self) -> RefineResult:
        began = time.perf_counter()
        check_poses(self.clip)
        _check_range(self.clip, self.options)
        self._device = device_for(self.options.device)
        self._memory = Memory()
        self._choice: BodyChoice = choose_body(self.clip.body, self.models_dir)
        before = self._measure(self.clip, SubContext(self.context, 0.0, _AUDIT_SHARE))
        made_up = missing_hands(self.clip, self.options)
        verdict = audit(before, self.clip.fps, not self._choice.stand_in, made_up)
        if verdict.passed and self.options.skip_clean:
            return self._untouched(before, verdict.reason, before.notes, began)
        prepared = self._prepared(made_up)
        states = prepared.solving.states(SubContext(self.context, _AUDIT_SHARE, _SOLVED))
        kept = self._kept(before, prepared, states)
        notes = (*before.notes, *prepared.notes, *kept.notes)
        if kept.clip is self.clip:
            return self._untouched(before, _NOTHING, notes, began)
        worse = worse_marks(before.figures, kept.seen.figures, self.options.worse, self.clip.num_frames)
        report = RefineReport(
            before.figures, kept.seen.figures, way_moved(self.clip, kept.clip, (before, kept.seen)),
            tuple(prepared.solving.reports), tuple(prepared.solving.contacts), prepared.repairs, notes,
            time.perf_counter() - began, self._device, worse=worse,
        )  # fmt: skip
        return RefineResult(kept.clip, report)

    def _untouched(self, seen: Seen, reason: str, notes: tuple[str, ...], began: float) -> RefineResult:
        seconds = time.perf_counter() - began
        report = RefineReport(seen.figures, seen.figures, notes=notes, seconds=seconds, device=self._device, skipped=reason)
        return RefineResult(self.clip, report)

    def _kept(self, before: Seen, prepared: _Prepared, states: list[tuple[str, State]]) -> Kept:
        context = SubContext(self.context, _SOLVED, 1.0)
        fallback, raw = self.clip, prepared.raw
        if before.figures["jerk_body"] > _NOISY:
            # Where everything shakes, contact and planted feet are seen or missed by luck: what counts is the calm motion.
            quiet = clip_of(self.clip, states[0][1], self._changed())
            calm = self._measure(quiet, context)
            if calm.figures["jerk_body"] < 0.5 * before.figures["jerk_body"]:
                fallback, before, raw = quiet, calm, states[0][1]
        keeper = Keeper(fallback, before, prepared.solving, raw, self._changed(), self._measure, context)
        return keeper.keep(states)

    def _measure(self, clip: Clip, context: JobContext) -> Seen:
        return measure(clip, self._choice, self.cache_dir, self._device, context, self._memory)

    def _prepared(self, made_up: dict[str, bool]) -> _Prepared:
        dtype = torch.float64 if self.options.double_precision else torch.float32
        scene = build_scene(self.clip, self._choice, self._device, dtype, self.cache_dir, self.context)
        raw = state_of(self.clip, self._device, dtype)
        reference, notes = raw, []
        repairs: tuple[Repair, ...] = ()
        if self.options.repair_wrists:
            reference, repairs = repair_arms(reference, self._choice.bound.rest_joints, self.clip.fps)
        if self.options.reduce_noise:
            reference, noise = reduce_noise(reference, self.clip.fps)
            notes.append(f"Noise found: body {np.degrees(noise['body']):.2f} deg, objects {1000 * noise['object']:.1f} mm.")
        solving = Solving(scene, reference, self.options, made_up, self._range(), self.on_state)
        return _Prepared(solving, raw, repairs, tuple(notes))

    def _range(self) -> slice:
        last = self.options.last_frame if self.options.last_frame >= 0 else self.clip.num_frames
        return slice(min(self.options.first_frame, self.clip.num_frames), min(last, self.clip.num_frames))

    def _changed(self) -> NDArray[np.bool_]:
        changed = np.zeros(self.clip.num_frames, bool)
        changed[self._range()] = True
        return changed


def _check_range(clip: Clip, options: RefineOptions) -> None:
    if options.first_frame >= clip.num_frames or 0 <= options.last_frame <= options.first_frame:
        raise InputError(
            f"frames {options.first_frame} to {options.last_frame} are none of the clip's {clip.num_frames}", field="range",
            remedy="Choose a range within the clip",
        )  # fmt: skip


def check_poses(clip: Clip) -> None:
    arrays: list[NDArray[np.floating]] = [clip.body.full_pose().reshape(clip.num_frames, -1), clip.body.transl]
    for obj in clip.objects:
        for part in obj.parts:
            arrays += [part.rotation.reshape(clip.num_frames, -1), part.translation]
    if not clip.num_frames:
        raise InputError("the clip has no frames", field=clip.id)
    bad = np.flatnonzero(~np.logical_and.reduce([np.isfinite(a).all(axis=1) for a in arrays]))
    if len(bad):
        raise InputError(
            f"{len(bad)} frames have no finite pose, the first is frame {bad[0]}", field=clip.id,
            remedy="Refine a clip that was cut to the frames that have one",
        )  # fmt: skip


def device_for(wanted: str) -> str:
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no CUDA device", field="device", remedy="Choose auto or cpu")
    return wanted
