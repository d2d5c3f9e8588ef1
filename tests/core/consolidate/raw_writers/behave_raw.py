"""BEHAVE, 30 fps parameters: a Kinect's world (x right, y down, z away), times as text, the scan off its own middle."""

import json

import numpy as np
from raw_writers.scene import rotvec, scene, turn, write_obj, write_ply


def write_behave(root, clip, name="Date03_Sub04_broom_sweep", thing="broom", lost_body=(), lost_object=()):
    """`lost_*`: frames that a fit left out."""
    s = scene(clip, turn("x", 180))
    folder = root / "sequences" / name
    folder.mkdir(parents=True)
    times = np.array([f"t{k / 30:08.3f}" for k in range(s.frames)])
    poses = np.concatenate([s.orient, s.body.reshape(-1, 63), s.left.reshape(-1, 45), s.right.reshape(-1, 45)], 1)
    with_body = np.setdiff1d(np.arange(s.frames), lost_body)
    with_thing = np.setdiff1d(np.arange(s.frames), lost_object)
    np.savez(
        folder / "smpl_fit_all.npz", poses=poses[with_body], betas=np.tile(s.betas[:10], (len(with_body), 1)),
        trans=s.transl[with_body], frame_times=times[with_body], save_name=np.array("fit"),
    )  # fmt: skip
    vertices, faces = s.meshes[0]
    np.savez(
        folder / "object_fit_all.npz", angles=rotvec(s.rotations[0])[with_thing], trans=s.places[0][with_thing],
        frame_times=times[with_thing],
    )  # fmt: skip
    (folder / "info.json").write_text(json.dumps({"gender": "male", "cat": thing, "kinects": [0, 1, 2, 3], "empty": None}))
    # The poses fit the mesh less the simplified mesh's mean; the scan itself lies anywhere.
    half = vertices[: len(vertices) // 2]
    somewhere = np.array([0.4, -1.3, 2.2])
    simple = np.concatenate([half, -half])  # mean 0, unlike the full mesh's
    write_ply(root / "objects" / thing / f"{thing}_f1000.ply", simple + somewhere, np.arange(len(simple) // 3 * 3).reshape(-1, 3))
    write_obj(root / "objects" / thing / f"{thing}.obj", vertices + somewhere, faces)
    return s
