"""`interact stats`: what a data set is made of."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interact_core.cli.common import Device, DeviceOption, JsonOption, ModelsOption, PathArgument, emit, request
from interact_core.figures import duration_text

if TYPE_CHECKING:
    from interact_core.cli.common import Request
    from interact_core.clip import Clip
    from interact_core.formats.registry import ClipRef
    from interact_core.inspection.results import Inspection
    from interact_core.project.written import Documents
    from interact_core.report.statistics import ClipFacts, Row

OutOption = Annotated[
    Path | None, typer.Option("--out", help="Write HTML, CSV and JSON into this folder.", show_default=False)
]  # fmt: skip
InspectOption = Annotated[bool, typer.Option("--inspect", help="Measure contact and artifacts too: seconds to minutes a clip.")]
_MOVES = 1e-3
"""Radians that a finger has to move by."""


def stats(
    path: PathArgument, out: OutOption = None, inspect: InspectOption = False, device: DeviceOption = Device.AUTO,
    models: ModelsOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    """Count clips, hours, subjects, objects, hands, texts and words by source, with contact and artifacts if asked."""
    from interact_core.report.statistics import statistics_of
    from interact_core.report.statistics_files import statistics_document, write_statistics

    asked = request(path, "", device, models)
    facts: list[ClipFacts] = []

    def work(ref: "ClipRef") -> dict[str, Any]:
        facts.append(_facts(ref, documents, inspect, asked))
        return {}

    from interact_core.project.written import documents_of

    with documents_of(path) as (documents, _):
        asked.batch.run(work)
    found = statistics_of(facts, path.name or str(path), asked.batch.problems)
    files = write_statistics(found, out) if out is not None else ()
    if json:
        emit(statistics_document(found) | {"path": path, "files": files})
    else:
        for row in (*found.rows, found.total) if len(found.rows) > 1 else found.rows:
            _print(row)
        for file in files:
            typer.echo(str(file), err=True)
    raise typer.Exit(asked.batch.exit_code)


def _facts(ref: "ClipRef", documents: "Documents", inspect: bool, asked: "Request") -> "ClipFacts":
    import numpy as np

    from interact_core.annotation import CaptionRecord
    from interact_core.formats.registry import read_clip
    from interact_core.report.statistics import ClipFacts

    clip = read_clip(ref, asked.models_dir)
    captions = [r.caption.text for r in documents(clip).records if isinstance(r, CaptionRecord) and r.caption.text.strip()]
    hands = (clip.body.left_hand_pose, clip.body.right_hand_pose)
    inspection = _inspected(clip, asked) if inspect else None
    return ClipFacts(
        clip.id, ref.dataset, clip.num_frames, clip.fps, _subject(clip, ref), tuple(o.name for o in clip.objects),
        any(float(np.ptp(hand, axis=0).max()) > _MOVES for hand in hands), len(captions),
        sum(len(text.split()) for text in captions), clip.actions, _contact(clip, inspection),
        None if inspection is None else len(inspection.artifacts), clip.metadata.get("parent", ""),
    )  # fmt: skip


def _subject(clip: "Clip", ref: "ClipRef") -> str:
    """As the data call the person, else by their shape."""
    from interact_core.clip import Betas, RestJoints
    from interact_core.formats.datasets import subject_in_name

    if named := clip.metadata.get("subject") or subject_in_name(ref.dataset, ref.path.stem):
        return named
    shape = clip.body.shape
    numbers = shape.values if isinstance(shape, Betas) else shape.joints if isinstance(shape, RestJoints) else shape.vertices
    return hashlib.sha256(clip.body.gender.encode() + numbers.round(3).tobytes()).hexdigest()[:8]


def _inspected(clip: "Clip", asked: "Request") -> "Inspection":
    from interact_core.cli.console import ConsoleContext
    from interact_core.inspection.analyse import analyse_clip

    with ConsoleContext(clip.id) as context:
        inspection = analyse_clip(clip, asked.models_dir, asked.device, context).inspection
    assert inspection is not None
    return inspection


def _contact(clip: "Clip", inspection: "Inspection | None") -> float | None:
    """Share of frames in which the object is touched: measured, else by the clip's own labels of hands or object."""
    import numpy as np

    if inspection is not None:
        track = inspection.tracks.get("contact_object")
        return None if track is None else float(np.nanmean(track.values))
    labels = [clip.recorded_contact[name] > 0 for name in ("object", "left_hand", "right_hand") if name in clip.recorded_contact]
    return float(np.any(labels, axis=0).mean()) if labels else None


def _print(row: "Row") -> None:
    contact = f", contact in {100 * row.contact:.0f} % of the frames" if row.contact == row.contact else ""
    artifacts = f", {row.artifacts} artifacts" if row.artifacts is not None else ""
    made = f" ({row.children} made from others)" if row.children else ""
    typer.echo(
        f"{row.name}: {row.clips} clips{made}, {duration_text(3600 * row.hours)}, {row.subjects} subjects, "
        f"{row.objects} objects, {row.hands} clips with moving fingers, {row.texts} texts of {row.words} words"
        f"{contact}{artifacts}"
    )
