"""Opens the dialogs and carries out what they decide."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QMainWindow, QMessageBox

from interact_app.actions import ActionRegistry
from interact_app.bridge.explain import explain
from interact_app.clock import Clock
from interact_app.dialogs.errors import ErrorReporter
from interact_app.session import Session
from interact_app.viewport.viewport import Viewport
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext
from interact_core.logs import LogBuffer

if TYPE_CHECKING:
    from interact_app.dialogs.export import ExportChoice

log = logging.getLogger(__name__)
_LASTING: Final = ("Augment", "Export", "Import", "Inspect", "Make packets", "Collect", "Return")
"""How the titles of jobs begin that somebody waits for."""


class DialogDesk(QObject):
    """One dialog of a kind at a time: asking for it again brings it to the front. They are made when they are first wanted."""

    def __init__(
        self, window: QMainWindow, session: Session, clock: Clock, viewport: Viewport, actions: ActionRegistry, buffer: LogBuffer
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._clock = window, session, clock
        self._viewport, self._actions, self._buffer = viewport, actions, buffer
        self._open: dict[str, QDialog] = {}
        documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self._export_folder = documents if documents.is_dir() else Path.home()
        self.errors = ErrorReporter(window)

    def dialog(self, name: str) -> QDialog | None:
        """The open dialog of that name."""
        return self._open.get(name)

    # Help

    def shortcuts(self) -> None:
        from interact_app.dialogs.shortcuts import ShortcutsDialog

        self.show("shortcuts", lambda: ShortcutsDialog(self._actions, self._session.settings_store, self._window))

    def about(self) -> None:
        from interact_app.dialogs.about import AboutDialog

        self.show("about", lambda: AboutDialog(self._viewport.renderer_name, self._window))

    def log(self) -> None:
        from interact_app.dialogs.log_viewer import LogDialog

        self.show("log", lambda: LogDialog(self._buffer, lambda: self._viewport.renderer_name, self._window))

    def models(self) -> None:
        from interact_app.dialogs.models import ModelsDialog

        self.show("models", lambda: ModelsDialog(self._session.settings_store, self._window))

    def palette(self) -> None:
        from interact_app.dialogs.palette import CommandPalette

        self.show("palette", lambda: CommandPalette(self._actions, self._window))

    def preferences(self) -> None:
        from interact_app.dialogs.preferences import PreferencesDialog

        self.show("preferences", lambda: PreferencesDialog(self._session.settings_store, self._window))

    def vocabulary(self) -> None:
        from interact_app.dialogs.vocabulary import VocabularyDialog

        self.show("vocabulary", lambda: VocabularyDialog(self._session, parent=self._window))

    def refine(self) -> None:
        """Asks what and how; the work then runs in the queue of jobs."""
        from interact_app.dialogs.refine import RefineDialog

        def make() -> QDialog:
            dialog = RefineDialog(self._session, self._clock, self._window)
            dialog.asked.connect(self._session.versions.refine)
            return dialog

        if self._session.project is not None:
            self.show("refine", make)

    # Opening

    def open_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, "Open a dataset or a folder with datasets", self._last_place())
        if folder:
            self._session.open_project(Path(folder))

    def open_file(self) -> None:
        kinds = "Motion and objects (*.npz *.pt *.pkl *.npy *.obj *.ply *.stl *.glb *.gltf);;All files (*)"
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a clip", self._last_place(), kinds)
        if name:
            self._session.open_project(Path(name))

    def follow_run(self) -> None:
        from interact_app.dialogs.run_progress import RunDialog

        title = self.tr("A run's folder, <kind>-<key>, inside what --out named")
        folder = QFileDialog.getExistingDirectory(self._window, title, self._last_place())
        if not folder:
            return
        try:
            self.show("run", lambda: RunDialog(Path(folder), self._window))
        except InputError as error:
            self._session.notice.emit(str(error))

    def _last_place(self) -> str:
        project = self._session.project
        return str(project.data.parent) if project is not None else str(Path.home())

    # Export

    def export_screenshot(self) -> None:
        self._ask_export(video=False)

    def export_video(self) -> None:
        self._ask_export(video=True)

    def _ask_export(self, *, video: bool) -> None:
        from interact_app.dialogs.export import ExportDialog, ExportOffer

        offer = ExportOffer(
            self._viewport.canvas.pixel_size,
            self._clock.num_frames,
            self._clock.range,
            self._clock.frame,
            self._export_folder,
            self._session.clip_id.replace("/", "_"),
        )
        dialog = ExportDialog(offer, video=video, parent=self._window)
        dialog.accepted.connect(lambda: self.export(dialog.choice))
        self.show("export", lambda: dialog)

    def export(self, choice: "ExportChoice") -> None:
        """Start writing a picture or a video of what is shown now."""
        from interact_app.export.job import export
        from interact_app.export.request import ExportRequest, Shown

        session, scene = self._session, self._viewport.scene
        if session.posed is None or scene is None:
            return
        self._export_folder = choice.path.parent
        request = ExportRequest(
            out=str(choice.path),
            size=choice.size,
            start=choice.start,
            stop=choice.stop,
            step=choice.step,
            fps=session.posed.clip.fps,
            theme="dark" if self._viewport.hud.tones.dark else "light",
            view=scene.bookmark(),
            legend=choice.legend,
        )
        shown = Shown(
            session.posed, session.vertex_field("body"), session.vertex_field("object"), session.fields, session.display
        )

        def work(context: JobContext) -> Path:
            return export(request, shown, context)

        session.jobs.submit(
            f"Export {choice.path.name}",
            work,
            done=lambda path: session.notice.emit(f"Written: {path}"),
            failed=lambda error: self.errors.report(f"{choice.path.name} was not written", explain(error)),
        )

    # Closing

    def may_close(self) -> bool:
        """Ask where something would be lost: text that cannot be stored, work that others may wait for."""
        return self._words_are_safe() and self._jobs_may_stop()

    def _words_are_safe(self) -> bool:
        project = self._session.project
        if project is None or project.read_only:
            return True
        try:
            project.flush()
        except InputError as error:
            text = f"Some captions could not be stored yet.\n\n{error}"
            return self._ask("Close without storing them?", text, "Close anyway", "Keep open")
        return True

    def _jobs_may_stop(self) -> bool:
        # What is computed for the window alone is made again whenever it is needed.
        lasting = [job for job in self._session.jobs.running if job.title.startswith(_LASTING)]
        if not lasting:
            return True
        names = "\n".join(f"{job.title}: {100 * job.progress.fraction:.0f} %" for job in lasting)
        return self._ask("Work is still running", names, "Stop it and close", "Keep open")

    def _ask(self, title: str, text: str, yes: str, no: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Question, "InterAct Studio", title, parent=self._window)
        box.setObjectName("dialog.close")
        box.setInformativeText(text)
        close = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        return box.clickedButton() is close

    # Any

    def show(self, name: str, make: Callable[[], QDialog]) -> None:
        """The open dialog of that name to the front; made where there is none."""
        found = self._open.get(name)
        if found is None:
            found = self._open[name] = make()
            found.finished.connect(lambda _result: self._closed(name))
        found.show()
        found.raise_()
        found.activateWindow()

    # Inside

    def _closed(self, name: str) -> None:
        dialog = self._open.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()
