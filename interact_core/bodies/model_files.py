"""Finds and checks the licensed model files in the folder that the user set."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.safe_pickle import read_array_pickle
from interact_core.clip import Family, Gender
from interact_core.errors import InputError, MissingModelError

NAMES: Final[dict[str, str]] = {"smpl": "SMPL", "smplh": "SMPL-H", "smplx": "SMPL-X", "open": "Open body"}
SITES: Final[dict[str, str]] = {
    "smpl": "https://smpl.is.tue.mpg.de", "smplh": "https://mano.is.tue.mpg.de", "smplx": "https://smpl-x.is.tue.mpg.de",
}  # fmt: skip
JOINT_COUNT: Final = {"smpl": 24, "smplh": 52, "smplx": 55}
VERTEX_COUNT: Final = {"smpl": 6890, "smplh": 6890, "smplx": 10475}
_FIELDS: Final = ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f")


@dataclass(frozen=True)
class ModelData:
    """A model file's arrays, checked: V vertices, J joints, S shape directions (SMPL-X's expressions left out)."""

    path: Path
    family: Family
    gender: Gender
    template: NDArray[np.float32]
    shape_directions: NDArray[np.float32]
    pose_directions: NDArray[np.float32]
    joint_regressor: NDArray[np.float32]
    weights: NDArray[np.float32]
    parents: NDArray[np.int64]
    faces: NDArray[np.int32]


def find_model_files(models_dir: Path, family: Family, gender: Gender) -> list[Path]:
    """Existing files of a model, most capable first; the layouts of smplx, AMASS and the official archives are known."""
    upper, initial = gender.upper(), gender[0]
    stems = [f"{family}/{family}_{upper}", f"{family}_{upper}", f"models/{family}/{family}_{upper}"]
    if family == "smplh":
        stems = [f"smplh/{gender}/model", f"{gender}/model", f"models/smplh/{gender}/model", *stems]
    if family == "smpl":
        official = [f"basicmodel_{initial}_lbs_10_207_0_v{version}" for version in ("1.1.0", "1.0.0")]
        official.append(f"basicmodel_{gender}_lbs_10_207_0_v1.0.0")
        stems += [f"{folder}{name}" for folder in ("smpl/", "", "models/smpl/", "models/") for name in official]
    found = []
    for stem in stems:
        found += [path for suffix in (".npz", ".pkl") if (path := _existing(models_dir, stem + suffix)) is not None]
    return found


def _existing(folder: Path, relative: str) -> Path | None:
    """The file whatever the case of its name: SMPLH_male.pkl, SMPLH_MALE.pkl and smplh_male.pkl all occur."""
    for part in relative.split("/"):
        try:
            names = {entry.name.lower(): entry for entry in folder.iterdir()}
        except OSError:
            return None
        if part.lower() not in names:
            return None
        folder = names[part.lower()]
    return folder if folder.is_file() else None


def load_model(models_dir: Path, family: Family, gender: Gender, num_betas: int = 0) -> ModelData:
    """The first file that has at least `num_betas` shape directions.

    MissingModelError when there is no file, InputError naming file and field when what is there cannot be used.
    """
    paths = find_model_files(models_dir, family, gender)
    if not paths:
        raise MissingModelError(
            f"no {NAMES[family]} model for gender '{gender}' here", path=models_dir,
            remedy=f"Put {family}/{family.upper()}_{gender.upper()}.npz into this folder (from {SITES[family]})",
        )  # fmt: skip
    data = None
    for path in paths:
        data = read_model(path, family, gender)
        if data.shape_directions.shape[2] >= num_betas:
            return data
    assert data is not None
    raise InputError(
        f"has {data.shape_directions.shape[2]} shape coefficients, the clip needs {num_betas}", path=data.path, field="shapedirs",
        remedy=f"Use the extended {NAMES[family]} file (for SMPL-H: AMASS's {gender}/model.npz) from {SITES[family]}",
    )  # fmt: skip


def read_model(path: Path, family: Family, gender: Gender) -> ModelData:
    raw = _read_npz(path) if path.suffix == ".npz" else read_array_pickle(path)
    for name in _FIELDS:
        if name not in raw:
            raise InputError("is missing", path=path, field=name, remedy=f"Get the file again from {SITES[family]}")
    v, j = VERTEX_COUNT[family], JOINT_COUNT[family]
    shape = raw["shapedirs"] if raw["shapedirs"].ndim == 3 else raw["shapedirs"][..., None]
    expected = {
        "v_template": (v, 3), "posedirs": (v, 3, 9 * (j - 1)), "J_regressor": (j, v), "weights": (v, j),
        "kintree_table": (2, j),
    }  # fmt: skip
    for name, want in expected.items():
        if raw[name].shape != want:
            raise InputError(
                f"has shape {raw[name].shape}, a {NAMES[family]} model has {want}", path=path, field=name,
                remedy="Check that the file is of this model family",
            )  # fmt: skip
        if raw[name].dtype.kind == "f" and not np.isfinite(raw[name]).all():
            raise InputError("holds NaN or infinite values", path=path, field=name, remedy="Get the file again")
    if shape.shape[:2] != (v, 3):
        raise InputError(f"has shape {shape.shape}, expected ({v}, 3, N)", path=path, field="shapedirs")
    return _model_data(path, family, gender, raw, shape)


def _model_data(
    path: Path, family: Family, gender: Gender, raw: dict[str, NDArray[np.generic]], shape: NDArray[np.generic]
) -> ModelData:
    if family == "smplx":  # the tail of SMPL-X's directions are facial expressions: 300 + 100, or 10 + 10
        shape = shape[..., : 300 if shape.shape[2] >= 400 else shape.shape[2] // 2]
    parents = raw["kintree_table"][0].astype(np.int64)
    parents[0] = -1
    return ModelData(
        path=path, family=family, gender=gender, template=raw["v_template"].astype(np.float32),
        shape_directions=shape.astype(np.float32), pose_directions=raw["posedirs"].astype(np.float32),
        joint_regressor=raw["J_regressor"].astype(np.float32), weights=raw["weights"].astype(np.float32), parents=parents,
        faces=raw["f"].astype(np.int32),
    )  # fmt: skip


def _read_npz(path: Path) -> dict[str, NDArray[np.generic]]:
    """The needed arrays only: the official SMPL-X file also holds pickled dictionaries, which stay unread."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in _FIELDS if name in stored.files}
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"cannot be read as a body model: {error}", path=path, remedy="Get the file again") from error
