"""Pieces that the published networks share."""

import math

import torch
from torch import Tensor, nn


def sinusoids(count: int, width: int) -> Tensor:
    """(count, 1, width): sine and cosine by turns of geometrically spaced frequencies (Vaswani et al. 2017)."""
    at = torch.arange(count)[:, None] * torch.exp(torch.arange(0, width, 2) * (-math.log(1e4) / width))
    return torch.stack([at.sin(), at.cos()], dim=-1).flatten(1)[:, None]


class Places(nn.Module):
    """Adds the place in the sequence (L, B, width). `pe` is a buffer of the checkpoints, computed here."""

    pe: Tensor

    def __init__(self, width: int, count: int = 5000) -> None:
        super().__init__()
        self.register_buffer("pe", sinusoids(count, width))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.pe[: len(x)]


def encoder(width: int, heads: int, between: int, layers: int) -> nn.TransformerEncoder:
    """Post-norm, sequence first, as published."""
    layer = nn.TransformerEncoderLayer(width, heads, between, dropout=0.1, activation="gelu")
    return nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)


def decoder(width: int, heads: int, between: int, layers: int) -> nn.TransformerDecoder:
    layer = nn.TransformerDecoderLayer(width, heads, between, dropout=0.1, activation="gelu")
    return nn.TransformerDecoder(layer, layers)


class Gathered(nn.Module):
    """Tokens for mean and spread before a sequence; the mean's row after the layers is the result (TEMOS, Petrovich 2022)."""

    def __init__(self, width: int, heads: int, between: int, layers: int) -> None:
        super().__init__()
        self.mu_token = nn.Parameter(torch.zeros(width))
        self.logvar_token = nn.Parameter(torch.zeros(width))
        self.sequence_pos_encoding = Places(width)
        self.seqTransEncoder = encoder(width, heads, between, layers)

    def gather(self, rows: Tensor, seen: Tensor) -> Tensor:
        """(B, width) of rows (B, L, width), seen (B, L) False where a row is only padding."""
        tokens = torch.stack([self.mu_token, self.logvar_token]).expand(len(rows), 2, -1)
        sequence = self.sequence_pos_encoding(torch.cat([tokens, rows], dim=1).transpose(0, 1))
        hidden = ~torch.cat([seen.new_ones(len(rows), 2), seen], dim=1)
        result: Tensor = self.seqTransEncoder(sequence, src_key_padding_mask=hidden)[0]
        return result
