"""Moving the person to where the things are now: the refinement's energy with anchors, over body and hands, things fixed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import Tensor

from interact_core.augment.options import Following
from interact_core.augment.placement import Way, apply
from interact_core.augment.source import Source
from interact_core.bodies.kinematics import rotation_matrices
from interact_core.bodies.library import choose_body
from interact_core.clip import Clip
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.jobs.context import JobContext
from interact_core.refine.contacts import Contacts
from interact_core.refine.energy import Energy, Weights
from interact_core.refine.feet import Feet
from interact_core.refine.limits import HandLimits
from interact_core.refine.measuring import cut
from interact_core.refine.options import RefineOptions
from interact_core.refine.pairs import Held, Pairs, Touching, find_pairs
from interact_core.refine.report import Preview
from interact_core.refine.scene import Scene, build_scene
from interact_core.refine.solver import descend
from interact_core.refine.state import ROOT, TURNS, State, clip_of, rotation_vectors, state_of
from interact_core.refine.survey import Surveyor
from interact_core.refine.windows import Window, joined, seams_of, windows_of

_FEET: Final = ("left_ankle", "right_ankle", "left_foot", "right_foot")
_FOOT_LEAVES: Final = (1, 2)
"""Places of the feet among the leaves of the skeleton."""
_TOLERANCE: Final = {"feet": 0.010, "legs": 0.080, "trunk": 0.060, "arms": 0.150, "fingers": 0.50}
"""Metres that points of the body may be from where following puts them, for one unit."""
_TURN: Final = {"body": 0.35, "fingers": 0.15}
"""Radians that joints may turn from the source's pose: fingers keep their grip, the arm carries them."""
_SMOOTH: Final = 4.0
"""m/s^2 of a correction that count as one unit: a reach of 10 cm within half a second is 1.6."""
_TURN_SMOOTH: Final = 20.0
_LEGS: Final = ("left_knee", "right_knee")
Show = Callable[[str, State], None]


@dataclass(frozen=True)
class Stage:
    """Joints that may turn, the steps as a share of the effort, and how often surfaces are looked up; 0: not minded at all."""

    name: str
    joints: tuple[int, ...]
    effort: float
    rounds: int


REACH: Final = Stage("body follows", tuple(range(NUM_BODY_JOINTS)), 1.5, 0)
"""Hands go to their places through whatever is in the way: pushed out of it from the start they would stay on its wrong side."""
FOLLOW: Final = Stage("body gives way", tuple(range(NUM_BODY_JOINTS)), 0.75, 1)
HOLD: Final = Stage("hands and body", tuple(range(NUM_JOINTS)), 1.0, 2)
_STRIDE: Final = 3


@dataclass(frozen=True)
class _Level:
    """Some of the frames: a run of them beginning at the clip's frame `first`, or every so many."""

    scene: Scene
    first: int
    reference: State
    shift: Tensor
    contacts: Contacts
    feet: Feet
    touching: Touching
    places: Tensor
    near: Tensor
    free: Tensor
    fps: float


class Mover:
    """One candidate: `placed` has things where they belong now; `anchors` maps places on the source's parts to its own."""

    def __init__(
        self, source: Source, placed: Clip, way: Way, anchors: Callable[[int, NDArray[np.float64]], NDArray[np.float64]],
        following: Following, refine: RefineOptions, *, cache_dir: Path, models_dir: Path | None, context: JobContext,
    ) -> None:  # fmt: skip
        self._source, self._following, self._options, self._context = source, following, refine, context
        if source.scene.holds(placed):
            self._scene, self._limits = source.scene.moved(placed), source.limits
        else:
            choice = choose_body(placed.body, models_dir)
            self._scene = build_scene(placed, choice, source.scene.device, source.scene.dtype, cache_dir, context)
            self._limits = HandLimits(choice.bound, source.scene.device, source.scene.dtype, source.made_up)
        start = state_of(placed, source.scene.device, source.scene.dtype)
        self._reference, self._shift = self._followed(start, way)
        self._places = self._mapped(anchors)
        self._surveyor = Surveyor(self._scene)

    def _followed(self, start: State, way: Way) -> tuple[State, Tensor]:
        """The state with the root on its new way, and where the feet's goals are off from it (T, M, 3)."""
        poser = self._scene.poser(self._scene.leaf_ids)

        def tracked(state: State) -> Tensor:
            skin, joints, _ = poser(state.local, state.transl)
            return torch.cat([joints, skin], dim=1)

        moved = rooted(start, self._scene.clip, way)
        with torch.no_grad():
            before, after = tracked(start), tracked(moved)
        shift = torch.zeros_like(before)
        feet = torch.as_tensor(way.feet, device=before.device, dtype=before.dtype)
        ankle = before[:, [JOINT_INDEX["left_ankle"], JOINT_INDEX["right_ankle"]]]
        for row, side in _foot_rows():
            # The foot turns about its ankle with the root; its goal keeps that turn.
            arm = after[:, row] - after[:, JOINT_INDEX["left_ankle"] + side]
            shift[:, row] = ankle[:, side] + feet[:, side] + arm - after[:, row]
        return moved, shift

    def _mapped(self, anchors: Callable[[int, NDArray[np.float64]], NDArray[np.float64]]) -> Tensor:
        places = self._source.places.cpu().double().numpy()
        result = places.copy()
        for s, part in enumerate(self._source.touching.part):
            result[:, s] = anchors(int(part), places[:, s])
        return torch.as_tensor(result, device=self._scene.device, dtype=self._scene.dtype)

    def solve(self, show: Show) -> Clip:
        """The clip with the person moved. Raises Cancelled.

        Following is smooth, so every third frame is enough for it; what lies between is interpolated, and the last stage,
        which sees every frame, has little left to do.
        """
        state = self._reference
        every = _STRIDE if state.num_frames > 4 * _STRIDE else 1
        coarse = self._level(slice(0, None, every))
        here = coarse.reference
        for stage in (REACH, FOLLOW):
            here = self._run(coarse, here, stage, lambda _: None)
            state = spread(self._reference, here, every)
            show(stage.name, state)
        windows = windows_of(slice(0, state.num_frames), state.num_frames, self._options)
        held = [self._held_there(state, window, show) for window in windows]
        state = state.copy()
        joined(windows, held, state)
        for seam in seams_of(windows):
            seam.put(state, self._held_there(state, seam, show))
        return clip_of(self._scene.clip, state)

    def _held_there(self, state: State, window: Window, show: Show) -> State:
        """A window's frames of `state` after the last stage."""
        level = self._level(window.frames)
        free = torch.zeros(level.reference.num_frames, dtype=torch.bool, device=self._scene.device)
        free[window.free - window.start : window.end - window.start] = True
        return self._run(replace(level, free=free), state.frames(window.frames), HOLD, _Whole(show, state, window))

    def preview(self, stage: str, state: State) -> Preview:
        """The state as it is now, for the viewport."""
        vertices, joints = self._surveyor.pose(state, self._context)
        arrays = [a.float().cpu().numpy() for a in (vertices, joints, state.rotation, state.translation)]
        return Preview(stage, slice(0, state.num_frames), *arrays)

    def _level(self, where: slice) -> "_Level":
        """The frames `where` of everything."""
        clip, source = self._scene.clip, self._source
        scene = self._scene
        step = where.step or 1
        if step > 1:  # posers and surveys take frames in a row
            scene = replace(scene, clip=replace(cut(clip, where), fps=clip.fps / step), present=scene.present[where])
        reference = self._reference.frames(where)
        near = torch.as_tensor(source.near[where], device=scene.device, dtype=scene.dtype)
        return _Level(
            scene, where.start if step == 1 else 0, reference, self._shift[where], source.contacts.frames(where),
            _cut_feet(source.feet, where), source.touching.frames(where), self._places[where], near,
            torch.ones(reference.num_frames, dtype=torch.bool, device=scene.device), clip.fps / step,
        )  # fmt: skip

    def _run(self, level: "_Level", here: State, stage: Stage, show: Callable[[State], None]) -> State:
        weights = self._weights(stage, level.fps)
        surveyor = Surveyor(level.scene)
        fingers = dict.fromkeys(self._source.made_up, 1.0)
        steps = max(1, round(self._following.effort * stage.effort / max(stage.rounds, 1)))
        for _ in range(max(stage.rounds, 1)):
            if stage.rounds:
                survey = surveyor.survey(here, self._context, level.first)
            else:
                survey = surveyor.blind(here, self._context, level.first)
            pairs = find_pairs(level.scene, here, survey, level.contacts, level.feet, self._options, fingers, level.touching)
            energy = Energy(
                level.scene, self._held(pairs, level), level.reference, self._options, weights, level.first, self._limits,
                level.shift,
            )  # fmt: skip
            energy.begin(here)
            found = descend(
                energy, level.scene, here, weights.columns, level.free, steps, self._context.checkpoint,
                lambda state, _value: show(state),
            )  # fmt: skip
            here = found.state
        return here

    def _held(self, pairs: Pairs, level: "_Level") -> Pairs:
        """Regions are held to their places instead of to where they were a frame ago."""
        count, slip = len(level.touching.part), pairs.slip
        step = slip.weight.clone()
        step[:, :count] = 0.0
        frames = len(level.near)
        place = torch.zeros(frames, len(slip.part), 3, device=step.device, dtype=step.dtype)
        place[:, :count] = level.places
        weight = torch.zeros(frames, len(slip.part), device=step.device, dtype=step.dtype)
        weight[:, :count] = level.near
        return replace(pairs, slip=replace(slip, weight=step, held=Held(place, weight, self._following.anchor)))

    def _weights(self, stage: Stage, fps: float) -> Weights:
        scene = self._scene
        tolerance = torch.full((NUM_JOINTS + len(scene.leaf_ids),), _TOLERANCE["trunk"], dtype=scene.dtype)
        for side in ("left", "right"):
            for joint in ("collar", "shoulder", "elbow", "wrist"):
                tolerance[JOINT_INDEX[f"{side}_{joint}"]] = _TOLERANCE["arms"]
        for name in _LEGS:
            tolerance[JOINT_INDEX[name]] = _TOLERANCE["legs"]
        tolerance[NUM_BODY_JOINTS:NUM_JOINTS] = _TOLERANCE["fingers"]
        tolerance[NUM_JOINTS + 3 :] = _TOLERANCE["fingers"]
        for row, _ in _foot_rows():
            tolerance[row] = _TOLERANCE["feet"]
        turn = torch.full((NUM_JOINTS,), 1 / _TURN["body"], dtype=scene.dtype)
        turn[NUM_BODY_JOINTS:] = 1 / _TURN["fingers"]
        columns = [*range(ROOT.start, ROOT.stop), *(TURNS.start + 3 * j + k for j in stage.joints for k in range(3))]
        return Weights(
            (1 / tolerance).to(scene.device), turn.to(scene.device), 0.0, fps**2 / _SMOOTH, fps**2 / (_TURN_SMOOTH * _SMOOTH),
            torch.tensor(columns, device=scene.device),
        )  # fmt: skip


class _Whole:
    """Shows a window's state within the whole clip."""

    def __init__(self, show: Show, whole: State, window: Window) -> None:
        self._show, self._whole, self._where = show, whole, window.frames

    def __call__(self, here: State) -> None:
        self._show(HOLD.name, self._whole.put(self._where, here))


def rooted(state: State, clip: Clip, way: Way) -> State:
    """The state of `clip` with the root on its new way, everything else as it was."""
    rotation, transl = apply(clip, way, state.local[:, 0].cpu().double().numpy())
    local = state.local.clone()
    local[:, 0] = torch.as_tensor(rotation, device=local.device, dtype=local.dtype)
    return replace(state, local=local, transl=torch.as_tensor(transl, device=local.device, dtype=local.dtype))


def _foot_rows() -> list[tuple[int, int]]:
    """Rows of tracked points that belong to a foot, with its side."""
    rows = [(JOINT_INDEX[name], 0 if name.startswith("left") else 1) for name in _FEET]
    return rows + [(NUM_JOINTS + leaf, side) for side, leaf in enumerate(_FOOT_LEAVES)]


def spread(reference: State, solved: State, every: int) -> State:
    """`solved` has every `every`-th frame of what began as `reference`: the same corrections on all frames, by splines."""
    if every == 1:
        return solved
    frames = np.arange(reference.num_frames)
    knots = frames[::every]
    start = reference.frames(slice(0, None, every))
    turn = rotation_vectors(start.local.transpose(-1, -2) @ solved.local).cpu().double().numpy()
    way = (solved.transl - start.transl).cpu().double().numpy()
    # Past the last knot the correction stays what it was.
    at = np.minimum(frames, knots[-1])
    turns = CubicSpline(knots, turn, bc_type="natural")(at)
    ways = CubicSpline(knots, way, bc_type="natural")(at)
    like = reference.transl
    change = rotation_matrices(torch.as_tensor(turns, device=like.device, dtype=like.dtype))
    return replace(
        reference, local=reference.local @ change,
        transl=like + torch.as_tensor(ways, device=like.device, dtype=like.dtype),
    )  # fmt: skip


def _cut_feet(feet: Feet, where: slice) -> Feet:
    planted = feet.planted[where]
    return Feet(feet.ids, np.minimum(planted[:-1], planted[1:]), planted, feet.level, feet.watched)
