"""What every source hands to the pipeline: recordings that are listed cheaply and read one at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.clip import Clip


@dataclass(frozen=True)
class Raw:
    """A recording as the source has it, short of axes and rate.

    Already ours: metres, radians, absolute hands, objects as v = R x + t on their mesh, transl the model translation.
    Still the source's: world axes, frame rate, height of the floor, where the mesh's origin lies.
    """

    clip: Clip
    """`clip.fps` is the source's rate; the world is the source's, whatever Clip says of +Y."""
    y_up_from_source: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    """(3, 3) proper rotation that turns source world axes to +Y up."""
    grounded: bool = False
    """True where the floor is known to lie at y = 0 already (released folders)."""


@dataclass(frozen=True)
class Recording:
    """One recording found on disk. `files` are all inputs that `read` opens: the cache's key is their content."""

    name: str
    source: str
    files: tuple[Path, ...]
    read: Callable[[], Raw]


class Adapter(Protocol):
    """A source: finds its recordings under a root. Raises InputError where the root is not what it should be."""

    @property
    def name(self) -> str: ...

    def recordings(self, root: Path) -> Iterator[Recording]: ...
