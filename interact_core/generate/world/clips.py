"""Scenes as clips: bodies with rotations, objects with meshes, words; for inspection, files and the window."""

from typing import Final

import numpy as np

from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.clip.skeleton import NUM_BODY_JOINTS, PARENTS
from interact_core.demo.rotation import about
from interact_core.demo.solids import Solid, ball, cylinder, placed, rounded_box, union
from interact_core.generate.world.people import GENDERS
from interact_core.generate.world.plan import ACTIONS, FPS
from interact_core.generate.world.scene import Scenes
from interact_core.generate.world.shapes import BALL, BOX, FAMILIES, PIECES, Shapes
from interact_core.geometry.rotations import global_to_local, matrix_to_axis_angle

_EDGE: Final = 0.004


def mesh_of(shapes: Shapes, k: int, name: str = "") -> Mesh:
    """The closed surfaces of one object's pieces, vertices about every 2 cm."""
    solids = [_solid(shapes, k, piece) for piece in range(PIECES) if shapes.used[k, piece]]
    whole = union(*solids) if len(solids) > 1 else solids[0]
    return Mesh(whole.points.astype(np.float32), whole.faces.astype(np.int32), name or object_name(shapes, k))


def object_name(shapes: Shapes, k: int) -> str:
    return FAMILIES[int(shapes.family[k])]


def _solid(shapes: Shapes, k: int, piece: int) -> Solid:
    size, centre = shapes.size[k, piece].astype(float), shapes.centre[k, piece].astype(float)
    cell = float(np.clip(size.max() / 8, 0.006, 0.025))
    edge = min(_EDGE, 0.3 * float(size.min()))
    if shapes.kind[k, piece] == BOX:
        return rounded_box(2 * size, edge, cell, centre)
    if shapes.kind[k, piece] == BALL:
        return ball(float(size[0]), centre)
    standing = placed(cylinder(float(size[0]), float(2 * size[1]), cell, edge), None, (0, -float(size[1]), 0))
    lying = about("z", -np.pi / 2) if shapes.lying[k, piece] else None
    return placed(standing, lying, centre)


def clip_of(scenes: Scenes, k: int, clip_id: str = "") -> Clip:
    """One scene at the world's frame rate."""
    world = scenes.posed.rotations[k].astype(np.float64)
    local = matrix_to_axis_angle(global_to_local(world, PARENTS[:NUM_BODY_JOINTS]))
    fingers = scenes.posed.fingers[k].astype(np.float64)
    rest = scenes.people.rest[k, 0]
    body = BodyMotion(
        "open", GENDERS[int(scenes.people.gender[k])], Betas(scenes.people.betas[k]), local[:, 0], local[:, 1:],
        fingers[:, 0], fingers[:, 1], scenes.posed.joints[k, :, 0].astype(np.float64) - rest,
    )  # fmt: skip
    name = object_name(scenes.shapes, k)
    part = ObjectPart("base", mesh_of(scenes.shapes, k), scenes.rotation[k], scenes.place[k])
    action = ACTIONS[int(scenes.action[k])]
    text = scenes.words[k]
    return Clip(
        clip_id or f"world_{action}_{k:04d}", FPS, body, (ObjectMotion(name, (part,)),), (Caption(text),),
        (action.capitalize(),),
    )  # fmt: skip
