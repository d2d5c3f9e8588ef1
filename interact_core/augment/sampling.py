"""Drawing candidates: the k-th draw of a seed is the same whatever was drawn before it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from interact_core.augment.options import Following, Variations

DRIFT_WAVES = 3
_SPREADS = {"even": 1.0, "small": 2.0, "large": 0.5}
"""Power that the size of a draw is raised to, as a share of its range."""


@dataclass(frozen=True)
class Draw:
    """One candidate's numbers: metres, radians, shares. `drift` (3 waves, 3 axes, amplitude and phase) is None if off."""

    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    drift: tuple[tuple[float, ...], ...] | None = None
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)
    limbs: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """The person's height, and the lengths of arms and legs on top of it, as shares."""
    betas: tuple[float, ...] = ()
    """What is added to shape coefficients: as many tenths of a standard deviation as limbs may change by per cent."""
    mirror: bool = False
    warp: float = 1.0
    side: float = 0.0
    follow: float = 0.75
    swap: int = -1
    """Which of the offered meshes; -1: the object's own."""

    def record(self) -> dict[str, object]:
        """What differs from doing nothing, for a manifest."""
        plain = Draw()
        return {name: value for name, value in vars(self).items() if value != getattr(plain, name)}


def draw(variations: Variations, following: Following, seed: int, index: int, meshes: int = 0) -> Draw:
    """The candidate `index` of `seed`; `meshes` are offered for a swap."""
    v, rng = variations, np.random.default_rng([seed, index])
    # Every number is drawn whether it is used or not: switching one variation on leaves the others' numbers alone.
    radius, bearing, height = np.sqrt(rng.uniform()), rng.uniform(0, 2 * np.pi), rng.uniform(-1, 1)
    yaw, side, follow = rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform()
    sizes, limbs, warp = rng.uniform(size=3), rng.uniform(-1, 1, size=3), rng.uniform()
    mirrored, swapped = rng.uniform() < 0.5, rng.uniform()
    waves = rng.uniform(-1, 1, size=(DRIFT_WAVES, 6))
    betas = rng.normal(size=10)
    radius, height, yaw, side, limbs = (_spread(value, v.spread) for value in (radius, height, yaw, side, limbs))
    sizes, warp = (0.5 + 0.5 * _spread(2 * value - 1, v.spread) for value in (sizes, warp))
    far = v.displace_far * radius
    span = v.scale_high - v.scale_low
    scale = v.scale_low + span * (sizes if v.scale_axes else np.repeat(sizes[:1], 3))
    offset = (float(far * np.cos(bearing)), float(v.displace_high * height), float(far * np.sin(bearing)))
    return Draw(
        offset=offset if v.displace else (0.0, 0.0, 0.0),
        yaw=float(np.radians(v.yaw_most) * yaw) if v.yaw else 0.0,
        drift=tuple(tuple(float(x) for x in wave) for wave in waves) if v.drift else None,
        scale=(float(scale[0]), float(scale[1]), float(scale[2])) if v.scale else (1.0, 1.0, 1.0),
        limbs=(tuple(float(1 + v.shape_most * x) for x in limbs)) if v.shape else (1.0, 1.0, 1.0),  # type: ignore[arg-type]
        betas=tuple(float(10 * v.shape_most * x) for x in np.clip(betas, -2, 2)) if v.shape else (),
        mirror=bool(v.mirror and mirrored),
        warp=float(np.exp(np.log(v.warp_low) + warp * (np.log(v.warp_high) - np.log(v.warp_low)))) if v.warp else 1.0,
        side=float(np.radians(v.side_most) * side) if v.side else 0.0,
        follow=float(following.follow_low + follow * (following.follow_high - following.follow_low)),
        swap=int(swapped * meshes) if v.swap and meshes else -1,
    )


def _spread(value: Any, kind: str) -> Any:
    """Numbers in [-1, 1] nearer to the middle or to the ends of their range."""
    return value if kind == "even" else np.sign(value) * np.abs(value) ** _SPREADS[kind]
