"""The verbs of the field and their forms; rules for the regular ones, a table for the rest."""

from functools import lru_cache
from typing import Final

_REGULAR: Final = (
    "lift carry place drag push pull kick rotate move turn open close lower raise walk step reach grasp clutch clasp grip clench "
    "hoist elevate release drop pick pass toss lean rest perch tilt tug haul shove roll shift balance inspect look touch use "
    "exert apply support secure maintain occupy nudge propel squat crouch stretch straighten flip curl examine adjust press "
    "squeeze stack load unload pour fill wipe clean switch type tap knock snap lock unlock bounce bowl juggle serve dribble "
    "wave point stop start continue manipulate play exercise approach return transfer deliver position align possess handle "
    "grab jump dance hop"
)
_IRREGULAR: Final[dict[str, tuple[str, str]]] = {
    "hold": ("held", "held"), "put": ("put", "put"), "set": ("set", "set"), "take": ("took", "taken"),
    "bring": ("brought", "brought"), "sit": ("sat", "sat"), "stand": ("stood", "stood"), "bend": ("bent", "bent"),
    "throw": ("threw", "thrown"), "catch": ("caught", "caught"), "drink": ("drank", "drunk"), "eat": ("ate", "eaten"),
    "swing": ("swung", "swung"), "sweep": ("swept", "swept"), "keep": ("kept", "kept"), "give": ("gave", "given"),
    "get": ("got", "got"), "go": ("went", "gone"), "come": ("came", "come"), "leave": ("left", "left"),
    "lay": ("laid", "laid"), "lie": ("lay", "lain"), "slide": ("slid", "slid"), "shake": ("shook", "shaken"),
    "spin": ("spun", "spun"), "run": ("ran", "run"), "begin": ("began", "begun"), "hang": ("hung", "hung"),
    "kneel": ("knelt", "knelt"), "stick": ("stuck", "stuck"), "hit": ("hit", "hit"), "shut": ("shut", "shut"),
    "wear": ("wore", "worn"), "make": ("made", "made"), "do": ("did", "done"), "have": ("had", "had"),
}  # fmt: skip
_DOUBLED: Final = frozenset({
    "drop", "grip", "drag", "tug", "flip", "step", "tap", "squat", "hop", "stop", "snap", "grab", "put", "set", "sit", "spin",
    "run", "begin", "get", "hit", "shut", "propel", "transfer",
})  # fmt: skip
BASES: Final = frozenset(_REGULAR.split()) | frozenset(_IRREGULAR)
_PARTICIPLES: Final = {forms[1]: base for base, forms in _IRREGULAR.items()}


def third(base: str) -> str:
    """ "carry" -> "carries"."""
    if base == "have":
        return "has"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def past(base: str) -> str:
    if base in _IRREGULAR:
        return _IRREGULAR[base][0]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + (base[-1] if base in _DOUBLED else "") + "ed"


def progressive(base: str) -> str:
    if base == "lie":
        return "lying"
    if base.endswith("e") and not base.endswith("ee"):
        return base[:-1] + "ing"
    return base + (base[-1] if base in _DOUBLED else "") + "ing"


THIRDS: Final = {third(base): base for base in BASES}
PASTS: Final = {past(base): base for base in BASES if past(base) != base and past(base) not in ("left", "lay")}
"""Forms that are only past: "put" says nothing, "left" is a side."""
PROGRESSIVES: Final = {progressive(base): base for base in BASES}


@lru_cache(maxsize=4096)
def base_of(word: str) -> str:
    """The verb that a form belongs to; "" where it is none of the field's verbs."""
    if word in BASES:
        return word
    return THIRDS.get(word) or PASTS.get(word) or PROGRESSIVES.get(word) or _PARTICIPLES.get(word, "")
