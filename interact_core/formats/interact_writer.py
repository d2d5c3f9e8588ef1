"""Write a clip as an InterAct clip folder with the standard keys (and a few of ours where InterAct has none).

<root>/<dataset>/sequences_canonical/<clip>/{human.npz, object.npz | object_<object>_<part>.npz, text.txt, ...}
<root>/<dataset>/objects/<object>/{<object>.obj | <part>.obj}

Ours: `rest_joints`, `jaw_pose`, `eye_pose` in human.npz; `missing`, `parent`, `hinge_*` in part files; contact.npz and
meta.json. Readers that do not know them lose nothing InterAct has. Arrays are float32, hands absolute axis-angle.
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart, TemplateVertices
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, npy_bytes, npz_bytes, write_bytes
from interact_core.formats.datasets import Dataset, dataset_for
from interact_core.formats.meshes import read_mesh
from interact_core.formats.text_files import ACTIONS
from interact_core.formats.words.action_txt import action_vector, new_action_file
from interact_core.formats.words.text_txt import LINE_ENDS, Spelling, new_text_file
from interact_core.geometry.rotations import matrix_to_axis_angle

Arrays = dict[str, NDArray[Any]]
_NAME = re.compile(r"[\w][\w .()+-]*")


def write_clip(clip: Clip, root: Path, dataset: str, *, overwrite: bool = False) -> Path:
    """Write the clip under its id's last part and return its folder: whole or not at all.

    InputError if it exists and may not be overwritten, if it would land in the clip's own source dataset, if the
    dataset stores hands in a coding that needs the licensed model, or if the disk refuses.
    """
    entry = _writable(dataset)
    name = clip.id.rsplit("/", 1)[-1]
    check_names(clip, name)
    target = Path(root) / dataset / "sequences_canonical" / name
    _never_into_source(clip, Path(root) / dataset)
    with new_folder(target, overwrite=overwrite) as folder:
        _write_meshes(clip.objects, Path(root) / dataset / "objects", overwrite)
        fill_folder(clip, folder, face=entry.face)
        meta = {**clip.metadata, "fps": f"{clip.fps:g}", "family": clip.body.family}
        (folder / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), "utf-8")
    return target


def fill_folder(clip: Clip, folder: Path, *, face: bool = False) -> None:
    """The clip's own files, short of meta.json: motion, words, and what the source recorded beside them."""
    (folder / "human.npz").write_bytes(npz_bytes(human_arrays(clip.body, face=face)))
    for file, arrays in object_files(clip.objects):
        (folder / file).write_bytes(npz_bytes(arrays))
    write_words(clip, folder)
    if clip.recorded_contact:
        (folder / "contact.npz").write_bytes(npz_bytes(dict(clip.recorded_contact)))
    if clip.recorded_joints is not None:
        (folder / "joints.npy").write_bytes(npy_bytes(clip.recorded_joints))


def obj_text(mesh: Mesh) -> str:
    """Wavefront OBJ of a mesh; nine significant digits bring every float32 back exactly."""
    vertices = "\n".join(f"v {x:.9g} {y:.9g} {z:.9g}" for x, y, z in mesh.vertices.tolist())
    faces = "\n".join(f"f {a} {b} {c}" for a, b, c in (mesh.faces + 1).tolist())
    return f"{vertices}\n{faces}\n"


def _writable(dataset: str) -> Dataset:
    entry = dataset_for(dataset)
    if entry is None:
        raise InputError(f"'{dataset}' is no dataset we know", field="dataset", remedy="Use 'demo' or an InterAct dataset's name")
    if entry.hand_coding == "pca" or entry.hand_mean == "mean":
        raise InputError(
            f"{dataset} stores hands relative to the licensed model; absolute hands cannot be written there",
            field="dataset", remedy=f"Write to '{entry.base or entry.name}_smplh' or 'demo', whose hands are absolute",
        )  # fmt: skip
    return entry


def check_names(clip: Clip, name: str) -> None:
    """InputError where a name of the clip cannot be a file's."""
    names = [name, *(o.name for o in clip.objects), *(p.name for o in clip.objects for p in o.parts)]
    for text in names:
        if not _NAME.fullmatch(text):
            raise InputError(f"'{text}' cannot be a file name", field="name", remedy="Use letters, digits, '_' and '-'")
    parts = [p.name for o in clip.objects for p in o.parts]
    if needs_parts(clip.objects) and (bad := next((p for p in parts if "_" in p), None)):
        raise InputError(
            f"part '{bad}' has an underscore, which separates object and part", field="name", remedy="Rename the part"
        )


def _never_into_source(clip: Clip, target: Path) -> None:
    if clip.source is None:
        return
    source, target = clip.source.path.resolve(), target.resolve()
    if source.is_relative_to(target) or target.is_relative_to(source):
        raise InputError(
            "is where the clip was read from; sources are never changed", path=target, remedy="Choose another folder"
        )


def human_arrays(body: BodyMotion, *, face: bool = False) -> Arrays:
    """The keys of human.npz, hands absolute; with `face`, jaw and eyes are columns of `poses`, as ARCTIC has them."""
    t = body.num_frames
    columns = [body.global_orient, body.body_pose, body.left_hand_pose, body.right_hand_pose]
    extra: Arrays = {}
    if face:
        jaw = body.jaw_pose if body.jaw_pose is not None else np.zeros((t, 3))
        columns += [jaw, body.eye_pose if body.eye_pose is not None else np.zeros((t, 2, 3))]
    else:
        extra |= {} if body.jaw_pose is None else {"jaw_pose": _f32(body.jaw_pose)}
        extra |= {} if body.eye_pose is None else {"eye_pose": _f32(body.eye_pose)}
    poses = np.concatenate([c.reshape(t, -1) for c in columns], axis=1)
    return {"poses": _f32(poses), "trans": _f32(body.transl), **_shape(body), "gender": np.array(body.gender), **extra}


def _shape(body: BodyMotion) -> Arrays:
    if isinstance(body.shape, Betas):
        return {"betas": _f32(body.shape.values)}
    if isinstance(body.shape, TemplateVertices):
        return {"vtemp": _f32(body.shape.vertices)}
    return {"rest_joints": _f32(body.shape.joints)}


def _f32(values: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


def needs_parts(objects: tuple[ObjectMotion, ...]) -> bool:
    """Whether every part has a file of its own."""
    return len(objects) > 1 or any(len(o.parts) > 1 for o in objects)


def object_files(objects: tuple[ObjectMotion, ...]) -> list[tuple[str, Arrays]]:
    """File name and arrays of every part, in the order of objects and their parts."""
    if not needs_parts(objects):
        return [("object.npz", _track(part, obj.name)) for obj in objects for part in obj.parts]
    return [
        (f"object_{obj.name}_{part.name}.npz", _track(part, f"{obj.name}_{part.name}")) for obj in objects for part in obj.parts
    ]


def _track(part: ObjectPart, name: str) -> Arrays:
    arrays: Arrays = {
        "angles": _f32(matrix_to_axis_angle(part.rotation)), "trans": _f32(part.translation), "name": np.array(name),
    }  # fmt: skip
    if part.missing is not None:
        arrays["missing"] = part.missing
    if part.parent is not None:
        arrays["parent"] = np.array(part.parent)
    if part.hinge is not None:
        arrays |= {
            "hinge_axis": _f32(part.hinge.axis),
            "hinge_point": _f32(part.hinge.point),
            "hinge_angle": _f32(part.hinge.angle),
        }
    return arrays


def mesh_stems(obj: ObjectMotion, *, several: bool) -> list[str]:
    """File names of the parts' meshes, without suffix; `several` as :func:`needs_parts` says of the clip."""
    return [part.name if several else obj.name for part in obj.parts]


def _write_meshes(objects: tuple[ObjectMotion, ...], folder: Path, overwrite: bool) -> None:
    """Meshes are shared by the dataset's clips: an equal one stays, a different one is an error unless told otherwise."""
    for obj in objects:
        for stem, part in zip(mesh_stems(obj, several=needs_parts(objects)), obj.parts, strict=True):
            path = folder / obj.name / f"{stem}.obj"
            if path.exists() and not overwrite:
                if not _same_surface(read_mesh(path), part.mesh):
                    raise InputError(
                        "is another mesh of the same name", path=path, remedy="Rename the object or ask for it to be overwritten"
                    )
                continue
            write_bytes(path, obj_text(part.mesh).encode())


def _same_surface(a: Mesh, b: Mesh) -> bool:
    return a.vertices.shape == b.vertices.shape and bool(np.array_equal(a.vertices, b.vertices))


def write_words(clip: Clip, folder: Path) -> None:
    """Captions and actions, a bare carriage return between records as InterAct has it. Every character stays."""
    if clip.captions:
        file = new_text_file(clip.captions, clip.fps, Spelling(line_end=LINE_ENDS["cr"], plain=False))
        (folder / "text.txt").write_bytes(file.data())
    known = [name for name in clip.actions if name in ACTIONS]
    if known:
        (folder / "action.txt").write_bytes(new_action_file(known, clip.objects[0].name if clip.objects else "").data())
        (folder / "action.npy").write_bytes(npy_bytes(action_vector(known)))
