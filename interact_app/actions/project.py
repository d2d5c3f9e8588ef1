"""Opening things and going from artifact to artifact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interact_app.actions.record import Action
from interact_app.clock import Clock
from interact_app.session import Session


@dataclass(frozen=True)
class ProjectDoors:
    """What only the window can do: it has the dialogs."""

    open_folder: Callable[[], object]
    open_file: Callable[[], object]
    open_demo: Callable[[], object]
    export_screenshot: Callable[[], object]
    export_video: Callable[[], object]
    follow_run: Callable[[], object]
    preferences: Callable[[], object]
    quit: Callable[[], object]


def project_actions(session: Session, doors: ProjectDoors) -> Iterator[Action]:
    """The File menu in its order, and the preferences."""
    yield from _open_actions(doors)
    yield from _export_actions(session, doors)
    yield Action(
        "project.inspect_all",
        "Inspect all clips",
        session.listing.inspect_all,
        (),
        "File",
        "Measure every clip of the project in the background, so that the library can sort by severity",
        separator=True,
        enabled=lambda: session.project is not None,
    )
    yield Action(
        "project.follow_run",
        "Follow a dataset run…",
        doors.follow_run,
        (),
        "File",
        "How far a run of `interact run` is, and stopping it",
    )
    yield Action(
        "app.preferences",
        "Preferences…",
        doors.preferences,
        ("Ctrl+,",),
        "Edit",
        "Models folder, cache, playback, display",
        "settings",
        text_field_safe=True,
        separator=True,
    )
    yield Action("app.quit", "Quit", doors.quit, ("Ctrl+Q",), "File", "Quit", text_field_safe=True, separator=True)


def _open_actions(doors: ProjectDoors) -> Iterator[Action]:
    yield Action(
        "project.open_folder",
        "Open folder…",
        doors.open_folder,
        ("Ctrl+O",),
        "File",
        "Open a dataset, or a folder with datasets",
        "folder",
        text_field_safe=True,
        toolbar=True,
    )
    yield Action(
        "project.open_file",
        "Open file…",
        doors.open_file,
        ("Ctrl+Shift+O",),
        "File",
        "Open one clip",
        "file",
        text_field_safe=True,
    )
    yield Action("project.open_demo", "Open the demo", doors.open_demo, (), "File", "Open the built-in demo project")


def _export_actions(session: Session, doors: ProjectDoors) -> Iterator[Action]:
    def has_clip() -> bool:
        return session.posed is not None

    yield Action(
        "project.export_screenshot",
        "Export picture…",
        doors.export_screenshot,
        ("Ctrl+E",),
        "File",
        "Write the view as a picture",
        "camera",
        separator=True,
        text_field_safe=True,
        enabled=has_clip,
    )
    yield Action(
        "project.export_video",
        "Export video…",
        doors.export_video,
        ("Ctrl+Shift+E",),
        "File",
        "Write the clip, or the chosen range, as a video",
        "video",
        text_field_safe=True,
        enabled=has_clip,
    )


def artifact_actions(session: Session, clock: Clock) -> Iterator[Action]:
    """Next and previous artifact."""
    yield Action(
        "artifact.previous", "Previous artifact", lambda: _go_to_artifact(session, clock, -1), ("Shift+E",), "Go",
        "The place before where something is wrong", "previous_artifact", toolbar=True, separator=True,
    )  # fmt: skip
    yield Action(
        "artifact.next", "Next artifact", lambda: _go_to_artifact(session, clock, 1), ("E",), "Go",
        "The next place where something is wrong", "next_artifact", toolbar=True,
    )  # fmt: skip
    yield Action(
        "artifact.worst", "Worst frame", lambda: _go_to_worst(session, clock), ("W",), "Go", "The worst frame of the clip",
        "warning",
    )  # fmt: skip


def _go_to_artifact(session: Session, clock: Clock, direction: int) -> None:
    if session.inspection is None:
        session.notice.emit("The clip is still being inspected.")
        return
    artifact = session.next_artifact(clock.frame, direction)
    if artifact is None:
        session.notice.emit("No further artifact in this clip. N opens the next clip.")
        return
    clock.pause()
    clock.set_frame(artifact.peak_frame)
    session.notice.emit(f"{artifact.title or artifact.kind}: {artifact.value:.3g} {artifact.unit}")


def _go_to_worst(session: Session, clock: Clock) -> None:
    worst = session.worst_artifact()
    if worst is not None:
        clock.pause()
        clock.set_frame(worst.peak_frame)
