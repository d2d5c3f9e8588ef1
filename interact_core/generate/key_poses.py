"""An object's path from a few key poses: where it is when, joined smoothly, as the clip that gives the path to be followed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.errors import InputError

FPS: Final = 30.0
FASTEST: Final = 6.0
"""m/s: what is carried, kicked or swung is slower; a path that is faster jumps."""
FASTEST_TURN: Final = 4 * np.pi
"""rad/s"""


@dataclass(frozen=True)
class KeyPose:
    """At `time` (s) the middle of the object's box is at `place` (x, y, z), turned by `yaw` (rad) about the vertical."""

    time: float
    place: tuple[float, float, float]
    yaw: float = 0.0


def path_of(keys: Sequence[KeyPose], seconds: float, fps: float = FPS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places (T, 3) and yaws (T,), through every key without swinging past it, still before the first and after the last.

    InputError for fewer than two keys, numbers that are not finite, two keys at one time and paths that jump.
    """
    from scipy.interpolate import PchipInterpolator

    ordered = sorted(keys, key=lambda key: key.time)
    table = np.array([[key.time, *key.place, key.yaw] for key in ordered], np.float64).reshape(-1, 5)
    _check(table, seconds)
    table[:, 4] = np.unwrap(table[:, 4])
    times = np.clip(np.arange(round(seconds * fps) + 1) / fps, table[0, 0], table[-1, 0])
    values = np.asarray(PchipInterpolator(table[:, 0], table[:, 1:])(times))
    speed = np.linalg.norm(np.diff(values[:, :3], axis=0), axis=1) * fps
    turning = np.abs(np.diff(values[:, 3])) * fps
    if speed.max(initial=0.0) > FASTEST or turning.max(initial=0.0) > FASTEST_TURN:
        at = int(np.argmax(np.maximum(speed / FASTEST, turning / FASTEST_TURN)))
        raise InputError(
            f"the path jumps at {at / fps:.1f} s: {speed[at]:.1f} m/s", field="path",
            remedy=f"Put more time between the keys there; nothing is moved faster than {FASTEST:g} m/s",
        )  # fmt: skip
    return values[:, :3], values[:, 3]


def _check(table: NDArray[np.float64], seconds: float) -> None:
    if len(table) < 2:
        raise InputError(f"{len(table)} key poses are no path", field="path", remedy="Set two or more")
    if not np.isfinite(table).all():
        raise InputError("a key pose has numbers that are not finite", field="path")
    if np.diff(table[:, 0]).min() < 1e-3:
        raise InputError("two key poses are at the same time", field="path", remedy="Move one of them in time")
    if table[0, 0] < 0 or table[-1, 0] > seconds + 1e-6:
        raise InputError(f"a key pose is outside of the {seconds:g} s", field="path", remedy="Make it longer, or move the key")


def path_clip(keys: Sequence[KeyPose], seconds: float, name: str, mesh: Mesh, like: Clip | None = None) -> Clip:
    """The path as a clip at 30 frames a second; its person, that of `like` where there is one, stands still and is there only
    because clips have one."""
    places, yaws = path_of(keys, seconds)
    frames = len(places)
    c, s, o, i = np.cos(yaws), np.sin(yaws), np.zeros(frames), np.ones(frames)
    rotation = np.stack([c, o, s, o, i, o, -s, o, c], axis=1).reshape(frames, 3, 3)
    middle = (mesh.vertices.min(axis=0) + mesh.vertices.max(axis=0)) / 2
    part = ObjectPart("base", mesh, rotation, places - rotation @ middle)
    body = _average(frames) if like is None else _still(like, frames)
    return Clip("sketched_path", FPS, body, (ObjectMotion(name, (part,)),))


def _average(frames: int) -> BodyMotion:
    hands = np.zeros((frames, 15, 3), np.float32)
    transl = np.tile(np.array([0, 0.95, 0], np.float32), (frames, 1))
    still = np.zeros((frames, 3), np.float32)
    return BodyMotion("open", "neutral", Betas(np.zeros(10)), still, np.zeros((frames, 21, 3), np.float32), hands, hands, transl)


def _still(clip: Clip, frames: int) -> BodyMotion:
    """The clip's person as it is at first; what it does is not looked at."""
    from interact_core.refine.measuring import cut

    first = cut(clip, slice(0, 1)).body
    grown: dict[str, Any] = {
        name: np.repeat(value, frames, axis=0)
        for name in ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "transl", "jaw_pose", "eye_pose")
        if (value := getattr(first, name)) is not None
    }
    return replace(first, **grown)
