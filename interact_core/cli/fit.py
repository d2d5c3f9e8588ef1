"""`interact fit`: 77 markers a frame become a clip with a body."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import Device, DeviceOption, JsonOption, ModelsOption, emit, models_folder, resolve_device, say
from interact_core.errors import InputError
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.bodies.base import BodyModel
    from interact_core.clip import ObjectMotion
    from interact_core.generate.fitting.fit import FitResult


class Body(StrEnum):
    """Whose surface follows the markers."""

    OPEN = "open"
    SMPLH = "smplh"
    SMPLX = "smplx"


class Person(StrEnum):
    """Gender of the body model."""

    NEUTRAL = "neutral"
    FEMALE = "female"
    MALE = "male"


_DATASETS = {"open": "demo", "smplh": "behave", "smplx": "omomo"}
"""Whose layout a clip of that family is written in: absolute hands, the family's own shape."""

MarkersArgument = Annotated[
    Path, typer.Argument(help="markers.npy (T, 77, 3), motion.npy (T, 962), or an npz with one of them.", show_default=False)
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for the data set with the clip.", show_default=False)]
NameOption = Annotated[str, typer.Option("--name", help="Name of the clip; that of the file without it.")]
BodyOption = Annotated[Body, typer.Option("--body", help="The body to fit.")]
PersonOption = Annotated[Person, typer.Option("--gender", help="Its gender.")]
FpsOption = Annotated[float, typer.Option("--fps", help="Frames per second.")]
NoiseOption = Annotated[float, typer.Option("--noise", help="How far a marker may be off, metres: more makes it smoother.")]
SmoothOption = Annotated[float, typer.Option("--smooth", help="Weight of smoothness; 0 fits every frame for itself.")]
ShapeOption = Annotated[str, typer.Option("--shape", help="auto, average, betas or skeleton (open body).")]
ObjectOption = Annotated[
    Path | None, typer.Option("--object", help="Mesh of the object whose motion is in motion.npy.", show_default=False)
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace a clip that is there already.")]


def fit(
    markers: MarkersArgument, out: OutOption, name: NameOption = "", body: BodyOption = Body.OPEN,
    gender: PersonOption = Person.NEUTRAL, fps: FpsOption = 30.0, noise: NoiseOption = 0.003, smooth: SmoothOption = 1.0,
    shape: ShapeOption = "auto", mesh: ObjectOption = None, overwrite: OverwriteOption = False,
    device: DeviceOption = Device.AUTO, models: ModelsOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    """Fit a body to surface markers and write it as a clip."""
    from interact_core.cli.console import ConsoleContext
    from interact_core.clip import Clip
    from interact_core.formats.interact_writer import write_clip
    from interact_core.generate.fitting.fit import fit_markers
    from interact_core.generate.fitting.marker_files import as_markers, read_array
    from interact_core.generate.fitting.options import FitOptions

    options = FitOptions(noise=noise, smooth=smooth, shape=shape, fps=fps, device=resolve_device(device))
    values = read_array(markers)
    places, things = as_markers(values, markers), _objects(values, mesh)
    clip_id = name or (markers.parent.name if markers.stem in ("markers", "motion") else markers.stem) or "fitted"
    with ConsoleContext(clip_id) as context:
        result = fit_markers(places, _model(body, gender, models), options, context)
    told = {"markers": str(markers), "fit_error": f"{1e3 * result.mean:.2f} mm"}
    clip = Clip(id=clip_id, fps=fps, body=result.motion, objects=things, metadata=told)
    folder = write_clip(clip, out, _DATASETS[body], overwrite=overwrite)
    _tell(folder, result, json)


def _model(body: Body, gender: Person, models: Path | None) -> "BodyModel":
    from interact_core.bodies.library import licensed_body, open_body

    if body is Body.OPEN:
        return open_body(gender.value)
    folder = models_folder(models)
    if folder is None:
        raise InputError("no folder with body models is set", field="--models", remedy="Name it, or fit the open body")
    return licensed_body(folder, body.value, gender.value)


def _objects(values: Any, mesh: Path | None) -> "tuple[ObjectMotion, ...]":
    from interact_core.clip import ObjectMotion, ObjectPart
    from interact_core.formats.meshes import read_mesh
    from interact_core.generate.fitting.marker_files import object_track

    if mesh is None:
        return ()
    track = object_track(values)
    if track is None:
        raise InputError("only motion.npy with 962 columns has an object's motion", field="--object", remedy="Leave it out")
    return (ObjectMotion(mesh.stem, (ObjectPart(mesh.stem, read_mesh(mesh), *track),)),)


def _tell(folder: Path, result: "FitResult", json: bool) -> None:
    import numpy as np

    far = float(np.nanpercentile(result.distances, 95))
    if json:
        emit({"schema": "interact/fit", "version": 1, "out": folder, "frames": result.motion.num_frames, "mean": result.mean,
              "p95": far, "seconds": result.seconds, "notes": list(result.notes)})  # fmt: skip
        return
    for note in result.notes:
        say(note)
    typer.echo(f"{folder}: {result.motion.num_frames} frames, markers off by {figure_text(result.mean, 'm')} on average, "
               f"{figure_text(far, 'm')} at most for 95 %")  # fmt: skip
