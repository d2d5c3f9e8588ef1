"""The published alignment as a peer: InterAct (Xu et al., CVPR 2025) keeps the distances between all body and object vertices.

`E_align = sum_i sum_jk (D'_jk - D_jk)^2 / (D'_jk + eps)^2` over frames i, with D' the distances before the object moved, plus
staying near the source and smooth. What the paper leaves to its supplement (weights, eps, iterations, how pairs are chosen)
is ours: all pairs of 256 body and 256 object vertices per frame, eps 1 cm, Adam with rate 0.005, 300 iterations. The person
starts moved rigidly with the object, as the alignment alone would leave it if nothing else were asked.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.augment.placement import Way
from interact_core.augment.solve import rooted
from interact_core.augment.source import Source
from interact_core.clip import Clip
from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.refine.state import FIRST_OBJECT, State, clip_of, moved, state_of

_POINTS: Final = 256
_NEAR: Final = 0.01
_RATE: Final = 0.005
ITERATIONS: Final = 300
_STAY: Final = 0.05
_SMOOTH: Final = 2.0
_CHUNK: Final = 40


def align_published(source: Source, placed: Clip, way: Way, checkpoint: Callable[[], None], seed: int = 0) -> Clip:
    """`placed` with the person aligned to where its objects are. Raises Cancelled."""
    scene = source.scene
    start = rooted(state_of(placed, scene.device, scene.dtype), placed, way)
    rng = np.random.default_rng(seed)
    poser = scene.poser(np.sort(rng.permutation(scene.choice.model.num_vertices)[:_POINTS]))
    clouds = _clouds(source, rng)
    with torch.no_grad():
        skin, _, _ = poser(source.state.local, source.state.transl)
        wanted = [torch.cdist(a, b) for a, b in _pairs(skin, _things(source.state, clouds))]
        things = _things(start, clouds)
        joints = poser(start.local, start.transl)[1]
    step = torch.zeros(start.num_frames, scene.groups.width, device=scene.device, dtype=scene.dtype, requires_grad=True)
    optimiser = torch.optim.Adam([step], lr=_RATE)
    for _ in range(ITERATIONS):
        checkpoint()
        optimiser.zero_grad()
        now = moved(start, scene.groups, _body_only(step))
        skin, places, _ = poser(now.local, now.transl)
        align = torch.stack([
            ((d - torch.cdist(a, b)) ** 2 / (d + _NEAR) ** 2).mean(dim=(1, 2)).sum()
            for d, (a, b) in zip(wanted, _pairs(skin, things), strict=True)
        ]).sum()  # fmt: skip
        away = (places - joints)[:, :NUM_BODY_JOINTS]
        stay = step[:, 3:FIRST_OBJECT].square().sum()
        bends = away[2:] - 2 * away[1:-1] + away[:-2]
        (align + _STAY * stay + _SMOOTH * (placed.fps / 30) ** 4 * 1e3 * bends.square().mean(dim=1).sum()).backward()
        optimiser.step()
    with torch.no_grad():
        return clip_of(placed, moved(start, scene.groups, _body_only(step)))


def _body_only(step: Tensor) -> Tensor:
    return torch.cat([step[:, :FIRST_OBJECT], torch.zeros_like(step[:, FIRST_OBJECT:])], dim=1)


def _clouds(source: Source, rng: np.random.Generator) -> list[Tensor]:
    """Per part some of its vertices, (N, 3) in its frame."""
    parts = source.scene.parts
    each = max(_POINTS // max(len(parts), 1), 16)
    clouds = [p.mesh.vertices[rng.permutation(len(p.mesh.vertices))[:each]] for p in parts]
    return [torch.as_tensor(cloud, device=source.scene.device, dtype=source.scene.dtype) for cloud in clouds]


def _things(state: State, clouds: list[Tensor]) -> Tensor:
    """(T, N, 3) in the world."""
    placed = [
        torch.einsum("tab,nb->tna", state.rotation[:, k], cloud) + state.translation[:, k, None] for k, cloud in enumerate(clouds)
    ]
    return torch.cat(placed, dim=1)


def _pairs(skin: Tensor, things: Tensor) -> list[tuple[Tensor, Tensor]]:
    """In runs of frames, so that no table of distances grows with the clip."""
    return [(skin[k : k + _CHUNK], things[k : k + _CHUNK]) for k in range(0, len(skin), _CHUNK)]
