"""The published reader of sentences: DistilBERT, then a small transformer whose first row is the sentence."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from interact_core.errors import InputError
from interact_core.generate.official.layers import Gathered
from interact_core.generate.official.weights import Shapes
from interact_core.generate.official.wordpiece import WordPiece

_HEAD: Final = 64
"""Numbers per head of DistilBERT."""
_SMALL_HEADS: Final = 4
_NORM: Final = 1e-12


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.q_lin, self.k_lin, self.v_lin, self.out_lin = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        q, k, v = (lin(x).unflatten(-1, (-1, _HEAD)).transpose(1, 2) for lin in (self.q_lin, self.k_lin, self.v_lin))
        found = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None, None])
        result: Tensor = self.out_lin(found.transpose(1, 2).flatten(2))
        return result


class _Layer(nn.Module):
    def __init__(self, width: int, between: int) -> None:
        super().__init__()
        self.attention = _Attention(width)
        self.sa_layer_norm = nn.LayerNorm(width, eps=_NORM)
        self.ffn = nn.ModuleDict({"lin1": nn.Linear(width, between), "lin2": nn.Linear(between, width)})
        self.output_layer_norm = nn.LayerNorm(width, eps=_NORM)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        x = self.sa_layer_norm(x + self.attention(x, seen))
        between = nn.functional.gelu(self.ffn["lin1"](x))
        result: Tensor = self.output_layer_norm(x + self.ffn["lin2"](between))
        return result


class _Bert(nn.Module):
    def __init__(self, words: int, longest: int, width: int, between: int, layers: int) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(words, width),
                "position_embeddings": nn.Embedding(longest, width),
                "LayerNorm": nn.LayerNorm(width, eps=_NORM),
            }
        )
        self.transformer = nn.ModuleDict({"layer": nn.ModuleList(_Layer(width, between) for _ in range(layers))})

    def forward(self, ids: Tensor, seen: Tensor) -> Tensor:
        e = self.embeddings
        places = torch.arange(ids.shape[1], device=ids.device)
        x: Tensor = e["LayerNorm"](e["word_embeddings"](ids) + e["position_embeddings"](places))
        layers = self.transformer["layer"]
        assert isinstance(layers, nn.ModuleList)
        for layer in layers:
            x = layer(x, seen)
        return x


class TextEncoder(Gathered):
    """(B, width) of token ids (B, L)."""

    def __init__(self, shapes: Shapes, prefix: str = "textencoder") -> None:
        name = f"{prefix}.text_model"
        words, wide = shapes.of(f"{name}.embeddings.word_embeddings.weight", 2)
        longest = shapes.of(f"{name}.embeddings.position_embeddings.weight", 2)[0]
        between = shapes.of(f"{name}.transformer.layer.0.ffn.lin1.weight", 2)[0]
        width = shapes.of(f"{prefix}.projection.1.weight", 2)[0]
        small = shapes.of(f"{prefix}.seqTransEncoder.layers.0.linear1.weight", 2)[0]
        super().__init__(width, _SMALL_HEADS, small, shapes.layers(f"{prefix}.seqTransEncoder.layers"))
        self.text_model = _Bert(words, longest, wide, between, shapes.layers(f"{name}.transformer.layer"))
        self.projection = nn.Sequential(nn.ReLU(), nn.Linear(wide, width))
        self.words, self.longest = words, longest

    def forward(self, ids: Tensor, seen: Tensor) -> Tensor:
        return self.gather(self.projection(self.text_model(ids, seen)), seen)

    def sentences(self, sentences: Sequence[str], pieces: WordPiece) -> Tensor:
        """(N, width), without gradients. InputError where the vocabulary is not this encoder's."""
        if len(pieces.vocabulary) != self.words:
            raise InputError(f"has {len(pieces.vocabulary)} pieces, this checkpoint knows {self.words}", path=pieces.path,
                             field="vocabulary", remedy="Give the vocabulary that belongs to the checkpoint")  # fmt: skip
        rows = [pieces.encode(sentence, self.longest) for sentence in sentences]
        ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        seen = torch.zeros_like(ids, dtype=torch.bool)
        for k, row in enumerate(rows):
            ids[k, : len(row)] = torch.tensor(row)
            seen[k, : len(row)] = True
        device = next(self.parameters()).device
        with torch.no_grad():
            found: Tensor = self(ids.to(device), seen.to(device))
        return found
