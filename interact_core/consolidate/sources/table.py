"""THE table of sources: what a recording on disk needs before it is a clip in metres, +Y up, at 30 frames per second.

How a body is coded (family, hands, betas) says `formats/datasets.py`, the table of the released folders; here is what the
originals add to it. Source: the data format note, sections 3, 4, 6.1 and 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Family
from interact_core.formats.datasets import DATASETS, Dataset, HandCoding, HandMean

Up = Literal["+y", "-y", "-y turned", "+z"]
Floor = Literal["body and object", "body", "known", "none"]
TARGET_FPS: Final = 30.0


@dataclass(frozen=True)
class GroundRule:
    """Which surfaces say where the floor is, and over how many first frames (None: all)."""

    of: Floor
    frames: int | None = None


@dataclass(frozen=True)
class SourceEntry:
    """One source. `body` is the table entry that says how bodies are coded; `fps` 0 where each file says its own rate."""

    name: str
    body: Dataset
    up: Up
    fps: float
    ground: GroundRule
    quirks: tuple[str, ...] = ()

    @property
    def family(self) -> Family:
        return self.body.family

    @property
    def hand_coding(self) -> HandCoding:
        return self.body.hand_coding

    @property
    def hand_mean(self) -> HandMean:
        return self.body.hand_mean

    @property
    def betas(self) -> int:
        return self.body.betas

    @property
    def keep(self) -> int:
        """Every how many-th frame makes the target rate; 0 where the rate is no multiple of it and must be resampled."""
        ratio = self.fps / TARGET_FPS
        return int(ratio) if ratio >= 1 and ratio == int(ratio) else 0

    @property
    def y_up_from_source(self) -> NDArray[np.float64]:
        return TURNS[self.up].copy()


TURNS: Final[Mapping[str, NDArray[np.float64]]] = MappingProxyType(
    {
        "+y": np.eye(3),
        "-y": np.diag([1.0, -1.0, -1.0]),  # Rx(180 degrees): a Kinect looks along +z with y down
        "-y turned": np.diag([-1.0, -1.0, 1.0]),  # Rz(180 degrees)
        "+z": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]),  # Rx(-90 degrees)
    }
)
_ALL: Final = GroundRule("body and object")
_NONE: Final = GroundRule("none")
_AMASS: Final = Dataset("amass", "smplh", 45, "flat", 16, r"")
_JOINTS: Final = Dataset("humanml3d", "open", 45, "flat", 0, r"")
_TENSORS: Final = Dataset("intermimic", "smplx", 45, "flat", 0, r"sub\d+_(.+)_\d+$")

SOURCES: Final[Mapping[str, SourceEntry]] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            SourceEntry("behave", DATASETS["behave"], "-y", 30.0, GroundRule("body and object", 30), (
                "poses fit the mesh centred by its simplified twin's vertex mean (D10)",
                "body and object are matched by frame_times",
            )),
            SourceEntry("grab", DATASETS["grab"], "+z", 120.0, GroundRule("body", 30), (
                "object rotations are stored as their transpose (D2)",
                "shape is the subject's own surface, hands are PCA numbers",
            )),
            SourceEntry("intercap", DATASETS["intercap"], "-y turned", 30.0, _ALL, (
                "the mesh lies posed in its first frame; gender goes by subject",
            )),
            SourceEntry("omomo", DATASETS["omomo"], "+z", 30.0, _ALL, (
                "objects are scaled frame by frame", "mop and vacuum are two parts", "train and test use the same keys (D16)",
            )),
            SourceEntry("arctic", DATASETS["arctic"], "+z", 30.0, _NONE, (
                "objects in millimetres, hinged about -z through their origin", "shape is the subject's own surface",
            )),
            SourceEntry("parahome", DATASETS["parahome"], "+z", 30.0, _NONE, (
                "parts are not in every frame (D17)", "a scene of many objects",
            )),
            SourceEntry("released", DATASETS["demo"], "+y", 30.0, GroundRule("known"), ("each folder says its data set",)),
            SourceEntry("amass", _AMASS, "+z", 0.0, GroundRule("body"), ("no object", "two generations of keys")),
            SourceEntry("humanml3d", _JOINTS, "+y", 20.0, GroundRule("known"), ("joints only", "no object")),
            SourceEntry("intermimic", _TENSORS, "+y", 30.0, GroundRule("known"), ("the reader turns z-up to y-up",)),
            SourceEntry("skillmimic", _TENSORS, "+z", 60.0, GroundRule("known"), ("the ball's rotation is negated",)),
        )
    }
)  # fmt: skip
