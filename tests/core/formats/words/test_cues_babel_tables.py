"""Subtitles, BABEL's JSON, annotation tables and tables of records, each against what its format says."""

import json
from pathlib import Path

import pytest

from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.words.annotation_csv import AnnotatedSegment, SequenceRow, read_annotation_csv, write_annotation_csv
from interact_core.formats.words.babel import BabelFile
from interact_core.formats.words.cues import Cue, CueFile, cues_of, read_cues, words_of, write_cues
from interact_core.formats.words.model import ClipWords
from interact_core.formats.words.rows import read_csv, read_jsonl, write_csv

WORDS = ClipWords(
    (Caption("Lifts <it> & walks.", "natural"), Caption("A part.", "change", (), 3, 40)),
    (Segment("action", 10, 60, "picks it up", "Lift"), Segment("action", 60, 90, label="Carry"),
     Segment("free", 0, 1, "[sic] --> that"),
     Segment("free", 5, 9, "two\nlines")), "demo/lift", 29.97, 120,
)  # fmt: skip


def test_webvtt_says_tier_label_and_clip() -> None:
    data = write_cues(cues_of(WORDS, "vtt", 29.97, 120))
    lines = data.decode().split("\n")
    assert lines[0] == "WEBVTT" and lines[2] == "NOTE interact fps=29.97 frames=120 clip=demo/lift"
    assert "caption natural 1\n00:00:00.000 --> 00:00:04.004\nLifts &lt;it&gt; &amp; walks." in data.decode()
    found = words_of(read_cues(data, "vtt"))
    assert set(found.captions) == set(WORDS.captions)
    spelled = {s if "-->" not in s.text else Segment("free", 0, 1, "[sic] -> that") for s in WORDS.segments}
    assert set(found.segments) == spelled and (found.clip, found.fps, found.num_frames) == ("demo/lift", 29.97, 120)


def test_settings_identifiers_and_other_blocks_are_kept() -> None:
    data = b"WEBVTT - Film\n\nSTYLE\n::cue { color: red }\n\n12\n00:01.000 --> 01:00:02.500 align:start line:0\n"
    data += b"<v Bo>He &amp; she\nsit\n"
    file = read_cues(data, "vtt")
    assert file.header == "- Film" and file.cues == (Cue(1000, 3602500, "He & she\nsit", "12", "align:start line:0"),)
    again = write_cues(file)
    assert b"STYLE\n::cue { color: red }\n\n12\n00:00:01.000 --> 01:00:02.500 align:start line:0\nHe &amp; she\nsit\n" in again
    assert read_cues(again, "vtt") == file
    assert words_of(file, 30.0).segments == (Segment("caption", 30, 108075, "He & she\nsit"),)


def test_srt_numbers_its_cues() -> None:
    data = write_cues(CueFile((Cue(0, 1500, "One & <i>two</i>"), Cue(1500, 2000, "Three", "x", "line:0")), "srt"))
    assert data == b"1\n00:00:00,000 --> 00:00:01,500\nOne & <i>two</i>\n\n2\n00:00:01,500 --> 00:00:02,000\nThree\n"
    assert [cue.text for cue in read_cues(data.replace(b"\n", b"\r\n"), "srt").cues] == ["One & <i>two</i>", "Three"]


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"1\n00:00:00.000 --> 00:00:01.000\nx", "line 1", "WEBVTT"),
        (b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:00.000\nx", "line 4", "before it starts"),
        (b"WEBVTT\n\n1\n00:00:01 --> 00:00:02\nx", "line 4", "no times"),
        (b"WEBVTT\n\n1\nno times here", "line 4", "-->"),
    ],
)
def test_a_bad_cue_is_named(data: bytes, line: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read_cues(data, "vtt", Path("x.vtt"))
    assert caught.value.field == line


BABEL = {
    "4321": {
        "babel_sid": 4321, "url": "https://x", "feat_p": "CMU/x.npz", "dur": 4.0, "ours?": {"no": [1, 2]},
        "seq_ann": {"babel_lid": "a", "anntr_id": "b", "mul_act": True,
                    "labels": [
            {"raw_label": "lift a box", "proc_label": "lift box", "seg_id": "s", "act_cat": ["lift something"], "x": 1}]},
        "frame_ann": {"babel_lid": "c", "anntr_id": "d", "mul_act": True, "labels": [
            {"raw_label": "walks", "proc_label": "walk", "seg_id": "t", "act_cat": ["walk", "move"], "start_t": 0.0,
             "end_t": 1.501},
            {"raw_label": "lifts", "proc_label": "lift", "seg_id": "u", "act_cat": None, "start_t": 1.5, "end_t": 4.0}]},
    },
}  # fmt: skip


def test_babel_keeps_what_it_does_not_know() -> None:
    data = json.dumps(BABEL, indent=3).encode()
    file = BabelFile.parse(data)
    words = file.words("4321", 30.0, 120)
    assert words.captions == (Caption("lift a box", "natural"),)
    assert words.segments == (Segment("action", 0, 45, "walks", "walk"), Segment("action", 45, 120, "lifts"))
    assert file.with_words(words, 30.0, 120).data() == data
    changed = ClipWords(words.captions, (*words.segments[:1], Segment("free", 3, 9, "new", hand="left", confidence=0.5)), "4321")
    tree = json.loads(file.with_words(changed, 30.0, 120).data())["4321"]
    assert tree["frame_ann"]["labels"][0] == BABEL["4321"]["frame_ann"]["labels"][0] and tree["frame_ann"]["anntr_id"] == "d"
    assert tree["seq_ann"] == BABEL["4321"]["seq_ann"] and tree["ours?"] == {"no": [1, 2]}
    new = tree["frame_ann"]["labels"][1]
    assert (new["raw_label"], new["start_t"], new["end_t"], new["act_cat"]) == ("new", 0.1, 0.3, [])
    assert BabelFile.parse(json.dumps({"4321": tree}).encode()).words("4321", 30.0, 120) == changed


def test_babels_extra_release_has_lists() -> None:
    label = {"raw_label": "sit", "proc_label": "sit", "act_cat": ["sit"], "start_t": 0, "end_t": 1}
    tree = {
        "1": {
            "seq_anns": [{"labels": []}, {"labels": [{"raw_label": "rest"}]}],
            "frame_anns": [{"labels": [label]}, {"labels": [label]}],
        }
    }
    words = BabelFile.parse(json.dumps(tree).encode()).words("1", 20.0)
    assert [c.text for c in words.captions] == ["rest"] and words.segments == (Segment("action", 0, 20, "sit", "sit"),) * 2


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"start_t": 2.0, "end_t": 1.0}, "labels[0]"),
        ({"start_t": "0"}, "labels[0].start_t"),
        ({"act_cat": "walk"}, "labels[0].act_cat"),
        ({"raw_label": 3}, "labels[0].raw_label"),
    ],
)
def test_a_bad_label_is_named(change: dict[str, object], where: str) -> None:
    label = {"raw_label": "walks", "start_t": 0.0, "end_t": 1.0, **change}
    with pytest.raises(InputError) as caught:
        BabelFile.parse(json.dumps({"7": {"frame_ann": {"labels": [label]}}}).encode(), Path("b.json"))
    assert caught.value.field == f"7.frame_ann.{where}"


def table(cell: str, rate: int = 1):
    data = f'Input.video_url,Answer.action,WorkerId\nBEHAVE_Date01_Sub01_box_7_crate.mp4,"{cell}",w1\n'.encode()
    return read_annotation_csv(data, Path("t.csv"), rate)


def test_annotation_cells() -> None:
    found = table("He sits; then rests#0#30;He goes # 30 # 90\rUp#90#99\n\n")
    assert found.rows[0].sequence == "Date01_Sub01_box_7" and not found.findings
    assert found.rows[0].segments == (
        AnnotatedSegment("He sits; then rests", 0, 30), AnnotatedSegment("He goes", 30, 90), AnnotatedSegment("Up", 90, 99),
    )  # fmt: skip
    assert table("Up#1#3", 3).rows[0].segments == (AnnotatedSegment("Up", 3, 9),)


def test_dots_in_annotation_numbers_are_decimal_points() -> None:
    """Defect D21: InterAct's reader takes 12.5 for 125 and 30.0 for 300."""
    found = table("Up#12.5#30.0")
    assert found.rows[0].segments == (AnnotatedSegment("Up", 12, 30),)
    assert [f.code for f in found.findings] == ["annotation-dotted"] * 2 and "125" in found.findings[0].message
    assert not table("Up#12.#30").findings


@pytest.mark.parametrize("cell", ["no numbers", "Up#1", "Up#5#5", "#1#2", "Up#a#2", "Up#-1#2", "Up#1#2#3"])
def test_a_bad_cell_is_named_and_left_out(cell: str) -> None:
    found = table(f"Good#1#2\n{cell}")
    assert [s.text for s in found.rows[0].segments][:1] == ["Good"] and len(found.rows[0].segments) <= 2
    assert found.findings and {(f.severity, f.path, f.field[:5]) for f in found.findings} == {("error", Path("t.csv"), "line ")}


def test_annotation_tables_are_read_back() -> None:
    rows = [
        SequenceRow(
            "BEHAVE_S_1_box.mp4", (AnnotatedSegment("He sits, rests; #1\nthen", 0, 30), AnnotatedSegment("Up", 30, 90)), 2
        )
    ]
    data = write_annotation_csv(rows)
    assert data.startswith(b'Input.video_url,Answer.action\nBEHAVE_S_1_box.mp4,"He sits, rests, 1 then#0#30\nUp#30#90"')
    assert [s.text for s in read_annotation_csv(data, Path("t.csv")).rows[0].segments] == ["He sits, rests, 1 then", "Up"]


def test_rows_name_their_lines() -> None:
    with pytest.raises(InputError, match="line 3"):
        read_jsonl(b'{"a": 1}\n\n[1]', Path("x.jsonl"))
    with pytest.raises(InputError, match="line 2"):
        read_csv(b"clip,start_frame\na,x\n", Path("x.csv"))
    with pytest.raises(InputError, match="no column 'clip'"):
        read_csv(b"a,b\n1,2\n", Path("x.csv"))
    data = write_csv([{"clip": "é", "text": 'a "b"\nc', "confidence": 0.1, "rejection": False, "tokens": ["a/DET", "b/X"]}],
                     ["clip", "text", "confidence", "rejection", "tokens", "label"])  # fmt: skip
    (row,) = read_csv(data, Path("x.csv"))
    assert row.content == {"clip": "é", "text": 'a "b"\nc', "confidence": 0.1, "rejection": False, "tokens": ["a/DET", "b/X"]}
