"""GRAB: z up, 120 fps, one npz of pickled dictionaries, 24 PCA numbers a hand, object rotations for row vectors."""

import numpy as np
from raw_writers.scene import rotvec, scene, template, turn, write_ply


def write_grab(root, clip, basis, subject="s7", name="broom_sweep_1", transposed=True, fullpose=True):
    """`transposed` False writes the object as if GRAB used column vectors: what a wrong importer would expect."""
    s = scene(clip, turn("x", 90), 120)
    left, right = (hand.reshape(-1, 45) for hand in (s.left, s.right))
    coded = [basis.encode("l", left, 24), basis.encode("r", right, 24)]
    face = np.zeros((s.frames, 3))
    turns = rotvec(s.rotations[0])
    params = {
        "transl": s.transl.astype("f4"), "global_orient": s.orient.astype("f4"), "body_pose": s.body.reshape(-1, 63).astype("f4"),
        "jaw_pose": face, "leye_pose": face, "reye_pose": face, "left_hand_pose": coded[0].astype("f4"),
        "right_hand_pose": coded[1].astype("f4"), "expression": np.zeros((s.frames, 10)),
    }  # fmt: skip
    if fullpose:
        params["fullpose"] = np.concatenate([s.orient, s.body.reshape(-1, 63), face, face, face, left, right], 1)
    thing = name.split("_")[0]
    content = {
        "gender": "female", "sbj_id": subject, "obj_name": thing, "motion_intent": "sweep", "framerate": 120.0,
        "n_frames": s.frames, "n_comps": 24,
        "body": {"params": params, "vtemp": f"tools/subject_meshes/female/{subject}.ply"},
        "object": {
            "params": {"transl": s.places[0], "global_orient": -turns if transposed else turns},
            "object_mesh": f"tools/object_meshes/contact_meshes/{thing}.ply",
        },
        "table": {"params": {"transl": face, "global_orient": face}, "table_mesh": "tools/object_meshes/table.ply"},
        "contact": {"body": np.zeros((s.frames, 12), "i1"), "object": np.zeros((s.frames, 9), "i1")},
    }  # fmt: skip
    path = root / "grab" / subject / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{key: np.array(value, dtype=object) for key, value in content.items()})
    write_ply(root / "tools/object_meshes/contact_meshes" / f"{thing}.ply", *s.meshes[0])
    surface = template(clip)
    write_ply(root / "tools/subject_meshes/female" / f"{subject}.ply", *surface)
    return s, surface[0]
