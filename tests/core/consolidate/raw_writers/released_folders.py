"""Clip folders as released, for all nine data sets: hands as each codes them, +Y up, on the floor."""

import numpy as np
from raw_writers.scene import rotvec, scene, template, write_obj

# data set -> (numbers a hand, of them relative to the mean, jaw and eyes, betas, a clip's name)
LAYOUTS = {
    "behave": (45, False, 0, 10, "Date07_Sub08_broom_sweep_812"),
    "grab": (24, True, 0, 0, "s7_broom_sweep_1"),
    "intercap": (12, True, 0, 10, "Sub01_Object05_Seg_0_broom_184"),
    "omomo": (45, False, 0, 16, "sub16_broom_021"),
    "neuraldome": (45, False, 0, 16, "subject01_broom_0"),
    "imhd": (45, False, 0, 16, "20230825_xujr_broom_broom_sweep_4_0"),
    "chairs": (45, True, 0, 10, "Sub0075_Obj24_Seg0_0"),
    "arctic": (45, False, 9, 10, "s01_broom_use_01_120"),
    "parahome": (45, False, 0, 20, "s12_broom_0120_0415"),
}


def write_released(root, dataset, clip, basis):
    width, relative, face, betas, name = LAYOUTS[dataset]
    s = scene(clip, np.eye(3))
    hands = []
    for side, hand in (("l", s.left.reshape(-1, 45)), ("r", s.right.reshape(-1, 45))):
        hands.append(basis.encode(side, hand, width) if width < 45 else hand - basis.mean[side] if relative else hand)
    poses = np.concatenate([s.orient, s.body.reshape(-1, 63), *hands, np.zeros((s.frames, face))], 1)
    folder = root / dataset / "sequences_canonical" / name
    folder.mkdir(parents=True)
    shape = {"betas": np.resize(s.betas, betas)} if betas else {"vtemp": template(clip)[0]}
    np.savez(folder / "human.npz", poses=poses, trans=s.transl, gender=np.array("female"), **shape)
    track = {"angles": rotvec(s.rotations[0]), "trans": s.places[0]}
    thing = "24" if dataset == "chairs" else "broom"
    if dataset == "parahome":
        np.savez(folder / f"object_{thing}_base.npz", **track, name=np.array(f"{thing}_base"))
        write_obj(root / dataset / "objects" / thing / "base.obj", *s.meshes[0])
    else:
        more = {"arti": np.zeros((s.frames, 1))} if dataset == "arctic" else {}
        label = np.array(thing, dtype=object) if dataset == "arctic" else np.array(thing)
        np.savez(folder / "object.npz", **track, **more, name=label)
        write_obj(root / dataset / "objects" / thing / f"{thing}.obj", *s.meshes[0])
    return name
