"""What goes through the stages: a recording, or a piece of it, with everything that was done to it so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.library import BodyChoice, choose_body
from interact_core.clip import BodyMotion, Clip, RestJoints
from interact_core.consolidate.config import Config, SourceConfig
from interact_core.consolidate.sources.words import SourceSegment
from interact_core.errors import InputError, MissingModelError

Doubles = NDArray[np.float64]
Words = tuple[SourceSegment, ...]
"""The clips of a recording as its annotation forms have them."""
Tagger = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class Take:
    """`clip` is in the coordinates of the steps done so far; `moves` say how it got there, by stage, as (4, 4) matrices."""

    clip: Clip
    recording: str
    grounded: bool = False
    y_up_from_source: Doubles = field(default_factory=lambda: np.eye(3))
    source_fps: float = 30.0
    frames: tuple[int, int] | None = None
    """[start, end) of the recording at the new rate; None: all of it."""
    moves: Mapping[str, Doubles] = field(default_factory=lambda: MappingProxyType({}))
    centres: Mapping[str, Doubles] = field(default_factory=lambda: MappingProxyType({}))
    """`object/mesh` to what was taken off the vertices of its mesh."""
    notes: tuple[str, ...] = ()

    def with_move(self, stage: str, clip: Clip, matrix: Doubles) -> "Take":
        return replace(self, clip=clip, moves=MappingProxyType({**self.moves, stage: matrix}))

    @property
    def world_from_source(self) -> Doubles:
        """(4, 4): source coordinates to the clip's."""
        total = np.eye(4)
        for matrix in self.moves.values():
            total = matrix @ total
        return total


@dataclass
class Bench:
    """What stages may use beside the take: the options, the source's settings, bodies, the tagger."""

    config: Config
    source: SourceConfig
    words: Words = ()
    _last: tuple[bytes, BodyChoice] | None = None

    def choice(self, body: BodyMotion) -> BodyChoice:
        """The body that wears a motion. MissingModelError where only a stand-in is there whose pelvis lies elsewhere."""
        key = _shape_key(body)
        if self._last is None or self._last[0] != key:
            choice = choose_body(body, self.config.body.models)
            if choice.stand_in and not self.config.body.stand_in and not isinstance(body.shape, RestJoints):
                raise MissingModelError(
                    f"there is no {body.family} {body.gender} model, so the pelvis is not known and the scene cannot be turned",
                    field="body.models", remedy="Name the folder with your models in [body] models, or set stand_in = true",
                )  # fmt: skip
            self._last = key, choice
        return self._last[1]

    @cached_property
    def tokens(self) -> Tagger | None:
        """None where the tagger is not installed or not wanted."""
        from interact_core.formats.words.tokens import can_tokenise, tokens_of

        return tokens_of if self.config.segment.tokens and can_tokenise() else None


def _shape_key(body: BodyMotion) -> bytes:
    values = next(iter(vars(body.shape).values()))
    return f"{body.family} {body.gender} {type(body.shape).__name__} ".encode() + np.ascontiguousarray(values).tobytes()


class LeftOut(Exception):  # noqa: N818 - not a failure: there is nothing of this kind for such a clip
    """Raised by a stage that has nothing to make of a clip; its text is the reason."""


@dataclass(frozen=True)
class Settled:
    """A clip as its files say, in the folder that is being filled."""

    clip: Clip
    folder: Path
    dataset_root: Path
    bench: Bench
    root_name: str

    @cached_property
    def surface(self) -> Mapping[str, NDArray[np.float32]]:
        """Joints and markers by file name, from one posing of the whole clip; what would be another person's is not there."""
        from interact_core.inspection.motion_files import motion_arrays

        body = self.bench.config.body
        return motion_arrays(self.clip, body.models, self.bench.choice(self.clip.body), any_body=body.stand_in)

    def array(self, path: Path) -> Doubles:
        """An array that an earlier stage wrote."""
        from interact_core.formats.npz_files import read_npy

        if not path.is_file():
            raise InputError("is not there", path=path, remedy="Run the stage that makes it")
        return read_npy(path).astype(np.float64)
