"""Tiers and labels: edits that name their conflict, a file that comes back whole, segments that stay valid."""

from pathlib import Path

import pytest

from interact_core.annotation import AnnotationDocument, SegmentRecord
from interact_core.annotation.vocabulary import ACTIONS, ARTIFACTS, Tier, Vocabulary, default_vocabulary
from interact_core.annotation.vocabulary_file import (
    load_vocabulary,
    relabel,
    save_vocabulary,
    unknown_labels,
    vocabulary_path,
)
from interact_core.clip import Segment
from interact_core.errors import InputError


def test_the_action_classes_are_those_of_the_file_format() -> None:
    from interact_core.formats import words

    folder = Path(words.__file__).parent
    import re

    source = "".join(path.read_text() for path in (*folder.glob("*.py"), folder.parent / "text_files.py"))
    listed = re.search(r"ACTIONS: Final = \((.*?)\)", source, re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == ACTIONS


def test_artifact_labels_are_the_kinds_that_measures_make() -> None:
    import re

    import interact_core.inspection as inspection

    source = "".join(path.read_text() for path in Path(inspection.__file__).parent.glob("*.py"))
    kinds = set(re.findall(r'kind="(\w+)"', source)) | set(re.findall(r'Artifact\("(\w+)"', source))
    kinds |= {"jitter_body", "jitter_object", "ground_penetration_body", "ground_penetration_object"}
    assert kinds == set(ARTIFACTS)


def test_a_file_gives_the_vocabulary_back(tmp_path: Path) -> None:
    vocabulary = default_vocabulary().with_label("action", "Wipe").with_tier(Tier("gaze", "Blick", ("mug", "hand"), 7, False))
    save_vocabulary(vocabulary, tmp_path / "vocabulary.toml")
    assert load_vocabulary(tmp_path / "vocabulary.toml") == vocabulary
    assert load_vocabulary(tmp_path / "none.toml") == default_vocabulary()


def test_the_default_place_is_the_config_folder() -> None:
    save_vocabulary(default_vocabulary().with_label("action", "Wipe"))
    assert vocabulary_path().parent.name == "config"
    assert "Wipe" in load_vocabulary().labels_of("action")


@pytest.mark.parametrize(
    "text",
    [
        "tiers = 3",
        "[[tiers]]\ntitle='x'",
        "version = 9",
        "[[tiers]]\nid='a'\nlabels=[1]",
        "x = [",
        "[[tiers]]\nid='a'\n[[tiers]]\nid='a'",
    ],
)
def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vocabulary.toml"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        load_vocabulary(path)
    assert error.value.path == path
    assert path.read_text() == text


def test_missing_tiers_of_the_field_come_back(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.toml"
    path.write_text("[[tiers]]\nid = 'action'\nlabels = ['Juggle']\n")
    found = load_vocabulary(path)
    assert found.labels_of("action") == ("Juggle",)
    assert {tier.id for tier in found.tiers} == {tier.id for tier in default_vocabulary().tiers}


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda v: v.with_label("action", "LIFT"), "Lift"),
        (lambda v: v.with_label("action", " "), "cannot be"),
        (lambda v: v.with_label("action", "a#b"), "a#b"),
        (lambda v: v.with_label("nowhere", "x"), "nowhere"),
        (lambda v: v.with_label_renamed("action", "Lift", "Carry"), "Carry"),
        (lambda v: v.with_label_renamed("action", "Fly", "Soar"), "Fly"),
        (lambda v: v.without_label("action", "Fly"), "Fly"),
        (lambda v: v.without_tier("action"), "action"),
        (lambda v: v.with_tier(Tier("x", "X", ("a", "A"))), "twice"),
    ],
)
def test_conflicts_are_named(edit, named: str) -> None:
    with pytest.raises(InputError, match=named):
        edit(default_vocabulary())


def test_a_label_may_change_its_case() -> None:
    assert "LIFT" in default_vocabulary().with_label_renamed("action", "Lift", "LIFT").labels_of("action")


def _document(*labels: str) -> AnnotationDocument:
    records = [SegmentRecord(f"s{k}", Segment("action", k, k + 5, label=label)) for k, label in enumerate(labels)]
    return AnnotationDocument("clip", records)


def test_renaming_carries_the_segments_along_and_can_be_undone() -> None:
    document = _document("Lift", "Carry", "Lift")
    before = document.records
    edit = relabel(document, "action", "Lift", "Raise")
    edit.apply(document)
    assert [r.segment.label for r in document.segments] == ["Raise", "Carry", "Raise"]
    edit.revert(document)
    assert document.records == before
    assert not relabel(document, "action", "Fly", "Soar")


def test_removing_keeps_the_word_as_text() -> None:
    document = _document("Lift")
    relabel(document, "action", "Lift", "").apply(document)
    assert (document.segments[0].segment.label, document.segments[0].segment.text) == ("", "Lift")


def test_unknown_labels_are_listed_by_tier() -> None:
    vocabulary: Vocabulary = default_vocabulary()
    assert unknown_labels(_document("Lift", "Fly", "Soar", "Fly"), vocabulary) == {"action": ("Fly", "Soar")}
