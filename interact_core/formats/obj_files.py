"""OBJ geometry with vertices exactly as the file's `v` lines give them.

InterAct stores vertex *indices* (sample points, ARCTIC part flags) that count `v` lines. trimesh splits vertices at
texture seams, returns several meshes for several materials and fails on negative indices, each of which breaks that
count; so OBJ is read here and the other mesh formats through trimesh. Format: Wavefront OBJ, vertices and faces only.
"""

import itertools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError


def parse_obj(text: str, path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
    """vertices (V, 3), faces (F, 3) by fan triangulation, and how many faces had fewer than three corners."""
    vertex_rows: list[list[str]] = []
    corners: list[list[int]] = []
    skipped = 0
    for number, line in enumerate(_logical_lines(text), start=1):
        if line.startswith("v "):
            vertex_rows.append(line.split()[1:4])
        elif line.startswith("f "):
            polygon = _polygon(line, len(vertex_rows), number, path)
            if len(polygon) < 3:
                skipped += 1
            elif len(polygon) == 3:
                corners.append(polygon)
            else:
                corners.extend([polygon[0], b, c] for b, c in itertools.pairwise(polygon[1:]))
    return _vertices(vertex_rows, path), np.array(corners, np.int64).reshape(-1, 3), skipped


def _logical_lines(text: str) -> list[str]:
    if "\\\n" in text or "\\\r\n" in text:
        text = text.replace("\\\r\n", " ").replace("\\\n", " ")
    return [line.lstrip().replace("\t", " ") for line in text.splitlines()]


def _polygon(line: str, count: int, number: int, path: Path) -> list[int]:
    """Corner indices from 0; `f 1/2/3 ...` keeps the first number, negative ones count back from the latest vertex."""
    try:
        indices = [int(corner.split("/", 1)[0]) for corner in line.split()[1:]]
    except ValueError as error:
        raise InputError(
            f"line {number} has a face that is not made of vertex numbers", path=path, field="f", remedy="Export the mesh again"
        ) from error
    return [i - 1 if i > 0 else count + i if i < 0 else -1 for i in indices]


def _vertices(rows: list[list[str]], path: Path) -> NDArray[np.float64]:
    try:
        return np.array(rows, np.float64).reshape(-1, 3) if rows else np.zeros((0, 3))
    except ValueError as error:
        raise InputError(
            "has a vertex line that is not three numbers", path=path, field="v", remedy="Export the mesh again"
        ) from error
