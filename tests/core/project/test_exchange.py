"""Annotations out of a project and back, in every form: whole or not at all, never into the data, never over other words."""

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interact_core.annotation import (
    CaptionRecord,
    DismissalRecord,
    Editing,
    Record,
    RemarkRecord,
    SegmentRecord,
    StateRecord,
    new_uid,
)
from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.words.text_txt import parse_captions
from interact_core.project import Project, index_clips
from interact_core.project.exchange import FORMS, ExportOptions, apply_import, export_annotations, import_annotations

MUG = "grab/s1_mug_drink"
BACKPACK = "behave/Date01_Sub01_backpack_0"
OPTIONS = ExportOptions(tokens=False)
SEGMENTS = (
    Segment("action", 3, 40, "lifts it", "Lift", "he", "mug", "handle", "right", 0.5, "note, with comma", "ana"),
    Segment("action", 30, 60, label="Drink"),
    Segment("caption", 0, 7, 'He "sips"\nslowly'),
    Segment("contact_hand", 10, 11, label="right", hand="right"),
)


def put(project: Project, clip: str, *records: Record) -> None:
    document = project.document(clip)
    editing = Editing(document, "Test")
    for record in records:
        editing.put(record)
    project.record(editing.edit().apply(document), document, "ana")


@pytest.fixture
def annotated(project: Project) -> Project:
    index_clips(project)
    project.set_caption(MUG, 0, 'Sips "tea", née\nwith #1 mug', "ana")
    put(project, MUG, *(SegmentRecord(new_uid(), segment) for segment in SEGMENTS))
    return project  # not flushed: what is typed is exported, stored or not


REAL = (("hoidiff_behave", "text"), ("hoidiff_omomo", "text"), ("hoidiff_behave", "humanml3d"), ("omomo_json", "omomo"))


def everything(project: Project, clip: str) -> list[str]:
    """What is said, without who brought it and when."""
    found = []
    for record in project.annotations(clip):
        said = getattr(record, "caption", None) or getattr(record, "segment", None) or record
        found.append(repr(said) if isinstance(record, CaptionRecord | SegmentRecord) else repr(record).split("origin")[0])
    return sorted(found)


def forget(project: Project, clip: str) -> None:
    document = project.document(clip)
    editing = Editing(document, "Forget")
    for record in document.records:
        editing.remove(record.uid)
    project.record(editing.edit().apply(document), document)


@pytest.mark.parametrize("form", ["jsonl", "csv", "document", "eaf", "babel"])
def test_forms_that_hold_everything_bring_it_back(form: str, annotated: Project, tmp_path: Path) -> None:
    extra = (
        RemarkRecord(new_uid(), "look", True, 5, "x", author="bo"),
        DismissalRecord(new_uid(), "k", "because"),
        StateRecord("done"),
    )
    if form in ("jsonl", "csv", "document"):
        put(annotated, MUG, *extra)
    before = everything(annotated, MUG)
    target = tmp_path / f"out{FORMS[form].suffix}"
    report = export_annotations(annotated, target, form, [MUG], OPTIONS)
    assert report.files == (target,) and report.clips == 1 and not report.problems
    again = import_annotations(annotated, target)
    assert again.edits == {} and not again.conflicts and not again.findings, "what is there already is no edit"
    forget(annotated, MUG)
    assert everything(annotated, MUG) == []
    report = import_annotations(annotated, target)
    apply_import(annotated, report)
    assert [text.replace("\r", "") for text in everything(annotated, MUG)] == before
    assert {record.origin for record in annotated.annotations(MUG)} == {"import"}


@pytest.mark.parametrize("form", list(FORMS))
def test_every_form_is_read_back_for_every_clip(form: str, annotated: Project, tmp_path: Path) -> None:
    target = tmp_path / (f"out{FORMS[form].suffix}" if FORMS[form].together else "out")
    report = export_annotations(annotated, target, form, None, OPTIONS)
    assert report.clips >= (1 if form == "action" else 4) and all(path.is_file() for path in report.files)
    back = import_annotations(annotated, target, None if form != "humanml3d" else "humanml3d")
    assert not [f for f in back.findings if f.severity == "error"], back.findings
    assert {c.clip_id for c in back.clips} >= {MUG} and len(back.clips) == report.clips


def test_interact_text_in_its_own_folders(annotated: Project, tmp_path: Path, dataset: Path) -> None:
    report = export_annotations(annotated, tmp_path / "texts", "text", None, OPTIONS)
    assert report.changed == (MUG,)
    files = {str(path.relative_to(report.path)) for path in report.path.rglob("*.txt")}
    assert len(files) == 4 and "behave/Date01_Sub01_backpack_0/text.txt" in files
    source = dataset / "behave/sequences_canonical/Date01_Sub01_backpack_0/text.txt"
    assert (report.path / "behave/Date01_Sub01_backpack_0/text.txt").read_bytes() == source.read_bytes()
    mine = (report.path / "grab/s1_mug_drink/text.txt").read_bytes()
    assert parse_captions(mine.decode())[0].text == 'Sips "tea", nee with 1 mug'
    assert b"\r" in mine and b"\n" not in mine, "the file's own separator stays"


def test_real_files_come_out_as_they_went_in(
    shared_data: Path, tmp_path: Path, opened: Callable[..., Project], dataset: Path, clip_maker: Callable[..., None]
) -> None:
    """Import into a project, export from it: every valid file byte for byte."""
    texts = shared_data / "text"
    for folder in ("hoidiff_behave", "hoidiff_omomo"):
        for path in sorted((texts / folder).glob("*.txt")):
            name = "behave" if folder == "hoidiff_behave" else "omomo"
            clip_maker(dataset / name / "sequences_canonical" / path.stem, 400)
    project = opened()
    index_clips(project)
    inbox = tmp_path / "inbox"
    shutil.copytree(texts, inbox)
    for folder, form in REAL:
        forget_all(project)
        report = import_annotations(project, inbox / folder, form)
        assert not report.findings and not report.conflicts
        apply_import(project, report)
        for clip in report.clips:
            (source,) = clip.sources
            out = tmp_path / "out" / f"{form}{source.path.suffix}"
            export_annotations(project, out, form, [clip.clip_id], OPTIONS)
            assert out.read_bytes() == source.path.read_bytes(), source.path.name


def forget_all(project: Project) -> None:
    for row in project.library.search():
        if project.annotations(row.id):
            forget(project, row.id)


def test_other_words_are_never_lost(annotated: Project, tmp_path: Path) -> None:
    (tmp_path / "Date01_Sub01_backpack_0.txt").write_bytes(b"Other words.#other/ADJ word/NOUN#0.0#0.0")
    before = annotated.captions(BACKPACK)
    for way, count in (("keep", 2), ("add", 3), ("replace", 2)):
        report = import_annotations(annotated, tmp_path / "Date01_Sub01_backpack_0.txt", on_conflict=way)
        (conflict,) = report.conflicts
        assert conflict.present == before[0] and conflict.incoming.caption.text == "Other words."
        document = annotated.document(BACKPACK)
        edit = report.clips[0].edit
        edit.apply(document)
        assert len(document.captions) == count
        assert (before[0] in document.captions) == (way != "replace")
        edit.revert(document)
        assert document.captions == before
    apply_import(annotated, report, "eva")
    assert annotated.captions(BACKPACK)[0].caption.text == "Other words."
    annotated.flush()
    revision = annotated.revisions(BACKPACK)[0]
    assert revision.before.caption.text == before[0].caption.text and revision.author == "eva"


def test_the_same_words_in_several_files_are_one(annotated: Project, tmp_path: Path) -> None:
    for form in ("eaf", "jsonl", "babel", "document"):
        export_annotations(annotated, tmp_path / "in" / f"s1_mug_drink_{form}{FORMS[form].suffix}", form, [MUG], OPTIONS)
    before = everything(annotated, MUG)
    forget(annotated, MUG)
    report = import_annotations(annotated, tmp_path / "in", clip=MUG)
    apply_import(annotated, report)
    assert everything(annotated, MUG) == before and not report.conflicts


def test_a_batch_goes_on_past_bad_files(annotated: Project, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for name, data in {
        "behave/Date01_Sub01_backpack_0/text.txt": b"Good.#good/ADJ#0.0#0.0",
        "grab/s1_mug_drink/text.txt": b"Good.#good/ADJ#0.0#0.0\rBad.#bad#0#0",
        "nobody.txt": b"Who?#who/PRON#0.0#0.0",
        "broken.eaf": b"<ANNOTATION_DOCUMENT>\n<HEADER>",
        "rows.jsonl": b'{"clip": "grab/s1_mug_drink", "tier": "free", "start_frame": 1, "end_frame": 2}\n{"clip": 3}\n'
        b'{"clip": "grab/s1_mug_drink", "tier": "free", "start_frame": 9, "end_frame": 2}\n',
        "notes.md": b"not for us",
    }.items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(data)
    report = import_annotations(annotated, inbox)
    told = {(f.path.name, f.field) for f in report.findings}
    assert told == {
        ("text.txt", "line 2"), ("nobody.txt", "clip"), ("broken.eaf", "line 2"), ("rows.jsonl", "line 2, clip"),
        ("rows.jsonl", "line 3, end_frame"),
    }  # fmt: skip
    assert report.has_errors and set(report.edits) == {BACKPACK, MUG}
    with pytest.raises(InputError, match="no file"):
        import_annotations(annotated, [])
    with pytest.raises(InputError, match="no clip 'x'"):
        import_annotations(annotated, inbox, clip="x")


def test_annotation_tables(annotated: Project, tmp_path: Path) -> None:
    header = "Input.video_url,Answer.action\n"
    for table, cells in {
        "natural": 'BEHAVE_Date01_Sub01_backpack_bag.mp4,"He lifts it; then waits#0#12.5;He goes#12#30"\n',
        "change": 'BEHAVE_Date01_Sub01_backpack_bag.mp4,"A man raises it#0#1\nHe leaves#12#30"\n',
        "action": "BEHAVE_Date01_Sub01_backpack_bag.mp4,lift#0#12\nGRAB_s1_mug_drink_mug.mp4,Drink#4#9\n",
    }.items():
        (tmp_path / "in" / table).mkdir(parents=True)
        (tmp_path / "in" / table / "behave.csv").write_text(header + cells)
    report = import_annotations(annotated, tmp_path / "in")
    dotted = [f for f in report.findings if f.code == "annotation-dotted"]
    assert len(dotted) == 1 and "12.5 is read as frame 12" in dotted[0].message and "125" in dotted[0].message
    missing = [f for f in report.findings if f.code == "import-no-clip"]
    assert len(missing) == 1 and "Date01_Sub01_backpack_12" in missing[0].message and missing[0].path.name == "behave.csv"
    clip, mug = report.clips
    assert [r.segment for r in mug.sources[0].records] == [Segment("action", 4, 9, label="Drink")]
    said = [record for source in clip.sources for record in source.records]
    assert {(r.caption.variant, r.caption.text) for r in said if isinstance(r, CaptionRecord)} == {
        ("natural", "He lifts it; then waits"), ("change", "A man raises it"),
    }  # fmt: skip
    assert [r.segment for r in said if isinstance(r, SegmentRecord)] == [Segment("action", 0, 30, label="Lift")]
    export_annotations(annotated, tmp_path / "out", "annotation-csv", None, OPTIONS)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/natural/behave.csv").read_text())))
    assert rows[0] == {
        "Input.video_url": "BEHAVE_Date01_Sub01_backpack_backpack.mp4",
        "Answer.action": "A person lifts the backpack.#0#30",
    }


def test_actions(annotated: Project, tmp_path: Path) -> None:
    export_annotations(annotated, tmp_path / "out", "action", [MUG], OPTIONS)
    folder = tmp_path / "out/grab/s1_mug_drink"
    assert (folder / "action.txt").read_bytes() == b"A person lift the mug.\nA person drink the mug."
    vector = np.load(folder / "action.npy", allow_pickle=False)
    assert vector.dtype == np.float64 and vector.tolist() == (np.eye(16)[8] + np.eye(16)[15]).tolist()
    report = import_annotations(annotated, folder / "action.npy", clip=BACKPACK)
    assert [r.segment.label for r in report.clips[0].sources[0].records] == ["Lift", "Drink"]


def test_tokens_are_filled_in(annotated: Project, tmp_path: Path) -> None:
    export_annotations(annotated, tmp_path / "mug.txt", "text", [MUG], ExportOptions())
    assert b"1 mug#sip/NOUN tea/NOUN" in (tmp_path / "mug.txt").read_bytes()


def test_without_the_tagger_an_export_says_so(annotated: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interact_core.formats.words.tokens._MODEL", "no_such_model")
    report = export_annotations(annotated, tmp_path / "mug.txt", "text", [MUG], ExportOptions())
    assert [problem.code for problem in report.problems] == ["export-tokens"]
    assert b"1 mug##0.0#0.0\r" in (tmp_path / "mug.txt").read_bytes()


def test_csv_as_a_spreadsheet_reads_it(annotated: Project, tmp_path: Path) -> None:
    report = export_annotations(annotated, tmp_path / "all.csv", "csv", None, OPTIONS)
    with report.path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert report.records == len(rows) == 8 + len(SEGMENTS)
    (lift,) = [row for row in rows if row["label"] == "Lift"]
    assert (lift["start_frame"], lift["start_seconds"], lift["end_seconds"], lift["note"]) == (
        "3",
        "0.1",
        "1.333",
        "note, with comma",
    )


def test_what_is_in_the_way_is_refused(annotated: Project, tmp_path: Path, dataset: Path) -> None:
    with pytest.raises(InputError, match="never written"):
        export_annotations(annotated, dataset / "out.jsonl", "jsonl")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mine.doc").write_text("x")
    with pytest.raises(InputError, match="not an empty folder"):
        export_annotations(annotated, tmp_path / "texts", "text", None, OPTIONS)
    with pytest.raises(InputError, match="is a folder"):
        export_annotations(annotated, tmp_path / "texts", "csv")
    with pytest.raises(InputError):
        export_annotations(annotated, tmp_path / "texts" / "mine.doc" / "x.csv", "csv")
    with pytest.raises(InputError, match="no clip"):
        export_annotations(annotated, tmp_path / "x.csv", "csv", ["nobody"])
    with pytest.raises(InputError, match="nothing to say"):
        export_annotations(annotated, tmp_path / "x.eaf", "eaf", ["grab/s2_crème_eat"])
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "data") == ["texts"]


def test_a_failed_export_leaves_nothing(annotated: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="disk is full"):
        export_annotations(annotated, tmp_path / "texts", "text", None, OPTIONS)
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_json_lines_say_everything(annotated: Project, tmp_path: Path) -> None:
    report = export_annotations(annotated, tmp_path / "out" / "all.jsonl", "jsonl", None, OPTIONS)
    lines = [json.loads(line) for line in report.path.read_text(encoding="utf-8").splitlines()]
    mine = [line for line in lines if line["author"] == "ana" and line["kind"] == "caption"]
    assert mine[0]["text"] == 'Sips "tea", née\nwith #1 mug' and mine[0]["clip"] == MUG and mine[0]["fps"] == 30.0
    assert (report.clips, len(lines)) == (4, report.records)
    assert Caption(mine[0]["text"], mine[0]["variant"]).variant == "natural"


MUTATED = {
    "text.txt": b"A person drinks.#a/DET person/NOUN drink/VERB#0.0#0.0\rHe drinks.#he/PRON#0.0#1.5",
    "s1_mug_drink.eaf": b"", "s1_mug_drink.vtt": b"", "all.jsonl": b"", "all.csv": b"", "babel.json": b"", "document.json": b"",
    "omomo.json": b'{"s1_mug_drink": "Drink."}',
    "natural.csv": b'Input.video_url,Answer.action\nGRAB_s1_mug_drink_mug.mp4,"Drinks.#0#30\nRests.#30#60"\n',
}  # fmt: skip


NASTY = (b"#", b"\xff", b'"', b"\n", b"{", b"9" * 40, b"null", b"\0", b"-")


def mutated_imports(project: Project, folder: Path, count: int) -> None:
    """Whatever a file holds, the import comes to an end, and what it leaves out is named with file and place."""
    inbox = folder / "s1_mug_drink"
    inbox.mkdir()
    chance = random.Random(3)
    for name, given in MUTATED.items():
        path = inbox / name
        form = {"eaf": "eaf", "vtt": "vtt", "jsonl": "jsonl"}.get(path.suffix[1:]) or {"all": "csv"}.get(path.stem, path.stem)
        if not given:
            export_annotations(project, path, form, [MUG], OPTIONS)
        good = given or path.read_bytes()
        for _ in range(count):
            data = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(data) + 1)
                data[at : at + chance.choice((0, 1, 5))] = chance.choice(
                    (b"#", b"\xff", b'"', b"\n", b"{", b"9" * 40, b"null", b"\0", b"-")
                )
            path.write_bytes(data)
            report = import_annotations(project, path)
            assert all(f.path == path and (f.field or f.code == "import-unusable") for f in report.findings)
            for clip in report.clips:
                clip.edit.apply(project.document(clip.clip_id))
        path.unlink()


def test_mutated_files_stop_no_import(annotated: Project, tmp_path: Path) -> None:
    mutated_imports(annotated, tmp_path, 25)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_thousands_of_mutated_files_stop_no_import(annotated: Project, tmp_path: Path) -> None:
    mutated_imports(annotated, tmp_path, 2000)
