"""Each finding by its code: plant exactly one defect in a clean data root, find exactly that code, repair where that is safe."""

from pathlib import Path

import numpy as np
import pytest

from interact_core.errors import InputError
from interact_core.formats.repair import FIXES, write_repaired
from interact_core.formats.split_names import resolve
from interact_core.formats.validate import validate_path

NAME = "Date07_Sub08_backpack_hand_812"
T = 40


@pytest.fixture
def clean(foundry):
    """A clip without blemish with all its computed files, and a split that lists it; the data root."""
    truth = foundry.clip("behave", T, name=NAME)
    human = {**truth.arrays, "poses": truth.poses * 0.1, "trans": np.linspace([0, 1, 0], [0.5, 1, 0.5], T)}
    human["poses"][0, :3] = 0
    thing = {"angles": truth.angles * 0.1, "trans": np.linspace([0, 1, 0.4], [0.5, 1, 0.9], T), "name": np.array("backpack")}
    np.savez(truth.folder / "human.npz", **human)
    np.savez(truth.folder / "object.npz", **thing)
    markers = human["trans"][:, None] + np.random.default_rng(1).normal(0, 0.2, (T, 77, 3))
    motion = np.zeros((T, 962))
    motion[:, :231], motion[:, 482:485] = markers.reshape(T, -1), thing["trans"]
    np.save(truth.folder / "markers.npy", markers)
    np.save(truth.folder / "motion.npy", motion)
    np.savez(truth.folder / "data.npz", motion=np.zeros((T, 195)), foot_contact=np.zeros((T, 2)))
    bps = foundry.root / "behave" / "objects_bps" / "backpack"
    bps.mkdir(parents=True)
    np.save(bps / "backpack_1024.npy", np.zeros((1, 1024, 3), np.float32))
    (foundry.root / "test_seq.txt").write_text(f"{NAME}\n")
    return foundry.root


def clip_of(root: Path) -> Path:
    return root / "behave" / "sequences_canonical" / NAME


def rewrite(path: Path, **changes):
    with np.load(path) as file:
        arrays = dict(file)
    np.savez(path, **{**arrays, **changes})


def array(path: Path, change):
    np.save(path, change(np.load(path)))


def twin(root: Path, dataset: str, name: str, shift: float = 0.01):
    """Another clip that moves a little differently."""
    folder = root / dataset / "sequences_canonical" / name
    folder.mkdir(parents=True)
    for file in ("human.npz", "object.npz", "text.txt"):
        (folder / file).write_bytes((clip_of(root) / file).read_bytes())
    with np.load(folder / "human.npz") as file:
        rewrite(folder / "human.npz", trans=file["trans"] + [0, shift, 0])
    return folder


def turned(root: Path):
    with np.load(clip_of(root) / "object.npz") as file:
        angles = file["angles"].copy()
    angles[20:] = [0, 2.5, 0]
    rewrite(clip_of(root) / "object.npz", angles=angles)


def indices(root: Path, ids):
    folder = root.parent / "assets" / "sample_objids" / "behave"
    folder.mkdir(parents=True)
    np.save(folder / "backpack.npy", np.asarray(ids))
    cube = np.array([[x, y, z] for x in (-0.2, 0.2) for y in (-0.1, 0.1) for z in (-0.3, 0.3)])
    np.save(root / "behave" / "objects" / "backpack" / "sample_points.npy", cube[np.arange(340) % 8])


def inverted(root: Path):
    """A GRAB clip whose fingers hold a corner only under the inverse of the rotation it states."""
    from scipy.spatial.transform import Rotation

    angles = np.array([0.9, 0.4, -0.7])
    folder = clip_of(root).parents[2] / "grab" / "sequences_canonical" / "s7_cup_pour_1"
    assert folder.is_dir()
    held = np.array([0.2, -0.1, 0.3]) @ Rotation.from_rotvec(angles).as_matrix().T
    np.save(folder / "joints.npy", np.tile(held + np.array([0, 1, 0]), (T, 52, 1)))
    np.savez(folder / "object.npz", angles=np.tile(-angles, (T, 1)), trans=np.tile([0, 1.0, 0], (T, 1)), name=np.array("cup"))


PLANTED = {
    "markers-shape": lambda root: array(clip_of(root) / "markers.npy", lambda a: a[:-1]),
    "markers-unreadable": lambda root: array(clip_of(root) / "markers.npy", lambda a: np.where(a > 0.5, np.nan, a)),
    "motion-shape": lambda root: array(clip_of(root) / "motion.npy", lambda a: a[:, :553]),
    "motion-unreadable": lambda root: (clip_of(root) / "motion.npy").write_bytes(b"nothing"),
    "motion-stale": lambda root: array(clip_of(root) / "motion.npy", lambda a: a + 0.01),
    "light-no-feet": lambda root: np.savez(clip_of(root) / "data.npz", motion=np.zeros((T, 195))),
    "light-unreadable": lambda root: (clip_of(root) / "data.npz").write_bytes(b"nothing"),
    "bps-shape": lambda root: array(root / "behave/objects_bps/backpack/backpack_1024.npy", lambda a: a[0]),
    "bps-unreadable": lambda root: (root / "behave/objects_bps/backpack/backpack_1024.npy").write_bytes(b""),
    "joints-unusable": lambda root: np.save(clip_of(root) / "joints.npy", np.zeros((T - 1, 52, 3))),
    "text-bare": lambda root: (clip_of(root) / "text.txt").write_text("A person lifts it."),
    "action-is-caption": lambda root: (clip_of(root) / "action.txt").write_bytes((clip_of(root) / "text.txt").read_bytes()),
    "action-unreadable": lambda root: (clip_of(root) / "action.npy").write_bytes(b"\x93NUMPY\0\0"),
    "turn-jump": turned,
    "samples-count": lambda root: np.save(
        root / "behave/objects/backpack/sample_points.npy", np.tile([[0.2, 0.1, 0.3]], (339, 1))
    ),
    "samples-index": lambda root: indices(root, [0, 1, 8]),
    "clip-duplicate": lambda root: twin(root, "behave", "Date07_Sub08_backpack_hand_900", shift=0.0),
    "split-unresolved": lambda root: (root / "test_seq.txt").write_text(f"{NAME}\nsub9_table_001\n"),
    "split-spelling": lambda root: (root / "test_seq.txt").write_text(NAME.replace("backpack", "Back_Pack") + "\n"),
    "split-suffix": lambda root: (root / "test_seq.txt").write_text(NAME.removesuffix("_812") + "\n"),
    "split-duplicate": lambda root: (root / "test_seq.txt").write_text(f"{NAME}\n{NAME}\n"),
    "split-leak": lambda root: twin(root, "behave_aug3", f"{NAME}_1"),
    "split-object-unresolved": lambda root: (root / "test.txt").write_text("whitechair"),
    "split-object-training": lambda root: (
        (root / "test.txt").write_text("backpack"), twin(root, "behave", "Date07_Sub08_backpack_hand_900")
    ),
    "split-object-ambiguous": lambda root: ((root / "test.txt").write_text("backpack"), ambiguous(root)),
    "split-unreadable": lambda root: (root / "test_seq.txt").write_bytes(b"\0\1"),
}  # fmt: skip


def ambiguous(root: Path):
    twin(root, "neuraldome", "subject01_backpack_0")
    rewrite(root / "neuraldome" / "sequences_canonical" / "subject01_backpack_0" / "human.npz", betas=np.zeros(16))
    folder = root / "neuraldome" / "objects" / "backpack"
    folder.mkdir(parents=True)
    (folder / "backpack.obj").write_bytes((root / "behave/objects/backpack/backpack.obj").read_bytes())
    (root / "test_seq.txt").write_text(f"{NAME}\nsubject01_backpack_0\n")


def codes(root: Path) -> set[str]:
    return {f.code for f in validate_path(root).findings}


def test_the_root_is_clean(clean):
    assert codes(clean) == set()


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_defect_is_found_and_nothing_else(code, clean, tmp_path):
    PLANTED[code](clean)
    report = validate_path(clean)
    assert {f.code for f in report.findings} == {code}
    assert all(f.severity in ("error", "warning", "info") and f.message and f.path.exists() for f in report.findings)
    before = {p: p.read_bytes() for p in clean.rglob("*") if p.is_file()}
    done = write_repaired(clean, tmp_path / "copy", report.findings)
    assert bool(done) == (code in FIXES)
    if code in FIXES:
        assert codes(tmp_path / "copy") == set(), code
    assert {p: p.read_bytes() for p in clean.rglob("*") if p.is_file()} == before


def test_markers_of_another_frame(clean, tmp_path):
    """They disagree with motion.npy too, which comes from the same frame: both are said, both left out."""
    array(clip_of(clean) / "markers.npy", lambda a: a + np.array([2.0, 0, 0]))
    findings = validate_path(clean).findings
    assert {f.code for f in findings} == {"markers-elsewhere", "motion-stale"}
    write_repaired(clean, tmp_path / "copy", findings)
    assert codes(tmp_path / "copy") == set()


def test_samples_of_another_mesh_are_left_out(clean, tmp_path):
    path = clean / "behave/objects/backpack/sample_points.npy"
    np.save(path, np.full((340, 3), 0.123))
    assert codes(clean) == {"samples-off-mesh"}
    write_repaired(clean, tmp_path / "copy", validate_path(clean).findings)
    assert codes(tmp_path / "copy") == set() and path.is_file()
    path.write_bytes(b"x")
    assert codes(clean) == {"samples-unreadable"}


def test_an_inverted_object_is_turned_back(foundry, tmp_path):
    foundry.clip("behave", T, name=NAME)
    foundry.clip("grab", T)
    inverted(foundry.root)
    grab = foundry.root / "grab"
    findings = validate_path(grab).findings
    assert "object-rotation-inverted" in {f.code for f in findings}
    write_repaired(grab, tmp_path / "grab", findings)
    assert "object-rotation-inverted" not in codes(tmp_path / "grab")
    with np.load(tmp_path / "grab/sequences_canonical/s7_cup_pour_1/object.npz") as file:
        np.testing.assert_allclose(file["angles"][0], [0.9, 0.4, -0.7])
        assert str(file["name"]) == "cup"


def test_a_repair_never_lands_in_the_data(clean):
    findings = validate_path(clean).findings
    with pytest.raises(InputError, match="inside the data"):
        write_repaired(clean, clean / "fixed", findings)
    with pytest.raises(InputError, match="exists already"):
        write_repaired(clean, clean.parent / "data", findings) if clean.name != "data" else write_repaired(
            clip_of(clean), clean.parent, findings
        )


def test_spelling_is_resolved_as_the_note_lists_it():
    """The released list against what InterAct's own scripts call the clips (D5)."""
    names = (
        "Sub01_Object02_Seg_0_soccerball_184", "Sub03_Object09_Seg_1_toolbox_0", "Sub05_Object01_Seg_0_suitcase_93",
        "s1_cup_lift_120", "s1_cup_lift_300", "Sub01_Object02_Seg_0_skateboard_1", "Sub01_Object02_Seg_01_skateboard",
    )  # fmt: skip
    found = resolve(
        ["Sub01_Object02_Seg_0_soccer_ball_184", "Sub03_Object09_Seg_1_tool_box_0", "Sub05_Object01_Seg_0_green_suitcase_93",
         "s1_cup_lift", "Sub01_Object02_Seg_0_skateboard_1", "s1_mug_lift"], names,
    )  # fmt: skip
    assert found.spelling == {
        "Sub01_Object02_Seg_0_soccer_ball_184": names[0], "Sub03_Object09_Seg_1_tool_box_0": names[1],
        "Sub05_Object01_Seg_0_green_suitcase_93": names[2],
    }  # fmt: skip
    assert found.suffix == {"s1_cup_lift": names[3:5]} and found.missing == ("s1_mug_lift",)
    assert found.exact == {"Sub01_Object02_Seg_0_skateboard_1"}
