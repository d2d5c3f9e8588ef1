"""A person who moves every joint beside an uneven thing, a box and a chest with a hinged lid."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import open_body
from interact_core.clip import Betas, BodyMotion, Caption, Clip, Hinge, Mesh, ObjectMotion, ObjectPart

FRAMES = 24


def smooth(seed: int, shape: tuple[int, ...], size: float) -> np.ndarray:
    """(T, *shape): slow waves of another phase and rate each."""
    random = np.random.default_rng(seed)
    rate, phase = random.uniform(1, 3, shape), random.uniform(0, 6, shape)
    time = np.linspace(0, 1, FRAMES).reshape(-1, *[1] * len(shape))
    return size * np.sin(rate * time + phase)


def box_mesh(extents: tuple[float, float, float], name: str = "box", middle: tuple[float, float, float] = (0, 0, 0)) -> Mesh:
    import trimesh

    box = trimesh.creation.box(extents=extents).subdivide().subdivide()
    return Mesh(np.asarray(box.vertices + middle, np.float32), np.asarray(box.faces, np.int32), name)


def bent_mesh() -> Mesh:
    """A closed skew tetrahedron: no mirror plane of its own."""
    vertices = np.array([[0, 0, 0], [0.5, 0.1, 0], [0.1, 0.3, 0.05], [0.02, 0.07, 0.4]], np.float32)
    return Mesh(vertices, np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32), "bent")


def moving(name: str, mesh: Mesh, seed: int) -> ObjectPart:
    turns = Rotation.from_rotvec(smooth(seed, (3,), 1.2)).as_matrix()
    return ObjectPart(name, mesh, turns, np.array([0.4, 1.0, 0.2]) + smooth(seed + 1, (3,), 0.6))


def chest() -> ObjectMotion:
    """Its lid turns about an edge of the base that points along x."""
    base = moving("base", box_mesh((0.5, 0.3, 0.35)), 11)
    angle, point = smooth(13, (), 0.7) - 0.8, np.array([0.0, 0.15, -0.175])
    inner = Rotation.from_rotvec(angle[:, None] * [1.0, 0.0, 0.0]).as_matrix()
    place = base.rotation @ point + base.translation
    lid = box_mesh((0.5, 0.04, 0.35), "lid", (0.0, 0.02, 0.175))
    hinge = Hinge(np.array([1.0, 0.0, 0.0]), point, angle)
    return ObjectMotion("chest", (base, ObjectPart("lid", lid, base.rotation @ inner, place, "base", hinge)))


@pytest.fixture
def body() -> BodyMotion:
    lift = -float(open_body("neutral").template[:, 1].min())
    return BodyMotion(
        "open", "neutral", Betas(np.array([0.5, -0.7, 0.3])), smooth(0, (3,), 0.5), smooth(1, (21, 3), 0.3),
        smooth(2, (15, 3), 0.4), smooth(3, (15, 3), 0.4), np.array([0.2, lift, 0.0]) + smooth(4, (3,), 0.3),
    )  # fmt: skip


@pytest.fixture
def clip(body: BodyMotion) -> Clip:
    things = (
        ObjectMotion("bent", (moving("bent", bent_mesh(), 5),)),
        ObjectMotion("box", (moving("box", box_mesh((0.3, 0.2, 0.5), middle=(0.1, 0.2, 0.05)), 7),)),
        chest(),
    )
    tokens = ("A/DET", "person/NOUN", "lift/VERB", "it/PRON", "with/ADP", "the/DET", "left/ADJ", "hand/NOUN")
    joints = np.zeros((FRAMES, 52), np.float32)
    joints[:, 20] = 1
    contact = {"left_hand": np.arange(FRAMES, dtype=np.float32), "object": np.ones(FRAMES, np.float32), "joints": joints}
    return Clip(
        "clip", 30.0, body, things, (Caption("A person lifts it with the left hand.", "natural", tokens, 3, 9),),
        recorded_contact=contact,
    )  # fmt: skip


@pytest.fixture
def with_path() -> Callable[[Clip, np.ndarray], Clip]:
    """The clip with its first object upright at the given places (T, 3)."""

    def placed(clip: Clip, path: np.ndarray) -> Clip:
        part = clip.objects[0].parts[0]
        still = replace(part, rotation=np.repeat(np.eye(3)[None], len(path), 0), translation=path)
        return replace(clip, objects=(replace(clip.objects[0], parts=(still,)), *clip.objects[1:]))

    return placed


@pytest.fixture
def frozen() -> Callable[[Clip], str]:
    """Everything in a clip as one text."""

    def told(clip: Clip) -> str:
        arrays = [clip.body.full_pose(), clip.body.transl]
        arrays += [a for obj in clip.objects for p in obj.parts for a in (p.rotation, p.translation, p.mesh.vertices)]
        return repr([array.tobytes() for array in arrays]) + repr(clip.captions) + repr(dict(clip.recorded_contact))

    return told
