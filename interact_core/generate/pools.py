"""Where training clips come from: a pool in memory, renewed from the world or filled once from a data set."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.errors import InputError
from interact_core.generate.config import DataConfig
from interact_core.generate.motion import Conditions, Motion, canonical, centred_on_object, joined, joined_conditions
from interact_core.generate.world.batches import conditions_of, motion_of
from interact_core.generate.world.plan import ACTIONS, FPS
from interact_core.generate.world.scene import draw_scenes

_CHUNK = 128
_RAGGED = 12
"""Frames by which clips of one batch may differ in length: less padding to compute on."""


class Pool(Protocol):
    """Clips to learn from."""

    fps: float
    actions: tuple[str, ...]

    def batch(self, generator: torch.Generator, count: int, frames: int) -> "Crop":
        """Random windows, padded to `frames`."""

    def renewed(self, step: int) -> None:
        """Called after every step."""


class Crop:
    """Windows of clips: motion (B, frames, ...) with `lengths` (B,) that are real; what is behind repeats the last frame."""

    def __init__(self, motion: Motion, conditions: Conditions, lengths: Tensor) -> None:
        self.motion, self.conditions, self.lengths = motion, conditions, lengths

    @property
    def present(self) -> Tensor:
        """(B, T) 1 where a frame is real."""
        return (torch.arange(self.motion.num_frames) < self.lengths[:, None]).float()

    def seen_from(self, modes: list[str], generator: torch.Generator) -> "Crop":
        """In the frame that each task knows: the person's first one, or the object's where the person is what is asked for."""
        by_object = torch.tensor([mode == "object_to_human" for mode in modes])
        yaw = torch.rand(len(modes), generator=generator) * 2 * torch.pi
        own, other = canonical(self.motion), centred_on_object(self.motion, yaw)
        mixed = {}
        for name in Motion.__dataclass_fields__:
            a, b = getattr(own, name), getattr(other, name)
            mixed[name] = torch.where(by_object.reshape(-1, *[1] * (a.ndim - 1)), b, a)
        return Crop(Motion(**mixed), self.conditions, self.lengths)


class MemoryPool:
    """Clips of equal length that are all in memory."""

    def __init__(self, motion: Motion, conditions: Conditions, fps: float, actions: tuple[str, ...], data: DataConfig) -> None:
        self.motion, self.conditions, self.fps, self.actions = motion, conditions, fps, actions
        self._data = data

    def __len__(self) -> int:
        return len(self.motion.joints)

    def batch(self, generator: torch.Generator, count: int, frames: int) -> Crop:
        rows = torch.randint(len(self), (count,), generator=generator)
        whole = self.motion.num_frames
        longest = min(frames, whole)
        lengths = torch.randint(max(longest - _RAGGED, 1), longest + 1, (count,), generator=generator)
        start = (torch.rand(count, generator=generator) * (whole - lengths + 1)).long()
        at = start[:, None] + torch.minimum(torch.arange(frames)[None], lengths[:, None] - 1)
        picked = Motion(*(getattr(self.motion, name)[rows[:, None], at] for name in Motion.__dataclass_fields__))
        return Crop(picked, self.conditions.take(rows), lengths)

    def renewed(self, step: int) -> None:
        return None


class WorldPool(MemoryPool):
    """The demo world: chunk k of the stream of clips always has the same clips, so that a resumed run sees what it would have."""

    def __init__(self, data: DataConfig, seed: int, basis: NDArray[np.float32], start_step: int = 0) -> None:
        self._seed, self._basis = seed, basis
        size = max(data.pool, 1)
        chunks = [self._draw(k, min(_CHUNK, size - k * _CHUNK)) for k in range((size + _CHUNK - 1) // _CHUNK)]
        motion = joined([m for m, _ in chunks])
        conditions = joined_conditions([c for _, c in chunks])
        super().__init__(motion, conditions, FPS, ACTIONS, data)
        for k in self._renewals(start_step):
            self._renew(k)

    def _draw(self, stream: int, count: int) -> tuple[Motion, Conditions]:
        frames = 72
        scenes = draw_scenes(np.random.default_rng((self._seed, stream)), count, frames)
        return motion_of(scenes), conditions_of(scenes, self._basis)

    def _renewals(self, step: int) -> Iterable[int]:
        """Only the last renewal of each place in the pool is still in it."""
        if not self._data.renew_every:
            return ()
        done = step // self._data.renew_every
        turns = max(len(self) // self._data.renew_count, 1)
        return range(max(0, done - turns), done)

    def renewed(self, step: int) -> None:
        if self._data.renew_every and step % self._data.renew_every == 0:
            self._renew(step // self._data.renew_every - 1)

    def _renew(self, k: int) -> None:
        count = min(self._data.renew_count, len(self))
        first = (k * count) % max(len(self) - count + 1, 1)
        motion, conditions = self._draw(1_000_000 + k, count)
        where = slice(first, first + count)
        for name in Motion.__dataclass_fields__:
            getattr(self.motion, name)[where] = getattr(motion, name)
        words = list(self.conditions.words)
        words[where] = conditions.words
        for name in ("shape", "body", "action"):
            getattr(self.conditions, name)[where] = getattr(conditions, name)
        self.conditions = Conditions(self.conditions.shape, self.conditions.body, self.conditions.action, tuple(words))


def open_pool(data: DataConfig, seed: int, basis: NDArray[np.float32], start_step: int = 0) -> Pool:
    if data.source == "world":
        return WorldPool(data, seed, basis, start_step)
    raise InputError(f"there is no source {data.source!r}", field="data.source", remedy='Use "world"')
