"""The licensed hand basis, from the user's own model files: what PCA hands and mean-relative hands are decoded with.

`pose = coefficients @ components[:K] + mean` (MANO, Romero et al. 2017). The arrays lie in the SMPL-X `.npz` files (and
in the extended SMPL-H ones); formats may not load body models, so only these four arrays are read, without unpickling.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Gender
from interact_core.formats.npz_files import NpzFile

_FOLDERS: Final = (".", "smplx", "models/smplx", "smplh", "models/smplh")


@dataclass(frozen=True)
class HandBasis:
    """One hand: components (N, 45), strongest first, and the mean pose (45,), axis-angle rad."""

    components: NDArray[np.float64]
    mean: NDArray[np.float64]

    def decode(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """(T, K) -> absolute axis-angle (T, 15, 3)."""
        flat = coefficients @ self.components[: coefficients.shape[1]] + self.mean
        return flat.reshape(-1, 15, 3)


@dataclass(frozen=True)
class HandBases:
    """Both hands and the file they came from."""

    left: HandBasis
    right: HandBasis
    path: Path


def find_hand_bases(models_dir: Path | None, gender: Gender) -> HandBases | None:
    """The bases of the given gender's model, or of any other (they are MANO's and equal); None without a model file.

    InputError if a model file is there but damaged.
    """
    if models_dir is None:
        return None
    for folder in _FOLDERS:
        for name in _file_names(gender):
            path = models_dir / folder / name
            if path.is_file():
                return _load(path, path.stat().st_mtime_ns)
    return None


def _file_names(gender: Gender) -> tuple[str, ...]:
    genders = (gender, *(g for g in ("neutral", "male", "female") if g != gender))
    upper = tuple(f"{family}_{g.upper()}.npz" for family in ("SMPLX", "SMPLH") for g in genders)
    return upper + tuple(f"{g}/model.npz" for g in genders)


@lru_cache(maxsize=8)
def _load(path: Path, mtime: int) -> HandBases:
    file = NpzFile(path)
    return HandBases(_basis(file, "l"), _basis(file, "r"), path)


def _basis(file: NpzFile, side: str) -> HandBasis:
    components = file.floats(f"hands_components{side}", (None, 45))
    return HandBasis(components, file.floats(f"hands_mean{side}", (45,)))
