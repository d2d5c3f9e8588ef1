"""A candidate before anybody solves for it: things where they will be, the person where following alone puts them.

From what the window has of the open clip, so that it costs milliseconds: the body goes as one piece with the root. Arms,
fingers and steps are the solver's work; another time and other limbs are not shown at all, and `notes` says so.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.mirror import mirror
from interact_core.augment.compose import compose
from interact_core.augment.options import AugmentOptions
from interact_core.augment.placement import SEATED, Footing, Way, follow, move_objects, pivot_of, rotation_y
from interact_core.augment.sampling import Draw
from interact_core.clip import Clip, Mesh, ObjectPart
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.results import Inspection
from interact_core.inspection.signals import speed

Floats = NDArray[np.float32]
_ANKLES: Final = ("left_ankle", "right_ankle")
_STANDING: Final = 0.25
"""m/s of an ankle below which a foot stands, until the feet are measured."""
_HELD: Final = 0.25
"""Metres from a wrist to a thing's middle within which it is taken to be touched, until contact is measured."""
_IMAGE: Final = np.array([-1, 1, 1], np.float32)


@dataclass(frozen=True)
class Glimpse:
    """What stands where: the `clip` has the changed things; `body` and `things` give world vertices of some frames."""

    clip: Clip
    mirrored: bool
    notes: tuple[str, ...]
    _posed: PosedClip
    _way: Way

    @property
    def body_faces(self) -> NDArray[np.int32]:
        """The image of a surface has its faces turned round."""
        faces = self._posed.body_faces
        return np.ascontiguousarray(faces[:, ::-1]) if self.mirrored else faces

    def body(self, frames: slice) -> Floats:
        """(N, V, 3)"""
        return self._moved(self._posed.body_vertices[frames], frames)

    def joints(self, frames: slice) -> Floats:
        """(N, 52, 3); of a mirrored body with the names of the other side."""
        return self._moved(self._posed.joints[frames], frames)

    def things(self, frames: slice) -> Floats:
        """(N, Vo, 3) of all parts, one after the other."""
        parts = [part for obj in self.clip.objects for part in obj.parts]
        return np.concatenate([_stand(part, frames) for part in parts], axis=1)

    def _moved(self, points: Floats, frames: slice) -> Floats:
        root = self._posed.joints[frames, :1]
        if self.mirrored:
            points, root = points * _IMAGE, root * _IMAGE
        turn = rotation_y(self._way.turn[frames]).astype(np.float32)
        result = np.matmul(points - root, turn.transpose(0, 2, 1))
        result += root + np.asarray(self._way.root[frames], np.float32)[:, None]
        return result


class Onlooker:
    """Makes glimpses of one clip; what does not depend on the draw is found once. `inspection` None: roughly."""

    def __init__(self, posed: PosedClip, inspection: Inspection | None, models_dir: Path | None = None) -> None:
        self._posed, self._inspection, self._models = posed, inspection, models_dir
        self._clip = replace(posed.clip, captions=(), recorded_joints=None)

    def glimpse(self, drawn: Draw, options: AugmentOptions, meshes: tuple[tuple[str, Mesh], ...] = ()) -> Glimpse:
        """InputError where the draw cannot be applied to this clip."""
        base, footing = (self._mirrored, self._mirrored_footing) if drawn.mirror else (self._clip, self._footing)
        notes = []
        if drawn.limbs != (1.0, 1.0, 1.0):
            notes.append("other limbs are seen once it is solved")
        if drawn.warp != 1.0:
            notes.append(f"it will take {drawn.warp:.2f} times as long")
        changed = compose(base, replace(drawn, limbs=(1.0, 1.0, 1.0)), meshes, self._models)
        if changed.clip is not base:
            footing = replace(footing, lowest=_lowest(changed.clip))
        pivot = pivot_of(changed.clip, footing.touched)
        placed, wander = move_objects(changed.clip, drawn, options.variations, footing, pivot)
        way = follow(footing, drawn, options.following, pivot, placed.fps, wander)
        return Glimpse(placed, drawn.mirror, tuple(notes), self._posed, way)

    @cached_property
    def _mirrored(self) -> Clip:
        return mirror(self._clip, self._models).clip

    @cached_property
    def _footing(self) -> Footing:
        joints = np.asarray(self._posed.joints, np.float64)
        ankles = joints[:, [JOINT_INDEX[name] for name in _ANKLES]]
        return Footing(ankles, self._stands(ankles), joints[:, 0], self._touched(joints), self._seated, _lowest(self._clip))

    @cached_property
    def _mirrored_footing(self) -> Footing:
        own = self._footing
        ankles, stands = own.ankles[:, ::-1] * _IMAGE, own.stands[:, ::-1]
        return Footing(ankles, stands, own.root * _IMAGE, own.touched, own.seated, own.lowest)

    @property
    def _seated(self) -> NDArray[np.bool_]:
        tracks = {} if self._inspection is None else self._inspection.tracks
        found = [tracks[f"contact_{name}"].values > 0.5 for name in SEATED if f"contact_{name}" in tracks]
        return np.asarray(np.any(found, axis=0)) if found else np.zeros(self._clip.num_frames, bool)

    def _stands(self, ankles: NDArray[np.float64]) -> NDArray[np.bool_]:
        if self._inspection is None:
            return np.asarray(speed(ankles, self._clip.fps) < _STANDING)
        tracks = self._inspection.tracks
        return np.stack([tracks[f"foot_planted_{side}"].values > 0.5 for side in ("left", "right")], axis=1)

    def _touched(self, joints: NDArray[np.float64]) -> NDArray[np.bool_]:
        if self._inspection is not None and "contact_object" in self._inspection.tracks:
            return np.asarray(self._inspection.tracks["contact_object"].values > 0.5)
        wrists = joints[:, [JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"]]]
        middles = np.stack([np.asarray(part.translation, np.float64) for part in self._posed.parts], axis=1)
        return np.asarray((np.linalg.norm(wrists[:, :, None] - middles[:, None], axis=-1) < _HELD).any(axis=(1, 2)))


def _stand(part: ObjectPart, frames: slice) -> Floats:
    """(N, V, 3)"""
    turned = np.matmul(
        part.mesh.vertices[None].astype(np.float32), np.asarray(part.rotation[frames], np.float32).transpose(0, 2, 1)
    )
    return turned + np.asarray(part.translation[frames], np.float32)[:, None]


def _lowest(clip: Clip) -> NDArray[np.float64]:
    parts = [part for obj in clip.objects for part in obj.parts]
    return np.stack([part.posed()[..., 1].min(axis=1) for part in parts], axis=1).astype(np.float64)
