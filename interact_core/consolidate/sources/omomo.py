"""Raw OMOMO: `{train,test}_diffusion_manip_seq_joints24.p`, joblib dumps of index -> recording, and `captured_objects/`.

Train and test count from 0 both (defect D16), so a recording is found by file and index. Objects come with a scale per
frame; mop and vacuum are two parts with a track each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from interact_core.clip import Betas, Mesh, Notice, ObjectMotion, ObjectPart
from interact_core.consolidate.sources.building import Doubles, body_of, check_proper, f32, first_row, mesh_at, moved, raw_of
from interact_core.consolidate.sources.fields import Fields, same_length
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import existing, name_in_path
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.companions import mesh_in
from interact_core.formats.interact_body import gender_of
from interact_core.formats.plain_data import keys_of, read_pickle

_FILES: Final = {split: f"{split}_diffusion_manip_seq_joints24.p" for split in ("train", "test")}
_MESHES: Final = "captured_objects"
_PARTS: Final = (("top", "obj_"), ("bottom", "obj_bottom_"))
_BREATHES: Final = 0.001
"""Metres that a surface may move by its scale's change within a clip before a word is said."""


@dataclass(frozen=True)
class Omomo:
    models_dir: Path | None = None
    name: str = "omomo"

    def recordings(self, root: Path) -> Iterator[Recording]:
        homes = [home for home in (Path(root), Path(root) / "raw") if any((home / f).is_file() for f in _FILES.values())]
        if not homes:
            raise InputError("holds no recordings of this source", path=root, remedy=f"Expected {' or '.join(_FILES.values())}")
        used: dict[str, int] = {}
        for split, file in _FILES.items():
            if (homes[0] / file).is_file():
                path = homes[0] / file
                for index, content in keys_of(read_pickle(path), path).items():
                    yield self._recording(homes[0], path, split, index, content, used)

    def _recording(self, home: Path, path: Path, split: str, index: Any, content: Any, used: dict[str, int]) -> Recording:
        try:
            name = Fields(content, path, f"[{index}]").text("seq_name")
        except InputError:
            name = f"{split}_{index}"  # reading it says what is wrong
        used[name] = count = used.get(name, 0) + 1
        name = name if count == 1 else f"{name}~{count}"
        thing = _object_of(name)
        files = (
            (path, *existing(*sorted((home / _MESHES).glob(f"{thing}_cleaned_simplified*.obj")))) if thing.isalnum() else (path,)
        )
        return Recording(name, self.name, files, partial(self._read, home, path, split, index, content, name))

    def _read(self, home: Path, path: Path, split: str, index: Any, content: Any, name: str) -> Raw:
        entry, notices = SOURCES[self.name], list[Notice]()
        fields = Fields(content, path, f"[{index}]")
        trans = fields.floats("trans", (None, 3))
        flat = np.zeros((len(trans), 45))
        turns = {
            "orient": fields.floats("root_orient", (None, 3)), "body": fields.floats("pose_body", (None, 63)),
            "left": flat, "right": flat, "transl": trans,
        }  # fmt: skip
        notices.append(Notice("hands-not-recorded", "OMOMO records no fingers: the hands are flat.", "hands", "info"))
        shape = Betas(f32(first_row(fields.array("betas"), path)))
        motion = body_of(entry, gender_of(fields.text("gender"), notices), shape, turns, self.models_dir, notices)
        objects = _objects(home, fields, _object_of(fields.text("seq_name")), notices)
        same_length(path, **turns, obj_trans=objects[0].parts[0].translation)
        return raw_of(entry, name, path, motion, objects, notices, models_dir=self.models_dir, metadata={"split": split})


def _object_of(sequence: str) -> str:
    """`sub16_plasticbox_021` -> `plasticbox`."""
    parts = sequence.split("_")
    return parts[1] if len(parts) > 2 else ""


def _objects(home: Path, fields: Fields, said: str, notices: list[Notice]) -> tuple[ObjectMotion, ...]:
    name, folder = name_in_path(said, fields.path, fields.place("seq_name")), home / _MESHES
    stem = f"{name}_cleaned_simplified"
    halves = all(mesh_in(folder, f"{stem}_{part}") for part, _ in _PARTS)
    if fields.has("obj_bottom_trans") and halves:
        top, bottom = (
            _part(fields, prefix, part, mesh_at(folder, f"{stem}_{part}", notices), notices) for part, prefix in _PARTS
        )
        return (ObjectMotion(name, (top, bottom)),)
    if fields.has("obj_bottom_trans"):
        notices.append(Notice(
            "object-halved", f"{name} moves in two parts, but {stem}_top and _bottom are not there: one mesh follows the first "
            "track only.", "obj_bottom_trans",
        ))  # fmt: skip
    return (ObjectMotion(name, (_part(fields, "obj_", name, mesh_at(folder, stem, notices), notices),)),)


def _part(fields: Fields, prefix: str, name: str, mesh: Mesh, notices: list[Notice]) -> ObjectPart:
    """v' = s R v + t: the clip's median scale goes into the mesh, for a rigid part has one size."""
    place = fields.floats(f"{prefix}trans", (None, 3))
    rotation = check_proper(fields.floats(f"{prefix}rot", (None, 3, 3)), fields.path, fields.place(f"{prefix}rot"))
    scales = fields.floats(f"{prefix}scale", (None,))
    same_length(fields.path, **{f"{prefix}trans": place, f"{prefix}rot": rotation, f"{prefix}scale": scales})
    return ObjectPart(
        name, moved(mesh, mesh.vertices * _one_scale(scales, mesh, fields, prefix, notices), name), f32(rotation), f32(place)
    )


def _one_scale(scales: Doubles, mesh: Mesh, fields: Fields, prefix: str, notices: list[Notice]) -> float:
    if scales.min() <= 0:
        raise InputError(
            f"has the scale {scales.min():g}", path=fields.path, field=fields.place(f"{prefix}scale"), remedy="Leave it out"
        )
    scale = float(np.median(scales))
    breathing = float(np.abs(scales - scale).max() * np.linalg.norm(mesh.vertices, axis=1).max())
    if breathing > _BREATHES:
        notices.append(Notice(
            "scale-varies", f"The object's scale changes within the clip by up to {1000 * breathing:.1f} mm at its surface; the "
            "median is used.", f"{prefix}scale",
        ))  # fmt: skip
    return scale
