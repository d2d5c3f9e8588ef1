"""`human.npz` in all its dialects -> BodyMotion with absolute axis-angle hands.

standard      poses (T, W), trans, betas | vtemp, gender      every base dataset, `<ds>_correct`, `<ds>_aug*`
optimised     glo_rot, body_pose, hand_pose, transl           `*_correct_fullbody`, `intercap_correct`
transferred   global_orient, body_pose, left/right_hand_pose, transl, betas (T, 10)      `*_smplh`
Width and tail of `poses` come from the table in datasets.py; a file that disagrees with it is refused.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Betas, BodyMotion, Family, Gender, Notice, RestJoints, Shape, TemplateVertices
from interact_core.errors import InputError
from interact_core.formats.datasets import Dataset, HandMean
from interact_core.formats.hand_basis import find_hand_bases
from interact_core.formats.npz_files import NpzFile

Doubles = NDArray[np.float64]
_GENDERS: Final[dict[str, Gender]] = {
    "m": "male", "male": "male", "f": "female", "female": "female", "n": "neutral", "neutral": "neutral",
}  # fmt: skip
_SURFACE: Final[dict[Family, int]] = {"smplh": 6890, "smplx": 10475, "smpl": 6890}
_KNOWN: Final = frozenset(
    {"poses", "trans", "betas", "vtemp", "gender", "glo_rot", "body_pose", "hand_pose", "transl", "global_orient",
     "left_hand_pose", "right_hand_pose", "rest_joints", "jaw_pose", "eye_pose"}
)  # fmt: skip


@dataclass(frozen=True)
class BodySettings:
    """What is not in the file: the table entry, the family (meta.json may say), hand mean and where models lie."""

    dataset: Dataset
    family: Family
    hand_mean: HandMean | None
    """None: what the table says."""
    models_dir: Path | None
    template: Path | None = None
    """ARCTIC's subject template, if one was found near the clip."""


@dataclass(frozen=True)
class _Numbers:
    """A dialect brought to one form; hands (T, K) each as coded in the file."""

    orient: Doubles
    body: Doubles
    left: Doubles
    right: Doubles
    trans: Doubles
    face: Doubles | None = None


def read_body(path: Path, settings: BodySettings, notices: list[Notice]) -> BodyMotion:
    """The motion of one human.npz; notices collects what had to be assumed."""
    file = NpzFile(path)
    numbers = _numbers(file, settings.dataset)
    _check_lengths(file, numbers)
    gender = _gender(file, notices)
    left, right = absolute_hands(numbers.left, numbers.right, settings, gender, notices)
    if extra := sorted(file.keys - _KNOWN):
        notices.append(Notice("extra-keys", f"human.npz also holds {', '.join(extra)}, which are not used", "human.npz", "info"))
    t = len(numbers.trans)
    jaw, eyes = _face(file, numbers, t)
    return BodyMotion(
        family=settings.family, gender=gender, shape=_shape(file, settings, notices),
        global_orient=_f32(numbers.orient), body_pose=_f32(numbers.body.reshape(t, 21, 3)),
        left_hand_pose=_f32(left), right_hand_pose=_f32(right), transl=_f32(numbers.trans), jaw_pose=jaw, eye_pose=eyes,
    )  # fmt: skip


def _f32(values: Doubles) -> NDArray[np.float32]:
    return values.astype(np.float32)


def _numbers(file: NpzFile, dataset: Dataset) -> _Numbers:
    if "poses" not in file.keys and "glo_rot" in file.keys:
        return _optimised(file, dataset)
    if "poses" not in file.keys and "global_orient" in file.keys:
        return _transferred(file)
    return _standard(file, dataset)


def _standard(file: NpzFile, dataset: Dataset) -> _Numbers:
    poses = file.floats("poses", (None, None))
    trans = file.floats("trans", (None, 3))
    width, hand = poses.shape[1], dataset.hand_width
    if width != dataset.pose_width:
        # A corrected or augmented copy may hold full hands where its base has PCA coefficients.
        if not (dataset.base and width == 156):
            raise InputError(
                f"has {width} columns, {dataset.name} clips have {dataset.pose_width}", path=file.path, field="poses",
                remedy="Check which dataset the clip belongs to: the folder above 'sequences_canonical' names it",
            )  # fmt: skip
        hand = 45
    left, right = poses[:, 66 : 66 + hand], poses[:, 66 + hand : 66 + 2 * hand]
    face = poses[:, 156:165] if width == 165 else None
    return _Numbers(poses[:, :3], poses[:, 3:66], left, right, trans, face)


def _optimised(file: NpzFile, dataset: Dataset) -> _Numbers:
    hands = file.floats("hand_pose", (None, None))
    width = hands.shape[1]
    if width not in {90, 2 * dataset.hand_width}:
        raise InputError(
            f"has {width} columns, expected 90 or {2 * dataset.hand_width}", path=file.path, field="hand_pose",
            remedy="Check which dataset the clip belongs to",
        )  # fmt: skip
    return _Numbers(
        file.floats("glo_rot", (None, 3)), file.floats("body_pose", (None, 63)),
        hands[:, : width // 2], hands[:, width // 2 :], file.floats("transl", (None, 3)),
    )  # fmt: skip


def _transferred(file: NpzFile) -> _Numbers:
    return _Numbers(
        file.floats("global_orient", (None, 3)), file.floats("body_pose", (None, 63)),
        file.floats("left_hand_pose", (None, 45)), file.floats("right_hand_pose", (None, 45)),
        file.floats("transl", (None, 3)),
    )  # fmt: skip


def _check_lengths(file: NpzFile, numbers: _Numbers) -> None:
    lengths = {
        "rotations": len(numbers.orient),
        "body": len(numbers.body),
        "hands": len(numbers.left),
        "trans": len(numbers.trans),
    }
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in lengths.items())
        raise InputError(
            f"has arrays of different numbers of frames ({told})", path=file.path, field="trans",
            remedy="Export the clip again, or cut all arrays to the same frames",
        )  # fmt: skip


def _face(file: NpzFile, numbers: _Numbers, t: int) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:
    """Jaw (T, 3) and eyes (T, 2, 3): ARCTIC's pose tail, or our writer's own keys."""
    if numbers.face is not None:
        return _f32(numbers.face[:, :3]), _f32(numbers.face[:, 3:].reshape(t, 2, 3))
    jaw = _f32(file.floats("jaw_pose", (t, 3))) if "jaw_pose" in file.keys else None
    return jaw, _f32(file.floats("eye_pose", (t, 2, 3))) if "eye_pose" in file.keys else None


def _gender(file: NpzFile, notices: list[Notice]) -> Gender:
    if "gender" not in file.keys:
        notices.append(Notice("gender-missing", "human.npz names no gender; neutral is assumed", "gender"))
        return "neutral"
    return gender_of(file.string("gender"), notices)


def gender_of(said: str, notices: list[Notice]) -> Gender:
    """Any spelling of the three; neutral with a notice for another word."""
    word = said.strip().lower()
    if word not in _GENDERS:
        notices.append(Notice("gender-unknown", f"gender is '{word[:20]}'; neutral is assumed", "gender"))
    return _GENDERS.get(word, "neutral")


def absolute_hands(
    left: Doubles, right: Doubles, settings: BodySettings, gender: Gender, notices: list[Notice]
) -> tuple[Doubles, Doubles]:
    """(T, K) as coded -> absolute (T, 15, 3) of both hands; without the licensed basis the best that can be said, and a
    notice."""
    t, width = left.shape
    is_pca = width != 45
    # Full hands in a root derived from a PCA dataset come from an optimiser, which writes absolute ones.
    optimised = not is_pca and settings.dataset.hand_coding == "pca"
    mean = settings.hand_mean or ("flat" if optimised else settings.dataset.hand_mean)
    if not is_pca and mean == "flat":
        return left.reshape(t, 15, 3), right.reshape(t, 15, 3)
    bases = find_hand_bases(settings.models_dir, gender)
    if bases is None:
        notices.append(_no_basis(width, is_pca, settings.dataset.name))
        if is_pca:
            return np.zeros((t, 15, 3)), np.zeros((t, 15, 3))
        return left.reshape(t, 15, 3), right.reshape(t, 15, 3)
    if is_pca:
        left, right = bases.left.decode(left), bases.right.decode(right)
    else:
        left = (left + bases.left.mean).reshape(t, 15, 3)
        right = (right + bases.right.mean).reshape(t, 15, 3)
    if is_pca and mean == "flat":
        # smplx's flat_hand_mean drops the mean from the decoded pose.
        left, right = left - bases.left.mean.reshape(15, 3), right - bases.right.mean.reshape(15, 3)
    return left, right


def _no_basis(width: int, is_pca: bool, dataset: str) -> Notice:
    remedy = "Set the folder with your SMPL-X models (SMPLX_MALE.npz, ...) in the settings or INTERACT_MODELS."
    if is_pca:
        text = f"Hands are {width} PCA numbers each, which only the licensed SMPL-X files decode: shown as flat hands. {remedy}"
        return Notice("hands-not-decoded", text, "poses")
    text = (
        f"{dataset} hands are relative to the licensed mean hand pose, which is missing: shown without it, too straight. {remedy}"
    )
    return Notice("hand-mean-missing", text, "poses")


def _shape(file: NpzFile, settings: BodySettings, notices: list[Notice]) -> Shape:
    if "rest_joints" in file.keys:
        return RestJoints(_f32(file.floats("rest_joints", (52, 3))))
    wanted = settings.dataset.shape
    if "vtemp" in file.keys:
        return template_shape(file.floats("vtemp", (None, 3)), settings.family, file.path)
    if wanted == "vtemp":
        file.require("vtemp")
    if wanted == "subject_template":
        if settings.template is not None:
            from interact_core.formats.meshes import read_mesh

            return template_shape(read_mesh(settings.template).vertices.astype(np.float64), settings.family, settings.template)
        notices.append(Notice(
            "template-missing", "The subject's own surface (<subject>.obj, from ARCTIC's meta/subject_vtemplates) was not "
            "found: the average body is shown. Put the templates into subject_vtemplates beside the sequences.", "shape",
        ))  # fmt: skip
    return Betas(_f32(_betas(file, settings.dataset, notices)))


def template_shape(vertices: Doubles, family: Family, path: Path) -> TemplateVertices:
    expected = _SURFACE.get(family)
    if expected is not None and len(vertices) != expected:
        raise InputError(
            f"has {len(vertices)} vertices, a {family} surface has {expected}", path=path, field="vtemp",
            remedy="Use the subject template of the clip's own body model",
        )  # fmt: skip
    return TemplateVertices(_f32(vertices))


def _betas(file: NpzFile, dataset: Dataset, notices: list[Notice]) -> Doubles:
    """(N,): files hold (N,), (1, N) or one row per frame, of which the first counts."""
    array = file.array("betas")
    if array.ndim == 2:
        rows = file.floats("betas", (None, None))
        spread = float(np.ptp(rows, axis=0).max())
        if spread > 1e-4:
            notices.append(
                Notice("betas-vary", f"betas change by up to {spread:.3g} within the clip; frame 0's are used", "betas")
            )
        betas = rows[0]
    else:
        betas = file.floats("betas", (None,))
    if dataset.betas and len(betas) != dataset.betas:
        text = f"{len(betas)} betas where {dataset.name} has {dataset.betas}; they are used as they are"
        notices.append(Notice("betas-count", text, "betas", "info"))
    if np.abs(betas).max() > 50:
        raise InputError(
            f"has betas up to {np.abs(betas).max():.3g}", path=file.path, field="betas", remedy="Betas lie within a few units"
        )
    return betas
