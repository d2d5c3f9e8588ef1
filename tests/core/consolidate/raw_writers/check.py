"""The reference: axes and rate applied by hand to what an adapter gives, then compared with the demo clip."""

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import open_body

MILLIMETRES = 0.0005
DEGREES = 0.05


def turned(raw, clip):
    """Pose, pelvis and parts of the adapter's clip in +Y up; the body is posed as the demo's person."""
    w = raw.y_up_from_source
    assert np.allclose(w @ w.T, np.eye(3)) and np.linalg.det(w) > 0
    step = round(raw.clip.fps / 30)
    rest = np.asarray(open_body(clip.body.gender).bind(clip.body.shape).rest_joints[0], float)
    b = raw.clip.body
    orient = (Rotation.from_matrix(w) * Rotation.from_rotvec(b.global_orient[::step].astype(float))).as_rotvec()
    body = replace(
        clip.body, global_orient=orient, body_pose=b.body_pose[::step], left_hand_pose=b.left_hand_pose[::step],
        right_hand_pose=b.right_hand_pose[::step], transl=(b.transl[::step].astype(float) + rest) @ w.T - rest,
    )  # fmt: skip
    parts = [p for o in raw.clip.objects for p in o.parts]
    return body, [(w @ p.rotation[::step].astype(float), p.translation[::step].astype(float) @ w.T, p.mesh) for p in parts]


def assert_same(raw, clip, hands=None, frames=slice(None), parts=None):
    """Joints and object vertices to 0.5 mm, rotations to 0.05 degrees. `hands`: (left, right) where a coding cannot carry
    the demo's own."""
    body, found = turned(raw, clip)
    wanted = clip.body
    if hands is not None:
        wanted = replace(wanted, left_hand_pose=hands[0], right_hand_pose=hands[1])
    bound = open_body(clip.body.gender).bind(clip.body.shape)
    a, b = bound.pose(body).joints, bound.pose(wanted).joints[frames]
    assert a.shape == b.shape
    assert np.linalg.norm(a - b, axis=-1).max() < MILLIMETRES
    assert _degrees(_matrices(body.full_pose()), _matrices(wanted.full_pose()[frames])) < DEGREES
    theirs = parts if parts is not None else [p for o in clip.objects for p in o.parts]
    assert len(found) == len(theirs)
    for (rotation, place, mesh), part in zip(found, theirs, strict=True):
        ours = np.einsum("tij,vj->tvi", rotation, mesh.vertices.astype(float)) + place[:, None]
        wanted_at = np.einsum("tij,vj->tvi", part.rotation[frames].astype(float), part.mesh.vertices.astype(float))
        wanted_at += part.translation[frames].astype(float)[:, None]
        seen = np.ones(len(place), bool) if part.missing is None else ~part.missing[frames]
        assert np.linalg.norm(ours - wanted_at, axis=-1)[seen].max() < MILLIMETRES
        assert _degrees(rotation[seen], part.rotation[frames].astype(float)[seen]) < DEGREES


def _matrices(pose):
    return Rotation.from_rotvec(np.asarray(pose, float).reshape(-1, 3)).as_matrix()


def _degrees(a, b):
    return np.degrees((Rotation.from_matrix(a).inv() * Rotation.from_matrix(b)).magnitude().max())
