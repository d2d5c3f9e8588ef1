"""A thousand random mutations of every form: it is read, or one error names the file and the place. Nothing else happens."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.words.action_txt import check_actions
from interact_core.formats.words.annotation_csv import AnnotatedSegment, SequenceRow, read_annotation_csv, write_annotation_csv
from interact_core.formats.words.babel import BabelFile
from interact_core.formats.words.cues import cues_of, read_cues, words_of, write_cues
from interact_core.formats.words.eaf import write_eaf
from interact_core.formats.words.eaf_reader import read_eaf
from interact_core.formats.words.humanml3d import read_humanml3d
from interact_core.formats.words.model import ClipWords
from interact_core.formats.words.omomo_json import SentenceFile
from interact_core.formats.words.rows import read_csv, read_jsonl, write_csv, write_jsonl
from interact_core.formats.words.text_txt import TextFile

SHORT, LONG = 1000, 30_000
NASTY = [
    b"#", b"##", b"/", b"\r", b"\n", b"\r\n", b'"', b"'", b",", b";", b"-->", b"\xff", b"\xfe\xff", b"\x00", b"\xed\xa0\x80",
    b"<", b"&", b"&#0;", b"]]>", b"<!DOCTYPE a>", b"9" * 30, b"9" * 5000, b"-1", b"1e999", b"nan", b"Infinity", b"{", b"}",
    b"[", b"]", b"[" * 3000, b"null", b"true", b"0.5", b"-0", b"\\ud800", b"\\u0000", "😀".encode(), "é".encode(),
    b"\xef\xbb\xbf", b" ", b"\t", b"",
]  # fmt: skip
WORDS = ClipWords(
    (Caption("Lifts it & goes.", "natural", ("lift/VERB", "it/PRON")), Caption("Up.", "change", (), 3, 40)),
    (Segment("action", 10, 60, "up", "Lift", "he", "crate", "lid", "both", 0.25, "note", "ana"), Segment("action", 30, 90, "[x]"),
     Segment("free", 0, 1, "first")), "demo/lift", 30.0, 120,
)  # fmt: skip
TEXT = b"A person lifts it.#a/DET person/NOUN lift/VERB it/PRON#0.0#0.0\rUp.#up/ADV#0.0#1.5\rShort.#0#0\r\nBare."
ROWS = [
    {"clip": "a", "kind": "segment", "uid": "u", "tier": "free", "start_frame": 1, "end_frame": 2, "confidence": 0.5,
     "text": 'x "y"\nz'},
    {"clip": "b", "kind": "remark", "uid": "v", "text": "look", "rejection": True, "tokens": ["a/DET"]},
]  # fmt: skip


def read_text(data: bytes, path: Path) -> object:
    file = TextFile.parse(data, path)
    captions = file.captions(30.0, 100)
    assert file.data() == data and file.updated(captions, 30.0, 100)
    file.check(path)
    return captions


def read_table(data: bytes, path: Path) -> object:
    table = read_annotation_csv(data, path)
    assert all(f.path == path and f.field.startswith("line ") for f in table.findings)
    assert all(s.start < s.end and s.text for row in table.rows for s in row.segments)
    return table


def read_babel(data: bytes, path: Path) -> object:
    file = BabelFile.parse(data, path)
    return [file.words(name, 20.0, 90) for name in file.tree]


FORMS: dict[str, tuple[bytes, Callable[[bytes, Path], object]]] = {
    "text.txt": (TEXT, read_text),
    "humanml3d.txt": (TEXT, lambda data, path: read_humanml3d(data, 20.0, 100, path)),
    "action.txt": (b"A person lift the box.\nA person carry the box.#a/DET#0.0#0.0",
                   lambda data, path: check_actions(TextFile.parse(data, path), path)),
    "natural.csv": (write_annotation_csv([SequenceRow("A_seq_1_box.mp4", (AnnotatedSegment("He lifts.", 0, 30),
                                                                            AnnotatedSegment("He goes.", 30, 90)))]), read_table),
    "babel.json": (BabelFile().with_words(WORDS, 30.0, 120).data(), read_babel),
    "omomo.json": (b'{"sub1_box_001": "Lift the box.", "sub1_box_002": "Put it."}',
                   lambda data, path: SentenceFile.parse(data, path).words()),
    "clip.eaf": (write_eaf(WORDS, 30.0, 120, {"action": ("Lift", "Carry")}), lambda data, path: read_eaf(data, 30.0, path)),
    "clip.vtt": (write_cues(cues_of(WORDS, "vtt", 30.0, 120)),
                 lambda data, path: words_of(read_cues(data, "vtt", path), None, path)),
    "clip.srt": (write_cues(cues_of(WORDS, "srt", 30.0, 120)),
                 lambda data, path: words_of(read_cues(data, "srt", path), 30.0, path)),
    "rows.csv": (write_csv(ROWS, [*ROWS[0], "rejection", "tokens"]), read_csv),
    "rows.jsonl": (write_jsonl(ROWS), read_jsonl),
}  # fmt: skip


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to four changes of a byte, a stretch, a line, or an end too early."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        kind = chance.randrange(7)
        if kind == 0:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + data[min(to, at + chance.randint(1, 12)) :]
        elif kind == 2:
            data = data[:to] + data[at : min(to, at + 60)] + data[to:]
        elif kind in (3, 4):
            data = data[:at] + chance.choice(NASTY) + data[at + chance.choice((0, 0, 1, 3)) :]
        elif kind == 5:
            lines = data.split(b"\n")
            chance.shuffle(lines)
            data = b"\n".join(lines)
        else:
            data = data[:to]
    return data


def campaign(name: str, count: int, seed: int) -> None:
    good, read = FORMS[name]
    path = Path(name)
    chance = random.Random(f"{name} {seed}")
    refused = 0
    for number in range(count):
        data = mutate(good, chance)
        try:
            read(data, path)
        except InputError as error:
            refused += 1
            assert error.path == path and error.field, (number, str(error))
        except Exception as error:  # the message must say which bytes they were
            raise AssertionError(f"mutation {number}: {type(error).__name__}: {error}: {data[:400]!r}") from error
    assert refused or (name == "natural.csv" and count < 50)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_mutated_is_itself_read(name: str) -> None:
    good, read = FORMS[name]
    assert read(good, Path(name))


@pytest.mark.parametrize("name", FORMS)
def test_a_thousand_mutations(name: str) -> None:
    campaign(name, SHORT, 1)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", FORMS)
def test_many_thousand_mutations(name: str) -> None:
    campaign(name, LONG, 2)
