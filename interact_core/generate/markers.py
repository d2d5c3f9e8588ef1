"""The published representation of a clip of ours: 77 markers of the posed body, and motion.npy's 962 numbers a frame.

Layout: notes on data formats, 6.6, and `official/text_to_interaction`.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.library import choose_body
from interact_core.bodies.points import PointPoser
from interact_core.clip import Clip, Mesh
from interact_core.generate.clips import thing_of
from interact_core.geometry.rotations import axis_angle_to_matrix

SAMPLES: Final = 340
"""Points of an object's surface among which the nearest is looked for, as published."""
_CHUNK: Final = 128


def markers_of(clip: Clip, models_dir: Path | None = None) -> NDArray[np.float32]:
    """(T, 77, 3) metres on the clip's own body, or on what stands in for it."""
    bound = choose_body(clip.body, models_dir).bound
    poser = PointPoser(bound, bound.model.marker_vertices, clip.body)
    local, transl = poser.array(axis_angle_to_matrix(clip.body.full_pose())), poser.array(clip.body.transl)
    parts = []
    for start in range(0, clip.num_frames, _CHUNK):
        where = slice(start, min(start + _CHUNK, clip.num_frames))
        parts.append(poser(local[where], transl[where], where)[0].cpu().numpy())
    return np.concatenate(parts)


def surface_samples(mesh: Mesh, count: int = SAMPLES, seed: int = 0) -> NDArray[np.float64]:
    """(count, 3) spread over the surface by area; the same for the same mesh."""
    rng = np.random.default_rng(seed)
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.linalg.norm(np.cross(a, b), axis=1)
    face = rng.choice(len(area), count, p=area / area.sum())
    u, v = rng.random((2, count, 1))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    return np.asarray(corners[face, 0] + u * a[face] + v * b[face])


def official_frames(clip: Clip, markers: NDArray[np.floating]) -> NDArray[np.float32]:
    """(T, 962) of the clip's (most moving) object and its markers (T, 77, 3)."""
    import torch
    from scipy.spatial import cKDTree

    from interact_core.generate.official.text_to_interaction import completed

    thing, part = thing_of(clip)
    samples = surface_samples(thing.mesh)
    rotation, place = np.asarray(part.rotation, np.float64), np.asarray(part.translation, np.float64)
    floor = place * [1.0, 0.0, 1.0]
    entries = np.concatenate([np.asarray(markers, np.float64), floor[:, None]], 1)
    own = (entries - place[:, None]) @ rotation
    nearest = samples[cKDTree(samples).query(own)[1]]
    way = nearest @ np.swapaxes(rotation, -1, -2) + place[:, None] - entries
    relation = np.concatenate([way, nearest], -1).reshape(len(place), -1)
    frames = np.zeros((len(place), 962))
    frames[:, :231] = np.asarray(markers).reshape(len(place), -1)
    frames[:, 476:485] = np.concatenate([rotation[:, :2].reshape(-1, 6), place], 1)
    frames[:, 494:] = relation
    whole = completed(torch.from_numpy(frames).T[None, :, None])
    return np.ascontiguousarray(whole[0, :, 0].T.numpy(), np.float32)
