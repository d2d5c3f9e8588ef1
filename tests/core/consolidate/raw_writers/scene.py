"""A demo clip as numbers, and what every raw layout is written from: another world, another rate, a pose about J0."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import open_body
from interact_core.formats.registry import open_path, read_clip

DEMO = Path(__file__).resolve().parents[4] / "resources" / "demo"


@lru_cache(maxsize=4)
def demo(name, frames=90, start=30):
    """The clip, cut to some frames so that fixtures stay small."""
    ref = next(ref for ref in open_path(DEMO).refs if ref.id == name)
    clip = read_clip(ref)
    cut = slice(start, start + frames)
    b = clip.body
    body = replace(
        b, global_orient=b.global_orient[cut], body_pose=b.body_pose[cut], left_hand_pose=b.left_hand_pose[cut],
        right_hand_pose=b.right_hand_pose[cut], transl=b.transl[cut],
    )  # fmt: skip
    objects = tuple(
        replace(o, parts=tuple(
            replace(p, rotation=p.rotation[cut], translation=p.translation[cut], hinge=None,
                    missing=None if p.missing is None else p.missing[cut]) for p in o.parts
        ))
        for o in clip.objects
    )  # fmt: skip
    return replace(clip, body=body, objects=objects, recorded_contact={}, recorded_joints=None)


def off_centre(clip, offset=(0.03, -0.05, 0.02)):
    """The same scene, with meshes whose own frame does not lie at their vertex mean."""
    offset = np.array(offset)
    return replace(clip, objects=tuple(
        replace(o, parts=tuple(
            replace(p, mesh=replace(p.mesh, vertices=(p.mesh.vertices + offset).astype(np.float32)),
                    translation=p.translation - p.rotation @ offset) for p in o.parts
        ))
        for o in clip.objects
    ))  # fmt: skip


@dataclass
class Scene:
    """The demo clip in another world: column vectors, rotation vectors in radians, metres."""

    orient: np.ndarray
    body: np.ndarray
    left: np.ndarray
    right: np.ndarray
    transl: np.ndarray
    rotations: list
    places: list
    meshes: list
    names: list
    betas: np.ndarray
    pelvis_at_rest: np.ndarray

    @property
    def frames(self):
        return len(self.transl)


def scene(clip, world_from_ours, fps=30):
    """`world_from_ours` turns +Y up into the source's world; frames are interpolated where the source is faster."""
    bound = open_body(clip.body.gender).bind(clip.body.shape)
    rest = np.asarray(bound.rest_joints[0], np.float64)
    times = np.arange(0, clip.num_frames - 1 + 1e-9, 30 / fps)
    turns = [_between(clip.body.full_pose()[:, j].astype(float), times) for j in range(52)]
    pelvis = _linear(clip.body.transl.astype(float), times) + rest
    parts = [p for o in clip.objects for p in o.parts]
    return Scene(
        orient=(Rotation.from_matrix(world_from_ours) * turns[0]).as_rotvec(),
        body=np.stack([t.as_rotvec() for t in turns[1:22]], 1), left=np.stack([t.as_rotvec() for t in turns[22:37]], 1),
        right=np.stack([t.as_rotvec() for t in turns[37:]], 1), transl=pelvis @ world_from_ours.T - rest,
        rotations=[
            world_from_ours @ _between(rotvec(p.rotation.astype(float)), times).as_matrix() for p in parts
        ],
        places=[_linear(p.translation.astype(float), times) @ world_from_ours.T for p in parts],
        meshes=[(p.mesh.vertices.astype(float), p.mesh.faces) for p in parts], names=[p.name for p in parts],
        betas=np.asarray(clip.body.shape.values, float), pelvis_at_rest=rest,
    )  # fmt: skip


def _linear(values, times):
    whole = np.clip(np.floor(times).astype(int), 0, len(values) - 2)
    share = (times - whole)[:, None]
    return values[whole] * (1 - share) + values[whole + 1] * share


def _between(rotvecs, times):
    whole = np.clip(np.floor(times).astype(int), 0, len(rotvecs) - 2)
    a, b = Rotation.from_rotvec(rotvecs[whole]), Rotation.from_rotvec(rotvecs[whole + 1])
    return a * Rotation.from_rotvec((a.inv() * b).as_rotvec() * (times - whole)[:, None])


def turn(axis, degrees):
    return Rotation.from_euler(axis, degrees, degrees=True).as_matrix()


def write_obj(path, vertices, faces):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"v {x!r} {y!r} {z!r}" for x, y, z in np.asarray(vertices, float).tolist()]
    path.write_text("\n".join(lines + [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in np.asarray(faces).tolist()]) + "\n")


def write_ply(path, vertices, faces):
    """Binary little-endian, as scans come."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        f"ply\nformat binary_little_endian 1.0\nelement vertex {len(vertices)}\nproperty float x\nproperty float y\n"
        f"property float z\nelement face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    rows = np.empty(len(faces), dtype=[("n", "u1"), ("v", "<i4", 3)])
    rows["n"], rows["v"] = 3, faces
    path.write_bytes(head.encode() + np.asarray(vertices, "<f4").tobytes() + rows.tobytes())


def rotvec(matrices):
    return Rotation.from_matrix(matrices).as_rotvec()


def template(clip, count=10475):
    """A subject's surface with as many vertices as SMPL-X has."""
    vertices = np.asarray(open_body(clip.body.gender).bind(clip.body.shape).rest_vertices, float)
    faces = np.array([[k, k + 1, k + 2] for k in range(0, count - 2, 3)])
    return np.resize(vertices, (count, 3)), faces
