"""InterAct folders as the format note describes them, written by hand here: the reader must agree with the note, not with
our own writer. Licensed data do not exist for tests, so numbers are random and names invented."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

CUBE = np.array([[x, y, z] for x in (-0.2, 0.2) for y in (-0.1, 0.1) for z in (-0.3, 0.3)])
CUBE_FACES = np.array(
    [
        [0, 1, 3],
        [0, 3, 2],
        [4, 6, 7],
        [4, 7, 5],
        [0, 4, 5],
        [0, 5, 1],
        [2, 3, 7],
        [2, 7, 6],
        [0, 2, 6],
        [0, 6, 4],
        [1, 5, 7],
        [1, 7, 3],
    ]
)

# dataset -> (family, hand width per hand, face tail, shape key, shape size, hands relative to the mean, a clip name, object)
SECTION_3 = {
    "behave": ("smplh", 45, 0, "betas", (10,), False, "Date07_Sub08_backpack_hand_812", "backpack"),
    "grab": ("smplx", 24, 0, "vtemp", (10475, 3), True, "s7_cup_pour_1", "cup"),
    "intercap": ("smplx", 12, 0, "betas", (10,), True, "Sub01_Object02_Seg_0_soccer_ball_184", "soccer_ball"),
    "omomo": ("smplx", 45, 0, "betas", (16,), False, "sub16_plasticbox_021", "plasticbox"),
    "neuraldome": ("smplh", 45, 0, "betas", (16,), False, "subject01_baseball_0", "baseball"),
    "imhd": ("smplh", 45, 0, "betas", (16,), False, "20230825_xujr_bat_bat_midpart_rotate_4_0", "bat"),
    "chairs": ("smplx", 45, 0, "betas", (10,), True, "Sub0075_Obj24_Seg0_0", "24"),
    "arctic": ("smplx", 45, 9, "betas", (10,), False, "s01_box_grab_01_120", "box"),
    "parahome": ("smplx", 45, 0, "betas", (20,), False, "s12_pan_gasstove_0120_0415", "pan"),
}


def obj_of(vertices, faces):
    lines = [f"v {x!r} {y!r} {z!r}" for x, y, z in np.asarray(vertices).tolist()]
    return "\n".join(lines + [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in np.asarray(faces).tolist()]) + "\n"


@dataclass
class Truth:
    """What a written clip means."""

    folder: Path
    num_frames: int
    poses: np.ndarray
    trans: np.ndarray
    shape: np.ndarray
    angles: np.ndarray
    object_trans: np.ndarray
    arrays: dict = field(default_factory=dict)


class Foundry:
    """Writes clips of any dataset under one data root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rng = np.random.default_rng(7)

    def human(self, dataset, t):
        _, hand, face, key, size, _, _, _ = SECTION_3[dataset]
        arrays = {
            "poses": self.rng.uniform(-1, 1, (t, 66 + 2 * hand + face)),
            "trans": self.rng.uniform(-0.05, 0.05, (t, 3)),
            key: self.rng.uniform(-1, 1, size),
            "gender": np.array("male"),
        }
        arrays["poses"][0, :3] = (0.1, 0.0, 0.0)
        return arrays

    def thing(self, t, name):
        return {"angles": self.rng.uniform(-1, 1, (t, 3)), "trans": self.rng.uniform(-0.05, 0.05, (t, 3)), "name": np.array(name)}

    def clip(self, dataset="behave", t=6, *, name=None, folder=None, stage="sequences_canonical", mesh=True):
        """A complete clip folder; `folder` names the dataset folder when it differs (`behave_correct`)."""
        _, _, _, key, _, _, clip_name, thing = SECTION_3[dataset]
        path = self.root / (folder or dataset) / stage / (name or clip_name)
        path.mkdir(parents=True)
        human, obj = self.human(dataset, t), self.thing(t, thing)
        np.savez(path / "human.npz", **human)
        np.savez(path / "object.npz", **obj)
        (path / "text.txt").write_bytes(b"A person lifts it.#a/DET person/NOUN lift/VERB it/PRON#0.0#0.0")
        if mesh:
            self.mesh(folder or dataset, thing)
        return Truth(path, t, human["poses"], human["trans"], human[key], obj["angles"], obj["trans"], {**human})

    def mesh(self, dataset, name, stem=None, vertices=CUBE, faces=CUBE_FACES):
        folder = self.root / dataset / "objects" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{stem or name}.obj").write_text(obj_of(vertices, faces))
        return folder

    def models(self):
        """A stand-in for the licensed folder: only the four hand arrays, random but orthonormal."""
        folder = self.root / "models" / "smplx"
        folder.mkdir(parents=True)
        arrays = {}
        for side in "lr":
            arrays[f"hands_components{side}"] = np.linalg.qr(self.rng.normal(size=(45, 45)))[0]
            arrays[f"hands_mean{side}"] = self.rng.normal(size=45) / 4
        # Real files also hold pickled arrays, which must neither be loaded nor get in the way.
        np.savez(folder / "SMPLX_MALE.npz", **arrays, part2num=np.array({"a": 1}, dtype=object))
        return self.root / "models", arrays

    def rewrite(self, path, drop=(), **changes):
        """An npz with some arrays replaced or left out."""
        with np.load(path, allow_pickle=True) as file:
            arrays = {k: file[k] for k in file.files if k not in drop}
        np.savez(path, **{**arrays, **changes})

    def meta(self, folder, **values):
        (folder / "meta.json").write_text(json.dumps(values))


@pytest.fixture(scope="session")
def foundry_type():
    return Foundry


@pytest.fixture
def foundry(tmp_path):
    return Foundry(tmp_path / "data")


@pytest.fixture
def read():
    """Read the one clip of a path."""
    from interact_core.formats.registry import open_path, read_clip

    def _read(path, **kwargs):
        refs = open_path(path).refs
        assert len(refs) == 1
        return read_clip(refs[0], **kwargs)

    return _read


def codes(clip):
    return {notice.code for notice in clip.notices}


@pytest.fixture
def codes_of():
    return codes


@pytest.fixture
def section_3():
    return SECTION_3


@pytest.fixture
def cube():
    """Vertices of the mesh every clip's object gets."""
    return CUBE
