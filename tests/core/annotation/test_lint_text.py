"""Rules that need only the words."""

import pytest

from interact_core.annotation import AnnotationDocument, CaptionRecord, SegmentRecord
from interact_core.annotation.lint import Finding, LintOptions, apply_fix, lint
from interact_core.annotation.review import dismiss_finding
from interact_core.annotation.vocabulary import Vocabulary, default_vocabulary
from interact_core.clip import Caption, Segment

DICTIONARY = frozenset(
    "a the person lifts with both hands hand box right left person's forward table stand chest".split()  # noqa: SIM905
)


def _document(natural: str, change: str | None = None, shorten: str | None = None) -> AnnotationDocument:
    texts = {"natural": natural, "change": change, "shorten": shorten}
    return AnnotationDocument("c", [CaptionRecord(v, Caption(t, v)) for v, t in texts.items() if t is not None])


def _found(text: str, *more: str, **options) -> list[Finding]:
    return list(lint(_document(text, *more), None, None, LintOptions(**options)))


def _rules(text: str, *more: str, **options) -> list[str]:
    return [f.rule for f in _found(text, *more, **options)]


def _fixed(text: str, **options) -> str:
    document = _document(text)
    (finding,) = lint(document, None, None, LintOptions(**options))
    apply_fix(document, finding, "ada").apply(document)
    assert document.captions[0].author == "ada"
    return document.captions[0].caption.text


@pytest.mark.parametrize(
    "text",
    [
        "A person lifts a box with both hands.", "The box is being lifted by someone.",
        "A person has a box held in his left hand.",
        "A person is pushing and pulling the box.", "Lift the box, move the box and put down the box.",
        "A person sits on a chair.",
        "A person holding a box walks forward.", "Someone puts the box down and walks away.",
        "A person is situated in the chair.", "The person lets the other person lift the box.",
        "A person leaves the box to the left.",
    ],
)  # fmt: skip
def test_good_sentences_are_left_alone(text: str) -> None:
    assert _rules(text) == []


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("A person lifted the box.", "A person lifts the box."),
        ("A person carefully carried the box.", "A person carefully carries the box."),
        ("A person lifts the box and carried it forward.", "A person lifts the box and carries it forward."),
        ("The person was lifting the box.", "The person lifts the box."),
        ("A person lift the box.", "A person lifts the box."),
        ("A person is lifts the box.", "A person lifts the box."),
        ("Lift the box and puts it down.", "Lift the box and put it down."),
        ("A person is lifting the box and puts it down.", "A person lifts the box and puts it down."),
        ("Someone took the mug.", "Someone takes the mug."),
    ],
)
def test_tense(text: str, fixed: str) -> None:
    assert _rules(text) == ["tense"]
    assert _fixed(text) == fixed


@pytest.mark.parametrize(
    ("text", "fixed"),
    [("A person is lifting the box.", "A person lifts the box."), ("Lift the box.", "A person lifts the box.")],
)
def test_the_house_style_is_asked_for_only_when_wanted(text: str, fixed: str) -> None:
    assert _rules(text) == []
    assert _fixed(text, simple_present=True) == fixed


@pytest.mark.parametrize(
    ("text", "fixed", "severity"),
    [
        ("A person lifts the person’s box.", "A person lifts the person's box.", "warning"),
        ("A person lifts the box & walks.", "A person lifts the box and walks.", "warning"),
        ("A person drinks from the café mug.", "A person drinks from the cafe mug.", "warning"),
        ("A person lifts the box # now.", "A person lifts the box now.", "error"),
        ("A person lifts the\nbox.", "A person lifts the box.", "error"),
        ("A person lifts the L-shaped box.", "A person lifts the L shaped box.", "warning"),
    ],
)
def test_characters(text: str, fixed: str, severity: str) -> None:
    assert [(f.rule, f.severity) for f in _found(text)] == [("characters", severity)]
    assert _fixed(text) == fixed


def test_kept_characters_are_kept() -> None:
    assert _rules('A person lifts 2 boxes (big, small); "heavy" ones: that\'s it! Why?') == []


def test_empty_and_missing_variants() -> None:
    assert _rules("A person lifts the box.", "  ") == ["empty"]
    assert _rules("A person lifts the box.") == []
    assert _rules("A person lifts the box.", require_variants=True) == ["empty", "empty"]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("a person lifts the box", ["duplicate"]), ("Someone lifts a box.", ["duplicate"]),
        ("A person lifts the heavy box.", []), ("A person carries the box.", []), ("The person carrries the box.", []),
    ],
)  # fmt: skip
def test_duplicates(other: str, found: list[str]) -> None:
    assert _rules("A person lifts the box.", other) == found


def test_a_typo_is_no_variant() -> None:
    assert _rules("A person carries the box.", "A person carrries the box.") == ["duplicate"]


def test_length() -> None:
    assert _rules("Lifts.") == ["length"]
    assert _rules("a " * 41) == ["length"]
    assert _rules("A person lifts the box.", "Someone raises the box.", "A person lifts the box and puts it down again.") == [
        "length"
    ]


def test_vocabulary_spelling_needs_a_dictionary() -> None:
    text = "A preson lifts the bx with the rigt hand forwrad."
    assert _rules(text) == []
    found = [f for f in _found(text, knows=DICTIONARY.__contains__, objects=("largebox",)) if f.rule == "vocabulary_spelling"]
    assert [f.fix.text for f in found if f.fix] == ["person", "right", "forward"]


def test_words_of_the_vocabulary_count() -> None:
    own = Vocabulary(default_vocabulary().tiers, ("Theraband",))
    document = _document("A person lifts a theraband with the therabant.")
    found = lint(document, None, own, LintOptions(knows=DICTIONARY.__contains__))
    assert [f.fix.text for f in found if f.fix] == ["theraband"]


def test_words_in_the_dictionary_are_no_typos() -> None:
    assert _rules("A person lifts the stand.", knows=DICTIONARY.__contains__) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A person lifts the table.", ["object_missing"]), ("A person lifts the box.", []), ("A person lifts the crate.", []),
        ("A person lifts the boxsmall.", ["object_missing"]), ("A person lifts the boxes.", []),
        ("A person holds the box near his chest.", []), ("A person puts the box on the table.", ["object_missing"]),
        ("A person holds the box and stands up.", []), ("A person lifts the object.", []),
    ],
)  # fmt: skip
def test_objects(text: str, found: list[str]) -> None:
    assert _rules(text, objects=("largebox",)) == found


def test_a_place_is_only_a_hint_and_a_thing_has_a_fix() -> None:
    (place,) = _found("A person puts the box on the table.", objects=("largebox",))
    (thing,) = _found("A person lifts the table.", objects=("largebox",))
    assert (place.severity, place.fix) == ("hint", None)
    assert thing.severity == "warning" and thing.fix is not None and thing.fix.text == "large box"
    assert "large box" in thing.why


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A person rotates the box clockwise.", ["mirror"]), ("A person left the box.", ["mirror"]),
        ("A person puts the box right away.", ["mirror"]), ("A person lifts it with the left hand to the right.", []),
        ("A person lifts it with the lefthand.", ["mirror"]),
    ],
)  # fmt: skip
def test_mirroring(text: str, found: list[str]) -> None:
    assert _rules(text) == found


def test_keys_hold_while_other_words_change_and_dismissals_count() -> None:
    document = _document("A person lifted the box.")
    (finding,) = lint(document)
    dismiss_finding(document, finding.key, "it is a quotation").apply(document)
    (again,) = lint(document)
    assert again.dismissed == "it is a quotation"
    record = document.captions[0]
    document.replace(record.with_text("Now a person lifted  the big box quickly.", ""))
    (moved,) = lint(document)
    assert (moved.key, moved.dismissed) == (finding.key, "it is a quotation")
    document.replace(record.with_text("A person carried the box.", ""))
    assert lint(document)[0].dismissed is None


def test_rules_can_be_switched_off() -> None:
    assert _rules("A person lifted the box.", off=frozenset({"tense"})) == []


def test_sentences_of_caption_segments_are_checked_and_mended_too() -> None:
    document = AnnotationDocument("c", [SegmentRecord("s", Segment("caption", 3, 30, "A person lifted the box."))])
    (finding,) = lint(document)
    assert (finding.uid, finding.rule) == ("s", "tense")
    apply_fix(document, finding).apply(document)
    assert document.segments[0].segment.text == "A person lifts the box."
