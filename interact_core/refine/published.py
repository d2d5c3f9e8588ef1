"""The published refinement of InterAct (Xu et al., CVPR 2025) as a peer to measure ours with: same door, same result.

Written from refinement note 1.2 to 1.6, which records what the released code runs: vertex-to-vertex distances, signs by the
nearest vertex's normal, Adam, sums over frames, all frames at once, per dataset its own stages. Where we differ:

- Body regions and inner halves are ours; the release's lists (and their doubled right fingertips) are not ours to use.
- The hand prior (fitted to GRAB) and MANO's mean hand are not available: no prior term, and our own relaxed hand.
- Object clouds are all vertices that a face uses, of all parts of all objects; the release has one mesh, simplified for
  some terms. On the CPU the nearest vertex is found by a KD-tree: the same vertex as by brute force, sooner.
- Body stage: object vertices inside a hand are tested against that hand's skin. Hand stage: smoothness of vertices is a
  mean over them, as the body stage has it; the note gives weight 1 to the range of motion where it names none.
- A twisted wrist near the object is brought back to its limit; the release turns the palm to the mean normal of the
  nearest 500 object vertices. Its "best" parameters by total loss are kept, as released.
- What the release cannot do as published (crashes, unwritable folders; note 1.8) is not reproduced.
- The body is the open one, also in place of licensed models: its skin can be differentiated here.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.bodies.library import choose_body
from interact_core.bodies.open_body import BoundOpenBody
from interact_core.clip import BodyMotion, Clip
from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.errors import InputError
from interact_core.geometry.rotations import matrix_to_axis_angle
from interact_core.geometry.warp_runtime import resolve_device
from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.refine import published_body, published_hands, published_wrists
from interact_core.refine.published_scene import Hands, Scene, from_6d
from interact_core.refine.report import RefineReport, RefineResult, StageReport

Energy = Callable[[dict[str, Tensor], int], dict[str, Tensor]]
_STAGES: Final = {"behave": ("body", "hands"), "omomo": ("wrists", "hands"), "intercap": ("body",)}


@dataclass(frozen=True)
class PublishedOptions:
    """`protocol`: behave, omomo, intercap, or auto by the clip's dataset (behave for any other: it treats body, object and
    hands). `share` of the published iteration counts is run; anything but 1 is not the published method."""

    protocol: str = "auto"
    share: float = 1.0
    device: str = "cpu"
    seed: int = 0


def refine_published(
    clip: Clip, options: PublishedOptions | None = None, *, cache_dir: Path | None = None, models_dir: Path | None = None,
    context: JobContext | None = None,
) -> RefineResult:  # fmt: skip
    """The clip after the published stages of its dataset. Raises Cancelled; InputError on poses that are not finite.

    The report has no figures (`before` and `after` are empty): the caller measures. The folders are not needed.
    """
    options = options or PublishedOptions()
    context = context or NullContext()
    protocol = protocol_of(clip, options)
    if not np.isfinite(clip.body.full_pose()).all() or not np.isfinite(clip.body.transl).all():
        raise InputError("the clip has poses that are not numbers", field="pose", remedy="Repair or cut those frames first")
    run = _Run(clip, options)
    began = time.perf_counter()
    stages = _STAGES[protocol] if clip.objects else tuple(s for s in _STAGES[protocol] if s == "body")
    for k, stage in enumerate(stages):
        run.stage(stage, protocol, SubContext(context, k / len(stages), (k + 1) / len(stages), stage))
    context.progress(1.0, "done")
    notes = (f"Published objective, {protocol} stages.",) + (
        ("Not the published iteration counts.",) if options.share != 1 else ()
    )
    report = RefineReport({}, {}, stages=tuple(run.reports), notes=notes, seconds=time.perf_counter() - began, device=run.device)
    return RefineResult(run.clip, report)


def protocol_of(clip: Clip, options: PublishedOptions) -> str:
    """Which dataset's stages apply. ValueError on an unknown protocol."""
    if options.protocol != "auto":
        if options.protocol not in _STAGES:
            raise ValueError(f"no published protocol '{options.protocol}'; there are {', '.join(_STAGES)}")
        return options.protocol
    dataset = clip.source.dataset.lower() if clip.source else ""
    return next((name for name in _STAGES if dataset.startswith(name)), "behave")


class _Run:
    """One clip on its way through the stages."""

    def __init__(self, clip: Clip, options: PublishedOptions) -> None:
        self.clip, self._options = clip, options
        self.device = resolve_device(options.device)
        bound = choose_body(clip.body, None).bound
        assert isinstance(bound, BoundOpenBody), "without a models folder the open body is chosen"
        self._bound = bound
        self._hands = Hands(Scene(clip, bound, self.device))
        self.reports: list[StageReport] = []

    def stage(self, stage: str, protocol: str, context: JobContext) -> None:
        scene = Scene(self.clip, self._bound, self.device)
        {"body": self._body, "hands": self._fingers, "wrists": self._wrists}[stage](scene, protocol, context)

    def _body(self, scene: Scene, protocol: str, context: JobContext) -> None:
        plan = published_body.INTERCAP if protocol == "intercap" else published_body.BEHAVE
        energy = published_body.BodyEnergy(scene, self._hands, plan, *scene.pose_tensors(), self._options.seed)
        found = self._adam("body", energy, energy.start, plan.rate, plan.iterations, context)
        turns = {name: matrix_to_axis_angle(from_6d(found[name]).cpu().double().numpy()) for name in ("root", "body")}
        hands = found["hands"].cpu().double().numpy()
        body = replace(
            self.clip.body, global_orient=turns["root"], body_pose=turns["body"], left_hand_pose=hands[:, :15],
            right_hand_pose=hands[:, 15:], transl=found["transl"].cpu().double().numpy(),
        )  # fmt: skip
        self.clip = _with_objects(self.clip, body, from_6d(found["turn"]), found["place"])

    def _fingers(self, scene: Scene, protocol: str, context: JobContext) -> None:
        plan = published_hands.OMOMO if protocol == "omomo" else published_hands.BEHAVE
        energy = published_hands.HandEnergy(scene, self._hands, plan, *scene.pose_tensors())
        found = self._adam(
            "hands", lambda x, k: energy(x["hands"], k), {"hands": energy.start}, plan.rate, plan.iterations, context
        )
        hands = found["hands"].cpu().double().numpy()
        self.clip = replace(self.clip, body=replace(self.clip.body, left_hand_pose=hands[:, :15], right_hand_pose=hands[:, 15:]))

    def _wrists(self, scene: Scene, protocol: str, context: JobContext) -> None:
        if not published_wrists.flagged(self.clip):
            return
        pose, transl = scene.pose_tensors()
        fixed, changed = published_wrists.repaired(self.clip, self._least(scene, pose, transl))
        if not changed:
            return
        energy = published_wrists.WristEnergy(scene, self._hands, published_wrists.with_body(pose, fixed), transl, changed)
        found = self._adam(
            "wrists", lambda x, k: energy(x["arms"], k), {"arms": energy.start}, published_wrists.RATE,
            published_wrists.ITERATIONS, context, careful=True,
        )  # fmt: skip
        full = energy.full(found["arms"]).cpu().double().numpy()
        self.clip = replace(self.clip, body=replace(self.clip.body, body_pose=full[:, 1:NUM_BODY_JOINTS]))

    def _least(self, scene: Scene, pose: Tensor, transl: Tensor) -> np.ndarray:
        """(T, 2) signed distance of each hand to the objects."""
        with torch.no_grad():
            rotation, translation, _ = scene.bones(published_hands.matrices(pose), transl)
            vertices = self._hands.posed(rotation, translation)
            near = scene.nearest(vertices, *scene.object_pose())
            offset = vertices - near.place
            signed = torch.linalg.vector_norm(offset, dim=-1) * torch.where((offset * near.normal).sum(-1) < 0, -1.0, 1.0)
            least: np.ndarray = self._hands.per_side(signed).cpu().numpy()
            return least

    def _adam(
        self, stage: str, energy: Energy, start: Mapping[str, Tensor], rate: float, iterations: int, context: JobContext, *,
        careful: bool = False,
    ) -> dict[str, Tensor]:  # fmt: skip
        """Adam from `start`; `careful` adds the wrist stage's plateau decay, clipping, patience and best-so-far."""
        x = {name: value.detach().clone().requires_grad_() for name, value in start.items()}
        optimiser = torch.optim.Adam(x.values(), lr=rate)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.7, patience=150) if careful else None
        count, began = max(1, round(iterations * self._options.share)), time.perf_counter()
        scale = iterations / count
        losses: list[float] = []
        best, best_at, kept = float("inf"), 0, {name: value.detach().clone() for name, value in x.items()}
        for k in range(count):
            context.checkpoint()
            optimiser.zero_grad()
            loss = torch.stack(list(energy(x, int(k * scale)).values())).sum()
            loss.backward()
            losses.append(float(loss.detach()))
            if careful and losses[-1] < best:
                best, best_at, kept = losses[-1], k, {name: value.detach().clone() for name, value in x.items()}
            if careful:
                torch.nn.utils.clip_grad_norm_(x.values(), 1.0)
            optimiser.step()
            if plateau is not None:
                plateau.step(losses[-1])
                if k - best_at >= 200:
                    break
            context.progress((k + 1) / count, stage, {"energy": losses[-1]})
        seconds = time.perf_counter() - began
        self.reports.append(StageReport(stage, (0, self.clip.num_frames), losses[0], losses[-1], len(losses), seconds))
        return kept if careful else {name: value.detach() for name, value in x.items()}


def _with_objects(clip: Clip, body: BodyMotion, rotation: Tensor, translation: Tensor) -> Clip:
    turns, places = rotation.cpu().double().numpy(), translation.cpu().double().numpy()
    objects, k = [], 0
    for thing in clip.objects:
        parts = []
        for part in thing.parts:
            parts.append(replace(part, rotation=turns[:, k], translation=places[:, k]))
            k += 1
        objects.append(replace(thing, parts=tuple(parts)))
    return replace(clip, body=body, objects=tuple(objects), recorded_joints=None)
