"""AMASS: `**/*_poses.npz` (SMPL+H, 156 numbers) and `**/*_stageii.npz` (SMPL-X, 165 in the model's own order); z up, any rate."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.clip import Betas, Notice
from interact_core.consolidate.sources.building import Doubles, body_of, f32, raw_of
from interact_core.consolidate.sources.fields import same_length
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.roots import natural
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError
from interact_core.formats.interact_body import gender_of
from interact_core.formats.npz_files import NpzFile

_RATES: Final = ("mocap_framerate", "mocap_frame_rate")
_FAMILIES: Final = {"smplx": "smplx", "smplx_locked_head": "smplx", "smplh": "smplh"}


@dataclass(frozen=True)
class Amass:
    models_dir: Path | None = None
    name: str = "amass"

    def recordings(self, root: Path) -> Iterator[Recording]:
        root = Path(root)
        found = [p for pattern in ("*_poses.npz", "*_stageii.npz") for p in root.rglob(pattern)]
        if not found:
            raise InputError("holds no recordings of this source", path=root, remedy="Expected *_poses.npz or *_stageii.npz")
        for path in sorted(found, key=lambda p: (p.parent, natural(p))):
            name = "_".join((*path.relative_to(root).parts[:-1], path.stem.removesuffix("_poses").removesuffix("_stageii")))
            yield Recording(name, self.name, (path,), partial(self._read, path, name))

    def _read(self, path: Path, name: str) -> Raw:
        file, notices = NpzFile(path), list[Notice]()
        poses, trans = file.floats("poses", (None, None)), file.floats("trans", (None, 3))
        same_length(path, poses=poses, trans=trans)
        entry = SOURCES[self.name]
        if poses.shape[1] == 165:
            entry = replace(entry, body=replace(entry.body, family="smplx"))
        said = file.string("surface_model_type") if "surface_model_type" in file.keys else entry.family
        if _FAMILIES.get(said, said) != entry.family or poses.shape[1] not in (156, 165):
            raise InputError(
                f"has {poses.shape[1]} columns for the body '{said[:20]}'; 156 of SMPL+H and 165 of SMPL-X are known", path=path,
                field="poses", remedy="Download the SMPL+H or SMPL-X version of the recording",
            )  # fmt: skip
        gender = gender_of(file.string("gender"), notices)
        shape = Betas(f32(file.floats("betas", (None,) * file.array("betas").ndim).reshape(-1)[:16]))
        motion = body_of(entry, gender, shape, {**_turns(poses), "transl": trans}, self.models_dir, notices)
        _note_markers(file, notices)
        return raw_of(entry, name, path, motion, (), notices, fps=_rate(file), models_dir=self.models_dir)


def _turns(poses: Doubles) -> dict[str, Doubles]:
    """The older files have hands behind the body, the newer ones jaw and eyes between them."""
    turns = {"orient": poses[:, :3], "body": poses[:, 3:66]}
    if poses.shape[1] == 156:
        return {**turns, "left": poses[:, 66:111], "right": poses[:, 111:156]}
    face = {"jaw": poses[:, 66:69], "left_eye": poses[:, 69:72], "right_eye": poses[:, 72:75]}
    return {**turns, **face, "left": poses[:, 75:120], "right": poses[:, 120:165]}


def _rate(file: NpzFile) -> float:
    key = next((key for key in _RATES if key in file.keys), None)
    if key is None:
        file.require(_RATES[0])
    fps = float(file.floats(str(key), ()))
    if not 1 <= fps <= 1000:
        raise InputError(f"is {fps:g}", path=file.path, field=str(key), remedy="Expected 1 to 1000 frames per second")
    return fps


def _note_markers(file: NpzFile, notices: list[Notice]) -> None:
    """Markers are not carried, but how many were lost says how far the fit can be trusted."""
    if "markers" not in file.keys:
        return
    markers = file.array("markers")
    lost = float(np.isnan(markers).any(axis=-1).mean()) if markers.dtype.kind == "f" and markers.size else 0.0
    if lost:
        notices.append(Notice("markers-unseen", f"{100 * lost:.1f} % of the recorded markers were not seen", "markers", "info"))
