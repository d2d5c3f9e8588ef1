"""What is evaluated on: test clips of the demo world or of a user's data, and training clips for the evaluator."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.generate.clipsets.entries import Entry, chosen, entries_of
from interact_core.generate.clipsets.windows import Window, windows_of
from interact_core.generate.guidance import Surface, grid_surface
from interact_core.generate.world.clips import clip_of
from interact_core.generate.world.scene import draw_scenes
from interact_core.generate.world.surfaces import ShapesSurface
from interact_core.jobs.context import JobContext

log = logging.getLogger(__name__)
WORLD: Final = "world"
_TEST_SEED, _TRAIN_SEED = 987_654_321, 555_444_333
"""Far from the streams that training draws from."""


@dataclass(frozen=True)
class Case:
    """One test window and its object's distances, None where the object has no inside."""

    window: Window
    surface: Surface | None


@dataclass(frozen=True)
class CaseSet:
    """`digest` names the very clips: figures of different digests cannot be compared."""

    name: str
    cases: tuple[Case, ...]
    digest: str
    note: str = ""


@dataclass(frozen=True)
class Lengths:
    """Frames at the model's rate."""

    fps: float
    shortest: int
    longest: int


def world_cases(count: int, lengths: Lengths) -> CaseSet:
    scenes = draw_scenes(_TEST_SEED, count, lengths.longest)
    cases = []
    for k in range(count):
        (window,) = windows_of(clip_of(scenes, k), lengths.fps, 1, lengths.longest)
        cases.append(Case(window, ShapesSurface(scenes.shapes.take(np.array([k])))))
    return CaseSet(WORLD, tuple(cases), _digest([case.window for case in cases]))


def data_cases(path: Path, count: int, lengths: Lengths, held_out: float, cache: Path, context: JobContext) -> CaseSet:
    """The first `count` windows of the test clips; of all clips, and said so, where the data set has no test clips."""
    entries = entries_of(path, held_out)
    test = tuple(entry for entry in entries if entry.test)
    note = "" if test else "The data set names no test clips: all are used, and a model trained on them has seen them."
    cases: list[Case] = []
    surfaces: dict[str, Surface | None] = {}
    for window in windows(test or entries, lengths, context):
        if len(cases) == count:
            break
        key = window.thing.mesh.content_hash
        if key not in surfaces:
            surfaces[key] = grid_surface(window.thing, cache)
        cases.append(Case(window, surfaces[key]))
    if not cases:
        raise InputError("no clip could be used; see what was said about each", path=path)
    return CaseSet(str(path), tuple(cases), _digest([case.window for case in cases]), note)


def training_windows(source: str, count: int, lengths: Lengths, held_out: float, context: JobContext) -> list[Window]:
    """Of clips that are no test clips: what an evaluator is trained on."""
    found: list[Window] = []
    if source == WORLD:
        scenes = draw_scenes(_TRAIN_SEED, count, lengths.longest)
        return [w for k in range(count) for w in windows_of(clip_of(scenes, k), lengths.fps, 1, lengths.longest)]
    path = Path(source)
    entries = entries_of(path, held_out)
    usable = chosen(entries, False, path) if any(entry.test for entry in entries) else entries
    for window in windows(usable, lengths, context):
        if window.sentences:
            found.append(window)
        if len(found) == count:
            break
    return found


def windows(entries: Iterable[Entry], lengths: Lengths, context: JobContext) -> Iterator[Window]:
    """Of every clip that can be used; why one cannot is logged with its name."""
    for entry in entries:
        context.checkpoint()
        try:
            clip: Clip = entry.read()
            yield from windows_of(clip, lengths.fps, lengths.shortest, lengths.longest)
        except InputError as error:
            log.warning("%s is left out: %s", entry.id, error)


def _digest(found: Sequence[Window]) -> str:
    state = hashlib.sha256()
    for window in found:
        state.update(window.id.encode() + b"\0" + "\n".join(window.sentences).encode())
        state.update(window.motion.joints.numpy().tobytes())
        state.update(window.motion.object_place.numpy().tobytes())
    return state.hexdigest()[:16]
