"""Skin that is on the far side of a thin wall: cut off from its bone, or with its bone from the arm.

A thin wall has no inside that a signed distance could tell, and skin behind it is as near to it as skin before it. Two facts
tell them apart. The way from a bone to its own skin, and from the elbow along the bones of the hand, does not go through a
wall: where it does, one of its ends is on the wrong side. And what a hand touches lies before its pads, crossed or not: where
the bones go through a wall (the edge of a tray in the palm, fingers below it), those beyond are where they belong if their pads
look back at the wall. Pads are asked region by region over all frames in a row in which bones go through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.bones import Bones
from interact_core.bodies.regions import HAND_PARTS, SIDES, BodyRegions
from interact_core.bodies.surface import vertex_normals
from interact_core.clip import Floats
from interact_core.geometry.walls import Walls
from interact_core.inspection.signals import runs

REACH: Final = 0.1
"""Metres from a wall beyond which skin that is cut off is not looked at."""
_WALL: Final = 0.008
"""Metres: the thickest wall; its near face is looked for this far beyond its far one."""
_BACK: Final = -0.3
"""Cosine between the way back and the side that pads look away from, from which those pads are where they belong."""
_GAP: Final = 5
"""Frames without a crossing that do not end a crossing."""
_ASKEW: Final = 0.015
"""Metres that skin may be behind a wall whose nearest place is aside: more is along the wall, from its edge."""
_BENT: Final = 1.4
"""Skin is at most so many times as far from its bone as at rest."""

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Wall:
    """A thin part: its number, triangles, pose (T, 3, 3) and (T, 3), and what is known of how near the skin is to it: lower
    bounds (T, V) in metres, infinite or NaN where it need not be looked at."""

    part: int
    walls: Walls
    rotation: Floats
    translation: Floats
    near: NDArray[np.float32]

    def into(self, frame: Index, points: Doubles) -> Doubles:
        """Points (..., 3) of frames (...) in the part's frame."""
        offset = points - np.asarray(self.translation, np.float64)[frame]
        return np.einsum("...ji,...j->...i", np.asarray(self.rotation, np.float64)[frame], offset)


@dataclass(frozen=True)
class FarSkin:
    """P vertices beyond a wall: how far the wall's near face is (P,), which way (P, 3), a place (P, 3) on it, both in the part's
    frame; and whether they are cut off from their own bone (P,), rather than with it."""

    frame: Index
    part: Index
    vertex: Index
    depth: Doubles
    way: Doubles
    place: Doubles
    cut: Mask


@dataclass(frozen=True)
class _Crossed:
    """Of a hand's `bones` the first crossing (T, B): share of its way, place and normal (T, B, 3), and the last bone before it
    that goes through the wall, -1 where none does; B are all bones."""

    bones: Index
    share: Doubles
    place: Doubles
    normal: Doubles
    before: Index


def far_skin(
    vertices: Floats, joints: Floats, bones: Bones, regions: BodyRegions, faces: NDArray[np.int32], walls: Sequence[Wall]
) -> FarSkin:  # fmt: skip
    """Of posed skin (T, V, 3) with joints (T, 52, 3) everything that is on the wrong side of a wall."""
    points = bones.points(vertices, joints)
    found = [_behind(wall, vertices, points, bones, regions, faces) for wall in walls]
    whole, real = np.zeros(0, np.intp), np.zeros((0, 3))
    found.append(FarSkin(whole, whole, whole, np.zeros(0), real, real, np.zeros(0, bool)))
    columns = ([getattr(one, name) for one in found] for name in FarSkin.__dataclass_fields__)
    return FarSkin(*(np.concatenate(column) for column in columns))


def _behind(
    wall: Wall, vertices: Floats, points: Doubles, bones: Bones, regions: BodyRegions, faces: NDArray[np.int32]
) -> FarSkin:  # fmt: skip
    local = wall.into(np.arange(len(points))[:, None], points)
    crossed = _crossed(wall, local, bones)
    # Skin can only be cut off from its bone by what is no farther than the bone; all of a hand by what its bones go through.
    cut = wall.near <= (_BENT * bones.away + 0.002).astype(np.float32)
    hands = np.flatnonzero(np.isin(bones.bone, crossed.bones))
    own = bones.bone[hands]
    beyond = (crossed.share[:, own] <= bones.share[hands]) | (crossed.before[:, own] >= 0)
    cut[:, hands] |= beyond & (wall.near[:, hands] < REACH)
    frame, vertex = np.nonzero(cut)
    bone = bones.bone[vertex]
    a, b = local[frame, bones.ends[bone, 0]], local[frame, bones.ends[bone, 1]]
    middle = a + bones.share[vertex, None] * (b - a)
    skin = wall.into(frame, np.asarray(vertices[frame, vertex], np.float64))
    through, normal = wall.walls.first_hit(skin, middle)
    place = skin + np.where(np.isfinite(through), through, 0.0)[:, None] * (middle - skin)
    own = np.where(crossed.share[frame, bone] <= bones.share[vertex], bone, crossed.before[frame, bone])
    rows = np.flatnonzero(own >= 0)
    wrong = np.zeros(len(frame), bool)
    ways = crossed.normal[frame[rows], own[rows]]
    wrong[rows] = ~_belong(wall, vertices, regions, faces, frame[rows], vertex[rows], ways)
    # first_hit turns a normal against the way it was asked: from the skin to the bone here, from the arm to the bone there.
    to_bone, to_arm = -normal, crossed.normal[frame, own]
    # Skin of a bone beyond is back on its side where the way to it goes through once more; with the bone in the wall itself,
    # that way goes on, and is the same passage.
    back = np.isfinite(through) & ((to_bone * to_arm).sum(axis=1) < 0.0)
    normal = np.where(wrong[:, None], to_arm, to_bone)
    place = np.where(wrong[:, None], crossed.place[frame, own], place)
    far = np.flatnonzero(np.where(wrong, ~back, np.isfinite(through)))
    depth, way, good = _back(wall.walls, skin[far], place[far], normal[far])
    far = far[good]
    part = np.full(len(far), wall.part, np.intp)
    place = skin[far] + depth[good, None] * way[good]
    return FarSkin(frame[far], part, vertex[far], depth[good], way[good], place, ~wrong[far])


def _crossed(wall: Wall, local: Doubles, bones: Bones) -> _Crossed:
    """Hands only: their bones and the forearms."""
    frames, count = len(local), len(bones.ends)
    share, normal = np.full((frames, count), np.inf), np.zeros((frames, count, 3))
    hand = np.flatnonzero((bones.before >= 0) | np.isin(np.arange(count), bones.before))
    near = np.flatnonzero((wall.near[:, np.isin(bones.bone, hand)] < REACH).any(axis=1))
    a, b = local[:, bones.ends[:, 0]], local[:, bones.ends[:, 1]]
    start, end = (points[np.ix_(near, hand)].reshape(-1, 3) for points in (a, b))
    found, normals = wall.walls.first_hit(start, end)
    found[~_through(wall.walls, start, end, found, normals)] = np.inf
    shape = len(near), len(hand)
    share[np.ix_(near, hand)], normal[np.ix_(near, hand)] = found.reshape(shape), normals.reshape(*shape, 3)
    before = np.full((frames, count), -1)
    for bone in hand[bones.before[hand] >= 0]:
        last = bones.before[bone]
        before[:, bone] = np.where(np.isfinite(share[:, last]), last, before[:, last])
    place = a + np.where(np.isfinite(share), share, 0.0)[..., None] * (b - a)
    return _Crossed(hand, share, place, normal, before)


def _through(walls: Walls, start: Doubles, end: Doubles, share: Doubles, normal: Doubles) -> Mask:
    """(N,) whether ways that meet a wall at `share` leave it by a face that looks as the first one does: in by the edge and out
    by a side is no way through."""
    result = np.zeros(len(share), bool)
    hit = np.flatnonzero(np.isfinite(share))
    way = end[hit] - start[hit]
    length = np.linalg.norm(way, axis=1)
    before = start[hit] + np.maximum(share[hit] - 1e-4, 0.0)[:, None] * way
    after = start[hit] + np.minimum(share[hit] + 1.5 * _WALL / length, 1.0)[:, None] * way
    _, last = walls.first_hit(after, before)
    result[hit] = (-last * normal[hit]).sum(axis=1) > 0.5
    return result


def _belong(
    wall: Wall, vertices: Floats, regions: BodyRegions, faces: NDArray[np.int32], frame: Index, vertex: Index, back: Doubles
) -> Mask:  # fmt: skip
    """(P,) whether skin whose bones go through the wall is where it belongs: its region's pads look against the way `back`."""
    result = np.zeros(len(frame), bool)
    for name in (f"{side}_{part}" for side in SIDES for part in HAND_PARTS):
        mask = regions.mask(name)
        rows = np.flatnonzero(mask[vertex])
        if not len(rows):
            continue
        pads = np.flatnonzero(mask & regions.inner_hand)
        seen, where = np.unique(frame[rows], return_inverse=True)
        ways = _unit(np.stack([np.bincount(where, back[rows, axis]) for axis in range(3)], axis=1))
        looks = -_mean_normals(vertices, faces, seen, pads)
        looks = np.einsum("tji,tj->ti", np.asarray(wall.rotation, np.float64)[seen], looks)
        agreed = np.zeros(len(wall.rotation))
        agreed[seen] = (looks * ways).sum(axis=1)
        present = np.zeros(len(agreed), bool)
        present[seen] = True
        for start, stop in _together(present):
            own = slice(start, stop)
            fine = agreed[own][present[own]].mean() < _BACK
            result[rows[(frame[rows] >= start) & (frame[rows] < stop)]] = fine
    return result


def _together(present: Mask) -> list[tuple[int, int]]:
    """Runs of frames, short gaps closed."""
    closed = present.copy()
    for start, stop in runs(~present):
        if start > 0 and stop < len(present) and stop - start <= _GAP:
            closed[start:stop] = True
    return runs(closed)


def _mean_normals(vertices: Floats, faces: NDArray[np.int32], frames: Index, ids: Index) -> Doubles:
    """(frames, 3) unit mean of the normals of the vertices `ids`."""
    chosen = np.zeros(vertices.shape[1], bool)
    chosen[ids] = True
    near = faces[chosen[faces].any(axis=1)]
    used, small = np.unique(near, return_inverse=True)
    place = np.searchsorted(used, ids)
    normals = [vertex_normals(vertices[t, used], small.reshape(near.shape))[place].mean(axis=0) for t in frames]
    return _unit(np.array(normals).reshape(-1, 3))


def _unit(ways: Doubles) -> Doubles:
    """(N, 3) of length one; what has none stays zero."""
    result: Doubles = ways / np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-12)
    return result


def _back(walls: Walls, skin: Doubles, hit: Doubles, normal: Doubles) -> tuple[Doubles, Doubles, Mask]:
    """How far (P,) and which way (P, 3) skin has to go to be before the wall that the way to its bone goes through at `hit`,
    whose near side is that of `normal`; and whether the wall next to the skin is that wall at all."""
    to = walls.nearest(skin, REACH + _WALL) - skin
    far = np.linalg.norm(to, axis=1)
    good = np.isfinite(far)
    far = np.where(good, far, 0.0)
    straight = np.where(good[:, None], to, 0.0) / np.maximum(far, 1e-9)[:, None]
    facing = (straight * normal).sum(axis=1)
    # At an edge the nearest place may lie sideways: skin goes back through the wall, not along it.
    plain = np.abs(facing) > 0.5
    way = np.where(plain[:, None], straight * np.sign(facing)[:, None], normal)
    straight_on = ((hit - skin) * way).sum(axis=1)
    good &= plain | (straight_on < _ASKEW)
    length = np.where(plain, far, np.maximum(straight_on, 0.0)) + _WALL
    end = skin + length[:, None] * way
    share, _ = walls.first_hit(end, skin)
    depth = np.where(np.isfinite(share), (1.0 - share) * length, np.maximum(straight_on, 0.0))
    aside = np.linalg.norm(hit - skin, axis=1)
    return depth, way, good & (np.abs(straight_on - depth) <= 0.01 + 0.3 * aside) & (depth > 0.0)
