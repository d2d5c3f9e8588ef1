"""The body in itself: how deep hands and arms are in trunk, head, legs and each other, and one leg in the other.

Measured between spheres fitted into the body's parts (`bodies/spheres.py`), beyond what skin gives way. Neighbouring parts
are not judged: flesh folds there.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.kinematics import forward, rotation_matrices
from interact_core.bodies.spheres import BodySpheres, body_spheres
from interact_core.clip import BodyMotion, Floats
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, ranges_over, worst
from interact_core.inspection.results import Track

_CHUNK: Final = 64


def measure(evidence: Evidence) -> Findings:
    bound = evidence.posed.choice.bound
    spheres = body_spheres(bound)
    depth = self_depth(spheres, evidence.posed.clip.body, bound.rest_joints)
    values = np.where(evidence.body_ready, depth, np.nan).astype(np.float32)
    limit = evidence.thresholds.self_penetration
    track = Track("self_penetration", "Body in itself", "m", values, limit, "body")
    artifacts = ranges_over(track, evidence.thresholds.severe("self_penetration"), kind="self_penetration")
    return Findings((track,), (), (("self_penetration", worst(track)),), artifacts)


def self_depth(spheres: BodySpheres, motion: BodyMotion, rest: Floats) -> NDArray[np.float64]:
    """(T,) metres that the deepest pair shares beyond what it may; 0 where none does."""
    result = np.zeros(motion.num_frames)
    if not len(spheres.pairs):
        return result
    local = rotation_matrices(np.asarray(motion.full_pose(), np.float64))
    rotation, joints = forward(local, np.asarray(rest, np.float64), np.asarray(motion.transl, np.float64))
    a, b = spheres.pairs.T
    reach = spheres.radius[a] + spheres.radius[b] - spheres.allowance
    for start in range(0, len(result), _CHUNK):
        where = slice(start, start + _CHUNK)
        turn, place = rotation[where][:, spheres.joint], joints[where][:, spheres.joint]
        centre = (place + (turn @ spheres.offset[..., None])[..., 0]).astype(np.float32)
        away = np.zeros((len(centre), len(a)), np.float32)
        for axis in range(3):
            away += (centre[:, a, axis] - centre[:, b, axis]) ** 2
        result[where] = np.maximum((reach - np.sqrt(away)).max(axis=1), 0.0)
    return result
