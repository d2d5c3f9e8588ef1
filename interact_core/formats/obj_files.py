"""OBJ geometry with vertices exactly as the file's `v` lines give them.

InterAct stores vertex *indices* (sample points, ARCTIC part flags) that count `v` lines. trimesh splits vertices at
texture seams, returns several meshes for several materials and fails on negative indices, each of which breaks that
count; so OBJ is read here and the other mesh formats through trimesh. Format: Wavefront OBJ, vertices and faces only.
"""

import itertools
import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError

_INDENTED: Final = re.compile(r"^(?:[ \t]+[vf][ \t]|[vf]\t)", re.MULTILINE)


def parse_obj(text: str, path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
    """vertices (V, 3), faces (F, 3) by fan triangulation, and how many faces had fewer than three corners."""
    if "\\" in text:
        text = text.replace("\\\r\n", " ").replace("\\\n", " ")
    lines = text.splitlines()
    if _INDENTED.search(text):
        lines = [line.lstrip().replace("\t", " ") for line in lines]
    vertices = _vertices([line for line in lines if line[:2] == "v "], path)
    face_lines = [line for line in lines if line[:2] == "f "]
    try:
        faces = _triangles(face_lines)
        skipped = 0
        if faces is None:
            faces, skipped = _polygons(lines)
    except (ValueError, OverflowError) as error:
        raise InputError("has a face that is not made of vertex numbers", path=path, field="f", remedy=_AGAIN) from error
    return vertices, faces - 1, skipped


def _columns(lines: list[str]) -> tuple[list[str], int]:
    """All words of lines that have equally many, and how many; (_, 0) if they differ. Ten times faster than line by line."""
    spaces = lines[0].count(" ") if lines else 0
    if any(line.count(" ") != spaces for line in lines):
        return [], 0
    words = " ".join(lines).split()
    return (words, spaces + 1) if len(words) == len(lines) * (spaces + 1) else ([], 0)


def _vertices(lines: list[str], path: Path) -> NDArray[np.float64]:
    """Colours behind the coordinates are not used."""
    words, width = _columns(lines)
    try:
        if width >= 4:
            return np.array([list(map(float, words[axis::width])) for axis in (1, 2, 3)], np.float64).T
        rows = [[float(word) for word in line.split(None, 4)[1:4]] for line in lines]
        return np.array(rows, np.float64).reshape(len(lines), 3)
    except ValueError as error:
        raise InputError("has a vertex line that is not three numbers", path=path, field="v", remedy=_AGAIN) from error


def _triangles(lines: list[str]) -> NDArray[np.int64] | None:
    """Faces counted from 1, if all are triangles with positive corners; None otherwise."""
    words, width = _columns(lines)
    if width != 4:
        return None
    # A vertex's corner word recurs in every face around it: convert each word once.
    index = {word: _corner(word) for word in set(words) if word != "f"}
    if min(index.values()) < 0:
        return None
    return np.array([[index[word] for word in words[k::4]] for k in (1, 2, 3)], np.int64).T


def _polygons(lines: list[str]) -> tuple[NDArray[np.int64], int]:
    """Any faces, cut into fans; negative corners count back from the latest vertex above."""
    triangles: list[list[int]] = []
    count = skipped = 0
    for line in lines:
        if line[:2] == "v ":
            count += 1
        elif line[:2] == "f ":
            polygon = [i if i >= 0 else count + i + 1 for i in map(_corner, line.split()[1:])]
            skipped += len(polygon) < 3
            triangles.extend([polygon[0], b, c] for b, c in itertools.pairwise(polygon[1:]))
    return np.array(triangles, np.int64).reshape(-1, 3), skipped


def _corner(word: str) -> int:
    return int(word.split("/", 1)[0])


_AGAIN: Final = "Export the mesh again"
