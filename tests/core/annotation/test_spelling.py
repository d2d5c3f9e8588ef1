"""Spelling: both Englishes, the field's words, the user's own; typos found and the right word among the first."""

import subprocess
import sys
from pathlib import Path

import pytest

from interact_core.annotation.spelling import Misspelling, Spelling
from interact_core.errors import InputError


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Spelling:
    spelling = Spelling(tmp_path_factory.mktemp("spelling") / "dictionary.txt")
    spelling.load()
    return spelling


def test_nothing_is_read_before_it_is_wanted(tmp_path: Path) -> None:
    assert Spelling(tmp_path / "d.txt").check("pesron") == []
    code = "import sys, interact_core.annotation.spelling; print({'symspellpy', 'rapidfuzz'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


RIGHT = """A person lifts the suitcase with both hands, turns anticlockwise and puts it down. The person's left hand doesn't
let go; she's travelled two metres towards the grey table (centre of the colour chart). He traveled counterclockwise two
meters toward the gray table, the center of the color chart, organized and colored; labeled, labelled, analyze, analyse.
They’re bending their knees at mid-air shoulder-height; the dumbbell, kettlebell and tripod stay. I box2 box_small a SMPL"""


def test_right_words_of_both_englishes_and_of_the_field_pass(loaded: Spelling) -> None:
    assert [one.word for one in loaded.check(RIGHT)] == []


def test_places_are_exact(loaded: Spelling) -> None:
    text = "The pesron lfits, a chiar."
    assert loaded.check(text) == [Misspelling(4, 10, "pesron"), Misspelling(11, 16, "lfits"), Misspelling(20, 25, "chiar")]
    assert all(text[one.start : one.end] == one.word for one in loaded.check(text))
    assert loaded.check("") == loaded.check("  \n 12 3.5 -- ?!") == []


TYPOS = """pesron:person chiar:chair lfits:lifts tabel:table sutcase:suitcase backpak:backpack horizontaly:horizontally
towrads:towards grabing:grabbing hnad:hand rihgt:right leff:left frowards:forwards seperately:separately begining:beginning
dumbel:dumbbell stnads:stands squart:squat recieves:receives shoudler:shoulder botle:bottle beetween:between thier:their
untill:until holdin:holding carrys:carries vaccum:vacuum knealing:kneeling ofthe:of_the alot:a_lot wiht:with"""


def test_typos_are_found_and_what_was_meant_is_offered_early(loaded: Spelling) -> None:
    pairs = [pair.replace("_", " ").split(":") for pair in TYPOS.split()]
    offered = {typo: loaded.suggest(typo) for typo, _ in pairs}
    assert [typo for typo, _ in pairs if loaded.knows(typo)] == []
    assert [typo for typo, meant in pairs if meant not in offered[typo]] == []
    assert sum(offered[typo][0] == meant for typo, meant in pairs) >= 0.9 * len(pairs)


def test_rules_for_spellings_do_not_let_typos_through(loaded: Spelling) -> None:
    assert [word for word in ("doctour", "exercize", "heling", "yor", "wierd", "definately") if loaded.knows(word)] == []


def test_suggestions_are_written_as_the_word_is(loaded: Spelling) -> None:
    assert loaded.suggest("Pesron")[0] == "Person" and loaded.suggest("PESRONS")[0] == "PERSONS"
    assert loaded.suggest("xqzwvkjy") == []


def test_names_of_the_project_are_words_until_another_project_comes(loaded: Spelling) -> None:
    assert loaded.check("the boxmedium") and loaded.check("the gizmotron")
    loaded.learn(["boxmedium", "gizmotron_small"])
    assert not loaded.check("the boxmedium beside the gizmotron")
    assert "boxmedium" in loaded.suggest("boxmedum")
    loaded.learn(["other"])
    assert loaded.check("the boxmedium")


def test_the_users_words_stay_and_the_file_is_for_people(tmp_path: Path) -> None:
    first, second = Spelling(tmp_path / "config" / "dictionary.txt"), Spelling(tmp_path / "config" / "dictionary.txt")
    first.load()
    second.load()
    first.add("Grundelfit")
    second.add("zorbler")
    lines = first.path.read_text("utf-8").splitlines()
    assert lines[0].startswith("#") and lines[1:] == ["grundelfit", "zorbler"], "two windows do not overwrite each other"
    first.path.write_text("# mine\nquaxel  # a toy\n\nnot a word 12\n", "utf-8")
    third = Spelling(first.path)
    third.load()
    assert third.knows("quaxel") and third.knows("Quaxel's") and not third.knows("grundelfit")


def test_a_damaged_dictionary_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dictionary.txt"
    path.write_bytes(b"\xff\xfe\x00broken\ngoodword\n" + bytes(range(256)))
    spelling = Spelling(path)
    spelling.load()
    assert spelling.knows("goodword")
    path.unlink()
    path.mkdir()
    spelling = Spelling(path)
    spelling.load()
    with pytest.raises(InputError, match="could not be stored"):
        spelling.add("gloobert")
    assert spelling.knows("gloobert"), "until the program ends"
