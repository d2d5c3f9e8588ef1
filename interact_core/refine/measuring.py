"""Measuring a clip for refinement: piece by piece, so that a long clip never has all its vertices in memory."""

from collections import deque
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, ObjectPart
from interact_core.inspection.fields import DistanceFields, distance_fields
from interact_core.inspection.inspect import inspect_clip
from interact_core.inspection.posed import pose_clip
from interact_core.inspection.results import Inspection
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.marks import Tracks, read_figures

if TYPE_CHECKING:
    from interact_core.bodies.library import BodyChoice

PIECE: Final = 480
"""Frames measured at once; a clip up to a third longer is measured whole."""
_TOUCHING: Final = 0.04
"""Metres from the body beyond which no measure asks how far an object is: contact ends at 35 mm."""
CONTEXT: Final = 30
"""Frames around a piece that contacts, plants and third differences may reach into."""


@dataclass(frozen=True)
class Fault:
    """Frames [start, stop) with an artifact of a kind."""

    kind: str
    start: int
    stop: int


@dataclass(frozen=True)
class Seen:
    """What was measured: tracks (T,) by id, figures by the ids of an inspection's summary, joints (T, 52, 3)."""

    tracks: Tracks
    figures: dict[str, float]
    joints: NDArray[np.float32]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    @property
    def num_frames(self) -> int:
        return len(self.joints)

    @property
    def artifacts(self) -> frozenset[str]:
        """Their kinds."""
        return frozenset(fault.kind for fault in self.faults)

    def frames(self, where: slice) -> "Seen":
        tracks = {name: values[where] for name, values in self.tracks.items()}
        inside = [(f.kind, max(f.start, where.start) - where.start, min(f.stop, where.stop) - where.start) for f in self.faults]
        faults = tuple(Fault(*found) for found in inside if found[1] < found[2])
        return Seen(tracks, read_figures(tracks), self.joints[where], faults, self.notes)

    def put(self, where: slice, other: "Seen") -> "Seen":
        """With what was measured afresh of the frames `where`; what was not measured before did not happen elsewhere."""
        empty = np.zeros(self.num_frames, np.float32)
        tracks = {name: np.array(self.tracks.get(name, empty)) for name in {**self.tracks, **other.tracks}}
        for name, values in tracks.items():
            values[where] = other.tracks.get(name, empty[where])
        joints = self.joints.copy()
        joints[where] = other.joints
        outside = [f for f in self.faults if f.stop <= where.start or f.start >= where.stop]
        inside = [Fault(f.kind, f.start + where.start, f.stop + where.start) for f in other.faults]
        return Seen(tracks, read_figures(tracks), joints, (*outside, *inside), tuple(dict.fromkeys((*self.notes, *other.notes))))


@dataclass(frozen=True)
class _Piece:
    frames: slice
    inspection: Inspection
    joints: NDArray[np.float32]
    faults: tuple[Fault, ...]


@dataclass
class Memory:
    """The distances of the last clips that were measured: a repair of some frames leaves the others where they were. Stretches
    of one clip differ in length and are not compared. Nothing is kept of clips that are measured in pieces."""

    _clips: deque[tuple[Clip, DistanceFields]] = field(default_factory=lambda: deque(maxlen=2))

    def known(self, clip: Clip) -> tuple[DistanceFields, NDArray[np.bool_]] | None:
        """Of the clip most like this one its distances, and the frames (T,) in which nothing differs."""
        found = [(fields, _same(clip, other)) for other, fields in self._clips if other.num_frames == clip.num_frames]
        return max(found, key=lambda one: int(one[1].sum()), default=None)

    def keep(self, clip: Clip, fields: DistanceFields) -> None:
        self._clips.append((clip, fields))


def _same(a: Clip, b: Clip) -> NDArray[np.bool_]:
    """(T,) frames in which two clips with the same body and objects have the very same motion."""
    pairs = [(a.body.full_pose(), b.body.full_pose()), (a.body.transl, b.body.transl)]
    for one, other in zip(_parts(a), _parts(b), strict=True):
        pairs += [(one.rotation, other.rotation), (one.translation, other.translation)]
    count = a.num_frames
    result: NDArray[np.bool_] = np.logical_and.reduce([(x == y).reshape(count, -1).all(axis=1) for x, y in pairs])
    return result


def measure(
    clip: Clip, choice: "BodyChoice", cache_dir: Path, device: str, context: JobContext, memory: Memory | None = None
) -> Seen:  # fmt: skip
    """All marks of a clip."""
    pieces = _pieces(clip.num_frames)
    found = []
    for k, frames in enumerate(pieces):
        part = SubContext(context, k / len(pieces), (k + 1) / len(pieces), "measuring")
        found.append(_measure(clip, frames, choice, cache_dir, device, part, memory if len(pieces) == 1 else None))
    return _joined(found)


def _pieces(frames: int) -> list[slice]:
    if frames <= PIECE * 4 // 3:
        return [slice(0, frames)]
    edges = np.linspace(0, frames, -(-frames // PIECE) + 1).round().astype(int)
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]


def _measure(
    clip: Clip, frames: slice, choice: "BodyChoice", cache_dir: Path, device: str, context: JobContext, memory: Memory | None
) -> _Piece:  # fmt: skip
    start = max(frames.start - CONTEXT, 0)
    around = slice(start, min(frames.stop + CONTEXT, clip.num_frames))
    own = cut(clip, around) if frames.stop - frames.start < clip.num_frames else clip
    posed = pose_clip(own, None, device, SubContext(context, 0.0, 0.2), choice=choice)
    known = None if memory is None else memory.known(clip)
    fields = distance_fields(posed, cache_dir, device, SubContext(context, 0.2, 0.9), outer=_TOUCHING, known=known)
    if memory is not None:
        memory.keep(clip, fields)
    inspection = inspect_clip(posed, fields, context=SubContext(context, 0.9, 1.0))
    inner = slice(frames.start - start, frames.stop - start)
    # The fields over vertices are what a long clip must not keep.
    tracks = {name: replace(track, values=track.values[inner].copy()) for name, track in inspection.tracks.items()}
    faults = tuple(Fault(a.kind, start + a.start_frame, start + a.end_frame) for a in inspection.artifacts)
    return _Piece(frames, replace(inspection, tracks=tracks, fields={}), posed.joints[inner].copy(), faults)


def _joined(pieces: list[_Piece]) -> Seen:
    """A side of an object that is touched in some pieces only was not touched in the others."""
    names = dict.fromkeys(name for piece in pieces for name in piece.inspection.tracks)
    tracks = {name: np.concatenate([_track(piece, name) for piece in pieces]) for name in names}
    return Seen(
        tracks, read_figures(tracks), np.concatenate([piece.joints for piece in pieces]),
        tuple(fault for piece in pieces for fault in piece.faults),
        tuple(dict.fromkeys(note for piece in pieces for note in piece.inspection.notes)),
    )  # fmt: skip


def _track(piece: _Piece, name: str) -> NDArray[np.float32]:
    found = piece.inspection.tracks.get(name)
    return np.zeros(len(piece.joints), np.float32) if found is None else found.values


def cut(clip: Clip, frames: slice) -> Clip:
    """Some frames as a clip of their own, without what only the whole has."""
    b = clip.body
    body = replace(
        b, global_orient=b.global_orient[frames], body_pose=b.body_pose[frames], left_hand_pose=b.left_hand_pose[frames],
        right_hand_pose=b.right_hand_pose[frames], transl=b.transl[frames],
        jaw_pose=None if b.jaw_pose is None else b.jaw_pose[frames], eye_pose=None if b.eye_pose is None else b.eye_pose[frames],
    )  # fmt: skip
    objects = tuple(replace(obj, parts=tuple(_cut_part(p, frames) for p in obj.parts)) for obj in clip.objects)
    return replace(clip, body=body, objects=objects, recorded_joints=None, recorded_contact={})


def _cut_part(part: ObjectPart, frames: slice) -> ObjectPart:
    missing = None if part.missing is None else part.missing[frames]
    return replace(part, rotation=part.rotation[frames], translation=part.translation[frames], missing=missing, hinge=None)


def way_moved(before: Clip, after: Clip, seen: tuple[Seen, Seen]) -> dict[str, float]:
    """How far joints and the objects' surfaces went, mean and largest, in metres."""
    joints = np.linalg.norm(seen[1].joints - seen[0].joints, axis=-1)
    result = {
        "body_mean": float(joints[:, :22].mean()), "body_max": float(joints[:, :22].max()),
        "joint_mean": float(joints.mean()), "joint_max": float(joints.max()), "hand_mean": float(joints[:, 22:].mean()),
    }  # fmt: skip
    total, count, most = 0.0, 0, 0.0
    for old, new in zip(_parts(before), _parts(after), strict=True):
        for start in range(0, before.num_frames, PIECE):
            frames = slice(start, min(start + PIECE, before.num_frames))
            away = np.linalg.norm(new.posed(frames) - old.posed(frames), axis=-1)
            total, count, most = total + float(away.sum()), count + away.size, max(most, float(away.max(initial=0.0)))
    if count:
        result |= {"object_mean": total / count, "object_max": most}
    return result


def _parts(clip: Clip) -> list[ObjectPart]:
    return [part for obj in clip.objects for part in obj.parts]
