"""Sentences about clips, from templates and synonyms: they say the action, the thing and what the numbers cannot hide.

Some words and templates are kept out of training (`HELD_OUT`), to measure how the text encoder takes new wording.
"""

from typing import Final

import numpy as np

from interact_core.generate.world.plan import Stage
from interact_core.generate.world.shapes import FAMILIES

_WHO: Final = ("A person", "Someone", "A man", "A woman", "The person", "He", "She", "A human", "The actor", "Somebody")
_THINGS: Final[dict[str, tuple[str, ...]]] = {
    "box": ("box", "carton", "cardboard box", "crate"), "can": ("can", "canister", "drum", "cylinder"),
    "ball": ("ball", "round ball", "sphere"), "bar": ("bar", "rod", "stick", "pole"),
    "mug": ("mug", "cup", "pitcher"), "dumbbell": ("dumbbell", "weight", "barbell"),
    "stool": ("stool", "side table", "small table"), "chair": ("chair", "seat"), "plank": ("plank", "board", "slab"),
}  # fmt: skip
_SIZES: Final = (("small", "little", "tiny"), ("", "medium", "mid-sized"), ("big", "large", "bulky"))
_VERBS: Final[dict[str, tuple[str, ...]]] = {
    "lift": ("lifts {o}", "picks up {o}", "raises {o} from the floor", "picks {o} up from the ground", "lifts {o} off the floor",
             "takes {o} from the floor", "bends down and lifts {o}", "grabs {o} and lifts it up"),
    "adjust": ("puts {o} down", "sets {o} down on the floor", "places {o} on the ground", "lowers {o} to the floor",
               "puts {o} on the floor", "lays {o} down", "sets down {o} and lets go"),
    "carry": ("carries {o}", "walks with {o} in the hands", "carries {o} forward", "takes {o} along while walking",
              "transports {o}", "walks while holding {o}", "brings {o} over"),
    "move": ("pushes {o}", "slides {o} over the floor", "shoves {o}", "moves {o} along the floor", "pushes {o} along",
             "moves {o} to another spot"),
    "rotate": ("rotates {o}", "turns {o}", "twists {o} in the hands", "turns {o} around", "spins {o} in the hands",
               "rotates {o} in front of the body", "tilts {o} to and fro"),
    "hold": ("holds {o}", "inspects {o}", "looks at {o}", "examines {o}", "holds {o} before the face",
             "holds {o} up to look at it", "takes a closer look at {o}"),
    "drink": ("drinks from {o}", "takes a sip from {o}", "brings {o} to the mouth and drinks", "sips from {o}",
              "raises {o} to the lips and drinks", "drinks out of {o}"),
    "swing": ("swings {o}", "swings {o} from side to side", "waves {o} left and right", "swings {o} back and forth",
              "sways {o} to both sides"),
    "exercise": ("exercises with {o}", "works out with {o}", "lifts {o} up and down repeatedly", "trains with {o}",
                 "pumps {o} up and down", "does repetitions with {o}", "presses {o} several times"),
    "kick": ("kicks {o}", "kicks {o} away", "gives {o} a kick", "hits {o} with the foot", "strikes {o} with a foot",
             "boots {o} forward"),
    "sit": ("sits down on {o}", "sits on {o}", "takes a seat on {o}", "turns around and sits on {o}", "seats down on {o}",
            "rests on {o}"),
}  # fmt: skip
HELD_OUT: Final[dict[str, tuple[str, ...]]] = {
    "lift": ("hoists {o} up from the ground", "is picking {o} up"),
    "adjust": ("is putting {o} down on the ground", "drops off {o} on the floor"),
    "carry": ("is carrying {o} across the room", "walks around holding {o}"),
    "move": ("is pushing {o} across the floor", "drags {o} along the ground"),
    "rotate": ("is turning {o} round in the hands", "keeps rotating {o}"),
    "hold": ("is inspecting {o} closely", "studies {o} in front of the face"),
    "drink": ("is drinking from {o}", "has a drink out of {o}"),
    "swing": ("is swinging {o} to the left and right", "keeps swinging {o}"),
    "exercise": ("is working out using {o}", "keeps lifting {o} up and down for training"),
    "kick": ("is kicking {o} with the foot", "gives a strong kick to {o}"),
    "sit": ("is sitting down onto {o}", "takes place on {o} and sits"),
}  # fmt: skip
"""Wordings that no training sentence has; the words in them are partly new, partly in other forms."""


def sentences(stage: Stage, action: str, held_out: bool = False) -> list[str]:
    """One sentence a clip, drawn with the stage's own random numbers."""
    rng = stage.rng
    verbs = HELD_OUT[action] if held_out else _VERBS[action]
    out = []
    for k in range(stage.count):
        family, size = FAMILIES[int(stage.shapes.family[k])], int(stage.shapes.size_class[k])
        thing = _thing(rng, family, size)
        body = verbs[rng.integers(len(verbs))].format(o=thing) + _tail(rng, stage, action, k)
        style = rng.random()
        if style < 0.12:
            out.append(body[0].upper() + body[1:])
        else:
            who = _WHO[rng.integers(len(_WHO))]
            out.append(f"{who} {body}" + ("." if rng.random() < 0.7 else ""))
    return out


def sentence(rng: np.random.Generator, action: str, family: str, size: int, held_out: bool = False) -> str:
    """A sentence without a clip: only what action and thing say."""
    verbs = HELD_OUT[action] if held_out else _VERBS[action]
    return f"{_WHO[rng.integers(len(_WHO))]} {verbs[rng.integers(len(verbs))].format(o=_thing(rng, family, size))}."


def _thing(rng: np.random.Generator, family: str, size: int) -> str:
    if rng.random() < 0.12:
        noun = ("object", "thing", "item")[rng.integers(3)]
    else:
        noun = _THINGS[family][rng.integers(len(_THINGS[family]))]
    adjective = _SIZES[size][rng.integers(3)] if rng.random() < 0.4 else ""
    article = "the" if rng.random() < 0.35 else ("an" if (adjective or noun)[0] in "aeio" else "a")
    return " ".join(word for word in (article, adjective, noun) if word)


def _tail(rng: np.random.Generator, stage: Stage, action: str, k: int) -> str:
    """What else can be said: hands, side, height. Left out half of the time."""
    if rng.random() < 0.5:
        return ""
    alone = int(stage.uses[k, 0]) - int(stage.uses[k, 1])
    sides = {1: "left", -1: "right"}
    if action == "kick":
        return f" with the {sides[int(np.sign(stage.facts['side'][k]))]} foot"
    if action == "lift" and stage.facts["high"][k]:
        return (" over the head", " overhead", " high up")[rng.integers(3)]
    if action == "exercise":
        return " over the head" if stage.facts["high"][k] else " to the chest"
    if action == "move":
        way = int(stage.facts["way"][k])
        return f" to the {sides[way]}" if way else " forward"
    if action == "sit":
        return ""
    if alone:
        return f" with the {sides[alone]} hand"
    return (" with both hands", " with two hands")[rng.integers(2)]
