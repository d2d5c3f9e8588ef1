"""How much memory a refinement takes, before it takes it: for the dialog, and for how many may run at once."""

import os
from pathlib import Path
from typing import Final

from interact_core.bodies.library import open_body
from interact_core.bodies.model_files import VERTEX_COUNT
from interact_core.clip import Clip
from interact_core.refine.abreast import workers_for
from interact_core.refine.finding import AROUND
from interact_core.refine.measuring import CONTEXT, PIECE
from interact_core.refine.options import RefineOptions
from interact_core.refine.state import FIRST_OBJECT

_PROCESS: Final = 700e6
"""Bytes of a process with torch, the body's model and a few grids, before the first frame."""
_SKIN: Final = 90.0
"""Bytes per skin vertex and frame while it is measured or surveyed (measured: peak over frames, see the soak test)."""
_THING: Final = 40.0
_MATRICES: Final = 9.0
"""How many square matrices of a frame's columns are alive at once: three bands, their halves, the factor."""
TYPICAL: Final = 2e9
"""Bytes to reckon with for a clip that has not been read yet: the bar for one of 300 frames."""


def memory_estimate(clip: Clip, options: RefineOptions, device: str = "cpu") -> int:
    """Bytes that refining the clip takes at its peak: those of windows solved at once or one piece measured, however long it is.

    On "cuda" the bytes on the device. A family whose model is not there is shown on the open body, which is the larger one.
    """
    vertices = max(VERTEX_COUNT.get(clip.body.family, 0), open_body().num_vertices)
    things = sum(len(part.mesh.vertices) for obj in clip.objects for part in obj.parts)
    windows = -(-clip.num_frames // options.window)
    at_once = min(workers_for(device), windows)
    looked_at = at_once * min(clip.num_frames // windows + 2 * AROUND, clip.num_frames)
    solved = at_once * min(clip.num_frames, options.window)
    measured = min(clip.num_frames, PIECE * 4 // 3 + 2 * CONTEXT)
    columns = FIRST_OBJECT + 6 * sum(len(obj.parts) for obj in clip.objects)
    size = 8 if options.double_precision else 4
    solving = looked_at * vertices * _SKIN + solved * _MATRICES * size * columns**2
    measuring = measured * (vertices * _SKIN + things * _THING)
    return int((0 if device == "cuda" else _PROCESS) + max(solving, measuring))


def free_memory() -> float:
    """Bytes that are free for use now; an eighth of all where the system does not tell."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return 1024.0 * float(line.split()[1])
    except OSError:  # no Linux
        pass
    pages, size = (os.sysconf(name) if hasattr(os, "sysconf") else 0 for name in ("SC_PHYS_PAGES", "SC_PAGE_SIZE"))
    return pages * size / 8.0 or 4e9
