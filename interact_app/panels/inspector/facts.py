"""What is known about a clip besides its measures, as pairs to show. No Qt."""

from interact_core.clip import Betas, BodyMotion, Clip, RestJoints, TemplateVertices
from interact_core.figures import duration_text
from interact_core.inspection import PosedClip


def clip_facts(clip: Clip) -> list[tuple[str, str]]:
    """Label and value, the most asked for first."""
    facts = [
        ("Clip", clip.id),
        ("Length", f"{clip.num_frames} frames, {duration_text(clip.duration)}"),
        ("Rate", f"{clip.fps:g} frames/s"),
        ("Objects", ", ".join(_object_text(obj.name, len(obj.parts)) for obj in clip.objects) or "none"),
        ("Body", f"{clip.body.family} {clip.body.gender}, {shape_text(clip.body)}"),
    ]
    if clip.actions:
        facts.append(("Actions", ", ".join(clip.actions)))
    if clip.source is not None:
        facts.append(("Format", " · ".join(part for part in (clip.source.format, clip.source.dataset) if part)))
        facts.append(("Source", str(clip.source.path)))
    facts += [(key.replace("_", " ").capitalize(), value) for key, value in clip.metadata.items() if value]
    return facts


def body_facts(posed: PosedClip) -> list[tuple[str, str]]:
    """Which surface is shown, and how large the meshes are."""
    return [
        ("Shown as", posed.choice.model.name),
        ("Vertices", f"{posed.body_vertices.shape[1]:,} body, {posed.object_vertices.shape[1]:,} object"),
    ]


def shape_text(body: BodyMotion) -> str:
    shape = body.shape
    if isinstance(shape, Betas):
        return f"{len(shape.values)} betas"
    if isinstance(shape, TemplateVertices):
        return f"own template of {len(shape.vertices):,} vertices"
    assert isinstance(shape, RestJoints)
    return "own rest skeleton, no betas"


def _object_text(name: str, parts: int) -> str:
    return f"{name} ({parts} parts)" if parts > 1 else name
