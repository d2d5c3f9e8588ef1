"""`interact info`: what a path holds, without computing anything."""

from typing import TYPE_CHECKING, Any

import typer

from interact_core.cli.common import (
    Batch,
    ClipOption,
    JsonOption,
    ModelsOption,
    PathArgument,
    emit,
    models_folder,
    notices_of,
    open_batch,
)

if TYPE_CHECKING:
    from interact_core.clip import Clip


def info(path: PathArgument, clip: ClipOption = "", models: ModelsOption = None, json: JsonOption = False) -> None:
    """Say what a clip, dataset or file holds: frames, bodies, objects, texts, and what its reader had to mend."""
    from interact_core.formats.registry import read_clip

    folder = models_folder(models)
    batch = open_batch(path, clip)
    clips = batch.run(lambda ref: describe(read_clip(ref, models_dir=folder)))
    if json:
        emit({"schema": "interact/info", "version": 1, "path": path, "format": batch.listing.format, "clips": clips,
              "problems": batch.problems})  # fmt: skip
    else:
        _print(batch, clips)
    raise typer.Exit(batch.exit_code)


def describe(clip: "Clip") -> dict[str, Any]:
    """A clip's facts as one plain record."""
    return {
        "id": clip.id,
        "dataset": clip.source.dataset if clip.source else "",
        "format": clip.source.format if clip.source else "",
        "frames": clip.num_frames,
        "fps": clip.fps,
        "seconds": round(clip.duration, 3),
        "body": {
            "family": clip.body.family,
            "gender": clip.body.gender,
            "shape": type(clip.body.shape).__name__,
            "hands": bool(clip.body.left_hand_pose.any() or clip.body.right_hand_pose.any()),
        },
        "objects": [
            {"name": o.name, "parts": [{"name": p.name, "vertices": len(p.mesh.vertices), "faces": len(p.mesh.faces),
                                        "missing_frames": int(p.missing.sum()) if p.missing is not None else 0} for p in o.parts]}
            for o in clip.objects
        ],
        "captions": [{"variant": c.variant, "text": c.text} for c in clip.captions],
        "actions": list(clip.actions),
        "metadata": dict(clip.metadata),
        "notices": list(notices_of(clip.notices)),
    }  # fmt: skip


def _print(batch: Batch, clips: list[dict[str, Any]]) -> None:
    if len(clips) == 1:
        _print_one(clips[0])
        return
    seconds = sum(c["seconds"] for c in clips)
    typer.echo(f"{batch.listing.format}: {len(clips)} clips, {seconds / 60:.1f} min")
    for c in clips:
        names = ", ".join(o["name"] for o in c["objects"]) or "no object"
        caption = c["captions"][0]["text"] if c["captions"] else ""
        mended = f"  [{len(c['notices'])} notices]" if c["notices"] else ""
        typer.echo(f"  {c['id']:<44} {c['frames']:>5} frames  {c['body']['family']:<6} {names:<18} {caption}{mended}")


def _print_one(c: dict[str, Any]) -> None:
    body = c["body"]
    typer.echo(c["id"])
    origin = f"{c['format']}, {c['dataset'] or 'no dataset'}"
    hands = "with" if body["hands"] else "flat"
    typer.echo(f"  {c['frames']} frames at {c['fps']:g} fps, {c['seconds']:.2f} s ({origin})")
    typer.echo(f"  body     {body['family']} {body['gender']}, shape from {body['shape']}, {hands} hands")
    for o in c["objects"]:
        for p in o["parts"]:
            typer.echo(f"  object   {o['name']} / {p['name']}: {p['vertices']} vertices, {p['faces']} faces")
    for caption in c["captions"]:
        typer.echo(f"  {caption['variant']:<8} {caption['text']}")
    for n in c["notices"]:
        typer.echo(f"  {n['severity']:<8} {n['code']}: {n['message']}")
