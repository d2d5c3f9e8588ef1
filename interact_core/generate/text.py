"""Sentences to vectors without anything downloaded: words as hashed character n-grams, mixed by a small transformer.

The "tokeniser" is a hash function and two numbers, so it lives inside the checkpoint. n-grams let "kicking" fall near "kick";
a word that shares nothing with the training sentences stays unknown, and :func:`familiar` can say so.
Another encoder may take its place: anything with `width` and a call from sentences to (B, width).
"""

import re
from functools import lru_cache
from typing import Final, Protocol
from zlib import crc32

import torch
from torch import Tensor, nn

_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
MAX_WORDS: Final = 32
_MAX_LETTERS: Final = 24
_GRAMS: Final = (3, 4, 5)
OUTPUTS: Final = 2
"""Vectors that a sentence becomes."""


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words, no more than MAX_WORDS, each no longer than 24 letters: prompts may be of any length."""
    found = []
    for match in _WORD.finditer(text[:4096].casefold()):
        found.append(match.group()[:_MAX_LETTERS])
        if len(found) == MAX_WORDS:
            break
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _grams(word: str, buckets: int) -> tuple[int, ...]:
    """Bucket of the word and of every n-gram of <word>."""
    marked = f"<{word}>"
    pieces = [marked] + [marked[k : k + n] for n in _GRAMS for k in range(len(marked) - n + 1)]
    return tuple(sorted({crc32(piece.encode()) % buckets for piece in pieces}))


class SentenceEncoder(Protocol):
    """What may be put in the place of the encoder trained here, with a linear layer of the model behind it."""

    width: int

    def __call__(self, sentences: tuple[str, ...]) -> Tensor:
        """(B, width)."""


class TextEncoder(nn.Module):
    """Sentences to (B, OUTPUTS, out) and whether there was any word (B,)."""

    def __init__(self, buckets: int, width: int, layers: int, out: int) -> None:
        super().__init__()
        self.buckets, self.width = buckets, width
        self.table = nn.EmbeddingBag(buckets, width, mode="mean")
        nn.init.normal_(self.table.weight, std=0.1)
        self.place = nn.Parameter(torch.randn(MAX_WORDS, width) * 0.02)
        make = nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, "gelu", batch_first=True, norm_first=True)
        self.mixer = nn.TransformerEncoder(make, layers, enable_nested_tensor=False) if layers else None
        self.ask = nn.Parameter(torch.randn(OUTPUTS, width) * 0.1)
        self.head = nn.Linear(width, out)

    def forward(self, sentences: tuple[str, ...]) -> tuple[Tensor, Tensor]:
        listed = [words_of(text) for text in sentences]
        longest = max(1, *(len(words) for words in listed))
        device = self.place.device
        known = torch.tensor([[k < len(words) for k in range(longest)] for words in listed], device=device)
        flat = [_grams(word, self.buckets) for words in listed for word in words]
        x = torch.zeros(len(listed), longest, self.width, device=device)
        if flat:
            ids = torch.tensor([g for grams in flat for g in grams], device=device)
            starts = torch.tensor([0, *(len(grams) for grams in flat[:-1])], device=device).cumsum(0)
            x = torch.zeros_like(x).masked_scatter(known[..., None].expand_as(x), self.table(ids, starts))
        x = x + self.place[:longest]
        some = known.any(1)
        ignored = ~known & some[:, None]
        if self.mixer is not None:
            x = self.mixer(x, src_key_padding_mask=ignored)
        score = (x @ self.ask.T / self.width**0.5).masked_fill(ignored[..., None], float("-inf"))
        return self.head(score.softmax(1).transpose(1, 2) @ x), some


def familiar(text: str, seen: frozenset[str]) -> dict[str, bool]:
    """Each word and whether training sentences had it: shown to who types."""
    return {word: word in seen for word in words_of(text)}
