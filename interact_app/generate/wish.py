"""What somebody wants generated, in plain values: the window's thread makes it, and it knows nothing of torch."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from interact_core.generate.key_poses import KeyPose

TaskName = Literal["text", "action", "object_to_human", "human_to_object", "predict", "between", "free"]
TASKS: Final[tuple[TaskName, ...]] = ("text", "action", "object_to_human", "human_to_object", "predict", "between", "free")
FROM_CLIP: Final = ("human_to_object", "predict", "between")
"""Tasks whose given part is motion of the open clip; an object's path may also be sketched."""
STEPS: Final[dict[str, int]] = {"draft": 10, "normal": 20, "fine": 50}
"""Presets of steps from noise to motion."""
MOST_SECONDS: Final = 20.0
SCALES: Final = (1.0, 4.0)
"""How strongly words and action may be made to count."""


@dataclass(frozen=True)
class ThingSource:
    """Where the object comes from: "clip" (the open one), "prop" and "mesh" (a file), or "project" (any clip that has it)."""

    kind: Literal["clip", "prop", "project", "mesh"] = "clip"
    name: str = ""
    path: Path | None = None


@dataclass(frozen=True)
class Wish:
    """`clip_id` is the open clip, `frames` the half-open range of it that is known (None: all of it)."""

    clip_id: str
    parent: str
    model: Path
    task: TaskName
    text: str = ""
    action: str = ""
    seconds: float = 4.0
    count: int = 4
    seed: int = 0
    steps: int = STEPS["normal"]
    scale: float = 1.5
    frames: tuple[int, int] | None = None
    thing: ThingSource = field(default_factory=ThingSource)
    keys: tuple[KeyPose, ...] = ()
    """A sketched path, in the room of the open clip; none: the path is that of the open clip."""

    @property
    def title(self) -> str:
        """Of the job, in the list of jobs."""
        what = {"text": f"“{self.text[:40]}”", "action": self.action}.get(self.task, TITLES[self.task].lower())
        return f"Generate {what}, {self.count} candidate{'s' if self.count != 1 else ''}"


TITLES: Final[dict[TaskName, str]] = {
    "text": "Text to motion", "action": "Action", "object_to_human": "Object path to person",
    "human_to_object": "Person to object", "predict": "Continue", "between": "Fill between", "free": "Unconditional",
}  # fmt: skip
