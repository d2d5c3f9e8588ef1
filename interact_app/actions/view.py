"""The camera and the window."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from interact_app.actions.record import Action

BOOKMARKS: Final = 9


class CameraOwner(Protocol):
    """What the viewport can do with its camera."""

    def look_from(self, preset: str) -> None: ...
    def frame_selection(self) -> None: ...
    def reset_camera(self) -> None: ...
    def cycle_follow(self) -> None: ...
    def recall_bookmark(self, slot: int) -> None: ...
    def store_bookmark(self, slot: int) -> None: ...


PRESETS: Final = (("front", "Front"), ("back", "Back"), ("left", "Left"), ("right", "Right"), ("top", "Top"))


def camera_actions(camera: CameraOwner, following: Callable[[], bool]) -> Iterator[Action]:
    yield Action(
        "camera.follow", "Follow", lambda _on: camera.cycle_follow(), ("T",), "View/Camera",
        "Keep the camera on the body, then on the object, then stand still", "follow", checkable=True, toolbar=True,
        checked=following,
    )  # fmt: skip
    yield Action(
        "camera.frame", "Frame the interaction", camera.frame_selection, ("F",), "View/Camera",
        "Bring body and object into view as they are now", "frame", toolbar=True,
    )  # fmt: skip
    yield Action(
        "camera.reset", "Reset the camera", camera.reset_camera, ("R",), "View/Camera", "Back to the first view of the clip",
        "reset",
    )  # fmt: skip
    for number, (preset, title) in enumerate(PRESETS):
        yield Action(
            f"camera.{preset}", f"{title} view", partial(camera.look_from, preset), (), "View/Camera",
            f"Look from: {title.lower()}", separator=number == 0,
        )  # fmt: skip
    for slot in range(1, BOOKMARKS + 1):
        yield Action(
            f"camera.bookmark_{slot}", f"Camera {slot}", partial(camera.recall_bookmark, slot), (f"Ctrl+{slot}",),
            "View/Camera bookmarks", f"Go to camera {slot}; stores the view where there is none", text_field_safe=True,
        )  # fmt: skip
    for slot in range(1, BOOKMARKS + 1):
        yield Action(
            f"camera.store_{slot}", f"Store as camera {slot}", partial(camera.store_bookmark, slot),
            (f"Ctrl+Alt+{slot}",), "View/Camera bookmarks/Store", f"Remember this view as camera {slot}", text_field_safe=True,
        )  # fmt: skip


@dataclass(frozen=True)
class WindowDoors:
    """What the main window does with itself."""

    full_screen: Callable[[bool], object]
    is_full_screen: Callable[[], bool]
    focus_mode: Callable[[bool], object]
    in_focus_mode: Callable[[], bool]
    next_region: Callable[[], object]
    previous_region: Callable[[], object]
    reset_layout: Callable[[], object]
    palette: Callable[[], object]
    choose_theme: Callable[[str], object]
    theme: Callable[[], str]


def window_actions(doors: WindowDoors) -> Iterator[Action]:
    yield Action(
        "view.full_screen", "Full screen", doors.full_screen, ("F11",), "View", "Use the whole screen", text_field_safe=True,
        checkable=True, checked=doors.is_full_screen, separator=True,
    )  # fmt: skip
    yield Action(
        "view.focus_mode", "Focus mode", doors.focus_mode, ("F10", "Ctrl+Shift+F"), "View",
        "Only the picture, the timeline and the caption; again brings everything back as it was", text_field_safe=True,
        checkable=True, checked=doors.in_focus_mode,
    )  # fmt: skip
    yield Action(
        "view.next_region", "Next part of the window", doors.next_region, ("F6",), "View",
        "The keyboard goes to the next panel", text_field_safe=True, separator=True,
    )  # fmt: skip
    yield Action(
        "view.previous_region", "Previous part of the window", doors.previous_region, ("Shift+F6",), "View",
        "The keyboard goes to the panel before", text_field_safe=True,
    )  # fmt: skip
    yield Action(
        "view.reset_layout", "Reset the layout", doors.reset_layout, (), "View", "Put all panels back where they were at first"
    )
    for choice, title in (("system", "Follow the system"), ("light", "Light"), ("dark", "Dark")):
        yield _theme(doors, choice, title)
    yield Action(
        "view.palette", "Find an action…", doors.palette, ("Ctrl+Shift+P", "Ctrl+K"), "Help",
        "Everything the program can do, by name", "search", text_field_safe=True,
    )  # fmt: skip


def _theme(doors: WindowDoors, choice: str, title: str) -> Action:
    return Action(
        f"view.theme_{choice}", title, lambda _on: doors.choose_theme(choice), (), "View/Theme",
        f"Colours of the window: {title.lower()}", checkable=True, checked=lambda: doors.theme() == choice,
    )  # fmt: skip
