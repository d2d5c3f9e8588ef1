"""The published text-to-interaction network: two streams that look at each other once, one condition token for both.

A frame is motion.npy's 962 numbers: 476 of the person, then 18 of the object and 468 of where each marker's nearest object
point lies. Only positions, the object's pose and the relation leave the network; speeds and heights follow from them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from interact_core.errors import InputError
from interact_core.generate.official.layers import Places, decoder, encoder
from interact_core.generate.official.text import TextEncoder
from interact_core.generate.official.weights import Report, Shapes, State, kind_of, load_into, read_state

HUMAN: Final = 476
MARKERS: Final = slice(0, 231)
OBJECT: Final = slice(476, 485)
RELATION: Final = slice(494, 962)
_OBJECT_WIDTH: Final = 18
_LOW_MARKERS: Final = (29, 30, 18, 19, 7, 2, 15, 61, 52, 53, 40, 34, 49, 40)
"""Whose heights stand in columns 462 to 475; 40 is listed twice in the published layout."""
_HEADS: Final = 4
"""Not to be read from the tensors."""


class TextToInteraction(nn.Module):
    """Clean frames (B, 962, 1, T) from noisy ones. `text` is None in a checkpoint without its reader of sentences."""

    def __init__(self, shapes: Shapes, *, with_text: bool) -> None:
        super().__init__()
        width, human = shapes.of("input_process.poseEmbedding.weight", 2)
        thing = shapes.of("input_process_obj.poseEmbedding.weight", 2)[1]
        between = shapes.of("seqTransEncoder_start.layers.0.linear1.weight", 2)[0]
        self.human, self.width = human, width
        self.basis = shapes.of("bps_encoder.0.weight", 2)[1]
        self.text_width = shapes.of("embed_text.weight", 2)[1]
        self.input_process = nn.ModuleDict({"poseEmbedding": nn.Linear(human, width)})
        self.input_process_obj = nn.ModuleDict({"poseEmbedding": nn.Linear(thing, width)})
        self.sequence_pos_encoder = Places(width)
        self.embed_timestep = nn.ModuleDict(
            {"time_embed": nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))}
        )
        self.embed_text = nn.Linear(self.text_width, width)
        self.bps_encoder = nn.Sequential(nn.Linear(self.basis, width), nn.ReLU(), nn.Linear(width, width))
        for stage in ("start", "end"):
            for stream in ("seqTransEncoder_", "seqTransEncoder_obj_pose_"):
                layers = shapes.layers(f"{stream}{stage}.layers")
                self.add_module(f"{stream}{stage}", encoder(width, _HEADS, between, layers))
        self.mutual_attn = nn.ModuleDict()
        for name in ("seqTransDecoder_human_pose", "seqTransDecoder_obj_pose"):
            layers = shapes.layers(f"mutual_attn.{name}.layers")
            wide = shapes.of(f"mutual_attn.{name}.layers.0.linear1.weight", 2)[0]
            self.mutual_attn[name] = decoder(width, _HEADS, wide, layers)
        self.output_process = nn.ModuleDict({"poseFinal": nn.Linear(width, human)})
        self.output_process_obj = nn.ModuleDict({"poseFinal": nn.Linear(width, thing)})
        self.textencoder = TextEncoder(shapes) if with_text else None

    def forward(self, noisy: Tensor, steps: Tensor, text: Tensor, basis: Tensor) -> Tensor:
        """noisy (B, 962, 1, T), steps (B,) of 1000, text (B, 256) with zeros for none, basis (B, 3072) of the object."""
        frames = noisy[:, :, 0].permute(2, 0, 1)  # (T, B, 962)
        token = self._condition(steps, text, basis)
        human = self._embedded(self.input_process["poseEmbedding"](frames[..., : self.human]), token)
        thing = self._embedded(self.input_process_obj["poseEmbedding"](frames[..., self.human :]), token)
        human = self.get_submodule("seqTransEncoder_start")(human)
        thing = self.get_submodule("seqTransEncoder_obj_pose_start")(thing)
        mutual = self.mutual_attn
        both = (
            mutual["seqTransDecoder_human_pose"](human[1:], thing[1:]),
            mutual["seqTransDecoder_obj_pose"](thing[1:], human[1:]),
        )
        human = self.get_submodule("seqTransEncoder_end")(torch.cat([human[:1], both[0]]))[1:]
        thing = self.get_submodule("seqTransEncoder_obj_pose_end")(torch.cat([thing[:1], both[1]]))[1:]
        whole = torch.cat(
            [self.output_process["poseFinal"](human), self.output_process_obj["poseFinal"](thing)], dim=-1
        )  # fmt: skip
        return completed(whole.permute(1, 2, 0)[:, :, None])

    def _condition(self, steps: Tensor, text: Tensor, basis: Tensor) -> Tensor:
        """(1, B, width)."""
        time = self.embed_timestep["time_embed"](self.sequence_pos_encoder.pe[steps, 0])
        result: Tensor = time + self.bps_encoder(basis) + self.embed_text(text)
        return result[None]

    def _embedded(self, frames: Tensor, token: Tensor) -> Tensor:
        result: Tensor = self.sequence_pos_encoder(torch.cat([token, frames]))
        return result


def completed(frames: Tensor) -> Tensor:
    """(B, 962, 1, T) with speeds and heights as they follow from markers and object pose; the last frame does not move."""
    markers, thing = frames[:, MARKERS], frames[:, OBJECT]
    heights = markers[:, [3 * k + 1 for k in _LOW_MARKERS]]
    return torch.cat([markers, _speed(markers), heights, thing, _speed(thing), frames[:, RELATION]], dim=1)


def _speed(places: Tensor) -> Tensor:
    return torch.cat([places[..., 1:] - places[..., :-1], torch.zeros_like(places[..., :1])], dim=-1)


@dataclass(frozen=True)
class Loaded:
    model: TextToInteraction
    report: Report


def load_text_to_interaction(path: Path, device: str = "cpu", evaluator: Path | None = None) -> Loaded:
    """From a checkpoint. `evaluator` lends its reader of sentences to one that has none."""
    state: State = read_state(path)
    if evaluator is not None and not _reads(state):
        state = {**state, **{n: v for n, v in read_state(evaluator).items() if n.startswith("textencoder.")}}
    kind = kind_of(state, path)
    _only(kind, path)
    shapes = Shapes(state, path)
    model = TextToInteraction(shapes, with_text=_reads(state))
    _check_widths(model, shapes, path)
    report = load_into(model, state, kind, path)
    return Loaded(model.to(device).eval(), report)


def _reads(state: State) -> bool:
    return any(name.startswith("textencoder.") for name in state)


def _only(kind: str, path: Path) -> None:
    if kind != "text2interaction":
        raise InputError(f"is a checkpoint of {kind}", path=path, remedy="Choose that of text2interaction")


def _check_widths(model: TextToInteraction, shapes: Shapes, path: Path) -> None:
    """A frame is 962 numbers, or no column means what we take it for."""
    thing = shapes.of("input_process_obj.poseEmbedding.weight", 2)[1]
    if (model.human, thing - _OBJECT_WIDTH) != (HUMAN, RELATION.stop - RELATION.start):
        raise InputError(f"has frames of {model.human} and {thing} numbers, known are 476 and 486", path=path,
                         remedy="Choose a checkpoint of the published layout")  # fmt: skip
