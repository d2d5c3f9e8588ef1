"""Generation on a fixed set of world clips that training never draws: `python -m benchmarks.generation MODEL [--clips 64]`.

Rows per task: the model without and with guidance (both always), and beside it real clips, the nearest of `--library` other
clips of the world, and the last known frame held. Errors in cm; O is the Frobenius norm of I - R R'^T, least over turns that look
the same; F1 of palms within 5 cm; depth of the model's 16 points (flesh radii included) in cm; feet in m/s; acceleration in
m/s^2 with the ratio across patch seams to inside.
`--separate DIR` adds nets that were trained for one task each (`interact train CONFIG --only MODE --out DIR/MODE`: same
size, same budget each) and "guided once" is the paper's single late nudge: one inner step at the last noise level, no finishing.
Text and action are judged by a small classifier on motions, trained here on the library; `swap` rows give each clip the words of
another action while the object stays. OUT/generation.json holds the figures; intervals are 95 % by bootstrap over clips.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from interact_core.generate.checkpoint import Trained, load
from interact_core.generate.guidance import Guidance, distances
from interact_core.generate.motion import Conditions, Motion, body_points, canonical, centred_on_object
from interact_core.generate.projection import residuals
from interact_core.generate.sampling import Given, SampleOptions, flags_for, sample, silent
from interact_core.generate.world.batches import conditions_of, motion_of
from interact_core.generate.world.phrases import sentence
from interact_core.generate.world.plan import ACTIONS, FPS
from interact_core.generate.world.scene import Scenes, draw_scenes
from interact_core.generate.world.shapes import FAMILIES
from interact_core.generate.world.surfaces import ShapesSurface

FRAMES = 64
TEST_SEED, LIBRARY_SEED = 987_654_321, 123_456_789
PAST = FRAMES // 4
TASKS = ("human_to_object", "object_to_human", "predict", "between")
FREE = ("share", "depth", "worst", "stance", "accel", "seam")
Row = dict[str, Tensor]
_SAME_WHEN_TURNED = {"box": 2, "plank": 2, "stool": 2, "bar": 2, "dumbbell": 2, "can": 36, "ball": 36}


class Bench:
    """The test clips, the library beside them and a classifier of actions."""

    def __init__(self, trained: Trained, clips: int, library: int, separate: dict[str, Trained]) -> None:
        self.trained, self.separate = trained, separate
        self.scenes = draw_scenes(TEST_SEED, clips, FRAMES, np.arange(clips) % len(ACTIONS))
        self.truth, self.conditions = motion_of(self.scenes), conditions_of(self.scenes, trained.basis)
        self.surface = ShapesSurface(self.scenes.shapes)
        others = [draw_scenes(LIBRARY_SEED + k, 256, FRAMES) for k in range(max(library // 256, 1))]
        self.library = [motion_of(s) for s in others]
        self.library_action = torch.cat([torch.from_numpy(s.action) for s in others])
        self.classifier = _classifier(torch.cat([_features(m) for m in self.library]), self.library_action)

    def row(self, made: Motion, task: str) -> Row:
        """Figures (B,) of motions against the truth."""
        truth, found = self.truth, residuals(made, self.surface, FPS)
        moved = torch.linalg.vector_norm(made.object_place - truth.object_place, dim=-1)
        turned = _turned_apart(made.object_rotation, truth.object_rotation, self.scenes)
        joints = torch.linalg.vector_norm(made.joints - truth.joints, dim=-1).mean(-1)
        free = flags_for(task, FRAMES, 1, PAST)
        thing, person = (free["object"][0] == 0), (free["human"][0] == 0)
        row = {
            "F1": _f1(self._touch(made), self._touch(truth)), "share": found.contact, "depth": found.depth * 100,
            "worst": found.deepest * 100, "stance": _stance(made, self.truth), "accel": found.acceleration,
        }  # fmt: skip
        if thing.any():
            row |= {"T": moved[:, thing].mean(1) * 100, "O": turned[:, thing].mean(1)}
        if person.any():
            row |= {"MPJPE": joints[:, person].mean(1) * 100, "seam": _seams(made, self.trained.config.model.patch)}
        return row

    def _touch(self, motion: Motion) -> Tensor:
        points = body_points(motion.joints, motion.rotations)
        return distances(motion, points, self.surface)[..., :2].amin(-1) < 0.05

    def made(self, task: str, options: SampleOptions, conditions: Conditions | None = None, net: Trained | None = None) -> Motion:
        flags = flags_for(task, FRAMES, len(self.scenes), PAST)
        known = Given(self.truth, flags) if task in TASKS else None
        told = conditions or silent(self.conditions, task)
        motion = sample(net or self.trained, told, FRAMES, known, options, surface=self.surface).motion
        return motion

    def nearest(self, task: str) -> Motion:
        """Per test clip the library's clip whose known part is nearest, laid onto it by the known frame."""
        own = _aligned(self.truth, task)
        rows = []
        for k in range(len(self.scenes)):
            one = own.take(torch.tensor([k]))
            scored = [_known_error(_aligned(part, task), one, task) for part in self.library]
            best = int(torch.cat(scored).argmin())
            part, row = divmod(best, len(self.library[0].joints))
            rows.append(_aligned(self.library[part].take(torch.tensor([row])), task))
        from interact_core.generate.motion import joined

        return _unaligned(joined(rows), self.truth, task)

    def held(self) -> Motion:
        """The last known frame for ever."""
        at = torch.arange(FRAMES).clamp(max=PAST - 1)
        return Motion(*(getattr(self.truth, name)[:, at] for name in Motion.__dataclass_fields__))

    def right(self, made: Motion, wanted: Tensor) -> Tensor:
        with torch.no_grad():
            return (self.classifier(_features(made)).argmax(1) == wanted).float()


def _aligned(motion: Motion, task: str) -> Motion:
    if task == "object_to_human":
        ahead = motion.object_rotation[:, 0, :, 2]
        return centred_on_object(motion, -torch.atan2(ahead[:, 0], ahead[:, 2]))
    return canonical(motion)


def _unaligned(motion: Motion, truth: Motion, task: str) -> Motion:
    """Aligned motions back into the world of the test clips."""
    from interact_core.generate.motion import heading, turned_about_y

    flat = torch.tensor([1.0, 0, 1])
    if task == "object_to_human":
        ahead = truth.object_rotation[:, 0, :, 2]
        yaw, place = torch.atan2(ahead[:, 0], ahead[:, 2]), truth.object_place[:, 0] * flat
    else:
        yaw, place = heading(truth), truth.joints[:, 0, 0] * flat
    turned = turned_about_y(motion, yaw, torch.zeros_like(place))
    return turned_about_y(turned, torch.zeros_like(yaw), place)


def _known_error(library: Motion, one: Motion, task: str) -> Tensor:
    flags = flags_for(task, FRAMES, 1, PAST)
    person, thing = flags["human"][0] > 0, flags["object"][0] > 0
    error = torch.zeros(len(library.joints))
    if person.any():
        error += torch.linalg.vector_norm(library.joints - one.joints, dim=-1).mean(-1)[:, person].mean(1)
    if thing.any():
        error += torch.linalg.vector_norm(library.object_place - one.object_place, dim=-1)[:, thing].mean(1)
        error += 0.1 * torch.linalg.matrix_norm(library.object_rotation - one.object_rotation)[:, thing].mean(1)
    return error


def _turned_apart(made: Tensor, true: Tensor, scenes: Scenes) -> Tensor:
    """(B, T) Frobenius norm of I - R R'^T. What looks the same turned about its own y axis (boxes by half a turn, cans and
    balls by any) counts as what fits best over the clip: nobody could tell."""
    out = torch.empty(made.shape[:2])
    for k, family in enumerate(scenes.shapes.family):
        turns = _SAME_WHEN_TURNED.get(FAMILIES[int(family)], 1)
        angle = torch.arange(turns) * (2 * torch.pi / turns)
        c, s, o, i = angle.cos(), angle.sin(), 0 * angle, 0 * angle + 1
        own = torch.stack([c, o, s, o, i, o, -s, o, c], -1).reshape(-1, 1, 3, 3)
        apart = torch.linalg.matrix_norm(torch.eye(3) - made[k] @ (true[k] @ own).transpose(-1, -2))
        out[k] = apart[int(apart.mean(1).argmin())]
    return out


def _f1(found: Tensor, true: Tensor) -> Tensor:
    """Per clip; 1 where neither touches."""
    hits = (found & true).sum(1).float()
    both = found.sum(1) + true.sum(1)
    return torch.where(both > 0, 2 * hits / both.clamp(min=1), torch.ones_like(hits))


def _stance(made: Motion, truth: Motion) -> Tensor:
    """Speed of ankles in the stances that the clip itself has; for free motions in those it says it has."""
    still = (made.planted[:, 1:] > 0.5) & (made.planted[:, :-1] > 0.5)
    speed = torch.linalg.vector_norm(made.joints[:, :, [7, 8]].diff(dim=1), dim=-1) * FPS
    return (speed * still).sum((1, 2)) / still.sum((1, 2)).clamp(min=1)


def _seams(motion: Motion, patch: int) -> Tensor:
    """Mean acceleration across patch borders against inside of patches."""
    change = torch.linalg.vector_norm(motion.joints.diff(n=2, dim=1), dim=-1).mean(-1)
    middle = torch.arange(1, motion.num_frames - 1)
    border = (middle % patch == 0) | (middle % patch == patch - 1)
    return change[:, border].mean(1) / change[:, ~border].mean(1).clamp(min=1e-9)


def _features(motion: Motion) -> Tensor:
    """(B, T, F) for the classifier: nothing of the object's shape but its way."""
    own = canonical(motion)
    return torch.cat([own.joints.flatten(2), own.object_place, own.object_rotation.flatten(2)], -1)


def _classifier(features: Tensor, action: Tensor) -> Callable[[Tensor], Tensor]:
    torch.manual_seed(0)
    mean, scale = features.mean((0, 1)), features.std((0, 1)).clamp(min=0.05)
    net = nn.Sequential(
        nn.Conv1d(features.shape[-1], 64, 5, 2, 2), nn.GELU(), nn.Conv1d(64, 96, 5, 2, 2), nn.GELU(), nn.Conv1d(96, 96, 5, 2, 2),
        nn.GELU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(96, len(ACTIONS)),
    )  # fmt: skip
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.05)
    for _ in range(500):
        rows = torch.randint(len(features), (64,))
        x = ((features[rows] - mean) / scale).transpose(1, 2)
        loss = nn.functional.cross_entropy(net(x + 0.1 * torch.randn_like(x)), action[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    net.eval()
    return lambda x: net(((x - mean) / scale).transpose(1, 2))


def swapped(bench: Bench, held_out: bool) -> tuple[Conditions, Tensor]:
    """The words of an action that the clip did not have, about the object that it has."""
    rng = np.random.default_rng(1)
    scenes: Scenes = bench.scenes
    wanted = (scenes.action + rng.integers(1, len(ACTIONS), len(scenes))) % len(ACTIONS)
    wanted = np.where(wanted == ACTIONS.index("sit"), ACTIONS.index("carry"), wanted)
    wanted = np.where(wanted == scenes.action, ACTIONS.index("swing"), wanted)
    words = tuple(
        sentence(rng, ACTIONS[int(a)], FAMILIES[int(f)], int(s), held_out)
        for a, f, s in zip(wanted, scenes.shapes.family, scenes.shapes.size_class, strict=True)
    )
    told = Conditions(bench.conditions.shape, bench.conditions.body, torch.full((len(scenes),), -1), words)
    return told, torch.from_numpy(wanted)


def run(bench: Bench, steps: int) -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = {}
    plain = SampleOptions(steps=steps, guidance=None, project=False, scale=1.5)
    guided = SampleOptions(steps=steps, scale=1.5)
    own = torch.from_numpy(bench.scenes.action)

    once = SampleOptions(steps=steps, guidance=Guidance(below=1.5 / steps, inner=1), project=False, scale=1.5)

    def add(name: str, row: Row, seconds: float = float("nan")) -> None:
        table[name] = {key: _interval(value) for key, value in row.items()} | {"seconds": seconds / len(bench.scenes)}
        print(
            f"{name:34}" + "".join(f"{key} {table[name][key][0]:7.3f}  " for key in row) + f"{table[name]['seconds']:.3f} s",
            flush=True,
        )

    add("real", bench.row(bench.truth, "free") | {"right": bench.right(bench.truth, own)})
    for task in TASKS:
        if task != "between":
            add(f"{task} nearest", bench.row(bench.nearest(task), task))
        if task == "predict":
            add(f"{task} held", bench.row(bench.held(), task))
        for name, options in (("", plain), (" guided", guided), (" guided once", once)):
            began = time.process_time()
            made = bench.made(task, options)
            add(f"{task}{name}", bench.row(made, task), time.process_time() - began)
        if own_net := bench.separate.get(task):
            for name, options in (("", plain), (" guided", guided), (" guided once", once)):
                add(f"{task} separate{name}", bench.row(bench.made(task, options, net=own_net), task))
    for name, options in (("", plain), (" guided", guided)):
        for task in ("text", "action"):
            began = time.process_time()
            made = bench.made(task, options)
            seconds = time.process_time() - began
            row = bench.row(made, task)
            add(f"{task}{name}", {k: row[k] for k in FREE} | {"right": bench.right(made, own)}, seconds)
            if own_net := bench.separate.get("generate"):
                made = bench.made(task, options, net=own_net)
                row = bench.row(made, task)
                add(f"{task} separate{name}", {k: row[k] for k in FREE} | {"right": bench.right(made, own)})
    for held_out in (False, True):
        told, wanted = swapped(bench, held_out)
        made = bench.made("text", plain, told)
        add(f"text swap{' held-out words' if held_out else ''}", {"right": bench.right(made, wanted)})
    made = bench.made("free", plain)
    add("nothing told", {"right": bench.right(made, own)})
    return table


def _interval(values: Tensor) -> tuple[float, float, float]:
    """Mean and 95 % of its bootstrap."""
    rng = np.random.default_rng(0)
    x = values.double().numpy()
    means = x[rng.integers(0, len(x), (400, len(x)))].mean(1)
    return float(x.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--clips", type=int, default=64)
    parser.add_argument("--library", type=int, default=3072)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--separate", type=Path, help="folder with <mode>/model.safetensors of nets for one task each")
    parser.add_argument("--out", type=Path, default=Path("out"))
    asked = parser.parse_args()
    torch.set_num_threads(1)
    trained = load(asked.model)
    print(f"{asked.model}: step {trained.step}, {asked.clips} clips, library {asked.library}, {asked.steps} steps")
    found = (
        {path.parent.name: load(path) for path in sorted(asked.separate.glob("*/model.safetensors"))} if asked.separate else {}
    )
    table = run(Bench(trained, asked.clips, asked.library, found), asked.steps)
    asked.out.mkdir(parents=True, exist_ok=True)
    record = {"model": str(asked.model), "step": trained.step, "clips": asked.clips, "library": asked.library, "table": table}
    (asked.out / "generation.json").write_text(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
