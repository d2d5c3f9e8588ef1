"""Tells a right object rotation from its transpose by where the hands are.

Of a held object two things are true under the right rotation: a hand is at its surface, and seen from the object it stays
where it is while both move. Both are measured under R and under R^T on some frames. One of them is believed if it is
better by a clear margin and good enough for a grip; objects that are never held, never turned or round settle nothing,
and that is said too where it could matter.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.kinematics import forward
from interact_core.bodies.library import choose_body
from interact_core.clip import BodyMotion, Clip, Mesh, Notice, ObjectMotion, ObjectPart
from interact_core.clip.skeleton import JOINT_NAMES
from interact_core.geometry.rotations import axis_angle_to_matrix

Doubles = NDArray[np.float64]
_FRAMES: Final = 60
_SURFACE: Final = 3000
"""Points that stand for a mesh's surface."""
_NEAR: Final = 0.12
"""Metres from a joint to the surface, under either rotation, from which on a frame says nothing."""
_FLESH: Final = 0.015
"""Metres between a finger's joint and its skin: no touch is closer, and what is closer is no better."""
_CAP: Final = 0.4
_MARGIN: Final = 0.005
"""Metres by which the better rotation must win at least."""
_CLEARLY: Final = 0.8
"""The better rotation leaves at most this share of the other's misfit."""
_HELD: Final = 0.025
"""Metres of misfit up to which it can be a grip. A stand-in's hands are farther off: then the better one must win by far."""
_BY_FAR: Final = 0.4
_FEW: Final = 4
_HANDS: Final = tuple(
    np.array([k for k, name in enumerate(JOINT_NAMES) if name.startswith(side) and (k >= 22 or "wrist" in name)])
    for side in ("left_", "right_")
)


@dataclass(frozen=True)
class RotationVerdict:
    """Misfit in metres under R (as read) and under R^T, over `frames` frames that could tell."""

    part: str
    as_read: float
    transposed: float
    frames: int
    differs: bool = True
    """Whether the two put the surface anywhere else at all."""

    @property
    def wrong(self) -> bool:
        return self.settled and self.transposed < self.as_read

    @property
    def settled(self) -> bool:
        low, high = sorted((self.as_read, self.transposed))
        return self.frames >= _FEW and high - low > _MARGIN and low < (_CLEARLY if low < _HELD else _BY_FAR) * high


def check_rotations(body: BodyMotion, objects: tuple[ObjectMotion, ...], models_dir: Path | None) -> list[Notice]:
    """A warning for every part whose transpose fits better, and a word about those that settle nothing."""
    notices = []
    for verdict in judge_rotations(body, objects, models_dir):
        told = f"{1000 * verdict.as_read:.0f} mm as read, {1000 * verdict.transposed:.0f} mm transposed, {verdict.frames} frames"
        if verdict.wrong:
            notices.append(Notice(
                "rotation-transposed", f"{verdict.part}: hands fit the object better with its rotations inverted "
                f"({told}). The source probably stores them as their transpose; compare both before you trust contacts.",
                "object rotation",
            ))  # fmt: skip
        elif verdict.differs and not verdict.settled:
            text = f"{verdict.part}: contact does not tell its rotations from their inverse ({told})."
            notices.append(Notice("rotation-unsettled", text, "object rotation", "info"))
    return notices


def with_checked_rotations(clip: Clip, models_dir: Path | None) -> Clip:
    """The clip with what the check has to say among its notices."""
    found = check_rotations(clip.body, clip.objects, models_dir)
    return replace(clip, notices=(*clip.notices, *found)) if found else clip


def judge_rotations(
    body: BodyMotion, objects: tuple[ObjectMotion, ...], models_dir: Path | None = None
) -> tuple[RotationVerdict, ...]:
    if not objects:
        return ()
    frames = np.unique(np.linspace(0, body.num_frames - 1, _FRAMES).round().astype(np.intp))
    bound = choose_body(body, models_dir).bound
    local = axis_angle_to_matrix(body.full_pose()[frames])
    _, joints = forward(local, np.asarray(bound.rest_joints, np.float64), np.asarray(body.transl[frames], np.float64))
    return tuple(_judge(part, joints, frames) for motion in objects for part in motion.parts)


def _judge(part: ObjectPart, joints: Doubles, frames: NDArray[np.intp]) -> RotationVerdict:
    from scipy.spatial import cKDTree

    rotation, place = np.asarray(part.rotation[frames], np.float64), np.asarray(part.translation[frames], np.float64)
    offset = joints - place[:, None]
    # Row vectors: o @ R is R^T o, the point seen from the object posed by R; o @ R^T is the same for an object posed by R^T.
    seen = {"read": offset @ rotation, "turned": offset @ rotation.transpose(0, 2, 1)}
    tree = cKDTree(_surface(part.mesh))
    away = {key: np.asarray(tree.query(points, distance_upper_bound=_CAP)[0]) for key, points in seen.items()}
    misfit: dict[str, list[float]] = {"read": [], "turned": []}
    missing = part.missing[frames] if part.missing is not None else np.zeros(len(frames), bool)
    for hand in _HANDS:
        _add(misfit, seen, away, hand, missing)
    count = len(misfit["read"])
    mean = {key: float(np.mean(values)) if values else 0.0 for key, values in misfit.items()}
    corners = np.asarray(part.mesh.vertices, np.float64)[:: max(len(part.mesh.vertices) // 100, 1)]
    moved = np.linalg.norm(corners @ (rotation.transpose(0, 2, 1) - rotation), axis=-1).mean()
    return RotationVerdict(part.name, mean["read"], mean["turned"], count, bool(moved > _MARGIN))


def _add(
    misfit: dict[str, list[float]], seen: dict[str, Doubles], away: dict[str, Doubles], hand: NDArray[np.intp],
    missing: NDArray[np.bool_],
) -> None:  # fmt: skip
    """What one hand says in the frames in which it is near: how far it is off the surface, and how far it slips on it."""
    nearest = {key: np.minimum(values[:, hand].min(axis=1), _CAP) for key, values in away.items()}
    near = (np.minimum(nearest["read"], nearest["turned"]) < _NEAR) & ~missing
    if near.sum() < 2:
        return
    for key in misfit:
        misfit[key].extend(np.maximum(nearest[key][near] - _FLESH, 0).tolist())
        points = seen[key][near][:, hand].mean(axis=1)
        misfit[key].extend(np.minimum(np.linalg.norm(np.diff(points, axis=0), axis=1), _CAP).tolist())


def _surface(mesh: Mesh) -> Doubles:
    """Points spread over the area, the same for the same mesh."""
    corners = np.asarray(mesh.vertices, np.float64)[mesh.faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    random = np.random.default_rng(0)
    face = random.choice(len(area), _SURFACE, p=area / area.sum())
    u, v = random.random((2, _SURFACE))
    over = u + v > 1
    u[over], v[over] = 1 - u[over], 1 - v[over]
    a, b, c = corners[face].transpose(1, 0, 2)
    return a + u[:, None] * (b - a) + v[:, None] * (c - a)
