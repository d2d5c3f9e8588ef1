"""Versions: exact round trip, whole or not there, trash, damage, adoption."""

import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interact_core.clip import Betas, BodyMotion, Caption, Clip, Hinge, Mesh, ObjectMotion, ObjectPart, RestJoints, Source
from interact_core.errors import InputError
from interact_core.formats.clip_store import clip_files, read_clip_files
from interact_core.geometry.rotations import axis_angle_to_matrix
from interact_core.project import Manifest, Project, lineage
from interact_core.project.versions import find_version, problem_of

FRAMES = 17


def make(clip_id: str = "behave/x", seed: int = 0, parts: int = 1) -> Clip:
    rng = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(0, 1.0, (FRAMES, *shape)).astype(np.float32)

    body = BodyMotion(
        "smplx", "female", Betas(rng.normal(size=16).astype(np.float32)), some(3), some(21, 3), some(15, 3), some(15, 3),
        some(3), some(3), some(2, 3),
    )  # fmt: skip
    mesh = Mesh(rng.normal(size=(6, 3)).astype(np.float32), np.array([[0, 1, 2], [3, 4, 5]], np.int32), "thing")
    tracks = [
        ObjectPart(
            f"part{k}", mesh, axis_angle_to_matrix(some(3) * 3).astype(np.float32), some(3), "part0" if k else None,
            Hinge(*(some(3)[0], some(3)[0], some(1)[:, 0])) if k else None, rng.random(FRAMES) > 0.5,
        ) for k in range(parts)
    ]  # fmt: skip
    return Clip(
        clip_id, 29.97, body, (ObjectMotion("box", tuple(tracks)),), (Caption("Words."),), ("lift",),
        Source(Path("/data/behave/x"), "interact", "behave", np.diag([1.0, -1, 1, 1])), (), some(52, 3),
        {"object": rng.random(FRAMES).astype(np.float32)}, {"subject": "Ann ü"},
    )  # fmt: skip


def same(a: Clip, b: Clip) -> None:
    for name in ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "transl", "jaw_pose", "eye_pose"):
        assert np.array_equal(getattr(a.body, name), getattr(b.body, name)), name
    for one, two in zip(a.objects, b.objects, strict=True):
        assert one.name == two.name
        for p, q in zip(one.parts, two.parts, strict=True):
            assert (p.name, p.parent, p.mesh.content_hash) == (q.name, q.parent, q.mesh.content_hash)
            for name in ("rotation", "translation", "missing"):
                assert np.array_equal(getattr(p, name), getattr(q, name)), name
            assert (p.hinge is None) == (q.hinge is None)
            if p.hinge is not None and q.hinge is not None:
                assert all(np.array_equal(getattr(p.hinge, n), getattr(q.hinge, n)) for n in ("axis", "point", "angle"))
    assert a.source is not None and b.source is not None
    assert (a.fps, a.actions, a.metadata, a.source.path) == (b.fps, b.actions, dict(b.metadata), b.source.path)
    assert np.array_equal(a.source.world_from_source, b.source.world_from_source)
    assert a.recorded_joints is not None and np.array_equal(a.recorded_joints, b.recorded_joints)
    assert np.array_equal(a.recorded_contact["object"], b.recorded_contact["object"])


@pytest.mark.parametrize("parts", [1, 3])
def test_a_version_comes_back_exactly_with_todays_captions(project: Project, clip_id: str, parts: int) -> None:
    clip = make(clip_id, parts=parts)
    version = project.versions.add(clip_id, clip, Manifest("refined", parameters={"a": 1}, seed=7, seconds=1.5))
    project.set_caption(clip_id, "natural", "Said today.")
    back = project.versions.read(version.id)
    same(clip, back)
    assert back.captions[0].text == "Said today."


@pytest.mark.parametrize("shape", [Betas(np.arange(10, dtype=np.float32) / 9), RestJoints(np.ones((52, 3), np.float32))])
def test_other_shapes(tmp_path: Path, shape: Betas | RestJoints) -> None:
    clip = make()
    clip = replace(clip, body=replace(clip.body, shape=shape, jaw_pose=None, eye_pose=None), objects=(), recorded_joints=None)
    for name, data in clip_files(clip).items():
        (tmp_path / name).write_bytes(data)
    back = read_clip_files(tmp_path)
    kept = back.body.shape
    assert type(kept) is type(shape) and np.array_equal(vars(kept).popitem()[1], vars(shape).popitem()[1])
    assert back.objects == () and back.body.jaw_pose is None and back.recorded_joints is None


def test_manifest_and_list_survive_a_restart(opened: Callable[..., Project]) -> None:
    project = opened()
    clip_id = project.library.search()[0].id
    made = Manifest("refined", backend="ours", parameters={"w": 2.0}, seed=3, device="cpu", frames=(2, 9), seconds=4.0,
                    before={"p": {"value": 2.0}}, after={"p": {"value": 1.0}}, notes=("n",))  # fmt: skip
    first = project.versions.add(clip_id, make(clip_id), made)
    second = project.versions.add(clip_id, make(clip_id, 1), Manifest("augmented", parent=first.id, title="mine"))
    again = opened().versions.of(clip_id)
    assert [v.id for v in again] == [first.id, second.id] and again[0].manifest == made
    assert made.code.startswith("0.") and made.created
    assert [v.name for v in again] == ["v1 refined", "v2 mine"]
    tree = lineage(again)
    assert tree.children[0].version == again[0] and tree.children[0].children[0].version == again[1]


def test_trash_undo_purge_and_bytes(project: Project, clip_id: str) -> None:
    store = project.versions
    a = store.add(clip_id, make(clip_id), Manifest("refined"))
    b = store.add(clip_id, make(clip_id, 1), Manifest("refined", parent=a.id))
    on_disk = sum(f.stat().st_size for f in a.path.iterdir())
    assert a.bytes == on_disk == store.of(clip_id)[0].bytes
    store.delete(a.id)
    assert [v.id for v in store.of(clip_id)] == [b.id]
    assert store.disk_use(clip_id).trash == a.bytes and store.disk_use().kept == b.bytes
    (child,) = lineage(store.of(clip_id, deleted=True)).children
    assert child.version is not None and child.version.id == b.id
    store.undelete(a.id)
    assert len(store.of(clip_id)) == 2
    store.delete(a.id)
    assert store.purge(clip_id) == a.bytes and not a.path.exists() and store.disk_use().trash == 0
    with pytest.raises(InputError, match="no version"):
        store.read(a.id)
    assert store.add(clip_id, make(clip_id), Manifest("refined", parent=b.id)).number == 3


def test_one_accepted_version_a_clip(project: Project, clip_id: str) -> None:
    store = project.versions
    a, b = (store.add(clip_id, make(clip_id, k), Manifest("refined")) for k in range(2))
    store.decide(a.id, "accepted")
    store.decide(b.id, "accepted")
    assert [v.state for v in store.of(clip_id)] == ["candidate", "accepted"]
    store.decide(a.id, "rejected")
    assert [v.state for v in store.of(clip_id)] == ["rejected", "accepted"]


def test_a_full_disk_leaves_nothing(project: Project, clip_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "object.npz":
            whole(path, data[:100])
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="disk is full"):
        project.versions.add(clip_id, make(clip_id), Manifest("refined"))
    monkeypatch.undo()
    assert project.versions.of(clip_id) == ()
    assert not [p for p in project.versions.root.rglob("*") if p.is_file()]


def test_values_that_are_no_numbers_are_not_stored(project: Project, clip_id: str) -> None:
    clip = make(clip_id)
    clip.body.transl[3] = np.nan
    with pytest.raises(InputError, match="not numbers"):
        project.versions.add(clip_id, clip, Manifest("refined"))
    assert not project.versions.root.exists()


@pytest.mark.parametrize("harm", ["cut", "bit", "gone", "manifest", "folder"])
def test_a_damaged_version_is_named_and_the_rest_works(project: Project, clip_id: str, harm: str) -> None:
    store = project.versions
    good = store.add(clip_id, make(clip_id), Manifest("refined"))
    bad = store.add(clip_id, make(clip_id, 1), Manifest("refined"))
    target = bad.path / ("manifest.json" if harm == "manifest" else "human.npz")
    data = bytearray(target.read_bytes())
    if harm == "cut":
        target.write_bytes(data[:-10])
    elif harm == "bit":
        data[len(data) // 2] ^= 1
        target.write_bytes(data)
    elif harm == "gone":
        target.unlink()
    elif harm == "manifest":
        target.write_bytes(b"{")
    else:
        shutil.rmtree(bad.path)
    listed = {v.id: v.problem for v in store.of(clip_id)}
    assert listed[good.id] == "" and (listed[bad.id] or harm == "bit")
    with pytest.raises(InputError) as told:
        store.read(bad.id)
    assert bad.id in str(told.value)
    same(make(clip_id), store.read(good.id))
    store.delete(bad.id)
    store.purge()
    assert [v.id for v in store.of(clip_id)] == [good.id]


def test_folders_the_database_lost_come_back_and_litter_goes(opened: Callable[..., Project]) -> None:
    project = opened()
    clip_id = project.library.search()[0].id
    kept = project.versions.add(clip_id, make(clip_id), Manifest("generated", title="t"))
    with project.database.writing() as connection:
        connection.execute("DELETE FROM versions")
    litter = kept.path.parent / ".half.abc.tmp"
    litter.mkdir()
    (kept.path.parent / "strange").mkdir()
    (kept.path.parent / "strange" / "manifest.json").write_text("[]")
    store = opened().versions
    assert [(v.id, v.manifest) for v in store.of(clip_id)] == [(kept.id, kept.manifest)]
    assert not litter.exists()
    same(make(clip_id), store.read(kept.id))


def test_found_by_id_and_a_newer_program_is_said(project: Project, clip_id: str) -> None:
    version = project.versions.add(clip_id, make(clip_id), Manifest("refined"))
    assert find_version(version.id, project.folder.parent) == version.path
    assert find_version("../../etc", project.folder.parent) is None
    facts = json.loads((version.path / "manifest.json").read_text())
    (version.path / "manifest.json").write_text(json.dumps({**facts, "version": 99}))
    assert "newer" in problem_of(version.path)


def test_a_parent_of_another_clip_is_refused(project: Project) -> None:
    one, two = (row.id for row in project.library.search()[:2])
    made = project.versions.add(one, make(one), Manifest("refined"))
    with pytest.raises(InputError, match="another clip"):
        project.versions.add(two, make(two), Manifest("refined", parent=made.id))
