"""Writes docs/measures.md from the registers: `python -m interact_core.inspection.measures_doc docs/measures.md`."""

import sys
from pathlib import Path

from interact_core.inspection.measures import MEASURES
from interact_core.inspection.thresholds import entries

_HEAD = """# Measures and thresholds

Written by `python -m interact_core.inspection.measures_doc docs/measures.md` from `inspection/thresholds.py` and the
measures' own files; a test fails when they disagree. Metres, seconds, degrees; +Y is up and the floor is y = 0.

## Conventions
- Every measure gives tracks (one value per frame), figures for the clip and, where it makes sense, a field per vertex.
- Frames without an object pose, or not computed yet, are NaN in tracks and fields and count nowhere.
- Times are seconds and differences are taken over about 1/30 s, so the frame rate does not change the figures of smooth
  motion. Noise does grow with the frame rate of the recording, up to 45 fps.
- Signed distances are to the surface (point to triangle), negative inside. Body to object: an exact-corrected grid per
  part, not clamped, approximate beyond 10 cm. Object to body: exact, clamped to 10 cm, sign from the body's outer skin.
- Thin shells (undecided winding number at more than 1 % of the nodes next to the surface, or a median wall thinner than
  6 mm) have no inside: the body's distance to them has no sign, and the clip carries a note. Depth behind their walls is
  a measure of its own, told by the way from bone to skin, on up to 10 cm from a wall.
- An artifact is a range of frames over a threshold; severity is 0 at the threshold and 1 at the value under "severe".
  The clip's severity is that of its worst artifact, halved for a single frame, in full from one second on.
- The paper's figures stand beside ours under `paper_`. Its contact threshold is not published; ours is configurable.

## Measures
"""


def render() -> str:
    lines = [_HEAD.rstrip("\n"), "| measure | what |", "|---|---|"]
    lines += [f"| {m.id} | {m.about} |" for m in MEASURES]
    lines += [
        "", "## Thresholds", "Override any of them under `[thresholds]` in the settings file.", "",
        "| name | default | unit | severe | lane | meaning |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for e in entries():
        severe = "" if e.severe is None else f"{e.severe:.3g}"
        lines.append(f"| `{e.name}` | {e.default:.3g} | {e.unit} | {severe} | {e.group} | {e.text} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
