"""From a take to the project's clip, in InterAct's canonical frame."""

from typing import Final

import numpy as np

from interact_core.clip import BodyMotion, Caption, Clip, Floats, Hinge, ObjectMotion, ObjectPart
from interact_core.demo.performance import Take
from interact_core.demo.rotation import Array, about, exp, log
from interact_core.demo.script import FLYING, FPS, PropTrack
from interact_core.demo.words import tokens

_PLACES: Final = 5
"""Decimals kept: 10 micrometres and 10 microradians, far below anything measured, and the files halve."""


def clip_of(clip_id: str, take: Take) -> Clip:
    """The take with frame 0's pelvis at x = z = 0 and facing +Z; contact truth and foot plants go to recorded_contact."""
    script, body = take.script, take.body
    turn, shift, rest = _canonical(take)
    pelvis = (np.asarray(body.transl) + rest) @ turn.T + shift
    motion = BodyMotion(
        family="open",
        gender=body.gender,
        shape=body.shape,
        global_orient=_kept(log(turn @ exp(np.asarray(body.global_orient)))),
        body_pose=_kept(body.body_pose),
        left_hand_pose=_kept(body.left_hand_pose),
        right_hand_pose=_kept(body.right_hand_pose),
        transl=_kept(pelvis - rest),
    )
    contact = {name: mask.astype(np.float32) for name, mask in take.contact.items()}
    contact |= {f"{side}_foot_planted": mask.astype(np.float32) for side, mask in take.planted.items()}
    causes = np.stack([track.cause for track in script.props.values()])
    contact["object_supported"] = np.asarray((causes != FLYING).all(axis=0), np.float32)
    contact["object_free"] = np.asarray((causes >= FLYING).any(axis=0), np.float32)
    return Clip(
        id=clip_id,
        fps=FPS,
        body=motion,
        objects=_objects(list(script.props.values()), turn, shift),
        captions=tuple(Caption(c.text, c.variant, tokens(c.text)) for c in script.captions),
        actions=(script.action,),
        recorded_contact=contact,
        metadata={"title": script.title, "parent": "", "corruption": ""},
    )


def _objects(tracks: list[PropTrack], turn: Array, shift: Array) -> tuple[ObjectMotion, ...]:
    groups: dict[str, list[PropTrack]] = {}
    for track in tracks:
        groups.setdefault(track.prop.object, []).append(track)
    return tuple(ObjectMotion(name, tuple(_part(t, group, turn, shift) for t in group)) for name, group in groups.items())


def _part(track: PropTrack, group: list[PropTrack], turn: Array, shift: Array) -> ObjectPart:
    rotation = exp(_kept(log(turn @ track.rotation)))
    place = (track.rotation @ track.prop.centre + track.position) @ turn.T + shift
    base = group[0]
    hinge = None
    if track is not base:
        # Demo hinges turn about the part's own design x axis through its design origin.
        relative = log(np.swapaxes(base.rotation, -1, -2) @ track.rotation)[:, 0]
        origin = base.rotation[0].T @ (track.position[0] - base.position[0]) - base.prop.centre
        hinge = Hinge(np.array([1.0, 0.0, 0.0]), origin, relative)
    parent = None if track is base else base.prop.part
    return ObjectPart(
        track.prop.part or "base", track.prop.mesh, rotation.astype(np.float32), _kept(place), parent, hinge
    )  # fmt: skip


def _canonical(take: Take) -> tuple[Array, Array, Array]:
    rest = take.script.actor.rest[0]
    r0 = exp(np.asarray(take.body.global_orient[0]))
    turn = about("y", float(np.arctan2(r0[2, 0], r0[0, 0])))
    pelvis = turn @ (np.asarray(take.body.transl[0]) + rest)
    return turn, np.array([-pelvis[0], 0.0, -pelvis[2]]), rest


def _kept(values: Floats) -> Array:
    return np.asarray(np.round(np.asarray(values, np.float64), _PLACES), np.float64)
