"""Segments and captions of every source, from files written here by the format note's section 5.3."""

import csv
import json
from itertools import pairwise

import pytest

from interact_core.consolidate.sources.cutting import arctic_cuts, joined, parahome_groups
from interact_core.consolidate.sources.words import SourceSegment, segments_of
from interact_core.errors import InputError
from interact_core.formats.words.annotation_csv import AnnotatedSegment
from interact_core.formats.words.arctic_description import Described, read_description, write_description
from interact_core.formats.words.parahome_json import read_items, read_sections, scan_of


def write_tables(root, source, cells):
    """cells: kind -> {url: cell}."""
    for kind, rows in cells.items():
        (root / kind).mkdir(parents=True, exist_ok=True)
        with (root / kind / f"{source}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["HITId", "Input.video_url", "Answer.action"])
            writer.writerows([f"h{k}", url, cell] for k, (url, cell) in enumerate(rows.items()))


S = "Date07_Sub08_backpack_hand"
URL = f"BEHAVE_{S}_backpack.mp4"


def test_tables_give_segments_with_three_captions_and_an_action(tmp_path):
    write_tables(tmp_path, "behave", {
        "natural": {URL: "A person lifts it; then turns.#12#90\nA person sits.#90#140"},
        "change": {URL: "Somebody picks it up.#1#2;Somebody takes a seat.#3#4"},
        "shorten": {URL: "Lifts it.#12#90"},
        "action": {URL: "Lift#12#90\r\nsit.#90#140"},
    })  # fmt: skip
    found = segments_of("behave", S, tmp_path, 400)
    assert [(s.name, s.start, s.end, s.action) for s in found.segments] == [
        (f"{S}_12", 12, 90, "Lift"), (f"{S}_90", 90, 140, "Sit"),
    ]  # fmt: skip
    assert [(c.variant, c.text) for c in found.segments[0].captions] == [
        ("natural", "A person lifts it; then turns."), ("change", "Somebody picks it up."), ("shorten", "Lifts it."),
    ]  # fmt: skip
    assert [c.variant for c in found.segments[1].captions] == ["natural", "change"] and not found.findings


def test_frames_with_dots_ends_beyond_the_recording_and_starts_said_twice(tmp_path):
    cell = "One.#12.5#90\nTwo.#12#40\nThree.#100#900\nFour.#500#600\nbroken"
    write_tables(tmp_path, "grab", {"natural": {f"GRAB_{S}_x.mp4": cell}})
    found = segments_of("grab", S, tmp_path, 200)
    assert [(s.start, s.end) for s in found.segments] == [(12, 90), (100, 200)]
    assert {f.code for f in found.findings} == {"annotation-dotted", "annotation-twice", "annotation-beyond", "annotation-cell"}


def test_chairs_count_at_ten_frames_a_second_and_names_differ_by_underscores(tmp_path):
    write_tables(tmp_path, "chairs", {"natural": {"CHAIRS_Sub0075_Obj24_Seg0_c.mp4": "Sits down.#4#20"}})
    assert segments_of("chairs", "Sub0075_Obj24_Seg0", tmp_path).segments[0].end == 60
    write_tables(tmp_path, "intercap", {"natural": {"IC_Sub01_Object03_Seg_0_soccer_ball_x.mp4": "Kicks.#0#20"}})
    (found,) = segments_of("intercap", "Sub01_Object03_Seg_0_soccerball", tmp_path).segments
    assert found.name == "Sub01_Object03_Seg_0_soccerball_0" and found.captions[0].text == "Kicks."


def test_a_recording_without_words_is_one_clip(tmp_path):
    write_tables(tmp_path, "behave", {"natural": {URL: "A.#0#9"}})
    for root, name in ((tmp_path, "Date01_Sub01_chair"), (None, S)):
        assert segments_of("behave", name, root).segments == (SourceSegment(name),)
    assert segments_of("amass", "walk", tmp_path).segments == (SourceSegment("walk"),)
    assert segments_of("omomo", "sub1_box_000", tmp_path).segments[0].captions == ()
    with pytest.raises(InputError, match=r"natural/grab\.csv"):
        segments_of("grab", "s1_cup_lift", tmp_path)


def test_omomo_sentence_is_found_below_the_root(tmp_path):
    folder = tmp_path / "omomo_text_anno_json_data"
    folder.mkdir()
    (folder / "sub2_woodchair_001.json").write_text(json.dumps({"sub2_woodchair_001": " Lift the chair. "}))
    (found,) = segments_of("omomo", "sub2_woodchair_001", tmp_path).segments
    assert found.end is None and found.captions[0].text == "Lift the chair."
    (folder / "sub2_woodchair_001.json").write_text(json.dumps({"other": "x"}))
    with pytest.raises(InputError, match="no sentence"):
        segments_of("omomo", "sub2_woodchair_001", tmp_path)


def test_humanml3d_sentences_are_captions_and_those_with_times_marks(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "000001.txt").write_text(
        "a man walks.#a/DET man/NOUN walk/VERB#0.0#0.0\nhe turns.#he/PRON turn/VERB#1.0#2.5\n"
    )
    (found,) = segments_of("humanml3d", "000001", tmp_path).segments
    assert [c.text for c in found.captions] == ["a man walks."]
    assert [(m.start_frame, m.end_frame, m.text) for m in found.marks] == [(30, 75, "he turns.")]


LINES = (
    Described(0, 141, "grab", "both"), Described(100, 160, "grab", "left"), Described(150, 310, "open", "right"),
    Described(320, 600, "use", "both"), Described(610, 790, "close", "left"),
)  # fmt: skip


def test_arctic_descriptions_are_inclusive_and_bad_lines_are_said(tmp_path):
    data = b"0 - 140 grab, both hands\n\n  12 -  30  pick up,  left hand \nnonsense\n9 - 3 x, left hand\n"
    read = read_description(data, tmp_path)
    assert read.lines == (Described(0, 141, "grab", "both"), Described(12, 31, "pick up", "left"))
    assert [f.field for f in read.findings] == ["line 4", "line 5"]
    assert read_description(write_description(LINES), tmp_path).lines == LINES


def test_arctic_is_cut_between_descriptions(tmp_path):
    folder = tmp_path / "s01" / "box_grab_01"
    folder.mkdir(parents=True)
    (folder / "description.txt").write_bytes(write_description(LINES))
    found = segments_of("arctic", "s01_box_grab_01", tmp_path, 900).segments
    assert found[0].start == 0 and found[-1].end == 900
    assert all(a.end == b.start for a, b in pairwise(found))
    assert all(200 <= s.end - s.start <= 400 for s in found)
    assert found[0].name == "s01_box_grab_01_0" and found[0].end in (310, 320)
    # "grab" with the left hand overlaps "grab" with both and goes.
    assert found[0].captions[0].text == "grab box with both hands, and open box with right hand."
    assert [(m.text, m.hand) for m in found[0].marks] == [("grab", "both"), ("grab", "left"), ("open", "right")]


@pytest.mark.parametrize("frames", [1, 199, 401, 799, 1000, 3777])
def test_arctic_cuts_cover_everything_whatever_is_described(frames):
    for lines in ((), LINES, (Described(0, frames, "hold", "both"),)):
        ranges = arctic_cuts(lines, frames)
        assert ranges[0][0] == 0 and ranges[-1][1] == frames
        assert all(a[1] == b[0] for a, b in pairwise(ranges))
        assert all(0 < end - start <= 400 for start, end in ranges)
        assert frames < 600 or lines is LINES or all(end - start >= 200 for start, end in ranges)


def test_parahome_sections_go_together_while_short_or_about_the_same_thing(tmp_path):
    items = {"A.": ("sink",), "B.": ("cup",), "C.": ("cup",), "D.": ("pan",)}
    a, b, c, d = (
        AnnotatedSegment(t, *r) for t, r in (("A.", (0, 250)), ("B.", (250, 330)), ("C.", (330, 600)), ("D.", (600, 650)))
    )
    assert parahome_groups((a, b, c, d), items) == ((a,), (b, c), (d,))
    long = AnnotatedSegment("C.", 330, 700)
    assert parahome_groups((b, long), items) == ((b,), (long,))  # 450 frames together


def test_parahome_clips_carry_their_things(tmp_path):
    (tmp_path / "s3").mkdir()
    sections = {"330 480": "Close it.", "120 330": "Open the cabinet"}
    (tmp_path / "s3" / "text_annotations.json").write_text(json.dumps(sections))
    (tmp_path / "annot2item.json").write_text(
        json.dumps({"Open the cabinet": ["cabinet", "gas stove"], "Close it.": ["Cabinet"]})
    )
    (found,) = segments_of("parahome", "s3", tmp_path, 450).segments
    assert found.name == "s3_sink_gasstove_0120_0450" and found.objects == ("sink", "gasstove")
    assert (found.start, found.end) == (120, 450)
    assert found.captions[0].text == "Open the cabinet, and Close it." and len(found.marks) == 2
    assert scan_of("dining table") == "diningtable" == scan_of("table") and scan_of("Trash can") == "trashbin"


@pytest.mark.parametrize("text", ['{"1": "x"}', '{"9 3": "x"}', '{"1 2": ""}', "[]", "{"])
def test_broken_sections_name_their_place(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read_sections(text.encode(), tmp_path / "a.json")
    assert caught.value.field
    with pytest.raises(InputError):
        read_items(b'{"a": "b"}', tmp_path / "b.json")


def test_sentences_are_joined_like_a_list():
    assert joined([]) == "" and joined(["A. "]) == "A." and joined(["a.", "b", "", "c"]) == "a, b, and c."
