"""From measured tracks to the facts that captions and segments are held against.

Contact is the measure's own hysteresis track; a hand that moves along with an object it is within reach of (the measure's
"holding") counts too, because recordings leave gaps of some centimetres between a hand and what it plainly carries.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.annotation.evidence import HAND_LIMBS, Evidence, Flaw, Limb, Mask, Person, Thing, Touch, mask_runs
from interact_core.clip import ObjectMotion
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.inspection.part_touch import PartTouch
from interact_core.inspection.posed import PosedClip
from interact_core.inspection.results import Inspection
from interact_core.inspection.signals import drop_short, frames_of, settle, speed

_MOVES: Final = (0.05, 0.12)
"""m/s of the fastest corner: a motion lasts while it is above the first and counts if it ever passes the second."""
_SETTLE: Final = 5 / 30
"""Seconds: shorter motions and pauses are noise."""
_RAISED: Final = 0.03
"""Metres above every height at which the object stands by itself."""
_WALKS: Final = 0.35
"""m/s of the pelvis over the floor."""
_STEP: Final = 0.3
"""Metres: less is a shift of weight."""
_SITS: Final = 0.75
"""Pelvis below this share of its standing height, with the seat on something."""
_KICK: Final = 0.01
"""Metres: a foot this near touches, however short."""
_LIMBS: Final[dict[Limb, tuple[str, ...]]] = {
    "left": ("left_hand",), "right": ("right_hand",), "left_foot": ("left_foot", "left_sole"),
    "right_foot": ("right_foot", "right_sole"), "seat": ("left_seat", "right_seat"),
}  # fmt: skip


def evidence_of(posed: PosedClip, inspection: Inspection) -> Evidence:
    """Facts about an inspected clip. Frames that are not measured show no contact."""
    touches = _touches(posed, inspection)
    shown = enumerate(posed.clip.objects) if posed.object_vertices.shape[1] else ()
    things = {obj.name: _thing(posed, k, obj, touches) for k, obj in shown if any(len(p.mesh.vertices) for p in obj.parts)}
    touches = tuple(touch for touch in touches if touch.object in things)
    flaws = tuple(Flaw(a.kind, a.start_frame, a.end_frame, a.severity, a.title) for a in inspection.artifacts)
    seat = np.zeros(posed.num_frames, bool)
    for touch in touches:
        if touch.limb == "seat":
            seat[touch.start : touch.end] = True
    return Evidence(posed.num_frames, posed.clip.fps, things, touches, _person(posed, seat), flaws)


def _touches(posed: PosedClip, inspection: Inspection) -> tuple[Touch, ...]:
    if not posed.part_slices:
        return ()
    shortest = frames_of(_SETTLE, posed.clip.fps)
    nearest = PartTouch(posed, inspection.fields.get("body_distance"))
    found: list[Touch] = []
    for limb, regions in _LIMBS.items():
        mask = np.zeros(posed.num_frames, bool)
        for region in regions:
            mask |= _state(inspection, f"contact_{region}", posed.num_frames) > 0
            mask |= np.isfinite(_state(inspection, f"gap_{region}", posed.num_frames))
        # A kick touches for a frame or two, which the measure drops; hands and seats do not.
        mask = mask | nearest.reached(regions, _KICK) if "foot" in limb else settle(mask, shortest)
        for start, end in mask_runs(mask):
            found += (Touch(limb, a, b, name, part) for a, b, name, part in nearest.split(regions, start, end))
    return tuple(sorted(found, key=lambda t: (t.start, t.limb)))


def _state(inspection: Inspection, track: str, frames: int) -> NDArray[np.float32]:
    """NaN throughout where there is no such track."""
    known = inspection.tracks.get(track)
    return known.values if known is not None else np.full(frames, np.nan, np.float32)


def _thing(posed: PosedClip, index: int, obj: ObjectMotion, touches: tuple[Touch, ...]) -> Thing:
    corners = _corners(obj)
    fps = posed.clip.fps
    fastest = speed(corners, fps).max(axis=1)
    first = sum(len(o.parts) for o in posed.clip.objects[:index])
    columns = np.concatenate([np.r_[posed.part_slices[first + k]] for k in range(len(obj.parts))])
    height = np.asarray(posed.object_vertices[:, columns, 1].min(axis=1), np.float64)
    moving = _moving(fastest, fps)
    touched = np.zeros(posed.num_frames, bool)
    for touch in touches:
        if touch.object == obj.name:
            touched[touch.start : touch.end] = True
    rotation = np.asarray(obj.parts[0].rotation, np.float64)
    turned, spin = _angles(rotation)
    opened = [np.abs(np.asarray(p.hinge.angle, np.float64)) for p in obj.parts if p.hinge is not None]
    return Thing(
        obj.name, corners.mean(axis=1), height, fastest, moving, _raised(height, moving, touched), turned, spin,
        np.max(opened, axis=0) if opened else None,
    )  # fmt: skip


def _moving(fastest: NDArray[np.float64], fps: float) -> Mask:
    low, high = _MOVES
    above = np.nan_to_num(fastest) > low
    shortest = frames_of(_SETTLE, fps)
    above = settle(above, shortest)
    for start, end in mask_runs(above):
        if fastest[start:end].max() <= high:
            above[start:end] = False
    return drop_short(above, shortest)


def _raised(height: NDArray[np.float64], moving: Mask, touched: Mask) -> Mask:
    """Higher than the floor, and not at a height at which it stands untouched somewhere in the clip."""
    free = height[~moving & ~touched & np.isfinite(height)]
    up: Mask = height > _RAISED
    for level in np.unique(np.round(free, 2)):
        up &= np.abs(height - level) > _RAISED
    return up


def _angles(rotation: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Heading about +Y of the body-fixed axis that stays most level, unwrapped; and the angle from the first pose."""
    axis = int(np.abs(rotation[:, 1, :]).max(axis=0).argmin())
    turned = np.unwrap(np.arctan2(rotation[:, 0, axis], rotation[:, 2, axis]))
    trace = np.einsum("tij,ij->t", rotation, rotation[0])
    return turned - turned[0], np.arccos(np.clip((trace - 1) / 2, -1, 1))


def _corners(obj: ObjectMotion) -> NDArray[np.float64]:
    """(T, 8 * parts, 3) world corners of the parts' bounding boxes."""
    found = []
    for part in obj.parts:
        low, high = part.mesh.vertices.min(axis=0), part.mesh.vertices.max(axis=0)
        box = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])], float)
        turned = np.einsum("tij,kj->tki", np.asarray(part.rotation, np.float64), box)
        found.append(turned + np.asarray(part.translation, np.float64)[:, None])
    return np.concatenate(found, axis=1)


def _person(posed: PosedClip, seat: Mask) -> Person:
    joints = np.asarray(posed.joints, np.float64)
    pelvis, head = joints[:, JOINT_INDEX["pelvis"]], joints[:, JOINT_INDEX["head"]]
    across = joints[:, JOINT_INDEX["left_hip"]] - joints[:, JOINT_INDEX["right_hip"]]
    across = across + joints[:, JOINT_INDEX["left_shoulder"]] - joints[:, JOINT_INDEX["right_shoulder"]]
    ahead = np.stack([-across[:, 2], np.zeros(len(across)), across[:, 0]], axis=1)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    low = pelvis[:, 1] < _SITS * np.nanmax(pelvis[:, 1], initial=0.0)
    wrists: dict[str, NDArray[np.float64]] = {hand: joints[:, JOINT_INDEX[f"{hand}_wrist"]] for hand in HAND_LIMBS}
    return Person(pelvis, head, ahead, _walking(pelvis, posed.clip.fps), low & seat, wrists)


def _walking(pelvis: NDArray[np.float64], fps: float) -> Mask:
    level = pelvis.copy()
    level[:, 1] = 0.0
    mask = settle(np.nan_to_num(speed(level, fps)) > _WALKS, frames_of(0.4, fps))
    for start, end in mask_runs(mask):
        if np.linalg.norm(level[end - 1] - level[start]) < _STEP:
            mask[start:end] = False
    return mask
