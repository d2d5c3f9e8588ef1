"""A sentence and a mesh to clips with the published text-to-interaction network: said how long it takes before it starts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.bodies.library import open_body
from interact_core.clip import Caption, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.errors import InputError
from interact_core.generate.clips import Thing
from interact_core.generate.fitting.fit import fit_markers
from interact_core.generate.fitting.marker_files import as_markers, object_track
from interact_core.generate.fitting.options import FitOptions
from interact_core.generate.markers import surface_samples
from interact_core.generate.official.contact import ContactGuide
from interact_core.generate.official.sampling import SamplingRequest, estimated_seconds, sample, seconds_per_pass
from interact_core.generate.official.shape import object_code
from interact_core.generate.official.text_to_interaction import Loaded
from interact_core.generate.official.wordpiece import read_vocabulary
from interact_core.jobs.context import JobContext, NullContext, SubContext

FPS: Final = 30.0


@dataclass(frozen=True)
class OfficialRequest:
    """`vocabulary` is the WordPiece file that reads `text`; without text nothing is said to the net."""

    thing: Thing
    text: str = ""
    vocabulary: Path | None = None
    seconds: float = 4.0
    count: int = 1
    preset: str = "fine"
    scale: float = 2.5
    seed: int = 0
    contact: bool = True


@dataclass(frozen=True)
class Made:
    """A fitted clip and the frames (T, 962) that it was fitted to."""

    clip: Clip
    frames: NDArray[np.float32]
    fit_error: float


def make(
    loaded: Loaded,
    request: OfficialRequest,
    context: JobContext | None = None,
    on_estimate: Callable[[float], None] | None = None,
) -> list[Made]:
    """`on_estimate` hears the seconds that sampling will take, measured on two passes of the size asked for. Raises Cancelled."""
    context = context or NullContext()
    request.thing.check()
    mesh = centred(request.thing.mesh)
    asked = _sampling(loaded, request, mesh)
    if on_estimate is not None:
        on_estimate(estimated_seconds(seconds_per_pass(loaded.model, asked), request.preset))
    frames = sample(loaded.model, asked, SubContext(context, 0.0, 0.6))
    made = []
    for k, values in enumerate(frames):
        part = SubContext(context, 0.6 + 0.4 * k / len(frames), 0.6 + 0.4 * (k + 1) / len(frames), "body")
        made.append(_fitted(values, request, mesh, k, part))
    return made


def centred(mesh: Mesh) -> Mesh:
    """Around the mean of its vertices, as in training."""
    return Mesh((mesh.vertices - mesh.vertices.mean(0)).astype(np.float32), mesh.faces, mesh.name)


def _sampling(loaded: Loaded, request: OfficialRequest, mesh: Mesh) -> SamplingRequest:
    code, _ = object_code(mesh.vertices)
    guide = ContactGuide(torch.from_numpy(surface_samples(mesh).astype(np.float32))) if request.contact else None
    return SamplingRequest(
        _text(loaded, request).repeat(request.count, 1), code.repeat(request.count, 1), max(round(request.seconds * FPS), 1),
        request.preset, request.scale, request.seed, guide,
    )  # fmt: skip


def _text(loaded: Loaded, request: OfficialRequest) -> Tensor:
    if not request.text.strip():
        return torch.zeros(1, loaded.model.text_width)
    if loaded.model.textencoder is None:
        raise InputError(
            "the checkpoint has no reader of sentences", field="text", remedy="Leave the text out, or give the evaluator too"
        )
    if request.vocabulary is None:
        raise InputError(
            "no vocabulary says how the sentence is cut into pieces", field="vocabulary",
            remedy="Give the vocab.txt of BERT base uncased with --vocabulary, or leave the text out",
        )  # fmt: skip
    return loaded.model.textencoder.sentences([request.text], read_vocabulary(request.vocabulary))


def _fitted(frames: NDArray[np.float32], request: OfficialRequest, mesh: Mesh, index: int, context: JobContext) -> Made:
    track = object_track(frames)
    assert track is not None  # these are 962 columns
    result = fit_markers(as_markers(frames), open_body("neutral"), FitOptions(fps=FPS), context)
    thing = ObjectMotion(request.thing.name, (ObjectPart("base", replace(mesh, name=request.thing.name), *track),))
    captions = (Caption(request.text),) if request.text.strip() else ()
    name = f"official_{request.preset}_{request.seed}_{index:03d}"
    return Made(Clip(name, FPS, result.motion, (thing,), captions), frames, result.mean)
