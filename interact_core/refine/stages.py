"""The solver's stages: which columns may move in each, and what staying put is worth."""

from dataclasses import dataclass
from typing import Final

import torch

from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.refine.energy import Weights
from interact_core.refine.jacobian import arranged
from interact_core.refine.options import RefineOptions
from interact_core.refine.scene import Scene
from interact_core.refine.state import FIRST_OBJECT, ROOT, TURNS

_TURN: Final = 0.35
_TURN_SMOOTH: Final = 20.0
"""Radians of a joint's correction that bend as much as a metre of its way."""
_MADE_UP_TURN: Final = 1.2
_FINGER_SAY: Final = 0.4
"""Fifteen joints of a hand together should not outweigh the arm that carries them."""
_CORNER_SAY: Final = 1.0
"""Each of an object's eight corners counts as a joint of the body: it is measured at least as well."""


@dataclass(frozen=True)
class Stage:
    """`name` is shown to the user; `joints` may turn; root and objects may move as said. `effort`
    is its share of the options' steps."""

    name: str
    joints: tuple[int, ...]
    root: bool
    objects: bool
    trust: float = 10.0
    effort: float = 1.0
    rounds: int = 3


def stages_for(options: RefineOptions, *, has_objects: bool, has_fingers: bool) -> list[Stage]:
    body = tuple(range(NUM_BODY_JOINTS))
    hands = (JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"], *range(NUM_BODY_JOINTS, NUM_JOINTS))
    move_objects = options.move_objects and has_objects
    move_hands = options.move_hands and has_fingers and has_objects
    stages = []
    if move_objects and not options.move_body:
        stages.append(Stage("objects", (), root=False, objects=True))
    if options.move_body:
        stages.append(Stage("body and objects", body, root=True, objects=move_objects))
    if move_hands:
        stages.append(Stage("hands", hands, root=False, objects=False))
    if move_hands and options.move_body:
        everything = tuple(range(NUM_JOINTS))
        stages.append(Stage("everything", everything, root=True, objects=move_objects, effort=0.75, rounds=2))
    return stages


def weights_for(stage: Stage, scene: Scene, options: RefineOptions, made_up: dict[str, bool], fps: float) -> Weights:
    point = torch.full((NUM_JOINTS + len(scene.leaf_ids),), 1.0 / options.body_tolerance, dtype=scene.dtype)
    turn = torch.full((NUM_JOINTS,), 1.0 / _TURN, dtype=scene.dtype)
    owner = _leaf_owner(scene)
    for side in ("left", "right"):
        first = JOINT_INDEX[f"{side}_index1"]
        tolerance = options.made_up_tolerance if made_up[side] else options.finger_tolerance
        fingers = torch.zeros(len(point), dtype=torch.bool)
        fingers[first : first + 15] = True
        fingers[NUM_JOINTS:] = (owner >= first) & (owner < first + 15)
        point[fingers] = _FINGER_SAY / tolerance
        if made_up[side]:
            turn[first : first + 15] = 1.0 / _MADE_UP_TURN
    return Weights(
        point.to(scene.device), turn.to(scene.device), _CORNER_SAY / options.object_tolerance,
        fps**2 / options.correction_smoothness, fps**2 / (_TURN_SMOOTH * options.correction_smoothness), _columns(stage, scene),
    )  # fmt: skip


def _leaf_owner(scene: Scene) -> torch.Tensor:
    weights = scene.poser(scene.leaf_ids).joint_weights.cpu()
    return weights.argmax(dim=1)


def _columns(stage: Stage, scene: Scene) -> torch.Tensor:
    free = torch.zeros(scene.groups.width, dtype=torch.bool)
    free[ROOT] = stage.root
    for joint in stage.joints:
        free[TURNS.start + 3 * joint : TURNS.start + 3 * joint + 3] = True
    free[FIRST_OBJECT:] = stage.objects
    return arranged(torch.nonzero(free)[:, 0].to(scene.device))
