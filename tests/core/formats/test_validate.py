"""The validator: clean data give no error, each planted fault its own finding, and nothing raises."""

import numpy as np
import pytest

from interact_core.errors import Cancelled
from interact_core.formats.validate import validate_path


def found(path):
    return {f.code for f in validate_path(path).findings}


def canonical(foundry, **kwargs):
    """A clip without blemish: facing +Z, mesh centred, three records, a moving hand."""
    truth = foundry.clip("behave", 40, **kwargs)
    human = {**truth.arrays, "poses": truth.poses * 0.1, "trans": np.linspace([0, 1, 0], [0.5, 1, 0.5], 40)}
    human["poses"][0, :3] = 0
    thing = {"angles": truth.angles * 0.1, "trans": np.linspace([0, 1, 0.4], [0.5, 1, 0.9], 40), "name": np.array("backpack")}
    np.savez(truth.folder / "human.npz", **human)
    np.savez(truth.folder / "object.npz", **thing)
    return truth.folder, human, thing


def test_a_clean_clip_has_no_finding(foundry):
    folder, _, _ = canonical(foundry)
    report = validate_path(folder)
    assert report.findings == () and report.num_clips == 1 and not report.has_errors


@pytest.mark.parametrize("turn", [0.3, -1.2, 3.0])
def test_a_person_facing_elsewhere(turn, foundry):
    folder, human, _ = canonical(foundry)
    human["poses"][0, :3] = (0, turn, 0)
    np.savez(folder / "human.npz", **human)
    (finding,) = [f for f in validate_path(folder).findings if f.code == "not-facing-z"]
    # The body's left, +X of the model, turned about +Y by `turn`, lies at angle -turn in the x-z plane.
    assert f"{np.degrees(-turn):+.1f}" in finding.message


def test_planted_faults_have_names(foundry):
    folder, human, thing = canonical(foundry)

    def with_changes(*, code, human_changes=None, thing_changes=None):
        np.savez(folder / "human.npz", **{**human, **(human_changes or {})})
        np.savez(folder / "object.npz", **{**thing, **(thing_changes or {})})
        assert code in found(folder), code

    with_changes(code="not-at-origin", human_changes={"trans": human["trans"] + [0.3, 0, 0]})
    with_changes(code="object-far", thing_changes={"trans": thing["trans"] + [0, 0, 8]})
    jump = thing["trans"].copy()
    jump[20:] += [0, 0.6, 0]
    with_changes(code="jump", thing_changes={"trans": jump})
    still = human["poses"].copy()
    still[:, 66:] = 0
    with_changes(code="hands-still", human_changes={"poses": still})
    with_changes(code="betas-count", human_changes={"betas": np.zeros(12)})
    with_changes(code="unusable", human_changes={"trans": np.full((40, 3), np.nan)})
    with_changes(code="too-short", human_changes={k: human[k][:1] for k in ("poses", "trans")},
                 thing_changes={k: thing[k][:1] for k in ("angles", "trans")})  # fmt: skip


def test_meshes_and_their_samples(foundry, cube):
    folder, _, _ = canonical(foundry)
    objects = foundry.root / "behave" / "objects" / "backpack"
    np.save(objects / "sample_points.npy", cube[np.arange(340) % 8])
    assert found(folder) == set()
    np.save(objects / "sample_points.npy", cube[np.arange(340) % 8] + 0.001)
    assert found(folder) == {"samples-off-mesh"}
    (objects / "sample_points.npy").write_bytes(b"nothing")
    assert found(folder) == {"samples-unreadable"}
    (objects / "sample_points.npy").unlink()
    foundry.mesh("behave", "backpack", vertices=cube + np.array([0, 0.02, 0]))
    assert found(folder) == {"mesh-not-centred"}
    foundry.mesh("behave", "backpack", vertices=cube * 1000)
    assert "object-size" in found(folder)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "text-empty"), ("Lift it.", "text-bare"), ("Lift it.#0#0", "text-grammar"), ("#a/DET#0.0#0.0", "text-grammar"),
     ("Lift it.#lift#0.0#0.0", "text-tokens"), ("Lift it.#lift/VERB", "text-grammar"),
     ("Lift.#lift/VERB a/b#0.0#0.0", "text-tokens"),
     ("Lift.#lift/VERB#3.0#1.0", "text-times"),
     ("Lïft.#lift/VERB#0.0#0.0", "text-characters")],
)  # fmt: skip
def test_text_grammar(text, code, foundry):
    folder, _, _ = canonical(foundry)
    (folder / "text.txt").write_text(text, "utf-8")
    assert code in found(folder)


def test_the_known_action_defect_is_reported(foundry):
    folder, _, _ = canonical(foundry)
    (folder / "action.txt").write_bytes((folder / "text.txt").read_bytes())
    assert found(folder) == {"action-is-caption"}
    (folder / "text.txt").unlink()
    assert "text-missing" in found(folder)


def test_splits_that_leak(foundry):
    folder, human, thing = canonical(foundry, name="Date01_Sub01_backpack_10")
    for k in (1, 2):
        child = foundry.root / "behave_aug3" / "sequences_canonical" / f"{folder.name}_{k}"
        child.mkdir(parents=True)
        np.savez(child / "human.npz", **human)
        np.savez(child / "object.npz", **thing)
    split = foundry.root / "test_seq.txt"
    split.write_text(f"{folder.name}\n{folder.name}_1\ngone_clip\n")
    findings = validate_path(foundry.root).findings
    leak = [f for f in findings if f.code == "split-leak"]
    assert [f.field for f in leak] == [f"{folder.name}_2"] and leak[0].severity == "error"
    assert "gone_clip" in next(f.message for f in findings if f.code == "split-unresolved")
    split.write_text(f"{folder.name}\n{folder.name}_1\n{folder.name}_2\n")
    assert not {c for c in found(foundry.root) if c.startswith("split")}
    split.write_text("Date01_Sub01_backpack\n")
    assert "split-suffix" in found(foundry.root)


def test_an_inverse_object_rotation_is_settled_by_the_hands(foundry, cube):
    truth = foundry.clip("grab", 30)
    angles = np.tile([0.9, 0.4, -0.7], (30, 1))
    from scipy.spatial.transform import Rotation

    turn = Rotation.from_rotvec(angles[0]).as_matrix()
    held = cube[5] @ turn.T  # a corner under the right rotation, where every finger is
    np.save(truth.folder / "joints.npy", np.tile(held + np.array([0, 1, 0]), (30, 52, 1)))
    for stated, inverted in ((angles, False), (-angles, True)):
        np.savez(truth.folder / "object.npz", angles=stated, trans=np.tile([0, 1.0, 0], (30, 1)), name=np.array("cup"))
        assert ("object-rotation-inverted" in found(truth.folder)) == inverted


def test_a_broken_clip_is_one_finding_and_the_rest_is_checked(foundry):
    canonical(foundry, name="Date01_Sub01_backpack_1")
    folder, _, _ = canonical(foundry, name="Date01_Sub01_backpack_2")
    (folder / "human.npz").write_bytes(b"PK")
    report = validate_path(foundry.root)
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.path) == ("unusable", "error", folder / "human.npz")
    assert finding.remedy and report.num_clips == 2 and report.has_errors


def test_the_samples_and_single_files(shared_data, tmp_path):
    report = validate_path(shared_data / "intermimic")
    assert report.num_clips == 7 and not report.has_errors
    assert {"inconsistent-skeleton", "zero-quaternion"} <= {f.code for f in report.findings}
    assert validate_path(shared_data / "mesh_edge_cases" / "empty.obj").has_errors
    assert validate_path(tmp_path / "nowhere").has_errors


def test_it_can_be_cancelled(foundry):
    canonical(foundry)

    class Stop:
        def progress(self, fraction, stage="", metrics=None):
            return None

        def checkpoint(self):
            raise Cancelled

    with pytest.raises(Cancelled):
        validate_path(foundry.root, context=Stop())
