"""One refinement from audit to report."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.library import choose_body
from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.inspection.fields import distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import pose_clip
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.audit import audit, missing_hands
from interact_core.refine.guard import back_share, worse_figures, worse_frames
from interact_core.refine.limits import HandLimits
from interact_core.refine.noise import reduce_noise
from interact_core.refine.options import RefineOptions
from interact_core.refine.report import (
    ContactSegment,
    Measured,
    Preview,
    RefineReport,
    RefineResult,
    Repair,
    StageReport,
    figures,
)
from interact_core.refine.scene import Scene, build_scene
from interact_core.refine.stages import stages_for
from interact_core.refine.state import State, blend, clip_of, state_of
from interact_core.refine.survey import Surveyor
from interact_core.refine.windows import Window, WindowSolver, windows_of
from interact_core.refine.wrists import repair_arms

log = logging.getLogger(__name__)
_NOISY: Final = 200.0
"""m/s^3 of mean jerk above which a clip's other measures cannot be trusted."""
_TOUCHING: Final = 0.04
"""Metres from the body beyond which no measure asks how far an object is: contact ends at 35 mm."""
_PREVIEW: Final = 0.5
"""Seconds between previews."""
_AUDIT_SHARE: Final = 0.2
_SOLVED: Final = 0.8


@dataclass(frozen=True)
class _Solved:
    """`states` are those after each stage, titled, the first one before the solver."""

    states: list[tuple[str, State]]
    stages: tuple[StageReport, ...]
    contacts: tuple[ContactSegment, ...]
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

    def result(self, measured: Measured | None) -> RefineResult:
        began = time.perf_counter()
        check_poses(self.clip)
        device = device_for(self.options.device)
        before = measured or self.measure(self.clip, device, SubContext(self.context, 0.0, _AUDIT_SHARE))
        made_up = missing_hands(self.clip, self.options)
        verdict = audit(self.clip, before, self.options, made_up)
        notes = before.inspection.notes
        if verdict.passed and self.options.skip_clean:
            shown = figures(before.inspection)
            seconds = time.perf_counter() - began
            report = RefineReport(shown, shown, notes=notes, seconds=seconds, device=device, skipped=verdict.reason)
            return RefineResult(self.clip, report)
        solved = self._solved(device, made_up)
        refined, after, more = self._kept(before, solved, device)
        report = RefineReport(
            figures(before.inspection), figures(after.inspection), _moved(before, after), solved.stages, solved.contacts,
            solved.repairs, notes=(*notes, *solved.notes, *more), seconds=time.perf_counter() - began, device=device,
        )  # fmt: skip
        return RefineResult(refined, report)

    def _kept(self, before: Measured, solved: "_Solved", device: str) -> tuple[Clip, Measured, list[str]]:
        """The last state that is in no measure worse than the input; the input itself if there is none."""
        notes: list[str] = []
        fallback = self.clip, before
        if before.inspection.summary["jerk_body"].value > _NOISY:
            # Where everything shakes, contact and planted feet are seen or missed by luck: what counts is the calm motion.
            quiet = clip_of(self.clip, solved.states[0][1], self._changed())
            calm = self.measure(quiet, device, SubContext(self.context, _SOLVED, 1.0))
            if calm.inspection.summary["jerk_body"].value < 0.5 * before.inspection.summary["jerk_body"].value:
                fallback, before = (quiet, calm), calm
        old = figures(before.inspection)
        for title, state in reversed(solved.states):
            clip = clip_of(self.clip, state, self._changed())
            after = self.measure(clip, device, SubContext(self.context, _SOLVED, 1.0))
            back = worse_frames(before, after, self.options.worse)
            if back.any():
                share = torch.as_tensor(back_share(back, 8), device=state.transl.device, dtype=state.transl.dtype)
                state = blend(state, solved.states[0][1], share)
                clip = clip_of(self.clip, state, self._changed())
                after = self.measure(clip, device, SubContext(self.context, _SOLVED, 1.0))
                notes.append(
                    f"{int(back.sum())} frames went back to what they were before solving: penetration or a gap had grown."
                )
            worse = worse_figures(old, figures(after.inspection), self.options.worse)
            if not worse:
                return clip, after, notes
            told = ", ".join(f"{name} ({old.get(name, 0.0):.4g} to {figures(after.inspection)[name]:.4g})" for name in worse)
            notes.append(f"{title} was taken back: worse in {told}.")
            log.info("%s: %s", self.clip.id, notes[-1])
        return (*fallback, notes)

    def _changed(self) -> NDArray[np.bool_]:
        changed = np.zeros(self.clip.num_frames, bool)
        changed[self._range()] = True
        return changed

    def measure(self, clip: Clip, device: str, context: JobContext) -> Measured:
        posed = pose_clip(clip, self.models_dir, device, SubContext(context, 0.0, 0.2))
        fields = distance_fields(posed, self.cache_dir, device, SubContext(context, 0.2, 0.9), outer=_TOUCHING)
        return Measured(posed, fields, inspect_clip(posed, fields, context=SubContext(context, 0.9, 1.0)))

    def _solved(self, device: str, made_up: dict[str, bool]) -> "_Solved":
        dtype = torch.float64 if self.options.double_precision else torch.float32
        choice = choose_body(self.clip.body, self.models_dir)
        scene = build_scene(self.clip, choice, device, dtype, self.cache_dir, self.context)
        raw = state_of(self.clip, device, dtype)
        reference, notes = raw, []
        repairs: tuple[Repair, ...] = ()
        if self.options.repair_wrists:
            reference, repairs = repair_arms(reference, choice.bound.rest_joints, self.clip.fps)
        if self.options.reduce_noise:
            reference, noise = reduce_noise(reference, self.clip.fps)
            notes.append(f"Noise found: body {np.degrees(noise['body']):.2f} deg, objects {1000 * noise['object']:.1f} mm.")
        with solver_threads():
            states, stages, contacts = self._solve(scene, reference, made_up)
        states = [("Repairing wrists and noise", reference), *states]
        return _Solved(states, tuple(stages), contacts, repairs, tuple(notes))

    def _range(self) -> slice:
        last = self.options.last_frame if self.options.last_frame >= 0 else self.clip.num_frames
        return slice(min(self.options.first_frame, self.clip.num_frames), min(last, self.clip.num_frames))

    def _solve(
        self, scene: Scene, reference: State, made_up: dict[str, bool]
    ) -> tuple[list[tuple[str, State]], list[StageReport], tuple[ContactSegment, ...]]:
        limits = HandLimits(scene.choice.bound, scene.device, scene.dtype, made_up)
        stages = stages_for(self.options, has_objects=bool(scene.parts), has_fingers=scene.choice.model.family != "smpl")
        windows = windows_of(self._range(), self.clip.num_frames, self.options)
        states = [reference for _ in stages]
        state = reference
        reports: list[StageReport] = []
        contacts: list[ContactSegment] = []
        span = (_SOLVED - _AUDIT_SHARE) / max(len(windows), 1)
        show = _Throttled(self, scene)
        for k, window in enumerate(windows):
            part = SubContext(self.context, _AUDIT_SHARE + k * span, _AUDIT_SHARE + (k + 1) * span)
            solver = WindowSolver(scene, reference, window, self.options, limits, made_up, part)
            found, told = solver.solve(state, stages, show)
            states = [before.put(window.frames, here) for before, here in zip(states, found, strict=True)]
            state = states[-1] if states else reference
            reports += told
            contacts += solver.segments
        titled = [(f"Stage '{stage.name}'", state) for stage, state in zip(stages, states, strict=True)]
        return titled, reports, tuple(contacts)


class _Throttled:
    """Hands the current state to the listener, at most every _PREVIEW seconds."""

    def __init__(self, run: Run, scene: Scene) -> None:
        self._listener, self._context = run.on_state, run.context
        self._surveyor = Surveyor(scene) if run.on_state is not None else None
        self._last = 0.0

    def __call__(self, stage: str, window: Window, state: State) -> None:
        if self._listener is None or self._surveyor is None or time.perf_counter() - self._last < _PREVIEW:
            return
        vertices, joints = self._surveyor.pose(state, self._context)
        arrays = [a.float().cpu().numpy() for a in (vertices, joints, state.rotation, state.translation)]
        self._listener(Preview(stage, slice(window.start, window.stop), *arrays))
        self._last = time.perf_counter()


@contextmanager
def solver_threads() -> Iterator[None]:
    """Half the cores for the many small products of the solver: the window needs one too, and threads that wait for each
    other on a busy machine cost more than they bring (measured: fivefold on two cores under load)."""
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    try:
        yield
    finally:
        torch.set_num_threads(before)


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
            remedy="Cut the clip, or refine a range without them",
        )  # fmt: skip


def device_for(wanted: str) -> str:
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no CUDA device", field="device", remedy="Choose auto or cpu")
    return wanted


def _moved(before: Measured, after: Measured) -> dict[str, float]:
    joints = np.linalg.norm(after.posed.joints - before.posed.joints, axis=-1)
    result = {
        "body_mean": float(joints[:, :22].mean()), "body_max": float(joints[:, :22].max()),
        "joint_mean": float(joints.mean()), "joint_max": float(joints.max()), "hand_mean": float(joints[:, 22:].mean()),
    }  # fmt: skip
    if before.posed.object_vertices.shape[1]:
        away = np.linalg.norm(after.posed.object_vertices - before.posed.object_vertices, axis=-1)
        result |= {"object_mean": float(away.mean()), "object_max": float(away.max())}
    return result
