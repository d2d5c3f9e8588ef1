"""One JSON document per clip and annotator: exact there and back, and nothing but an InputError for anything else."""

import json
import os
import random
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interact_core.annotation import (
    REVIEW_STATES,
    AnnotationDocument,
    CaptionRecord,
    DismissalRecord,
    RemarkRecord,
    SegmentRecord,
    StateRecord,
)
from interact_core.annotation.document_files import (
    DocumentMeta,
    document_bytes,
    document_name,
    parse_document,
    read_document,
    write_document,
)
from interact_core.clip import Caption, Segment
from interact_core.errors import InputError

FILE = Path("words.json")
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
name = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
frame = st.integers(0, 10**6)
common = {"origin": st.sampled_from(["source", "user", "proposal", "import", "merge"]), "modified": text}
captions = st.builds(
    CaptionRecord, name,
    st.builds(Caption, text, text, st.lists(text, max_size=3).map(tuple), frame, st.none() | frame, text), **common,
)  # fmt: skip
segments = st.builds(
    lambda tier, start, length, texts, confidence, **rest: SegmentRecord(
        segment=Segment(tier, start, start + length, *texts[:6], confidence, *texts[6:]), **rest
    ),
    name, frame, st.integers(1, 500), st.lists(text, min_size=8, max_size=8),
    st.none() | st.floats(0, 1), uid=name, **common,
)  # fmt: skip
remarks = st.builds(RemarkRecord, name, text, st.booleans(), st.none() | frame, text, st.booleans(), text, **common)
dismissals = st.builds(DismissalRecord, name, text, text, text, **common)
states = st.builds(StateRecord, st.sampled_from(REVIEW_STATES), text, **common)
documents = st.builds(
    AnnotationDocument, name, st.lists(captions | segments | remarks | dismissals | states, max_size=8, unique_by=lambda r: r.uid)
)
metas = st.builds(DocumentMeta, text, text, st.none() | frame, st.none() | st.floats(0.5, 240))


@given(documents, metas)
def test_there_and_back_is_exact(document, meta):
    data = document_bytes(document, meta)
    again, told = parse_document(data, FILE)
    assert (again.id, again.records, told) == (document.id, document.records, meta)
    assert document_bytes(again, told) == data


def full_document():
    return AnnotationDocument(
        "s1/mug_drink",
        [
            CaptionRecord("source-0", Caption("Drinks from the mug.", tokens=("drink/VERB",)), "source"),
            SegmentRecord("a", Segment("action", 3, 40, label="Drink", hand="left", object="mug", confidence=0.5, author="Ada")),
            RemarkRecord("b", "Which hand?", rejection=True, frame=7, about="a", author="Bo"),
            DismissalRecord("c", "length:source-0", "It is short on purpose", "Ada"),
            StateRecord("rejected", "Bo", modified="2026-01-02T03:04:05.678+00:00"),
        ],
    )


def test_a_file_says_only_what_is_said_and_one_field_is_one_line(tmp_path):
    path = tmp_path / "new" / "words.json"
    write_document(path, full_document(), DocumentMeta("Ada", frames=60, fps=30.0))
    lines = path.read_text().splitlines()
    assert '   "label": "Drink",' in lines
    assert not any('"note"' in line or "null" in line for line in lines)
    content = json.loads(path.read_text())
    assert list(content) == sorted(content)
    edited = full_document()
    edited.replace(edited["a"].changed(end_frame=41))
    write_document(path, edited, DocumentMeta("Ada", frames=60, fps=30.0))
    changed = [(old, new) for old, new in zip(lines, path.read_text().splitlines(), strict=True) if old != new]
    assert changed == [('   "end_frame": 40,', '   "end_frame": 41,')]


def content_with(**changes):
    """The full document with its segment, or with "top.x" the document itself, changed; None takes the field away."""
    content = json.loads(document_bytes(full_document()))
    for field, value in changes.items():
        into = content if field.startswith("top_") else content["records"][1]
        field = field.removeprefix("top_")
        into.pop(field, None)
        if value is not ...:
            into[field] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"start_frame": -1}, "records[1].start_frame", "-1"),
        ({"start_frame": True}, "records[1].start_frame", "true or false"),
        ({"start_frame": 3.0}, "records[1].start_frame", "frame number"),
        ({"start_frame": 10**400}, "records[1].start_frame", "frame number"),
        ({"end_frame": 3}, "records[1].end_frame", "not after"),
        ({"end_frame": ...}, "records[1].end_frame", "missing"),
        ({"tier": "  "}, "records[1].tier", "empty"),
        ({"label": ["Drink"]}, "records[1].label", "a list"),
        ({"text": "half \ud83d"}, "records[1].text", "cannot be stored"),
        ({"confidence": 1.5}, "records[1].confidence", "between 0 and 1"),
        ({"uid": "source-0"}, "records[1].uid", "twice"),
        ({"kind": "sentence"}, "records[1].kind", "none of"),
        ({"origin": "magic"}, "records[1].origin", "none of"),
        ({"colour": "red"}, "records[1].colour", "not known"),
        ({"top_records": {}}, "records", "not a list"),
        ({"top_records": [1]}, "records[0]", "not an object"),
        ({"top_schema": "other"}, "schema", "annotation document"),
        ({"top_version": 2}, "version", "reads 1"),
        ({"top_clip": ""}, "clip", "empty"),
        ({"top_fps": 0}, "fps", "between"),
    ],
)
def test_the_field_that_is_wrong_is_named(changes, field, words):
    with pytest.raises(InputError) as caught:
        parse_document(content_with(**changes), FILE)
    assert caught.value.path == FILE and caught.value.field == field
    assert words in str(caught.value) and caught.value.remedy


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[" * 200_000, "deep"),
        (b'{"a":' * 200_000, "deep"),
        (b'{"version": NaN}', "NaN"),
        (b'{"version": 1, "version": 1}', "twice"),
        (b'{"version": ' + b"9" * 5000 + b"}", "JSON"),
        (b"[]", "not an object"),
        (b"{}", "schema"),
    ],
)
def test_what_is_no_document_is_refused_in_words(data, words):
    with pytest.raises(InputError, match=words):
        parse_document(data, FILE)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(10 << 30)
    with pytest.raises(InputError, match="larger"):
        read_document(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_document(tmp_path / "absent.json")


def test_what_could_not_be_read_again_is_not_written(tmp_path):
    path = tmp_path / "words.json"
    write_document(path, full_document())
    before = path.read_bytes()
    with pytest.raises(ValueError, match="confidence"):
        write_document(path, AnnotationDocument("x", [SegmentRecord("a", Segment("action", 0, 1, confidence=7.0))]))
    assert path.read_bytes() == before


def mutated(data, chance):
    """A file after an accident: bits, cuts, doubled and swapped parts, or a value replaced by one of another type."""
    kind = chance.randrange(5)
    at = sorted(chance.randrange(len(data)) for _ in range(3))
    if kind == 0:
        out = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
        return bytes(out)
    if kind == 1:
        return data[: at[0]] + data[at[1] :]
    if kind == 2:
        return data[: at[1]] + data[at[0] : at[2]] + data[at[2] :]
    if kind == 3:
        return data[: at[0]] + chance.choice(string.printable).encode() * chance.randint(1, 50) + data[at[0] :]
    content = json.loads(data)
    record = chance.choice(content["records"])
    where = chance.choice([content, record])
    where[chance.choice(list(where))] = chance.choice([None, -1, 1e308, True, "", [], {}, [[]], 10**30, "\ud800", 0.1])
    return json.dumps(content).encode()


def check_mutations(count, first=0):
    data = document_bytes(full_document(), DocumentMeta("Ada", "p1", 60, 30.0))
    refused = 0
    for number in range(first, first + count):
        try:
            document, meta = parse_document(mutated(data, random.Random(number)), FILE)
            assert parse_document(document_bytes(document, meta), FILE)[0].records == document.records
        except InputError as error:
            assert error.path == FILE
            refused += 1
    assert refused > count / 2


def test_a_thousand_damaged_files():
    check_mutations(1000)


@pytest.mark.soak
def test_many_damaged_files():
    check_mutations(int(os.environ.get("INTERACT_SOAK_EXAMPLES", "100000")), 10_000)


@given(st.lists(st.text(max_size=300), min_size=2, max_size=2, unique=True))
@settings(max_examples=200)
def test_names_are_possible_everywhere_and_different(ids):
    names = [document_name(clip_id) for clip_id in ids]
    assert names[0].lower() != names[1].lower()
    for one in names:
        assert set(one.lower()) <= set(string.ascii_lowercase + string.digits + "_-.") and 5 < len(one) < 120
    assert document_name("sub1_mug_3") == "sub1_mug_3.json"
