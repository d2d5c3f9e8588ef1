"""Faults of captured data put into a demo clip on purpose, each as strong as `level` (0 none, 1 plain to see) and seeded.

Made of the tools of interact_core.refine.corrupt_tools; faults in millimetres and degrees are in interact_core.refine.corrupt.

The names are those of InterAct's own list of artifacts: objects pushed into hands, floating, jitter, flat hands, flipped
wrists, skating feet. Contact truth stays the parent's: it says what should be touching.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.demo.easing import wander
from interact_core.demo.rotation import Array
from interact_core.refine.corrupt_tools import busiest_hand, hold_envelope, move_object, palm_facing, soft, turn_joint

Corruption = Callable[[Clip, float, np.random.Generator], Clip]
_PUSH: Final = 0.03
_FLOAT: Final = 0.09
_JITTER_ANGLE: Final = 0.06
_JITTER_PLACE: Final = 0.012
_SKATE: Final = 0.22
_FLIP: Final = 2.6


def corrupt(clip: Clip, kind: str, level: float = 1.0, seed: int = 0) -> Clip:
    """The clip with one fault of KINDS; id `<parent>__<kind>`, parent and fault in the metadata. ValueError on another kind."""
    if kind not in KINDS:
        raise ValueError(f"no corruption '{kind}'; there are {', '.join(KINDS)}")
    spoiled = KINDS[kind](clip, level, np.random.default_rng(seed))
    metadata = {**clip.metadata, "parent": clip.id, "corruption": kind, "level": f"{level:g}", "seed": str(seed)}
    metadata["title"] = f"{clip.metadata.get('title', clip.id)} ({kind.replace('_', ' ')})"
    return replace(spoiled, id=f"{clip.id}__{kind}", metadata=metadata, source=None)


def pushed_in(clip: Clip, level: float, rng: np.random.Generator) -> Clip:
    """The held thing sinks up to 30 mm into the palm that holds it."""
    return _shift_held(clip, lambda facing: -facing * _PUSH * level)


def floating(clip: Clip, level: float, rng: np.random.Generator) -> Clip:
    """The held thing hovers up to 90 mm away from the palm."""
    shifted = _shift_held(clip, lambda facing: facing * _FLOAT * level)
    held = np.maximum(_label(clip, "left_hand"), _label(clip, "right_hand"))
    supported = np.where(held > 0, 0.0, _label(clip, "object_supported", 1.0)).astype(np.float32)
    return replace(shifted, recorded_contact={**clip.recorded_contact, "object_supported": supported})


def jitter(clip: Clip, level: float, rng: np.random.Generator) -> Clip:
    """Frame-to-frame noise on the body's rotations, its place and the first thing's place."""
    body = clip.body
    t = clip.num_frames
    noisy = replace(
        body,
        global_orient=body.global_orient + rng.normal(size=(t, 3)) * 0.4 * _JITTER_ANGLE * level,
        body_pose=body.body_pose + rng.normal(size=(t, 21, 3)) * _JITTER_ANGLE * level,
        transl=body.transl + rng.normal(size=(t, 3)) * _JITTER_PLACE * level,
    )
    place = rng.normal(size=(t, 3)) * _JITTER_PLACE * level
    return move_object(replace(clip, body=noisy), 0, place)


def flat_hands(clip: Clip, level: float, rng: np.random.Generator) -> Clip:
    """Fingers straightened as in data captured without hands."""
    keep = 1.0 - level
    body = replace(clip.body, left_hand_pose=clip.body.left_hand_pose * keep, right_hand_pose=clip.body.right_hand_pose * keep)
    return replace(clip, body=body)


def flipped_wrist(clip: Clip, level: float, rng: np.random.Generator) -> Clip:
    """The wrist that is busiest turns about the forearm by up to 150 degrees for a third of the clip, at once."""
    side = max(("left", "right"), key=lambda s: float(_label(clip, f"{s}_hand").sum()))
    t = clip.num_frames
    start = int(t * rng.uniform(0.25, 0.45))
    return turn_joint(clip, f"{side}_wrist", slice(start, start + t // 3), np.array([_FLIP * level, 0.0, 0.0]))


def foot_skating(clip: Clip, level: float, rng: np.random.Generator) -> Clip:
    """The whole person drifts over the floor, up to 220 mm, with what the hands hold."""
    drift = np.zeros((clip.num_frames, 3))
    drift[:, [0, 2]] = wander(rng, clip.num_frames, 2, 1.0, clip.fps) * _SKATE * level / 2
    drift -= drift[:1]
    held = np.maximum(_label(clip, "left_hand"), _label(clip, "right_hand"))
    body = replace(clip.body, transl=clip.body.transl + drift)
    return move_object(replace(clip, body=body), 0, drift * soft(held)[:, None])


KINDS: Final[dict[str, Corruption]] = {
    "pushed_in": pushed_in, "floating": floating, "jitter": jitter, "flat_hands": flat_hands,
    "flipped_wrist": flipped_wrist, "foot_skating": foot_skating,
}  # fmt: skip


def _label(clip: Clip, name: str, default: float = 0.0) -> NDArray[np.float32]:
    return np.asarray(clip.recorded_contact.get(name, np.full(clip.num_frames, default, np.float32)), np.float32)


def _shift_held(clip: Clip, offset: Callable[[Array], Array]) -> Clip:
    """Move the first thing by offset(palm direction) while the hand that holds it longest does."""
    side = busiest_hand(clip)
    return move_object(clip, 0, offset(palm_facing(clip, side)) * hold_envelope(clip, side)[:, None])
