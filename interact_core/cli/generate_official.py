"""`interact generate` with a published checkpoint."""

from pathlib import Path
from typing import Any

from interact_core.cli.common import say
from interact_core.errors import InputError
from interact_core.generate.clips import Thing

_TASKS = ("text", "free")


def generate_official(
    task: str, out: Path, model: Path, thing: Thing | None, text: str, vocabulary: Path | None, seconds: float, count: int,
    preset: str, seed: int, device: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """Clips fitted to what the network says, each with motion.npy and generated.json. How long it takes is said first."""
    import json

    from interact_core.cli.console import ConsoleContext
    from interact_core.formats.atomic import npy_bytes, write_bytes
    from interact_core.formats.interact_writer import write_clip
    from interact_core.generate.official.make import OfficialRequest, make
    from interact_core.generate.official.text_to_interaction import load_text_to_interaction

    if task not in _TASKS:
        raise InputError(f"a published checkpoint does not know {task!r}", field="task", remedy=f"Ask for {' or '.join(_TASKS)}")
    if task == "text" and not text.strip():
        raise InputError("there is no sentence", field="text", remedy="Say what the person does, or ask for free")
    if thing is None:
        raise InputError("there is no object to handle", field="object", remedy="Name a mesh with --object")
    loaded = load_text_to_interaction(model, device)
    for name in loaded.report.unmatched:
        say(f"not used: {name}")
    request = OfficialRequest(
        thing, text if task == "text" else "", vocabulary, seconds, count, preset, seed=seed
    )  # fmt: skip
    with ConsoleContext(f"generate {task}, {preset}") as context:
        made = make(
            loaded, request, context, lambda wait: say(f"{preset}: sampling takes about {wait:.3g} s, then the body is fitted")
        )
    records = []
    for one in made:
        folder = write_clip(one.clip, out, "demo", overwrite=True)
        write_bytes(folder / "motion.npy", npy_bytes(one.frames))
        manifest = {
            "kind": "generated", "task": task, "text": request.text, "checkpoint": model.name, "preset": preset, "seed": seed,
            "scale": request.scale, "count": count,
        }  # fmt: skip
        figures = {"fit_error": one.fit_error}
        write_bytes(
            folder / "generated.json", json.dumps({**manifest, "figures": figures}, indent=1, ensure_ascii=False).encode()
        )
        records.append({"clip": str(folder), "figures": figures, "manifest": manifest})
    return records
