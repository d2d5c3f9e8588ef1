"""Time: playing, stepping, speed, loop."""

from collections.abc import Callable, Iterator
from typing import Final

from interact_app.actions.record import Action
from interact_app.clock import SPEEDS, Clock, Loop

_MENU: Final = "Playback"
_LOOPS: Final[dict[Loop, str]] = {"off": "Play once", "clip": "Repeat the clip", "range": "Repeat the range"}


def playback_actions(clock: Clock, offered: Callable[[], tuple[int, int] | None] = lambda: None) -> Iterator[Action]:
    """Everything that moves the clock. `offered`: the range to repeat where none is chosen, a selected segment's."""

    def ready() -> bool:
        return clock.num_frames > 0

    yield from _transport(clock, ready)
    yield from _steps(clock, ready)
    yield from _choices(clock, offered)
    yield from _range(clock, ready)


def _transport(clock: Clock, ready: Callable[[], bool]) -> Iterator[Action]:
    yield Action(
        "playback.toggle", "Play / pause", clock.toggle, ("Space",), _MENU, "Play or pause", "play", toolbar=True, enabled=ready
    )
    yield Action(
        "playback.toggle_typing",
        "Play / pause while typing",
        clock.toggle,
        ("Ctrl+Space",),
        _MENU,
        "Play or pause, also from a text field",
        text_field_safe=True,
        enabled=ready,
    )
    yield Action(
        "playback.reverse",
        "Play backward",
        lambda: clock.shuttle(-1),
        ("J",),
        _MENU,
        "Play backward; again for faster",
        "reverse",
    )
    yield Action("playback.stop", "Stop", clock.pause, ("K",), _MENU, "Stop", "pause")
    yield Action("playback.forward", "Play forward", lambda: clock.shuttle(1), ("L",), _MENU, "Play forward; again for faster")
    yield Action(
        "playback.half_speed", "Play at half speed", lambda: clock.play(0.5, 1), ("Shift+L",), _MENU, "Play forward at half speed"
    )


def _steps(clock: Clock, ready: Callable[[], bool]) -> Iterator[Action]:
    def step(
        action_id: str, title: str, keys: tuple[str, ...], go: Callable[[], None], *, icon: str = "", line: bool = False
    ) -> Action:
        return Action(
            f"playback.{action_id}",
            title,
            go,
            keys,
            f"{_MENU}/Step",
            title,
            icon,
            auto_repeat=True,
            separator=line,
            enabled=ready,
        )

    yield step("step_back", "One frame back", ("Left", ","), lambda: clock.step(-1), icon="step_back")
    yield step("step_forward", "One frame forward", ("Right", "."), lambda: clock.step(1), icon="step_forward")
    yield step("tenth_back", "0.1 s back", ("Alt+Left",), lambda: clock.step_seconds(-0.1), line=True)
    yield step("tenth_forward", "0.1 s forward", ("Alt+Right",), lambda: clock.step_seconds(0.1))
    yield step("second_back", "1 s back", ("Shift+Left",), lambda: clock.step_seconds(-1.0))
    yield step("second_forward", "1 s forward", ("Shift+Right",), lambda: clock.step_seconds(1.0))
    yield step("first", "First frame", ("Home",), lambda: clock.set_frame(clock.first_frame), icon="first", line=True)
    yield step("last", "Last frame", ("End",), lambda: clock.set_frame(clock.last_frame), icon="last")


def _choices(clock: Clock, offered: Callable[[], tuple[int, int] | None]) -> Iterator[Action]:
    for key, speed in enumerate(SPEEDS, start=1):
        yield _speed(clock, key, speed)
    yield Action(
        "playback.cycle_loop",
        "Loop: off / clip / range",
        lambda: clock.cycle_loop(offered()),
        ("Ctrl+L",),
        f"{_MENU}/Loop",
        "Change what repeats: nothing, the clip, the chosen range or the selected segment",
        "loop",
        text_field_safe=True,
    )
    for loop, title in _LOOPS.items():
        yield _loop(clock, loop, title)
    yield Action(
        "playback.every_frame",
        "Show every frame",
        lambda on: clock.set_policy("every_frame" if on else "realtime"),
        menu=_MENU,
        tooltip="Show every frame, however long it takes, instead of dropping frames to keep time",
        checkable=True,
        checked=lambda: clock.policy == "every_frame",
    )


def _speed(clock: Clock, key: int, speed: float) -> Action:
    return Action(
        f"playback.speed_{key}",
        f"{speed:g}x",
        lambda _on: clock.set_speed(speed),
        (str(key),),
        f"{_MENU}/Speed",
        f"Play at {speed:g} times the recorded speed",
        checkable=True,
        checked=lambda: clock.speed == speed,
    )


def _loop(clock: Clock, loop: Loop, title: str) -> Action:
    return Action(
        f"playback.loop_{loop}",
        title,
        lambda _on: clock.set_loop(loop),
        menu=f"{_MENU}/Loop",
        checkable=True,
        checked=lambda: clock.loop == loop,
    )


def _range(clock: Clock, ready: Callable[[], bool]) -> Iterator[Action]:
    yield Action(
        "playback.range_start",
        "Range starts here",
        clock.start_range_here,
        ("I",),
        f"{_MENU}/Range",
        "The range starts at this frame; it is repeated, and Enter makes a segment of it",
        enabled=ready,
    )
    yield Action(
        "playback.range_end",
        "Range ends here",
        clock.end_range_here,
        ("O",),
        f"{_MENU}/Range",
        "The range ends with this frame; it is repeated, and Enter makes a segment of it",
        enabled=ready,
    )
    yield Action("playback.clear_range", "Clear the range", clock.clear_range, (), f"{_MENU}/Range", enabled=ready)
