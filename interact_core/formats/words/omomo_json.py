"""OMOMO's sentences: one JSON object of sequence name to sentence (data format note, section 5.3)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.formats.words.json_text import load_json
from interact_core.formats.words.model import ClipWords, Words, decode

_EXPECTED = 'Expected {"sequence": "sentence"}'


@dataclass(frozen=True)
class SentenceFile:
    """`raw` is the file as it stood; it is written again while it says the same."""

    sentences: Mapping[str, str]
    raw: str = ""
    bom: bool = False

    @classmethod
    def parse(cls, data: bytes, path: Path | None = None) -> "SentenceFile":
        text = decode(data, path)
        return cls(parse_sentences(text, path), text, data.startswith(b"\xef\xbb\xbf"))

    def words(self) -> Words:
        return Words(tuple(ClipWords((Caption(text.strip()),), clip=name) for name, text in self.sentences.items()))

    def updated(self, sentences: Mapping[str, str]) -> "SentenceFile":
        same = {k: v.strip() for k, v in self.sentences.items()} == {k: v.strip() for k, v in sentences.items()}
        return self if same and list(self.sentences) == list(sentences) else SentenceFile(dict(sentences), "", self.bom)

    def data(self) -> bytes:
        text = self.raw or json.dumps(dict(self.sentences), ensure_ascii=False)
        return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode()


def parse_sentences(text: str, path: Path | None = None) -> dict[str, str]:
    """InputError naming the line of what is not JSON, and the name whose sentence is none."""
    loaded = load_json(text, path)
    if not isinstance(loaded, dict):
        raise InputError("holds no names with sentences", path=path, field="line 1", remedy=_EXPECTED)
    for name, sentence in loaded.items():
        if not isinstance(sentence, str) or not sentence.strip() or not name.strip():
            raise InputError("has no sentence", path=path, field=name[:60] or "line 1", remedy=_EXPECTED)
    return loaded
