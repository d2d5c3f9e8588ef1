"""THE table of per-dataset settings; every reader, writer and check asks here and nowhere else.

Source: the data format note, section 3 (column "use") and 7. A derived root such as `behave_correct` is its base
dataset with a dialect on top; see :func:`dataset_for`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from interact_core.clip import Family

HandCoding = Literal["axis_angle", "pca"]
HandMean = Literal["flat", "mean"]
"""flat: hand numbers are absolute; mean: the model's mean hand pose must be added to them."""
ShapeSource = Literal["betas", "vtemp", "subject_template"]
ObjectKind = Literal["rigid", "arctic", "parts"]


@dataclass(frozen=True)
class Dataset:
    """How one dataset's clip folders are to be understood.

    hand_width: numbers per hand in `poses` (45 axis-angle, else PCA coefficients); face: jaw and both eyes follow the
    hands; clip_object: regular expression whose group 1 is the object(s) in a clip name, separated by "_" if `parts`.
    """

    name: str
    family: Family
    hand_width: int
    hand_mean: HandMean
    betas: int
    clip_object: str
    shape: ShapeSource = "betas"
    objects: ObjectKind = "rigid"
    face: bool = False
    fps: float = 30.0
    base: str = ""
    """Dataset whose objects, meshes and texts a derived root borrows; "" for base datasets."""

    @property
    def hand_coding(self) -> HandCoding:
        return "axis_angle" if self.hand_width == 45 else "pca"

    @property
    def pose_width(self) -> int:
        return 66 + 2 * self.hand_width + (9 if self.face else 0)


_TABLE: Final = (
    Dataset("behave", "smplh", 45, "flat", 10, r"Date\d+_Sub\d+_([A-Za-z]+)"),
    Dataset("grab", "smplx", 24, "mean", 0, r"s\d+_([A-Za-z]+)_", shape="vtemp"),
    Dataset("intercap", "smplx", 12, "mean", 10, r"Sub\d+_Object\d+_Seg_\d+_(.+)_\d+$"),
    Dataset("omomo", "smplx", 45, "flat", 16, r"sub\d+_(.+)_\d+$"),
    Dataset("neuraldome", "smplh", 45, "flat", 16, r"subject\d+_(.+)_\d+$"),
    Dataset("imhd", "smplh", 45, "flat", 16, r"\d{8}_[A-Za-z]+_([A-Za-z]+)_"),
    Dataset("chairs", "smplx", 45, "mean", 10, r"Sub\d+_Obj(\d+)_Seg\d+_\d+"),
    Dataset("arctic", "smplx", 45, "flat", 10, r"s\d+_([A-Za-z]+)_(?:grab|use)_", "subject_template", "arctic", True),
    Dataset("parahome", "smplx", 45, "flat", 20, r"s\d+_(.+)_\d+_\d+$", objects="parts"),
    Dataset("demo", "open", 45, "flat", 10, r""),
)
DATASETS: Final[dict[str, Dataset]] = {entry.name: entry for entry in _TABLE}
_DERIVED: Final = re.compile(r"(_smplh|_correct_fullbody|_correct|_aug[A-Za-z0-9_]*)$")


@lru_cache(maxsize=256)
def dataset_for(name: str) -> Dataset | None:
    """Settings of a base dataset or of a derived root such as `grab_smplh`, `behave_correct`, `omomo_aug3`; else None.

    Optimisers write absolute hands and transfer tools write SMPL-H, so a derived root overrides the base's hand mean
    for axis-angle hands; PCA hands (intercap_correct) still mean what the base says.
    """
    if name in DATASETS:
        return DATASETS[name]
    match = _DERIVED.search(name)
    base = DATASETS.get(name[: match.start()]) if match else None
    if base is None or match is None:
        return None
    derived = replace(base, name=name, base=base.name)
    if match[1] == "_smplh":
        return replace(derived, family="smplh", hand_width=45, hand_mean="flat", betas=10, shape="betas", face=False)
    if match[1].startswith("_correct") and base.hand_coding == "axis_angle":
        return replace(derived, hand_mean="flat")
    return derived


def as_stated(entry: Dataset | None, name: str, meta: Mapping[str, str]) -> Dataset | None:
    """The table's entry, but for what the clip's own meta.json states: `hand_coding` axis_angle says that hands are absolute,
    whatever the dataset's files once held, and makes a dataset readable that is in no table."""
    if meta.get("hand_coding") != "axis_angle":
        return entry
    if entry is None:
        return Dataset(name, "open", 45, "flat", 0, "")
    return replace(entry, hand_width=45, hand_mean="flat", betas=0)


def guess_dataset(clip: str) -> str:
    """The dataset whose clip names look like this one (for a clip folder away from its dataset), or ""."""
    for pattern, name in _CLIP_NAMES:
        if pattern.match(clip):
            return name
    return ""


def objects_in_name(dataset: str, clip: str) -> tuple[str, ...]:
    """Object names that a clip's own name gives, for lists and filters only; object.npz has the last word."""
    entry = dataset_for(dataset)
    if entry is None or not entry.clip_object or not (match := re.match(entry.clip_object, clip)):
        return ()
    return tuple(match[1].split("_")) if entry.objects == "parts" else (match[1],)


def subject_in_name(dataset: str, clip: str) -> str:
    """Who moves, as the clip's name says it; "" where it does not."""
    entry = dataset_for(dataset)
    pattern = _SUBJECTS.get((entry.base or entry.name) if entry else "")
    match = re.match(pattern, clip) if pattern else None
    return match[1] if match else ""


_SUBJECTS: Final = {
    "behave": r"Date\d+_(Sub\d+)_", "grab": r"(s\d+)_", "intercap": r"(Sub\d+)_", "omomo": r"(sub\d+)_",
    "neuraldome": r"(subject\d+)_", "imhd": r"\d{8}_([A-Za-z]+)_", "chairs": r"(Sub\d+)_", "arctic": r"(s\d+)_",
    "parahome": r"(s\d+)_",
}  # fmt: skip

# Only names that no other dataset can have; GRAB and ARCTIC differ by ARCTIC's "_grab_"/"_use_" third field.
_CLIP_NAMES: Final = (
    (re.compile(r"Date\d+_Sub\d+_"), "behave"),
    (re.compile(r"Sub\d+_Object\d+_Seg_"), "intercap"),
    (re.compile(r"Sub\d+_Obj\d+_Seg"), "chairs"),
    (re.compile(r"sub\d+_.+_\d{3}$"), "omomo"),
    (re.compile(r"subject\d+_"), "neuraldome"),
    (re.compile(r"\d{8}_[A-Za-z]+_"), "imhd"),
    (re.compile(r"s\d+_[A-Za-z]+_(?:grab|use)_\d+"), "arctic"),
    (re.compile(r"s\d+_.+_\d{4,}_\d{4,}$"), "parahome"),
    (re.compile(r"s\d+_[A-Za-z]+_[A-Za-z]+"), "grab"),
)
