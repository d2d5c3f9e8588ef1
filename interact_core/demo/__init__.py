"""The demo world: scripted interactions on the open body, baked as a small InterAct-form dataset in resources/demo."""

from importlib.resources import files
from pathlib import Path


def demo_root() -> Path:
    """Folder of the baked demo dataset: sequences_canonical/ and objects/."""
    return Path(str(files("resources"))) / "demo"


__all__ = ["demo_root"]
