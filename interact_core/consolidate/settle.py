"""The clip folder: which of its stages are up to date, and how it is filled beside and put in place whole.

`meta.json` says what a clip is (data format note, section 13) and by which keys its files were made; of what it does not say
nothing is believed.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from interact_core.clip import Betas, Clip, TemplateVertices
from interact_core.code_version import code_version
from interact_core.consolidate.graph import ClipStage, Stage
from interact_core.consolidate.keys import sha256
from interact_core.consolidate.objects import part_names, parts_of
from interact_core.consolidate.take import Bench, LeftOut, Settled, Take
from interact_core.formats.atomic import new_folder
from interact_core.formats.datasets import dataset_for
from interact_core.formats.interact_layout import read_interact
from interact_core.formats.interact_writer import check_names, fill_folder

META: Final = "meta.json"
FORMAT: Final = "interact-studio/clip"
VERSION: Final = 1


@dataclass(frozen=True)
class ClipState:
    """Of the stages that fill a clip folder: up to date, to be made, no longer in the config; and what meta.json said."""

    fresh: tuple[str, ...]
    stale: tuple[str, ...]
    dropped: tuple[str, ...]
    meta: Mapping[str, Any]

    @property
    def settled(self) -> bool:
        """Nothing to be made, nothing to be taken away."""
        return not self.stale and not self.dropped


def state_of(folder: Path, graph: Sequence[Stage], keys: Mapping[str, str], wanted: frozenset[str]) -> ClipState:
    """What of a clip folder may stay. A stage that is not wanted now stays where it is up to date, and is not made."""
    meta = read_meta_record(folder)
    stages, files = meta.get("stages", {}), meta.get("files", {})
    fresh: list[str] = []
    stale: list[str] = []
    for stage in graph:
        if stage.name != "clip" and not isinstance(stage, ClipStage):
            continue
        there = all((folder / name).is_file() for name, by in files.items() if by["stage"] == stage.name)
        if stages.get(stage.name) == keys[stage.name] and there:
            fresh.append(stage.name)
        elif stage.name in wanted:
            stale.append(stage.name)
    if "clip" not in fresh:  # its arrays go with it
        stale = [stage.name for stage in graph if stage.name == "clip" or (isinstance(stage, ClipStage) and stage.name in wanted)]
        fresh = []
    known = {stage.name for stage in graph}
    return ClipState(tuple(fresh), tuple(stale), tuple(name for name in stages if name not in known), meta)


def read_meta_record(folder: Path) -> dict[str, Any]:
    """Our meta.json; empty where there is none, or another's."""
    try:
        found = json.loads((folder / META).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("format") == FORMAT and found.get("format_version") == VERSION else {}


@dataclass(frozen=True)
class Filling:
    """What a clip folder is to become. A clip that is made anew has its take."""

    target: Path
    state: ClipState
    graph: tuple[Stage, ...]
    keys: Mapping[str, str]
    bench: Bench
    take: Take | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    """Input files by name and digest."""


def fill(filling: Filling) -> dict[str, Any]:
    """Make what is stale, keep what is fresh, put the folder in place; its new meta.json."""
    target, state = filling.target, filling.state
    with new_folder(target, overwrite=True) as folder:
        made: dict[str, str] = {}
        if filling.take is not None:
            meta, kept = _new_clip(filling, folder), {}
            made = {path.name: "clip" for path in folder.iterdir()}
        else:
            meta = dict(state.meta)
            kept = {name: about for name, about in meta["files"].items() if about["stage"] in state.fresh}
            for name in kept:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(target / name, folder / name)
        left_out = {name: why for name, why in meta.get("left_out", {}).items() if name in state.fresh}
        _write_meta(folder, meta)  # the reader asks it how hands are coded
        _run_stages(filling, folder, made, left_out)
        files = {name: {"sha256": sha256((folder / name).read_bytes()), "stage": by} for name, by in made.items()}
        # In the graph's order: a folder that was mended has the bytes of one that was made at once.
        done = [stage.name for stage in filling.graph if stage.name in ("clip", *state.fresh, *state.stale)]
        stages = {name: filling.keys[name] for name in done}
        left_out = {name: left_out[name] for name in done if name in left_out}
        meta |= {"stages": stages, "files": dict(sorted({**kept, **files}.items())), "left_out": left_out, "tool": code_version()}
        _write_meta(folder, meta)
    return meta


def _run_stages(filling: Filling, folder: Path, made: dict[str, str], left_out: dict[str, str]) -> None:
    root = filling.target.parent.parent
    clip = read_interact(folder, filling.target.name, root.name)
    settled = Settled(clip, folder, root, filling.bench, root.name)
    for stage in filling.graph:
        if not isinstance(stage, ClipStage) or stage.name not in filling.state.stale:
            continue
        try:
            files = stage.run(settled)
        except LeftOut as reason:
            left_out[stage.name] = str(reason)
            continue
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
            made[name] = stage.name


def _new_clip(filling: Filling, folder: Path) -> dict[str, Any]:
    take = filling.take
    assert take is not None
    clip = take.clip
    check_names(clip, filling.target.name)
    entry = dataset_for(filling.bench.source.target)
    # Joints are made from the stored motion: those that the source recorded would be a second truth beside them.
    stored = Clip(
        clip.id, clip.fps, clip.body, clip.objects, clip.captions, clip.actions, recorded_contact=clip.recorded_contact
    )  # fmt: skip
    fill_folder(stored, folder, face=entry is not None and entry.face)
    return _meta(take, filling)


def _meta(take: Take, filling: Filling) -> dict[str, Any]:
    clip, body, source = take.clip, take.clip.body, filling.bench.source
    choice = filling.bench.choice(body)
    shape = (
        "betas" if isinstance(body.shape, Betas) else "template" if isinstance(body.shape, TemplateVertices) else "rest_joints"
    )
    span = take.frames or (0, clip.num_frames)
    return {
        **clip.metadata, "format": FORMAT, "format_version": VERSION, "dataset": source.target, "frames": clip.num_frames,
        "fps": clip.fps, "up": "+Y", "units": "metres, radians", "family": body.family, "gender": body.gender, "shape": shape,
        "num_betas": len(body.shape.values) if isinstance(body.shape, Betas) else 0, "hand_coding": "axis_angle",
        "hand_mean": "flat", "body": choice.model.name, "stand_in": choice.stand_in, "source": source.kind,
        "source_clip": take.recording, "source_fps": take.source_fps, "frame_start": span[0], "frame_end": span[1],
        "source_files": [{"name": name, "sha256": digest} for name, digest in sorted(filling.files.items())],
        "world_from_source": _plain(take.world_from_source),
        "transforms": {stage: _plain(matrix) for stage, matrix in take.moves.items()},
        "centres": {name: _plain(c) for name, c in take.centres.items()},
        "objects": part_names(parts_of(clip, take.centres)),
        "notices": [{"code": n.code, "severity": n.severity, "field": n.field, "message": n.message} for n in clip.notices],
        "notes": list(take.notes),
    }  # fmt: skip


def _write_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    (folder / META).write_text(json.dumps(meta, indent=1, ensure_ascii=False), "utf-8")


def _plain(values: np.ndarray) -> list[Any]:
    return [_plain(row) if row.ndim else float(row) for row in np.asarray(values, np.float64)]
