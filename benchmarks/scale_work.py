"""Small things to be done by workers of `benchmarks.scale`: a module of its own, which they can import."""

from pathlib import Path

import numpy as np

from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.cluster.spec import Result, Spec
from interact_core.formats.interact_writer import write_clip
from interact_core.jobs.context import JobContext

FRAMES = 16


def nothing(spec: Spec, _context: JobContext) -> Result:
    """An item that costs nothing: what is left is what handing it out costs."""
    return {"id": spec.item.id}


def write_tiny(root: Path, count: int) -> None:
    """Clips of half a second: a standing person beside a block that rises by another way in each."""
    import trimesh

    block = trimesh.creation.box(extents=(0.2, 0.2, 0.2)).subdivide().subdivide()
    mesh = Mesh(np.float32(block.vertices), np.int32(block.faces), "block")
    rest = np.zeros((FRAMES, 3), np.float32)
    body = BodyMotion(
        family="open", gender="neutral", shape=Betas(np.zeros(10, np.float32)), global_orient=rest,
        body_pose=np.zeros((FRAMES, 21, 3), np.float32), left_hand_pose=np.zeros((FRAMES, 15, 3), np.float32),
        right_hand_pose=np.zeros((FRAMES, 15, 3), np.float32), transl=rest + np.float32([0, 0.95, 0]),
    )  # fmt: skip
    for number in range(count):
        path = np.linspace([0.32, 0.12, 0.0], [0.32, 0.2 + 0.1 * number, 0.0], FRAMES)
        part = ObjectPart("block", mesh, np.tile(np.eye(3, dtype=np.float32), (FRAMES, 1, 1)), np.float32(path))
        words = (Caption("A person stands beside a rising block."),)
        clip = Clip(f"tiny_{number}", fps=30.0, body=body, objects=(ObjectMotion("block", (part,)),), captions=words)
        write_clip(clip, root, "demo")
