"""Slots of segments read off contact that was made up frame by frame."""

from evidence_cases import Scene

from interact_core.annotation import AnnotationDocument
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.slots import fill_slots, slots_from_contact
from interact_core.clip import Segment

SCENE = (
    Scene(200).thing("box").thing("table").touch("left", "box", 20, 100).touch("right", "box", 60, 100, "lid")
    .touch("right", "table", 110, 190).touch("seat", "table", 0, 200)
)  # fmt: skip


def test_the_hand_is_that_of_half_the_frames_or_else_of_most() -> None:
    evidence = SCENE.evidence()
    assert slots_from_contact(evidence, Segment("action", 20, 60)).fields == {"hand": "left", "object": "box"}
    assert slots_from_contact(evidence, Segment("action", 60, 100)).hand == "both"
    assert slots_from_contact(evidence, Segment("action", 120, 180)).fields == {"hand": "right", "object": "table"}
    short = slots_from_contact(evidence, Segment("action", 0, 30))
    assert short.hand == "left", "a third of the frames: nobody else touches anything"
    assert "33 %" in short.reason


def test_what_is_said_is_kept_and_narrows_the_rest() -> None:
    evidence = SCENE.evidence()
    assert slots_from_contact(evidence, Segment("action", 60, 150, object="table")).fields == {"hand": "right"}
    assert slots_from_contact(evidence, Segment("action", 60, 100, hand="right")).fields == {"object": "box", "part": "lid"}
    assert slots_from_contact(evidence, Segment("action", 60, 100, hand="right", object="box", part="lid")).fields == {}


def test_nothing_is_made_up() -> None:
    evidence = SCENE.evidence()
    assert slots_from_contact(evidence, Segment("action", 0, 15)).fields == {}, "the seat is no hand"
    assert slots_from_contact(evidence, Segment("action", 195, 400)).fields == {}, "past the end"
    assert slots_from_contact(evidence, Segment("action", 0, 21)).fields == {}, "touched in passing"


def test_filling_is_one_edit_of_those_that_can_be_filled() -> None:
    records = [
        SegmentRecord("a", Segment("action", 20, 60)), SegmentRecord("b", Segment("action", 0, 10)),
        SegmentRecord("c", Segment("action", 60, 100, hand="left")),
    ]  # fmt: skip
    document = AnnotationDocument("clip", records)
    edit = fill_slots(document, ["a", "b", "c", "gone"], SCENE.evidence(), "ana")
    edit.apply(document)
    said = {record.uid: record.segment for record in document.segments}
    assert (said["a"].hand, said["a"].object, said["a"].author) == ("left", "box", "ana")
    assert said["b"] == records[1].segment
    assert (said["c"].hand, said["c"].object) == ("left", "box")
    edit.revert(document)
    assert document.records == tuple(records)
    assert not fill_slots(document, ["b"], SCENE.evidence())
