"""What several measures need about a clip, computed once: frames that count, nearest distances, contact, object motion."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import ObjectMotion, ObjectPart
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.inspection.fields import DistanceFields
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.signals import Mask, acceleration, frames_of, hysteresis, settle, speed, velocity
from interact_core.inspection.thresholds import Thresholds
from interact_core.jobs.context import JobContext

HANDS: Final = ("left_hand", "right_hand")
GRAVITY: Final = np.array([0.0, -9.81, 0.0])


@dataclass(frozen=True)
class Evidence:
    """The input of every measure. Frames that are not posed, not measured or without the object give NaN and no state."""

    posed: PosedClip
    fields: DistanceFields
    thresholds: Thresholds
    context: JobContext

    @property
    def fps(self) -> float:
        return self.posed.clip.fps

    @property
    def num_frames(self) -> int:
        return self.posed.num_frames

    @property
    def has_objects(self) -> bool:
        return bool(self.posed.part_slices)

    @cached_property
    def body_ready(self) -> Mask:
        return self.posed.ready

    @cached_property
    def object_present(self) -> NDArray[np.bool_]:
        """(T, parts): the frame is measured and the source has a pose for the part."""
        present = np.repeat(self.fields.ready[:, None], len(self.posed.parts), axis=1)
        for k, part in enumerate(self.posed.parts):
            if part.missing is not None:
                present[:, k] &= ~np.asarray(part.missing, bool)
        return present

    def body_distance(self, region: str) -> NDArray[np.float32]:
        """(T,) least signed distance of a body region or group to the objects, NaN where there is none."""
        columns = self.posed.choice.model.regions.vertices(region)
        return _least(self.fields.body_signed_distance[:, columns])

    @cached_property
    def inner_hand_distance(self) -> dict[str, NDArray[np.float32]]:
        """Per hand: the palm side's signed distance, so that the back of a hand that passes by is no grasp."""
        regions = self.posed.choice.model.regions
        return {
            hand: _least(self.fields.body_signed_distance[:, np.flatnonzero(regions.mask(hand) & regions.inner_hand)])
            for hand in HANDS
        }

    def contact_state(self, distance: NDArray[np.float32]) -> Mask:
        """Contact by hysteresis on a signed distance (T,), short contacts dropped, short gaps closed."""
        table = self.thresholds
        state = hysteresis(distance, table.contact_on, table.contact_off)
        result: Mask = settle(state, frames_of(table.contact_seconds, self.fps)) & np.isfinite(distance)
        return result

    @cached_property
    def object_contact(self) -> list[Mask]:
        """Per object of the clip: (T,) some part of the body touches it."""
        return [self.contact_state(self._touch_distance(k)) for k in range(len(self.posed.clip.objects))]

    def _touch_distance(self, index: int) -> NDArray[np.float32]:
        columns = np.concatenate([np.r_[self.posed.part_slices[k]] for k in self.parts_of(index)])
        least = _least(self.fields.object_signed_distance[:, columns])
        if len(self.posed.clip.objects) == 1:
            # A fingertip can touch the middle of a large triangle, far from any of its corners.
            least = np.fmin(least, _least(self.fields.body_signed_distance))
        return least

    def parts_of(self, index: int) -> list[int]:
        """Part numbers of object `index`."""
        counts = np.cumsum([0, *(len(obj.parts) for obj in self.posed.clip.objects)])
        return list(range(int(counts[index]), int(counts[index + 1])))

    @cached_property
    def object_motion(self) -> list["Motion"]:
        return [Motion(self, k, obj) for k, obj in enumerate(self.posed.clip.objects)]

    @cached_property
    def holding(self) -> dict[str, Mask]:
        """Per hand: (T,) it moves along with an object that is lifted or pushed, and is within reach of it."""
        return {hand: self._holds(hand) for hand in HANDS}

    def _holds(self, hand: str) -> Mask:
        near = self.inner_hand_distance[hand] < self.thresholds.evidence_reach
        wrist = self.posed.joints[:, JOINT_INDEX[hand.replace("hand", "wrist")]]
        held = np.zeros(self.num_frames, bool)
        for motion in self.object_motion:
            together = motion.slip_of(wrist) < self.thresholds.hold_speed
            held |= near & together & motion.carried
        return settle(held, frames_of(self.thresholds.contact_seconds, self.fps))


class Motion:
    """How one object moves. Corners are those of its parts' bounding boxes: they move with the mesh and are few."""

    def __init__(self, evidence: Evidence, index: int, obj: ObjectMotion) -> None:
        self._evidence = evidence
        self.name = obj.name
        self.part_numbers = evidence.parts_of(index)
        self._main = obj.parts[0]
        self.present: Mask = np.logical_and.reduce(evidence.object_present[:, self.part_numbers], axis=1)
        self.corners = np.concatenate([_corners(part) for part in obj.parts], axis=1)
        self.speed = np.where(self.present, speed(self.corners, evidence.fps).max(axis=1), np.nan)
        columns = np.concatenate([np.r_[evidence.posed.part_slices[k]] for k in self.part_numbers])
        self.height = np.where(self.present, evidence.posed.object_vertices[:, columns, 1].min(axis=1), np.nan)

    @property
    def moving(self) -> Mask:
        result: Mask = self.speed > self._evidence.thresholds.moving_speed
        return result

    @property
    def off_ground(self) -> Mask:
        result: Mask = self.height > self._evidence.thresholds.support_height
        return result

    @cached_property
    def falling(self) -> Mask:
        """(T,) the centre accelerates as if nothing held it."""
        centre = self.corners.mean(axis=1)
        deviation = np.linalg.norm(acceleration(centre, self._evidence.fps) - GRAVITY, axis=-1)
        result: Mask = deviation < self._evidence.thresholds.fall_deviation
        return result

    @property
    def carried(self) -> Mask:
        """(T,) something must be moving it: it moves and does not fall."""
        return self.moving & ~self.falling & self.present

    def slip_of(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """(T,) m/s: speed of a point (T, 3) as seen from the object's first part."""
        rotation = np.asarray(self._main.rotation, np.float64)
        local = np.einsum("tji,tj->ti", rotation, points - np.asarray(self._main.translation, np.float64))
        return np.linalg.norm(velocity(local, self._evidence.fps), axis=-1)


def _corners(part: ObjectPart) -> NDArray[np.float64]:
    """(T, 8, 3) world corners of a part's bounding box."""
    low, high = part.mesh.vertices.min(axis=0), part.mesh.vertices.max(axis=0)
    box = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])], np.float64)
    rotation = np.asarray(part.rotation, np.float64)
    return np.einsum("tij,kj->tki", rotation, box) + np.asarray(part.translation, np.float64)[:, None]


def _least(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(T,) smallest of each row, NaN left out; NaN for a row that has nothing else."""
    if values.shape[1] == 0:
        return np.full(len(values), np.nan, np.float32)
    result = np.fmin.reduce(values, axis=1)
    return result.astype(np.float32)
