"""A real session, clock and action registry with a made-up clip in them: what panels are tested against."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interact_app.actions import ActionRegistry
from interact_app.actions.playback import playback_actions
from interact_app.bridge.jobs import JobQueue
from interact_app.bridge.open_clip import OpenClip
from interact_app.clock import Clock
from interact_app.session import Session
from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, Notice, ObjectMotion, ObjectPart, Source
from interact_core.inspection import Artifact, DistanceFields, Inspection, PosedClip, Track, Value, VertexField
from interact_core.jobs.thread_executor import ThreadExecutor
from interact_core.settings import SettingsStore


class _Model:
    name = "Open body, neutral"


class _Choice:
    model = _Model()
    stand_in = True
    note = "Shown on a stand-in body."


class StagedSession(Session):
    """A session whose clip is put in place instead of being computed."""

    @property
    def captions(self) -> tuple[Caption, ...]:
        """Of a staged clip, which has no project to write to, those of the clip."""
        return super().captions or (self.clip.captions if self.clip is not None else ())

    def stage(self, clip: Clip, inspection: Inspection | None = None, ready: np.ndarray | None = None) -> None:
        frames = clip.num_frames
        entry = OpenClip(clip.id, clip=clip)
        empty = np.zeros((frames, 0, 3), np.float32)
        joints = np.zeros((frames, 52, 3), np.float32)
        faces = np.zeros((0, 3), np.int32)
        every = np.ones(frames, bool)
        entry.posed = PosedClip(clip, _Choice(), empty, joints, empty, faces, (slice(0, 0),), ("box",), every)  # type: ignore[arg-type]
        flat = np.zeros((frames, 0), np.float32)
        entry.fields = DistanceFields(flat, flat, (False,), 0.1, every if ready is None else ready)
        entry.inspection = inspection
        self._open = entry
        self.clip_opened.emit()
        if inspection is not None:
            self.inspection_ready.emit()


@dataclass
class Stage:
    session: StagedSession
    clock: Clock
    actions: ActionRegistry

    def open(self, frames: int = 300, fps: float = 30.0, captions: tuple[Caption, ...] = ()) -> Inspection:
        """A clip with an inspection, and the clock on it."""
        inspection = make_inspection(frames)
        self.session.stage(make_clip(frames, fps, captions), inspection)
        self.clock.attach(frames, fps)
        return inspection


def make_stage() -> Iterator[Stage]:
    jobs = JobQueue(ThreadExecutor(1))
    clock = Clock()
    actions = ActionRegistry()
    actions.extend(playback_actions(clock))
    session = StagedSession(SettingsStore(), jobs)
    yield Stage(session, clock, actions)
    clock.pause()
    session.close()


def make_clip(frames: int, fps: float = 30.0, captions: tuple[Caption, ...] = ()) -> Clip:
    def zeros(*shape: int) -> np.ndarray:
        return np.zeros((frames, *shape), np.float32)

    body = BodyMotion("smplx", "female", Betas(np.zeros(10)), zeros(3), zeros(21, 3), zeros(15, 3), zeros(15, 3), zeros(3))
    mesh = Mesh(np.zeros((4, 3), np.float32), np.array([[0, 1, 2], [0, 2, 3]], np.int32), "box")
    box = ObjectMotion("box", (ObjectPart("box", mesh, np.tile(np.eye(3), (frames, 1, 1)), zeros(3)),))
    notice = Notice("zero_quaternion", "Frame 0 had no rotation.", "angles")
    source = Source(Path("/data/omomo/sub1_box_001"), "interact", "omomo")
    return Clip("omomo/sub1_box_001", fps, body, (box,), captions, ("lift",), source, (notice,), metadata={"parent": "clean"})


def make_inspection(frames: int) -> Inspection:
    """Deepest at frame 40 (30 mm over a limit of 10), left hand on the object in [20, 60), skating at frame 90."""
    depth = np.full(frames, 0.002, np.float32)
    depth[40] = 0.030
    left = np.zeros(frames, np.float32)
    left[20:60] = 1
    skate = np.zeros(frames, np.float32)
    skate[90] = 0.5
    gap = np.where(left > 0, 0.004, np.nan).astype(np.float32)
    tracks = (
        Track("penetration_max", "Deepest", "m", depth, 0.010, "penetration"),
        Track("penetration_mean", "Mean", "m", depth / 2, None, "penetration"),
        Track("contact_left_hand", "Left hand", "", left, None, "contact", True),
        Track("contact_right_hand", "Right hand", "", np.zeros(frames, np.float32), None, "contact", True),
        Track("contact_left_index1", "Contact of the left index1", "", left, None, "contact_fingers", True),
        Track("gap_left_hand", "Left gap", "m", gap, 0.02, "gap"),
        Track("foot_skate_left", "Left foot", "m/s", skate, 0.1, "foot"),
        Track("jerk_body", "Body", "m/s³", np.full(frames, 20, np.float32), 150, "jitter"),
    )
    summary = {
        "penetration_max": Value("Deepest", 0.030, "m", "penetration", 40),
        "paper_contact_ratio": Value("Contact ratio", 0.25, "", "paper"),
    }
    artifacts = (
        Artifact("penetration", 38, 43, 40, 1.0, 0.030, "m", "Deep penetration", "penetration_max"),
        Artifact("foot_skate", 89, 92, 90, 0.4, 0.5, "m/s", "Skating", "foot_skate_left"),
    )
    return Inspection({t.id: t for t in tracks}, {}, summary, artifacts, ("One note.",), 0.8)


def make_field(field_id: str, target: str, frames: int, low: float = 0.0, high: float = 0.05) -> VertexField:
    values = np.linspace(0.001, 0.08, frames * 4, dtype=np.float32).reshape(frames, 4)
    return VertexField(field_id, "Penetration depth", "m", target, values, low, high, "penetration")  # type: ignore[arg-type]
