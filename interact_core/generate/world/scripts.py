"""The actions of the world: each fills a stage. Every one works for every thing, as far as bodies and floors allow."""

from collections.abc import Callable
from typing import Final

import numpy as np

from interact_core.generate.world.maths import Array, about_x, about_y, about_z, f32, turn
from interact_core.generate.world.people import reference
from interact_core.generate.world.plan import Stage, raised, through

SEATS: Final = (0.2, 0.62)
"""Metres over the floor between which somebody can sit on a thing."""


def seat_height(half: Array, grip: Array) -> Array:
    """(N,) metres of the top that one would sit on: the plate of a stool or chair, else the upper side."""
    plate = (grip[:, 1] > 0) & (grip[:, 2] == 0)
    return f32(np.where(plate, half[:, 1] + grip[:, 1] + 0.04 * half[:, 0], 2 * half[:, 1]))


def lift(s: Stage) -> None:
    arrive = s.draw(0.08, 0.25)
    take, up, held = arrive + s.draw(0.12, 0.2), s.draw(0.62, 0.72), s.draw(0.9, 1.0)
    s.come(arrive, 1.0)
    overhead = s.rng.random(s.count) < 0.2
    height = f32(np.where(overhead, 1.75 + s.half[:, 1] / s.scale, s.draw(0.95, 1.25)))
    local = raised(s, s.on_floor(), s.held_at(height), take + 0.02, np.where(overhead, held, up))
    s.take(arrive * 0.7, take)
    _carried_from_floor(s, local, take)
    s.facts["high"] = overhead


def adjust(s: Stage) -> None:
    """Set a thing down."""
    start, down = s.draw(0.1, 0.3), s.draw(0.6, 0.72)
    gone = s.draw(0.88, 1.0)
    s.come(start, 0.7)
    local = raised(s, s.held_at(s.draw(0.95, 1.25)), s.on_floor(), start, down)
    s.have()
    held = s.ramp(down + 0.02, gone)
    s.hold, s.close = f32(s.hold * (1 - held)[..., None]), f32(s.close * (1 - s.ramp(down, down + 0.06))[..., None])
    s.place, s.turned = s.in_hands(local)


def carry(s: Stage) -> None:
    s.have()
    s.go(s.draw(0, 0.12), s.draw(0.85, 1.0), s.draw(1.2, 2.8), s.draw(-0.8, 0.8), s.draw(-1.2, 1.2))
    local = np.repeat(s.held_at(s.draw(0.9, 1.2))[:, None], s.frames, 1)
    s.place, s.turned = s.in_hands(f32(local))


def move(s: Stage) -> None:
    """Tall things are pushed along, low ones slid over the floor within reach."""
    tall = s.facts["tall"]
    arrive = s.draw(0.1, 0.22)
    take = arrive + s.draw(0.12, 0.18)
    s.come(arrive, 0.8)
    low = s.on_floor()
    low[:, 2] += np.where(tall, 0.22 * s.scale, 0.0)
    end = s.draw(0.72, 0.9)
    share = s.ramp(take + 0.03, end)
    side, far = s.sign(), s.draw(0.15, 0.32)
    ahead = s.rng.random(s.count) < 0.4
    way = np.where(ahead[:, None], np.stack([0 * far, 0 * far, far * 0.6], -1), np.stack([side * far, 0 * far, 0 * far], -1))
    slide = low[:, None] + way[:, None] * share[..., None]
    s.take(arrive * 0.7, take, np.minimum(end + 0.02, 0.9), np.minimum(end + 0.15, 1.0))
    walked = f32(np.where(tall, s.draw(0.5, 1.4), 0.0))
    s.go(take + 0.03, end, walked, np.zeros(s.count, np.float32), np.zeros(s.count, np.float32))
    local = f32(np.where(tall[:, None, None], low[:, None] + 0 * slide, slide))
    _carried_from_floor(s, local, take)
    s.facts["way"] = np.where(tall | ahead, 0, side)


def rotate(s: Stage) -> None:
    """Turn a held thing about one of its axes, once or there and back."""
    s.have()
    _drift(s)
    side, angle, axis = s.sign(), s.draw(0.6, 1.2), s.rng.integers(0, 3, s.count)
    turns = s.draw(0.8, 2.2)
    start, end = s.draw(0.05, 0.2), s.draw(0.75, 0.95)
    wave = np.sin(s.ramp(start, end) * np.pi * turns[:, None])
    swing = f32(wave * (side * angle)[:, None])
    swing = np.where((axis == 0)[:, None], swing * 0.7, swing)
    turned = np.where((axis == 1)[:, None, None, None], about_y(swing), about_z(swing))
    turned = np.where((axis == 0)[:, None, None, None], about_x(swing), turned)
    local = np.repeat(s.held_at(s.draw(1.0, 1.2), s.near + 0.06)[:, None], s.frames, 1)
    s.place, s.turned = s.in_hands(f32(local), f32(turned))
    s.facts["side"] = side


def hold(s: Stage) -> None:
    """Bring a held thing before the eyes and look at it."""
    s.have()
    _drift(s)
    start, up = s.draw(0.05, 0.2), s.draw(0.4, 0.6)
    low, high = s.held_at(s.draw(0.9, 1.1)), s.held_at(s.draw(1.3, 1.45), s.near + 0.1)
    local = through(s, [low, high], [start, up])
    tilt = s.ramp(start, up) * s.draw(-0.3, 0.3)[:, None]
    nod = np.sin(s.time * s.draw(0.12, 0.25)[:, None]) * 0.12 * s.ramp(up, up + 0.1)
    s.place, s.turned = s.in_hands(local, f32(about_x(f32(tilt)) @ about_y(f32(nod))))


def drink(s: Stage) -> None:
    """Bring the rim to the lips, tip it, lower it again."""
    s.have()
    _drift(s)
    start, up, down, end = s.draw(0.04, 0.15), s.draw(0.3, 0.4), s.draw(0.6, 0.7), s.draw(0.85, 1.0)
    low = s.held_at(s.draw(0.95, 1.15))
    mouth = f32(np.stack([0 * s.scale, 1.475 * s.scale, 0.14 * s.scale], -1))
    tip = -s.draw(0.5, 0.85)
    share, tipped = (
        s.ramp(start, up) * (1 - s.ramp(down, end)),
        s.ramp(up - 0.08, up + 0.08) * (1 - s.ramp(down - 0.08, down + 0.05)),
    )
    turned = about_x(f32(tip[:, None] * tipped))
    rim = np.stack([0 * s.scale, s.half[:, 1], -s.half[:, 2] - 0.02], -1)
    rim = np.repeat(rim[:, None], s.frames, 1)
    at_mouth = mouth[:, None] - turn(turned, rim)
    local = low[:, None] * (1 - share[..., None]) + at_mouth * share[..., None]
    s.place, s.turned = s.in_hands(f32(local), turned)


def swing(s: Stage) -> None:
    """From side to side in an arc round the body."""
    s.have()
    _drift(s)
    rate, width = s.draw(0.35, 0.75), s.draw(0.45, 0.9)
    phase = s.rng.integers(0, 2, s.count) * np.pi
    cycles = f32(s.frames / 15.0 * rate * 2 * np.pi)
    envelope = s.ramp(np.zeros(s.count, np.float32), s.draw(0.12, 0.2))
    angle = f32(np.sin(s.time / s.frames * cycles[:, None] + phase[:, None]) * envelope * width[:, None])
    ahead = s.near + 0.12
    base = s.held_at(s.draw(0.85, 1.15), ahead)
    base[:, 0] *= 0.5
    around = about_y(angle)
    local = turn(around, np.broadcast_to(base[:, None], s.place.shape))
    local[..., 1] += 0.1 * (1 - np.cos(angle * 1.5))
    s.twist = f32(0.55 * angle)
    s.place, s.turned = s.in_hands(f32(local), around)


def exercise(s: Stage) -> None:
    """Up and down several times: pressed overhead or curled to the chest."""
    s.have()
    _drift(s)
    press = s.rng.random(s.count) < 0.6
    low = s.held_at(f32(np.where(press, 1.2, 0.85)))
    high = s.held_at(f32(np.where(press, 1.7 + 0.8 * s.half[:, 1] / s.scale, 1.25)))
    count = s.rng.integers(2, 4, s.count)
    wave = 0.5 - 0.5 * np.cos(s.ramp(s.draw(0, 0.05), s.draw(0.94, 1.0)) * 2 * np.pi * count[:, None])
    local = low[:, None] + (high - low)[:, None] * wave[..., None]
    s.place, s.turned = s.in_hands(f32(local))
    s.facts["high"] = press


def kick(s: Stage) -> None:
    """A foot swings at a thing on the floor, which slides or rolls away and comes to rest."""
    arrive = s.draw(0.12, 0.3)
    s.come(arrive, 1.0)
    s.kicker = f32(s.rng.integers(0, 2, s.count))
    sign = 1 - 2 * s.kicker
    hit = arrive + s.draw(0.12, 0.18)
    spot = s.on_floor(aside=f32(sign * 0.09))
    spot[:, 2] = s.half[:, 2] + s.draw(0.34, 0.44) * s.scale
    far, length = s.draw(0.4, 1.5), s.draw(0.25, 0.5)
    after = np.clip((s.time / s.frames - hit[:, None]) / length[:, None], 0, 1)
    way = f32(far[:, None] * (1 - (1 - after) ** 2))
    s.place = np.repeat(spot[:, None], s.frames, 1)
    s.place[..., 2] += way
    rolls = s.facts["rolls"]
    s.turned = f32(
        np.where(rolls[:, None, None, None], about_x(way / s.half[:, 1, None]), about_y(way * s.draw(-0.6, 0.6)[:, None]))
    )
    back, follow, rest = hit - 0.07, hit + 0.06, hit + 0.17
    level = np.minimum(s.half[:, 1] + 0.04, 0.16)
    stand = f32(np.stack([sign * 0.095 * s.scale, s.people.ankle_height, 0 * sign], -1))
    touch = f32(np.stack([sign * 0.09, np.maximum(level, 0.1), spot[:, 2] - s.half[:, 2] - 0.19 * s.scale], -1))
    behind = f32(np.stack([sign * 0.1, 0.28 + 0 * sign, -0.32 * s.scale], -1))
    beyond = touch + f32(np.stack([0 * sign, s.draw(0.1, 0.25), s.draw(0.12, 0.25)], -1))
    s.ankle = through(s, [stand, behind, touch, beyond, stand], [back - 0.08, back, hit, follow, rest])
    s.kicking = s.ramp(back - 0.1, back - 0.05) * (1 - s.ramp(rest - 0.02, rest + 0.02))
    s.facts["side"] = sign


def sit(s: Stage) -> None:
    """Walk up, turn round and sit down."""
    turned_by, down, seated = s.draw(0.3, 0.42), s.draw(0.36, 0.46), s.draw(0.65, 0.8)
    top = seat_height(s.half, s.grip)
    front = np.minimum(s.half[:, 2] + 0.13, 0.34)
    spot = np.stack([0 * top, s.half[:, 1], -front - 0.02], -1)
    share = 1 - s.ramp(0 * top, turned_by)
    start = np.stack([s.draw(-0.7, 0.7), s.draw(0.3, 1.1)], -1)
    s.path = f32(start[:, None] * share[..., None])
    s.yaw = f32((s.sign() * s.draw(1.0, 3.0))[:, None] * share)
    s.place = f32(np.repeat(spot[:, None], s.frames, 1))
    deep = reference().seat_depth * s.scale
    behind = np.minimum(np.maximum(spot[:, 2], -front - 0.02), -0.2)
    pelvis = f32(np.stack([0 * top, top + deep, behind], -1))
    s.seat = np.repeat(pelvis[:, None], s.frames, 1)
    s.sitting = s.ramp(down, seated)


def _drift(s: Stage) -> None:
    """Stand, or take a step or two while doing it."""
    moves = s.rng.random(s.count) < 0.4
    s.go(s.draw(0, 0.1), s.draw(0.7, 1.0), f32(s.draw(0.2, 0.8) * moves), s.draw(-2.5, 2.5), f32(s.draw(-0.6, 0.6) * moves))


def _carried_from_floor(s: Stage, local: Array, take: Array) -> None:
    """The thing waits where the hands will meet it, whatever the person's way until then."""
    place, turned = s.in_hands(local)
    waits = (s.time < (take * s.frames)[:, None])[..., None]
    s.place = f32(np.where(waits, local, place))
    s.turned = f32(np.where(waits[..., None], np.eye(3, dtype=np.float32), turned))


SCRIPTS: Final[dict[str, Callable[[Stage], None]]] = {
    "lift": lift, "adjust": adjust, "carry": carry, "move": move, "rotate": rotate, "hold": hold, "drink": drink,
    "swing": swing, "exercise": exercise, "kick": kick, "sit": sit,
}  # fmt: skip
