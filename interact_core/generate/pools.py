"""Where training clips come from: a pool in memory, renewed from the world or filled once from a data set."""

import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.augment.changes.mirror import mirror
from interact_core.errors import InputError
from interact_core.formats.text_files import ACTIONS as INTERACT_ACTIONS
from interact_core.generate.clips import Thing
from interact_core.generate.clipsets.entries import chosen, entries_of
from interact_core.generate.clipsets.windows import Window, windows_of
from interact_core.generate.config import WORLD, DataConfig
from interact_core.generate.guidance import EachSurface, Surface, grid_surface
from interact_core.generate.motion import Conditions, Motion, canonical, centred_on_object, joined, joined_conditions
from interact_core.generate.world.batches import conditions_of, motion_of
from interact_core.generate.world.clips import clip_of
from interact_core.generate.world.plan import ACTIONS, FPS
from interact_core.generate.world.scene import draw_scenes
from interact_core.generate.world.shapes import Shapes
from interact_core.generate.world.surfaces import ShapesSurface
from interact_core.jobs.context import JobContext, NullContext
from interact_core.paths import cache_dir

log = logging.getLogger(__name__)
DATA_ACTIONS: Final = tuple(name.lower() for name in INTERACT_ACTIONS)
"""What a model of a user's data knows: InterAct's classes, whether or not the data has them all."""
_CHUNK: Final = 128
_FRAMES: Final = 72
_EXAMPLE: Final = 999_983
"""A stream of the world that training does not reach."""
_RAGGED: Final = 12
"""Frames by which clips of one batch may differ in length: less padding to compute on."""


class Pool(Protocol):
    """Clips to learn from."""

    fps: float
    actions: tuple[str, ...]

    def batch(self, generator: torch.Generator, count: int, frames: int) -> "Crop":
        """Random windows, padded to `frames`."""

    def surface(self, rows: Tensor) -> Surface:
        """The objects of the clips with these numbers (:attr:`Crop.rows`)."""

    def renewed(self, step: int) -> None:
        """Called after every step."""

    def example(self) -> Window:
        """A clip whose words, object and person previews are made for."""


class Crop:
    """Windows of clips: motion (B, frames, ...) with `lengths` (B,) that are real; what is behind repeats the last frame. `rows`
    (B,) are the clips' numbers in the pool."""

    def __init__(self, motion: Motion, conditions: Conditions, lengths: Tensor, rows: Tensor) -> None:
        self.motion, self.conditions, self.lengths, self.rows = motion, conditions, lengths, rows

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
        return Crop(Motion(**mixed), self.conditions, self.lengths, self.rows)


class MemoryPool(ABC):
    """Clips that are all in memory; behind its length, a clip repeats its last frame."""

    def __init__(self, motion: Motion, conditions: Conditions, fps: float, actions: tuple[str, ...], data: DataConfig) -> None:
        self.motion, self.conditions, self.fps, self.actions = motion, conditions, fps, actions
        self.lengths = torch.full((len(motion.joints),), motion.num_frames)
        self._data = data

    def __len__(self) -> int:
        return len(self.motion.joints)

    def batch(self, generator: torch.Generator, count: int, frames: int) -> Crop:
        rows = torch.randint(len(self), (count,), generator=generator)
        whole = self.motion.num_frames
        longest = min(frames, whole)
        lengths = torch.randint(max(longest - _RAGGED, 1), longest + 1, (count,), generator=generator)
        lengths = torch.minimum(lengths, self.lengths[rows])
        start = (torch.rand(count, generator=generator) * (self.lengths[rows] - lengths + 1)).long()
        at = start[:, None] + torch.minimum(torch.arange(frames)[None], lengths[:, None] - 1)
        picked = Motion(*(getattr(self.motion, name)[rows[:, None], at] for name in Motion.__dataclass_fields__))
        return Crop(picked, self._told(rows, generator), lengths, rows)

    def _told(self, rows: Tensor, generator: torch.Generator) -> Conditions:
        return self.conditions.take(rows)

    def renewed(self, step: int) -> None:
        return None

    @abstractmethod
    def example(self) -> Window: ...

    @abstractmethod
    def surface(self, rows: Tensor) -> Surface: ...


class WorldPool(MemoryPool):
    """The demo world: chunk k of the stream of clips always has the same clips, so that a resumed run sees what it would have."""

    def __init__(self, data: DataConfig, seed: int, basis: NDArray[np.float32], start_step: int = 0) -> None:
        self._seed, self._basis = seed, basis
        size = max(data.pool, 1)
        chunks = [self._draw(k, min(_CHUNK, size - k * _CHUNK)) for k in range((size + _CHUNK - 1) // _CHUNK)]
        motion = joined([m for m, _, _ in chunks])
        conditions = joined_conditions([c for _, c, _ in chunks])
        self._shapes = {n: np.concatenate([getattr(s, n) for _, _, s in chunks]) for n in Shapes.__dataclass_fields__}
        super().__init__(motion, conditions, FPS, ACTIONS, data)
        for k in self._renewals(start_step):
            self._renew(k)

    def example(self) -> Window:
        """The first clip of a stream that training never draws."""
        scenes = draw_scenes(np.random.default_rng((self._seed, _EXAMPLE)), 1, _FRAMES)
        return windows_of(clip_of(scenes, 0), FPS, 1, _FRAMES)[0]

    def surface(self, rows: Tensor) -> Surface:
        return ShapesSurface(Shapes(**{name: values[rows.numpy()] for name, values in self._shapes.items()}))

    def _draw(self, stream: int, count: int) -> tuple[Motion, Conditions, Shapes]:
        scenes = draw_scenes(np.random.default_rng((self._seed, stream)), count, _FRAMES)
        return motion_of(scenes), conditions_of(scenes, self._basis), scenes.shapes

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
        motion, conditions, shapes = self._draw(1_000_000 + k, count)
        where = slice(first, first + count)
        for name, values in self._shapes.items():
            values[where] = getattr(shapes, name)
        for name in Motion.__dataclass_fields__:
            getattr(self.motion, name)[where] = getattr(motion, name)
        words = list(self.conditions.words)
        words[where] = conditions.words
        for name in ("shape", "body", "action"):
            getattr(self.conditions, name)[where] = getattr(conditions, name)
        self.conditions = Conditions(self.conditions.shape, self.conditions.body, self.conditions.action, tuple(words))


class DataPool(MemoryPool):
    """The training clips of a data set, each with its mirror image, cut to windows; of several sentences one is drawn each time.

    No more than `pool` windows are kept: of a larger data set, a part that the seed draws.
    """

    def __init__(self, data: DataConfig, seed: int, basis: NDArray[np.float32], fps: float, context: JobContext) -> None:
        windows = read_windows(data, seed, fps, context)
        self.windows = len(windows)
        longest = max(w.motion.num_frames for w in windows)
        motion = joined([_padded(w.motion, longest) for w in windows])
        super().__init__(motion, _conditions(windows, basis), fps, DATA_ACTIONS, data)
        self.lengths = torch.tensor([w.motion.num_frames for w in windows])
        self._sentences = [w.sentences or ("",) for w in windows]
        self._things = [w.thing for w in windows]
        self._surfaces: dict[str, Surface | None] = {}
        self.first = windows[0]

    def _told(self, rows: Tensor, generator: torch.Generator) -> Conditions:
        drawn = torch.rand(len(rows), generator=generator).tolist()
        said = [self._sentences[k] for k in rows.tolist()]
        words = tuple(every[int(share * len(every))] for share, every in zip(drawn, said, strict=True))
        return replace(self.conditions.take(rows), words=words)

    def example(self) -> Window:
        return self.first

    def surface(self, rows: Tensor) -> Surface:
        """Grids are built, or fetched from the cache, when an object first comes."""
        return EachSurface([self._surface(self._things[k]) for k in rows.tolist()])

    def _surface(self, thing: Thing) -> Surface | None:
        key = thing.mesh.content_hash
        if key not in self._surfaces:
            self._surfaces[key] = grid_surface(thing, cache_dir())
        return self._surfaces[key]


def read_windows(data: DataConfig, seed: int, fps: float, context: JobContext) -> list[Window]:
    """Clips that cannot be used are logged by name and left out. InputError where nothing is left."""
    path = Path(data.source)
    entries = list(chosen(entries_of(path, data.held_out), False, path))
    random.Random(seed).shuffle(entries)
    found: list[Window] = []
    for number, entry in enumerate(entries):
        context.checkpoint()
        context.progress(number / len(entries), f"reading clip {number + 1} of {len(entries)}")
        try:
            clip = entry.read()
            for one in (clip, mirror(clip).clip) if data.mirror else (clip,):
                found += windows_of(one, fps, data.shortest, data.longest)
        except InputError as error:
            log.warning("%s is left out: %s", entry.id, error)
        if len(found) >= data.pool:
            log.warning("%d of %d clips fill the pool of %d windows", number + 1, len(entries), data.pool)
            break
    if not found:
        raise InputError(f"none of {len(entries)} training clips could be used; the log says why", path=path, field="data.source")
    return found[: data.pool]


def _padded(motion: Motion, frames: int) -> Motion:
    at = torch.arange(frames).clamp(max=motion.num_frames - 1)
    return Motion(*(getattr(motion, name)[:, at] for name in Motion.__dataclass_fields__))


def _conditions(windows: list[Window], basis: NDArray[np.float32]) -> Conditions:
    codes = {w.thing.mesh.content_hash: w.thing for w in windows}
    shape = {name: thing.code(basis) for name, thing in codes.items()}
    action = [DATA_ACTIONS.index(w.action) if w.action in DATA_ACTIONS else -1 for w in windows]
    return Conditions(
        torch.from_numpy(np.stack([shape[w.thing.mesh.content_hash] for w in windows])),
        torch.from_numpy(np.stack([w.person.code for w in windows])), torch.tensor(action),
        tuple(w.sentences[0] if w.sentences else "" for w in windows),
    )  # fmt: skip


def open_pool(
    data: DataConfig, seed: int, basis: NDArray[np.float32], start_step: int = 0, context: JobContext | None = None
) -> Pool:  # fmt: skip
    if data.source == WORLD:
        return WorldPool(data, seed, basis, start_step)
    return DataPool(data, seed, basis, FPS, context or NullContext())
