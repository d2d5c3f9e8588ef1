"""ParaHome: z up, torch tensors in plain pickles, a matrix for every part in the frames in which it was seen."""

import json
import pickle

import numpy as np
import torch
from raw_writers.scene import scene, turn, write_obj


def write_parahome(root, clip, parts, name="s3", gaps=None):
    """`parts`: `<object>_<part>` per part of the clip, in order; `gaps`: that name -> frames in which it is not seen."""
    s = scene(clip, turn("x", 90))
    body, stage = root / "smplx_seq" / name, root / "seq" / name
    body.mkdir(parents=True)
    stage.mkdir(parents=True)
    (body / "smplx_params.pkl").write_bytes(
        pickle.dumps({"beta": torch.tensor(np.resize(s.betas, (1, 20)), dtype=torch.float32), "gender": "male"})
    )
    hands = np.concatenate([s.left, s.right], 1)
    pose = {"global_orient": s.orient, "body_pose": s.body, "hand_pose": hands, "transl": s.transl}
    (body / "smplx_pose.pkl").write_bytes(pickle.dumps({k: torch.tensor(v, dtype=torch.float32) for k, v in pose.items()}))
    frames = {}
    for frame in range(s.frames):
        frames[frame] = {}
        for k, part in enumerate(parts):
            if frame not in (gaps or {}).get(part, ()):
                matrix = np.eye(4)
                matrix[:3, :3], matrix[:3, 3] = s.rotations[k][frame], s.places[k][frame]
                frames[frame][part] = matrix
    (stage / "object_transformations.pkl").write_bytes(pickle.dumps(frames))
    there = {part.rpartition("_")[0]: True for part in parts}
    (stage / "object_in_scene.json").write_text(json.dumps({**there, "kettle": False}))
    for part, mesh in zip(parts, s.meshes, strict=True):
        thing, _, piece = part.rpartition("_")
        write_obj(root / "scan" / thing / "simplified" / f"{piece}.obj", *mesh)
    return s
