"""From a script to motion: aims for the solver, the fingers, and the truth about who touches what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Betas, BodyMotion
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.demo.actor import Actor
from interact_core.demo.aims import Aim, BalanceAim, KeepOut, LookAim, PointAim, TurnAim
from interact_core.demo.easing import path, ramp, smooth, wander
from interact_core.demo.feet import SIDES, FootTrack, Side, forward_of, heading_of
from interact_core.demo.posture import column, hanging_arm, limits, stiffness
from interact_core.demo.rotation import Array, about, log
from interact_core.demo.script import FPS, HandUse, Script, new_script
from interact_core.demo.skeleton import DIMENSIONS, Posture
from interact_core.demo.solver import Problem, solve

_GLIDE = 0.1
"""Seconds in which a hand that let go of a moving thing slows down."""
_FIRM, _FIRM_TURN = 4000.0, 800.0
"""1/m and 1/rad of what must hold exactly: a planted foot, a hand that holds something."""


@dataclass(frozen=True)
class Take:
    """A finished performance. contact maps a body region group to (T,) 0/1; planted likewise per foot."""

    script: Script
    body: BodyMotion
    contact: dict[str, NDArray[np.bool_]]
    planted: dict[Side, NDArray[np.bool_]]


def stance(actor: Actor) -> Posture:
    """The actor standing at the origin, at ease, facing +Z: where hands, mouth and eyes are before anything begins."""
    script = new_script(actor, 0.4, 0)
    script.sway = 0.0
    return _solved(script, _tracks(script))[1]


def perform(script: Script) -> Take:
    """Pose the actor. Deterministic: the same script gives the same numbers."""
    feet = _tracks(script)
    state, posture = _solved(script, feet)
    fingers = {side: finger_track(script, side) for side in SIDES}
    vectors = state[:, 3:].reshape(len(state), 22, 3)
    body = BodyMotion(
        family="open",
        gender=script.actor.gender,
        shape=Betas(script.actor.betas.astype(np.float32)),
        global_orient=log(posture.rotations[:, 0]),
        body_pose=vectors[:, 1:].copy(),
        left_hand_pose=fingers["left"],
        right_hand_pose=fingers["right"],
        transl=posture.positions[:, 0] - script.actor.rest[0],
    )
    planted: dict[Side, NDArray[np.bool_]] = {side: np.asarray(feet[side].planted, bool) for side in SIDES}
    return Take(script, body, _truth(script), planted)


def _tracks(script: Script) -> dict[Side, FootTrack]:
    return {side: script.feet.track(side, script.time) for side in SIDES}


def _solved(script: Script, feet: dict[Side, FootTrack]) -> tuple[Array, Posture]:
    yaw = heading_of(feet["left"], feet["right"], FPS)
    noise = wander(script.rng, script.frames, 12, 1.6, FPS) * script.sway
    prior = _prior(script, feet, yaw, noise)
    low, high = limits()
    aims: list[Aim] = [*_foot_aims(feet), _balance(script, feet, noise), *_trunk_clearance(script)]
    aims += [aim for side in SIDES for aim in _hand_aims(script, side)]
    aims += _gaze_aims(script, yaw)
    aims += [make(script) for make in script.aims]
    idle: dict[Side, Array] = {side: _idle(script, side) for side in SIDES}
    problem = Problem(
        script.actor.offsets,
        about("y", yaw),
        prior,
        stiffness(idle),
        low,
        high,
        FPS,
        aims,
    )
    return solve(problem)


def _prior(script: Script, feet: dict[Side, FootTrack], yaw: Array, noise: Array) -> Array:
    """(T, 69) the posture without tasks: standing, breathing, arms swinging against the legs."""
    time, frames = script.time, script.frames
    state = np.zeros((frames, DIMENSIONS))
    middle = (feet["left"].plan + feet["right"].plan) / 2
    state[:, [0, 2]] = smooth(middle, 0.12, FPS)
    spread = np.linalg.norm(feet["left"].plan - feet["right"].plan, axis=1)
    leg = script.actor.standing - script.actor.foot.ankle_height
    # Legs apart carry the pelvis lower; 0.99 keeps the knees from locking.
    state[:, 1] = script.actor.foot.ankle_height + smooth(np.sqrt((0.99 * leg) ** 2 - (0.45 * spread) ** 2), 0.1, FPS)
    state[:, 1] -= path(time, script.pelvis_drop)[:, 0]
    lean = path(time, script.lean)[:, 0]
    breath = np.sin(2 * np.pi * (0.27 * time + script.rng.random()))
    state[:, column("pelvis")][:, 0] = 0.4 * lean
    for joint, share in (("spine1", 0.2), ("spine2", 0.22), ("spine3", 0.18)):
        state[:, column(joint)][:, 0] = share * lean
    state[:, column("spine3")][:, 0] += 0.012 * breath
    state[:, column("neck")] += noise[:, :3] * 0.018
    state[:, column("head")] += noise[:, 3:6] * 0.018
    ahead = forward_of(yaw)
    gap = np.einsum("ti,ti->t", feet["right"].plan - feet["left"].plan, ahead)
    swing = smooth(gap, 0.06, FPS) * 0.75 * script.arm_swing
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        shoulder, elbow = hanging_arm(side, sign * swing + 0.012 * noise[:, 6], 0.2 + 0.01 * breath.mean())
        state[:, column(f"{side}_shoulder")] = shoulder
        state[:, column(f"{side}_elbow")] = elbow
        state[:, column(f"{side}_collar")][:, 2] = sign * 0.015 * breath
        state[:, column(f"{side}_knee")][:, 0] = 0.2
        state[:, column(f"{side}_hip")][:, 0] = -0.1
    state[:, column("spine2")][:, 1] = 0.12 * swing
    for joint, keys in script.posture.items():
        state[:, column(joint)] += path(time, keys)
    return state


def _foot_aims(feet: dict[Side, FootTrack]) -> list[Aim]:
    aims: list[Aim] = []
    for side in SIDES:
        track = feet[side]
        firm, turn = np.full(len(track.ankle), _FIRM), np.full(len(track.ankle), _FIRM_TURN)
        aims.append(PointAim(JOINT_INDEX[f"{side}_ankle"], np.zeros(3), track.ankle, firm))
        aims.append(TurnAim(JOINT_INDEX[f"{side}_ankle"], track.rotation, turn))
        aims.append(TurnAim(JOINT_INDEX[f"{side}_foot"], track.toes, turn))
    return aims


def _balance(script: Script, feet: dict[Side, FootTrack], noise: Array) -> Aim:
    """Centre of mass over the weighted feet, a little before the ankles, wandering by millimetres as people's does."""
    share = script.feet.support(script.time, FPS)[:, None]
    ahead = {side: feet[side].plan + 0.045 * forward_of(feet[side].yaw) for side in SIDES}
    target = smooth(share * ahead["left"] + (1 - share) * ahead["right"], 0.12, FPS)
    target = target + path(script.time, script.balance_shift) + 0.005 * noise[:, 7:9]
    strength = path(script.time, script.balance_strength)[:, 0]
    return BalanceAim(script.actor.masses, target, 30.0 * strength)


def _trunk_clearance(script: Script) -> list[Aim]:
    """Elbows and wrists stay out of the trunk; elbows at work as far as the script wants."""
    size = script.actor.scale
    always = np.full(script.frames, 120.0)
    aims: list[Aim] = []
    for side in SIDES:
        elbow, wrist = JOINT_INDEX[f"{side}_elbow"], JOINT_INDEX[f"{side}_wrist"]
        chest = JOINT_INDEX["spine2"]
        aims.append(KeepOut(elbow, np.zeros(3), chest, 0.21 * size, 0.18 * size, always))
        aims.append(KeepOut(wrist, np.zeros(3), chest, 0.21 * size, 0.18 * size, always))
        aims.append(KeepOut(wrist, np.zeros(3), 0, 0.25 * size, 0.17 * size, always))
        if script.elbow_room > 0.21:
            aims.append(
                KeepOut(elbow, np.zeros(3), chest, script.elbow_room * size, 0.25 * size, always * (1 - _idle(script, side)))
            )
    return aims


def _idle(script: Script, side: Side) -> Array:
    """(T,) 1 where an arm has nothing to do, 0 from well before it touches something until well after."""
    busy = np.zeros(script.frames)
    for use in script.uses[side]:
        start = ramp(script.time, use.touch - 2.2 * use.come, use.touch - use.come) if use.enter else np.ones(script.frames)
        end = ramp(script.time, use.release + use.come, use.release + 2.2 * use.come) if use.leave else np.zeros(script.frames)
        busy = np.maximum(busy, start * (1 - end))
    return 1 - busy


def hand_frames(script: Script, use: HandUse) -> tuple[Array, Array, Array]:
    """World wrist rotation (T, 3, 3) and position (T, 3) of the hold, and the unit direction out of the surface (T, 3).

    Before the touch and after the release the thing counts as gliding to a stop: a hand meets and leaves a flying ball at
    the ball's own speed, and does not chase it.
    """
    track, time = script.props[use.prop], script.time
    rotation, position = track.rotation.copy(), track.position.copy()
    ends = [(use.touch, -1.0)] if use.enter else []
    ends += [(use.release, 1.0)] if use.leave else []
    for moment, sense in ends:
        k = int(np.clip(round(moment * FPS), 1, script.frames - 2))
        away = (np.arange(script.frames) - k) * sense > 0
        # One-sided: the motion the thing has while it is held.
        velocity = (track.position[k] - track.position[k - int(sense)]) * FPS * sense
        glide = _GLIDE * (1 - np.exp(-np.abs(time[away] - time[k]) / _GLIDE))
        position[away] = track.position[k] + sense * glide[:, None] * velocity
        rotation[away] = track.rotation[k]
    way = rotation @ use.grasp.retreat if use.approach is None else np.broadcast_to(-use.approach, position.shape)
    return rotation @ use.grasp.rotation, rotation @ use.grasp.position + position, way


def _hand_aims(script: Script, side: Side) -> list[Aim]:
    wrist = JOINT_INDEX[f"{side}_wrist"]
    aims: list[Aim] = []
    for use in script.uses[side]:
        rotation, position, way = hand_frames(script, use)
        out, weight = _approach(script.time, use)
        aims.append(PointAim(wrist, np.zeros(3), position + way * (out * use.reach)[:, None], _FIRM * weight))
        aims.append(TurnAim(wrist, rotation, _FIRM_TURN * weight))
    return aims


def _approach(time: Array, use: HandUse) -> tuple[Array, Array]:
    """How far out the hand is (1 at the ends of approach and retreat) and how binding that is, (T,) each.

    The weight grows geometrically: far away a hint, on the last centimetres an order.
    """
    out, log_weight = np.zeros_like(time), np.zeros_like(time)
    if use.enter:
        before = ramp(time, use.touch - use.come, use.touch)
        out += 1 - before
        log_weight += -3.2 * (1 - np.clip((time - use.touch + 1.5 * use.come) / (1.5 * use.come), 0, 1)) ** 1.5
    if use.leave:
        after = ramp(time, use.release, use.release + use.come)
        out += after
        log_weight += -3.2 * np.clip((time - use.release) / (1.5 * use.come), 0, 1) ** 1.5
    weight = 10.0**log_weight
    weight[log_weight <= -3.19] = 0.0
    return out, weight


def finger_track(script: Script, side: Side) -> Array:
    """(T, 15, 3): relaxed, opening on the way, closing at the touch, opening before the release."""
    relaxed = script.actor.hands[side].relaxed()
    track = np.repeat(relaxed[None], script.frames, axis=0)
    for use in script.uses[side]:
        opened, closed = use.grasp.opened, use.grasp.closed
        near = ramp(script.time, use.touch - 1.2 * use.come, use.touch - 0.3 * use.come) if use.enter else np.ones(script.frames)
        far = (
            ramp(script.time, use.release + 0.3 * use.come, use.release + 1.4 * use.come)
            if use.leave
            else np.zeros(script.frames)
        )
        grip = ramp(script.time, use.touch, use.touch + use.close) if use.enter else np.ones(script.frames)
        loose = ramp(script.time, use.release - use.close, use.release) if use.leave else np.zeros(script.frames)
        presence = (near * (1 - far))[:, None, None]
        shut = (grip * (1 - loose))[:, None, None]
        track = track * (1 - presence) + presence * (opened + shut * (closed - opened))
    return track


def _gaze_aims(script: Script, yaw: Array) -> list[Aim]:
    time = script.time
    if script.gaze_track is not None:
        target = script.gaze_track
    elif script.gaze:
        target = np.repeat(script.gaze[0][1][None], script.frames, axis=0)
        for at, point in script.gaze[1:]:
            target = target + ramp(time, at, at + 0.4)[:, None] * (point - target)
    else:
        return []
    weight = np.full(script.frames, 7.0)
    return [LookAim(JOINT_INDEX["head"], target, weight)]


def _truth(script: Script) -> dict[str, NDArray[np.bool_]]:
    contact = {f"{side}_hand": np.zeros(script.frames, bool) for side in SIDES}
    for side in SIDES:
        for use in script.uses[side]:
            start = use.touch if use.enter else -1.0
            end = use.release if use.leave else script.seconds + 1
            contact[f"{side}_hand"] |= script.during(start, end)
    return contact | script.touches
