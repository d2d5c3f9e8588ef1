"""`python -m interact_app [PATH]`: a clip, a dataset or a folder of datasets; the built-in demo without one."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from interact_app.application import Application
    from interact_core.logs import LogSession

USAGE = "usage: interact-studio [PATH]"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code when it is closed. 2 where the arguments make no sense."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if any(argument in ("-h", "--help") for argument in arguments):
        print(f"{USAGE}\n\n{__doc__}")
        return 0
    if len(arguments) > 1:
        print(f"{USAGE}\ninteract-studio: one path at most", file=sys.stderr)
        return 2
    return _run(Path(arguments[0]).absolute() if arguments else None)


def _run(path: Path | None) -> int:
    import os

    from interact_core.logs import start_logging
    from interact_core.settings import load_settings

    settings = load_settings()
    log_session = start_logging(settings.general.log_level)
    if settings.display.ui_scale != 1.0:
        # Read by Qt once, when the application object is made.
        os.environ.setdefault("QT_SCALE_FACTOR", f"{settings.display.ui_scale:g}")
    try:
        qt, application = make_application(log_session)
        application.start(path)
        return qt.exec()
    finally:
        log_session.close()


def make_application(log_session: "LogSession") -> "tuple[QApplication, Application]":
    """Qt and everything of ours, not yet shown."""
    import gc

    from PySide6.QtWidgets import QApplication

    from interact_app.early import import_early

    # What is made here stays: looking for garbage in it 230 times takes 0.12 s.
    gc.disable()
    QApplication.setApplicationName("interact-studio")
    QApplication.setApplicationDisplayName("InterAct Studio")
    QApplication.setDesktopFileName("interact-studio")
    qt = QApplication(sys.argv[:1])
    import_early()
    from interact_app.application import Application

    application = Application(qt, log_session)
    gc.freeze()
    gc.enable()
    return qt, application


if __name__ == "__main__":
    sys.exit(main())
