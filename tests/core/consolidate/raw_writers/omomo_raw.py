"""OMOMO: z up, index -> dictionary, a scale a frame, (T, 3, 1) translations. joblib writes arrays behind the objects that
describe them; that layout is written here by hand, so that tests need no joblib: a NumpyArrayWrapper, then raw bytes."""

import io
import pickle
import sys
import types

import numpy as np
from raw_writers.scene import scene, turn, write_obj

FILES = {"train": "train_diffusion_manip_seq_joints24.p", "test": "test_diffusion_manip_seq_joints24.p"}
_ALIGNED = 16


class NumpyArrayWrapper:
    """What joblib leaves in the pickle in place of an array."""

    def __init__(self, array):
        self.subclass, self.shape, self.dtype = np.ndarray, array.shape, array.dtype
        self.order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        self.allow_mmap, self.numpy_array_alignment_bytes = True, _ALIGNED


NumpyArrayWrapper.__module__ = "joblib.numpy_pickle"


class _Dumper(pickle._Pickler):
    """The slow pickler, whose `save` can be stepped into."""

    def __init__(self, file):
        super().__init__(file, protocol=4)
        self.file = file

    def save(self, obj, save_persistent_id=True):
        if type(obj) is not np.ndarray or obj.dtype.hasobject:
            return super().save(obj, save_persistent_id)
        super().save(NumpyArrayWrapper(obj), save_persistent_id)
        self.framer.commit_frame(force=True)
        padding = _ALIGNED - (self.file.tell() + 1) % _ALIGNED
        self.file.write(bytes([padding]) + b"\xff" * padding + obj.tobytes(order="A"))


def joblib_bytes(content):
    module = types.ModuleType("joblib.numpy_pickle")
    module.NumpyArrayWrapper = NumpyArrayWrapper
    before = {name: sys.modules.get(name) for name in ("joblib", "joblib.numpy_pickle")}
    sys.modules["joblib"], sys.modules["joblib.numpy_pickle"] = types.ModuleType("joblib"), module
    try:
        file = io.BytesIO()
        _Dumper(file).dump(content)
        return file.getvalue()
    finally:
        for name, old in before.items():
            if old is None:
                sys.modules.pop(name)
            else:
                sys.modules[name] = old


def omomo_entry(clip, name, scale=0.37, breathing=0.0, second=None):
    """`second`: part that is the bottom half. The mesh file is 1/scale of the real thing."""
    s = scene(clip, turn("x", 90))
    scales = scale * (1 + breathing * np.sin(np.arange(s.frames)))
    entry = {
        "seq_name": name, "betas": s.betas[None], "gender": np.array("male"), "trans": s.transl.astype("f4"),
        "root_orient": s.orient.astype("f4"), "pose_body": s.body.reshape(-1, 63).astype("f4"),
        "rest_offsets": np.zeros((24, 3)), "trans2joint": -s.pelvis_at_rest, "obj_trans": s.places[0][..., None],
        "obj_rot": np.asfortranarray(s.rotations[0]), "obj_scale": scales, "obj_com_pos": s.places[0],
    }  # fmt: skip
    if second is not None:
        entry |= {
            "obj_bottom_trans": s.places[second][..., None], "obj_bottom_rot": s.rotations[second], "obj_bottom_scale": scales,
            "obj_bottom_com_pos": s.places[second],
        }  # fmt: skip
    return s, entry


def write_omomo(root, entries, meshes):
    """entries: split -> list of dictionaries; every split counts from 0. meshes: file stem -> (vertices, faces)."""
    root.mkdir(parents=True, exist_ok=True)
    for split, some in entries.items():
        (root / FILES[split]).write_bytes(joblib_bytes(dict(enumerate(some))))
    for stem, mesh in meshes.items():
        write_obj(root / "captured_objects" / f"{stem}.obj", *mesh)
