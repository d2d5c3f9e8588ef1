"""ELAN files against what ELAN's schema 3.0 says about order, identities and references; every frame and field back."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.text_files import ACTIONS
from interact_core.formats.words.eaf import write_eaf
from interact_core.formats.words.eaf_reader import read_eaf
from interact_core.formats.words.model import ClipWords, frame_of, milliseconds_at

ORDER = ["LICENSE", "HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE", "CONSTRAINT",
         "CONTROLLED_VOCABULARY", "LEXICON_REF", "REF_LINK_SET", "EXTERNAL_REF"]  # fmt: skip
IDENTITIES = ("TIME_SLOT_ID", "ANNOTATION_ID", "CVE_ID", "LANG_ID", "STEREOTYPE")
WORDS = ClipWords(
    (Caption("Lifts <it> & walks.", "natural", ("lift/VERB", "it/PRON"), author="ana"), Caption("Up.", "natural", author="ana"),
     Caption("A part.", "change", (), 3, 40)),
    (Segment("action", 10, 60, "picks it up", "Lift", "he", "crate", "lid", "both", 0.25, "unsure\nsecond line", "ana"),
     Segment("action", 30, 90, label="Carry", author="ana"), Segment("action", 90, 120, "no label", author="ana"),
     Segment("action", 90, 120, label="Hurl", author="bo"), Segment("free", 0, 1, "first frame"),
     Segment("contact_hand", 5, 6, label="left", hand="left"), Segment("caption", 119, 120, "ends")),
    "demo/lift", 30.0, 120,
)  # fmt: skip
VOCABULARY = {"action": ACTIONS, "artifact": ("gap",)}


def document(words: ClipWords = WORDS, fps: float = 30.0) -> tuple[bytes, ET.Element]:
    data = write_eaf(words, fps, words.num_frames or 1, VOCABULARY, "ana", datetime(2026, 1, 2, tzinfo=UTC))
    return data, ET.fromstring(data)


def test_elements_stand_in_the_schemas_order() -> None:
    _, root = document()
    places = [ORDER.index(child.tag) for child in root]
    assert places == sorted(places) and root.tag == "ANNOTATION_DOCUMENT"
    assert root.get("FORMAT") == "3.0" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", root.get("DATE"))
    assert {c.tag for c in root.find("HEADER")} <= {"MEDIA_DESCRIPTOR", "LINKED_FILE_DESCRIPTOR", "PROPERTY"}
    for ml in root.iter("CV_ENTRY_ML"):
        assert [c.tag for c in ml] == ["CVE_VALUE"]
    for cv in root.iter("CONTROLLED_VOCABULARY"):
        tags = [c.tag for c in cv]
        assert tags == ["DESCRIPTION", *["CV_ENTRY_ML"] * (len(tags) - 1)]
    for annotation in root.iter("ANNOTATION"):
        assert [c.tag for c in annotation[0]] == ["ANNOTATION_VALUE"] and len(annotation) == 1


ATTRIBUTES = {  # required, optional
    "ANNOTATION_DOCUMENT": ("DATE AUTHOR VERSION", "FORMAT {http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"),
    "HEADER": ("", "MEDIA_FILE TIME_UNITS"), "PROPERTY": ("", "NAME"), "TIME_ORDER": ("", ""), "ANNOTATION": ("", ""),
    "TIME_SLOT": ("TIME_SLOT_ID", "TIME_VALUE"), "ANNOTATION_VALUE": ("", ""),
    "TIER": ("TIER_ID LINGUISTIC_TYPE_REF", "PARTICIPANT ANNOTATOR PARENT_REF"),
    "ALIGNABLE_ANNOTATION": ("ANNOTATION_ID TIME_SLOT_REF1 TIME_SLOT_REF2", "CVE_REF"),
    "REF_ANNOTATION": ("ANNOTATION_ID ANNOTATION_REF", "PREVIOUS_ANNOTATION CVE_REF"),
    "LINGUISTIC_TYPE": ("LINGUISTIC_TYPE_ID", "TIME_ALIGNABLE CONSTRAINTS GRAPHIC_REFERENCES CONTROLLED_VOCABULARY_REF"),
    "LANGUAGE": ("LANG_ID", "LANG_DEF LANG_LABEL"), "CONSTRAINT": ("STEREOTYPE", "DESCRIPTION"),
    "CONTROLLED_VOCABULARY": ("CV_ID", ""), "DESCRIPTION": ("LANG_REF", ""), "CV_ENTRY_ML": ("CVE_ID", "EXT_REF"),
    "CVE_VALUE": ("LANG_REF", "DESCRIPTION"),
}  # fmt: skip


def test_attributes_are_the_schemas() -> None:
    for element in document()[1].iter():
        required, optional = (set(names.split()) for names in ATTRIBUTES[element.tag])
        assert required <= set(element.attrib) <= required | optional, element.tag


def test_identities_are_unique_and_references_resolve() -> None:
    _, root = document()
    ids = [
        e.get(n) for e in root.iter() for n in ("TIME_SLOT_ID", "ANNOTATION_ID", "CVE_ID", "LANG_ID", "STEREOTYPE") if e.get(n)
    ]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[A-Za-z_][\w.-]*", i) for i in ids)
    tiers = [t.get("TIER_ID") for t in root.iter("TIER")]
    types = {t.get("LINGUISTIC_TYPE_ID"): t for t in root.iter("LINGUISTIC_TYPE")}
    assert len(tiers) == len(set(tiers)) and len(types) == len(root.findall("LINGUISTIC_TYPE"))
    slots = {s.get("TIME_SLOT_ID"): int(s.get("TIME_VALUE")) for s in root.iter("TIME_SLOT")}
    assert list(slots.values()) == sorted(slots.values())
    stereotypes = {c.get("STEREOTYPE") for c in root.iter("CONSTRAINT")}
    entries = {
        e.get("CVE_ID"): (cv.get("CV_ID"), e[0].text) for cv in root.iter("CONTROLLED_VOCABULARY") for e in cv.iter("CV_ENTRY_ML")
    }
    assert {e.get("LANG_REF") for e in root.iter() if e.get("LANG_REF")} == {"und"}
    annotations: dict[str, str] = {}
    for tier in root.iter("TIER"):
        kind = types[tier.get("LINGUISTIC_TYPE_REF")]
        parent = tier.get("PARENT_REF")
        assert (parent is None) == (kind.get("CONSTRAINTS") is None) == (kind.get("TIME_ALIGNABLE") == "true")
        assert parent is None or (parent in tiers and kind.get("CONSTRAINTS") in stereotypes)
        last = -1
        for annotation in tier.iter("ANNOTATION"):
            a = annotation[0]
            annotations[a.get("ANNOTATION_ID")] = tier.get("TIER_ID")
            if parent is None:
                start, end = slots[a.get("TIME_SLOT_REF1")], slots[a.get("TIME_SLOT_REF2")]
                assert last <= start < end, "annotations of a tier must not overlap"
                last = end
            else:
                assert annotations[a.get("ANNOTATION_REF")] == parent
            if a.get("CVE_REF"):
                assert entries[a.get("CVE_REF")] == (kind.get("CONTROLLED_VOCABULARY_REF"), a[0].text)


def test_labels_and_hands_are_controlled() -> None:
    _, root = document()
    values = {cv.get("CV_ID"): [v.text for v in cv.iter("CVE_VALUE")] for cv in root.iter("CONTROLLED_VOCABULARY")}
    assert values == {"hand": ["left", "right", "both"], "label:action": list(ACTIONS), "label:artifact": ["gap"]}
    tied = {t.get("LINGUISTIC_TYPE_ID"): t.get("CONTROLLED_VOCABULARY_REF") for t in root.iter("LINGUISTIC_TYPE")}
    assert tied["action"] == "label:action" and tied["action.hand"] == "hand" and tied["action.note"] is None
    refs = [a for a in root.iter("ALIGNABLE_ANNOTATION") if a.get("CVE_REF")]
    assert sorted(a[0].text for a in refs) == ["Carry", "Lift"], "Hurl is said, but is no word of the vocabulary"


def test_everything_comes_back() -> None:
    data, _ = document()
    found = read_eaf(data)
    assert set(found.captions) == set(WORDS.captions) and len(found.captions) == 3
    assert set(found.segments) == set(WORDS.segments) and len(found.segments) == len(WORDS.segments)
    assert (found.clip, found.fps, found.num_frames) == ("demo/lift", 30.0, 120)
    assert write_eaf(WORDS, 30.0, 120, VOCABULARY, "ana", datetime(2026, 1, 2, tzinfo=UTC)) == data


def test_rounded_milliseconds_give_every_frame_back() -> None:
    for fps in [*map(float, range(1, 121)), 23.976, 24000 / 1001, 29.97, 30000 / 1001, 59.94, 60000 / 1001, 119.88]:
        for frame in [*range(600), *range(100_000, 100_200), 999_999]:
            assert frame_of(milliseconds_at(frame, fps), fps) == frame, fps


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
segments = st.builds(
    lambda start, length, **rest: Segment(start_frame=start, end_frame=start + length, **rest),
    st.integers(0, 500), st.integers(1, 200), tier=names.filter(bool), text=names, label=names, actor=names, object=names,
    part=names, hand=names, note=names, author=names, confidence=st.one_of(st.none(), st.floats(0.001, 1)),
)  # fmt: skip


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(segments, max_size=8), st.sampled_from([10.0, 29.97, 30.0, 120.0]))
def test_any_segments_come_back(given_segments: list[Segment], fps: float) -> None:
    words = ClipWords((), tuple(s for s in given_segments if not s.tier.startswith("sequence caption:")), "c", fps, 900)
    found = read_eaf(document(words, fps)[0])
    key = repr
    assert sorted(found.segments, key=key) == sorted(words.segments, key=key)


FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2020-01-01T00:00:00Z" FORMAT="2.7" VERSION="2.7">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="2000"/></TIME_ORDER>
<TIER TIER_ID="gesture" PARTICIPANT="P1" ANNOTATOR="eva" LINGUISTIC_TYPE_REF="g">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>Lift</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
<ANNOTATION_VALUE>Put</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="gloss" PARENT_REF="gesture" LINGUISTIC_TYPE_REF="s"><ANNOTATION>
<REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a2"><ANNOTATION_VALUE>down</ANNOTATION_VALUE></REF_ANNOTATION>
</ANNOTATION></TIER>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="g" TIME_ALIGNABLE="true" CONTROLLED_VOCABULARY_REF="cv"/>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="s" TIME_ALIGNABLE="false" CONSTRAINTS="Symbolic_Association"/>
<CONTROLLED_VOCABULARY CV_ID="cv"><CV_ENTRY DESCRIPTION="">Lift</CV_ENTRY></CONTROLLED_VOCABULARY>
</ANNOTATION_DOCUMENT>"""


def test_a_file_that_elan_made() -> None:
    """Slots without a time lie between their neighbours; the old vocabulary element is read past."""
    with pytest.raises(InputError, match="frames a second"):
        read_eaf(FOREIGN.encode())
    assert read_eaf(FOREIGN.encode(), 30.0).segments == (
        Segment("gesture", 0, 30, label="Lift", actor="P1", author="eva"),
        Segment("gesture", 30, 60, label="Put", actor="P1", author="eva"),
        Segment("gloss", 30, 60, "down"),
    )


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('TIME_VALUE="0"', 'TIME_VALUE="x"', "ts1"),
        ('REF2="ts2"', 'REF2="ts9"', "a1"),
        ('ANNOTATION_REF="a2"', 'ANNOTATION_REF="a9"', "a3"),
        ('PARENT_REF="gesture"', 'PARENT_REF="gestures"', "gloss"),
        ("<TIME_ORDER>", "<!DOCTYPE x><TIME_ORDER>", "type definition"),
        ("</TIER>", "</TIRE>", "line 10"),
        ("milliseconds", "NTSC-frames", "HEADER"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, where: str) -> None:
    with pytest.raises(InputError, match=where):
        read_eaf(FOREIGN.replace(old, new, 1).encode(), 30.0)
