"""`interact convert`: the same motion on another family's body."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import (
    ClipOption,
    Device,
    DeviceOption,
    JsonOption,
    ModelsOption,
    PathArgument,
    Request,
    emit,
    request,
    say,
)
from interact_core.cli.fit import OverwriteOption
from interact_core.errors import InputError
from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_core.bodies.base import BodyModel
    from interact_core.clip import Clip
    from interact_core.formats.registry import ClipRef
    from interact_core.jobs.context import JobContext


class Target(StrEnum):
    """Whose body."""

    SMPL = "smpl"
    SMPLH = "smplh"
    SMPLX = "smplx"
    OPEN = "open"


class PoseName(StrEnum):
    """What becomes of the pose."""

    AUTO = "auto"
    CARRY = "carry"
    FIT = "fit"


class GenderName(StrEnum):
    """Of the new body."""

    SAME = "same"
    NEUTRAL = "neutral"
    FEMALE = "female"
    MALE = "male"


ToOption = Annotated[Target, typer.Option("--to", help="The body family to convert to.")]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for the converted data sets.", show_default=False)]
PoseOption = Annotated[
    PoseName, typer.Option("--pose", help="carry keeps every rotation, fit moves them to the markers, auto takes what is nearer.")
]
GenderOption = Annotated[GenderName, typer.Option("--gender", help="Gender of the new body.")]


def convert(
    path: PathArgument, to: ToOption, out: OutOption, clip: ClipOption = "", pose: PoseOption = PoseName.AUTO,
    gender: GenderOption = GenderName.SAME, overwrite: OverwriteOption = False, device: DeviceOption = Device.CPU,
    models: ModelsOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    """Convert clips to another body: pose carried, shape and place fitted through joints and markers, with the error of each."""
    asked = request(path, clip, device, models)
    if to is not Target.OPEN and asked.models_dir is None:
        raise InputError("no folder with body models is set", field="--models", remedy="Name it, or convert to the open body")

    def work(ref: "ClipRef") -> dict[str, Any]:
        from interact_core.cli.console import ConsoleContext
        from interact_core.formats.interact_writer import write_clip
        from interact_core.formats.registry import read_clip

        with ConsoleContext(ref.id) as context:
            source = read_clip(ref, asked.models_dir)
            converted, record = _converted(source, to, pose, gender, asked, context)
        folder = write_clip(converted, out, _dataset(source, to), overwrite=overwrite)
        if not json:
            _print(record)
        return record | {"out": folder}

    clips = asked.batch.run(work)
    if json:
        emit({"schema": "interact/convert", "version": 1, "path": path, "to": to.value, "out": out, "clips": clips,
              "problems": asked.batch.problems})  # fmt: skip
    raise typer.Exit(asked.batch.exit_code)


def _converted(
    clip: "Clip", to: Target, pose: PoseName, gender: GenderName, asked: Request, context: "JobContext"
) -> "tuple[Clip, dict[str, Any]]":
    from dataclasses import replace

    from interact_core.bodies.library import choose_body
    from interact_core.consolidate.conversion.convert import convert_motion

    choice = choose_body(clip.body, asked.models_dir)
    model = _model(to, clip.body.gender if gender is GenderName.SAME else gender.value, asked.models_dir)
    found = convert_motion(clip.body, choice, model, pose.value, asked.device, context)
    joints, markers = found.joint_error, found.marker_error
    record = {
        "id": clip.id, "from": clip.body.family, "to": to.value, "frames": clip.num_frames, "fitted": found.fitted,
        "joint_mean": float(joints.mean()), "joint_max": float(joints.max()), "marker_mean": float(markers.mean()),
        "marker_max": float(markers.max()), "carried_joint_mean": found.carried[0], "carried_marker_mean": found.carried[1],
        "notes": list(found.notes),
    }  # fmt: skip
    told = {
        **clip.metadata, "converted_from": clip.body.family, "joint_error": f"{1e3 * joints.mean():.2f} mm",
        "marker_error": f"{1e3 * markers.mean():.2f} mm",
    }  # fmt: skip
    # Joints that the source recorded are those of another body.
    return replace(clip, body=found.motion, recorded_joints=None, metadata=told), record


def _model(to: Target, gender: Any, models: Path | None) -> "BodyModel":
    from interact_core.bodies.library import licensed_body, open_body

    if to is Target.OPEN:
        return open_body(gender)
    assert models is not None
    return licensed_body(models, to.value, gender)


def _dataset(clip: "Clip", to: Target) -> str:
    """`<dataset>_smplh` as InterAct calls it; the data set's own name where its layout can hold any body; else `demo`."""
    from interact_core.formats.datasets import dataset_for

    entry = dataset_for(clip.source.dataset) if clip.source else None
    if entry is None:
        return "demo"
    base = entry.base or entry.name
    if to is Target.SMPLH:
        return f"{base}_smplh"
    plain = dataset_for(base)
    fits = plain is not None and plain.hand_coding == "axis_angle" and plain.hand_mean == "flat"
    return base if fits else "demo"


def _print(record: dict[str, Any]) -> None:
    how = "pose fitted" if record["fitted"] else "pose carried"
    figures = [figure_text(record[name], "m") for name in ("joint_mean", "joint_max", "marker_mean", "marker_max")]
    typer.echo(f"{record['id']}: {record['from']} to {record['to']}, {how}; joints off by {figures[0]} (at most {figures[1]}), "
               f"markers by {figures[2]} (at most {figures[3]})")  # fmt: skip
    for note in record["notes"]:
        say(f"{record['id']}: {note}")
