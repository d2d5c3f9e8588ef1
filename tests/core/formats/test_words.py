"""Captions and actions in every form of the format note, section 5, and in the real samples."""

import numpy as np
import pytest

from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.formats.companions import find_sentences
from interact_core.formats.text_files import ACTIONS, read_text
from interact_core.formats.words.action_txt import parse_action
from interact_core.formats.words.text_txt import parse_captions, parse_record

FULL = "A person lifts the crate.#A/DET person/NOUN lift/VERB the/DET crate/NOUN#0.0#0.0"


@pytest.mark.parametrize("separator", ["\r", "\n", "\r\n", "\n\n", "\r\n\r\n"])
def test_three_records_are_natural_change_shorten(separator):
    captions = parse_captions(separator.join([FULL, "Somebody lifts it.#a/DET#0.0#0.0", "Lift.#lift/VERB#0.0#0.0"]) + separator)
    assert [c.variant for c in captions] == ["natural", "change", "shorten"]
    assert captions[0] == Caption("A person lifts the crate.", "natural", tuple(FULL.split("#")[1].split()))


@pytest.mark.parametrize(
    ("record", "sentence", "tokens", "times"),
    [
        (FULL, "A person lifts the crate.", 5, (0.0, 0.0)),
        ("Lift it.#0#0", "Lift it.", 0, (0.0, 0.0)),
        ("Lift it.", "Lift it.", 0, (0.0, 0.0)),
        ("Lift it.#lift/VERB it/PRON", "Lift it.", 2, (0.0, 0.0)),
        ("Lift it.##0.0#0.0", "Lift it.", 0, (0.0, 0.0)),
        ("Lift box #3.#lift/VERB#1.5#2.5", "Lift box #3.", 1, (1.5, 2.5)),
        ("Lift box #3.#0#0", "Lift box #3.", 0, (0.0, 0.0)),
        ("Lift it.#lift/VERB#nan#inf", "Lift it.", 1, (0.0, 0.0)),
        ("#", "", 0, (0.0, 0.0)),
        ("#lift/VERB#0.0#0.0", "", 1, (0.0, 0.0)),
        ("##0.0#0.0", "", 0, (0.0, 0.0)),
        ("", "", 0, (0.0, 0.0)),
    ],
)
def test_hashes_may_be_missing_or_too_many(record, sentence, tokens, times):
    found = parse_record(record)
    got, words, start, end = found.sentence, found.tokens, found.start, found.end
    if "nan" in record:
        assert got.startswith("Lift it.") and (start, end) == times
        return
    assert (got, len(words), (start, end)) == (sentence, tokens, times)


def test_times_are_seconds_and_stay_inside_the_clip():
    (caption,) = parse_captions("Lift.#lift/VERB#1.0#12.0", fps=30, num_frames=100)
    assert (caption.start_frame, caption.end_frame) == (30, 100)
    (whole,) = parse_captions("Lift.#lift/VERB#5.0#2.0", fps=30, num_frames=100)
    assert (whole.start_frame, whole.end_frame) == (0, None)


def test_text_files_that_are_not_text(tmp_path):
    path = tmp_path / "text.txt"
    for data, words in ((b"caf\xe9", "not UTF-8"), (b"a\0b", "not a text file")):
        path.write_bytes(data)
        with pytest.raises(InputError, match=words):
            read_text(path)
    path.write_bytes(b"\xef\xbb\xbfLift it.")
    assert parse_captions(read_text(path))[0].text == "Lift it."


def test_action_sentences_in_both_forms():
    assert parse_action("A person lift the box.") == ("Lift",)
    assert parse_action("A person bowling the ball.#A/DET person/NOUN#0.0#0.0\nA person kick the ball.") == ("Bowling", "Kick")
    assert parse_action(FULL) == ()
    assert len(ACTIONS) == 16 and ACTIONS.index("Drink") == 15


def test_actions_of_a_clip(foundry, read):
    folder = foundry.clip().folder
    assert read(folder).actions == ()
    (folder / "action.txt").write_text("A person carry the backpack.")
    assert read(folder).actions == ("Carry",)
    np.save(folder / "action.npy", np.eye(16)[2])
    assert read(folder).actions == ("Carry",)
    np.save(folder / "action.npy", np.eye(16)[3])
    clip = read(folder)
    assert clip.actions == ("Hold",) and "actions-disagree" in {n.code for n in clip.notices}


def test_captions_copied_over_the_actions_are_recognised(foundry, read):
    """Defect D1 of the note: canonicalisation copies text.txt onto action.txt and action.npy."""
    folder = foundry.clip().folder
    for name in ("action.txt", "action.npy"):
        (folder / name).write_bytes((folder / "text.txt").read_bytes())
    clip = read(folder)
    assert clip.actions == ()
    assert sorted(n.field for n in clip.notices if n.code == "action-is-caption") == ["action.npy", "action.txt"]


@pytest.mark.parametrize("vector", [np.zeros(3), np.full(16, 0.5), np.full(16, np.nan), np.array(["x"] * 16)])
def test_action_vectors_that_are_none(vector, foundry, read, codes_of):
    folder = foundry.clip().folder
    np.save(folder / "action.npy", vector)
    clip = read(folder)
    assert clip.actions == () and "action-unknown" in codes_of(clip)


def test_unreadable_words_do_not_stop_the_clip(foundry, read, codes_of):
    folder = foundry.clip().folder
    (folder / "text.txt").write_bytes(b"\xff\xfe\xfa#")
    (folder / "action.npy").write_bytes(b"\0\1\2")
    clip = read(folder)
    assert clip.captions == () and {"text-unreadable", "action-unreadable"} <= codes_of(clip)


def test_real_behave_texts(shared_data):
    files = sorted((shared_data / "text" / "hoidiff_behave").glob("*.txt"))
    assert len(files) >= 30
    for path in files:
        captions = parse_captions(read_text(path))
        assert 1 <= len(captions) <= 4 and all(c.tokens and "#" not in c.text for c in captions), path.name
    timed = parse_captions(read_text(shared_data / "text" / "hoidiff_behave" / "Date01_Sub01_backpack_hand_32.txt"))
    assert (timed[0].start_frame, timed[0].end_frame) == (0, 360)


def test_real_omomo_sentences_are_found_beside_the_clips(shared_data):
    captions, notices = find_sentences(shared_data / "intermimic" / "OMOMO_new", "sub2_woodchair_001")
    assert captions[0].text == "Lift the woodchair, move the woodchair, and put down the woodchair." and notices == ()
    assert find_sentences(shared_data / "intermimic", "no_such_clip") == ((), ())


def test_a_text_folder_with_lines_only(tmp_path):
    (tmp_path / "text" / "omomo").mkdir(parents=True)
    (tmp_path / "text" / "omomo" / "sub1_box_000.txt").write_text("Lift the box.#0#0\n")
    (tmp_path / "OMOMO").mkdir()
    assert find_sentences(tmp_path / "OMOMO", "sub1_box_000")[0] == (Caption("Lift the box."),)
    (tmp_path / "text" / "sub1_box_000.json").write_text("[1, 2")
    captions, notices = find_sentences(tmp_path / "OMOMO", "sub1_box_000")
    assert captions == () and notices[0].code == "text-unreadable"


def test_recorded_joints_and_contact_are_kept_or_left_out_with_a_word(foundry, read, codes_of):
    folder = foundry.clip().folder
    np.save(folder / "joints.npy", np.ones((6, 52, 3)))
    np.savez(folder / "contact.npz", left_hand=np.ones(6), regions=np.zeros((6, 40)))
    clip = read(folder)
    assert clip.recorded_joints.shape == (6, 52, 3) and clip.notices == ()
    assert {k: v.shape for k, v in clip.recorded_contact.items()} == {"left_hand": (6,), "regions": (6, 40)}
    np.save(folder / "joints.npy", np.ones((6, 55, 3)))
    np.savez(folder / "contact.npz", left_hand=np.ones(6), right_hand=np.ones(5))
    clip = read(folder)
    assert clip.recorded_joints is None and list(clip.recorded_contact) == ["left_hand"]
    assert {"joints-unusable", "contact-unusable"} <= codes_of(clip)
