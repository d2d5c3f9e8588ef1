"""Who touches what: hands, fingers, body parts and sides of the object, as 0/1 over time, and a contact weight per vertex."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh
from interact_core.inspection.colormaps import CONTACT
from interact_core.inspection.evidence import HANDS, Evidence
from interact_core.inspection.findings import Findings, share
from interact_core.inspection.results import Track, VertexField

FINGERS: Final = tuple(f"{side}_{f}" for side in ("left", "right") for f in ("thumb", "index", "middle", "ring", "pinky"))
PALMS: Final = ("left_palm", "right_palm")
BODY_PARTS: Final = (
    "head", "neck", "chest", "back", "abdomen", "pelvis", "left_seat", "right_seat", "left_upper_arm", "right_upper_arm",
    "left_forearm", "right_forearm", "left_thigh", "right_thigh", "left_shin", "right_shin", "left_foot", "right_foot",
    "left_sole", "right_sole",
)  # fmt: skip
SIDES: Final = ("right", "left", "top", "bottom", "front", "back")
"""Of an object in its own frame: +x, -x, +y, -y, +z, -z as its mesh file has them."""


def measure(evidence: Evidence) -> Findings:
    if not evidence.has_objects:
        return Findings()
    hands = tuple(_region_track(evidence, name, "contact") for name in HANDS)
    parts = tuple(_region_track(evidence, name, "contact_fingers") for name in (*PALMS, *FINGERS))
    body = tuple(_region_track(evidence, name, "contact_body") for name in BODY_PARTS)
    sides = _object_tracks(evidence)
    everything = Track(
        "contact_object", "Object touched", "", _as_track(np.any(evidence.object_contact, axis=0), _measured(evidence)),
        None, "contact", True,
    )  # fmt: skip
    summary = tuple((t.id, share(t, f"{t.title}, share of frames")) for t in (*hands, everything))
    touched = tuple((t.id, share(t, f"{t.title}, share of frames")) for t in (*body, *sides) if np.nansum(t.values) > 0)
    return Findings((*hands, *parts, *body, everything, *sides), _fields(evidence), (*summary, *touched))


def _measured(evidence: Evidence) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = np.logical_or.reduce(evidence.object_present, axis=1)
    return result


def _as_track(state: NDArray[np.bool_], measured: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.where(measured, state.astype(np.float32), np.float32(np.nan))


def _region_track(evidence: Evidence, region: str, group: str) -> Track:
    distance = evidence.body_distance(region)
    title = f"Contact of the {region.replace('_', ' ')}"
    values = _as_track(evidence.contact_state(distance), np.isfinite(distance))
    return Track(f"contact_{region}", title, "", values, None, group, True)


def _object_tracks(evidence: Evidence) -> tuple[Track, ...]:
    """A track for each side of each part that is ever touched."""
    found = []
    for part, where, name in zip(evidence.posed.parts, evidence.posed.part_slices, evidence.posed.part_names, strict=True):
        side_of = mesh_sides(part.mesh)
        distance = evidence.fields.object_signed_distance[:, where]
        for k, side in enumerate(SIDES):
            if not (side_of == k).any():
                continue
            nearest = np.fmin.reduce(distance[:, side_of == k], axis=1)
            state = evidence.contact_state(nearest)
            if state.any():
                title, values = f"Contact of the {name}'s {side}", _as_track(state, np.isfinite(nearest))
                found.append(Track(f"contact_{name}_{side}", title, "", values, None, "contact_object", True))
    return tuple(found)


def mesh_sides(mesh: Mesh) -> NDArray[np.intp]:
    """(V,) index into SIDES: the face of the bounding box that a vertex is relatively nearest to."""
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    place = (mesh.vertices - (low + high) / 2) / np.maximum((high - low) / 2, 1e-9)
    axis = np.abs(place).argmax(axis=1)
    return 2 * axis + (place[np.arange(len(place)), axis] < 0)


def contact_weight(distance: NDArray[np.float32], on: float, off: float) -> NDArray[np.float32]:
    """1 nearer than `on`, 0 farther than `off`, linear between (refinement note 6.3); NaN kept."""
    result: NDArray[np.float32] = np.clip((off - distance) / np.float32(off - on), 0.0, 1.0).astype(np.float32)
    return result


def _fields(evidence: Evidence) -> tuple[VertexField, ...]:
    on, off = evidence.thresholds.contact_on, evidence.thresholds.contact_off
    body = contact_weight(evidence.fields.body_signed_distance, on, off)
    thing = contact_weight(evidence.fields.object_signed_distance, on, off)
    return (
        VertexField("body_contact", "Contact", "", "body", body, 0.0, 1.0, CONTACT),
        VertexField("object_contact", "Contact", "", "object", thing, 0.0, 1.0, CONTACT),
    )
