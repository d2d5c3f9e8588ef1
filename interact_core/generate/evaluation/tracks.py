"""Motions as what the metrics take: markers and the object's pose at 30 frames a second, in the world."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.generate.clips import clip_from
from interact_core.generate.clipsets.windows import Window
from interact_core.generate.evaluation.features import evaluator_features
from interact_core.generate.evaluation.scores import Body, Thing
from interact_core.generate.markers import markers_of, surface_samples
from interact_core.generate.motion import Motion

FPS: Final = 30.0


@dataclass(frozen=True)
class Track:
    """One clip, its markers (T, 77, 3) and samples (S, 3) of the object at rest."""

    clip: Clip
    markers: NDArray[np.float32]
    rest: NDArray[np.float64]

    @property
    def thing(self) -> Thing:
        part = self.clip.objects[0].parts[0]
        return Thing(part.rotation, part.translation, self.rest, self.markers)

    @property
    def body(self) -> Body:
        return Body(self.markers, self.thing.samples)

    @property
    def features(self) -> NDArray[np.float32]:
        part = self.clip.objects[0].parts[0]
        return evaluator_features(self.markers, part.rotation, part.translation, self.rest)


def track_of(motion: Motion, row: int, window: Window, fps: float, name: str) -> Track:
    clip = clip_from(motion, row, fps, window.person, window.thing, name, out_fps=FPS)
    return Track(clip, markers_of(clip), surface_samples(window.thing.mesh))


def frame_at(frames: int, fps: float) -> int:
    """Which frame of a track the model's frame number `frames` is."""
    return round(frames * FPS / fps)
