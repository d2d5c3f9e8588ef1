"""What clips share of an object: meshes, samples and codes, in `objects/` and `objects_bps/` of the dataset."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interact_core.clip import Clip, ObjectMotion
from interact_core.consolidate.config import Config
from interact_core.consolidate.derived.bps import BASIS, bps
from interact_core.consolidate.derived.samples import SAMPLES, sample_points, stride_ids
from interact_core.consolidate.keys import digest_of, sha256
from interact_core.consolidate.take import Bench, Doubles, LeftOut
from interact_core.errors import InputError
from interact_core.formats.atomic import npy_bytes, write_bytes
from interact_core.formats.interact_writer import mesh_stems, needs_parts, obj_text
from interact_core.formats.npz_files import read_npy
from interact_core.locks import FileLock

if TYPE_CHECKING:
    from interact_core.consolidate.graph import ObjectStage

FACTS: Final = "object.json"
_WAIT: Final = 0.01


def meshes(obj: ObjectMotion, bench: Bench, several: bool) -> dict[str, bytes]:
    """OBJ files, in the vertex order of the source."""
    return {f"objects/{obj.name}/{stem}.obj": obj_text(part.mesh).encode() for stem, part in _named(obj, several)}


def samples(obj: ObjectMotion, bench: Bench, several: bool) -> dict[str, bytes]:
    """(340, 3) float64 a part; sample_points.npy where the object has one."""
    made = {}
    for stem, part in _named(obj, several):
        count = len(part.mesh.vertices)
        ids = _given_ids(bench.config, bench.source.target, obj.name, count) if not several else None
        points = sample_points(part.mesh.vertices, stride_ids(count) if ids is None else ids)
        made[samples_file(obj.name, stem, several=several)] = npy_bytes(points)
    return made


def codes(obj: ObjectMotion, bench: Bench, several: bool) -> dict[str, bytes]:
    """(1, 1024, 3) float32 a part."""
    return {
        f"objects_bps/{obj.name}/{stem}_{BASIS}.npy": npy_bytes(bps(part.mesh.vertices)) for stem, part in _named(obj, several)
    }


def samples_file(name: str, stem: str, *, several: bool) -> str:
    return f"objects/{name}/{stem}_sample_points.npy" if several else f"objects/{name}/sample_points.npy"


def code_file(name: str) -> str:
    return f"objects_bps/{name}/{name}_{BASIS}.npy"


def only_part(clip: Clip) -> ObjectMotion:
    """The clip's object where it is one rigid thing. LeftOut otherwise: the published layouts have one pose."""
    if len(clip.objects) != 1 or len(clip.objects[0].parts) != 1:
        told = "no object" if not clip.objects else "an object of several parts" if len(clip.objects) == 1 else "several objects"
        raise LeftOut(f"the layout has room for one rigid object, the clip has {told}")
    return clip.objects[0]


def ensure_objects(
    clip: Clip, centres: Mapping[str, Doubles], stages: Iterable["ObjectStage"], bench: Bench, root: Path, locks: Path
) -> list[str]:
    """Make what is not there of the clip's objects; the stages that were run. InputError where another mesh has a name.

    `centres` of a clip that was read back are not known: then those that are written stay.
    """
    made: list[str] = []
    several = needs_parts(clip.objects)
    for obj in clip.objects:
        with _held(locks / f"{root.name}.{obj.name}.lock"):
            made += _ensure(obj, centres, list(stages), bench, root, several)
    return made


def object_keys(stages: Iterable["ObjectStage"], bench: Bench, mesh_keys: Mapping[str, str]) -> dict[str, str]:
    """Keys by the meshes alone: whichever clip brought an object, its files are the same."""
    from interact_core.consolidate.keys import option_values

    found = {}
    for stage in stages:
        facts = [stage.name, stage.version, option_values(stage.options, bench.config, bench.source), dict(mesh_keys)]
        found[stage.name] = digest_of(facts)
    return found


def stale_objects(root: Path, name: str, stages: list["ObjectStage"], bench: Bench) -> list[str]:
    """Stages whose files of a known object are not there or not up to date; all of them where it is not known."""
    facts = read_facts(root / "objects" / name / FACTS)
    if facts is None:
        return [stage.name for stage in stages]
    keys = object_keys(stages, bench, facts["meshes"])
    there = all((root / file).is_file() for file in facts["files"])
    return [stage for stage, key in keys.items() if not there or facts["stages"].get(stage) != key]


def read_facts(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(found, dict) and all(isinstance(found.get(key), dict) for key in ("meshes", "stages", "files", "centres"))
    return found if known else None


def _ensure(
    obj: ObjectMotion, centres: Mapping[str, Doubles], stages: list["ObjectStage"], bench: Bench, root: Path, several: bool
) -> list[str]:  # fmt: skip
    path = root / "objects" / obj.name / FACTS
    mesh_keys = {part.name: part.mesh.content_hash for part in obj.parts}
    old = read_facts(path)
    if old is not None and old["meshes"] != mesh_keys:
        raise InputError(
            f"another mesh has the name '{obj.name}' already", path=path.parent, field="mesh",
            remedy='Set object_names = "content" for this source: names then tell meshes apart',
        )  # fmt: skip
    keys = object_keys(stages, bench, mesh_keys)
    stale = set(stale_objects(root, obj.name, stages, bench))
    if not all((root / file).is_file() for file in _expected(obj, several)):
        stale = set(keys)  # known from a clip in which it had other things beside it, and so other file names
    if not stale:
        return []
    kept = {} if old is None else {name: old["files"][name] for name in old["files"] if (root / name).is_file()}
    files: dict[str, str] = dict(kept)
    for stage in stages:
        if stage.name in stale:
            for name, data in stage.run(obj, bench, several).items():
                write_bytes(root / name, data)
                files[name] = sha256(data)
    known = {f"{obj.name}/{part.name}": list(map(float, centres.get(f"{obj.name}/{part.name}", (0, 0, 0)))) for part in obj.parts}
    facts = {
        "format": "interact-studio/object", "format_version": 1, "name": obj.name, "units": "metres",
        "meshes": mesh_keys, "centres": known if centres or old is None else old["centres"],
        "stages": {**(old["stages"] if old else {}), **keys}, "files": dict(sorted(files.items())),
    }  # fmt: skip
    write_bytes(path, json.dumps(facts, indent=1, sort_keys=True).encode())
    return sorted(stale)


def _expected(obj: ObjectMotion, several: bool) -> Iterator[str]:
    for stem, _ in _named(obj, several):
        yield f"objects/{obj.name}/{stem}.obj"
        yield samples_file(obj.name, stem, several=several)


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


def _named(obj: ObjectMotion, several: bool) -> Iterator[tuple[str, Any]]:
    return zip(mesh_stems(obj, several=several), obj.parts, strict=True)


def _given_ids(config: Config, dataset: str, name: str, count: int) -> Any:
    """The published vertex numbers of an object, where the config names their folder and they are there."""
    folder = config.objects.sample_ids
    path = None if folder is None else folder / dataset / f"{name}.npy"
    if path is None or not path.is_file():
        return None
    ids = read_npy(path).reshape(-1)
    if ids.dtype.kind not in "iu" or len(ids) != SAMPLES or ids.min(initial=0) < 0 or ids.max(initial=0) >= count:
        raise InputError(
            f"are not {SAMPLES} vertex numbers of a mesh of {count} vertices", path=path, field="objects.sample_ids",
            remedy="Samples and mesh come from different versions; remove the file for an even stride",
        )  # fmt: skip
    return ids.astype("int64")
