"""A clip with its meshes in one folder, exact to float32: what the versions of a project are kept in.

human.npz and object*.npz have the keys of the InterAct writer, so that they can be read without this program; beside
`angles` stands `rotation`, because an axis-angle does not bring every matrix back bit by bit. Meshes lie in the folder
too: a version stays whole whatever becomes of the data it came from. Captions are not here, they belong to the clip.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion, Clip, Family, Hinge, Mesh, ObjectMotion, ObjectPart, Source
from interact_core.errors import InputError
from interact_core.formats.atomic import npy_bytes, npz_bytes
from interact_core.formats.datasets import DATASETS
from interact_core.formats.interact_body import BodySettings, read_body
from interact_core.formats.interact_writer import human_arrays, object_files
from interact_core.formats.npz_files import NpzFile, check_floats, read_npy
from interact_core.formats.text_files import read_text

CLIP_FILE: Final = "clip.json"
_FORM: Final = "interact/clip"
_VERSION: Final = 1


def clip_files(clip: Clip) -> dict[str, bytes]:
    """Everything to be written, by file name. InputError where the clip holds values that are no numbers."""
    _check_finite(clip)
    files = {"human.npz": npz_bytes(human_arrays(clip.body))}
    parts = [part for obj in clip.objects for part in obj.parts]
    names = []
    for number, ((name, arrays), part) in enumerate(zip(object_files(clip.objects), parts, strict=True)):
        files[name] = npz_bytes({**arrays, "rotation": np.asarray(part.rotation, np.float32)})
        files[f"mesh_{number}.npz"] = npz_bytes({"vertices": part.mesh.vertices, "faces": part.mesh.faces})
        names.append(name)
    if clip.recorded_contact:
        files["contact.npz"] = npz_bytes(dict(clip.recorded_contact))
    if clip.recorded_joints is not None:
        files["joints.npy"] = npy_bytes(clip.recorded_joints)
    files[CLIP_FILE] = json.dumps(_facts(clip, names), indent=1, ensure_ascii=False).encode("utf-8")
    return files


def read_clip_files(folder: Path) -> Clip:
    """The clip of a folder that `clip_files` filled, without captions. InputError names the file that cannot be used."""
    path = folder / CLIP_FILE
    try:
        facts = json.loads(read_text(path))
        if facts["form"] != _FORM or facts["version"] > _VERSION:
            raise ValueError(f"{facts['form']}, version {facts['version']}")
        body = _body(folder, facts["family"])
        clip = Clip(
            id=str(facts["id"]), fps=float(facts["fps"]), body=body, objects=_objects(folder, facts["objects"], body.num_frames),
            actions=tuple(map(str, facts["actions"])), source=_source(facts["source"]),
            recorded_joints=_joints(folder, body.num_frames), recorded_contact=_contact(folder),
            metadata=MappingProxyType({str(k): str(v) for k, v in facts["metadata"].items()}),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"cannot be used ({error})", path=path, remedy="Delete this version, or bring the folder back"
        ) from error
    return clip


def _check_finite(clip: Clip) -> None:
    body = clip.body
    arrays = {"the body's pose": body.full_pose(), "the body's place": body.transl}
    arrays |= {f"the rotation of {p.name}": p.rotation for o in clip.objects for p in o.parts}
    arrays |= {f"the place of {p.name}": p.translation for o in clip.objects for p in o.parts}
    for name, values in arrays.items():
        if not np.isfinite(values).all():
            raise InputError(f"{name} has values that are not numbers", field=clip.id, remedy="Nothing was stored")


def _facts(clip: Clip, files: list[str]) -> dict[str, Any]:
    numbers = iter(range(len(files)))
    objects = [
        {"name": obj.name, "parts": [
            {"name": part.name, "file": files[k], "mesh": f"mesh_{k}.npz", "mesh_name": part.mesh.name}
            for part in obj.parts for k in [next(numbers)]
        ]} for obj in clip.objects
    ]  # fmt: skip
    source = clip.source
    where = None if source is None else {
        "path": str(source.path), "format": source.format, "dataset": source.dataset,
        "world_from_source": np.asarray(source.world_from_source).tolist(),
    }  # fmt: skip
    return {
        "form": _FORM, "version": _VERSION, "id": clip.id, "fps": clip.fps, "family": clip.body.family,
        "objects": objects, "actions": list(clip.actions), "metadata": dict(clip.metadata), "source": where,
    }  # fmt: skip


def _body(folder: Path, family: Family) -> BodyMotion:
    """Read as the demo's: absolute axis-angle hands, whatever the dataset of the clip has."""
    entry = replace(DATASETS["demo"], betas=0)
    return read_body(folder / "human.npz", BodySettings(entry, family, None, None, None), [])


def _objects(folder: Path, listed: list[dict[str, Any]], frames: int) -> tuple[ObjectMotion, ...]:
    return tuple(
        ObjectMotion(str(entry["name"]), tuple(_part(folder, part, frames) for part in entry["parts"])) for entry in listed
    )


def _part(folder: Path, entry: Mapping[str, str], frames: int) -> ObjectPart:
    track, mesh = NpzFile(folder / entry["file"]), NpzFile(folder / entry["mesh"])
    hinge = None
    if "hinge_angle" in track.keys:
        shapes: dict[str, tuple[int | None, ...]] = {"axis": (3,), "point": (3,), "angle": (frames,)}
        hinge = Hinge(**{name: _f32(track.floats(f"hinge_{name}", shape)) for name, shape in shapes.items()})
    return ObjectPart(
        name=str(entry["name"]),
        mesh=Mesh(
            _f32(mesh.floats("vertices", (None, 3))), mesh.array("faces").astype(np.int32), str(entry.get("mesh_name", ""))
        ),
        rotation=_f32(track.floats("rotation", (frames, 3, 3))),
        translation=_f32(track.floats("trans", (frames, 3))),
        parent=track.string("parent") if "parent" in track.keys else None,
        hinge=hinge,
        missing=track.array("missing").astype(bool) if "missing" in track.keys else None,
    )


def _joints(folder: Path, frames: int) -> NDArray[np.float32] | None:
    path = folder / "joints.npy"
    return _f32(check_floats(read_npy(path), (frames, 52, 3), path, None)) if path.is_file() else None


def _contact(folder: Path) -> Mapping[str, NDArray[np.float32]]:
    path = folder / "contact.npz"
    if not path.is_file():
        return MappingProxyType({})
    file = NpzFile(path)
    return MappingProxyType({key: file.array(key).astype(np.float32) for key in sorted(file.keys)})


def _source(entry: Mapping[str, Any] | None) -> Source | None:
    if entry is None:
        return None
    turn = np.asarray(entry["world_from_source"], np.float64).reshape(4, 4)
    return Source(Path(entry["path"]), str(entry["format"]), str(entry["dataset"]), turn)


def _f32(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32)
