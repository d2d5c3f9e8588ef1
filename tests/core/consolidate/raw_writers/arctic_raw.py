"""ARCTIC: z up, the object in millimetres with a lid that turns about -z through the mesh's own origin."""

import json

import numpy as np
from raw_writers.scene import rotvec, scene, template, turn, write_obj


def write_arctic(root, clip, subject="s01", name="broom_use_02", angles=None):
    """The demo's first part is split in two: vertices above its middle are the lid (flag 0). Gives scene, surface, lid flags."""
    s = scene(clip, turn("x", 90))
    folder = root / "raw_seqs" / subject
    folder.mkdir(parents=True)
    face = np.zeros((s.frames, 3))
    np.save(folder / f"{name}.smplx.npy", {
        "transl": s.transl, "global_orient": s.orient, "body_pose": s.body.reshape(-1, 63), "jaw_pose": face + 0.1,
        "leye_pose": face, "reye_pose": face, "left_hand_pose": s.left.reshape(-1, 45),
        "right_hand_pose": s.right.reshape(-1, 45), "loss": {"all": 0.1},
    }, allow_pickle=True)  # fmt: skip
    angles = np.zeros(s.frames) if angles is None else angles
    np.save(folder / f"{name}.object.npy", np.concatenate([angles[:, None], rotvec(s.rotations[0]), 1000 * s.places[0]], 1))
    vertices, faces = s.meshes[0]
    lid = vertices[:, 1] > np.median(vertices[:, 1])
    thing = root / "meta" / "object_vtemplates" / name.split("_")[0]
    write_obj(thing / "mesh.obj", 1000 * vertices, faces)
    (thing / "parts.json").write_text(json.dumps([0 if flag else 1 for flag in lid]))
    surface = template(clip)
    write_obj(root / "meta" / "subject_vtemplates" / f"{subject}.obj", *surface)
    (root / "meta" / "misc.json").write_text(json.dumps({subject: {"gender": "female", "intris_mat": []}}))
    return s, surface[0], lid
