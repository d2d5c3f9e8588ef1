"""Solving a run of frames: contacts found once, pairs found anew every round, stage after stage."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.fields import DistanceFields
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.signals import stride_for
from interact_core.inspection.thresholds import Thresholds
from interact_core.jobs.context import JobContext, NullContext
from interact_core.refine.contacts import REGIONS, Contacts, find_contacts, region_vertices
from interact_core.refine.energy import Energy
from interact_core.refine.feet import Feet, find_feet
from interact_core.refine.grasps import with_grasps
from interact_core.refine.limits import HandLimits
from interact_core.refine.measuring import cut
from interact_core.refine.options import RefineOptions
from interact_core.refine.pairs import find_pairs
from interact_core.refine.report import ContactSegment, StageReport
from interact_core.refine.scene import Scene
from interact_core.refine.sides import touching_hands
from interact_core.refine.solver import descend
from interact_core.refine.stages import Stage, weights_for
from interact_core.refine.state import State, clip_of
from interact_core.refine.survey import Survey, Surveyor

_STIFF_FINGERS: Final = 0.1
PINNED: Final = 4
"""Frames at a window's start that stay as the window before left them."""


@dataclass(frozen=True)
class Window:
    """Frames [start, stop) solved together, of which [start, free) and [end, stop) stay as they are."""

    start: int
    stop: int
    free: int
    end: int

    @property
    def frames(self) -> slice:
        return slice(self.start, self.stop)


Show = Callable[[str, Window, State], None]
"""Called with a stage, the window and the window's state."""


def windows_of(frames: slice, total: int, options: RefineOptions) -> list[Window]:
    """Windows over a range of a clip of `total` frames. At the range's ends a few frames outside hold the motion steady."""
    start, stop = max(frames.start - PINNED, 0), min(frames.stop + PINNED, total)
    if frames.stop <= frames.start:
        return []
    overlap = min(options.overlap, options.window // 3)
    found: list[Window] = []
    at = start
    while True:
        rest = stop - at
        # A last window that would be a stump is joined to this one.
        until = stop if rest <= options.window * 4 // 3 else at + options.window
        free = at + PINNED if found else frames.start
        found.append(Window(at, until, free, min(until, frames.stop)))
        if until == stop:
            return found
        at = until - overlap


class WindowSolver:
    """One window of one clip. `reference` is what the result stays near to."""

    def __init__(
        self, scene: Scene, reference: State, window: Window, options: RefineOptions, limits: HandLimits,
        made_up: dict[str, bool], context: JobContext,
    ) -> None:  # fmt: skip
        self._scene, self._window, self._options, self._limits = scene, window, options, limits
        self._made_up, self._context = made_up, context
        self._reference = reference.frames(window.frames)
        self._surveyor = Surveyor(scene)
        first = self._survey(self._reference, skin=False)
        self._first = first
        self._contacts = self._find_contacts(first)
        vertices = first.vertices.cpu().numpy()
        fps = scene.clip.fps
        self._feet = find_feet(vertices, scene.choice.model.regions, fps, true_body=not scene.choice.stand_in)

    @property
    def found(self) -> tuple[Survey, Contacts, Feet]:
        """What was found of the reference, without the objects' points."""
        return self._first, self._contacts, self._feet

    @property
    def segments(self) -> list[ContactSegment]:
        names = tuple(part.name for part in self._scene.parts)
        offset = self._window.start
        return [
            ContactSegment(s.region, s.part, s.start + offset, s.stop + offset) for s in self._contacts.segments(names)
        ]  # fmt: skip

    def solve(
        self, state: State, stages: list[Stage], show: Show, *, grasp: bool = True
    ) -> tuple[list[State], list[StageReport]]:  # fmt: skip
        """This window's state after each stage, from the whole clip's `state`, and a report per stage. `grasp` False: fingers
        that nobody captured have their grasps already."""
        found, reports = [], []
        here = state.frames(self._window.frames)
        bends = [k for k, stage in enumerate(stages) if _bends_fingers(stage)]
        for k, stage in enumerate(stages):
            if k in bends[:1] and any(self._made_up.values()):
                here = self._grasping(here, anew=grasp)
            here, report = self._stage(here, stage, show, k / len(stages), 1 / len(stages))
            found.append(here)
            reports.append(report)
        return found, reports

    def _grasping(self, here: State, *, anew: bool) -> State:
        """The state with grasps for fingers that nobody captured; they are what such fingers stay near to from now on."""
        w = self._window
        hands = touching_hands(self._contacts)
        held = {side: hands[side] for side, made_up in self._made_up.items() if made_up}
        if anew:
            here = with_grasps(self._scene, here, w.start, held, slice(w.free - w.start, w.end - w.start))
        local = self._reference.local.clone()
        for side in held:
            first = JOINT_INDEX[f"{side}_index1"]
            local[:, first : first + 15] = here.local[:, first : first + 15]
        self._reference = replace(self._reference, local=local)
        fresh = self._find_contacts(self._survey(here, skin=False))
        self._contacts = self._contacts.with_hands_of(fresh, tuple(held))
        return here

    def _stage(self, here: State, stage: Stage, show: Show, done: float, share: float) -> tuple[State, StageReport]:
        began = time.perf_counter()
        weights = weights_for(stage, self._scene, self._options, self._made_up, self._scene.clip.fps)
        w = self._window
        free = torch.zeros(w.stop - w.start, dtype=torch.bool, device=self._scene.device)
        free[w.free - w.start : w.end - w.start] = True
        steps, before, after = 0, float("nan"), float("nan")
        # Fingers that nobody captured must not push the arm away before they have been bent.
        bent = _bends_fingers(stage)
        fingers = {side: 1.0 if bent or not made_up else _STIFF_FINGERS for side, made_up in self._made_up.items()}
        rounds = min(self._options.rounds, stage.rounds)
        for round_ in range(rounds):
            survey = self._survey(here)
            pairs = find_pairs(self._scene, here, survey, self._contacts, self._feet, self._options, fingers)
            energy = Energy(self._scene, pairs, self._reference, self._options, weights, w.start, self._limits)
            energy.begin(here)
            taken = steps

            def on_step(state: State, value: float, taken: int = taken, round_: int = round_) -> None:
                self._context.progress(
                    done + share * (round_ + 0.5) / rounds, stage.name, {"energy": value, "step": float(taken)}
                )
                show(stage.name, w, state)

            count = max(1, round(self._options.effort * stage.effort / rounds))
            found = descend(
                energy, self._scene, here, weights.columns, free, count, self._context.checkpoint, on_step, stage.trust
            )
            here, steps, after = found.state, steps + found.steps, found.after
            before = found.before if round_ == 0 else before
            self.terms = found.terms
            self._context.progress(done + share * (round_ + 1) / rounds, stage.name, {"energy": after})
        seconds = time.perf_counter() - began
        return here, StageReport(stage.name, (w.start, w.stop), before, after, steps, seconds)

    def _survey(self, state: State, *, skin: bool = True) -> Survey:
        return self._surveyor.survey(state, self._context, self._window.start, skin=skin)

    def _find_contacts(self, survey: Survey) -> Contacts:
        scene = self._scene
        distance = (
            np.stack([d.cpu().numpy() for d in survey.distance]) if survey.distance else np.zeros((0, *survey.vertices.shape[:2]))
        )
        regions = scene.choice.model.regions
        evidence = self._evidence(survey) if scene.parts else None
        speed = self._speeds(survey, distance)
        return find_contacts(distance, evidence, regions, self._options, scene.clip.fps, speed, self._made_up)

    def _evidence(self, survey: Survey) -> Evidence:
        """What the inspection would say of the reference; holding needs no more than the body's distance."""
        clip = clip_of(cut(self._scene.clip, self._window.frames), self._reference)
        parts = [part for obj in clip.objects for part in obj.parts]
        edges = np.cumsum([0, *(len(part.mesh.vertices) for part in parts)])
        slices = tuple(slice(int(a), int(b)) for a, b in pairwise(edges))
        things = np.concatenate([part.posed() for part in parts], axis=1)
        ready = np.ones(clip.num_frames, bool)
        posed = PosedClip(
            clip, self._scene.choice, survey.vertices.float().cpu().numpy(), survey.joints.float().cpu().numpy(), things,
            np.zeros((0, 3), np.int32), slices, tuple(part.name for part in parts), ready,
        )  # fmt: skip
        body = survey.nearest.float().cpu().numpy()
        fields = DistanceFields(body, np.zeros((clip.num_frames, 0), np.float32), (False,) * len(parts), 0.1, ready)
        return Evidence(posed, fields, Thresholds(), NullContext())

    def _speeds(self, survey: Survey, distance: NDArray[np.float32]) -> NDArray[np.float64]:
        """(T, R) m/s of each region against the part it is nearest to, smoothed over a fifth of a second."""
        scene = self._scene
        frames = len(survey.vertices)
        result = np.zeros((frames, len(REGIONS)))
        if frames < 3 or not scene.parts:
            return result
        step = stride_for(scene.clip.fps)
        vertices = survey.vertices.cpu().numpy()
        rotation = self._reference.rotation.cpu().numpy()
        translation = self._reference.translation.cpu().numpy()
        for r, ids in enumerate(region_vertices(scene.choice.model.regions)):
            if not len(ids):
                continue
            part = int(distance[:, :, ids].min(axis=(1, 2)).argmin())
            middle = vertices[:, ids].mean(axis=1) - translation[:, part]
            own = np.einsum("tji,tj->ti", rotation[:, part], middle)
            if frames <= 2 * step:
                continue
            velocity = np.linalg.norm(own[2 * step :] - own[: -2 * step], axis=1) * scene.clip.fps / (2 * step)
            velocity = np.concatenate([np.repeat(velocity[:1], step), velocity, np.repeat(velocity[-1:], step)])
            result[:, r] = np.convolve(np.pad(velocity, 3, mode="edge"), np.ones(7) / 7, mode="valid")
        return result


def _bends_fingers(stage: Stage) -> bool:
    return bool(stage.joints) and max(stage.joints) >= NUM_BODY_JOINTS
