"""What is known of the clip that candidates are made from: who touches what where, when feet stand, when things are lifted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.augment.placement import SEATED, Footing
from interact_core.bodies.library import choose_body
from interact_core.bodies.points import PointPoser
from interact_core.clip import Clip
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.inspection.signals import runs
from interact_core.jobs.context import JobContext
from interact_core.refine.audit import missing_hands
from interact_core.refine.contacts import REGIONS, Contacts
from interact_core.refine.feet import Feet
from interact_core.refine.finding import find
from interact_core.refine.limits import HandLimits
from interact_core.refine.options import RefineOptions
from interact_core.refine.pairs import Touching, find_touching
from interact_core.refine.scene import Scene, build_scene
from interact_core.refine.state import State, state_of

_TOUCHED: Final = 0.02


@dataclass(frozen=True)
class Source:
    """`places` (T, S, 3) say where the touching regions are in their part's frame; `near` (T, S) 0..1 how much that counts:
    1 while they touch, fading before and after."""

    clip: Clip
    scene: Scene
    state: State
    contacts: Contacts
    feet: Feet
    touching: Touching
    places: Tensor
    near: NDArray[np.float64]
    footing: Footing
    made_up: dict[str, bool]
    limits: HandLimits


def read_source(
    clip: Clip, options: RefineOptions, fade: float, *, cache_dir: Path, models_dir: Path | None, device: str, context: JobContext
) -> Source:  # fmt: skip
    """Measure a clip once for all its candidates; `fade` seconds around contacts."""
    dtype = torch.float64 if options.double_precision else torch.float32
    choice = choose_body(clip.body, models_dir)
    scene = build_scene(clip, choice, device, dtype, cache_dir, context)
    state = state_of(clip, device, dtype)
    made_up = missing_hands(clip, options)
    limits = HandLimits(choice.bound, device, dtype, made_up)
    found = find(scene, state, 0, options, made_up, context)
    survey, contacts, feet = found.survey, found.contacts, found.feet
    touching = find_touching(survey, contacts)
    places = region_places(state, survey.vertices, touching)
    near = faded(touching.weight, round(fade * clip.fps))
    touching_now = np.asarray(contacts.weight > _TOUCHED)
    seated = np.asarray(touching_now[:, [REGIONS.index(name) for name in SEATED]].any(axis=1))
    footing = _footing(clip, survey.joints.cpu().double().numpy(), _stands(feet), np.asarray(touching_now.any(axis=1)), seated)
    return Source(clip, scene, state, contacts, feet, touching, places, near, footing, made_up, limits)


def region_places(state: State, vertices: Tensor, touching: Touching) -> Tensor:
    """(T, S, 3) means of the regions' vertices (T, V, 3) in their part's frame."""
    ids = torch.as_tensor(touching.ids, device=vertices.device)
    part = torch.as_tensor(touching.part, device=vertices.device)
    if not len(part):
        return torch.zeros(len(vertices), 0, 3, device=vertices.device, dtype=vertices.dtype)
    world = vertices[:, ids].mean(dim=2)
    away = world - state.translation[:, part]
    return (away[:, :, None] @ state.rotation[:, part])[:, :, 0]


def faded(weight: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
    """(T, S) of (T, S): every run is led in and out over `frames`, as smooth as it is long."""
    result = weight.copy()
    for s in range(weight.shape[1]):
        for start, stop in runs(weight[:, s] > _TOUCHED):
            inside = float(weight[start:stop, s].mean())
            result[start:stop, s] = np.maximum(result[start:stop, s], inside)
            for k in range(1, frames + 1):
                value = inside * (0.5 + 0.5 * np.cos(np.pi * k / (frames + 1))) ** 2
                for t in (start - k, stop - 1 + k):
                    if 0 <= t < len(weight):
                        result[t, s] = max(result[t, s], value)
    return result


def footing_of(clip: Clip, source: Source, models_dir: Path | None) -> Footing:
    """The footing of a clip with another body or other objects that moves as the source does."""
    choice = choose_body(clip.body, models_dir)
    poser = PointPoser(choice.bound, np.zeros(1, np.intp), clip.body, source.scene.device, source.scene.dtype)
    state = state_of(clip, source.scene.device, source.scene.dtype)
    with torch.no_grad():
        _, joints, _ = poser(state.local, state.transl)
    return _footing(clip, joints.cpu().double().numpy(), source.footing.stands, source.footing.touched, source.footing.seated)


def _footing(
    clip: Clip, joints: NDArray[np.float64], stands: NDArray[np.bool_], touched: NDArray[np.bool_], seated: NDArray[np.bool_]
) -> Footing:  # fmt: skip
    ankles = joints[:, [JOINT_INDEX["left_ankle"], JOINT_INDEX["right_ankle"]]]
    parts = [part for obj in clip.objects for part in obj.parts]
    lowest = np.stack([part.posed()[..., 1].min(axis=1) for part in parts], 1) if parts else np.zeros((clip.num_frames, 0))
    return Footing(ankles, stands, joints[:, 0], touched, seated, lowest.astype(np.float64))


def _stands(feet: Feet) -> NDArray[np.bool_]:
    """(T, 2) by side: heel or toe stands."""
    stands = np.zeros((len(feet.planted), 2), bool)
    ends = feet.planted.shape[1] // 2  # heel and toe of the left, then of the right
    for side in range(2):
        if ends:
            stands[:, side] = feet.planted[:, side * ends : (side + 1) * ends].max(axis=1) > 0.5
    return stands
