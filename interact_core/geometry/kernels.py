"""The distance kernels, one source for CPU and CUDA. Importing this imports warp: go through warp_runtime.kernels()."""

# mypy: disable-error-code="valid-type,attr-defined,misc"
# ruff: noqa: UP018, RUF046, SIM102 - warp reads these functions as a language of its own
import warp as wp

GRADIENT_SLACK = wp.constant(wp.float32(0.05))
"""A cell whose trilinear gradient is off unit length by more than this holds an edge or a medial sheet: see ADR 0001."""


@wp.func
def _reach(mesh: wp.uint64, face: int, point: wp.vec3) -> float:
    """Distance to the nearest corner of a face: an upper bound of the distance to the mesh."""
    data = wp.mesh_get(mesh)
    a = data.points[data.indices[3 * face]]
    b = data.points[data.indices[3 * face + 1]]
    c = data.points[data.indices[3 * face + 2]]
    return wp.min(wp.min(wp.length(point - a), wp.length(point - b)), wp.length(point - c))


@wp.func
def _odd(mesh: wp.uint64, point: wp.vec3, direction: wp.vec3) -> bool:
    return wp.mesh_query_ray_count_intersections(mesh, point, direction, -1) % 2 == 1


@wp.func
def _within(mesh: wp.uint64, p: wp.vec3) -> bool:
    """Generalised winding number over 0.5, summed face by face (Van Oosterom and Strackee 1983): slow, and never fooled.

    Only asked where the pseudo-normal and two rays disagree. A ray that grazes an edge counts it twice or not at all, which
    alone made about one far vertex in a million jump to the inside.
    """
    data = wp.mesh_get(mesh)
    total = float(0.0)
    for face in range(data.indices.shape[0] // 3):
        a = data.points[data.indices[3 * face]] - p
        b = data.points[data.indices[3 * face + 1]] - p
        c = data.points[data.indices[3 * face + 2]] - p
        la = wp.length(a)
        lb = wp.length(b)
        lc = wp.length(c)
        below = la * lb * lc + wp.dot(a, b) * lc + wp.dot(b, c) * la + wp.dot(c, a) * lb
        total += 2.0 * wp.atan2(wp.dot(a, wp.cross(b, c)), below)
    return total > 2.0 * wp.pi


@wp.func
def _deep(p: wp.vec3, low: wp.vec3, high: wp.vec3, cap: float) -> bool:
    """Only a point this far inside the box can be deeper than cap."""
    room = wp.min(wp.min(p - low, high - p), wp.vec3(cap, cap, cap))
    return room[0] >= cap and room[1] >= cap and room[2] >= cap


@wp.kernel(enable_backward=False)
def moving_distance(
    mesh: wp.uint64, points: wp.array(dtype=wp.vec3), cap: float, low: wp.vec3, high: wp.vec3,
    hint: wp.array(dtype=int), out: wp.array(dtype=float),
) -> None:  # fmt: skip
    """Signed distance to a closed mesh within the box low..high, clamped to +-cap.

    `hint` holds the nearest face of the last frame, or -1.
    The pseudo-normal of the nearest face says the side. Where rays disagree with it, the winding number decides: outside, the
    point may lie in another part of a body that passes through itself; inside, the nearest point may be a vertex whose
    neighbours' normals mislead (measured: single vertices 40 to 80 mm "inside" though far in front of the chest).
    """
    i = wp.tid()
    p = points[i]
    reach = cap
    if hint[i] >= 0:
        reach = wp.min(cap, _reach(mesh, hint[i], p) * 1.0001 + 1.0e-6)
    query = wp.mesh_query_point_sign_normal(mesh, p, reach)
    distance = cap
    face = int(-1)
    if query.result:
        offset = p - wp.mesh_eval_position(mesh, query.face, query.u, query.v)
        length = wp.length(offset)
        sign = query.sign
        if length > 1.0e-6:
            away = offset / length
            first = _odd(mesh, p, away + wp.vec3(0.017, 0.011, 0.013))
            if sign < 0.0:
                # Near a vertex the pseudo-normal may point the wrong way; far inside, a ray knows as much.
                if not first and length > 1.0e-3 and not _within(mesh, p):
                    sign = 1.0
            elif first and _odd(mesh, p, away + wp.vec3(-0.13, 0.19, -0.17)):
                if _within(mesh, p):
                    sign = -1.0
        distance = sign * length
        face = query.face
    elif _deep(p, low, high, cap):
        if _odd(mesh, p, wp.vec3(0.9, 0.31, 0.27)) and _odd(mesh, p, wp.vec3(-0.33, 0.22, 0.87)):
            if _within(mesh, p):
                distance = -cap
    hint[i] = face
    out[i] = distance


@wp.kernel(enable_backward=False)
def closest_points(
    mesh: wp.uint64, points: wp.array(dtype=wp.vec3), reach: wp.array(dtype=float), out: wp.array(dtype=wp.vec3)
) -> None:
    """Nearest point of the mesh, NaN where none is within a point's reach."""
    i = wp.tid()
    query = wp.mesh_query_point_no_sign(mesh, points[i], reach[i])
    if query.result:
        out[i] = wp.mesh_eval_position(mesh, query.face, query.u, query.v)
    else:
        out[i] = wp.vec3(wp.nan, wp.nan, wp.nan)


@wp.func
def _refined(mesh: wp.uint64, p: wp.vec3, value: float, cell: float) -> float:
    """Exact distance; the grid knows the side except right at the surface, where the face's pseudo-normal does."""
    reach = wp.abs(value) + 0.9 * cell
    if wp.abs(value) < 0.3 * cell:
        near = wp.mesh_query_point_sign_normal(mesh, p, reach)
        if near.result:
            return near.sign * wp.length(p - wp.mesh_eval_position(mesh, near.face, near.u, near.v))
        return value
    query = wp.mesh_query_point_no_sign(mesh, p, reach)
    if query.result:
        return wp.sign(value) * wp.length(p - wp.mesh_eval_position(mesh, query.face, query.u, query.v))
    return value


@wp.func
def _look_up(grid: wp.array3d(dtype=float), origin: wp.vec3, cell: float, band: float, p: wp.vec3) -> wp.vec2:
    """Trilinear value and length of its gradient; 1 where that does not matter: outside the box and beyond the band."""
    last = wp.vec3(float(grid.shape[0] - 1), float(grid.shape[1] - 1), float(grid.shape[2] - 1))
    inside = wp.min(wp.max((p - origin) / cell, wp.vec3(0.0, 0.0, 0.0)), last)
    i = wp.min(int(inside[0]), grid.shape[0] - 2)
    j = wp.min(int(inside[1]), grid.shape[1] - 2)
    k = wp.min(int(inside[2]), grid.shape[2] - 2)
    x = inside[0] - float(i)
    y = inside[1] - float(j)
    z = inside[2] - float(k)
    c000 = grid[i, j, k]
    c001 = grid[i, j, k + 1]
    c010 = grid[i, j + 1, k]
    c011 = grid[i, j + 1, k + 1]
    c100 = grid[i + 1, j, k]
    c101 = grid[i + 1, j, k + 1]
    c110 = grid[i + 1, j + 1, k]
    c111 = grid[i + 1, j + 1, k + 1]
    a00 = wp.lerp(c000, c001, z)
    a01 = wp.lerp(c010, c011, z)
    a10 = wp.lerp(c100, c101, z)
    a11 = wp.lerp(c110, c111, z)
    near = wp.lerp(a00, a01, y)
    far = wp.lerp(a10, a11, y)
    value = wp.lerp(near, far, x)
    beyond = p - (origin + inside * cell)
    outside = wp.length_sq(beyond) > 1.0e-12
    if not outside and wp.abs(value) >= band:
        return wp.vec2(value, 1.0)
    low = wp.lerp(wp.lerp(c000, c010, y), wp.lerp(c100, c110, y), x)
    high = wp.lerp(wp.lerp(c001, c011, y), wp.lerp(c101, c111, y), x)
    gradient = wp.vec3(far - near, wp.lerp(a01, a11, x) - wp.lerp(a00, a10, x), high - low) / cell
    slope = wp.length(gradient)
    if outside:
        if wp.abs(slope - 1.0) > 0.02:
            return wp.vec2(value + wp.length(beyond), 1.0)
        # The border point's foot lies on the surface: nearer the truth than the sum, and never below it.
        return wp.vec2(wp.length(beyond + gradient * (value / slope)), 1.0)
    return wp.vec2(value, slope)


@wp.func
def _grid_distance(
    mesh: wp.uint64, grid: wp.array3d(dtype=float), origin: wp.vec3,
    cell: float, band: float, p: wp.vec3,
) -> float:  # fmt: skip
    fine = _look_up(grid, origin, cell, band, p)
    value = fine[0]
    near = wp.abs(value) < wp.min(0.25 * cell, band)
    if near or (wp.abs(value) < band and wp.abs(fine[1] - 1.0) > GRADIENT_SLACK):
        return _refined(mesh, p, value, cell)
    return value


@wp.kernel(enable_backward=False)
def part_distance(
    mesh: wp.uint64, grid: wp.array3d(dtype=float), origin: wp.vec3,
    cell: float, band: float,
    points: wp.array2d(dtype=wp.vec3), rotation: wp.array(dtype=wp.mat33), translation: wp.array(dtype=wp.vec3),
    has_sign: int, out: wp.array2d(dtype=float),
) -> None:  # fmt: skip
    """Distance of world points (T, N) to one rigid part, signed or not; `out` keeps the smaller of itself and this part."""
    t, n = wp.tid()
    local = wp.transpose(rotation[t]) * (points[t, n] - translation[t])
    distance = _grid_distance(mesh, grid, origin, cell, band, local)
    if has_sign == 0:
        distance = wp.abs(distance)
    out[t, n] = wp.min(out[t, n], distance)
