"""The two palettes of the window. Data colours are not here: heatmaps and lanes look the same in both."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Tones:
    """Named shades. `accent` marks selection and focus; `danger` and `warning` only ever go with a word or an icon."""

    dark: bool
    window: str
    panel: str
    base: str
    alternate: str
    button: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    viewport_top: str
    viewport_bottom: str


DARK: Final = Tones(
    dark=True, window="#1f2124", panel="#26292d", base="#191b1e", alternate="#202327", button="#30343a", border="#3b4047",
    text="#e6e8ea", muted="#9aa2ab", disabled="#6b727a", accent="#3d8bfd", on_accent="#ffffff", danger="#ff7b72",
    warning="#e3b341", viewport_top="#3a3f47", viewport_bottom="#1b1d20",
)  # fmt: skip
LIGHT: Final = Tones(
    dark=False, window="#eef0f2", panel="#f7f8f9", base="#ffffff", alternate="#f3f5f7", button="#e4e7ea", border="#c6ccd2",
    text="#1c2024", muted="#59626b", disabled="#98a0a8", accent="#0b62d6", on_accent="#ffffff", danger="#b3261e",
    warning="#8a5a00", viewport_top="#f4f6f8", viewport_bottom="#c9d0d8",
)  # fmt: skip


def make_palette(tones: Tones) -> QPalette:
    """A Qt palette of these shades, the disabled group included."""
    palette = QPalette()
    role = QPalette.ColorRole
    colors = {
        role.Window: tones.window, role.WindowText: tones.text, role.Base: tones.base, role.AlternateBase: tones.alternate,
        role.Text: tones.text, role.Button: tones.button, role.ButtonText: tones.text, role.BrightText: tones.danger,
        role.ToolTipBase: tones.panel, role.ToolTipText: tones.text, role.PlaceholderText: tones.muted,
        role.Highlight: tones.accent, role.HighlightedText: tones.on_accent, role.Link: tones.accent,
        role.LinkVisited: tones.accent, role.Accent: tones.accent, role.Mid: tones.border, role.Midlight: tones.button,
        role.Dark: tones.border, role.Light: tones.panel, role.Shadow: "#000000",
    }  # fmt: skip
    for key, color in colors.items():
        palette.setColor(key, QColor(color))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(tones.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tones.border))
    return palette
