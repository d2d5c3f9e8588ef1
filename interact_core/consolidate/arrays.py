"""The stages that make a clip folder's arrays, from the clip as its files say and from files of stages before them."""

import io
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.consolidate.derived.light import Thing, light_arrays
from interact_core.consolidate.derived.motion_vector import motion_vector
from interact_core.consolidate.objects import code_file, only_thing, samples_file
from interact_core.consolidate.take import LeftOut, Settled
from interact_core.formats.atomic import npy_bytes

JOINTS: Final = "joints.npy"
MARKERS: Final = "markers.npy"
CORRECTED: Final = "motion_corrected.npy"
PUBLISHED: Final = "motion.npy"
LIGHT: Final = "data.npz"
_STAND_IN: Final = "the body is a stand-in, whose {} are another person's"


def joints(settled: Settled) -> dict[str, bytes]:
    return _surface(settled, JOINTS, "joints")


def markers(settled: Settled) -> dict[str, bytes]:
    return _surface(settled, MARKERS, "markers")


def motion(settled: Settled) -> dict[str, bytes]:
    """The corrected vector, and the published one where the config asks for it."""
    obj = only_thing(settled.clip)
    part = obj.parts[0]
    places = _written(settled, settled.folder / MARKERS, "markers")
    samples = settled.array(settled.dataset_root / samples_file(obj.name, obj.name, alone=True))
    rotation, translation = np.asarray(part.rotation, np.float64), np.asarray(part.translation, np.float64)
    forms = {CORRECTED: False} | ({PUBLISHED: True} if settled.bench.config.motion.compat else {})
    return {
        name: npy_bytes(motion_vector(places, rotation, translation, samples, settled.clip.fps, compat=compat))
        for name, compat in forms.items()
    }


def light(settled: Settled) -> dict[str, bytes]:
    clip, options = settled.clip, settled.bench.config.light
    obj = only_thing(clip)
    if not options.shortest <= clip.num_frames < options.longest:
        raise LeftOut(f"{clip.num_frames} frames; LIGHT takes {options.shortest} to {options.longest - 1}")
    part = obj.parts[0]
    thing = Thing(
        np.asarray(part.rotation, np.float64), np.asarray(part.translation, np.float64), part.mesh.vertices,
        settled.array(settled.dataset_root / samples_file(obj.name, obj.name, alone=True)),
        settled.array(settled.dataset_root / code_file(obj.name, obj.name)).astype(np.float32),
    )  # fmt: skip
    places = _written(settled, settled.folder / JOINTS, "joints")
    captions = [caption.text for caption in clip.captions]
    arrays = light_arrays(clip.body, places, thing, captions, f"{settled.root_name}_{obj.name}", clip.fps, options.cut)
    return {LIGHT: _npz_with_objects(arrays)}


def _written(settled: Settled, path: Path, what: str) -> np.ndarray:
    if not path.is_file():
        raise LeftOut(f"there are no {what}: {_STAND_IN.format(what)}")
    return settled.array(path)


def _surface(settled: Settled, file: str, what: str) -> dict[str, bytes]:
    if file not in settled.surface:
        raise LeftOut(_STAND_IN.format(what))
    return {file: npy_bytes(settled.surface[file])}


def _npz_with_objects(arrays: dict[str, np.ndarray]) -> bytes:
    """As npz_bytes, but for LIGHT's `text`: its loader takes an array of dicts, which numpy pickles. We never read one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(array), allow_pickle=array.dtype.hasobject)
            archive.writestr(member, content.getvalue())
    return buffer.getvalue()
