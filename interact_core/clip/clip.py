"""One human-object interaction in memory. Frozen: every change makes a new clip."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.body import BodyMotion
from interact_core.clip.objects import ObjectMotion
from interact_core.clip.text import Caption


@dataclass(frozen=True)
class Notice:
    """Something a reader found and dealt with: a stable code, what it was, what was done about it."""

    code: str
    message: str
    field: str = ""
    severity: str = "warning"
    """"info", "warning" or "error"."""


@dataclass(frozen=True)
class Source:
    """Where a clip came from and how to get back: world_from_source (4, 4) maps source coordinates to ours (+Y up)."""

    path: Path
    format: str
    dataset: str = ""
    world_from_source: NDArray[np.float64] = field(default_factory=lambda: np.eye(4))


@dataclass(frozen=True)
class Clip:
    """Everything known about one interaction: metres, radians, seconds, +Y up, floor at y = 0."""

    id: str
    fps: float
    body: BodyMotion
    objects: tuple[ObjectMotion, ...]
    captions: tuple[Caption, ...] = ()
    actions: tuple[str, ...] = ()
    source: Source | None = None
    notices: tuple[Notice, ...] = ()
    recorded_joints: NDArray[np.float32] | None = None
    """(T, 52, 3) world joints as the file states them, where it does; never used for posing, only for checks."""
    recorded_contact: Mapping[str, NDArray[np.float32]] = field(default_factory=lambda: MappingProxyType({}))
    """Contact as the source labels it, e.g. "object" (T,), "joints" (T, 52) in {-1, 0, 1}."""
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Short facts shown in the inspector and carried along: subject, parent clip, corruption, split."""

    def __post_init__(self) -> None:
        for obj in self.objects:
            if obj.num_frames != self.num_frames:
                raise ValueError(f"object {obj.name} has {obj.num_frames} frames, the body {self.num_frames}")

    @property
    def num_frames(self) -> int:
        return self.body.num_frames

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.num_frames / self.fps
