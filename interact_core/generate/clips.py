"""Clips to motions and back: any body with joints, any object with a mesh; frame rates are changed on the way."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.library import choose_body
from interact_core.clip import BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart, Shape
from interact_core.clip.body import Family, Gender
from interact_core.clip.skeleton import NUM_BODY_JOINTS, PARENTS, joint_array
from interact_core.errors import InputError
from interact_core.generate.motion import NUM_POINTS, Motion, body_points, bones_of
from interact_core.generate.representation import body_code, shape_code
from interact_core.geometry.rotations import axis_angle_to_matrix, global_to_local, local_to_global, matrix_to_axis_angle

_FEET: Final = joint_array("left_ankle", "right_ankle")
_STILL: Final = 0.25
"""m/s below which a low foot counts as planted."""
_LOW: Final = 0.06
"""Metres that a planted ankle may be above its lowest place."""
SIZES: Final = (0.01, 4.0)
"""Metres of an object's longest side that the model may be asked for."""


@dataclass(frozen=True)
class Person:
    """Who moves: what a clip's body says, and the rest joints (52, 3) of it on the body that stands in for it."""

    family: Family
    gender: Gender
    shape: Shape
    rest: NDArray[np.float32]

    @property
    def code(self) -> NDArray[np.float32]:
        return body_code(bones_of(self.rest))


@dataclass(frozen=True)
class Thing:
    """An object: its mesh and the middle (3,) of the mesh's box, which motions are told of."""

    name: str
    mesh: Mesh

    @property
    def box(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Middle and half sizes, metres."""
        low, high = self.mesh.vertices.min(0), self.mesh.vertices.max(0)
        return (low + high) / 2, (high - low) / 2

    def check(self) -> None:
        """InputError for a mesh that has no faces, no finite size or one that no person handles."""
        vertices = self.mesh.vertices
        if not len(vertices) or not len(self.mesh.faces) or not np.isfinite(vertices).all():
            raise InputError(f"the mesh of {self.name!r} has no surface or coordinates that are not finite", field="object")
        longest = float(2 * self.box[1].max())
        if not SIZES[0] <= longest <= SIZES[1]:
            raise InputError(
                f"{self.name!r} is {longest:.3g} m long; the model knows things from {SIZES[0]:g} to {SIZES[1]:g} m",
                field="object", remedy="Check the unit of the mesh, or scale it",
            )  # fmt: skip

    def nearest(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N, 3) of points (N, 3), both in the frame of the box's middle."""
        import igl

        middle = self.box[0].astype(np.float64)
        vertices = np.ascontiguousarray(self.mesh.vertices, np.float64) - middle
        _, _, place = igl.point_mesh_squared_distance(
            np.ascontiguousarray(points, np.float64), vertices, np.ascontiguousarray(self.mesh.faces, np.int64)
        )
        return np.asarray(place, np.float32)

    def code(self, basis: NDArray[np.float32]) -> NDArray[np.float32]:
        return shape_code(self.box[1].astype(np.float32), self.nearest(basis), basis)


def person_of(body: BodyMotion) -> Person:
    """InputError where the body cannot be bound."""
    bound = choose_body(body, None).bound
    return Person(body.family, body.gender, body.shape, np.asarray(bound.rest_joints, np.float32))


def thing_of(clip: Clip) -> tuple[Thing, ObjectPart]:
    """The object of a clip; of several, the one that moves most. Of one in parts, its base."""
    parts = [(obj.name, part) for obj in clip.objects for part in obj.parts]
    if not parts:
        raise InputError("the clip has no object", field=clip.id)
    moved = [float(np.abs(np.diff(part.translation, axis=0)).sum()) for _, part in parts]
    name, part = parts[int(np.argmax(moved))]
    return Thing(name, part.mesh), part


def motion_from(clip: Clip, fps: float) -> tuple[Motion, Person, Thing]:
    """A clip as one motion (batch of 1) at another frame rate. InputError without an object or with poses that are not finite."""
    person = person_of(clip.body)
    thing, part = thing_of(clip)
    thing.check()
    world = local_to_global(axis_angle_to_matrix(clip.body.full_pose()[:, :NUM_BODY_JOINTS]), PARENTS[:NUM_BODY_JOINTS])
    pelvis = np.asarray(clip.body.transl, np.float64) + person.rest[0]
    middle = part.rotation @ thing.box[0] + part.translation
    fingers = np.concatenate([clip.body.left_hand_pose, clip.body.right_hand_pose], 1).reshape(clip.num_frames, 90)
    if not all(np.isfinite(x).all() for x in (world, pelvis, middle, part.rotation, fingers)):
        raise InputError("the clip has poses that are not finite", field=clip.id, remedy="Repair it first")
    times = np.arange(0, (clip.num_frames - 1) / clip.fps + 1e-9, 1 / fps) * clip.fps
    world, pelvis, fingers = _rotations_at(world, times), _at(pelvis, times), _at(fingers, times)
    rotation, middle = _rotations_at(part.rotation, times), _at(middle, times)
    joints = _joints(pelvis, world, bones_of(person.rest))
    pieces = [joints, world, fingers, _planted(joints, fps), rotation, middle]
    tensors = [torch.from_numpy(np.ascontiguousarray(x, np.float32))[None] for x in pieces]
    return Motion(*[*tensors, _reach(tensors, thing)]), person, thing


def _joints(pelvis: NDArray[np.floating], world: NDArray[np.floating], bones: NDArray[np.float32]) -> NDArray[np.float64]:
    joints = np.empty((*world.shape[:2], 3))
    joints[:, 0] = pelvis
    for joint in range(1, NUM_BODY_JOINTS):
        parent = PARENTS[joint]
        joints[:, joint] = joints[:, parent] + world[:, parent] @ bones[joint]
    return joints


def _planted(joints: NDArray[np.float64], fps: float) -> NDArray[np.float32]:
    feet = joints[:, _FEET]
    speed = np.linalg.norm(np.gradient(feet, axis=0), axis=-1) * fps if len(feet) > 1 else np.zeros(feet.shape[:2])
    low = feet[..., 1] < feet[..., 1].min(0) + _LOW
    return ((speed < _STILL) & low).astype(np.float32)


def _reach(tensors: list[torch.Tensor], thing: Thing) -> torch.Tensor:
    joints, world, _, _, rotation, middle = tensors
    points = body_points(joints, world)
    local = (points - middle[:, :, None]) @ rotation
    place = torch.from_numpy(thing.nearest(local.reshape(-1, 3).numpy())).reshape(1, -1, NUM_POINTS, 3)
    return (place - local) @ rotation.transpose(-1, -2)


def clip_from(
    motion: Motion, row: int, fps: float, person: Person, thing: Thing, clip_id: str, text: str = "", action: str = "",
    out_fps: float = 30.0,
) -> Clip:  # fmt: skip
    """One motion of a batch as a clip, in between the model's frames by splines."""
    frames = motion.num_frames
    times = np.arange(0, (frames - 1) + 1e-6, fps / out_fps)
    world = _rotations_at(motion.rotations[row].cpu().numpy(), times)
    local = matrix_to_axis_angle(global_to_local(world, PARENTS[:NUM_BODY_JOINTS]))
    fingers = _at(motion.fingers[row].cpu().numpy(), times).reshape(-1, 2, 15, 3)
    pelvis = _at(motion.joints[row, :, 0].cpu().numpy(), times)
    body = BodyMotion(
        person.family,
        person.gender,
        person.shape,
        local[:, 0],
        local[:, 1:],
        fingers[:, 0],
        fingers[:, 1],
        pelvis - person.rest[0],
    )
    rotation = _rotations_at(motion.object_rotation[row].cpu().numpy(), times)
    place = _at(motion.object_place[row].cpu().numpy(), times) - rotation @ thing.box[0]
    part = ObjectPart("base", thing.mesh, rotation, place)
    captions = (Caption(text),) if text.strip() else ()
    return Clip(clip_id, out_fps, body, (ObjectMotion(thing.name, (part,)),), captions, (action.capitalize(),) if action else ())


def _at(values: NDArray[np.floating], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, ...) at fractional frames; whole frames come back as they are."""
    from scipy.interpolate import CubicSpline

    if len(values) == 1:
        return np.repeat(np.asarray(values, np.float64), len(times), axis=0)
    return np.asarray(CubicSpline(np.arange(len(values)), np.asarray(values, np.float64))(np.minimum(times, len(values) - 1)))


def _rotations_at(rotations: NDArray[np.floating], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Splined as two rows and made rotations again: frames are close enough for that."""
    rows = _at(np.asarray(rotations, np.float64)[..., :2, :], times)
    first = rows[..., 0, :] / np.linalg.norm(rows[..., 0, :], axis=-1, keepdims=True)
    second = rows[..., 1, :] - (rows[..., 1, :] * first).sum(-1, keepdims=True) * first
    second /= np.linalg.norm(second, axis=-1, keepdims=True)
    return np.stack([first, second, np.cross(first, second)], axis=-2)
