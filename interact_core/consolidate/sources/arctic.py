"""Raw ARCTIC: `raw_seqs/s<NN>/<sequence>.{smplx,object}.npy` and `meta/`; z up, objects in millimetres with a hinge."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from interact_core.clip import Gender, Mesh, Notice, ObjectMotion
from interact_core.consolidate.sources.building import body_of, mesh_at, moved, raw_of
from interact_core.consolidate.sources.fields import Fields, same_length
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import existing, folder_with, natural, subfolders
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.arctic_parts import ArcticParts, read_arctic_parts
from interact_core.formats.interact_body import gender_of, template_shape
from interact_core.formats.interact_objects import Track, hinged
from interact_core.formats.npz_files import check_floats, read_npy, read_npy_data
from interact_core.formats.text_files import read_text
from interact_core.geometry.rotations import axis_angle_to_matrix

_METRES: Final = 0.001
_TALL: Final = 5.0
"""A mesh that spans more than this is in millimetres."""
_TAIL: Final = ".smplx.npy"
_MESHES: Final = ("mesh.obj", "parts.json", "mesh_tex.obj", "top.obj", "bottom.obj")


@dataclass(frozen=True)
class Arctic:
    models_dir: Path | None = None
    name: str = "arctic"

    def recordings(self, root: Path) -> Iterator[Recording]:
        home = folder_with(root, "raw_seqs", f"s*/*{_TAIL}", "Expected raw_seqs/s<NN>/<sequence>.smplx.npy and meta/ beside it")
        for subject in subfolders(home / "raw_seqs"):
            for path in sorted(subject.glob(f"*{_TAIL}"), key=natural):
                stem = path.name[: -len(_TAIL)]
                meta, thing = home / "meta", home / "meta" / "object_vtemplates" / stem.split("_")[0]
                files = existing(
                    path, path.with_name(f"{stem}.object.npy"), meta / "misc.json",
                    meta / "subject_vtemplates" / f"{subject.name}.obj", *(thing / name for name in _MESHES),
                )  # fmt: skip
                yield Recording(f"{subject.name}_{stem}", self.name, files, partial(self._read, home, path, stem))

    def _read(self, home: Path, path: Path, stem: str) -> Raw:
        entry, notices, meta, subject = SOURCES[self.name], list[Notice](), home / "meta", path.parent.name
        fields = Fields(read_npy_data(path), path)
        turns = {
            "orient": fields.floats("global_orient", (None, 3)), "body": fields.floats("body_pose", (None, 63)),
            "left": fields.floats("left_hand_pose", (None, 45)), "right": fields.floats("right_hand_pose", (None, 45)),
            "transl": fields.floats("transl", (None, 3)), "jaw": fields.floats("jaw_pose", (None, 3)),
            "left_eye": fields.floats("leye_pose", (None, 3)), "right_eye": fields.floats("reye_pose", (None, 3)),
        }  # fmt: skip
        same_length(path, **turns)
        template = mesh_at(meta / "subject_vtemplates", subject, notices)
        shape = template_shape(template.vertices.astype(np.float64), entry.family, meta / "subject_vtemplates" / f"{subject}.obj")
        motion = body_of(entry, _gender(meta / "misc.json", subject, notices), shape, turns, self.models_dir, notices)
        objects = _object(meta, path, stem, motion.num_frames, notices)
        return raw_of(
            entry, f"{subject}_{stem}", path, motion, objects, notices, models_dir=self.models_dir, metadata={"subject": subject}
        )


def _gender(path: Path, subject: str, notices: list[Notice]) -> Gender:
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", path=path, remedy="Copy ARCTIC's meta folder again") from error
    return gender_of(Fields(content, path).inside(subject).text("gender"), notices)


def _object(meta: Path, path: Path, stem: str, frames: int, notices: list[Notice]) -> tuple[ObjectMotion, ...]:
    where = path.with_name(f"{stem}.object.npy")
    params = check_floats(_in_metres(read_npy(where), where), (None, 7), where, "array")
    same_length(where, object=params, body=np.empty((frames, 0)))
    name = stem.split("_")[0]
    folder = meta / "object_vtemplates" / name
    parts = read_arctic_parts(folder, notices)
    if parts is None:
        raise InputError(
            "has no mesh.obj with parts.json, nor top and bottom", path=folder, field="mesh", remedy="Copy ARCTIC's meta folder"
        )
    track = Track(name, axis_angle_to_matrix(params[:, 1:4]), params[:, 4:], None, None, None, None)
    return (ObjectMotion(name, hinged(_parts_in_metres(parts), track, params[:, 0])),)


def _in_metres(params: Any, path: Path) -> Any:
    """Columns arti, rotation vector, translation; the last in millimetres. A room ends before 10 m, as `check_floats` has it."""
    if params.ndim != 2 or params.shape[1] != 7 or params.dtype.kind != "f":
        raise InputError(
            f"holds {params.dtype} {params.shape}, expected (T, 7)", path=path, field="array",
            remedy="Columns are hinge, rotation and translation: copy the file again",
        )  # fmt: skip
    return params.astype(np.float64) * ([1.0] * 4 + [_METRES] * 3)


def _parts_in_metres(parts: ArcticParts) -> ArcticParts:
    span = max(float(np.ptp(mesh.vertices, axis=0).max()) for mesh in (parts.base, parts.lid))
    if span < _TALL:
        return parts

    def smaller(mesh: Mesh) -> Mesh:
        return moved(mesh, mesh.vertices.astype(np.float64) * _METRES)

    return ArcticParts(smaller(parts.base), smaller(parts.lid), parts.centre * _METRES)
