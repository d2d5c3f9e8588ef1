"""How each kind of artifact looks: a shape and a colour, so that neither has to carry the meaning alone."""

from dataclasses import dataclass
from typing import Final

from interact_app.widgets import glyphs, tones
from interact_app.widgets.glyphs import Glyph
from interact_app.widgets.tones import Rgb
from interact_core.figures import figure_text, time_text
from interact_core.inspection import Artifact


@dataclass(frozen=True)
class MarkStyle:
    glyph: Glyph
    rgb: Rgb


_STYLES: Final[dict[str, MarkStyle]] = {
    "penetration": MarkStyle(glyphs.triangle_down, tones.VERMILLION),
    "floating": MarkStyle(glyphs.triangle_up, tones.PURPLE),
    "unsupported": MarkStyle(glyphs.triangle_up, tones.PURPLE),
    "gap": MarkStyle(glyphs.triangle_up, tones.PURPLE),
    "foot": MarkStyle(glyphs.square, tones.GREEN),
    "ground": MarkStyle(glyphs.flat_bar, tones.GREEN),
    "jitter": MarkStyle(glyphs.zigzag, tones.SKY),
    "jerk": MarkStyle(glyphs.zigzag, tones.SKY),
    "hand": MarkStyle(glyphs.pentagon, tones.ORANGE),
    "wrist": MarkStyle(glyphs.pentagon, tones.ORANGE),
}
_OTHER: Final = MarkStyle(glyphs.diamond, tones.BLUE)


def mark_style(kind: str) -> MarkStyle:
    """By the first known word in the kind, most telling first: "ground_penetration" is ground, not penetration."""
    for word in ("ground", "foot", "wrist", "hand", "unsupported", "floating", "gap", "jitter", "jerk", "penetration"):
        if word in kind:
            return _STYLES[word]
    return _OTHER


def artifact_text(artifact: Artifact, fps: float) -> str:
    """One line for tooltips: what, how much, where."""
    title = artifact.title or artifact.kind.replace("_", " ").capitalize()
    where = f"frame {artifact.peak_frame} ({time_text(artifact.peak_frame, fps)})"
    return f"{title}: {figure_text(artifact.value, artifact.unit)} at {where}"
