"""WordPiece against cuts worked out by hand."""

from pathlib import Path

import pytest

from interact_core.errors import InputError
from interact_core.generate.official.wordpiece import read_vocabulary, words_of

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "##a", "lift", "##s", "the", "box", "!", "'", "a", "cafe",
          "箱", "子", "##x")  # fmt: skip


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(PIECES) + "\n", "utf-8")
    return path


def test_the_longest_pieces_first_and_unknown_as_a_whole(vocabulary: Path) -> None:
    pieces = read_vocabulary(vocabulary)
    assert pieces.pieces("unaffable") == ["un", "##aff", "##able"]
    assert pieces.pieces("lifts") == ["lift", "##s"]
    assert pieces.pieces("unlift") == ["[UNK]"] and pieces.pieces("a" * 101) == ["[UNK]"]


def test_sentences_get_their_marks_and_are_cut(vocabulary: Path) -> None:
    pieces = read_vocabulary(vocabulary)
    assert [PIECES[k] for k in pieces.encode("LIFTS the box!", 64)] == ["[CLS]", "lift", "##s", "the", "box", "!", "[SEP]"]
    assert [PIECES[k] for k in pieces.encode("the box the box", 4)] == ["[CLS]", "the", "box", "[SEP]"]
    assert [PIECES[k] for k in pieces.encode("", 64)] == ["[CLS]", "[SEP]"]
    assert len(pieces.encode("the " * 10_000, 512)) == 512


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café", ["cafe"]),
        ("don't", ["don", "'", "t"]),
        ("箱子", ["箱", "子"]),
        ("a\tb\u200bc\x00d\n", ["a", "bcd"]),
        ("x=1+$2", ["x", "=", "1", "+", "$", "2"]),
        ("«да»", ["«", "да", "»"]),
    ],
)
def test_words_and_marks(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_what_is_no_vocabulary_is_said(tmp_path: Path) -> None:
    for name, content, said in (("a.txt", "one\ntwo", "CLS"), ("b.txt", "\n".join([*PIECES, "lift"]), "twice")):
        (tmp_path / name).write_text(content, "utf-8")
        with pytest.raises(InputError, match=said):
            read_vocabulary(tmp_path / name)
