"""The stages that make clips of a recording: axes, rate, floor, mesh centres, segments, the canonical frame.

Each takes a take and gives the takes that it becomes; only `segment` gives more than one. Nothing is done in place.
Sources of the rules: the data format note, sections 5.3 and 6.1 to 6.3.
"""

import hashlib
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from interact_core.clip import BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.consolidate.moving import Doubles, moved, rigid
from interact_core.consolidate.rate import resampled
from interact_core.consolidate.sources.table import SOURCES, GroundRule
from interact_core.consolidate.sources.words import ANNOTATION_FPS, SourceSegment
from interact_core.consolidate.take import Bench, Take
from interact_core.formats.interact_writer import mesh_stems, needs_parts
from interact_core.geometry.rotations import axis_angle_to_matrix

_CANONICAL_FRAMES: Final = 30
_CENTRED: Final = 1e-5
"""Metres of a mesh's vertex mean that count as none: a mesh that was centred before stays bit by bit."""


def axes(take: Take, bench: Bench) -> tuple[Take, ...]:
    """+Y up, at the wanted rate."""
    turn = np.asarray(take.y_up_from_source, np.float64)
    clip = take.clip
    if not np.array_equal(turn, np.eye(3)):
        clip = moved(clip, rigid(turn, np.zeros(3)), bench.choice(clip.body).bound.rest_joints[0])
    return (take.with_move("axes", resampled(clip, bench.config.rate.fps), rigid(turn, np.zeros(3))),)


def ground(take: Take, bench: Bench) -> tuple[Take, ...]:
    """The floor at y = 0; a floor that the source knows stays."""
    if take.grounded:
        return (take.with_move("ground", take.clip, np.eye(4)),)
    rule = _ground_rule(bench)
    if rule.of not in ("body", "body and object"):
        return (take.with_move("ground", take.clip, np.eye(4)),)
    low = lowest(take.clip, bench, rule.frames or take.clip.num_frames, objects=rule.of == "body and object")
    return (_shifted(take, bench, "ground", -low),)


def _ground_rule(bench: Bench) -> GroundRule:
    """The source's own, or what the config says in its place."""
    options = bench.config.ground
    if options.surfaces == "source":
        return SOURCES[bench.source.kind].ground
    return GroundRule(options.surfaces, options.frames or None)


def centre(take: Take, bench: Bench) -> tuple[Take, ...]:
    """The vertex mean of every rigid object's mesh in its origin. Several parts keep the frame they share: a hinge moved off
    its axis was defect D8."""
    objects, centres = [], {}
    several = needs_parts(take.clip.objects)
    for obj in take.clip.objects:
        named = replace(obj, name=_name(obj, bench))
        whole = len(obj.parts) == 1
        parts = []
        for stem, part in zip(mesh_stems(named, several=several), obj.parts, strict=True):
            c = _mean(part.mesh) if whole and bench.config.mesh.centre else np.zeros(3)
            centres[f"{named.name}/{stem}"] = c
            parts.append(_centred(part, c))
        objects.append(replace(named, parts=tuple(parts)))
    return (replace(take, clip=replace(take.clip, objects=tuple(objects)), centres=MappingProxyType(centres)),)


def segment(take: Take, bench: Bench) -> tuple[Take, ...]:
    """A clip for every segment of the annotation forms, at least the shortest that is wanted; frames as the forms count them."""
    made = (_segment(take, one, bench) for one in bench.words)
    return tuple(after for after in made if after.clip.num_frames >= bench.config.segment.shortest)


def canonical(take: Take, bench: Bench) -> tuple[Take, ...]:
    """The person of frame 0 at x = z = 0, body-left towards +X; the lowest place of the first frames on the floor."""
    clip = take.clip
    pelvis = np.asarray(bench.choice(clip.body).bound.rest_joints[0], np.float64)
    first = axis_angle_to_matrix(clip.body.global_orient[:1])[0]
    turn = rotation_y(float(np.arctan2(first[2, 0], first[0, 0])))
    stand = (pelvis + clip.body.transl[0]) * [1.0, 0.0, 1.0]
    matrix = rigid(turn, -turn @ stand)
    placed = take.with_move("canonical", moved(clip, matrix, pelvis), matrix)
    if take.grounded or not bench.config.canonical.ground:
        return (placed,)
    low = lowest(placed.clip, bench, _CANONICAL_FRAMES, objects=True)
    return (_shifted(placed, bench, "floor", -low),)


def rotation_y(angle: float) -> Doubles:
    """Turns z towards x for a positive angle."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def lowest(clip: Clip, bench: Bench, frames: int, *, objects: bool) -> float:
    """The smallest y of body and, if asked, objects in the first frames, metres."""
    window = slice(0, min(frames, clip.num_frames))
    bound, lows = bench.choice(clip.body).bound, []
    for start in range(0, window.stop, 64):
        chunk = slice(start, min(start + 64, window.stop))
        lows.append(float(bound.pose(clip.body, chunk).vertices[..., 1].min()))
        lows += [float(part.posed(chunk)[..., 1].min()) for obj in clip.objects for part in obj.parts] if objects else []
    return min(lows)


def _shifted(take: Take, bench: Bench, stage: str, up: float) -> Take:
    matrix = rigid(np.eye(3), np.array([0.0, up, 0.0]))
    return take.with_move(stage, moved(take.clip, matrix, bench.choice(take.clip.body).bound.rest_joints[0]), matrix)


def _name(obj: ObjectMotion, bench: Bench) -> str:
    if bench.source.object_names == "plain":
        return obj.name
    digest = hashlib.sha256("".join(part.mesh.content_hash for part in obj.parts).encode()).hexdigest()
    return f"{obj.name}_{digest[:6]}"


def _mean(mesh: Mesh) -> Doubles:
    mean = np.asarray(mesh.vertices, np.float64).mean(axis=0)
    return np.asarray(mean if np.linalg.norm(mean) > _CENTRED else np.zeros(3))


def _centred(part: ObjectPart, c: Doubles) -> ObjectPart:
    """The same surface in the world: vertices less c, and places that make up for it."""
    if not c.any():
        return part
    mesh = replace(part.mesh, vertices=(part.mesh.vertices - c).astype(np.float32))
    return replace(part, mesh=mesh, translation=part.translation + np.asarray(part.rotation, np.float64) @ c)


def _segment(take: Take, one: SourceSegment, bench: Bench) -> Take:
    """Frames behind the recording's end do not count; captions of the recording stay where the forms have none for all of it."""
    scale = bench.config.rate.fps / ANNOTATION_FPS
    frames = take.clip.num_frames
    start, end = round(one.start * scale), frames if one.end is None else min(round(one.end * scale), frames)
    whole = (start, end) == (0, frames)
    clip = take.clip if whole else cut(take.clip, start, max(start, end))
    captions = one.captions or (take.clip.captions if whole else ())
    things = tuple(obj for obj in clip.objects if obj.name in one.objects) or clip.objects
    actions = (one.action,) if one.action else clip.actions
    named = replace(clip, id=one.name, captions=captions, actions=actions, objects=things)
    return replace(take, clip=_tagged(named, bench), frames=(start, end))


def _tagged(clip: Clip, bench: Bench) -> Clip:
    if bench.tokens is None:
        return clip
    return replace(clip, captions=tuple(c if c.tokens else replace(c, tokens=bench.tokens(c.text)) for c in clip.captions))


def cut(clip: Clip, start: int, end: int) -> Clip:
    """Frames [start, end) of a clip, without its captions."""
    span = slice(start, end)
    objects = tuple(replace(obj, parts=tuple(_part_cut(part, span) for part in obj.parts)) for obj in clip.objects)
    joints = clip.recorded_joints
    return replace(
        clip, body=_body_cut(clip.body, span), objects=objects, captions=(),
        recorded_joints=None if joints is None else joints[span],
        recorded_contact=MappingProxyType({name: values[span] for name, values in clip.recorded_contact.items()}),
    )  # fmt: skip


def _part_cut(part: ObjectPart, span: slice) -> ObjectPart:
    return replace(
        part, rotation=part.rotation[span], translation=part.translation[span],
        hinge=part.hinge and replace(part.hinge, angle=part.hinge.angle[span]),
        missing=None if part.missing is None else part.missing[span],
    )  # fmt: skip


def _body_cut(body: BodyMotion, span: slice) -> BodyMotion:
    return replace(
        body, global_orient=body.global_orient[span], body_pose=body.body_pose[span], transl=body.transl[span],
        left_hand_pose=body.left_hand_pose[span], right_hand_pose=body.right_hand_pose[span],
        jaw_pose=None if body.jaw_pose is None else body.jaw_pose[span],
        eye_pose=None if body.eye_pose is None else body.eye_pose[span],
    )  # fmt: skip
