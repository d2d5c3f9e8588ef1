"""Clips made by the generation model: for every sentence of a text file, or from every clip of a dataset."""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from interact_core.cluster.kinds.clips import PLACES, items_of, places
from interact_core.cluster.spec import Item, Plan, Result, Spec, clip_ref
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext
from interact_core.named_values import parsed_changes

if TYPE_CHECKING:
    from interact_core.generate.checkpoint import Trained
    from interact_core.generate.generate import Request

_DEFAULTS: Final[dict[str, Any]] = {
    "task": "", "model": "", "object": "", "seconds": 4.0, "past": 1.0, "count": 1, "seed": 0, "steps": 20, "scale": 1.5,
}  # fmt: skip


def plan(path: Path, out: Path, changes: list[str], device: str, models_dir: Path | None) -> Plan:
    """task, model, object, seconds, past, count, seed, steps, scale, as `interact generate` has them.

    PATH is a text file with a sentence a line (task text, with an object), or clips that give what is known (another task).
    """
    from interact_core.generate.modes import TASKS

    types: dict[str, object] = {name: type(value) for name, value in _DEFAULTS.items()}
    asked = {**_DEFAULTS, **parsed_changes(changes, types, "docs/scale.md")}
    sentences = path.suffix == ".txt" and path.is_file()
    asked["task"] = asked["task"] or ("text" if sentences else "predict")
    if asked["task"] not in TASKS:
        raise InputError(f"there is no task '{asked['task']}'", field="--set task", remedy=f"Choose one of {', '.join(TASKS)}")
    if not asked["model"]:
        raise InputError("no checkpoint is named", field="--set model", remedy="Say which: --set model=FILE.safetensors")
    for name in ("model", "object"):
        asked[name] = _file(asked[name], name)
    items = _sentences(path) if sentences else items_of(path)
    return Plan("generate", run, items, {**asked, **places(device, models_dir)}, str(path), PLACES)


def _file(given: str, name: str) -> str:
    if given and not Path(given).is_file():
        raise InputError("there is no such file", path=given, field=f"--set {name}")
    return str(Path(given).absolute()) if given else ""


def _sentences(path: Path) -> tuple[Item, ...]:
    from interact_core.formats.text_files import read_text

    lines = [line.strip() for line in read_text(path).splitlines() if line.strip()]
    if not lines:
        raise InputError("holds no sentences", path=path, remedy="Write one a line")
    return tuple(Item(f"{path.stem}_{number:05d}", {"text": line}) for number, line in enumerate(lines))


def run(spec: Spec, context: JobContext) -> Result:
    from interact_core.formats.atomic import write_text
    from interact_core.formats.interact_writer import write_clip
    from interact_core.generate.generate import generate
    from interact_core.paths import cache_dir

    options = spec.options
    trained = _trained(options["model"], options["device"])
    made = []
    for number, candidate in enumerate(generate(trained, _request(spec), cache_dir=cache_dir(), context=context)):
        name = f"{spec.item.id.replace('/', '__')}_gen_{options['seed']:04d}_{number:03d}"
        folder = write_clip(replace(candidate.clip, id=name), Path(spec.out), "demo", overwrite=True)
        about = {**candidate.manifest, "figures": candidate.figures}
        write_text(folder / "generated.json", json.dumps(about, indent=1, ensure_ascii=False))
        made.append({"clip": str(folder.relative_to(spec.out)), **about})
    return {"id": spec.item.id, "candidates": made}


def _request(spec: Spec) -> "Request":
    from interact_core.formats.meshes import read_mesh
    from interact_core.formats.registry import read_clip
    from interact_core.generate.clips import Thing
    from interact_core.generate.generate import Request
    from interact_core.generate.sampling import SampleOptions

    options, given = spec.options, spec.item.given
    mesh = Path(options["object"])
    return Request(
        options["task"], given.get("text", ""), clip=None if "text" in given else read_clip(clip_ref(spec.item)),
        thing=Thing(mesh.stem, read_mesh(mesh)) if options["object"] else None, seconds=options["seconds"],
        past=options["past"], count=options["count"],
        options=SampleOptions(steps=options["steps"], scale=options["scale"], seed=options["seed"]),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _trained(model: str, device: str) -> "Trained":
    """Read once a worker."""
    from interact_core.generate.checkpoint import load

    return load(Path(model), device)
