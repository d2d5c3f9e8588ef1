"""Left and right in sentences: which are sides, and that nothing else of a sentence changes."""

import numpy as np
import pytest

from interact_core.annotation.records import CaptionRecord, DismissalRecord, RemarkRecord, SegmentRecord, StateRecord
from interact_core.augment.changes import sides
from interact_core.augment.changes.words import (
    mirrored_caption,
    mirrored_records,
    mirrored_segment,
    mirrored_text,
    other_side,
    renamed_caption,
    retimed_range,
    retimed_records,
)
from interact_core.clip import Caption, Segment

# A side is written in <>; what is not must stay.
SENTENCES = """
He lifts the crate with his <left> hand and the lid with his <right>.
The man left the room with his <right> hand raised.
The box is left on the table and he turns <right>.
Right away he picks it up, all right, and stands upright at a right angle.
It turns <clockwise> and then <counterclockwise>.
<LEFT> hand, <Left>-hand side, from <left> to <right>, <left>-to-<right>.
She goes <leftwards> to the <right>most cup on the <left> side of the table.
He puts it right next to the chair, right in front of him.
<left>, <right>, <left>
He moves it <left> and then <right>.
A person puts the <left> foot over the <right>.
The bag that was left behind stands to the <right> of the desk.
He turns the box right side up and shoves it <left>.
What is left of the stack goes <left> along the wall.
He turns <left> right away.
She sets it in the right place, <left> of the plate.
Someone walks right up to the table and leans <right>.
It is left open; he walks around it with the <left> foot first.
""".strip().splitlines()


def plain(sentence: str) -> str:
    return sentence.replace("<", "").replace(">", "")


def expected(sentence: str) -> str:
    pairs = {"left": "right", "right": "left", "clockwise": "counterclockwise", "counterclockwise": "clockwise"}
    pairs["leftwards"] = "rightwards"
    for word, opposite in pairs.items():
        for spelt in (str.lower, str.upper, str.capitalize):
            sentence = sentence.replace(f"<{spelt(word)}>", f"\0{spelt(opposite)}\1")
    return sentence.replace("\0", "").replace("\1", "")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sides_and_only_sides_are_exchanged(sentence: str) -> None:
    assert mirrored_text(plain(sentence)) == expected(sentence)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_mirrored_twice_is_the_same_bytes(sentence: str) -> None:
    assert mirrored_text(mirrored_text(plain(sentence))) == plain(sentence)


def test_where_words_do_not_say_the_tag_does() -> None:
    sentence = "Quietly left."
    assert sides.sided_chunks(sentence, ["VERB"])[0].mirrored == "left"
    assert sides.sided_chunks(sentence, ["ADV"])[0].mirrored == "right"


def test_the_tagger_is_asked_the_same_about_both_images() -> None:
    asked = []

    def tagger(sentence: str) -> tuple[str, ...]:
        asked.append(sentence)
        return ("quietly/ADV", "left/VERB")

    assert [sides.sided_chunks(f"Quietly {word}.", (), tagger)[0].swapped for word in ("left", "right")] == [(False,)] * 2
    assert asked == ["Quietly left."] * 2


def test_tokens_follow_the_sentence() -> None:
    tokens = ("a/DET", "lefthanded/ADJ", "man/NOUN", "left/VERB", "the/DET", "left/ADJ", "chair/NOUN")
    caption = Caption("A left-handed man left the left chair.", "natural", tokens)
    mirrored = mirrored_caption(caption)
    assert mirrored.text == "A right-handed man left the right chair."
    assert mirrored.tokens == ("a/DET", "righthanded/ADJ", "man/NOUN", "left/VERB", "the/DET", "right/ADJ", "chair/NOUN")
    assert mirrored_caption(mirrored) == caption


def test_segments_change_hand_label_and_note() -> None:
    segment = Segment("contact_hand", 2, 5, "Grasps it with the right hand", "left_hand_grasp", "Left", "box", "left door",
                      "both", None, "right thumb hidden", "me")  # fmt: skip
    mirrored = mirrored_segment(segment)
    assert (mirrored.text, mirrored.label) == ("Grasps it with the left hand", "right_hand_grasp")
    assert (mirrored.hand, mirrored.note) == ("both", "left thumb hidden")
    assert (mirrored.part, mirrored.actor) == ("left door", "Left")  # names of things stay
    assert mirrored_segment(Segment("free", 0, 1, hand="left")).hand == "right"
    assert other_side("bright_leftover") == "bright_leftover"


def test_records_lose_what_was_judged_about_other_words() -> None:
    records = (
        CaptionRecord("a", Caption("the left hand")), SegmentRecord("b", Segment("free", 4, 8, hand="left")),
        RemarkRecord("c", "look at the left hand", frame=6), DismissalRecord("d", "key", "fine"), StateRecord("done"),
    )  # fmt: skip
    mirrored = mirrored_records(records)
    assert [type(record) for record in mirrored] == [CaptionRecord, SegmentRecord, RemarkRecord, StateRecord]
    slow = np.arange(20) / 2
    caption, segment, remark, _ = retimed_records(records, slow)
    assert isinstance(caption, CaptionRecord) and caption.caption.end_frame is None
    assert isinstance(segment, SegmentRecord) and (segment.segment.start_frame, segment.segment.end_frame) == (7, 15)
    assert isinstance(remark, RemarkRecord) and remark.frame == 11


def test_segments_that_meet_still_meet_in_other_time() -> None:
    records = [SegmentRecord(str(k), Segment("action", a, b)) for k, (a, b) in enumerate([(0, 3), (3, 5), (5, 30)])]
    for count in (20, 30, 55):
        found = [r.segment for r in retimed_records(records, np.linspace(0, 29, count)) if isinstance(r, SegmentRecord)]
        assert found[0].start_frame == 0
        assert found[0].end_frame == found[1].start_frame
        assert found[1].end_frame == found[2].start_frame
        assert found[2].end_frame == count


def test_a_segment_too_short_to_be_shown_keeps_one_frame() -> None:
    assert retimed_range(3, 4, np.array([0.0, 2.0, 4.0, 6.0])) == (2, 3)
    assert retimed_range(6, 7, np.array([0.0, 1.9, 3.8, 5.2])) == (3, 4)


def test_an_object_is_renamed_as_a_word() -> None:
    caption = Caption("The box is put on the boxes beside another Box.", tokens=("the/DET",))
    assert renamed_caption(caption, "box", "crate").text == "The crate is put on the boxes beside another Crate."
    assert renamed_caption(caption, "box", "crate").tokens == ()
    assert renamed_caption(caption, "mug", "crate") is caption
