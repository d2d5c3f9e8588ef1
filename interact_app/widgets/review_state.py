"""How far a clip is, for people: a sign, a word, and a colour that only repeats them."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from interact_app.widgets.tones import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, Rgb
from interact_core.annotation.records import ReviewState

SIGNS: Final[dict[ReviewState, str]] = {
    "todo": "○", "working": "◐", "done": "●", "needs_review": "?", "accepted": "✓", "rejected": "✕",
}  # fmt: skip
COLORS: Final[dict[ReviewState, Rgb]] = {
    "todo": PURPLE, "working": ORANGE, "done": BLUE, "needs_review": SKY, "accepted": GREEN, "rejected": VERMILLION,
}  # fmt: skip
FINISHED: Final[tuple[ReviewState, ...]] = ("done", "needs_review", "accepted")
"""States in which the annotator has nothing left to do."""


def state_title(state: ReviewState) -> str:
    tr = QCoreApplication.translate
    return {
        "todo": tr("ReviewState", "To do"), "working": tr("ReviewState", "In work"), "done": tr("ReviewState", "Done"),
        "needs_review": tr("ReviewState", "Needs review"), "accepted": tr("ReviewState", "Accepted"),
        "rejected": tr("ReviewState", "Rejected"),
    }[state]  # fmt: skip


def when_text(moment: str, now: datetime | None = None) -> str:
    """A stored UTC time as a person says it, in local time. What has no time yet was said a moment ago."""
    tr = QCoreApplication.translate
    try:
        then = datetime.fromisoformat(moment).astimezone()
    except ValueError:
        return tr("ReviewState", "just now")
    today = (now or datetime.now()).astimezone().date()
    if then.date() == today:
        return tr("ReviewState", "today {0}").format(f"{then:%H:%M}")
    return f"{then:%Y-%m-%d %H:%M}"
