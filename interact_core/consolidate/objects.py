"""What clips share of an object: meshes, samples and codes, in `objects/` and `objects_bps/` of the dataset, part by part."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, Mesh, ObjectMotion
from interact_core.consolidate.derived.bps import BASIS, bps
from interact_core.consolidate.derived.samples import SAMPLES, sample_points, stride_ids
from interact_core.consolidate.keys import digest_of, option_values, sha256
from interact_core.consolidate.take import Bench, Doubles, LeftOut
from interact_core.errors import InputError
from interact_core.formats.atomic import npy_bytes, write_bytes
from interact_core.formats.interact_writer import mesh_stems, needs_parts, obj_text
from interact_core.formats.npz_files import read_npy
from interact_core.locks import FileLock

if TYPE_CHECKING:
    from interact_core.consolidate.graph import ObjectStage

FACTS: Final = "object.json"
_FORMAT: Final = "interact-studio/object"
_WAIT: Final = 0.01


@dataclass(frozen=True)
class Part:
    """One mesh of an object. `alone`: the object is this one rigid thing and the clip's only one, as InterAct's files have it."""

    object: str
    stem: str
    mesh: Mesh
    centre: tuple[float, ...]
    alone: bool


def meshes(part: Part, bench: Bench) -> dict[str, bytes]:
    """OBJ, in the vertex order of the source."""
    return {f"objects/{part.object}/{part.stem}.obj": obj_text(part.mesh).encode()}


def samples(part: Part, bench: Bench) -> dict[str, bytes]:
    """(340, 3) float64; sample_points.npy of an object that is one thing."""
    count = len(part.mesh.vertices)
    given = _given_ids(bench, part, count) if part.alone else None
    points = sample_points(part.mesh.vertices, stride_ids(count) if given is None else given)
    return {samples_file(part.object, part.stem, alone=part.alone): npy_bytes(points)}


def codes(part: Part, bench: Bench) -> dict[str, bytes]:
    """(1, 1024, 3) float32."""
    return {code_file(part.object, part.stem): npy_bytes(bps(part.mesh.vertices))}


def samples_file(name: str, stem: str, *, alone: bool) -> str:
    return f"objects/{name}/sample_points.npy" if alone else f"objects/{name}/{stem}_sample_points.npy"


def code_file(name: str, stem: str) -> str:
    return f"objects_bps/{name}/{stem}_{BASIS}.npy"


def only_thing(clip: Clip) -> ObjectMotion:
    """The clip's object where it is one rigid thing. LeftOut otherwise: the published layouts have one pose."""
    if len(clip.objects) != 1 or len(clip.objects[0].parts) != 1:
        told = "no object" if not clip.objects else "an object of several parts" if len(clip.objects) == 1 else "several objects"
        raise LeftOut(f"the layout has room for one rigid object, the clip has {told}")
    return clip.objects[0]


def parts_of(clip: Clip, centres: Mapping[str, Doubles | list[float]]) -> list[Part]:
    """`centres` by object and stem, as takes and meta.json have them."""
    several = needs_parts(clip.objects)
    return [
        Part(obj.name, stem, part.mesh, tuple(map(float, centres.get(f"{obj.name}/{stem}", np.zeros(3)))), not several)
        for obj in clip.objects for stem, part in zip(mesh_stems(obj, several=several), obj.parts, strict=True)
    ]  # fmt: skip


def ensure_parts(parts: Iterable[Part], stages: Sequence["ObjectStage"], bench: Bench, root: Path, locks: Path) -> list[str]:
    """Make what is not there of a clip's objects; the stages that were run. InputError where another mesh has a name."""
    made: dict[str, None] = {}
    for part in parts:
        with _held(locks / f"{root.name}.{part.object}.lock"):
            made |= dict.fromkeys(_ensure(part, stages, bench, root))
    return [stage.name for stage in stages if stage.name in made]


def part_names(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """For meta.json: objects in order, each with the stems of its meshes."""
    found: dict[str, list[str]] = {}
    for part in parts:
        found.setdefault(part.object, []).append(part.stem)
    return [{"name": name, "meshes": stems} for name, stems in found.items()]


def stale_stages(
    root: Path, named: Iterable[Mapping[str, Any]], stages: Sequence["ObjectStage"], bench: Bench, *, alone: bool
) -> list[str]:  # fmt: skip
    """Stages whose files of known parts are not there or not up to date; all of them where a part is not known."""
    stale: set[str] = set()
    for entry in named:
        facts = _facts(root / "objects" / entry["name"] / FACTS)
        for stem in entry["meshes"]:
            known = facts.get(_place(stem, alone=alone))
            stale |= {stage.name for stage in stages} if known is None else set(_stale(known, stages, bench, root))
    return [stage.name for stage in stages if stage.name in stale]


def _ensure(part: Part, stages: Sequence["ObjectStage"], bench: Bench, root: Path) -> list[str]:
    path = root / "objects" / part.object / FACTS
    facts, mesh = _facts(path), part.mesh.content_hash
    if any(known["mesh"] != mesh for place, known in facts.items() if place.split("/")[0] == part.stem):
        raise InputError(
            f"another mesh has the name '{part.object}' already", path=path.parent, field="mesh",
            remedy='Set object_names = "content" for this source: names then tell meshes apart',
        )  # fmt: skip
    place = _place(part.stem, alone=part.alone)
    known = facts.get(place, {"mesh": mesh, "centre": list(part.centre), "stages": {}, "files": {}})
    stale = _stale(known, stages, bench, root)
    for stage in stages:
        if stage.name in stale:
            files = stage.run(part, bench)
            for name, data in files.items():
                write_bytes(root / name, data)
            known["stages"][stage.name] = _key(stage, bench, mesh)
            known["files"][stage.name] = {name: sha256(data) for name, data in files.items()}
    if stale:
        told = {"format": _FORMAT, "format_version": 1, "name": part.object, "units": "metres", "parts": {**facts, place: known}}
        write_bytes(path, json.dumps(told, indent=1, sort_keys=True).encode())
    return stale


def _stale(known: Mapping[str, Any], stages: Sequence["ObjectStage"], bench: Bench, root: Path) -> list[str]:
    return [
        stage.name for stage in stages
        if known["stages"].get(stage.name) != _key(stage, bench, known["mesh"])
        or not all((root / file).is_file() for file in known["files"].get(stage.name, {}))
    ]  # fmt: skip


def _key(stage: "ObjectStage", bench: Bench, mesh: str) -> str:
    """By the mesh alone: whichever clip brought an object, its files are the same."""
    return digest_of([stage.name, stage.version, option_values(stage.options, bench.config, bench.source), mesh])


def _place(stem: str, *, alone: bool) -> str:
    """The same mesh has samples under one name where it is alone, under another beside others."""
    return stem if alone else f"{stem}/part"


def _facts(path: Path) -> dict[str, dict[str, Any]]:
    """What object.json says of each part; empty where there is none of ours."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(found["parts"]) if isinstance(found, dict) and found.get("format") == _FORMAT else {}


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """One worker at a time fills an object's folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    while not lock.acquire():
        time.sleep(_WAIT)
    try:
        yield
    finally:
        lock.release()


def _given_ids(bench: Bench, part: Part, count: int) -> NDArray[np.int64] | None:
    """The published vertex numbers of an object, where the config names their folder and they are there."""
    folder = bench.config.objects.sample_ids
    path = None if folder is None else folder / bench.source.target / f"{part.object}.npy"
    if path is None or not path.is_file():
        return None
    ids = read_npy(path).reshape(-1)
    if ids.dtype.kind not in "iu" or len(ids) != SAMPLES or ids.min() < 0 or ids.max() >= count:
        raise InputError(
            f"are not {SAMPLES} vertex numbers of a mesh of {count} vertices", path=path, field="objects.sample_ids",
            remedy="Samples and mesh come from different versions; remove the file for an even stride",
        )  # fmt: skip
    return ids.astype(np.int64)
