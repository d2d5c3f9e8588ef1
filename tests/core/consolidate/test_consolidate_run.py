"""Whole runs over a small data set: what is made, what is not made again, what is said, what is left alone."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interact_core.bodies.library import choose_body
from interact_core.clip import Caption, Notice
from interact_core.cluster.kinds.consolidate import consolidate
from interact_core.consolidate import plan
from interact_core.consolidate.config import BodyConfig, LightConfig, MotionConfig, SegmentConfig, SourceConfig
from interact_core.consolidate.plan import Only
from interact_core.consolidate.run import look_over
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.released import Released
from interact_core.consolidate.sources.words import SourceSegment, SourceWords
from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.interact_layout import read_interact
from interact_core.formats.interact_writer import write_clip
from interact_core.formats.validate import validate_path

ALL = {"meshes", "samples", "bps", "clip", "joints", "markers", "motion", "light"}


def counts(report):
    return {name: (entry["made"], entry["reused"]) for name, entry in report.record()["stages"].items()}


def digests(folder):
    return {p: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def clips_in(out, dataset="demo"):
    return sorted(path.name for path in (out / dataset / "sequences_canonical").iterdir())


def test_a_data_set_comes_out_whole_and_valid_and_the_source_is_untouched(config, source):
    before = digests(source)
    report = consolidate(config)
    assert not report.failures and digests(source) == before
    assert clips_in(config.out) == ["demo_ball_0", "demo_ball_1", "demo_ball_2"]
    found = validate_path(config.out)
    assert found.num_clips == 3 and not found.has_errors
    # The sources hang in the air and say that they stand: that floor stays, and is told.
    assert {f.code for f in found.findings if f.severity == "warning"} <= {"off-the-floor"}
    folder = config.out / "demo" / "sequences_canonical" / "demo_ball_0"
    assert np.load(folder / "joints.npy").shape == (70, 52, 3) and np.load(folder / "markers.npy").shape == (70, 77, 3)
    assert np.load(folder / "motion_corrected.npy").shape == (70, 962) and not (folder / "motion.npy").exists()
    short = next(clip for clip in report.clips if clip.name == "demo_ball_2")
    assert "20 frames" in short.left_out["light"] and not (folder.parent / "demo_ball_2" / "data.npz").exists()
    # Arrays tell of the motion that lies beside them, to the bit: they were made from the files.
    stored = read_interact(folder, "x", "demo")
    choice = choose_body(stored.body, None)
    markers = choice.bound.pose(stored.body, slice(0, 64)).vertices[:, choice.model.marker_vertices]
    np.testing.assert_array_equal(np.load(folder / "markers.npy")[:64], markers)


def test_meta_and_manifest_say_what_a_clip_is(config, source):
    consolidate(config)
    folder = config.out / "demo" / "sequences_canonical" / "demo_ball_1"
    meta = json.loads((folder / "meta.json").read_text())
    expected = {
        "format": "interact-studio/clip", "format_version": 1, "dataset": "demo", "fps": 30.0, "up": "+Y", "family": "open",
        "gender": "female", "num_betas": 10, "hand_coding": "axis_angle", "hand_mean": "flat", "source": "released",
        "source_clip": "demo_ball_1", "frame_start": 0, "frame_end": 64, "stand_in": False,
    }  # fmt: skip
    assert {key: meta[key] for key in expected} == expected
    about = read_interact(folder, "x").metadata  # what tells of the files is not carried on as a fact about the clip
    assert about["source_clip"] == "demo_ball_1" and not {"format", "hand_coding", "frame_end"} & set(about)
    for name, about in meta["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == about["sha256"]
    given = {entry["name"]: entry["sha256"] for entry in meta["source_files"]}
    human = source / "demo" / "sequences_canonical" / "demo_ball_1" / "human.npz"
    assert given[str(human.relative_to(source))] == hashlib.sha256(human.read_bytes()).hexdigest()
    # The way back to the source's own coordinates.
    back = np.linalg.inv(np.array(meta["world_from_source"]))
    here, there = (read_interact(path, "x", "demo") for path in (folder, human.parent))
    ours, theirs = (choose_body(c.body, None).bound.pose(c.body).joints for c in (here, there))
    np.testing.assert_allclose(ours @ back[:3, :3].T + back[:3, 3], theirs, atol=3e-5)
    manifest = json.loads((config.out / "manifest.json").read_text())
    assert manifest["clips"] == 3 and manifest["frames"] == 154
    entry = next(e for e in manifest["datasets"]["demo"] if e["clip"] == "demo_ball_1")
    assert entry["meta_sha256"] == hashlib.sha256((folder / "meta.json").read_bytes()).hexdigest()


def test_what_is_there_is_not_made_again_and_a_changed_option_only_what_depends_on_it(config, all_files):
    dry = look_over(config)
    assert not config.out.exists() and all(made == 3 for made, _ in counts(dry).values())
    consolidate(config)
    first, marks = all_files(config.out), digests(config.out / "demo")
    again = consolidate(config)
    assert all(made == 0 for made, _ in counts(again).values()) and digests(config.out / "demo") == marks
    published = replace(config, motion=MotionConfig(compat=True))
    assert {n for n, (made, _) in counts(look_over(published)).items() if made} == {"motion"}
    assert digests(config.out / "demo") == marks
    report = consolidate(published)
    assert counts(report)["motion"] == (3, 0) and counts(report)["clip"] == (0, 3)
    changed = {name for name, data in all_files(config.out).items() if first.get(name) != data}
    assert {name.rsplit("/", 1)[-1] for name in changed} == {"motion.npy", "meta.json", "manifest.json"}
    assert counts(consolidate(replace(published, light=LightConfig(cut=10))))["light"] == (3, 0)
    consolidate(config)
    assert all_files(config.out) == first  # motion.npy is gone again: a folder holds what its config says


def test_a_changed_input_is_made_anew_and_only_it(config, source, make, all_files):
    consolidate(config)
    before = all_files(config.out)
    write_clip(make("demo_ball_1", 64, seed=9), source, "demo", overwrite=True)
    report = consolidate(config)
    assert {clip.name for clip in report.clips if clip.made} == {"demo_ball_1"}
    changed = {name for name, data in all_files(config.out).items() if before[name] != data}
    assert all("demo_ball_1" in name or name == "manifest.json" for name in changed)


def test_lost_files_are_made_again_to_the_same_bytes(config, all_files):
    consolidate(config)
    before = all_files(config.out)
    (config.out / "demo" / "objects" / "ball" / "sample_points.npy").unlink()
    (config.out / "demo" / "sequences_canonical" / "demo_ball_0" / "markers.npy").unlink()
    shutil.rmtree(config.out / "demo" / "sequences_canonical" / "demo_ball_2")
    (config.out / "demo" / "sequences_canonical" / ".demo_ball_2.abc.tmp").mkdir()  # as a killed run leaves it
    report = consolidate(config)
    assert not report.failures and all_files(config.out) == before
    assert counts(report)["clip"] == (1, 2) and counts(report)["markers"] == (2, 1)


def test_only_narrows_to_stages_and_names(config):
    report = consolidate(config, only=Only(("markers",), ("*_1",)))
    assert [clip.name for clip in report.clips] == ["demo_ball_1"]
    assert set(report.clips[0].made) == {"meshes", "clip", "markers"}
    assert clips_in(config.out) == ["demo_ball_1"]
    report = consolidate(config)
    assert counts(report)["markers"] == (2, 1) and counts(report)["joints"] == (3, 0)


def test_one_bad_recording_fails_alone_and_is_told(config, source):
    broken = source / "demo" / "sequences_canonical" / "demo_ball_1" / "human.npz"
    broken.write_bytes(broken.read_bytes()[:200])
    report = consolidate(config)
    (failure,) = report.failures
    assert failure.item == "demo/demo_ball_1" and failure.path == str(broken) and failure.problem and failure.remedy
    assert clips_in(config.out) == ["demo_ball_0", "demo_ball_2"] and not validate_path(config.out).has_errors
    told = json.loads((config.out / ".consolidate" / "report.json").read_text())
    assert [f["item"] for f in told["failures"]] == ["demo/demo_ball_1"]


def test_a_bug_in_one_recording_is_told_as_a_bug(config, monkeypatch):
    real = Released._read

    def read(self, ref):
        if ref.path.name == "demo_ball_1":
            raise KeyError("verts")
        return real(self, ref)

    monkeypatch.setattr(Released, "_read", read)
    report = consolidate(config)
    (failure,) = report.failures
    assert not failure.expected and "KeyError" in failure.problem
    assert sum(bool(clip.made) for clip in report.clips) == 2


def test_several_processes_make_the_same_bytes(config, all_files, tmp_path):
    consolidate(config)
    other = replace(config, out=tmp_path / "other")
    assert not consolidate(other, jobs=2).failures
    assert all_files(other.out) == all_files(config.out)


def test_two_runs_do_not_share_a_folder(config):
    from interact_core.locks import FileLock

    consolidate(config)
    (path,) = (config.out / ".consolidate").glob("consolidate-*/lock")
    lock = FileLock(path)
    assert lock.acquire()
    with pytest.raises(InputError, match="another process is working"):
        consolidate(replace(config, motion=MotionConfig(compat=True)))
    lock.release()


def test_two_recordings_of_one_name_and_two_meshes_of_one_name(config, source, tmp_path, make, ball):
    other = tmp_path / "more"
    write_clip(make("demo_ball_0"), other, "demo")
    write_clip(make("demo_big", mesh=ball(0.3)), tmp_path / "big", "demo")
    sources = (*config.sources, SourceConfig("released", other, "demo"), SourceConfig("released", tmp_path / "big", "demo"))
    report = consolidate(replace(config, sources=sources))
    told = {failure.item: failure.problem for failure in report.failures}
    assert "another recording" in told["demo/demo_ball_0"] and "another mesh" in told["demo/demo_big"] and len(told) == 2
    named = replace(sources[2], object_names="content")
    report = consolidate(replace(config, sources=(config.sources[0], named)))
    assert not report.failures and len(list((config.out / "demo" / "objects").iterdir())) == 2


FIRST = SourceSegment("rec_1_10", 10, 90, (Caption("A person sways."), Caption("One sways.", "change")))
SECOND = SourceSegment("rec_1_90", 90, 115, (Caption("It ends."),))
FINDING = Finding("annotation-number", "warning", Path("natural.csv"), "line 3", "12.5 is read as 12", "Write whole frames")


class _Raw:
    """A source with frames at 120 per second, y down, and annotations."""

    name = "tiny"

    def __init__(self, clip):
        self.clip = clip

    def recordings(self, root):
        file = root / "raw.bin"
        yield Recording("rec_1", "tiny", (file,), lambda: Raw(self.clip, np.diag([1.0, -1.0, -1.0])))


@pytest.fixture
def raw(config, make, tmp_path, monkeypatch):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "raw.bin").write_bytes(b"1")
    clip = replace(make("rec_1", frames=480, fps=120.0), captions=())
    monkeypatch.setattr(plan, "adapter", lambda kind, models: _Raw(clip))
    plan._listed.cache_clear()
    words = (FIRST, SECOND, SourceSegment("rec_1_500", 500, 600))
    monkeypatch.setattr(plan, "segments_of", lambda *_: SourceWords(words, (FINDING,)))
    source = SourceConfig("behave", tmp_path / "raw", "lab", tmp_path / "raw")
    return replace(config, sources=(source,), segment=SegmentConfig(tokens=False))


def test_a_raw_recording_becomes_segments_of_a_data_set_nobody_knows(raw):
    report = consolidate(raw)
    assert [clip.name for clip in report.clips] == ["rec_1_10", "rec_1_90"]
    (failure,) = report.failures
    assert failure.item == "lab/rec_1_500" and "last frame" in failure.problem
    assert [w.problem for w in report.warnings] == ["12.5 is read as 12"]
    assert not validate_path(raw.out).has_errors
    folder = raw.out / "lab" / "sequences_canonical" / "rec_1_10"
    clip = read_interact(folder, "rec_1_10")
    assert clip.num_frames == 80 and clip.fps == 30.0 and clip.source.dataset == "lab"
    assert [(c.variant, c.text) for c in clip.captions] == [("natural", "A person sways."), ("change", "One sways.")]
    assert read_interact(folder.parent / "rec_1_90", "x").num_frames == 25
    meta = json.loads((folder / "meta.json").read_text())
    assert (meta["source_fps"], meta["frame_start"], meta["frame_end"]) == (120.0, 10, 90)
    assert set(meta["transforms"]) == {"axes", "ground", "canonical", "floor"}


def test_words_are_part_of_the_key(raw, monkeypatch):
    consolidate(raw)
    words = (replace(FIRST, captions=(Caption("A person bows."),)), SECOND)
    monkeypatch.setattr(plan, "segments_of", lambda *_: SourceWords(words))
    report = consolidate(raw)
    assert sum(bool(clip.made) for clip in report.clips) == 2 and not report.failures
    monkeypatch.setattr(plan, "segments_of", lambda *_: SourceWords(words[:1]))
    report = consolidate(raw)
    assert report.orphans == ("lab/rec_1_90",)


def test_a_stand_in_leaves_out_what_would_be_another_persons(config, shared_data):
    source = SourceConfig("intermimic", shared_data / "intermimic" / "OMOMO_new", "omomo", only=("sub2_woodchair_003",))
    report = consolidate(replace(config, sources=(source,), derived=("joints", "markers")))
    (clip,) = report.clips
    assert not report.failures and set(clip.left_out) == {"markers"}  # the skeleton is exact, the skin is not
    folder = config.out / "omomo" / "sequences_canonical" / clip.name
    source_joints = np.load(folder / "joints.npy")
    assert np.abs(source_joints[0, 0, [0, 2]]).max() < 1e-5 and not validate_path(config.out).has_errors
    allowed = replace(config, sources=(source,), derived=("joints", "markers"), body=BodyConfig(stand_in=True))
    report = consolidate(allowed)
    assert not report.clips[0].left_out and (folder / "markers.npy").is_file()


def test_recordings_that_the_forms_do_not_name_are_kept_or_dropped(raw, monkeypatch):
    monkeypatch.setattr(plan, "segments_of", lambda *_: SourceWords((SourceSegment("rec_1"),)))
    assert [clip.name for clip in look_over(raw).clips] == ["rec_1"]
    report = look_over(replace(raw, segment=SegmentConfig(unannotated="drop")))
    assert report.dropped == 1 and not report.clips


def test_exports_are_stages_like_others(config, all_files):
    report = consolidate(replace(config, derived=(), exports=("bvh", "npz")), only=Only(names=("*_2",)))
    assert set(report.clips[0].made) == {"meshes", "clip", "export-bvh", "export-npz"}
    folder = config.out / "demo" / "sequences_canonical" / "demo_ball_2"
    text = (folder / "demo_ball_2.bvh").read_text()
    assert text.startswith("HIERARCHY") and "Frames: 20" in text
    stored = read_interact(folder, "x", "demo")
    joints = choose_body(stored.body, None).bound.pose(stored.body).joints
    np.testing.assert_allclose(np.load(folder / "demo_ball_2.npz")["joints"], joints, atol=1e-6)
    consolidate(replace(config, derived=()), only=Only(names=("*_2",)))
    assert not (folder / "demo_ball_2.bvh").exists()


def test_what_a_reader_found_doubtful_is_told_and_told_again(raw, monkeypatch, interact, tmp_path):
    """By code with the clips on the terminal, one by one in the report, also by a run that makes nothing."""
    found = Notice("rotation-transposed", "ball: hands fit better inverted", "object rotation")
    clip = replace(plan.adapter("", None).clip, notices=(found, Notice("hands-flat", "no fingers", severity="info")))
    monkeypatch.setattr(plan, "adapter", lambda kind, models: _Raw(clip))
    words = SourceWords((FIRST, SECOND), (FINDING,))
    monkeypatch.setattr(plan, "segments_of", lambda *_: words)
    path = tmp_path / "c.toml"
    path.write_text(
        'out = "result"\nderived = []\n[[source]]\nkind = "behave"\ndataset = "lab"\nroot = "raw"\nannotations = "raw"\n'
    )
    assert "rotation-transposed" not in interact("consolidate", path, "--dry-run").out  # nobody has read it yet
    for _ in range(2):
        result = interact("consolidate", path)
        assert result.code == 0 and "  warning: rotation-transposed: 2: lab/rec_1_10, lab/rec_1_90\n" in result.out
        assert "  warning: annotation-number: 1: lab/rec_1\n" in result.out and "hands-flat" not in result.out
        told = json.loads((tmp_path / "result" / ".consolidate" / "report.json").read_text())["warnings"]
        assert [(w["code"], w["item"]) for w in told] == [
            ("annotation-number", "lab/rec_1"), ("rotation-transposed", "lab/rec_1_10"), ("rotation-transposed", "lab/rec_1_90"),
        ]  # fmt: skip
        assert told[1]["problem"] == found.message and told[1]["path"].endswith("rec_1_10/meta.json")
    assert "rotation-transposed: 2" in interact("consolidate", path, "--dry-run").out
    kind = interact("run", "consolidate", path, "--out", tmp_path / "result", "--workers", 1)
    assert kind.code == 0 and "  warning: rotation-transposed: 2: lab/rec_1_10, lab/rec_1_90\n" in kind.out
