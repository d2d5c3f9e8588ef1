"""One refinement from audit to report."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.library import BodyChoice, choose_body
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.inspection.thresholds import Thresholds
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.audit import audit, missing_hands
from interact_core.refine.guard import back_share, worse_marks
from interact_core.refine.keeping import Keeper, Kept
from interact_core.refine.measuring import Memory, Seen, cut, measure, way_moved
from interact_core.refine.noise import reduce_noise
from interact_core.refine.options import RefineOptions
from interact_core.refine.report import ContactSegment, Preview, RefineReport, RefineResult, Repair, StageReport
from interact_core.refine.scene import build_scene
from interact_core.refine.solving import Solving
from interact_core.refine.state import State, blend, clip_of, state_of
from interact_core.refine.stretches import around, spliced, stretches
from interact_core.refine.wrists import repair_arms

_NOISY: Final = 200.0
"""m/s^3 of mean jerk above which a clip's other measures cannot be trusted."""
_AUDIT_SHARE: Final = 0.15
_SOLVED: Final = 0.7
_FADE: Final = 8
"""Frames over which what is done before the solver begins and ends with a stretch."""
_NOTHING: Final = "No repair was found that leaves everything else as good; the notes say what got worse."


@dataclass(frozen=True)
class _Prepared:
    """What is done before the solver, on all frames."""

    raw: State
    reference: State
    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]

    def frames(self, where: slice, share: NDArray[np.float64]) -> tuple[State, State]:
        """Raw state and reference of some frames; only `share` (frames,) of what was done to them."""
        raw, reference = self.raw.frames(where), self.reference.frames(where)
        if bool((share == 1.0).all()):
            return raw, reference
        return raw, blend(raw, reference, torch.as_tensor(share, device=raw.transl.device, dtype=raw.transl.dtype))


@dataclass(frozen=True)
class _Done:
    """A clip after some of its stretches, with what was measured of it before, after, and what there is to tell."""

    clip: Clip
    before: Seen
    after: Seen
    stages: tuple[StageReport, ...] = ()
    contacts: tuple[ContactSegment, ...] = ()
    notes: tuple[str, ...] = ()


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
        self._made_up = missing_hands(self.clip, self.options)
        verdict = audit(before, self.clip.fps, not self._choice.stand_in, self._made_up)
        if verdict.passed and self.options.skip_clean:
            return self._untouched(before, verdict.reason, before.notes, began)
        prepared = self._prepared()
        done = self._all_stretches(before, prepared, SubContext(self.context, _AUDIT_SHARE, 1.0))
        notes = (*before.notes, *prepared.notes, *done.notes)
        if done.clip is self.clip:
            return self._untouched(before, _NOTHING, notes, began)
        notes += _still_through(done.after)
        worse = worse_marks(before.figures, done.after.figures, self.options.worse, self.clip.num_frames)
        report = RefineReport(
            before.figures, done.after.figures, way_moved(self.clip, done.clip, (before, done.after)), done.stages,
            done.contacts, prepared.repairs, notes, time.perf_counter() - began, self._device, worse=worse,
        )  # fmt: skip
        return RefineResult(done.clip, report)

    def _untouched(self, seen: Seen, reason: str, notes: tuple[str, ...], began: float) -> RefineResult:
        seconds = time.perf_counter() - began
        report = RefineReport(seen.figures, seen.figures, notes=notes, seconds=seconds, device=self._device, skipped=reason)
        return RefineResult(self.clip, report)

    def _all_stretches(self, before: Seen, prepared: _Prepared, context: JobContext) -> _Done:
        """Each stretch in turn, and the clip put together again."""
        ranges = [self._range()]
        if self.options.skip_clean and not any(self._made_up.values()):
            repaired = np.zeros(self.clip.num_frames, bool)
            for repair in prepared.repairs:
                repaired[repair.start : repair.stop] = True
            ranges = stretches(before, self.clip.fps, not self._choice.stand_in, repaired, self._range())
        whole = _Done(self.clip, before, before)
        for k, stretch in enumerate(ranges):
            where = around(stretch, self.clip.num_frames)
            part = SubContext(context, k / len(ranges), (k + 1) / len(ranges))
            if where.stop - where.start == self.clip.num_frames:
                return self._stretch(self.clip, stretch, where, prepared, before, part)
            piece = cut(self.clip, where)
            seen = self._measure(piece, SubContext(part, 0.0, 0.1))
            whole = _with(whole, self._stretch(piece, stretch, where, prepared, seen, part), piece, where, stretch)
        return whole

    def _stretch(
        self, piece: Clip, stretch: slice, where: slice, prepared: _Prepared, before: Seen, context: JobContext
    ) -> _Done:  # fmt: skip
        """`piece` is the clip's frames `where`, of which those of `stretch` may change."""
        changed = np.zeros(piece.num_frames, bool)
        changed[stretch.start - where.start : stretch.stop - where.start] = True
        # What may not change holds the motion steady: it has to be what it will be, noise and all.
        raw, reference = prepared.frames(where, 1.0 - back_share(~changed, _FADE))
        dtype = torch.float64 if self.options.double_precision else torch.float32
        scene = build_scene(piece, self._choice, self._device, dtype, self.cache_dir, context)
        inner = slice(stretch.start - where.start, stretch.stop - where.start)
        solving = Solving(scene, reference, self.options, self._made_up, inner, self._shown_from(where.start))
        states = solving.states(SubContext(context, 0.1, _SOLVED))
        kept = self._kept(piece, before, solving, raw, changed, states, SubContext(context, _SOLVED, 1.0))
        shifted = tuple(replace(s, frames=(s.frames[0] + where.start, s.frames[1] + where.start)) for s in solving.reports)
        contacts = tuple(replace(c, start=c.start + where.start, stop=c.stop + where.start) for c in solving.contacts)
        return _Done(kept.clip, before, kept.seen, shifted, contacts, kept.notes)

    def _shown_from(self, start: int) -> Callable[[Preview], None] | None:
        """The listener, told frames of the whole clip."""
        listener = self.on_state
        if listener is None or not start:
            return listener
        return lambda p: listener(replace(p, frames=slice(p.frames.start + start, p.frames.stop + start)))

    def _kept(
        self, piece: Clip, before: Seen, solving: Solving, raw: State, changed: NDArray[np.bool_],
        states: list[tuple[str, State]], context: JobContext,
    ) -> Kept:  # fmt: skip
        fallback = piece
        if before.figures["jerk_body"] > _NOISY:
            # Where everything shakes, contact and planted feet are seen or missed by luck: what counts is the calm motion.
            quiet = clip_of(piece, states[0][1], changed)
            calm = self._measure(quiet, context)
            if calm.figures["jerk_body"] < 0.5 * before.figures["jerk_body"]:
                fallback, before, raw = quiet, calm, states[0][1]
        return Keeper(fallback, before, solving, raw, changed, self._measure, context).keep(states)

    def _measure(self, clip: Clip, context: JobContext) -> Seen:
        return measure(clip, self._choice, self.cache_dir, self._device, context, self._memory)

    def _prepared(self) -> _Prepared:
        dtype = torch.float64 if self.options.double_precision else torch.float32
        raw = state_of(self.clip, self._device, dtype)
        reference, notes = raw, []
        repairs: tuple[Repair, ...] = ()
        if self.options.repair_wrists:
            reference, repairs = repair_arms(reference, self._choice.bound.rest_joints, self.clip.fps)
        if self.options.reduce_noise:
            reference, noise = reduce_noise(reference, self.clip.fps)
            notes.append(f"Noise found: body {np.degrees(noise['body']):.2f} deg, objects {1000 * noise['object']:.1f} mm.")
        return _Prepared(raw, reference, repairs, tuple(notes))

    def _range(self) -> slice:
        last = self.options.last_frame if self.options.last_frame >= 0 else self.clip.num_frames
        return slice(min(self.options.first_frame, self.clip.num_frames), min(last, self.clip.num_frames))


def _still_through(after: Seen) -> tuple[str, ...]:
    """What is beyond a thin wall may have been meant there: a person has to look."""
    depth = after.figures.get("thin_wall", float("nan"))
    if not depth > Thresholds().thin_wall:
        return ()
    return (f"Skin is still {1000 * depth:.0f} mm beyond a thin wall: look at it, the repair did not end that.",)


def _with(whole: _Done, piece: _Done, source: Clip, where: slice, stretch: slice) -> _Done:
    """`whole` with a stretch of a piece that begins at `where`, if the piece is another one than its `source`."""
    notes = (*whole.notes, *(f"Frames {stretch.start} to {stretch.stop - 1}: {note}" for note in piece.notes))
    told = replace(whole, stages=whole.stages + piece.stages, contacts=whole.contacts + piece.contacts, notes=notes)
    if piece.clip is source:
        return told
    inner = slice(stretch.start - where.start, stretch.stop - where.start)
    after = whole.after.put(stretch, piece.after.frames(inner))
    return replace(told, clip=spliced(whole.clip, piece.clip, where, stretch), after=after)


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
