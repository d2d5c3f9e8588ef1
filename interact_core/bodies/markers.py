"""The 77 surface markers that InterAct tracks: 67 on the body, then the fingertips.

Names, order and vertex ids are facts of the data format: the first 67 are the published SSM-67 set on the SMPL-H and
SMPL-X topologies, the last ten are the fingertip ids published with the smplx package (right thumb, index, middle,
ring, pinky, then left). "FRM" and "CHEECK" are spelt as in the data.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

MARKER_NAMES: Final[tuple[str, ...]] = (
    "C7", "CLAV", "LANK", "LASI", "LBAK", "LBCEP", "LBHD", "LBUM", "LBUST", "LCHEECK", "LELB", "LELBIN", "LFHD", "LFIN",
    "LFRM", "LFTHIIN", "LHEE", "LIWR", "LKNE", "LKNI", "LMT1", "LMT5", "LNWST", "LOWR", "LPSI", "LRSTBEEF", "LSCAP",
    "LSHN", "LSHO", "LTHI", "LTHILO", "LTHMB", "LTOE", "MBLLY", "RANK", "RASI", "RBAK", "RBCEP", "RBHD", "RBSH", "RBUM",
    "RBUST", "RCHEECK", "RELB", "RELBIN", "RFHD", "RFIN", "RFRM2", "RFTHI", "RFTHIIN", "RHEE", "RIWR", "RKNE", "RKNI",
    "RMT1", "RMT5", "RNWST", "ROWR", "RPSI", "RRSTBEEF", "RSHO", "RTHI", "RTHMB", "RTIB", "RTOE", "STRN", "T8",
    "RTHUMBTIP", "RINDEXTIP", "RMIDDLETIP", "RRINGTIP", "RPINKYTIP",
    "LTHUMBTIP", "LINDEXTIP", "LMIDDLETIP", "LRINGTIP", "LPINKYTIP",
)  # fmt: skip

_SMPLH_IDS: Final = (
    3470, 3171, 3327, 857, 1812, 628, 182, 3116, 3040, 239, 1666, 1725, 0, 2174, 1568, 1368, 3387, 2112, 1053, 1058, 3336,
    3346, 1323, 2108, 3122, 3314, 1252, 1082, 1861, 1454, 850, 2224, 3233, 1769, 6728, 4343, 5273, 4116, 3694, 6399, 6540,
    6488, 3749, 5135, 5194, 3512, 5635, 5210, 4360, 4841, 6786, 5573, 4538, 4544, 6736, 6747, 4804, 5568, 6544, 6682, 5322,
    4927, 5686, 4598, 6633, 3506, 3508, 6191, 5782, 5905, 6016, 6133, 2746, 2319, 2445, 2556, 2673,
)  # fmt: skip
_SMPLX_IDS: Final = (
    5920, 5621, 5882, 3486, 4430, 3258, 2029, 5694, 5645, 9117, 4302, 4319, 707, 4788, 4198, 3998, 8846, 4726, 3682, 3688,
    5890, 5901, 3961, 4722, 5698, 5868, 3892, 3712, 4479, 4088, 3477, 4839, 5787, 4291, 8576, 6248, 7166, 6021, 3067, 8250,
    8388, 8339, 3116, 7040, 7099, 2198, 7524, 7115, 6265, 6746, 8634, 7462, 6443, 6449, 8584, 8595, 6709, 7458, 8392, 8527,
    7215, 6832, 7575, 6503, 8481, 5945, 5947, 8079, 7669, 7794, 7905, 8022, 5361, 4933, 5058, 5169, 5286,
)  # fmt: skip

MIRRORED: Final[tuple[tuple[str, str], ...]] = tuple(
    (name, "R" + name[1:]) for name in MARKER_NAMES if name.startswith("L") and "R" + name[1:] in MARKER_NAMES
)
"""(left, right) names of markers that are each other's mirror image; the published set is not symmetric beyond these."""


def marker_ids(num_vertices: int) -> NDArray[np.intp]:
    """The published ids (77,) for a topology: 6890 vertices are SMPL and SMPL-H, 10475 are SMPL-X; KeyError otherwise."""
    return np.array({6890: _SMPLH_IDS, 10475: _SMPLX_IDS}[num_vertices], np.intp)
