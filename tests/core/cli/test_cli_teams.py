"""`interact agree`, `interact packet` and `interact queue` as a person calls them."""

import json

import pytest
from typer.testing import CliRunner

from interact_core.annotation import AnnotationDocument, CaptionRecord, SegmentRecord
from interact_core.annotation.document_files import DocumentMeta, document_bytes, document_name, write_document
from interact_core.cli.main import app
from interact_core.clip import Caption, Segment
from interact_core.formats.words.eaf import write_eaf
from interact_core.formats.words.model import ClipWords
from interact_core.project import Project


def document(clip, shift=0, label="Lift", text="A person lifts it."):
    segment = Segment("action", 10 + shift, 30 + shift, label=label, hand="left")
    return AnnotationDocument(clip, [SegmentRecord("s", segment), CaptionRecord("c", Caption(text))])


@pytest.fixture
def call():
    def run(*arguments):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def two(tmp_path):
    for name, shift in (("ada", 0), ("bo", 2)):
        for clip in ("one", "two"):
            write_document(tmp_path / name / f"{clip}.json", document(clip, shift), DocumentMeta(name, frames=100, fps=30.0))
    return tmp_path / "ada", tmp_path / "bo"


def test_agreement_as_json(call, two):
    told = json.loads(call("agree", *two, "--json").stdout)
    assert (told["schema"], told["clips"], told["a"]["annotators"], told["problems"]) == ("interact/agree", 2, ["ada"], [])
    assert told["overall"]["mean_iou"] == pytest.approx(18 / 22) and told["tiers"]["action"]["start_error"]["signed"] == 2
    assert told["captions"]["natural"]["exact"] == 1.0 and told["tiers"]["action"]["slots"]["hand"]["agreement"] == 1.0
    assert told["tiers"]["action"]["f1"] == {"0.5": 1.0, "0.75": 1.0}
    assert told["scores"] == {"one": pytest.approx((18 / 22 + 1) / 2), "two": pytest.approx((18 / 22 + 1) / 2)}


def test_agreement_as_a_table_of_single_files(call, two):
    result = call("agree", two[0] / "one.json", two[1] / "one.json")
    assert result.exit_code == 0 and "action" in result.stdout and "0.82" in result.stdout and "natural" in result.stdout


def test_a_bad_file_is_named_and_the_rest_compared(call, two):
    bad = two[1] / "two.json"
    bad.write_text("{")
    result = call("agree", *two, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 2 and told["clips"] == 1 and told["only_a"] == ["two"]
    assert told["problems"][0]["path"] == str(bad) and str(bad) in result.stderr
    for wrong in (two[0] / "nowhere", bad):
        with pytest.raises(Exception, match=r"exist|JSON"):
            call("agree", two[0], wrong)


def test_a_packet_goes_round(call, data_folder, tmp_path):
    made = json.loads(call("packet", "make", data_folder, "--out", tmp_path / "out", "--annotator", "Ada", "--annotator", "Bo",
                           "--overlap", "1", "--json").stdout)["packets"]  # fmt: skip
    assert [one["annotator"] for one in made] == ["Ada", "Bo"] and len(made[0]["clips"]) == 2
    told = json.loads(call("packet", "open-info", made[0]["path"], "--json").stdout)
    assert told["data"] == str(data_folder) and told["clips"] == made[0]["clips"]
    project = Project.open(data_folder)
    clip = project.library.search()[0].id
    project.set_caption(clip, "natural", "A person lifts it.", "Ada")
    project.close()
    assert "1 of 2 clips" in call("packet", "return", made[0]["path"], tmp_path / "back.zip").stdout
    result = call("packet", "collect", data_folder, tmp_path / "back.zip", tmp_path / "lost", "--json")
    assert result.exit_code == 2, "one of the two was not there"
    assert json.loads(result.stdout)["packets"][0]["clips"] == [clip]
    status = json.loads(call("packet", "status", data_folder, "--json").stdout)["packets"]
    assert {one["annotator"]: one["out"] for one in status} == {"Ada": 1, "Bo": 2}
    assert "Ada" in call("packet", "status", data_folder).stdout


def test_the_queue_is_listed_beside_an_open_window(call, data_folder):
    project = Project.open(data_folder)
    try:
        told = json.loads(call("queue", data_folder, "--by", "unannotated", "--limit", "1", "--json").stdout)
    finally:
        project.close()
    assert told["count"] == 2 and len(told["clips"]) == 1 and told["clips"][0]["why"] == "nothing written yet"
    with pytest.raises(Exception, match="no queue 'luck'"):
        call("queue", data_folder, "--by", "luck")


@pytest.fixture
def data_folder(tmp_path):
    for name in ("s1_mug", "s2_box"):
        folder = tmp_path / "data" / "grab" / "sequences_canonical" / name
        folder.mkdir(parents=True)
        (folder / "human.npz").touch()
    return tmp_path / "data"


def test_documents_in_a_zip_are_a_set_too(call, two, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "bo.zip", "w") as archive:
        for clip in ("one", "two"):
            archive.writestr(f"annotations/{document_name(clip)}", document_bytes(document(clip, label="Hold")))
    told = json.loads(call("agree", two[0], tmp_path / "bo.zip", "--json").stdout)
    assert told["clips"] == 2 and told["scores"]["one"] == pytest.approx(0.5)


def test_json_lines_and_elan_are_compared_too(call, two, tmp_path):
    lines = [
        {
            "clip": clip,
            "kind": "segment",
            "uid": f"u{clip}",
            "tier": "action",
            "start_frame": 12,
            "end_frame": 32,
            "label": "Lift",
        }
        for clip in ("one", "two")
    ]
    file = tmp_path / "all.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in (*lines, {**lines[0], "uid": "x", "end_frame": 3})))
    result = call("agree", two[0], file, "--json")
    told = json.loads(result.stdout)
    assert told["clips"] == 2 and told["overall"]["mean_iou"] == pytest.approx(18 / 22)
    assert result.exit_code == 2 and told["problems"][0]["field"] == "line 3"
    elan = tmp_path / "bo" / "three.eaf"
    said = document("three", 2)
    elan.write_bytes(write_eaf(ClipWords((), (said.segments[0].segment,), "three"), 30.0, 100))
    write_document(two[0] / "three.json", document("three"), DocumentMeta("ada", frames=100, fps=30.0))
    told = json.loads(call("agree", *two, "--json").stdout)
    assert told["clips"] == 3 and told["overall"]["mean_iou"] == pytest.approx(18 / 22)
