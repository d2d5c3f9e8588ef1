"""Runs under a Python that has aitviewer, not ours: `aitviewer_frames.py MESHES.npz WIDTH HEIGHT`.

Each line on stdin is a number of frames; answered by a JSON list of milliseconds from asking for a frame to holding its pixels.
Its standard headless renderer with its standard settings (shadows, 4x multisampling) and, second number, with both off.
"""

import json
import sys
import time

import numpy as np
from aitviewer.configuration import CONFIG
from aitviewer.headless import HeadlessRenderer
from aitviewer.renderables.meshes import Meshes


def main(path: str, width: str, height: str, plain: str) -> None:
    lean = plain == "plain"
    CONFIG.update_conf({"window_width": int(width), "window_height": int(height), "shadows_enabled": not lean})
    if lean:
        HeadlessRenderer.samples = 0
    viewer = HeadlessRenderer()
    data = np.load(path)
    for name in ("body", "object"):
        viewer.scene.add(
            Meshes(data[f"{name}_vertices"], data[f"{name}_faces"], vertex_colors=data[f"{name}_colours"], name=name)
        )
    frames, frame = len(data["body_vertices"]), 0
    viewer.get_frame()
    print(json.dumps(viewer.ctx.info["GL_RENDERER"]), flush=True)
    for line in sys.stdin:
        taken = []
        for _ in range(int(line)):
            frame = (frame + 1) % frames
            start = time.perf_counter()
            viewer.scene.current_frame_id = frame
            np.asarray(viewer.get_frame())
            taken.append((time.perf_counter() - start) * 1000)
        print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:5])
