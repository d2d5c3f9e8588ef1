"""Object names as data sets spell them ("largetable", "chairwood", "boxsmall_01") and as people say them ("large table").

The word lists cover the objects of the sets that InterAct unites (BEHAVE, OMOMO, GRAB, NeuralDome, CHAIRS, IMHD, ParaHome
and others), by their public names.
"""

import re
from functools import lru_cache
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOUNS: Final = _words(
    """apple backpack bag ball banana bar basin basket bat bathtub bed beerbottle bench binoculars board book bottle bowl box
    broom brush bucket cabinet camera can cap cart case cellphone chair chest clothes coat container couch crate cup
    cupboard cushion cylinder cube dish door drawer drum duck dumbbell elephant eyeglasses fan flashlight flask floor lamp
    flute fork frame fryingpan pan fridge gamecontroller controller glass glasses guitar hammer handle hanger hat
    headphones helmet iron jar jug kettle keyboard knife ladder laptop lid lightbulb bulb lock microphone microwave
    monitor mop mouse mug notebook oven paper pen phone piano pillow pitcher plate pot pottery printer pyramid racket rack
    refrigerator rod rope ruler sack scissors screen screwdriver seat shelf shoe skateboard snowboard sofa speaker sphere
    spoon sponge spray stand stamp stapler stick stool suitcase switch sword table tablet tape teapot toolbox toothbrush
    toothpaste torch torus towel toy train trash trashcan tray trolley tripod tube umbrella vacuum vase violin washbasin
    watch watering wheel whiteboard window wineglass yogaball yogamat mat kickball basketball football tennisball
    volleyball doorknob alarmclock clock hand person"""
)
_QUALITIES: Final[dict[str, str]] = {
    "wood": "wooden", "white": "white", "black": "black", "red": "red", "blue": "blue", "green": "green", "large": "large",
    "big": "big", "small": "small", "medium": "medium", "tiny": "tiny", "long": "long", "short": "short", "tall": "tall",
    "square": "square", "round": "round", "plastic": "plastic", "metal": "metal", "paper": "paper", "glass": "glass",
    "straight": "straight", "folding": "folding", "flat": "flat", "wide": "wide", "thin": "thin", "half": "half",
    "stripe": "striped", "soft": "soft", "swivel": "swivel",
}  # fmt: skip
_FIXED: Final[dict[str, str]] = {
    "yogaball": "yoga ball", "yogamat": "yoga mat", "trashbin": "trash bin", "trashcan": "trash can", "floorlamp": "floor lamp",
    "clothesstand": "clothes stand", "toolbox": "toolbox", "fryingpan": "frying pan", "wineglass": "wine glass",
    "toothbrush": "toothbrush", "toothpaste": "toothpaste", "gamecontroller": "game controller", "lightbulb": "light bulb",
    "alarmclock": "alarm clock", "stanfordbunny": "bunny", "rubberduck": "rubber duck", "cellphone": "phone",
    "doorknob": "door knob", "piggybank": "piggy bank", "coffeemug": "coffee mug", "waterbottle": "water bottle",
    "baseball": "baseball", "basketball": "basketball", "keyboard": "keyboard", "suitcase": "suitcase",
    "skateboard": "skateboard",
    "backpack": "backpack", "notebook": "notebook", "eyeglasses": "glasses", "headphones": "headphones", "monitor": "monitor",
    "tennisracket": "tennis racket", "kettlebell": "kettlebell", "dumbbell": "dumbbell", "whiteboard": "whiteboard",
    "boxmedium": "medium box", "espressomachine": "espresso machine", "capsulemachine": "capsule machine",
}  # fmt: skip
_SYNONYMS: Final = (
    ("table", "desk"), ("box", "crate", "carton", "package", "cardboard"), ("chair", "seat", "stool", "armchair"),
    ("mug", "cup", "glass"), ("suitcase", "luggage", "trolley", "case", "bag"), ("backpack", "bag", "rucksack"),
    ("monitor", "screen", "display"), ("sofa", "couch"), ("stand", "table", "post", "pedestal"), ("chest", "box", "trunk", "lid"),
    ("broom", "brush", "mop", "stick"), ("container", "box", "bin", "crate", "tub"), ("trash", "bin", "can"),
    ("shelf", "board", "rack"),
    ("dumbbell", "weight"), ("toolbox", "box", "case"), ("ball", "yogaball", "basketball", "football"), ("lamp", "light"),
    ("phone", "cellphone", "smartphone"), ("crate", "box", "container"), ("bottle", "flask"), ("bat", "stick", "club"),
    ("cabinet", "cupboard", "drawer"), ("pan", "fryingpan"), ("tripod", "stand"), ("stool", "chair", "seat"),
    ("laptop", "computer", "notebook"), ("mouse", "computermouse"), ("hanger", "rack", "stand"), ("vacuum", "cleaner", "hoover"),
)  # fmt: skip
_DRINKS: Final = frozenset({"mug", "cup", "bottle", "glass", "wineglass", "flask", "can", "jug", "teapot", "beerbottle"})
_FOODS: Final = frozenset({"apple", "banana", "spoon", "fork", "bowl", "bread", "sandwich"})


@lru_cache(maxsize=4096)
def name_parts(name: str) -> tuple[tuple[str, ...], str]:
    """(qualities, noun): "largetable" -> (("large",), "table"). A word that is not known is a noun of its own."""
    bare = re.sub(r"[^a-z]+", "", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    if bare in _FIXED:
        *qualities, noun = _FIXED[bare].split()
        return tuple(qualities), noun
    for quality, said in _QUALITIES.items():
        for rest in (bare.removeprefix(quality), bare.removesuffix(quality)):
            if rest != bare and rest and (rest in _NOUNS or rest in _FIXED):
                inner, noun = name_parts(rest)
                return (said, *inner), noun
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    return (tuple(words[:-1]), words[-1]) if words else ((), "object")


def spoken_name(name: str) -> str:
    """ "chairwood" -> "wooden chair"."""
    qualities, noun = name_parts(name)
    return " ".join((*qualities, noun))


@lru_cache(maxsize=4096)
def words_for(name: str) -> frozenset[str]:
    """Single words that may stand for the object in a sentence: its data set spelling, its noun, synonyms of that."""
    qualities, noun = name_parts(name)
    bare = re.sub(r"[^a-z]+", "", name.lower())
    found = {bare, noun, "".join((*qualities, noun))}
    for group in _SYNONYMS:
        if noun in group:
            found.update(group)
    return frozenset(found | {"object", "item", "thing", "furniture"})


def is_drinkable(name: str) -> bool:
    return name_parts(name)[1] in _DRINKS


def is_edible(name: str) -> bool:
    return name_parts(name)[1] in _FOODS


HANDLED_NOUNS: Final = _NOUNS - _words(
    "floor hand person handle seat stamp can watch watering case lock switch stick train drum iron frame board paper wheel"
)
"""Nouns that name things one can handle, and nothing else: a sentence about one that is not in the clip stands out."""
