"""What the child process draws: arrays in .npy files (mapped, not copied, on the other side) and one JSON file beside them."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from interact_app.display import Display
from interact_app.scene.studio import Theme
from interact_core.inspection import DistanceFields, PosedClip, VertexField

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FILE: Final = "request.json"


@dataclass(frozen=True)
class ExportRequest:
    """frames [start, stop) every `step`; size in pixels; `view` a camera bookmark of the scene; out ends in .png or .mp4."""

    out: str
    size: tuple[int, int]
    start: int
    stop: int
    fps: float
    theme: Theme
    view: dict[str, Any] = field(default_factory=dict)
    step: int = 1
    legend: bool = True

    @property
    def is_video(self) -> bool:
        return self.out.lower().endswith(".mp4")

    @property
    def even_size(self) -> tuple[int, int]:
        """What H.264 can take: it counts colour in pairs of pixels."""
        return self.size[0] // 2 * 2, self.size[1] // 2 * 2


@dataclass(frozen=True)
class Shown:
    """Everything the scene is told; fields are None where the surface is plain."""

    posed: PosedClip
    body_field: VertexField | None
    object_field: VertexField | None
    distances: DistanceFields | None
    display: Display


def write_request(folder: Path, request: ExportRequest, shown: Shown) -> None:
    """Only the frames that are drawn are written. OSError where the disk is full."""
    frames = slice(request.start, request.stop)
    posed = shown.posed
    arrays: dict[str, NDArray[Any]] = {
        "body_vertices": posed.body_vertices[frames],
        "body_faces": posed.body_faces,
        "joints": posed.joints[frames],
        "object_vertices": posed.object_vertices[frames],
        "object_faces": posed.object_faces,
        "marker_vertices": posed.choice.model.marker_vertices,
    }
    fields: dict[str, dict[str, Any]] = {}
    for name, shown_field in (("body_field", shown.body_field), ("object_field", shown.object_field)):
        if shown_field is not None:
            arrays[name] = shown_field.values[frames]
            fields[name] = {key: value for key, value in vars(shown_field).items() if key != "values"}
    if shown.distances is not None:
        arrays["body_distance"] = shown.distances.body_signed_distance[frames]
        arrays["object_distance"] = shown.distances.object_signed_distance[frames]
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    document = {
        "request": asdict(request),
        "fields": fields,
        "display": {**asdict(shown.display), "overlays": sorted(shown.display.overlays)},
        "parts": [[part.start, part.stop] for part in posed.part_slices],
        "part_names": list(posed.part_names),
        "first_frame": request.start,
    }
    (folder / _FILE).write_text(json.dumps(document))


def read_request(folder: Path) -> tuple[ExportRequest, Shown]:
    """The inverse, with frame numbers counted from the first one written."""
    document = json.loads((folder / _FILE).read_text())
    request = ExportRequest(**{**document["request"], "size": tuple(document["request"]["size"])})

    def load(name: str) -> Any:
        path = folder / f"{name}.npy"
        return np.load(path, mmap_mode="r", allow_pickle=False) if path.exists() else None

    fields = {name: VertexField(values=load(name), **facts) for name, facts in document["fields"].items()}
    display = Display(**{**document["display"], "overlays": frozenset(document["display"]["overlays"])})
    posed = _posed(load, document, request.fps)
    distances = None
    if load("body_distance") is not None:
        ready = np.ones(len(posed.ready), bool)
        distances = DistanceFields(load("body_distance"), load("object_distance"), (), 0.0, ready)
    return request, Shown(posed, fields.get("body_field"), fields.get("object_field"), distances, display)


def _posed(load: Any, document: dict[str, Any], fps: float) -> PosedClip:
    """A PosedClip with as much of its clip and body as drawing needs."""
    vertices = load("body_vertices")
    model = SimpleNamespace(faces=np.array(load("body_faces")), marker_vertices=np.array(load("marker_vertices")), name="")
    return PosedClip(
        clip=SimpleNamespace(fps=fps, num_frames=len(vertices), objects=()),  # type: ignore[arg-type]
        choice=SimpleNamespace(model=model, stand_in=False, note=""),  # type: ignore[arg-type]
        body_vertices=vertices,
        joints=load("joints"),
        object_vertices=load("object_vertices"),
        object_faces=np.array(load("object_faces")),
        part_slices=tuple(slice(start, stop) for start, stop in document["parts"]),
        part_names=tuple(document["part_names"]),
        ready=np.isfinite(vertices[:, 0, 0]),
    )
