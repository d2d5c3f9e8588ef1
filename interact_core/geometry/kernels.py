"""The distance kernels, one source for CPU and CUDA. Importing this imports warp: go through warp_runtime.kernels()."""

# mypy: disable-error-code="valid-type,attr-defined,misc,index,call-overload"
# ruff: noqa: UP018, RUF046, SIM102, SIM110 - warp reads these functions as a language of its own
import warp as wp

GRADIENT_SLACK = wp.constant(wp.float32(0.1))
"""A cell whose trilinear gradient is off unit length by more than this holds an edge or a medial sheet: see ADR 0001."""
_MOST_CROSSINGS = wp.constant(wp.int32(64))
_STRAIGHT = wp.constant(wp.float32(0.95))
"""Cosine between a face's normal and the way from it from which a point is straight above or below the face."""


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
def _surely_within(mesh: wp.uint64, p: wp.vec3) -> bool:
    """Generalised winding number over 0.5, summed face by face (Van Oosterom and Strackee 1983): slow, and never fooled.

    Only asked where everything else disagrees. A ray that grazes an edge counts it twice or not at all, which
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
def _turns(mesh: wp.uint64, p: wp.vec3, direction: wp.vec3) -> int:
    """How many times more a ray goes out of the mesh than in: the winding number, unless it grazes an edge."""
    way = wp.normalize(direction)
    start = p
    count = int(0)
    for _ in range(_MOST_CROSSINGS):
        hit = wp.mesh_query_ray(mesh, start, way, 10.0)
        if not hit.result:
            return count
        if wp.dot(hit.normal, way) > 0.0:
            count += 1
        else:
            count -= 1
        start = start + way * (hit.t + 1.0e-5)
    return count


@wp.func
def _within(mesh: wp.uint64, p: wp.vec3) -> bool:
    """Winding number over 0.5, told by two rays that agree, else face by face."""
    first = _turns(mesh, p, wp.vec3(0.37, 0.86, -0.35))
    second = _turns(mesh, p, wp.vec3(-0.71, 0.31, 0.64))
    if first == second:
        return first > 0
    return _surely_within(mesh, p)


@wp.func
def _between(p: wp.vec3, low: wp.vec3, high: wp.vec3, room: float) -> bool:
    r = wp.vec3(room, room, room)
    a = p - low + r
    b = high - p + r
    return a[0] > 0.0 and a[1] > 0.0 and a[2] > 0.0 and b[0] > 0.0 and b[1] > 0.0 and b[2] > 0.0


@wp.func
def _in_any(p: wp.vec3, boxes: wp.array2d(dtype=wp.vec3), count: int, room: float) -> bool:
    """Whether p is in one of the first `count` segments' boxes, each wider by `room`; box 0 is around all."""
    if not _between(p, boxes[0, 0], boxes[0, 1], room):
        return False
    for box in range(1, count + 1):
        if _between(p, boxes[box, 0], boxes[box, 1], room):
            return True
    return False


@wp.func
def _signed(mesh: wp.uint64, p: wp.vec3, offset: wp.vec3, sign_there: float, face: int, simple: float) -> float:
    """Signed distance of a point by its way from the nearest place of the mesh and the pseudo-normal's sign there.

    Where rays disagree with the sign, the winding number decides: outside, the point may lie in another part of a body that
    passes through itself; inside, the nearest point may be a vertex whose neighbours' normals mislead (measured: single
    vertices 40 to 80 mm "inside" though far in front of the chest). `simple`: a point nearer than that straight above or below
    its nearest face is taken for what it is to that face, whatever other part of the body it may be in as well.
    """
    length = wp.length(offset)
    sign = sign_there
    if length > 1.0e-6:
        away = offset / length
        if length < simple:
            if wp.abs(wp.dot(away, wp.mesh_eval_face_normal(mesh, face))) > _STRAIGHT:
                return sign * length
        first = _odd(mesh, p, away + wp.vec3(0.017, 0.011, 0.013))
        if sign < 0.0:
            # Near a vertex the pseudo-normal may point the wrong way; far inside, a ray knows as much.
            if not first and length > 1.0e-3 and not _within(mesh, p):
                sign = 1.0
        elif first and _odd(mesh, p, away + wp.vec3(-0.13, 0.19, -0.17)):
            if _within(mesh, p):
                sign = -1.0
    return sign * length


@wp.func
def _moving(
    mesh: wp.uint64, p: wp.vec3, cap: float, outer: float, boxes: wp.array2d(dtype=wp.vec3), hint: int, simple: float
) -> wp.vec2:  # fmt: skip
    """Signed distance of a point within `outer` of a segment's box, and its nearest face, -1 where that is beyond `outer`.

    Points are looked for within `outer` first, for most are outside; only what is in a segment's box and two rays cannot
    rule out to be inside is looked for as far as cap.
    """
    reach = outer
    if hint >= 0:
        reach = wp.min(cap, _reach(mesh, hint, p) * 1.0001 + 1.0e-6)
    query = wp.mesh_query_point_sign_normal(mesh, p, reach)
    distance = outer
    face = int(-1)
    if query.result:
        place = wp.mesh_eval_position(mesh, query.face, query.u, query.v)
        distance = _signed(mesh, p, p - place, query.sign, query.face, simple)
        face = query.face
    elif _in_any(p, boxes, boxes.shape[0] - 1, 0.0):
        first = _odd(mesh, p, wp.vec3(0.9, 0.31, 0.27))
        second = _odd(mesh, p, wp.vec3(-0.33, 0.22, 0.87))
        if first or second:
            far = wp.mesh_query_point_sign_normal(mesh, p, cap)
            if far.result:
                place = wp.mesh_eval_position(mesh, far.face, far.u, far.v)
                distance = _signed(mesh, p, p - place, far.sign, far.face, simple)
                face = far.face
            elif first and second:
                if _within(mesh, p):
                    distance = -cap
    if distance > outer:
        distance = outer
        face = -1
    return wp.vec2(distance, float(face))


@wp.kernel(enable_backward=False)
def moving_distance(
    mesh: wp.uint64, points: wp.array(dtype=wp.vec3), cap: float, outer: float, boxes: wp.array2d(dtype=wp.vec3),
    hint: wp.array(dtype=int), out: wp.array(dtype=float),
) -> None:  # fmt: skip
    """Signed distance to a closed mesh, clamped to [-cap, outer], outer <= cap.

    `boxes` (B + 1, 2): around the mesh and around each of the segments it is made of. `hint` holds the nearest face of the
    last frame, or -1.
    """
    i = wp.tid()
    distance = outer
    face = int(-1)
    if _in_any(points[i], boxes, boxes.shape[0] - 1, outer):
        found = _moving(mesh, points[i], cap, outer, boxes, hint[i], 0.0)
        distance = found[0]
        face = int(found[1])
    hint[i] = face
    out[i] = distance


@wp.kernel(enable_backward=False)
def watched_distance(
    mesh: wp.uint64, points: wp.array(dtype=wp.vec3), owner: wp.array(dtype=int), near: wp.array(dtype=int),
    rotation: wp.array(dtype=wp.mat33), translation: wp.array(dtype=wp.vec3), cap: float, outer: float,
    boxes: wp.array2d(dtype=wp.vec3), hint: wp.array(dtype=int), out: wp.array(dtype=float),
) -> None:  # fmt: skip
    """The same for points in the frames of parts that move, each only against the first `near` segments."""
    i = wp.tid()
    p = rotation[owner[i]] * points[i] + translation[owner[i]]
    distance = outer
    face = int(-1)
    if _in_any(p, boxes, near[i], outer):
        found = _moving(mesh, p, cap, outer, boxes, hint[i], outer)
        distance = found[0]
        face = int(found[1])
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


@wp.kernel
def first_hits(
    mesh: wp.uint64, start: wp.array(dtype=wp.vec3), end: wp.array(dtype=wp.vec3), share: wp.array(dtype=float),
    normal: wp.array(dtype=wp.vec3),
) -> None:  # fmt: skip
    """The first face on each way, as a share of it, and the face's normal; nothing is written where there is none."""
    i = wp.tid()
    way = end[i] - start[i]
    length = wp.length(way)
    if length > 1.0e-7:
        hit = wp.mesh_query_ray(mesh, start[i], way / length, length)
        if hit.result:
            share[i] = hit.t / length
            normal[i] = hit.normal


@wp.func
def _refined(mesh: wp.uint64, p: wp.vec3, place: wp.vec3, value: float, cell: float) -> float:
    """Exact distance; the grid knows the side except right at the surface, where the face's pseudo-normal does.

    A weighted mean of eight exact distances is off by at most the weighted mean of the ways to those corners, and that by
    at most the root of the mean square: how far the query has to look.
    """
    part = place - wp.vec3(wp.floor(place[0]), wp.floor(place[1]), wp.floor(place[2]))
    reach = wp.abs(value) + cell * (0.05 + wp.sqrt(wp.dot(part, wp.vec3(1.0, 1.0, 1.0) - part)))
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
def _look_up(grid: wp.array(dtype=float), shape: wp.vec3i, cell: float, band: float, place: wp.vec3) -> wp.vec2:
    """Trilinear value and length of its gradient at a place counted in cells from the first node.

    1 for the length where that does not matter: outside the box and beyond the band.
    """
    last = wp.vec3(float(shape[0] - 1), float(shape[1] - 1), float(shape[2] - 1))
    inside = wp.min(wp.max(place, wp.vec3(0.0, 0.0, 0.0)), last)
    i = wp.min(int(inside[0]), shape[0] - 2)
    j = wp.min(int(inside[1]), shape[1] - 2)
    k = wp.min(int(inside[2]), shape[2] - 2)
    x = inside[0] - float(i)
    y = inside[1] - float(j)
    z = inside[2] - float(k)
    n00 = (i * shape[1] + j) * shape[2] + k
    n01 = n00 + shape[2]
    n10 = n00 + shape[1] * shape[2]
    n11 = n10 + shape[2]
    c000 = grid[n00]
    c001 = grid[n00 + 1]
    c010 = grid[n01]
    c011 = grid[n01 + 1]
    c100 = grid[n10]
    c101 = grid[n10 + 1]
    c110 = grid[n11]
    c111 = grid[n11 + 1]
    a00 = wp.lerp(c000, c001, z)
    a01 = wp.lerp(c010, c011, z)
    a10 = wp.lerp(c100, c101, z)
    a11 = wp.lerp(c110, c111, z)
    near = wp.lerp(a00, a01, y)
    far = wp.lerp(a10, a11, y)
    value = wp.lerp(near, far, x)
    beyond = (place - inside) * cell
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


@wp.kernel(enable_backward=False)
def part_distance(
    mesh: wp.uint64, grid: wp.array(dtype=float), shape: wp.vec3i, origin: wp.vec3, cell: float, band: float,
    points: wp.array2d(dtype=wp.vec3), rotation: wp.array(dtype=wp.mat33), translation: wp.array(dtype=wp.vec3),
    has_sign: int, block: int, out: wp.array2d(dtype=float),
) -> None:  # fmt: skip
    """Distance of world points (T, N) to one rigid part, signed or not; `out` keeps the smaller of itself and this part.

    Each thread does `block` points of a frame: one on a graphics card, all of them on the CPU, where a thread is a call.
    """
    t, first = wp.tid()
    turn = wp.transpose(rotation[t])
    shift = turn * translation[t] + origin
    per_cell = 1.0 / cell
    for n in range(first * block, wp.min((first + 1) * block, points.shape[1])):
        place = (turn * points[t, n] - shift) * per_cell
        fine = _look_up(grid, shape, cell, band, place)
        value = fine[0]
        near = wp.abs(value) < wp.min(0.25 * cell, band)
        if near or (wp.abs(value) < band and wp.abs(fine[1] - 1.0) > GRADIENT_SLACK):
            value = _refined(mesh, origin + place * cell, place, value, cell)
        if has_sign == 0:
            value = wp.abs(value)
        out[t, n] = wp.min(out[t, n], value)
