"""Checks on a clip that has been read: is it plausible, canonical, centred? No body surface is needed for them.

Which: the data format note, section 13 item 5. Canonical frame (section 1): at frame 0 the pelvis stands at x = z = 0 and
the body's left points along +X, so the person faces +Z.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from interact_core.clip import Clip, ObjectPart, RestJoints
from interact_core.clip.skeleton import PARENTS
from interact_core.errors import InputError
from interact_core.formats.datasets import dataset_for
from interact_core.formats.findings import Finding
from interact_core.formats.interact_layout import dataset_root_of
from interact_core.formats.npz_files import check_floats, read_npy
from interact_core.formats.skeleton import joints_from_offsets
from interact_core.geometry.rotations import axis_angle_to_matrix, local_to_global, rotation_angle

MAX_TURN: Final = np.radians(2.0)
MAX_OFFSET: Final = 0.12
"""Metres the model translation may lie off the axis at frame 0: the pelvis of a rest body lies within 5 cm of it."""
MAX_JUMP: Final = 0.5
"""Metres in one frame at 30 fps: 15 m/s."""
MAX_TURN_SPEED: Final = np.radians(60.0)
"""In one frame at 30 fps: five turns a second."""
MAX_DISTANCE: Final = 5.0
_CENTRED: Final = 1e-3
_ON_MESH: Final = 1e-5
NUM_SAMPLES: Final = 340
_INDICES: Final = Path("assets") / "sample_objids"


def check_clip(clip: Clip) -> Iterator[Finding]:
    """Findings about motion, frame and meshes of one clip."""
    path = clip.source.path if clip.source else Path(clip.id)
    yield from _check_length(clip, path)
    yield from _check_canonical(clip, path)
    yield from _check_jumps(clip, path)
    yield from _check_turns(clip, path)
    yield from _check_objects(clip, path)
    yield from _check_samples(clip, path)
    yield from _check_inverse(clip, path)
    yield from _check_floor(clip, path)


def _check_length(clip: Clip, path: Path) -> Iterator[Finding]:
    if clip.num_frames < 2:
        yield Finding("too-short", "warning", path, "trans", "the clip has a single frame", "Nothing moves in it")
    hands = (clip.body.left_hand_pose, clip.body.right_hand_pose)
    if clip.num_frames > 1 and all(np.ptp(h, axis=0).max() < 1e-6 for h in hands):
        yield Finding(
            "hands-still", "info", path, "hands", "no finger moves in the whole clip", "Hand refinement can add a grasp"
        )


def _check_canonical(clip: Clip, path: Path) -> Iterator[Finding]:
    """Only where the folder claims it; other stages keep their own frame."""
    if path.parent.name != "sequences_canonical" or (clip.source and clip.source.dataset == "demo"):
        return
    first = axis_angle_to_matrix(clip.body.global_orient[:1])[0]
    turn = float(np.arctan2(first[2, 0], first[0, 0]))
    remedy = "Canonicalise the clip, or keep it under 'sequences'"
    if abs(turn) > MAX_TURN:
        text = f"at frame 0 the person faces {np.degrees(turn):+.1f} degrees away from +Z"
        yield Finding("not-facing-z", "warning", path, "orient", text, remedy)
    off = float(np.hypot(*clip.body.transl[0, [0, 2]]))
    if off > MAX_OFFSET:
        yield Finding(
            "not-at-origin", "warning", path, "trans", f"at frame 0 the person stands {off:.2f} m off the origin", remedy
        )


def _check_jumps(clip: Clip, path: Path) -> Iterator[Finding]:
    limit = MAX_JUMP * 30.0 / clip.fps
    tracks: list[tuple[str, NDArray[np.floating]]] = [("body", clip.body.transl)]
    tracks += [(part.name, part.translation) for obj in clip.objects for part in obj.parts if part.missing is None]
    for name, track in tracks:
        steps = np.linalg.norm(np.diff(track, axis=0), axis=1)
        if len(steps) and steps.max() > limit:
            text = f"{name} jumps {steps.max():.2f} m from frame {int(steps.argmax())} to the next"
            yield Finding("jump", "warning", path, "trans", text, "Look at that frame; cut or repair it")


def _check_turns(clip: Clip, path: Path) -> Iterator[Finding]:
    """A body or object that faces elsewhere from one frame to the next: a wrong conversion more often than a movement."""
    limit = MAX_TURN_SPEED * 30.0 / clip.fps
    tracks = [("body", "orient", axis_angle_to_matrix(clip.body.global_orient))]
    tracks += [(p.name, "angles", np.asarray(p.rotation, np.float64)) for o in clip.objects for p in o.parts if p.missing is None]
    for name, field, track in tracks:
        steps = rotation_angle(track[:-1], track[1:]) if len(track) > 1 else np.zeros(1)
        if steps.max() > limit:
            text = f"{name} turns {np.degrees(steps.max()):.0f} degrees from frame {int(steps.argmax())} to the next"
            yield Finding("turn-jump", "warning", path, field, text, "Look at that frame; cut or repair it")


def _check_objects(clip: Clip, path: Path) -> Iterator[Finding]:
    entry = dataset_for(clip.source.dataset) if clip.source else None
    for obj in clip.objects:
        for part in obj.parts:
            distance = _closest(clip.body.transl, part)
            if distance > MAX_DISTANCE:
                text = f"{part.name} never comes closer than {distance:.1f} m to the body"
                yield Finding("object-far", "warning", path, "trans", text, "Check that both are in the same frame and in metres")
            size = float(np.ptp(part.mesh.vertices, axis=0).max())
            if not 0.005 < size < 10.0:
                yield Finding(
                    "object-size", "warning", path, "mesh", f"{part.name} is {size:.3g} m large", "Meshes are in metres"
                )
        mean = float(np.linalg.norm(obj.parts[0].mesh.vertices.astype(np.float64).mean(axis=0)))
        if entry is not None and entry.objects == "rigid" and entry.name != "demo" and len(obj.parts) == 1 and mean > _CENTRED:
            text = f"the vertex mean of {obj.name} lies {mean * 1000:.1f} mm off the origin"
            yield Finding("mesh-not-centred", "warning", path, "mesh", text, "Clips and meshes must be centred together (once)")


def _check_samples(clip: Clip, path: Path) -> Iterator[Finding]:
    """sample_points.npy beside a mesh holds vertices of exactly that mesh; if not, sample indices mean other places."""
    root = dataset_root_of(path) if clip.source and clip.source.format == "interact" else None
    for obj in clip.objects if root else ():
        file = root / "objects" / obj.name / "sample_points.npy" if root else path
        if len(obj.parts) != 1 or not file.is_file():
            continue
        try:
            points = check_floats(read_npy(file), (None, 3), file, None)
        except InputError as error:
            yield Finding("samples-unreadable", "warning", file, "", error.problem, error.remedy)
            continue
        vertices = obj.parts[0].mesh.vertices
        off = float(np.max(KDTree(vertices).query(points)[0]))
        if off > _ON_MESH:
            text = f"points lie up to {off * 1000:.1f} mm away from the vertices of {obj.name}"
            yield Finding("samples-off-mesh", "warning", file, "", text, "Mesh and samples come from different versions")
        if len(points) != NUM_SAMPLES:
            text = f"holds {len(points)} points; consumers expect {NUM_SAMPLES}"
            yield Finding("samples-count", "warning", file, "", text, "Make the samples again")
        if root is not None:
            yield from _check_indices(root, obj.name, points, vertices)


def _check_indices(
    root: Path, name: str, points: NDArray[np.float64], vertices: NDArray[np.float32]
) -> Iterator[Finding]:  # fmt: skip
    """InterAct ships the samples' vertex ids in assets/sample_objids: valid only for the very vertex order they were made for."""
    file = next(
        (p for up in (root.parent, root.parent.parent) if (p := up / _INDICES / root.name / f"{name}.npy").is_file()), None
    )
    if file is None:
        return
    try:
        ids = np.asarray(read_npy(file))
    except InputError as error:
        yield Finding("samples-index", "warning", file, "", error.problem, error.remedy)
        return
    wrong = ""
    if ids.dtype.kind not in "iu" or ids.ndim != 1:
        wrong = f"holds {ids.dtype} of shape {ids.shape} instead of vertex ids"
    elif len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < len(vertices):
        wrong = f"names vertex {int(ids.max())}, {name} has {len(vertices)}"
    elif len(ids) == len(points) and float(np.abs(vertices[ids] - points).max()) > _ON_MESH:
        wrong = f"picks other vertices of {name} than sample_points.npy holds"
    if wrong:
        yield Finding("samples-index", "warning", file, "", wrong, "Mesh and ids come from different versions")


def _check_inverse(clip: Clip, path: Path) -> Iterator[Finding]:
    """GRAB turns objects by the inverse matrix (row form); converters that miss it leave hands in the air (defect D2).

    Settled by distance: with the right one of R and its inverse the nearest finger joint lies on the surface.
    """
    entry = dataset_for(clip.source.dataset) if clip.source else None
    joints = clip.recorded_joints
    if entry is None or "grab" not in (entry.name, entry.base) or joints is None or not clip.objects:
        return
    part = clip.objects[0].parts[0]
    tree = KDTree(part.mesh.vertices)
    fingers = (joints[:, 22:52] - part.translation[:, None]).astype(np.float64)
    inverse = np.swapaxes(part.rotation, -1, -2)
    # Row vectors: fingers @ R is R's inverse applied to them, which takes them into the object's frame.
    as_is, other = (float(np.median(np.min(tree.query(fingers @ m)[0], axis=1))) for m in (part.rotation, inverse))
    if other < 0.06 and as_is > 0.04 and other < 0.6 * as_is:
        text = f"hands come {other * 100:.1f} cm close with the inverse rotation, {as_is * 100:.1f} cm with the stored one"
        yield Finding(
            "object-rotation-inverted", "warning", path, "angles", text, "Negate the object's angles: convert GRAB again"
        )


def _closest(body: NDArray[np.floating], part: ObjectPart) -> float:
    """Smallest distance of the body's translation to the object's bounding sphere."""
    low, high = part.mesh.vertices.min(axis=0), part.mesh.vertices.max(axis=0)
    centre, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    world = np.asarray(part.rotation) @ centre + part.translation
    return float(np.linalg.norm(world - body, axis=1).min()) - radius


def _check_floor(clip: Clip, path: Path) -> Iterator[Finding]:
    """Feet near y = 0: from the recorded skeleton; betas would need the licensed body."""
    joints = clip.recorded_joints
    if joints is None and isinstance(clip.body.shape, RestJoints):
        rest = np.asarray(clip.body.shape.joints, np.float64)
        world = local_to_global(axis_angle_to_matrix(clip.body.full_pose()), PARENTS)
        joints = joints_from_offsets(rest - rest[np.maximum(PARENTS, 0)], world, clip.body.transl + rest[0]).astype(np.float32)
    if joints is None:
        return
    lowest = float(joints[..., 1].min())
    if not -0.1 < lowest < 0.2:
        text = f"the lowest joint of the clip is at y = {lowest:.2f} m; the floor is y = 0"
        yield Finding("off-the-floor", "warning", path, "trans", text, "Check the up axis and the floor height")
