"""Raw layouts through the whole pipeline: what comes out is the demo clip they were written from, standing elsewhere."""

from dataclasses import replace

import numpy as np
import pytest
from raw_writers.behave_raw import write_behave
from raw_writers.grab_raw import write_grab
from raw_writers.hand_models import HandModel
from raw_writers.intercap_raw import write_intercap
from raw_writers.scene import demo
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import BodyChoice, open_body
from interact_core.cluster.kinds.consolidate import consolidate
from interact_core.consolidate import take
from interact_core.consolidate.config import BodyConfig, Config, SourceConfig
from interact_core.formats.interact_layout import read_interact
from interact_core.formats.validate import validate_path

BROOM = "demo_sweep_broom"


@pytest.fixture
def clip(monkeypatch):
    """The demo clip; its own body stands for the licensed one, which no test may have."""
    found = demo(BROOM, 40)
    model = open_body(found.body.gender)
    choice = BodyChoice(model, model.bind(found.body.shape), stand_in=False, note="")
    monkeypatch.setattr(take, "choose_body", lambda motion, models: choice)
    return found


def cloud(clip, body):
    """Joints of the demo's body in this motion, and the object's vertices (T, V, 3)."""
    motion = replace(clip.body, family="open", shape=body.shape, gender=body.gender)
    things = [part.posed() for obj in clip.objects for part in obj.parts]
    return np.concatenate([open_body(body.gender).bind(body.shape).pose(motion).joints, *things], axis=1).astype(float)


def fitted(source, target):
    """The rigid motion (rotation, shift) that lays one cloud on the other best (Kabsch)."""
    a, b = source.reshape(-1, 3), target.reshape(-1, 3)
    turn = Rotation.align_vectors(b - b.mean(0), a - a.mean(0))[0].as_matrix()
    return turn, b.mean(0) - turn @ a.mean(0)


def consolidated(kind, clip, tmp_path, *, models=None, fingers=True):
    """Run it, hold it against the clip: half a millimetre, body and object by one and the same motion, up is up. `fingers`
    False: the source's coding loses some of them."""
    config = Config(tmp_path / "out", (SourceConfig(kind, tmp_path / "raw"),), derived=("joints", "samples", "bps"))
    report = consolidate(replace(config, body=BodyConfig(models)))
    assert not report.failures and not validate_path(config.out).has_errors
    (made,) = report.clips
    assert made.frames == clip.num_frames
    folder = config.out / kind / "sequences_canonical" / made.name
    stored = read_interact(folder, made.name)
    ours, theirs = cloud(stored, clip.body), cloud(clip, clip.body)
    np.testing.assert_allclose(np.load(folder / "joints.npy"), ours[:, :52], atol=1e-5)
    keep = np.r_[0 : 52 if fingers else 22, 52 : ours.shape[1]]
    turn, shift = fitted(theirs[:, keep], ours[:, keep])
    assert np.linalg.norm(theirs[:, keep] @ turn.T + shift - ours[:, keep], axis=-1).max() < 5e-4
    assert np.degrees(np.arccos(np.clip(turn[1, 1], -1, 1))) < 0.05
    assert np.abs(ours[0, 0, [0, 2]]).max() < 1e-5  # the pelvis of frame 0
    return stored


def test_behave_comes_out_as_it_was(clip, tmp_path):
    write_behave(tmp_path / "raw", clip)
    consolidated("behave", clip, tmp_path)


def test_grab_comes_out_at_thirty_frames_with_absolute_hands(clip, tmp_path):
    write_grab(tmp_path / "raw", clip, HandModel(tmp_path / "models"))
    stored = consolidated("grab", clip, tmp_path)
    ours, theirs = (Rotation.from_rotvec(np.asarray(c.body.left_hand_pose, float).reshape(-1, 3)) for c in (stored, clip))
    assert np.degrees((ours.inv() * theirs).magnitude().max()) < 0.05


def test_intercap_comes_out_with_its_mesh_at_rest(clip, tmp_path):
    write_intercap(tmp_path / "raw", clip, HandModel(tmp_path / "models" / "smplx"))
    stored = consolidated("intercap", clip, tmp_path, models=tmp_path / "models", fingers=False)
    assert np.abs(stored.objects[0].parts[0].mesh.vertices.astype(float).mean(axis=0)).max() < 1e-5
