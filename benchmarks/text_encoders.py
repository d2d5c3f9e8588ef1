"""The text encoder that is trained here against a frozen sentence encoder with a linear layer.

`python -m benchmarks.text_encoders [--bert FOLDER]`: config.json, model.safetensors and tokenizer.json of a BERT that takes the
mean of its tokens (MiniLM and the like).

Sentences and motions of the demo world learn one space by InfoNCE, the same motion net, clips, steps and seeds for each encoder.
R-precision among 64 on clips that were not seen, said in wordings of the training and in held-out ones (`phrases.HELD_OUT`);
beside it, how often the nearest class of action, told by sentences alone, is right. Mean and 95 % over seeds.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from interact_core.generate.evaluation.embeddings import r_precision
from interact_core.generate.evaluation.evaluator_training import alike, info_nce
from interact_core.generate.motion import Motion, canonical
from interact_core.generate.official.wordpiece import WordPiece
from interact_core.generate.text import OUTPUTS, TextEncoder
from interact_core.generate.world.batches import motion_of
from interact_core.generate.world.phrases import sentence
from interact_core.generate.world.plan import ACTIONS
from interact_core.generate.world.scene import Scenes, draw_scenes
from interact_core.generate.world.shapes import FAMILIES

FRAMES, WIDTH, BATCH = 48, 96, 48
TRAIN_SEED, TEST_SEED = 31_337, 987_654_321
Encode = Callable[[tuple[str, ...]], Tensor]


class Own(nn.Module):
    """The encoder of the model, as it is in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.text = TextEncoder(4096, 64, 1, WIDTH)
        self.join = nn.Linear(OUTPUTS * WIDTH, WIDTH)

    def forward(self, sentences: tuple[str, ...]) -> Tensor:
        joined: Tensor = self.join(self.text(sentences)[0].flatten(1))
        return joined


class Frozen(nn.Module):
    """Vectors of a frozen encoder, and a linear layer that is trained."""

    def __init__(self, encode: Encode, width: int) -> None:
        super().__init__()
        self._encode = encode
        self.join = nn.Linear(width, WIDTH)

    def forward(self, sentences: tuple[str, ...]) -> Tensor:
        joined: Tensor = self.join(self._encode(sentences))
        return joined


class Bert:
    """A post-norm BERT, mean over its tokens, length one; each sentence is encoded once."""

    def __init__(self, folder: Path) -> None:
        from safetensors.torch import load_file

        self._w = {name.removeprefix("bert."): value for name, value in load_file(folder / "model.safetensors").items()}
        told = json.loads((folder / "config.json").read_text("utf-8"))
        self._layers, self._heads, self.width = told["num_hidden_layers"], told["num_attention_heads"], told["hidden_size"]
        self._pieces = WordPiece(json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"])
        self._known: dict[str, Tensor] = {}

    def __call__(self, sentences: tuple[str, ...]) -> Tensor:
        """(N, width); new sentences of equal length go through together, so that nothing is padded."""
        lengths: dict[int, dict[str, list[int]]] = {}
        for text in sentences:
            if text not in self._known:
                ids = self._pieces.encode(text, 128)
                lengths.setdefault(len(ids), {})[text] = ids
        with torch.no_grad():
            for group in lengths.values():
                self._known |= dict(zip(group, self._encoded(torch.tensor(list(group.values()))), strict=True))
        return torch.stack([self._known[text] for text in sentences])

    def _encoded(self, ids: Tensor) -> Tensor:
        e = "embeddings"
        x = self._w[f"{e}.word_embeddings.weight"][ids] + self._w[f"{e}.position_embeddings.weight"][: ids.shape[1]]
        x = self._norm(f"{e}.LayerNorm", x + self._w[f"{e}.token_type_embeddings.weight"][0])
        for k in range(self._layers):
            at = f"encoder.layer.{k}"
            q, key, v = (self._linear(f"{at}.attention.self.{n}", x).unflatten(-1, (self._heads, -1)).transpose(1, 2)
                         for n in ("query", "key", "value"))  # fmt: skip
            seen = functional.scaled_dot_product_attention(q, key, v).transpose(1, 2).flatten(2)
            x = self._norm(f"{at}.attention.output.LayerNorm", x + self._linear(f"{at}.attention.output.dense", seen))
            inner = functional.gelu(self._linear(f"{at}.intermediate.dense", x))
            x = self._norm(f"{at}.output.LayerNorm", x + self._linear(f"{at}.output.dense", inner))
        return functional.normalize(x.mean(1), dim=-1)

    def _linear(self, name: str, x: Tensor) -> Tensor:
        return functional.linear(x, self._w[f"{name}.weight"], self._w[f"{name}.bias"])

    def _norm(self, name: str, x: Tensor) -> Tensor:
        return functional.layer_norm(x, x.shape[-1:], self._w[f"{name}.weight"], self._w[f"{name}.bias"], 1e-12)


def features(motion: Motion) -> Tensor:
    own = canonical(motion)
    return torch.cat([own.joints.flatten(2), own.object_place, own.object_rotation.flatten(2)], -1)


def motion_net(width: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(width, 64, 5, 2, 2), nn.GELU(), nn.Conv1d(64, 96, 5, 2, 2), nn.GELU(), nn.Conv1d(96, 96, 5, 2, 2), nn.GELU(),
        nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(96, WIDTH),
    )  # fmt: skip


def other_words(scenes: Scenes, held_out: bool) -> tuple[str, ...]:
    rng = np.random.default_rng(5)
    return tuple(
        sentence(rng, ACTIONS[int(a)], FAMILIES[int(f)], int(s), held_out)
        for a, f, s in zip(scenes.action, scenes.shapes.family, scenes.shapes.size_class, strict=True)
    )


@dataclass(frozen=True)
class Trial:
    """Clips to learn from and to be asked about, with their motions' features."""

    train: Scenes
    test: Scenes
    x: Tensor
    y: Tensor
    steps: int


def trial(make: Callable[[], nn.Module], on: Trial, seed: int) -> dict[str, float]:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    train, test, x, y = on.train, on.test, on.x, on.y
    text, body = make(), motion_net(x.shape[-1])
    optimiser = torch.optim.AdamW([*text.parameters(), *body.parameters()], 2e-3, weight_decay=0.01)
    for _ in range(on.steps):
        rows = rng.choice(len(train), BATCH, replace=False)
        said = tuple(train.words[k] for k in rows)
        moved = body((x[rows] + 0.05 * torch.randn_like(x[rows])).transpose(1, 2))
        loss = info_nce(text(said), moved, alike(said), 0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    body.eval(), text.eval()
    found: dict[str, float] = {}
    with torch.no_grad():
        motion = functional.normalize(body(y.transpose(1, 2)), dim=-1).double().numpy()
        centres = class_centres(text, train)
        for name, held_out in (("known", False), ("held out", True)):
            told = functional.normalize(text(other_words(test, held_out)), dim=-1)
            top = r_precision(told.double().numpy(), motion, np.random.default_rng(0))
            found |= {f"{name}: R{k + 1}": float(v) for k, v in enumerate(top)}
            right = (told @ centres.T).argmax(1) == torch.from_numpy(test.action)
            found[f"{name}: action"] = float(right.float().mean())
    return found


def class_centres(text: nn.Module, train: Scenes) -> Tensor:
    rows = functional.normalize(text(train.words), dim=-1)
    action = torch.from_numpy(np.asarray(train.action))
    return functional.normalize(torch.stack([rows[action == k].mean(0) for k in range(len(ACTIONS))]), dim=-1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert", type=Path)
    parser.add_argument("--clips", type=int, default=2048)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    train, test = draw_scenes(TRAIN_SEED, asked.clips, FRAMES), draw_scenes(TEST_SEED, 512, FRAMES)
    x, y = features(motion_of(train)), features(motion_of(test))
    mean, scale = x.mean((0, 1)), x.std((0, 1)).clamp(min=0.05)
    on = Trial(train, test, (x - mean) / scale, (y - mean) / scale, asked.steps)
    makes: dict[str, Callable[[], nn.Module]] = {"trained here": Own}
    if asked.bert:
        bert = Bert(asked.bert)
        makes["frozen sentence encoder"] = lambda: Frozen(bert, bert.width)
        began = time.process_time()
        bert(other_words(test, True)[:100])
        print(f"a sentence takes {(time.process_time() - began) * 10:.1f} ms in batches", flush=True)
    for name, make in makes.items():
        rows = [trial(make, on, seed) for seed in range(asked.seeds)]
        for key in rows[0]:
            values = np.array([row[key] for row in rows])
            half = 1.96 * values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else float("nan")
            print(f"{name:26}{key:20}{values.mean():.3f} ± {half:.3f}", flush=True)


if __name__ == "__main__":
    main()
