"""The main job without a person: `python -m interact_app.tour --out DIR [PATH]`.

For machines without a display, and for the pictures in docs/. It opens the real window, plays, looks at every heatmap, goes
to the worst frame, and writes what a person would have seen: screenshots of the window and a short video.
"""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from interact_core.figures import figure_text

if TYPE_CHECKING:
    from interact_app.application import Application
    from interact_core.jobs.job import Job

log = logging.getLogger(__name__)
Step = Callable[[], bool]
"""What the tour waits for before it goes on."""

_LOOK_EVERY_MS: Final = 50
_PATIENCE_SECONDS: Final = 600.0
_VIDEO_FRAMES: Final = 90
_AUGMENTED: Final = "demo_curl_dumbbell"
"""The demo clip whose candidates cost least."""


@dataclass
class Options:
    """What the command line asked for."""

    out: Path
    path: Path | None
    stills_only: bool = False
    clip: str = ""


@dataclass
class Findings:
    """What is printed at the end."""

    files: list[Path] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class Tour(QObject):
    """Walks through a script whose steps say what they wait for; the event loop runs in between."""

    def __init__(self, application: "Application", options: Options) -> None:
        super().__init__(application)
        self._application, self._options = application, options
        self.findings = Findings()
        self.error = ""
        self._script = self._steps()
        self._awaited: Step = lambda: True
        self._deadline = time.monotonic() + _PATIENCE_SECONDS
        application.session.failed.connect(lambda title, text: self._fail(f"{title}: {text}"))
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        if not self._awaited():
            if time.monotonic() > self._deadline:
                self._fail("the tour waited too long for the window")
            return
        self._deadline = time.monotonic() + _PATIENCE_SECONDS
        try:
            following = next(self._script, None)
        except RuntimeError as error:
            self._fail(str(error))
            return
        if following is None:
            self._end()
        else:
            self._awaited = following

    def _fail(self, reason: str) -> None:
        self.error = self.error or reason
        self._end()

    def _end(self) -> None:
        self._timer.stop()
        self._application.window.close()

    # The script

    def _steps(self) -> Iterator[Step]:
        session = self._application.session
        self._resize(1280, 800)
        yield lambda: session.inspection is not None
        if self._options.clip:
            session.open_clip(self._options.clip)
            yield lambda: session.clip_id == self._options.clip and session.inspection is not None
        self._summarise()
        yield from self._play()
        yield from self._pictures()
        if not self._options.stills_only:
            yield from self._video()

    def _play(self) -> Iterator[Step]:
        clock = self._application.clock
        clock.play()
        yield _after(2.0)
        self.findings.lines.append(f"playback {clock.effective_fps:.1f} of {clock.fps:g} frames per second")
        clock.pause()

    def _pictures(self) -> Iterator[Step]:
        a, session = self._application, self._application.session
        worst = session.worst_artifact()
        a.clock.set_frame(worst.peak_frame if worst else session.posed.num_frames // 2 if session.posed else 0)
        for name in ("penetration", "contact", "distance"):
            session.set_display(field=name)
            yield _after(0.8)
            self._grab("main_window" if name == "penetration" else name)
        session.set_display(field="penetration")
        yield from self._themes_and_sizes()
        yield from self._contact_sheet()
        yield from self._generated()

    def _themes_and_sizes(self) -> Iterator[Step]:
        a = self._application
        before = a.theme.choice
        for theme in ("light", "dark"):
            a.theme.choose(theme)
            yield _after(0.8)
            self._grab(f"theme_{theme}")
        a.theme.choose(before)
        a.dialogs.shortcuts()
        yield _after(0.8)
        dialog = a.dialogs.dialog("shortcuts")
        if dialog is not None:
            self._save(dialog.grab().save, "shortcuts")
            dialog.close()
        self._resize(3840, 2160)
        yield _after(1.5)
        self._grab("main_window_4k")
        self._resize(1280, 800)
        yield _after(0.5)

    def _contact_sheet(self) -> Iterator[Step]:
        """Candidates made by the solver as anybody would; a shorter way to solve, for a picture."""
        a = self._application
        a.session.open_clip(_AUGMENTED)
        yield lambda: a.session.clip_id == _AUGMENTED and a.session.inspection is not None
        desk = a.augment
        for name, value in (("count", 6), ("yaw_most", 60.0), ("effort", 4)):
            desk.plan.change(name, value)
        a.window.give_room("augment")
        desk.make()
        yield lambda: not desk.bench.running
        self._resize(1920, 1080)
        a.window.give_room("augment")
        a.clock.set_frame(a.clock.num_frames // 3)
        desk.turn_sheet(True)
        desk.keep_all()
        yield _after(4.0)
        self._grab("contact_sheet")
        desk.turn_sheet(False)

    def _generated(self) -> Iterator[Step]:
        """A sentence's candidates, where there is a model to make them with."""
        a = self._application
        desk = a.generate
        desk.plan.read_model()
        if desk.plan.facts is None:
            return
        a.window.give_room("generate")
        desk.plan.change(text="a person lifts the box and carries it", count=6, seed=1)
        desk.make()
        yield lambda: not desk.bench.running
        a.clock.set_frame(a.clock.num_frames // 4)
        yield _after(4.0)
        self._grab("generated")
        desk.sheet.turn(False)

    def _video(self) -> Iterator[Step]:
        from interact_app.dialogs.export import ExportChoice

        a = self._application
        path = (self._options.out / "clip.mp4").absolute()
        choice = ExportChoice(
            path=path, size=(960, 540), start=0, stop=min(_VIDEO_FRAMES, a.clock.num_frames), step=1, legend=True
        )
        known = {job.id for job in a.jobs.jobs}
        a.dialogs.export(choice)
        yield lambda: self._export_ended(known)
        if not path.is_file():
            raise RuntimeError(f"{path} was not written; the log has the details")
        self.findings.files.append(path)

    def _export_ended(self, known: set[int]) -> bool:
        added: list[Job[object]] = [job for job in self._application.jobs.jobs if job.id not in known]
        return bool(added) and all(job.state.finished for job in added if job.title.startswith("Export"))

    def _resize(self, width: int, height: int) -> None:
        """With the docks as a first start at this size would have them."""
        window = self._application.window
        window.resize(width, height)
        window.reset_layout()

    # What was seen

    def _grab(self, name: str) -> None:
        self._save(self._application.window.grab().save, name)

    def _save(self, save: Callable[[str], bool], name: str) -> None:
        path = self._options.out / f"{name}.png"
        if not save(str(path)):
            raise RuntimeError(f"{path} could not be written")
        self.findings.files.append(path)

    def _summarise(self) -> None:
        session = self._application.session
        inspection, clip = session.inspection, session.clip
        if inspection is None or clip is None:
            return
        project = session.project
        count = len(session.listing.order)
        title = project.title if project else ""
        self.findings.lines.append(f"project {title}: {count} clips; shown: {clip.id}, {clip.num_frames} frames")
        self.findings.lines += [f"{v.title:<52} {figure_text(v.value, v.unit):>12}" for v in inspection.summary.values()]
        self.findings.lines += [
            f"artifact {a.kind}: frames {a.start_frame}-{a.end_frame - 1}, worst {figure_text(a.value, a.unit)} at {a.peak_frame}"
            for a in inspection.artifacts[:5]
        ]


def _after(seconds: float) -> Step:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until


def main(argv: list[str] | None = None) -> int:
    """0 when everything was seen and written."""
    options = _options(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    from interact_app.application import Application
    from interact_core.logs import start_logging

    log_session = start_logging()
    try:
        qt = QApplication(sys.argv[:1])
        application = Application(qt, log_session)
        tour = Tour(application, options)
        application.start(options.path)
        qt.exec()
    finally:
        log_session.close()
    print("\n".join(tour.findings.lines))
    print("\n".join(f"wrote {path}" for path in tour.findings.files))
    if tour.error:
        print(f"interact tour: {tour.error}", file=sys.stderr)
    return 2 if tour.error else 0


def _options(argv: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="interact_app.tour", description="The main job without a person")
    parser.add_argument("path", nargs="?", type=Path, help="what to open; the demo project without one")
    parser.add_argument("--out", type=Path, required=True, help="folder for screenshots and the video")
    parser.add_argument("--stills-only", action="store_true", help="no video")
    parser.add_argument("--clip", default="", help="id of the clip to look at; the first one without it")
    found = parser.parse_args(argv)
    path = found.path.absolute() if found.path else None
    return Options(found.out, path, found.stills_only, found.clip)


if __name__ == "__main__":
    sys.exit(main())
