"""`interact generate`: new interactions from a sentence, an action, an object's path, a person's motion, or a part of a clip."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from interact_core.cli.common import ClipOption, Device, DeviceOption, JsonOption, emit
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.clip import Clip
    from interact_core.generate.clips import Thing
    from interact_core.generate.generate import Candidate

_DEFAULT_SECONDS: Final = 4.0
_MOST_SECONDS: Final = 20.0
TaskArgument = Annotated[
    str, typer.Argument(help="text, action, object_to_human, human_to_object, predict, between or free.", show_default=False)
]
OutOption = Annotated[
    Path, typer.Option("--out", help="Folder of a data set that the clips are written into.", show_default=False)
]
ModelOption = Annotated[
    Path | None, typer.Option("--model", help="A checkpoint; the demo weights without one.", show_default=False)
]
TextOption = Annotated[str, typer.Option("--text", help="What the person does.")]
ActionOption = Annotated[str, typer.Option("--action", help="A class that the model knows.")]
ObjectOption = Annotated[Path | None, typer.Option("--object", help="A mesh to handle, metres.", show_default=False)]
FromOption = Annotated[Path | None, typer.Option("--from", help="A clip that gives what is known.", show_default=False)]
PathOption = Annotated[
    Path | None,
    typer.Option("--path", help="Key poses of the object: CSV or JSON with time, x, y, z, yaw (degrees).", show_default=False),
]
SecondsOption = Annotated[
    float | None,
    typer.Option(
        "--seconds", min=0.07, max=_MOST_SECONDS, help="Length; 4, or until the last key of --path.", show_default=False
    ),
]
PastOption = Annotated[float, typer.Option("--past", min=0.07, help="Seconds of the clip that a prediction begins with.")]
CountOption = Annotated[int, typer.Option("--count", min=1, max=256, help="Candidates.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed and count give the same clips.")]
StepsOption = Annotated[int, typer.Option("--steps", min=1, max=1000, help="Steps from noise to motion.")]
ScaleOption = Annotated[float, typer.Option("--scale", min=0, max=20, help="How strongly words and action count; 1: as learned.")]
PresetOption = Annotated[
    str, typer.Option("--preset", help="Of published checkpoints: draft (10 passes), normal (20), fine (50), reference (1000).")
]
VocabularyOption = Annotated[
    Path | None, typer.Option("--vocabulary", help="WordPiece vocabulary of a published checkpoint.", show_default=False)
]
MarkersOption = Annotated[bool, typer.Option("--markers", help="Also markers.npy (T, 77, 3) and motion.npy (T, 962).")]
PlainOption = Annotated[bool, typer.Option("--plain", help="No guidance and no finishing: what the net says.")]


def generate(
    task: TaskArgument, out: OutOption, model: ModelOption = None, text: TextOption = "", action: ActionOption = "",
    object_: ObjectOption = None, source: FromOption = None, clip: ClipOption = "",
    path: PathOption = None, seconds: SecondsOption = None,
    past: PastOption = 1.0, count: CountOption = 1, seed: SeedOption = 0, steps: StepsOption = 20, scale: ScaleOption = 1.5,
    preset: PresetOption = "fine", vocabulary: VocabularyOption = None, markers: MarkersOption = False,
    plain: PlainOption = False, device: DeviceOption = Device.AUTO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Write candidates as clips with a manifest beside each of how it was made and what is measured on it.

    With a published checkpoint as --model only text and free can be asked for; guidance and scale are the published ones.
    """
    from interact_core.cli.common import resolve_device
    from interact_core.cli.console import ConsoleContext
    from interact_core.generate.checkpoint import is_ours, load
    from interact_core.generate.generate import Request
    from interact_core.generate.generate import generate as run
    from interact_core.generate.sampling import SampleOptions
    from interact_core.paths import cache_dir

    length = _DEFAULT_SECONDS if seconds is None else seconds
    if model is not None and model.is_file() and not is_ours(model):
        from interact_core.cli.generate_official import generate_official

        told, where = _thing(object_), resolve_device(device)
        _tell(out, generate_official(task, out, model, told, text, vocabulary, length, count, preset, seed, where), json)
        return
    options = SampleOptions(steps=steps, scale=scale, seed=seed, project=not plain)
    if plain:
        options = SampleOptions(steps=steps, scale=scale, seed=seed, project=False, guidance=None)
    given, thing = _clip(source, clip), _thing(object_)
    if path is not None:
        given, thing = _path(task, path, given, thing, seconds), None
    request = Request(task, text, action, given, thing, None, length, past, count=count, options=options)
    trained = load(model or _demo_weights(), resolve_device(device))
    with ConsoleContext(f"generate {task}") as context:
        made = run(trained, request, cache_dir=cache_dir(), context=context)
    _tell(out, [_written(candidate, out, markers) for candidate in made], json)


def _tell(out: Path, records: list[dict[str, Any]], json: bool) -> None:
    if json:
        emit({"schema": "interact/generate", "version": 1, "out": out, "clips": records})
        return
    for record in records:
        shown = "  ".join(f"{name} {value:.4g}" for name, value in record["figures"].items() if not name.startswith("raw_"))
        typer.echo(f"{record['clip']}  {shown}")


def _demo_weights() -> Path:
    from interact_core.generate.facts import built_in

    path = built_in()
    if not path.is_file():
        raise InputError(
            "the demo weights are not here", path=path, field="--model",
            remedy="Name a checkpoint, or make one: interact train resources/generation/demo.toml --out FOLDER",
        )  # fmt: skip
    return path


def _clip(source: Path | None, clip: str) -> Any:
    if source is None:
        return None
    from interact_core.cli.common import open_batch
    from interact_core.formats.registry import read_clip

    refs = open_batch(source, clip).refs
    if len(refs) != 1:
        raise InputError(
            f"{len(refs)} clips are there, one is needed", path=source, field="--clip", remedy="Say which with --clip"
        )
    return read_clip(refs[0])


def _path(task: str, path: Path, clip: "Clip | None", thing: "Thing | None", seconds: float | None) -> "Clip":
    """The clip that gives the object's path; object and person are those of --from, the object may be another one."""
    from interact_core.generate.clips import thing_of
    from interact_core.generate.key_poses import path_clip
    from interact_core.generate.path_files import read_path

    if task != "object_to_human":
        raise InputError(f"{task} does not follow a path", field="--path", remedy="Choose object_to_human")
    moved = thing or (thing_of(clip)[0] if clip is not None else None)
    if moved is None:
        raise InputError(
            "whose path it is is not said", field="--object", remedy="Name a mesh, or a clip with an object (--from)"
        )
    moved.check()
    keys = read_path(path)
    length = min(max((key.time for key in keys), default=0.0), _MOST_SECONDS) if seconds is None else seconds
    return path_clip(keys, length, moved.name, moved.mesh, clip)


def _thing(path: Path | None) -> Any:
    if path is None:
        return None
    from interact_core.formats.meshes import read_mesh
    from interact_core.generate.clips import Thing

    return Thing(path.stem, read_mesh(path))


def _written(candidate: "Candidate", out: Path, markers: bool) -> dict[str, Any]:
    import json

    from interact_core.formats.atomic import write_bytes
    from interact_core.formats.interact_writer import write_clip

    folder = write_clip(candidate.clip, out, "demo", overwrite=True)
    record = {**candidate.manifest, "figures": candidate.figures}
    if markers:
        write_markers(candidate.clip, folder)
    write_bytes(folder / "generated.json", json.dumps(record, indent=1, ensure_ascii=False).encode())
    return {"clip": str(folder), "figures": candidate.figures, "manifest": candidate.manifest}


def write_markers(clip: "Clip", folder: Path) -> None:
    """markers.npy and motion.npy in the published layout beside the clip."""
    from interact_core.formats.atomic import npy_bytes, write_bytes
    from interact_core.generate.markers import markers_of, official_frames

    found = markers_of(clip)
    write_bytes(folder / "markers.npy", npy_bytes(found))
    write_bytes(folder / "motion.npy", npy_bytes(official_frames(clip, found)))
