"""The cases of the refinement benchmark: windows of demo clips and of real ones, each with one injected fault."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle
from pathlib import Path

import numpy as np

from interact_core.clip import Clip
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip
from interact_core.refine.corrupt import KINDS, Corrupted, applies, corrupt
from interact_core.refine.corrupt_tools import hand_label

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL = ("intermimic/OMOMO_new", "intermimic/OMOMO", "holosoma/OMOMO_new")
_MOTION = ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "transl")


@dataclass(frozen=True)
class Case:
    """One spoiled window. `name` finds it again: clip, first frame, fault, level, seed."""

    name: str
    source: str
    clean: Clip
    spoiled: Corrupted


@lru_cache(maxsize=1)
def demo_clips() -> tuple[Clip, ...]:
    """The demo's clean clips: performed by a script, not made by any refinement energy."""
    clips = (read_clip(ref) for ref in open_path(demo_root()).refs)
    return tuple(c for c in clips if not c.metadata.get("parent"))


@lru_cache(maxsize=1)
def real_clips() -> tuple[Clip, ...]:
    """OMOMO recordings as they are shared; none where the data is absent."""
    files = [f for folder in REAL for f in sorted((DATA / folder).glob("*.pt"))]
    return tuple(replace(c, id=f"{f.parent.name}/{c.id}") for f in files for c in [read_clip(open_path(f).refs[0])])


def cut(clip: Clip, start: int, stop: int) -> Clip:
    """Frames [start, stop) as a clip of its own."""
    frames = slice(start, stop)
    body = replace(clip.body, **{name: getattr(clip.body, name)[frames] for name in _MOTION}, jaw_pose=None, eye_pose=None)
    objects = tuple(
        replace(
            thing,
            parts=tuple(
                replace(
                    part,
                    rotation=part.rotation[frames],
                    translation=part.translation[frames],
                    hinge=None,
                    missing=None if part.missing is None else part.missing[frames],
                )
                for part in thing.parts
            ),
        )
        for thing in clip.objects
    )  # fmt: skip
    contact = {name: values[frames] for name, values in clip.recorded_contact.items()}
    return replace(clip, id=f"{clip.id}@{start}", body=body, objects=objects, recorded_contact=contact, recorded_joints=None)


def palindrome(clip: Clip, frames: int) -> Clip:
    """The clip played forwards and backwards until it has so many frames: a longer one without a seam."""
    order = np.concatenate([np.arange(clip.num_frames), np.arange(clip.num_frames - 2, 0, -1)])
    picked = np.resize(order, frames)
    body = replace(clip.body, **{name: getattr(clip.body, name)[picked] for name in _MOTION})
    objects = tuple(
        replace(
            o,
            parts=tuple(
                replace(p, rotation=p.rotation[picked], translation=p.translation[picked], hinge=None, missing=None)
                for p in o.parts
            ),
        )
        for o in clip.objects
    )
    contact = {name: values[picked] for name, values in clip.recorded_contact.items()}
    return replace(clip, id=f"{clip.id}~{frames}", body=body, objects=objects, recorded_contact=contact, recorded_joints=None)


def cases(kind: str, level: float, count: int, frames: int, clips: tuple[Clip, ...], source: str) -> Iterator[Case]:
    """`count` cases of one row, the clips in turn, each time another window and seed."""
    usable = [c for c in clips if kind == "none" or applies(c, kind)]
    rng = np.random.default_rng([frames, count, *map(ord, kind), round(abs(level) * 1e4)])
    turn = cycle(usable)
    made = seed = 0
    while usable and made < count and seed < 20 * count:
        clip = next(turn)
        seed += 1
        start = int(rng.integers(0, max(clip.num_frames - frames, 0) + 1))
        clean = cut(clip, start, min(start + frames, clip.num_frames))
        if kind != "none" and KINDS[kind].needs_grasp and held_share(clean) < 0.3:
            continue
        spoiled = None if kind == "none" else corrupt(clean, kind, level, seed)
        made += 1
        name = f"{clean.id} {kind} {level:g} seed {seed}"
        yield Case(name, source, clean, spoiled or _unspoiled(clean))


def held_share(clip: Clip) -> float:
    """Share of frames in which a hand is labelled as touching."""
    return float(np.maximum(hand_label(clip, "left"), hand_label(clip, "right")).mean())


def _unspoiled(clean: Clip) -> Corrupted:
    spoiled = corrupt(clean, "ground", 0.0)
    return replace(spoiled, clip=clean, truth=replace(spoiled.truth, kind="none", unit=""))
