"""text.txt and its relatives: every byte kept, every bad line named; the tokens as spaCy's model gives them."""

from pathlib import Path

import numpy as np
import pytest

from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.text_files import ACTIONS
from interact_core.formats.words import tokens
from interact_core.formats.words.action_txt import action_vector, actions_of_vector, check_actions, new_action_file
from interact_core.formats.words.humanml3d import humanml3d_captions, humanml3d_spelling, read_humanml3d
from interact_core.formats.words.omomo_json import SentenceFile
from interact_core.formats.words.sentences import foreign_characters, one_line
from interact_core.formats.words.text_txt import LINE_ENDS, Spelling, TextFile, new_text_file
from interact_core.formats.words.tokens import can_tokenise, tokens_of

FULL = "A person lifts the crate.#A/DET person/NOUN lift/VERB the/DET crate/NOUN#0.0#0.0"


def test_every_real_text_is_written_as_it_was_read(shared_data: Path) -> None:
    """Through captions and back: what says the same keeps its bytes, also HOI-Diff's short form and odd spaces."""
    texts = sorted((shared_data / "text").rglob("*.txt"))
    assert len(texts) >= 36
    for path in texts:
        data = path.read_bytes()
        file = TextFile.parse(data, path)
        file.check(path)
        captions = file.captions(30.0, 200)
        assert captions and file.updated(captions, 30.0, 200).data() == data, path.name
        untokenised = [Caption(c.text, c.variant, (), c.start_frame, c.end_frame) for c in captions]
        assert file.updated(untokenised, 30.0, 200).data() == data, path.name
    for path in sorted((shared_data / "text").rglob("*.json")):
        file = SentenceFile.parse(path.read_bytes(), path)
        assert file.updated({w.clip: w.captions[0].text for w in file.words().clips}).data() == path.read_bytes()


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_separators_mark_and_spelling_are_the_files_own(separator: str, last: bool, bom: bytes) -> None:
    lines = [FULL, "Lift. #lift/VERB#0#0", " Up it goes.#up/ADV#1.50#2.0"]
    data = bom + (separator.join(lines) + (separator if last else "")).encode()
    file = TextFile.parse(data)
    captions = list(file.captions())
    assert file.updated(captions).data() == data
    captions[1] = Caption("Lower.", "change", ("lower/VERB",))
    lines[1] = "Lower.#lower/VERB#0.0#0.0"
    assert file.updated(captions).data() == bom + (separator.join(lines) + (separator if last else "")).encode()
    assert file.updated(captions[:1]).data() == bom + (FULL + (separator if last else "")).encode()
    assert file.updated([*captions, Caption("More.", "extra1", ("more/ADV",))]).captions()[3].text == "More."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("#a/DET#0.0#0.0", "caption is empty"),
        ("Lift.#lift/VERB", "1 '#', not three"),
        ("Lift #3.#lift/VERB#0.0#0.0", "4 '#', not three"),
        ("Lift.#lift/VERB#0.0#soon", "'soon' is not a time"),
        ("Lift.#lift/VERB#nan#nan", "is not a time"),
        ("Lift.#lift/VERB#3.0#1.0", "ends (1) before it starts (3)"),
        ("Lift.#lift/VERB#-3.0#1.0", "starts at -3"),
        ("Lift.#lift#0.0#0.0", "'lift' is not word/POS"),
        ("Lift.#lift/VRB#0.0#0.0", "'lift/VRB' is not word/POS"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(line: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        TextFile.parse(f"{FULL}\r{line}\r{FULL}".encode()).check(Path("text.txt"))
    assert reason in str(caught.value) and "line 2" in str(caught.value) and "text.txt" in str(caught.value)


def test_bytes_that_are_no_text_are_named_by_line() -> None:
    for data in (FULL.encode() + b"\r\xff\xfe", FULL.encode() + b"\ra\0b"):
        with pytest.raises(InputError, match="line 2"):
            TextFile.parse(data, Path("text.txt"))


def test_new_files_as_the_field_reads_them() -> None:
    captions = [Caption("Lift – it\n#now, née", tokens=("lift/VERB",)), Caption("Put.", "change", ("put/VERB",), 7, 40)]
    assert new_text_file(captions, 30.0).data() == b"Lift it now, nee#lift/VERB#0.0#0.0\nPut.#put/VERB#0.233333#1.333333"
    assert new_text_file(captions, 30.0, Spelling(line_end=LINE_ENDS["cr"])).data().count(b"\r") == 1
    assert new_text_file(captions[:1], 30.0, Spelling(form="short")).data() == b"Lift it now, nee#0#0"
    assert new_text_file(captions[:1], 30.0, Spelling(form="bare", plain=False)).data().decode() == "Lift – it now, née"
    assert foreign_characters("left-hand #1: née") == "-#é" and one_line("left-hand") == "lefthand"


@pytest.mark.parametrize("fps", [10.0, 20.0, 23.976, 29.97, 30.0, 59.94, 60.0, 100.0, 120.0, 240.0])
def test_seconds_give_every_frame_back(fps: float) -> None:
    for start in range(0, 5000, 7):
        file = TextFile.parse(new_text_file([Caption("A.", "natural", (), start, start + 1)], fps).data())
        assert file.captions(fps)[0] == Caption("A.", "natural", (), start, start + 1)


def test_humanml3d_lists_sections_with_times() -> None:
    captions = (Caption("A man walks.", "natural", ("a/DET",)), Caption("He walks.", "change", ("he/PRON",)))
    segments = (Segment("caption", 20, 50, "he turns"), Segment("action", 0, 9, label="Lift"))
    data = new_text_file(humanml3d_captions(captions, segments), 20.0, humanml3d_spelling()).data()
    assert data.endswith(b"he turns##1.0#2.5\n")
    found = read_humanml3d(data, 20.0)
    assert found.captions == captions and found.segments == segments[:1]


def test_actions_as_sentences_and_vectors() -> None:
    file = new_action_file(["Carry", "Bowling"], "wooden box")
    assert file.data() == b"A person carry the wooden box.\nA person bowling the wooden box."
    assert check_actions(file) == ("Carry", "Bowling")
    assert action_vector(["Carry"]).dtype == np.float64 and action_vector(["Carry"]).tolist() == np.eye(16)[2].tolist()
    assert actions_of_vector(action_vector(["Lift", "Drink"])) == ("Lift", "Drink") and ACTIONS[8] == "Lift"
    with pytest.raises(InputError, match=r"line 2.*A person <class>"):
        check_actions(TextFile.parse(b"A person lift the box.\nA person hurls the box."))
    with pytest.raises(InputError, match="one-hot"):
        actions_of_vector(np.full(16, 0.5))


def test_tokens_follow_the_rule() -> None:
    """Hyphens go, verbs and nouns are lemmas, "left" and auxiliaries stay as they are."""
    assert tokens_of("A person is lifting two T-shirts with his left hand.") == (
        "A/DET", "person/NOUN", "is/AUX", "lift/VERB", "two/NUM", "tshirt/NOUN", "with/ADP", "his/PRON", "left/ADJ", "hand/NOUN",
    )  # fmt: skip
    assert tokens_of("A Person has it.", lower=True)[:2] == ("a/DET", "person/NOUN")


def test_tokens_agree_with_the_published_ones(shared_data: Path) -> None:
    """The aim of the issue is 97 %; measured 99.5 % (docs/decisions/pos-tagger.md)."""
    wanted = agreed = 0
    for path in sorted((shared_data / "text" / "hoidiff_behave").glob("*.txt")):
        for line in TextFile.parse(path.read_bytes()).lines:
            tokens = tokens_of(line.record.sentence, lower=True)
            wanted += max(len(line.record.tokens), len(tokens))
            agreed += sum(a == b for a, b in zip(line.record.tokens, tokens, strict=False))
    assert wanted > 800 and agreed / wanted >= 0.99


def test_without_the_tagger_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_MODEL", "no_such_model")
    tokens._tagger.cache_clear()
    assert not can_tokenise()
    with pytest.raises(InputError, match="Install spacy"):
        tokens_of("Lift.")
    tokens._tagger.cache_clear()
