"""What a small view shows of a candidate, made where the candidate is made: few triangles, half precision."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from interact_core.inspection import PosedClip

_BODY_TRIANGLES: Final = 4000
_THING_TRIANGLES: Final = 1500


class Thinner:
    """Candidates of one body are thinned alike, by one pose (V, 3) of it, so that a view can take over another's motion."""

    def __init__(self, pose: NDArray[np.float32], faces: NDArray[np.int32]) -> None:
        from interact_app.scene.thin import thinned

        self._body = thinned(pose, faces, _BODY_TRIANGLES)

    def view(self, posed: "PosedClip") -> dict[str, NDArray[Any]]:
        """Arrays for a file; float16 is a millimetre, which no small picture shows."""
        from interact_app.scene.thin import thinned

        kept, faces, edges = [np.zeros(0, np.int32)], [np.zeros((0, 3), np.int32)], [0]
        for part in posed.part_slices:
            own = (posed.object_faces >= part.start).all(axis=1) & (posed.object_faces < part.stop).all(axis=1)
            found = thinned(posed.object_vertices[0, part], posed.object_faces[own] - part.start, _THING_TRIANGLES)
            kept.append(found.kept + np.int32(part.start))
            faces.append(found.faces + np.int32(edges[-1]))
            edges.append(edges[-1] + len(found.kept))
        return {
            "body": posed.body_vertices[:, self._body.kept].astype(np.float16), "body_faces": self._body.faces,
            "things": posed.object_vertices[:, np.concatenate(kept)].astype(np.float16),
            "thing_faces": np.concatenate(faces), "edges": np.array(edges, np.int32), "joints": posed.joints.astype(np.float32),
        }  # fmt: skip
