"""Where things go, and how far the feet follow them.

The object's whole path is moved as one: shifted over the floor, turned about the upright axis through the place where it is
first touched, shifted up or down while it is lifted. From shortly before the first contact on, the person is meant to stand
as the object moved, but for a part that trunk and arms take. Before that the shift grows from one footfall to the next: each
footfall is moved as a whole, so that a foot that stood still stands still; a foot in the air goes from one to the other.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from interact_core.augment.options import Following, Variations
from interact_core.augment.sampling import Draw
from interact_core.clip import Clip
from interact_core.inspection.signals import runs

Doubles = NDArray[np.float64]
SIDES: Final = ("left", "right")
SEATED: Final = ("left_seat", "right_seat", "left_thigh", "right_thigh", "back", "abdomen", "chest")
"""Regions that cannot stay on a thing unless the pelvis goes with it."""
_BEFORE: Final = 0.4
"""Seconds before the first contact from which the person stands as the object moved."""
_LIFTED: Final = 0.02
"""Metres above where an object rests from which it is lifted."""
_RAISED: Final = 0.10
"""Metres above the floor from which what an object rests on is not part of the scene, and may be anywhere."""
_LEVEL: Final = np.array([1.0, 0.0, 1.0])
_SOFT: Final = 0.12
"""Seconds over which the root's way is smoothed."""


@dataclass(frozen=True)
class Footing:
    """Of the source: per side where the ankle is (T, 2 sides, 3) and when the foot stands (T, 2); root (T, 3); in which frames
    anything is touched (T,), and by seat, thighs or trunk (T,); where the objects' lowest point is (T, K)."""

    ankles: Doubles
    stands: NDArray[np.bool_]
    root: Doubles
    touched: NDArray[np.bool_]
    seated: NDArray[np.bool_]
    lowest: Doubles


@dataclass(frozen=True)
class Way:
    """How root and feet go: angle (T,) about the upright axis and offset (T, 3) of the root; offset (T, 2, 3) of the ankles."""

    turn: Doubles
    root: Doubles
    feet: Doubles


def rotation_y(angle: Doubles | float) -> Doubles:
    """(..., 3, 3) of angles about +Y."""
    a = np.asarray(angle, np.float64)
    c, s, o, i = np.cos(a), np.sin(a), np.zeros_like(a), np.ones_like(a)
    return np.stack([np.stack([c, o, s], -1), np.stack([o, i, o], -1), np.stack([-s, o, c], -1)], -2)


def pivot_of(clip: Clip, touched: NDArray[np.bool_]) -> Doubles:
    """(3,) on the floor below the first object's middle where it is first touched; the clip's middle if it never is."""
    part = clip.objects[0].parts[0]
    frame = int(np.argmax(touched)) if touched.any() else clip.num_frames // 2
    vertices = np.asarray(part.mesh.vertices, np.float64)
    middle = (vertices.min(axis=0) + vertices.max(axis=0)) / 2
    at = part.rotation[frame] @ middle + part.translation[frame]
    return np.array([at[0], 0.0, at[2]])


def move_objects(clip: Clip, drawn: Draw, variations: Variations, footing: Footing, pivot: Doubles) -> tuple[Clip, Doubles]:
    """The clip with its objects elsewhere, and the wandering (T, 3) that was added to them."""
    turn = rotation_y(drawn.yaw)
    lifted = _lifted(footing.lowest, clip.fps)
    shift = np.tile(np.array([drawn.offset[0], 0.0, drawn.offset[2]]), (clip.num_frames, 1))
    wander = drift_of(drawn, variations, clip.num_frames, clip.fps)
    objects, k = [], 0
    for obj in clip.objects:
        parts = []
        for part in obj.parts:
            away = lifted[:, k, None] * wander
            away[:, 1] = _height(drawn.offset[1] + wander[:, 1], lifted[:, k], footing.lowest[:, k])
            place = (np.asarray(part.translation, np.float64) - pivot) @ turn.T + pivot + shift + away
            parts.append(replace(part, rotation=turn @ np.asarray(part.rotation, np.float64), translation=place))
            k += 1
        objects.append(replace(obj, parts=tuple(parts)))
    return replace(clip, objects=tuple(objects), recorded_joints=None), wander * lifted.min(axis=1, initial=1.0)[:, None]


def drift_of(drawn: Draw, variations: Variations, frames: int, fps: float) -> Doubles:
    """(T, 3) a sum of slow waves, at most `drift_most` long."""
    if drawn.drift is None:
        return np.zeros((frames, 3))
    t = np.arange(frames) / fps
    result = np.zeros((frames, 3))
    for k, wave in enumerate(drawn.drift):
        rate = (k + 1) / (len(drawn.drift) * variations.drift_period)
        for axis in range(3):
            result[:, axis] += wave[axis] * np.sin(2 * np.pi * rate * t + np.pi * wave[3 + axis]) / (k + 1)
    longest = np.linalg.norm(result, axis=1).max(initial=1e-9)
    return result * min(1.0, variations.drift_most / longest)


def follow(footing: Footing, drawn: Draw, following: Following, pivot: Doubles, fps: float, wander: Doubles) -> Way:
    """How root and feet go for this draw."""
    count = len(footing.root)
    share = _share(footing, drawn, following, pivot)
    soft = _schedule(footing, fps)
    offset = np.array([drawn.offset[0], 0.0, drawn.offset[2]])
    near, far = share * drawn.yaw, share * offset
    whole = _whole(footing, share, fps)
    side = _allowed_side(footing, drawn, following, soft, pivot)
    angles = np.zeros((count, 2))
    feet = np.zeros((count, 2, 3))
    roots = np.zeros((count, 2, 3))
    for f in range(2):
        s, w = _held_per_step(footing, f, soft, share * wander * _LEVEL)
        angle = s * near + (1 - s) * side
        feet[:, f] = _moved(footing.ankles[:, f], angle, s[:, None] * far + w, pivot) - footing.ankles[:, f]
        angles[:, f] = angle + s * (whole - share) * drawn.yaw
        roots[:, f] = _moved(footing.root, angles[:, f], (s * whole)[:, None] * offset + w, pivot) - footing.root
    width = _SOFT * fps
    turn = gaussian_filter1d(angles.mean(axis=1), width, mode="nearest")
    return Way(turn, gaussian_filter1d(roots.mean(axis=1), width, axis=0, mode="nearest"), feet)


def apply(clip: Clip, way: Way, rotation: Doubles) -> tuple[Doubles, Doubles]:
    """The root's world rotation (T, 3, 3) and transl (T, 3) after the way, from the root's `rotation` before."""
    return rotation_y(way.turn) @ rotation, np.asarray(clip.body.transl, np.float64) + way.root


def _share(footing: Footing, drawn: Draw, following: Following, pivot: Doubles) -> float:
    """The drawn share of following, or the least above it that leaves trunk and arms no more than a reach."""
    where = footing.root[footing.touched] if footing.touched.any() else footing.root
    offset = np.array([drawn.offset[0], 0.0, drawn.offset[2]])
    wanted = _moved(where, np.full(len(where), drawn.yaw), offset, pivot)
    for share in np.linspace(drawn.follow, 1.0, 41):
        left = wanted - _moved(where, np.full(len(where), share * drawn.yaw), share * offset, pivot)
        if np.linalg.norm(left, axis=1).max() <= following.reach:
            break
    return float(share)


def _whole(footing: Footing, share: float, fps: float) -> Doubles:
    """(T,) share of the shift that the root takes: who sits on the thing goes along with it, and the legs take up the rest."""
    if not footing.seated.any():
        return np.full(len(footing.root), share)
    width = round(_BEFORE * fps)
    seated = maximum_filter1d(footing.seated.astype(np.float64), 2 * width + 1, mode="nearest")
    return share + (1 - share) * np.asarray(gaussian_filter1d(seated, width / 2, mode="nearest"), np.float64)


def _schedule(footing: Footing, fps: float) -> Doubles:
    """(T,) 0 at the start, 1 from shortly before the first contact on."""
    count = len(footing.root)
    if not footing.touched.any():
        return np.ones(count)
    until = int(np.argmax(footing.touched)) - _BEFORE * fps
    if until <= 1:
        return np.ones(count)
    t = np.clip(np.arange(count) / until, 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))


def _held_per_step(footing: Footing, side: int, soft: Doubles, wander: Doubles) -> tuple[Doubles, Doubles]:
    """(T,) and (T, 3): schedule and wandering, constant while the foot stands, smooth from one footfall to the next."""
    found = [(a, b) for a, b in runs(footing.stands[:, side])]
    if not found:
        return soft, wander
    values = [(_value(footing, soft, a, b), wander[a:b].mean(axis=0)) for a, b in found]
    share = np.empty(len(soft))
    way = np.empty((len(soft), 3))
    share[: found[0][0]], way[: found[0][0]] = values[0]
    for k, (a, b) in enumerate(found):
        share[a:b], way[a:b] = values[k]
        last = k + 1 == len(found)
        until = len(soft) if last else found[k + 1][0]
        t = np.zeros(until - b) if last else (np.arange(b, until) - b + 1) / (until - b + 1)
        ease = t * t * (3 - 2 * t)
        after = values[k] if last else values[k + 1]
        share[b:until] = (1 - ease) * values[k][0] + ease * after[0]
        way[b:until] = (1 - ease)[:, None] * values[k][1] + ease[:, None] * after[1]
    return share, way


def _value(footing: Footing, soft: Doubles, start: int, stop: int) -> float:
    """A foot that stands while something is touched stands where that needs it."""
    if footing.touched[start:stop].any():
        return float(soft[start:stop].max())
    return float(soft[(start + stop) // 2])


def _allowed_side(footing: Footing, drawn: Draw, following: Following, soft: Doubles, pivot: Doubles) -> float:
    """The drawn angle, less where a step would have to grow too much for it."""
    if drawn.side == 0.0 or soft.min() >= 1.0:
        return 0.0
    worst = 0.0
    for f in range(2):
        shares = np.array([_value(footing, soft, a, b) for a, b in runs(footing.stands[:, f])])
        if len(shares) < 2:
            return 0.0
        radius = np.linalg.norm((footing.ankles[:, f] - pivot)[:, (0, 2)], axis=1).max()
        worst = max(worst, float(np.abs(np.diff(shares)).max()) * float(radius))
    most = following.step / max(worst, 1e-9)
    return float(np.clip(drawn.side, -most, most))


def _moved(points: Doubles, angle: Doubles, offset: Doubles, pivot: Doubles) -> Doubles:
    """(T, 3) turned about the upright axis through `pivot`, then shifted."""
    return np.asarray((rotation_y(angle) @ (points - pivot)[..., None])[..., 0] + pivot + offset)


def _height(wanted: Doubles, lifted: Doubles, lowest: Doubles) -> Doubles:
    """(T,) how far a part goes up or down: up as wanted once it is lifted; down never as far as what it rests on."""
    room = np.maximum(lowest - (lowest.min() if lowest.min() <= _RAISED else 0.0), 0.0)
    down = np.maximum(-wanted, 0.0)
    return np.where(wanted > 0, lifted * wanted, -down * room / np.maximum(room + down, 1e-9))


def _lifted(lowest: Doubles, fps: float) -> Doubles:
    """(T, K) 0 while a part rests on what it rests on at its lowest, 1 when it is off it, softly between."""
    if not lowest.size:
        return np.zeros(lowest.shape)
    rest = lowest.min(axis=0)
    off = np.clip((lowest - rest) / _LIFTED - 0.25, 0.0, 1.0)
    soft = np.asarray(gaussian_filter1d(off, 0.15 * fps, axis=0, mode="nearest"), np.float64)
    return np.where(rest > _RAISED, 1.0, np.minimum(soft, np.clip((lowest - rest) / 0.005, 0.0, 1.0)))
