"""Samples adult shapes with MakeHuman's macro sliders and a set of local ones.

The macro system (MakeHuman documentation, "macro targets"): every slider is split into named ends, a target's file name
lists one end per slider, and its weight is the product of those ends' shares.
"""

from dataclasses import dataclass

import numpy as np

from scripts.open_body.sources import Array, Sources

RACES = ("african", "asian", "caucasian")
LOCAL = (
    "torso/torso-scale-horiz", "torso/torso-scale-depth", "torso/torso-vshape", "torso/torso-muscle-pectoral",
    "torso/torso-muscle-dorsi", "torso/measure-shoulder-dist", "hip/hip-scale-horiz", "hip/hip-scale-depth",
    "stomach/stomach-tone", "buttocks/buttocks-volume", "neck/neck-scale-vert", "neck/neck-scale-horiz",
    "legs/upperlegs-height", "legs/lowerlegs-height", "legs/?-upperleg-fat", "legs/?-lowerleg-muscle",
    "arms/?-upperarm-muscle", "arms/?-upperarm-fat", "arms/?-lowerarm-muscle", "arms/measure-upperarm-length",
    "arms/measure-lowerarm-length",
)  # fmt: skip
"""Sliders with a -decr and an -incr end; `?` stands for both sides."""


@dataclass(frozen=True)
class Person:
    """Slider positions in [0, 1]; local sliders in [-1, 1]."""

    gender: float
    age: float
    muscle: float
    weight: float
    height: float
    proportions: float
    cup: float
    firmness: float
    race: tuple[float, float, float]
    local: tuple[float, ...]


def sample_people(gender: str, count: int, seed: int) -> list[Person]:
    """Adults of 20 to 65 years; spreads chosen so that stature and girth vary about as in national surveys."""
    rng = np.random.default_rng(seed)

    def around(mean: float, spread: float, low: float = 0.02, high: float = 0.98) -> float:
        return float(np.clip(rng.normal(mean, spread), low, high))

    centre = {"male": 1.0, "female": 0.0, "neutral": 0.5}[gender]
    people = []
    for _ in range(count):
        people.append(
            Person(
                gender=around(centre, 0.08, 0.0, 1.0), age=float(rng.uniform(0.5, 0.78)), muscle=around(0.55, 0.2),
                weight=around(0.54, 0.23), height=around(HEIGHT_CENTRE[gender], 0.045), proportions=around(0.6, 0.18),
                cup=around(0.45, 0.18), firmness=around(0.6, 0.15),
                race=tuple(rng.dirichlet((1.5, 1.5, 1.5))),
                local=tuple(np.clip(rng.normal(0, 0.28, len(LOCAL)), -0.9, 0.9)),
            )
        )  # fmt: skip
    return people


HEIGHT_CENTRE = {"male": 0.520, "female": 0.525, "neutral": 0.518}
"""Slider positions whose mean statures are near 1.77, 1.64 and 1.71 m."""


def shape_of(person: Person, sources: Sources, base: Array) -> Array:
    """All base vertices (19158, 3) in this person's shape, still in MakeHuman's A-pose."""
    vertices = base.copy()
    for name, amount in _target_weights(person):
        moved = sources.target(name)
        if moved is not None and amount > 1e-4:
            np.add.at(vertices, moved[0], amount * moved[1])
    return vertices


def _target_weights(person: Person) -> list[tuple[str, float]]:
    gender = {"female": 1 - person.gender, "male": person.gender}
    age = _ends(person.age, "child", "young", "old", middle=0.5)
    muscle = _ends(person.muscle, "minmuscle", "averagemuscle", "maxmuscle")
    weight = _ends(person.weight, "minweight", "averageweight", "maxweight")
    height = _ends(person.height, "minheight", "", "maxheight")
    proportions = _ends(person.proportions, "uncommonproportions", "", "idealproportions")
    cup = _ends(person.cup, "mincup", "averagecup", "maxcup")
    firmness = _ends(person.firmness, "minfirmness", "averagefirmness", "maxfirmness")
    race = dict(zip(RACES, person.race, strict=True))
    body = [gender, age, muscle, weight]
    result = _products("macrodetails/", [race, gender, age])
    result += _products("macrodetails/universal-", body)
    result += _products("macrodetails/height/", [*body, height])
    result += _products("macrodetails/proportions/", [*body, proportions])
    result += _products("breast/", [{"female": gender["female"]}, *body[1:], cup, firmness])
    for name, amount in zip(LOCAL, person.local, strict=True):
        end = f"{name}-{'incr' if amount > 0 else 'decr'}"
        result += [(end.replace("?", side), abs(amount)) for side in (("l", "r") if "?" in end else ("",))]
    return result


def _ends(value: float, low: str, centre: str, high: str, *, middle: float = 0.5) -> dict[str, float]:
    if value <= middle:
        return {low: (middle - value) / middle, centre: value / middle}
    return {centre: (1 - value) / (1 - middle), high: (value - middle) / (1 - middle)}


def _products(prefix: str, factors: list[dict[str, float]]) -> list[tuple[str, float]]:
    combined = [("", 1.0)]
    for factor in factors:
        combined = [(f"{a}-{b}" if a else b, x * y) for a, x in combined for b, y in factor.items() if b and x * y > 0]
    return [(prefix + name, amount) for name, amount in combined]
