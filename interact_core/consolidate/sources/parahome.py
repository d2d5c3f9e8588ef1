"""Raw ParaHome: `smplx_seq/s<N>/` (body), `seq/s<N>/` (scene: parts with a matrix per frame) and `scan/<object>/simplified/`.

A part is in the frames in which it was seen only. Elsewhere it holds its last known pose here and is marked missing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Betas, BodyMotion, Notice, ObjectMotion, ObjectPart
from interact_core.consolidate.sources.building import Doubles, body_of, check_proper, f32, first_row, raw_of
from interact_core.consolidate.sources.fields import Fields, same_length
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import existing, folder_with, name_in_path, subfolders
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.companions import mesh_in
from interact_core.formats.interact_body import gender_of
from interact_core.formats.meshes import read_mesh_noting
from interact_core.formats.npz_files import check_floats
from interact_core.formats.parahome_gaps import fill_gaps
from interact_core.formats.plain_data import keys_of
from interact_core.formats.text_files import read_text
from interact_core.formats.torch_data import read_torch_data

PARTS: Final = ("base", "part1", "part2")
_BODY: Final = ("smplx_params.pkl", "smplx_pose.pkl")
_SCENE: Final = ("object_in_scene.json", "object_transformations.pkl")


@dataclass(frozen=True)
class ParaHome:
    models_dir: Path | None = None
    name: str = "parahome"

    def recordings(self, root: Path) -> Iterator[Recording]:
        home = folder_with(root, "smplx_seq", f"s*/{_BODY[1]}", f"Expected smplx_seq/s<N>/{_BODY[1]}, seq/ and scan/ beside it")
        for folder in subfolders(home / "smplx_seq"):
            if (folder / _BODY[1]).is_file():
                scene = home / "seq" / folder.name
                files = existing(*(folder / f for f in _BODY), *(scene / f for f in _SCENE))
                meshes = tuple(sorted((home / "scan").glob("*/simplified/*.obj")))
                yield Recording(folder.name, self.name, files + meshes, partial(self._read, home, folder))

    def _read(self, home: Path, folder: Path) -> Raw:
        entry, notices = SOURCES[self.name], list[Notice]()
        motion = self._body(folder, notices)
        scene = home / "seq" / folder.name
        names = _present(scene / _SCENE[0])
        seen = _seen(scene / _SCENE[1], motion.num_frames, notices)
        objects = tuple(o for name in names if (o := _object(home, name, seen, notices)))
        return raw_of(
            entry, folder.name, folder, motion, objects, notices, models_dir=self.models_dir, metadata={"subject": folder.name}
        )

    def _body(self, folder: Path, notices: list[Notice]) -> BodyMotion:
        entry, path = SOURCES[self.name], folder / _BODY[1]
        params, pose = Fields(read_torch_data(folder / _BODY[0]), folder / _BODY[0]), Fields(read_torch_data(path), path)
        hands = pose.floats("hand_pose", (None, 30, 3))
        turns = {
            "orient": pose.floats("global_orient", (None, 3)), "body": pose.floats("body_pose", (None, 63)),
            "left": hands[:, :15].reshape(-1, 45), "right": hands[:, 15:].reshape(-1, 45),
            "transl": pose.floats("transl", (None, 3)),
        }  # fmt: skip
        same_length(path, **turns)
        betas = first_row(params.array("beta"), params.path, "beta")
        return body_of(entry, gender_of(params.text("gender"), notices), Betas(f32(betas)), turns, self.models_dir, notices)


def _present(path: Path) -> tuple[str, ...]:
    """Objects that the scene says are there."""
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", path=path, remedy="Copy the sequence again") from error
    return tuple(name_in_path(str(name), path, "object") for name, there in keys_of(content, path, "scene").items() if there)


@dataclass(frozen=True)
class _Seen:
    """By part, frame -> matrix, as far as it was seen."""

    path: Path
    num_frames: int
    parts: Mapping[str, Mapping[int, Any]]


def _seen(path: Path, num_frames: int, notices: list[Notice]) -> _Seen:
    found: dict[str, dict[int, Any]] = {}
    outside = 0
    for frame, parts in keys_of(read_torch_data(path), path).items():
        try:
            index = int(frame)
        except (TypeError, ValueError) as error:
            raise InputError(f"has the frame '{str(frame)[:20]}'", path=path, field="frame", remedy="Copy it again") from error
        if not 0 <= index < num_frames:
            outside += 1
            continue
        for name, matrix in keys_of(parts, path, f"[{index}]").items():
            found.setdefault(str(name), {})[index] = matrix
    if outside:
        notices.append(
            Notice("frames-unmatched", f"{outside} frames of the objects lie outside the body's {num_frames}", path.name)
        )
    if not found:
        raise InputError("has no pose in any frame of the body", path=path, field="frame", remedy="Copy the sequence again")
    return _Seen(path, num_frames, found)


def _object(home: Path, name: str, seen: _Seen, notices: list[Notice]) -> ObjectMotion | None:
    made: list[ObjectPart] = []
    for suffix in PARTS:
        if f"{name}_{suffix}" in seen.parts:
            part = _part(home / "scan" / name / "simplified", name, suffix, seen, notices)
            if part is not None:
                made.append(replace(part, parent="base") if made and made[0].name == "base" else part)
    return ObjectMotion(name, tuple(made)) if made else None


def _part(folder: Path, name: str, suffix: str, seen: _Seen, notices: list[Notice]) -> ObjectPart | None:
    found = mesh_in(folder, suffix)
    if found is None:
        text = f"No mesh scan/{name}/simplified/{suffix}.obj; the part is left out."
        notices.append(Notice("mesh-missing", text, "objects", "error"))
        return None
    mesh, more = read_mesh_noting(found)
    notices.extend(more)
    every, missing = _every_frame(f"{name}_{suffix}", seen)
    if missing.any():
        text = f"{name}_{suffix}: not seen in {int(missing.sum())} frames; its last known pose is held"
        notices.append(Notice("part-missing", text, f"{name}_{suffix}", "info"))
    return ObjectPart(suffix, mesh, f32(every[:, :3, :3]), f32(every[:, :3, 3]), missing=missing if missing.any() else None)


def _every_frame(place: str, seen: _Seen) -> tuple[Doubles, NDArray[np.bool_]]:
    """(T, 4, 4) with gaps held, and where the gaps are."""
    frames = sorted(seen.parts[place])
    some = [np.asarray(seen.parts[place][frame]) for frame in frames]
    if any(matrix.shape != (4, 4) or matrix.dtype.kind not in "fiu" for matrix in some):
        raise InputError("holds something that is no 4 x 4 matrix", path=seen.path, field=place, remedy="Copy the sequence again")
    poses = check_floats(np.stack(some), (None, 4, 4), seen.path, place)
    check_proper(poses[:, :3, :3], seen.path, place)
    every, missing = np.zeros((seen.num_frames, 4, 4)), np.ones(seen.num_frames, bool)
    every[frames], missing[frames] = poses, False
    return every[fill_gaps(missing)], missing
