"""Raw InterCap: `<subject>/<object>/<segment>/res.pkl` and `Mesh/00000_second_obj.ply`; y down, z forward.

There is no mesh at rest: the one of a segment's first frame is posed, and is brought back by that frame's own pose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.clip import Betas, Gender, Mesh, Notice
from interact_core.consolidate.sources.building import body_of, f32, first_row, mesh_at, moved, raw_of, rigid
from interact_core.consolidate.sources.fields import Fields, same_length
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import existing, natural
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.plain_data import read_pickle
from interact_core.geometry.rotations import axis_angle_to_matrix

OBJECTS: Final = {
    "01": "suitcase", "02": "skateboard", "03": "soccerball", "04": "umbrella", "05": "racket", "06": "toolbox",
    "07": "chair", "08": "fantabottle", "09": "cup", "10": "stool",
}  # fmt: skip
MEN: Final = frozenset({"01", "02", "04", "05", "10"})
_MESH: Final = "00000_second_obj"


@dataclass(frozen=True)
class InterCap:
    models_dir: Path | None = None
    name: str = "intercap"

    def recordings(self, root: Path) -> Iterator[Recording]:
        found = sorted((Path(root)).glob("*/*/*/res.pkl")) or sorted((Path(root) / "raw").glob("*/*/*/res.pkl"))
        if not found:
            raise InputError(
                "holds no recordings of this source", path=root, remedy="Expected <subject>/<object>/<segment>/res.pkl"
            )
        # The same thing has one mesh at rest: the first segment that has a posed one gives it for all.
        posed: dict[str, Path] = {}
        for path in found:
            if (path.parent / "Mesh" / f"{_MESH}.ply").is_file():
                posed.setdefault(path.parts[-3], path)
        for path in sorted(found, key=lambda p: tuple(natural(Path(part)) for part in p.parts)):
            subject, number, segment = path.parts[-4:-1]
            name = f"Sub{subject}_Object{number}_{segment}_{OBJECTS.get(number, number)}"
            mesh = posed.get(number)
            files = existing(path, *((mesh, mesh.parent / "Mesh" / f"{_MESH}.ply") if mesh else ()))
            yield Recording(name, self.name, tuple(dict.fromkeys(files)), partial(self._read, path, mesh, name))

    def _read(self, path: Path, posed: Path | None, name: str) -> Raw:
        entry, notices = SOURCES[self.name], list[Notice]()
        subject, number = path.parts[-4:-2]
        fields, width = Fields(read_pickle(path), path), entry.body.hand_width
        turns = {
            "orient": fields.floats("global_orient", (None, 3)), "body": fields.floats("body_pose", (None, 63)),
            "left": fields.floats("left_hand_pose", (None, width)), "right": fields.floats("right_hand_pose", (None, width)),
            "transl": fields.floats("transl", (None, 3)),
        }  # fmt: skip
        turn, place = fields.floats("ob_pose", (None, 3)), fields.floats("ob_trans", (None, 3))
        same_length(path, **turns, ob_pose=turn, ob_trans=place)
        gender: Gender = "male" if subject in MEN else "female"
        if number not in OBJECTS or not subject.isdigit():
            notices.append(Notice("object-unnamed", f"Object {number} of subject {subject} is not in InterCap's list", "object"))
        shape = Betas(f32(first_row(fields.array("betas"), path)))
        motion = body_of(entry, gender, shape, turns, self.models_dir, notices)
        thing = OBJECTS.get(number, f"object{number}")
        objects = (rigid(thing, _at_rest(path, posed, thing, notices), axis_angle_to_matrix(turn), place),)
        return raw_of(entry, name, path, motion, objects, notices, models_dir=self.models_dir, metadata={"subject": subject})


def _at_rest(path: Path, posed: Path | None, name: str, notices: list[Notice]) -> Mesh:
    """v = R0^T (v0 - t0), with the first pose of the segment that the mesh comes from."""
    if posed is None:
        raise InputError(
            "is not there, nor in any other segment with this object", path=path.parent / "Mesh" / f"{_MESH}.ply", field="mesh",
            remedy="Copy the Mesh folder of at least one segment with this object",
        )  # fmt: skip
    fields = Fields(read_pickle(posed), posed)
    mesh = mesh_at(posed.parent / "Mesh", _MESH, notices)
    rotation = axis_angle_to_matrix(fields.floats("ob_pose", (None, 3))[0])
    # Row vectors: (v - t) @ R is R^T (v - t).
    return moved(mesh, (mesh.vertices.astype(np.float64) - fields.floats("ob_trans", (None, 3))[0]) @ rotation, name)
