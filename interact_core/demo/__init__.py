"""The demo world: scripted interactions on the open body, baked as a small InterAct-form dataset in resources/demo."""

from importlib.resources import files
from pathlib import Path
from typing import Final

FIRST_CLIP: Final = "demo_lift_box"
"""Shown to whoever opens the demo for the first time: both hands, a whole body at work, and nothing wrong with it."""


def demo_root() -> Path:
    """Folder of the baked demo dataset: sequences_canonical/ and objects/."""
    return Path(str(files("resources"))) / "demo"


__all__ = ["FIRST_CLIP", "demo_root"]
