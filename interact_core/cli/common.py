"""What the subcommands share: options, finding clips, one JSON document on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.errors import InputError, InteractError
from interact_core.plain import plain

if TYPE_CHECKING:
    from interact_core.clip import Notice
    from interact_core.formats.registry import ClipRef, Listing


class Device(StrEnum):
    """Where tensors live. "auto" takes CUDA when torch sees a GPU."""

    CPU = "cpu"
    CUDA = "cuda"
    AUTO = "auto"


PathArgument = Annotated[Path, typer.Argument(help="A clip, a dataset or a file.", show_default=False)]
ClipOption = Annotated[str, typer.Option("--clip", help="Only the clip with this id, of a dataset.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout (schema: docs/cli.md).")]
DeviceOption = Annotated[Device, typer.Option("--device", help="Where to compute.")]
ModelsOption = Annotated[
    Path | None, typer.Option("--models", help="Folder with your SMPL, SMPL-H and SMPL-X model files.", show_default=False)
]


@dataclass
class Batch:
    """The clips of one call and what went wrong with some of them. A bad clip never stops the rest."""

    listing: "Listing"
    refs: tuple["ClipRef", ...]
    problems: list[dict[str, str]] = field(default_factory=list)

    def run(self, work: Callable[["ClipRef"], dict[str, Any]]) -> list[dict[str, Any]]:
        """work(ref) for every clip; an InteractError is noted, said on stderr, and the next clip follows."""
        results = []
        for ref in self.refs:
            try:
                results.append(work(ref))
            except InteractError as error:
                self.note(ref, str(error))
        return results

    def note(self, ref: "ClipRef", problem: str) -> None:
        """What went wrong with a clip: said at once, and kept for the end."""
        self.problems.append({"clip": ref.id, "message": problem})
        say(f"{ref.id}: {problem}")

    @property
    def exit_code(self) -> int:
        return 2 if self.problems else 0


@dataclass(frozen=True)
class Request:
    """What the options that every measuring command has ask for."""

    batch: Batch
    device: str
    models_dir: Path | None


def request(path: Path, clip: str, device: Device, models: Path | None) -> Request:
    """The options looked at, cheapest first. InputError says which of them is wrong."""
    folder, chosen = models_folder(models), resolve_device(device)
    return Request(open_batch(path, clip), chosen, folder)


def open_batch(path: Path, clip: str) -> Batch:
    """The clips under a path, narrowed to one id if asked. InputError when there is none to work on."""
    from interact_core.formats.registry import open_path

    listing = open_path(path)
    refs = tuple(r for r in listing.refs if not clip or r.id == clip)
    for notice in listing.problems:
        say(notice.message)
    problems = [{"clip": "", "message": n.message} for n in listing.problems if n.severity != "info"]
    if not refs:
        wanted = f"there is no clip '{clip}'" if clip else "no clip was found"
        raise InputError(wanted, path=path, remedy="`interact info PATH` lists what a folder holds")
    return Batch(listing, refs, problems)


def resolve_device(device: Device) -> str:
    """ "cpu" or "cuda"; InputError when CUDA is asked for and torch sees none."""
    if device is Device.CPU:
        return "cpu"
    import torch

    available = torch.cuda.is_available()
    if device is Device.CUDA and not available:
        raise InputError(
            "no CUDA device is available to this PyTorch",
            field="--device",
            remedy="Use --device cpu, or install the CUDA build of torch as the README shows",
        )
    return "cuda" if available else "cpu"


def models_folder(models: Path | None) -> Path | None:
    """The option, else the user's settings."""
    from interact_core.settings import load_settings

    if models is None:
        return load_settings().models_dir
    if not models.is_dir():
        raise InputError("there is no such folder", path=models, field="--models")
    return models


def say(text: str) -> None:
    """A line for the person watching: always stderr, so that stdout stays one document."""
    print(text, file=sys.stderr, flush=True)


def emit(document: Mapping[str, Any]) -> None:
    """Print the JSON document. NaN is not JSON, so such numbers become null."""
    print(json.dumps(plain(document), indent=2, allow_nan=False, ensure_ascii=False))


def notices_of(notices: tuple["Notice", ...]) -> Iterator[dict[str, str]]:
    """Reader notices as plain records."""
    for n in notices:
        yield {"code": n.code, "severity": n.severity, "field": n.field, "message": n.message}
