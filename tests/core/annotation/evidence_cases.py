"""Facts made up frame by frame: the person stands at the origin and looks along +z, so that +x is to the left."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from interact_core.annotation.evidence import Evidence, Flaw, Person, Thing, Touch, mask_runs

FPS = 30.0
Array = NDArray[np.float64]


def ease(frames: int, start: int, end: int, *way: float) -> Array:
    """(T, 3) zero, then smoothly along `way` in [start, end), then there."""
    t = np.clip((np.arange(frames) - start) / (end - start), 0.0, 1.0)
    return np.outer(t * t * (3 - 2 * t), way)


@dataclass
class Scene:
    """Add things and touches, then `evidence()`."""

    frames: int = 200
    things: dict[str, Thing] = field(default_factory=dict)
    touches: list[Touch] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    walking: Array | None = None
    facing: Array | None = None
    sitting: tuple[int, int] = (0, 0)

    def thing(
        self, name: str, path: Array | None = None, at: tuple[float, float, float] = (0.0, 0.1, 0.5), turned: Array | None = None,
        up: bool | None = None, opened: Array | None = None,
    ) -> "Scene":  # fmt: skip
        """A box of 20 cm whose centre is at `at` plus path."""
        moved = np.zeros((self.frames, 3)) if path is None else path
        centre = np.asarray(at) + moved
        angle = np.zeros(self.frames) if turned is None else turned
        speed = np.linalg.norm(np.gradient(centre, axis=0), axis=1) * FPS + 0.14 * np.abs(np.gradient(angle)) * FPS
        speed = speed + (0 if opened is None else 0.3 * np.abs(np.gradient(opened)) * FPS)
        height = centre[:, 1] - 0.1
        raised = height > 0.03 if up is None else np.full(self.frames, up)
        self.things[name] = Thing(name, centre, height, speed, speed > 0.05, raised, angle, np.abs(angle), opened)
        return self

    def touch(self, limb: str, thing: str, start: int, end: int, part: str = "") -> "Scene":
        self.touches.append(Touch(limb, start, end, thing, part))  # type: ignore[arg-type]
        return self

    def both(self, thing: str, start: int, end: int) -> "Scene":
        return self.touch("left", thing, start, end).touch("right", thing, start, end)

    def walk(self, start: int, end: int, *way: float) -> "Scene":
        self.walking = ease(self.frames, start, end, *way)
        return self

    def evidence(self) -> Evidence:
        pelvis = np.array([0.0, 0.95, 0.0]) + (0 if self.walking is None else self.walking)
        pelvis = np.broadcast_to(pelvis, (self.frames, 3)).copy()
        moving = np.linalg.norm(np.gradient(pelvis, axis=0), axis=1) * FPS > 0.3
        forward = np.tile([0.0, 0.0, 1.0], (self.frames, 1)) if self.facing is None else self.facing
        sitting = np.zeros(self.frames, bool)
        sitting[slice(*self.sitting)] = True
        wrists = {hand: self._wrist(hand, pelvis) for hand in ("left", "right")}
        person = Person(pelvis, pelvis + np.array([0, 0.65, 0]), forward, moving, sitting, wrists)
        return Evidence(self.frames, FPS, dict(self.things), tuple(self.touches), person, tuple(self.flaws))

    def _wrist(self, hand: str, pelvis: Array) -> Array:
        """Beside the body; on its way to the thing for 20 frames before each touch."""
        home = pelvis + np.array([0.3 if hand == "left" else -0.3, -0.1, 0.0])
        place = home.copy()
        for touch in (t for t in self.touches if t.limb == hand):
            centre = self.things[touch.object].centre
            place[touch.start : touch.end] = centre[touch.start : touch.end]
            for k in range(1, 21):
                frame = touch.start - k
                if frame >= 0:
                    place[frame] = centre[touch.start] + (home[frame] - centre[touch.start]) * (k / 20)
        return place


def carried_box(frames: int = 200) -> Scene:
    """Lifted 80 cm in frames 40 to 69, carried 1.2 m forward to frame 129, put down by frame 159; both hands, 30 to 169."""
    path = ease(frames, 40, 70, 0, 0.8, 0) + ease(frames, 70, 130, 0, 0, 1.2) + ease(frames, 130, 160, 0, -0.8, 0)
    return Scene(frames).thing("box", path).both("box", 30, 170).walk(70, 130, 0, 0, 1.2)


def shifted(evidence: Evidence, by: int) -> Evidence:
    """The same touches a few frames later: what a slightly different computation would find."""
    last = evidence.num_frames
    touches = tuple(Touch(t.limb, min(t.start + by, last - 1), min(t.end + by, last), t.object, t.part) for t in evidence.touches)
    return Evidence(last, evidence.fps, evidence.things, touches, evidence.person, evidence.flaws)


__all__ = ["FPS", "Flaw", "Scene", "carried_box", "ease", "mask_runs", "shifted"]
