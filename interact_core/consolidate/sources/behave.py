"""Raw BEHAVE at 30 fps: `sequences/<sequence>/{smpl_fit_all.npz, object_fit_all.npz, info.json}` and `objects/<object>/`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Betas, Mesh, Notice
from interact_core.consolidate.sources.building import body_of, f32, first_row, mesh_at, moved, raw_of, rigid
from interact_core.consolidate.sources.fields import Fields, same_length
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import existing, folder_with, name_in_path, subfolders
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.interact_body import gender_of
from interact_core.formats.meshes import read_mesh
from interact_core.formats.npz_files import NpzFile
from interact_core.formats.text_files import read_text
from interact_core.geometry.rotations import axis_angle_to_matrix

_SAME: Final = 0.002
"""Metres between the centres of simplified meshes that still are one."""
_FILES: Final = ("smpl_fit_all.npz", "object_fit_all.npz", "info.json")


@dataclass(frozen=True)
class Behave:
    models_dir: Path | None = None
    name: str = "behave"

    def recordings(self, root: Path) -> Iterator[Recording]:
        home = folder_with(root, "sequences", "*/smpl_fit_all.npz", "Expected sequences/<sequence>/smpl_fit_all.npz")
        for folder in subfolders(home / "sequences"):
            if (folder / _FILES[0]).is_file():
                files = existing(*(folder / name for name in _FILES))
                yield Recording(folder.name, self.name, files + _meshes(home, folder), partial(self._read, home, folder))

    def _read(self, home: Path, folder: Path) -> Raw:
        entry, notices = SOURCES[self.name], list[Notice]()
        body, thing = NpzFile(folder / _FILES[0]), NpzFile(folder / _FILES[1])
        info = _info(folder)
        poses, trans = body.floats("poses", (None, entry.body.pose_width)), body.floats("trans", (None, 3))
        angles, place = thing.floats("angles", (None, 3)), thing.floats("trans", (None, 3))
        same_length(body.path, poses=poses, trans=trans)
        same_length(thing.path, angles=angles, trans=place)
        of_body, of_thing = _matched(body, thing, len(poses), len(angles), notices)
        poses, trans, angles, place = poses[of_body], trans[of_body], angles[of_thing], place[of_thing]
        shape = Betas(f32(first_row(body.array("betas"), body.path)))
        turns = {
            "orient": poses[:, :3], "body": poses[:, 3:66], "left": poses[:, 66:111], "right": poses[:, 111:], "transl": trans,
        }  # fmt: skip
        motion = body_of(entry, gender_of(info.text("gender"), notices), shape, turns, self.models_dir, notices)
        name = name_in_path(info.text("cat"), info.path, "cat")
        mesh = _centred(home / "objects" / name, name, notices)
        objects = (rigid(name, mesh, axis_angle_to_matrix(angles), place),)
        return raw_of(entry, folder.name, folder, motion, objects, notices, models_dir=self.models_dir)


def _info(folder: Path) -> Fields:
    path = folder / "info.json"
    try:
        return Fields(json.loads(read_text(path)), path)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", path=path, remedy="Copy it again") from error


def _meshes(home: Path, folder: Path) -> tuple[Path, ...]:
    try:
        name = name_in_path(_info(folder).text("cat"), folder / "info.json", "cat")
    except InputError:
        return ()  # reading the recording says what is wrong
    return tuple(sorted(p for p in (home / "objects" / name).glob("*") if p.suffix in (".obj", ".ply")))


def _centred(folder: Path, name: str, notices: list[Notice]) -> Mesh:
    """The scan in the frame that the poses fit: less the vertex mean of the simplified mesh beside it, not its own."""
    mesh = mesh_at(folder, name, notices)
    simple = sorted(folder.glob(f"{name}_f*.ply"))
    if not simple:
        notices.append(Notice(
            "mesh-centre-unsure", f"There is no simplified mesh {name}_f<faces>.ply: the scan's own vertex mean is taken for the "
            "centre that the poses fit, which may shift the object by some centimetres.", "mesh",
        ))  # fmt: skip
    centres = [m.vertices.astype(np.float64).mean(axis=0) for m in [read_mesh(path) for path in simple] or [mesh]]
    if np.ptp(centres, axis=0).max() > _SAME:
        told = ", ".join(path.name for path in simple)
        notices.append(Notice("mesh-centre-unsure", f"{told} have different centres; that of {simple[0].name} is taken.", "mesh"))
    centre = centres[0]
    return moved(mesh, mesh.vertices - centre, name)


def _matched(
    body: NpzFile, thing: NpzFile, bodies: int, things: int, notices: list[Notice]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of both files with the same time. Fits may lack frames, each file its own."""
    if "frame_times" not in body.keys or "frame_times" not in thing.keys:
        if bodies != things:
            thing.require("frame_times")
            body.require("frame_times")
        return np.arange(bodies), np.arange(things)
    times = [np.asarray(file.array("frame_times")).astype(str).reshape(-1) for file in (body, thing)]
    for file, said, count in zip((body, thing), times, (bodies, things), strict=True):
        if len(said) != count:
            raise InputError(
                f"has {len(said)} times for {count} frames", path=file.path, field="frame_times", remedy="Copy the file again"
            )
    common, first, second = np.intersect1d(times[0], times[1], return_indices=True)
    if len(common) == 0:
        raise InputError(
            f"shares no frame time with {body.path.name}", path=thing.path, field="frame_times",
            remedy="Both files must belong to the same sequence",
        )  # fmt: skip
    order = np.argsort(first)
    if lost := max(bodies, things) - len(common):
        text = f"{lost} frames are in one of the two files only and are left out: the motion jumps where they lay inside."
        notices.append(Notice("frames-unmatched", text, "frame_times"))
    return first[order], second[order]
