"""InterCap: y down and z forward, 12 PCA numbers a hand, the object's mesh only as it lies in the first frame."""

import pickle

import numpy as np
from raw_writers.scene import rotvec, scene, turn, write_ply


def write_intercap(root, clip, basis, where="01/05/Seg_0", protocol=2, mesh=True):
    s = scene(clip, turn("z", 180))
    left, right = (hand.reshape(-1, 45) for hand in (s.left, s.right))
    content = {
        "body_pose": s.body, "global_orient": s.orient, "left_hand_pose": basis.encode("l", left, 12),
        "right_hand_pose": basis.encode("r", right, 12), "betas": np.tile(s.betas[:10], (s.frames, 1)), "transl": s.transl,
        "ob_pose": rotvec(s.rotations[0]), "ob_trans": s.places[0],
    }  # fmt: skip
    folder = root / where
    folder.mkdir(parents=True)
    with (folder / "res.pkl").open("wb") as file:
        pickle.dump(content, file, protocol=protocol)
    if mesh:
        vertices, faces = s.meshes[0]
        write_ply(folder / "Mesh" / "00000_second_obj.ply", vertices @ s.rotations[0][0].T + s.places[0][0], faces)
    return s
