"""A clip's motion on another family's body, with the error of every joint and marker."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import BodyModel, BoundBody
from interact_core.bodies.library import BodyChoice
from interact_core.bodies.markers import MARKER_NAMES
from interact_core.clip import BodyMotion, RestJoints, Shape
from interact_core.clip.skeleton import NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.consolidate.conversion.rest_shape import nearest_betas
from interact_core.errors import InputError
from interact_core.inspection.posed import CHUNK
from interact_core.jobs.context import JobContext, NullContext, SubContext

Pose = Literal["auto", "carry", "fit"]
_NUM_BETAS: Final = 10
_ENOUGH: Final = 0.004
"""Metres of mean marker error that fitting the pose need not try to better."""
_TIPS: Final = np.array([name.endswith("TIP") for name in MARKER_NAMES])


@dataclass(frozen=True)
class Converted:
    """The motion on the other body; joint_error (T, J) and marker_error (T, M) metres, of what both bodies have.

    `fitted` says that the pose was fitted too; `carried` are the means of both errors with the pose as it was.
    """

    motion: BodyMotion
    joint_error: NDArray[np.float64]
    marker_error: NDArray[np.float64]
    fitted: bool
    carried: tuple[float, float]
    notes: tuple[str, ...]


def convert_motion(
    motion: BodyMotion, source: BodyChoice, model: BodyModel, pose: Pose = "auto", device: str = "cpu",
    context: JobContext | None = None,
) -> Converted:  # fmt: skip
    """`source` is the body of the motion. InputError where that is only a stand-in for the person's shape."""
    context = context or NullContext()
    if source.stand_in and not isinstance(motion.shape, RestJoints):
        raise InputError(
            "the shape can be read only with the model it was made for", field="shape",
            remedy="Name the folder with your SMPL, SMPL-H and SMPL-X files (--models)",
        )  # fmt: skip
    shared = _Shared(motion, source.bound, model)
    carried = shared.carried()
    context.progress(0.1, "carried")
    wanted = shared.wanted(context)
    best = carried, *shared.errors(carried, wanted, SubContext(context, 0.3, 0.4))
    means = float(best[1].mean()), float(best[2].mean())
    fitted = False
    if pose == "fit" or (pose == "auto" and means[1] > _ENOUGH):
        other = _fitted(carried, wanted[1], shared, device, SubContext(context, 0.4, 0.9, "poses"))
        errors = shared.errors(other, wanted, SubContext(context, 0.9, 1.0))
        # Markers alone must not pull the skeleton away: what counts is both.
        if pose == "fit" or errors[0].mean() + errors[1].mean() < sum(means):
            best, fitted = (other, *errors), True
    context.progress(1.0)
    return Converted(*best, fitted, means, shared.notes())


class _Shared:
    """What two bodies have in common: SMPL has no fingers."""

    def __init__(self, motion: BodyMotion, source: BoundBody, model: BodyModel) -> None:
        self._motion, self._source = motion, source
        self.model = model
        fingers = "smpl" not in (motion.family, model.family)
        self.joints = np.arange(NUM_JOINTS if fingers else NUM_BODY_JOINTS)
        self.markers = np.flatnonzero(~_TIPS | fingers)
        self._shape = self._nearest_shape()

    def _nearest_shape(self) -> Shape:
        """The open body can wear any skeleton exactly; a model has only its own shapes."""
        if self.model.family == "open" and len(self.joints) == NUM_JOINTS:
            return RestJoints(np.asarray(self._source.rest_joints, np.float32))
        return nearest_betas(self._source, self.model, _NUM_BETAS, self.joints, self.markers)

    def carried(self) -> BodyMotion:
        """The same local rotations, the pelvis where it was."""
        motion = self._motion
        shift = np.asarray(self._source.rest_joints[0], np.float64) - self.model.bind(self._shape).rest_joints[0]
        has_face = self.model.family == "smplx"
        if self.model.family == "smpl":
            still = np.zeros_like(motion.left_hand_pose)
            motion = replace(motion, left_hand_pose=still, right_hand_pose=still)
        return replace(
            motion, family=self.model.family, gender=self.model.gender, shape=self._shape,
            transl=(motion.transl + shift).astype(np.float32), jaw_pose=motion.jaw_pose if has_face else None,
            eye_pose=motion.eye_pose if has_face else None,
        )  # fmt: skip

    def wanted(self, context: JobContext) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Joints and markers of the source, (T, J, 3) and (T, M, 3)."""
        return self._posed(self._source, self._motion, SubContext(context, 0.1, 0.3, "source"))

    def errors(
        self, motion: BodyMotion, wanted: tuple[NDArray[np.float32], NDArray[np.float32]], context: JobContext
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        joints, markers = self._posed(self.model.bind(motion.shape), motion, context)
        return _apart(joints, wanted[0]), _apart(markers, wanted[1])

    def _posed(
        self, bound: BoundBody, motion: BodyMotion, context: JobContext
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        ids = bound.model.marker_vertices[self.markers]
        joints, markers = [], []
        for start in range(0, motion.num_frames, CHUNK):
            context.checkpoint()
            some = bound.pose(motion, slice(start, start + CHUNK))
            joints.append(some.joints[:, self.joints])
            markers.append(some.vertices[:, ids])
            context.progress(min(start + CHUNK, motion.num_frames) / motion.num_frames)
        return np.concatenate(joints), np.concatenate(markers)

    def notes(self) -> tuple[str, ...]:
        found = []
        motion, family = self._motion, self.model.family
        if family == "smpl" and (np.any(motion.left_hand_pose) or np.any(motion.right_hand_pose)):
            found.append("SMPL has no fingers: their pose is lost")
        face = [pose for pose in (motion.jaw_pose, motion.eye_pose) if pose is not None]
        if family != "smplx" and any(np.any(pose) for pose in face):
            found.append("only SMPL-X has a jaw and eyes: their pose is lost")
        if isinstance(motion.shape, RestJoints) and motion.family != "open":
            found.append("the clip brings a skeleton, no shape: markers are those of the open body over it")
        return tuple(found)


def _fitted(
    carried: BodyMotion, markers: NDArray[np.float32], shared: _Shared, device: str, context: JobContext
) -> BodyMotion:  # fmt: skip
    """Imported here: the fitting needs torch, which carrying a pose does not."""
    from interact_core.consolidate.conversion.marker_pose import fitted

    targets = np.full((carried.num_frames, len(MARKER_NAMES), 3), np.nan)
    targets[:, shared.markers] = markers
    return fitted(carried, targets, shared.model, fingers=len(shared.joints) == NUM_JOINTS, device=device, context=context)


def _apart(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.linalg.norm(np.asarray(a, np.float64) - b, axis=-1)
    return result
