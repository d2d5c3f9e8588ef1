"""The only place that constructs and connects: everything else takes what it needs in its constructor."""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from interact_app.actions import ActionRegistry
from interact_app.actions.augment import augment_actions
from interact_app.actions.captions import vocabulary_action
from interact_app.actions.compare import compare_actions
from interact_app.actions.edit import edit_actions
from interact_app.actions.field import field_actions, overlay_actions
from interact_app.actions.generate import generate_actions
from interact_app.actions.help import HelpDoors, help_actions
from interact_app.actions.playback import playback_actions
from interact_app.actions.project import ProjectDoors, artifact_actions, project_actions
from interact_app.actions.queue import queue_actions
from interact_app.actions.review import ReviewDoors, review_actions
from interact_app.actions.segments import segment_actions
from interact_app.actions.teams import TeamDoors, adjudication_actions, team_actions
from interact_app.actions.typing_guard import TypingGuard
from interact_app.actions.versions import version_actions
from interact_app.actions.view import WindowDoors, camera_actions, window_actions
from interact_app.adjudication import Adjudication
from interact_app.augment.desk import AugmentDesk
from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import JobQueue
from interact_app.clock import Clock
from interact_app.compare.desk import CompareDesk
from interact_app.compare.sides import SideKey
from interact_app.dialogs.desk import DialogDesk
from interact_app.dialogs.exchange_desk import TeamDialogs
from interact_app.generate.desk import GenerateDesk
from interact_app.notices import Notices
from interact_app.panels.caption import AnnotationPanel
from interact_app.panels.findings import FindingSection
from interact_app.panels.inspector import InspectorPanel
from interact_app.panels.library import LibraryPanel
from interact_app.panels.segment import SegmentSection
from interact_app.segments import SegmentWork
from interact_app.session import Session
from interact_app.teams import WorkQueue
from interact_app.theme.theme import Theme
from interact_app.thumbnails import Thumbnails
from interact_app.timeline.panel import TimelinePanel
from interact_app.viewport.viewport import Viewport
from interact_app.window.focus_ring import FocusRing
from interact_app.window.main_window import MainWindow, existing
from interact_app.window.panel_dock import Panel
from interact_app.window.recent import RecentMenu
from interact_core.errors import InputError
from interact_core.jobs.thread_executor import ThreadExecutor
from interact_core.logs import LogSession
from interact_core.paths import app_paths
from interact_core.settings import SettingsStore

if TYPE_CHECKING:
    from interact_app.panels.review import ReviewPanel
    from interact_core.augment.trials import Trial
    from interact_core.generate.trials import GeneratedTrial

log = logging.getLogger(__name__)
_BOOKMARKS: Final = "camera/bookmarks"
_CLOCK: Final = "clock/state"
_TIMELINE: Final = "timeline/state"
_AFTER_PICTURE_MS: Final = 300
"""From the first picture, which has to reach the screen, to what nobody sees yet: panels, spelling, the queue's figures."""
_NO_PICTURE_MS: Final = 10_000
"""Then there will be none: a project without clips, a machine without OpenGL."""
_TURN_SECONDS: Final = 0.0005
"""How long a worker's Python code may keep the window's waiting: a tenth of Python's own 5 ms, which add up in every event."""


class Application(QObject):
    """One window and everything behind it. `start` shows it; `closed` of the window ends it."""

    def __init__(self, qt: QApplication, log_session: LogSession) -> None:
        super().__init__(qt)
        sys.setswitchinterval(_TURN_SECONDS)
        self.store = SettingsStore()
        self.memory = QSettings(str(app_paths().state / "window.ini"), QSettings.Format.IniFormat)
        self.theme = Theme(qt, str(self.store.current.general.theme))
        self.jobs = JobQueue(ThreadExecutor(max(3, self.store.current.memory.workers)), self)
        self.session = Session(self.store, self.jobs, self)
        self.clock = Clock(self)
        self.segments = SegmentWork(self.session, self.clock, self)
        self.queue = WorkQueue(self.session, self)
        self.adjudication = Adjudication(self.session, self.clock, self)
        self.actions = ActionRegistry(self)
        self.guard = TypingGuard(qt, self.actions)
        self.window = MainWindow(self.actions, self.jobs, self.memory, self._may_close)
        self.focus_ring = FocusRing(self.window, self.guard.reached_by_keyboard)
        self.viewport = Viewport(self.session, self.clock, self.actions)
        self.dialogs = DialogDesk(self.window, self.session, self.clock, self.viewport, self.actions, log_session.buffer)
        self.team_dialogs = TeamDialogs(self.window, self.session, self.dialogs, self.queue, self.adjudication)
        self.compare = CompareDesk(self.session, self.clock, self.viewport, self._chosen_range, self)
        self.augment = AugmentDesk(
            self.session, self.clock, self.viewport, self.compare.composer, self._show_candidate,
            lambda: self._alone(self.generate), self,
        )  # fmt: skip
        self.generate = GenerateDesk(
            self.session, self.clock, self.viewport, self.memory, self.augment.composer, self._show_generated,
            lambda: self._alone(self.augment), self._chosen_range, self,
        )  # fmt: skip
        self._add_actions()
        self.recent = RecentMenu(self.window.menus.menu("File/Open recent"), self.session.open_project)
        self.session.focus = lambda: self.clock.frame
        self.timeline = TimelinePanel(self.session, self.clock, self.actions, self.segments)
        self.window.set_content(self.viewport, self._panels())
        self.notices = Notices(self.session, self.viewport.banners, self.memory, self.dialogs)
        self.thumbnails = Thumbnails(self.session, self.viewport, self)
        self._connect()
        self._restore()
        self._take_over_crashes(log_session)

    def start(self, path: Path | None) -> None:
        """Show the window. A worker opens the project while the scene is made, so that the first picture need not wait for it."""
        self.theme.dress()
        self.window.appeared.connect(self.guard.install)
        self.viewport.pictured.connect(lambda: QTimer.singleShot(_AFTER_PICTURE_MS, self.window, self._finish_start))
        self.session.failed.connect(lambda _title, _text: self._finish_start())
        QTimer.singleShot(_NO_PICTURE_MS, self.window, self._finish_start)
        self.jobs.hold_quiet()
        self.session.open_project(path)
        self.viewport.start()
        self.window.show()

    def _finish_start(self) -> None:
        self.jobs.let_quiet_go()
        self.window.make_panels()

    def _panels(self) -> dict[str, Panel]:
        """Those that a first start shows, and how to make the others."""
        parts = (self.session, self.clock, self.actions)
        sections = (("Segments", SegmentSection(*parts, self.segments)), ("Findings", FindingSection(*parts)))
        shown: dict[str, Panel] = {
            "library": LibraryPanel(*parts),
            "inspector": InspectorPanel(*parts),
            "caption": AnnotationPanel(*parts, sections),
            "timeline": self.timeline,
        }
        self.actions.extend(review_actions(self.session, self._review_doors()))
        return shown | self._late_panels()

    def _late_panels(self) -> dict[str, Panel]:
        """Imported and made when they are first seen, or soon after the first picture."""
        parts = (self.session, self.clock, self.actions)

        def queue(dock: QWidget) -> QWidget:
            from interact_app.panels.queue import QueuePanel

            return QueuePanel(*parts, self.queue, dock)

        def display(dock: QWidget) -> QWidget:
            from interact_app.panels.display import DisplayPanel

            return DisplayPanel(*parts, dock)

        def compare(_dock: QWidget) -> QWidget:
            return self.compare.panel(self.actions)

        def augment(_dock: QWidget) -> QWidget:
            return self.augment.panel(self.actions)

        def generate(_dock: QWidget) -> QWidget:
            return self.generate.panel(self.actions)

        def versions(dock: QWidget) -> QWidget:
            from interact_app.panels.versions import VersionsPanel

            return VersionsPanel(*parts, self.dialogs.refine, dock)

        def review(dock: QWidget) -> QWidget:
            from interact_app.panels.review import ReviewPanel

            return ReviewPanel(*parts, dock)

        def adjudication(dock: QWidget) -> QWidget:
            from interact_app.adjudication.panel import AdjudicationPanel

            return AdjudicationPanel(*parts, self.adjudication, dock)

        def jobs(dock: QWidget) -> QWidget:
            from interact_app.panels.jobs import JobsPanel

            return JobsPanel(*parts, dock)

        makers = (queue, display, compare, augment, generate, versions, review, adjudication, jobs)
        return {make.__name__: make for make in makers}

    def _review_panel(self) -> "ReviewPanel":
        return cast("ReviewPanel", self.window.docks["review"].panel)

    def _review_doors(self) -> ReviewDoors:
        """Into a panel that may not be there yet: using one of its actions makes it."""
        return ReviewDoors(
            set_state=lambda state: self._review_panel().set_state(state),
            reject=lambda: self._review_panel().reject(),
            remark=lambda: self._review_panel().remark(),
            step=lambda direction: self._review_panel().step(direction),
            resolve=lambda: self._review_panel().resolve_current(),
            history=self.team_dialogs.history,
        )

    # Actions

    def _add_actions(self) -> None:
        dialogs, window = self.dialogs, self.window
        doors = ProjectDoors(
            open_folder=dialogs.open_folder,
            open_file=dialogs.open_file,
            open_demo=lambda: self.session.open_project(None),
            export_screenshot=dialogs.export_screenshot,
            export_video=dialogs.export_video,
            follow_run=dialogs.follow_run,
            preferences=dialogs.preferences,
            quit=window.close,
        )
        window_doors = WindowDoors(
            full_screen=window.set_full_screen,
            is_full_screen=window.isFullScreen,
            focus_mode=window.set_focus_mode,
            in_focus_mode=lambda: window.in_focus_mode,
            next_region=lambda: window.regions.go(1),
            previous_region=lambda: window.regions.go(-1),
            reset_layout=window.reset_layout,
            palette=dialogs.palette,
            choose_theme=lambda choice: self.store.change("general.theme", choice),
            theme=lambda: self.theme.choice,
        )
        self.actions.extend(project_actions(self.session, doors))
        self.actions.extend(team_actions(self.session, self._team_doors()))
        self.actions.extend(edit_actions(self.session))
        self.actions.add(vocabulary_action(self.session, dialogs.vocabulary))
        self.actions.extend(playback_actions(self.clock, lambda: self.segments.current_range))
        self.actions.extend(segment_actions(self.segments))
        self.actions.extend(queue_actions(self.session, self.queue, lambda: window.show_panel("queue")))
        self.actions.extend(artifact_actions(self.session, self.clock))
        self.actions.extend(adjudication_actions(self.adjudication, lambda: window.show_panel("adjudication")))
        self.actions.extend(version_actions(self.session, dialogs.refine))
        self.actions.extend(augment_actions(self.augment.doors(lambda: window.give_room("augment"), self._write_about)))
        generate_doors = self.generate.doors(lambda: window.give_room("generate"), self._write_about, self._refine_clip)
        self.actions.extend(generate_actions(generate_doors))
        self.actions.extend(field_actions(self.session))
        self.actions.extend(overlay_actions(self.session))
        self.actions.extend(camera_actions(self.viewport.cameras, lambda: self.session.display.follow != "off"))
        self.actions.extend(compare_actions(self.compare.doors(lambda: window.show_panel("compare"))))
        self.actions.extend(window_actions(window_doors))
        self.actions.extend(help_actions(HelpDoors(dialogs.shortcuts, dialogs.log, dialogs.models, dialogs.about)))

    def _team_doors(self) -> TeamDoors:
        teams = self.team_dialogs
        return TeamDoors(
            export=teams.export_annotations,
            import_=teams.import_annotations,
            make=teams.make_packets,
            open=teams.open_packet,
            give_back=teams.return_packet,
            close=teams.packets.close,
            collect=teams.collect_packets,
            has_packet=lambda: teams.has_packet,
        )

    # Connections

    def _connect(self) -> None:
        session, window = self.session, self.window
        # Last: the scene must have the clip before the clock asks for its first frame.
        session.clip_opened.connect(self._attach_clock)
        session.project_opened.connect(self._show_title)
        session.failed.connect(self.dialogs.errors.report)
        session.notice.connect(window.say)
        session.settings_changed.connect(self._settings_changed)
        for signal in (session.project_opened, session.clip_opened, session.inspection_ready, session.display_changed):
            signal.connect(self.actions.refresh)
        session.annotations_changed.connect(lambda _clip_id: self.actions.refresh())
        self.clock.settings_changed.connect(self.actions.refresh)
        self.queue.changed.connect(self.actions.refresh)
        session.selection.changed.connect(self.actions.refresh)
        self.store.changed.connect(self._setting_stored)
        self.theme.changed.connect(self._theme_changed)
        window.path_dropped.connect(self._path_dropped)
        window.closed.connect(self._close)
        self._connect_comparison()
        self._theme_changed()

    def _connect_comparison(self) -> None:
        comparison, takes, timeline = self.compare.comparison, self.compare.takes, self.timeline
        timeline.compared = lambda: comparison.other_inspection
        comparison.figures_changed.connect(self._show_compared_curves)
        made = self.generate
        comparison.changed.connect(self.augment.share_hud)
        comparison.changed.connect(made.share_hud)
        sheets = (self.augment.sheet.changed, self.augment.bench.changed, made.sheet.changed, made.bench.changed)
        for signal in (comparison.changed, takes.changed, *sheets):
            signal.connect(self.actions.refresh)

    def _show_candidate(self, trial: "Trial") -> None:
        """Beside the version that it was made from; one that was kept as the version that it is."""
        kept = trial.decision == "kept" and trial.version
        key = SideKey(trial.clip_id, trial.version if kept else f"candidate {trial.id}")
        source, title = SideKey(trial.clip_id, trial.parent), f"candidate {trial.index + 1}"
        self.compare.comparison.show_beside(source, key, title, None if kept else trial.read)

    def _show_generated(self, trial: "GeneratedTrial") -> None:
        """Beside the open clip, whatever it was made from."""
        clip_id, comparison = trial.clip_id, self.compare.comparison
        source, key = SideKey(clip_id, self.session.versions.shown(clip_id)), SideKey(clip_id, f"generated {trial.id}")
        comparison.show_beside(source, key, f"candidate {trial.index + 1}", trial.read)

    def _alone(self, other: AugmentDesk | GenerateDesk) -> None:
        """One clip, or one sheet, has the picture."""
        other.sheet.turn(False)
        self.compare.comparison.set_mode("off")

    def _refine_clip(self, clip_id: str) -> None:
        """Open a clip and say what is to be repaired: once it is there, since the dialog asks it about its frames."""

        def opened() -> None:
            self.session.clip_opened.disconnect(opened)
            self.dialogs.refine()

        self.session.clip_opened.connect(opened)
        self.session.open_clip(clip_id)

    def _write_about(self, clip_id: str) -> None:
        """Open a clip and go to its words."""
        self.session.open_clip(clip_id)
        self.window.give_room("caption")

    def _show_compared_curves(self) -> None:
        if self.timeline.canvas.data.other is not self.compare.comparison.other_inspection:
            self.timeline.reload()

    def _chosen_range(self) -> tuple[int, int] | None:
        """What is chosen on the clock, else the selected segment."""
        return self.clock.range if self.clock.has_range else self.segments.current_range

    def _attach_clock(self) -> None:
        posed = self.session.posed
        if posed is None:
            self.clock.attach(0, 30.0)
            return
        self.clock.attach(posed.num_frames, posed.clip.fps)
        if self.store.current.playback.play_on_open:
            self.clock.play()

    def _show_title(self) -> None:
        project = self.session.project
        suffix = " (read only)" if project is not None and project.read_only else ""
        self.window.setWindowTitle(f"{project.title}{suffix} – InterAct Studio" if project else "InterAct Studio")

    def _settings_changed(self) -> None:
        if self.theme.choice != self.store.current.general.theme:
            self.theme.choose(str(self.store.current.general.theme))

    def _setting_stored(self, key: str) -> None:
        if key.startswith("shortcuts."):
            self._take_over_keys()

    def _take_over_keys(self) -> list[str]:
        """The user's keys from the settings; what is wrong with them, in sentences."""
        return self.actions.set_overrides(self.store.current.shortcuts)

    def _theme_changed(self) -> None:
        self.viewport.set_tones(self.theme.tones)
        self.actions.refresh_icons()

    def _path_dropped(self, path: str) -> None:
        found = existing(path)
        if found is None:
            self.dialogs.errors.report("Nothing was opened", f"{path} does not exist.")
        elif not self.team_dialogs.take_drop(found):
            self.session.open_project(found)

    # Between runs

    def _restore(self) -> None:
        playback = self.store.current.playback
        first = {"speed": playback.speed, "loop": playback.loop, "policy": playback.policy}
        self.clock.restore(first | _read_json(self.memory, _CLOCK))
        self.timeline.restore(_read_json(self.memory, _TIMELINE))
        kept = _read_json(self.memory, _BOOKMARKS)
        self.viewport.cameras.bookmarks = {int(slot): view for slot, view in kept.items() if slot.isdigit()}

    def _save_state(self) -> None:
        self.window.save_layout()
        self.memory.setValue(_CLOCK, json.dumps(self.clock.state()))
        self.memory.setValue(_TIMELINE, json.dumps(self.timeline.state()))
        self.memory.setValue(_BOOKMARKS, json.dumps(self.viewport.cameras.bookmarks))
        self.memory.sync()

    def _take_over_crashes(self, log_session: LogSession) -> None:
        for problem in (*self.store.problems, *self._take_over_keys(), *log_session.problems):
            self.notices.say(problem)
        if log_session.crashes and self.store.current.general.check_last_crash:
            self.notices.offer_crash_log()
        self._hook = _ErrorHook(self._uncaught)

    def _uncaught(self, error: BaseException) -> None:
        self.jobs.post(lambda: self.dialogs.errors.report("Something went wrong", explain(error)))

    # The end

    def _may_close(self) -> bool:
        return self.dialogs.may_close()

    def _close(self) -> None:
        self.clock.pause()
        self._save_state()
        self.thumbnails.stop()
        self.viewport.close_scene()
        try:
            self.session.close()
        except InputError:
            log.exception("The captions could not be stored while closing")
        self._hook.remove()
        self.guard.remove()


class _ErrorHook:
    """An exception in a Qt callback ends in sys.excepthook: it is logged there, shown here, and the program goes on."""

    def __init__(self, report: Callable[[BaseException], None]) -> None:
        self._report = report
        self._before = sys.excepthook
        sys.excepthook = self._caught

    def remove(self) -> None:
        if sys.excepthook == self._caught:
            sys.excepthook = self._before

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before(kind, error, trace)
        if issubclass(kind, Exception):
            self._report(error)


def _read_json(memory: QSettings, key: str) -> dict[str, Any]:
    """What an earlier run stored; nothing where it is missing or damaged."""
    try:
        found = json.loads(str(memory.value(key, "{}")))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
