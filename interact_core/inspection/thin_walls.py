"""Through a thin wall: how deep skin is behind the near face of a part that has no inside (plates, cups, hollow boxes).

Which skin that is, is told by bones and pads (`far_side.py`), not by the distance, which is the same on both sides.
"""

import numpy as np

from interact_core.bodies.bones import bones_of
from interact_core.geometry.walls import Walls
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.far_side import FarSkin, Wall, far_skin
from interact_core.inspection.findings import Findings, ranges_over, worst
from interact_core.inspection.results import Track


def measure(evidence: Evidence) -> Findings:
    thin = np.flatnonzero(evidence.fields.thin_shell)
    if not len(thin):
        return Findings()
    far = _far(evidence, [int(k) for k in thin])
    deepest = np.zeros(evidence.num_frames, np.float32)
    np.maximum.at(deepest, far.frame, far.depth.astype(np.float32))
    values = np.where(evidence.object_present[:, thin].any(axis=1), deepest, np.float32(np.nan))
    track = Track("thin_wall", "Through a thin wall", "m", values, evidence.thresholds.thin_wall, "penetration")
    artifacts = ranges_over(track, evidence.thresholds.severe("thin_wall"), kind="thin_wall")
    return Findings((track,), (), (("thin_wall", worst(track)),), artifacts)


def _far(evidence: Evidence, thin: list[int]) -> FarSkin:
    posed = evidence.posed
    walls: dict[str, Walls] = {}
    found = []
    for k in thin:
        evidence.context.checkpoint()
        part = posed.parts[k]
        key = part.mesh.content_hash
        walls[key] = walls.get(key) or Walls(part.mesh)
        # To the nearest of all parts: no less than what is asked for, and known.
        near = np.where(evidence.object_present[:, k, None], evidence.fields.body_signed_distance, np.float32(np.nan))
        found.append(Wall(k, walls[key], part.rotation, part.translation, near))
    model = posed.choice.model
    return far_skin(posed.body_vertices, posed.joints, bones_of(posed.choice.bound), model.regions, model.faces, found)
