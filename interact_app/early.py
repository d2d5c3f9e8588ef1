"""What the first picture needs, imported on a thread of its own while the window is still being built.

Reading files and waiting for the display leave the interpreter free, and on a cold disk that is most of the time.
"""

import threading
from importlib import import_module
from typing import Final

_NEEDED: Final = (
    "interact_app.scene.hidden_window",
    "interact_app.scene.scene",
    "interact_app.bridge.library_work",
    "interact_core.bodies.library",
    "interact_core.inspection.posed",
)


def import_early() -> threading.Thread:
    """Begin. Whoever needs one of the modules before it is there waits for it as for any import."""
    thread = threading.Thread(target=lambda: [import_module(name) for name in _NEEDED], name="early-imports", daemon=True)
    thread.start()
    return thread
