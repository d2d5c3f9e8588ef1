"""Undo gives back exactly what was; typing is undone in bursts; change sets say what was touched."""

import pytest
from hypothesis import given, strategies

from interact_core.annotation import AnnotationDocument, CaptionRecord, ChangeSet, UndoStack
from interact_core.annotation.captions import add_caption, remove_caption, type_caption
from interact_core.clip import Caption


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def stack(time: Time) -> UndoStack[AnnotationDocument]:
    document = AnnotationDocument("clip", [CaptionRecord(f"source-{k}", Caption(f"text {k}"), "source") for k in range(2)])
    return UndoStack(document, burst=1.0, clock=time)


def type_text(stack: UndoStack[AnnotationDocument], time: Time, text: str, *, uid: str = "source-0", gap: float = 0.1) -> None:
    for end in range(1, len(text) + 1):
        time.now += gap
        stack.push(type_caption(stack.document, uid, text[:end], "ana"))


def texts(stack: UndoStack[AnnotationDocument]) -> list[str]:
    return [record.caption.text for record in stack.document.captions]


def test_a_burst_is_one_step_and_a_pause_begins_another(stack: UndoStack[AnnotationDocument], time: Time) -> None:
    type_text(stack, time, "hold")
    time.now += 1.0
    type_text(stack, time, "hold a box")
    assert stack.undo() and texts(stack) == ["hold", "text 1"]
    assert stack.undo() and texts(stack) == ["text 0", "text 1"]
    assert not stack.undo()
    assert stack.redo() and stack.redo() and not stack.redo()
    assert texts(stack) == ["hold a box", "text 1"]


def test_another_field_sealing_and_undo_end_a_burst(stack: UndoStack[AnnotationDocument], time: Time) -> None:
    type_text(stack, time, "ab")
    type_text(stack, time, "cd", uid="source-1")
    stack.seal()
    type_text(stack, time, "cde", uid="source-1")
    stack.undo()
    assert texts(stack) == ["ab", "cd"]
    type_text(stack, time, "cdx", uid="source-1")
    stack.undo()
    assert texts(stack) == ["ab", "cd"]
    stack.undo()
    assert texts(stack) == ["ab", "text 1"]


def test_typing_without_a_pause_is_still_cut(stack: UndoStack[AnnotationDocument], time: Time) -> None:
    type_text(stack, time, "x" * 250)
    steps = 0
    while stack.undo():
        steps += 1
    assert steps == 3


def test_a_new_edit_forgets_what_was_undone(stack: UndoStack[AnnotationDocument], time: Time) -> None:
    type_text(stack, time, "ab")
    stack.undo()
    assert stack.redo_title == "Type caption" and stack.undo_title is None
    stack.push(remove_caption(stack.document, "source-1"))
    assert stack.redo_title is None and stack.undo_title == "Remove caption"


def test_change_sets_name_what_was_touched(stack: UndoStack[AnnotationDocument], time: Time) -> None:
    heard: list[ChangeSet] = []
    stack.changed.connect(heard.append)
    record = CaptionRecord.new(Caption("mine", "shorten"))
    stack.push(add_caption(stack.document, record))
    type_text(stack, time, "m", uid=record.uid)
    stack.undo()
    stack.undo()
    new = frozenset({record.uid})
    assert heard == [
        ChangeSet("clip", added=new),
        ChangeSet("clip", edited=new),
        ChangeSet("clip", edited=new),
        ChangeSet("clip", removed=new),
    ]
    assert heard[0].touched == new


def test_edited_text_loses_the_tokens_of_the_old_text() -> None:
    document = AnnotationDocument("c", [CaptionRecord("a", Caption("A cup.", tokens=("A/DET", "cup/NOUN"), end_frame=9))])
    command = type_caption(document, "a", "A mug.", "ana")
    command.apply(document)
    assert document["a"].caption == Caption("A mug.", author="ana", end_frame=9)
    command.revert(document)
    assert document["a"].caption.tokens == ("A/DET", "cup/NOUN")


def test_unknown_and_doubled_captions_are_refused(stack: UndoStack[AnnotationDocument]) -> None:
    with pytest.raises(KeyError):
        remove_caption(stack.document, "nobody")
    with pytest.raises(ValueError, match="already there"):
        add_caption(stack.document, stack.document.captions[0], 0)
    assert stack.undo_title is None


EDIT = strategies.tuples(
    strategies.sampled_from(["text", "add", "remove", "undo", "redo", "seal", "wait"]),
    strategies.integers(0, 99),
    strategies.text(max_size=5),
)


@given(strategies.lists(EDIT, max_size=40))
def test_any_sequence_of_edits_undone_is_the_beginning_and_redone_the_end(edits: list[tuple[str, int, str]]) -> None:
    time = Time()
    document = AnnotationDocument("clip", [CaptionRecord(str(k), Caption(f"text {k}")) for k in range(3)])
    stack = UndoStack(document, clock=time)
    begin = document.records
    for kind, number, text in edits:
        uid = document.records[number % len(document.records)].uid if document.records else None
        if kind == "text" and uid:
            stack.push(type_caption(document, uid, text))
        elif kind == "add":
            stack.push(add_caption(document, CaptionRecord.new(Caption(text)), number % (len(document.records) + 1)))
        elif kind == "remove" and uid:
            stack.push(remove_caption(document, uid))
        elif kind in ("undo", "redo", "seal"):
            getattr(stack, kind)()
        else:
            time.now += 1.5
    while stack.redo():
        pass
    end = document.records
    while stack.undo():
        pass
    assert document.records == begin
    while stack.redo():
        pass
    assert document.records == end
