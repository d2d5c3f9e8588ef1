"""Two texts word by word: what went is struck out, what came is underlined, so that neither needs its colour."""

import difflib
import html
import re
from typing import Final

from PySide6.QtGui import QColor, QPalette

from interact_app.widgets.tones import GREEN, VERMILLION, data_color, mix

_PIECE: Final = re.compile(r"\s+|\w+|[^\w\s]")


def diff_html(before: str, after: str, palette: QPalette) -> str:
    """One text with both: for a history."""
    gone, come = _styles(palette)
    return "".join(_wrapped(text, gone if kind == "-" else come if kind == "+" else "") for kind, text in _changes(before, after))


def pair_html(a: str, b: str, palette: QPalette) -> tuple[str, str]:
    """Both texts by themselves, each with its own words marked: for two people's versions."""
    mark = f"background-color:{_tint(palette).name()};text-decoration:underline;"
    changes = list(_changes(a, b))
    one = "".join(_wrapped(text, mark if kind == "-" else "") for kind, text in changes if kind != "+")
    other = "".join(_wrapped(text, mark if kind == "+" else "") for kind, text in changes if kind != "-")
    return one, other


def _changes(before: str, after: str) -> list[tuple[str, str]]:
    a, b = _PIECE.findall(before), _PIECE.findall(after)
    found: list[tuple[str, str]] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((" ", "".join(a[i:j])))
            continue
        if i < j:
            found.append(("-", "".join(a[i:j])))
        if k < m:
            found.append(("+", "".join(b[k:m])))
    return found


def _wrapped(text: str, style: str) -> str:
    plain = html.escape(text).replace("\n", "<br>")
    return f'<span style="{style}">{plain}</span>' if style else plain


def _styles(palette: QPalette) -> tuple[str, str]:
    text = palette.color(QPalette.ColorRole.Text)
    gone = mix(data_color(VERMILLION), text, 0.35).name()
    come = mix(data_color(GREEN), text, 0.35).name()
    return f"color:{gone};text-decoration:line-through;", f"color:{come};text-decoration:underline;"


def _tint(palette: QPalette) -> QColor:
    return mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Highlight), 0.3)
