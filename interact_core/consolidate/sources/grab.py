"""Raw GRAB: `grab/s<N>/<sequence>.npz` of pickled dictionaries, `tools/{object,subject}_meshes`, 120 frames per second, z up.

Object rotations act on row vectors there, v R + t, so ours is the inverse: the negated rotation vector (defect D2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from interact_core.clip import BodyMotion, Mesh, Notice
from interact_core.consolidate.sources.building import Doubles, body_of, mesh_at, raw_of, rigid
from interact_core.consolidate.sources.fields import Fields, same_length
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import folder_with, name_in_path, natural, subfolders
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.hand_basis import find_hand_bases
from interact_core.formats.interact_body import gender_of, template_shape
from interact_core.formats.npz_files import NpzFile
from interact_core.geometry.rotations import axis_angle_to_matrix

_OBJECTS = ("tools/object_meshes/contact_meshes", "tools/object_meshes")
_SUBJECTS = ("tools/subject_meshes/male", "tools/subject_meshes/female", "tools/subject_meshes")
_LEFT, _RIGHT = slice(75, 120), slice(120, 165)
_DIFFERENT = 0.05
"""Radians between the decoded hands and those in fullpose from which on a word is said."""


@dataclass(frozen=True)
class Grab:
    models_dir: Path | None = None
    name: str = "grab"

    def recordings(self, root: Path) -> Iterator[Recording]:
        home = folder_with(root, "grab", "s*/*.npz", "Expected grab/s<N>/<sequence>.npz and tools/ beside grab/")
        for subject in subfolders(home / "grab"):
            for path in sorted(subject.glob("*.npz"), key=natural):
                files = (path, *_meshes(home, subject.name, path.stem))
                yield Recording(f"{subject.name}_{path.stem}", self.name, files, partial(self._read, home, path))

    def _read(self, home: Path, path: Path) -> Raw:
        entry, notices, file = SOURCES[self.name], list[Notice](), NpzFile(path)
        fields = Fields({key: file.data(key) for key in ("gender", "framerate", "body", "object") if key in file.keys}, path)
        body, thing = fields.inside("body"), fields.inside("object")
        motion = self._body(home, path, fields, body, notices)
        placed = thing.inside("params")
        turn, place = placed.floats("global_orient", (None, 3)), placed.floats("transl", (None, 3))
        same_length(path, body=motion.transl, object=place, rotation=turn)
        mesh, name = _object_mesh(home, thing, path, notices)
        objects = (rigid(name, mesh, axis_angle_to_matrix(-turn), place),)
        fps = fields.number("framerate") if fields.has("framerate") else entry.fps
        if not 1 <= fps <= 1000:
            raise InputError(f"is {fps:g}", path=path, field="framerate", remedy="GRAB has 120 frames per second")
        full = f"{path.parent.name}_{path.stem}"
        return raw_of(
            entry, full, path, motion, objects, notices, fps=fps, models_dir=self.models_dir,
            metadata={"subject": path.parent.name},
        )  # fmt: skip

    def _body(self, home: Path, path: Path, fields: Fields, body: Fields, notices: list[Notice]) -> BodyMotion:
        entry, params = SOURCES[self.name], body.inside("params")
        gender = gender_of(fields.text("gender"), notices)
        width = entry.body.hand_width
        turns = {
            "orient": params.floats("global_orient", (None, 3)), "body": params.floats("body_pose", (None, 63)),
            "left": params.floats("left_hand_pose", (None, width)), "right": params.floats("right_hand_pose", (None, width)),
            "transl": params.floats("transl", (None, 3)), "jaw": params.floats("jaw_pose", (None, 3)),
            "left_eye": params.floats("leye_pose", (None, 3)), "right_eye": params.floats("reye_pose", (None, 3)),
        }  # fmt: skip
        same_length(path, **turns)
        full = params.floats("fullpose", (len(turns["transl"]), 165)) if params.has("fullpose") else None
        if full is not None and find_hand_bases(self.models_dir, gender) is None:
            turns["left"], turns["right"] = full[:, _LEFT], full[:, _RIGHT]
            notices.append(Notice(
                "hands-from-fullpose", "The licensed hand basis is not at hand, so the hands are those that the recording's "
                "'fullpose' holds in full.", "body.params.fullpose", "info",
            ))  # fmt: skip
        shape = template_shape(_subject(home, body, path, notices).vertices.astype(np.float64), entry.family, path)
        motion = body_of(entry, gender, shape, turns, self.models_dir, notices)
        _compare(motion, full, notices)
        return motion


def _compare(motion: BodyMotion, full: Doubles | None, notices: list[Notice]) -> None:
    """Where both are there, the decoded hands and the full ones must say the same: that settles the hand mean."""
    if full is None:
        return
    hands = np.concatenate((motion.left_hand_pose, motion.right_hand_pose), axis=1).reshape(len(full), 90)
    away = float(np.abs(hands - full[:, 75:165]).mean())
    if away > _DIFFERENT:
        text = f"Decoded hands and those in 'fullpose' differ by {away:.2f} rad on average: basis, mean or file disagree."
        notices.append(Notice("hands-disagree", text, "body.params"))


def _meshes(home: Path, subject: str, stem: str) -> tuple[Path, ...]:
    """By the names that GRAB uses; the paths inside the file are followed when it is read."""
    name = stem.split("_")[0]
    places = [home / f / f"{name}.ply" for f in _OBJECTS] + [home / f / f"{subject}.ply" for f in _SUBJECTS]
    return tuple(p for p in places if p.is_file())


def _named_mesh(home: Path, fields: Fields, key: str, folders: tuple[str, ...], path: Path, notices: list[Notice]) -> Mesh:
    """The mesh whose path the file states, below the dataset's folder; only its name counts where that does not exist."""
    said = Path(fields.text(key).replace("\\", "/"))
    stem = name_in_path(said.stem, path, fields.place(key))
    inside = said if not said.is_absolute() and ".." not in said.parts else Path(said.name)
    for folder in (str(inside.parent), *folders):
        if (home / folder / f"{stem}{said.suffix or '.ply'}").is_file():
            return mesh_at(home / folder, stem, notices)
    return mesh_at(home / folders[0], stem, notices)


def _object_mesh(home: Path, thing: Fields, path: Path, notices: list[Notice]) -> tuple[Mesh, str]:
    mesh = _named_mesh(home, thing, "object_mesh", _OBJECTS, path, notices)
    return mesh, Path(thing.text("object_mesh").replace("\\", "/")).stem


def _subject(home: Path, body: Fields, path: Path, notices: list[Notice]) -> Mesh:
    return _named_mesh(home, body, "vtemp", _SUBJECTS, path, notices)
