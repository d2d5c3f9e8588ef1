"""The paper's recipe in our words beside the model for all tasks: markers, one net per task, one late nudge.

`python -m benchmarks.generation_markers [--model UNIFIED] [--minutes 20]` trains a net of the same size per task on 77 markers,
the object's pose and each marker's way to the object with its place there (the published representation, two thirds of whose
numbers are that relation), with the published weights of reconstruction and speed and nothing else; samples it with and without
one step down the published contact energy at the end; and measures markers of both on the same unseen clips: MPMPE (cm), T (cm),
O, F1 of the nearest marker within 5 cm, and how deep the deepest marker lies in the object (cm). Intervals: 95 % by bootstrap
over clips. Ours differs from the paper in noise schedule (continuous), steps (20), size and data: the recipe is compared.
"""

import argparse
import json
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.generation import _interval
from interact_core.generate.checkpoint import load
from interact_core.generate.clips import Person, Thing, clip_from
from interact_core.generate.config import ModelConfig
from interact_core.generate.diffusion import draw_noise, kept, noised, seeded, step
from interact_core.generate.guidance import Surface
from interact_core.generate.losses import mean_over
from interact_core.generate.markers import markers_of
from interact_core.generate.model import Denoiser
from interact_core.generate.modes import draw_flags
from interact_core.generate.motion import Conditions, Motion, heading
from interact_core.generate.representation import STREAMS, Scales, Streams, from_sixd, shape_basis, sixd
from interact_core.generate.sampling import Given, SampleOptions, flags_for, sample, silent
from interact_core.generate.world.batches import conditions_of, motion_of
from interact_core.generate.world.clips import clip_of, mesh_of
from interact_core.generate.world.people import GENDERS
from interact_core.generate.world.plan import ACTIONS, FPS
from interact_core.generate.world.scene import Scenes, draw_scenes
from interact_core.generate.world.surfaces import ShapesSurface

FRAMES, PAST, NEAR = 64, 16, 0.05
TASKS = ("object_to_human", "human_to_object", "predict", "between")
WIDTHS = {"human": 231, "object": 9, "reach": 462}
PLACE = {"human": 1.0, "object": 0.9, "reach": 0.9}
SPEED = {"human": 0.1, "object": 0.1, "reach": 0.0}
_FLAT = torch.tensor([1.0, 0.0, 1.0])


@dataclass(frozen=True)
class Marked:
    """Clips: motion, markers (N, T, 77, 3), what is told of them, their objects."""

    motion: Motion
    markers: Tensor
    told: Conditions
    scenes: Scenes

    def framed(self, rows: Tensor, task: str) -> Streams:
        """In the frame that the task knows: the person's first one, or the object's."""
        motion, markers = self.motion.take(rows), self.markers[rows]
        first = motion.object_place[:, 0] if task == "object_to_human" else motion.joints[:, 0, 0]
        yaw = torch.zeros(len(rows)) if task == "object_to_human" else -heading(motion)
        turn = about_y(yaw)
        markers = (markers - (first * _FLAT)[:, None, None]) @ turn.transpose(-1, -2)[:, None]
        place = ((motion.object_place - (first * _FLAT)[:, None]) @ turn.transpose(-1, -2))[..., None, :]
        rotation = turn[:, None] @ motion.object_rotation
        surface = ShapesSurface(self.scenes.shapes.take(rows.numpy()))
        own = (markers - place) @ rotation
        foot = own - distance(surface, own)[1]
        way = (foot - own) @ rotation.transpose(-1, -2)
        pose = torch.cat([sixd(rotation), place[:, :, 0]], -1)
        return {"human": markers.flatten(2), "object": pose, "reach": torch.cat([way.flatten(2), foot.flatten(2)], -1)}


def about_y(yaw: Tensor) -> Tensor:
    c, s, o, i = torch.cos(yaw), torch.sin(yaw), torch.zeros_like(yaw), torch.ones_like(yaw)
    return torch.stack([c, o, s, o, i, o, -s, o, c], -1).reshape(-1, 3, 3)


def distance(surface: Surface, own: Tensor) -> tuple[Tensor, Tensor]:
    """Signed distance (B, T, K) and the vector (B, T, K, 3) from the surface to points in the object's frame."""
    value, way = surface(own.flatten(1, 2))
    return value.reshape(own.shape[:3]), (value[..., None] * way).reshape(own.shape)


def marked(seed: int, count: int, basis: np.ndarray) -> Marked:
    scenes = draw_scenes(seed, count, FRAMES)
    markers = np.stack([markers_of(clip_of(scenes, k)) for k in range(count)])
    return Marked(motion_of(scenes), torch.from_numpy(markers), conditions_of(scenes, basis), scenes)


class Net:
    """One task's net with the scales of its streams."""

    def __init__(self, task: str, data: Marked, seed: int) -> None:
        torch.manual_seed(seed)
        self.task, self.data = task, data
        self.model = Denoiser(ModelConfig(), ACTIONS, widths=WIDTHS)
        streams = data.framed(torch.arange(min(256, len(data.markers))), task)
        flat = {name: value.flatten(0, 1) for name, value in streams.items()}
        spread = {name: value.std(0).pow(2).mean().sqrt().expand(WIDTHS[name]) for name, value in flat.items()}
        self.scales = Scales({name: value.mean(0) for name, value in flat.items()}, spread)

    def train(self, minutes: float, batch: int, seed: int) -> int:
        """Of processor time; returns the steps."""
        generator, optimiser = seeded(seed), torch.optim.AdamW(self.model.parameters(), 4e-4, betas=(0.9, 0.99))
        began, steps = time.process_time(), 0
        while time.process_time() - began < 60 * minutes:
            rows = torch.randint(len(self.data.markers), (batch,), generator=generator)
            clean = self.scales.normalised(self.data.framed(rows, self.task))
            given = draw_flags(generator, [self.task] * batch, torch.full((batch,), FRAMES), FRAMES, 4)
            level = torch.rand(batch, 1, generator=generator).expand(-1, 3)
            noisy = noised(clean, draw_noise(clean, generator), level, given)
            told, _ = self.model.told(silent(self.data.told.take(rows), self.task))
            out = self.model(noisy, given, level, told, torch.ones(batch, FRAMES))
            loss = recipe_loss(out, clean, given)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimiser.step()
            steps += 1
        return steps

    def sampled(self, test: Marked, steps: int, nudge: bool) -> Streams:
        """Physical streams in the task's frame, what is given kept."""
        count = len(test.markers)
        truth = self.scales.normalised(test.framed(torch.arange(count), self.task))
        flags = flags_for(self.task, FRAMES, count, PAST)
        noise = draw_noise(truth, seeded(0))
        noisy = {name: kept(noise[name], truth[name], flags[name]) for name in STREAMS}
        told, _ = self.model.told(silent(test.told, self.task))
        levels = torch.linspace(1, 0, steps + 1).tolist()
        for level, lower in pairwise(levels):
            with torch.no_grad():
                clean = self.model(noisy, flags, torch.full((count, 3), level), told, torch.ones(count, FRAMES))
            if nudge and lower == 0.0:
                clean = self.scales.normalised(nudged(self.scales.physical(clean)))
            clean = {name: kept(clean[name], truth[name], flags[name]) for name in STREAMS}
            noisy = {n: kept(step(noisy[n], clean[n], level, lower), truth[n], flags[n]) for n in STREAMS}
        return self.scales.physical(clean)


def recipe_loss(out: Streams, clean: Streams, given: Streams) -> Tensor:
    parts = []
    for name in STREAMS:
        free = 1 - given[name]
        parts.append(PLACE[name] * mean_over((out[name] - clean[name]) ** 2, free))
        parts.append(SPEED[name] * mean_over((out[name] - clean[name]).diff(dim=1) ** 2, free[:, 1:]))
    return torch.stack(parts).sum()


def nudged(streams: Streams) -> Streams:
    """One step down the sum of weighted distances between a marker plus its way and its place on the object; published sizes."""
    with torch.enable_grad():
        markers, pose = (streams[name].detach().requires_grad_() for name in ("human", "object"))
        way, foot = (part.unflatten(-1, (77, 3)) for part in streams["reach"].detach().chunk(2, -1))
        length = way.norm(dim=-1)
        weight = torch.softmax((length.amax(-1, keepdim=True) - length) ** 4, -1)
        there = foot @ from_sixd(pose[..., :6]).transpose(-1, -2) + pose[..., None, 6:]
        energy = (weight * (markers.unflatten(-1, (77, 3)) + way - there).norm(dim=-1)).sum()
        by_markers, by_pose = torch.autograd.grad(energy, (markers, pose))
    pace = torch.tensor([1.0] * 6 + [10.0] * 3)
    return {**streams, "human": markers.detach() - 0.01 * by_markers, "object": pose.detach() - 0.01 * pace * by_pose}


def measured(markers: Tensor, rotation: Tensor, place: Tensor, truth: Streams, test: Marked, task: str) -> dict[str, Tensor]:
    """Figures (B,) over the frames that were not given."""
    flags = flags_for(task, FRAMES, 1, PAST)
    free = torch.minimum(flags["human"], flags["object"])[0] == 0
    surface = ShapesSurface(test.scenes.shapes)
    true = truth["human"].unflatten(-1, (77, 3)), from_sixd(truth["object"][..., :6]), truth["object"][..., 6:]
    depths = [distance(surface, (m - p[:, :, None]) @ r)[0].amin(-1)[:, free] for m, r, p in ((markers, rotation, place), true)]
    found, wanted = (part < NEAR for part in depths)
    both = (found.sum(1) + wanted.sum(1)).float()
    row = {"F1": torch.where(both > 0, 2 * (found & wanted).sum(1) / both.clamp(min=1), torch.ones_like(both)),
           "depth": 100 * torch.relu(-depths[0]).mean(1)}  # fmt: skip
    if bool((flags["human"] == 0).any()):
        row["MPMPE"] = 100 * (markers - true[0]).norm(dim=-1)[:, free].mean((1, 2))
    if bool((flags["object"] == 0).any()):
        row["T"] = 100 * (place - true[2]).norm(dim=-1)[:, free].mean(1)
        row["O"] = torch.linalg.matrix_norm(torch.eye(3) - rotation @ true[1].transpose(-1, -2))[:, free].mean(1)
    return row


def unified(path: Path, test: Marked, task: str, steps: int, guided: bool) -> dict[str, Tensor]:
    """The model for all tasks on the same clips, its bodies' markers in the world."""
    trained = load(path)
    told = silent(conditions_of(test.scenes, trained.basis), task)
    options = SampleOptions(steps=steps) if guided else SampleOptions(steps=steps, guidance=None, project=False)
    given = Given(test.motion, flags_for(task, FRAMES, len(test.markers), PAST))
    made = sample(trained, told, FRAMES, given, options, surface=ShapesSurface(test.scenes.shapes)).motion
    markers = []
    for k in range(len(test.markers)):
        shape = clip_of(test.scenes, k).body.shape
        person = Person("open", GENDERS[int(test.scenes.people.gender[k])], shape, test.scenes.people.rest[k])
        clip = clip_from(made, k, FPS, person, Thing("thing", mesh_of(test.scenes.shapes, k)), "x", out_fps=FPS)
        markers.append(torch.from_numpy(markers_of(clip)))
    truth = {"human": test.markers.flatten(2),
             "object": torch.cat([sixd(test.motion.object_rotation), test.motion.object_place], -1)}  # fmt: skip
    return measured(torch.stack(markers), made.object_rotation, made.object_place, truth, test, task)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--minutes", type=float, default=20.0, help="processor time of each net")
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--clips", type=int, default=64)
    parser.add_argument("--train", type=int, default=3072)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("out"))
    asked = parser.parse_args()
    torch.set_num_threads(1)
    basis = shape_basis(ModelConfig().shape_points)
    data, test = marked(77_001, asked.train, basis), marked(987_654_321, asked.clips, basis)
    table: dict[str, dict[str, tuple[float, float, float]]] = {}

    def add(name: str, row: dict[str, Tensor]) -> None:
        table[name] = {key: _interval(value) for key, value in row.items()}
        print(f"{name:38}" + "".join(f"{key} {table[name][key][0]:7.3f}  " for key in row), flush=True)

    for task in asked.tasks.split(","):
        net = Net(task, data, 0)
        print(f"{task}: {net.train(asked.minutes, asked.batch, 0)} steps")
        truth = test.framed(torch.arange(len(test.markers)), task)
        for name, nudge in (("", False), (" nudged once", True)):
            made = net.sampled(test, asked.steps, nudge)
            markers, pose = made["human"].unflatten(-1, (77, 3)), made["object"]
            add(f"{task} markers{name}", measured(markers, from_sixd(pose[..., :6]), pose[..., 6:], truth, test, task))
        for name, guided in (("", False), (" guided", True)) if asked.model else ():
            add(f"{task} unified{name}", unified(asked.model, test, task, asked.steps, guided))
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "generation_markers.json").write_text(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
