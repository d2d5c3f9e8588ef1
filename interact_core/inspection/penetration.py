"""How deep body and object go into each other: deepest point, mean, volume; both directions; a depth per vertex."""

import numpy as np
from numpy.typing import NDArray

from interact_core.inspection.colormaps import PENETRATION
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, average, ranges_over, worst
from interact_core.inspection.results import Track, Value, VertexField
from interact_core.settings_tree import PENETRATION_RANGE


def measure(evidence: Evidence) -> Findings:
    if not evidence.has_objects:
        return Findings()
    body = depth_of(evidence.fields.body_signed_distance)
    thing = depth_of(evidence.fields.object_signed_distance)
    table = evidence.thresholds
    per_side = _deepest(body), _deepest(thing)
    deepest = Track(
        "penetration_max", "Deepest penetration", "m", np.fmax(*per_side), table.penetration, "penetration"
    )  # fmt: skip
    mean = Track(
        "penetration_mean", "Mean penetration", "m", _mean(body, thing, table.penetration_allowance), None, "penetration"
    )
    volume = Track("penetration_volume", "Penetrated volume", "m^3", _volume(evidence, body), None, "penetration")
    sides = (
        Track("penetration_body", "Deepest body vertex inside the object", "m", per_side[0], None, "penetration"),
        Track("penetration_object", "Deepest object vertex inside the body", "m", per_side[1], None, "penetration"),
    )
    summary = (
        ("penetration_max", worst(deepest)),
        ("penetration_mean", average(mean, "Mean penetration of penetrating vertices")),
        ("penetration_volume", worst(volume)),
        ("penetration_frames", _frames(deepest)),
    )
    artifacts = ranges_over(deepest, table.severe("penetration"), kind="penetration")
    return Findings((deepest, mean, volume, *sides), _fields(body, thing), summary, artifacts, _notes(evidence))


def depth_of(distance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Metres below the surface, 0 outside, NaN kept."""
    return np.maximum(-distance, np.float32(0.0))


def _deepest(depth: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = np.fmax.reduce(depth, axis=1)
    return result


def _mean(body: NDArray[np.float32], thing: NDArray[np.float32], allowance: float) -> NDArray[np.float32]:
    """Mean depth of the vertices of both meshes that are deeper than the allowance; 0 where there are none."""
    measured = np.isfinite(body).any(axis=1) | np.isfinite(thing).any(axis=1)
    total, count = np.zeros(len(body)), np.zeros(len(body))
    for depth in (body, thing):
        deep = depth > allowance
        total += np.where(deep, depth, 0.0).sum(axis=1)
        count += deep.sum(axis=1)
    return np.where(measured, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _volume(evidence: Evidence, body: NDArray[np.float32]) -> NDArray[np.float32]:
    """Depth integrated over the penetrating skin, seen along the depth: exact for a shallow dent into a flat face.

    On a triangle the surface gradient g of the depth gives the angle between its normal and the depth's direction:
    cos^2 = 1 - |g|^2. Parts that come out again on the other side are counted once more, so deep overlaps read high.
    """
    faces = evidence.posed.choice.model.closed_skin_faces
    result = np.where(np.isfinite(body).any(axis=1), 0.0, np.nan).astype(np.float32)
    a, b, c = (np.ascontiguousarray(faces[:, k]) for k in range(3))
    for t in np.flatnonzero((body > 0).any(axis=1)):
        inside = body[t] > 0
        touched = faces[inside[a] | inside[b] | inside[c]]
        result[t] = _dent(evidence.posed.body_vertices[t][touched].astype(np.float64), body[t][touched].astype(np.float64))
    return result


def _dent(corners: NDArray[np.float64], depth: NDArray[np.float64]) -> float:
    """m^3 over triangles (F, 3, 3) with depths (F, 3) at their corners."""
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    a, b = depth[:, 1] - depth[:, 0], depth[:, 2] - depth[:, 0]
    uu, uv, vv = (u * u).sum(1), (u * v).sum(1), (v * v).sum(1)
    twice = uu * vv - uv * uv
    good = twice > 1e-18
    slope = np.divide(a * a * vv - 2 * a * b * uv + b * b * uu, twice, out=np.zeros(len(u)), where=good)
    facing = np.sqrt(np.clip(1.0 - slope, 0.0, 1.0))
    return float((0.5 * np.sqrt(np.maximum(twice, 0.0)) * depth.mean(axis=1) * facing).sum())


def _frames(deepest: Track) -> Value:
    over = np.asarray(deepest.values) > (deepest.threshold or 0.0)
    measured = np.isfinite(deepest.values)
    percent = 100.0 * over.sum() / max(int(measured.sum()), 1)
    return Value("Frames with penetration over the threshold", float(percent), "%", "penetration")


def _fields(body: NDArray[np.float32], thing: NDArray[np.float32]) -> tuple[VertexField, ...]:
    return (
        VertexField("body_penetration", "Penetration depth", "m", "body", body, 0.0, PENETRATION_RANGE, PENETRATION),
        VertexField("object_penetration", "Penetration depth", "m", "object", thing, 0.0, PENETRATION_RANGE, PENETRATION),
    )


def _notes(evidence: Evidence) -> tuple[str, ...]:
    thin = [name for name, flag in zip(evidence.posed.part_names, evidence.fields.thin_shell, strict=True) if flag]
    if not thin:
        return ()
    return (
        f"{', '.join(thin)}: an open or thin-walled surface without a clear inside. The body's distance to it has no sign, "
        "so penetration is measured only where its vertices are inside the body; skin behind its wall is measured apart.",
    )
