"""The tokens of InterAct's text records for the demo's own vocabulary: lemma/POS per word, without a language model."""

import re
from typing import Final

_WORDS: Final[dict[str, str]] = {
    "DET": "a an the both each its another",
    "ADP": (
        "with on to from of over in into onto off at behind by against under for after beside before across along through "
        "between"
    ),
    "ADV": "forward forwards up down away again then back once slowly twice out around open halfway aside closely over",
    "PRON": "it someone his her himself them",
    "CCONJ": "and",
    "PART": "to",
    "NUM": "one two three four",
    "SCONJ": "while",
    "ADJ": "few small wooden low high heavy right left whole straight full other",
    "AUX": "is",
    "NOUN": (
        "person=person man=man woman=woman box=box hands=hand hand=hand floor=floor ground=ground steps=step "
        "step=step mug=mug cup=cup table=table stand=stand sip=sip chair=chair suitcase=suitcase ball=ball "
        "broom=broom shelf=shelf bottle=bottle chest=chest lid=lid dumbbell=dumbbell bat=bat book=book foot=foot "
        "air=air arm=arm arms=arm edge=edge times=time top=top palms=palm strokes=stroke weight=weight front=front "
        "side=side chin=chin shoulder=shoulder handle=handle crate=crate swing=swing drink=drink seat=seat curls=curl "
        "head=head face=face cover=cover desk=desk room=room "
    ),
    "VERB": (
        "tilts=tilt held=hold "
        "lifts=lift carries=carry puts=put picks=pick sets=set walks=walk squats=squat drinks=drink takes=take "
        "places=place sits=sit lowers=lower stands=stand pushes=push shoves=shove pulls=pull drags=drag kicks=kick "
        "rolls=roll throws=throw tosses=toss catches=catch sweeps=sweep passes=pass hands=hand moves=move leans=lean "
        "rests=rest opens=open raises=raise closes=close looks=look curls=curl swings=swing hits=hit turns=turn "
        "holds=hold shows=show inspects=inspect bends=bend steps=step reaches=reach grabs=grab grasps=grasp "
        "shuts=shut rotates=rotate carry=carry lift=lift drink=drink sit=sit move=move kick=kick play=play "
        "manipulate=manipulate hold=hold pass=pass adjust=adjust exercise=exercise swing=swing rotate=rotate eat=eat "
        "bowling=bowling standing=stand walking=walk holding=hold rolling=roll using=use facing=face looking=look "
        "dragging=drag leaning=lean pushing=push pulling=pull trains=train slides=slide flips=flip bowls=bowl "
        "releases=release straightens=straighten sweeping=sweep "
    ),
}  # fmt: skip


def _lexicon() -> dict[str, tuple[str, str]]:
    table: dict[str, tuple[str, str]] = {}
    for tag, words in _WORDS.items():
        for entry in words.split():
            word, _, lemma = entry.partition("=")
            table.setdefault(f"{word}/{tag}", (lemma or word, tag))
            table.setdefault(word, (lemma or word, tag))
    return table


_LEXICON: Final = _lexicon()
_BOTH: Final = {"hands", "steps", "curls", "swing", "drink", "hand"}


def tokens(caption: str) -> tuple[str, ...]:
    """lemma/POS of every word. KeyError on a word the demo does not know: add it to the table above."""
    out: list[str] = []
    before = ""
    for word in re.findall(r"[A-Za-z]+", caption):
        key = word.lower()
        lemma, tag = _LEXICON[key]
        if key in _BOTH:
            # "hands the ball", "a person steps": a noun after a determiner, number or adjective, else the verb.
            noun = before in ("DET", "NUM", "ADJ")
            lemma, tag = _LEXICON[f"{key}/{'NOUN' if noun else 'VERB'}"]
        if key == "to" and before not in ("ADP", "VERB", "NOUN", "ADV"):
            tag = "PART"
        out.append(f"{lemma if tag in ('NOUN', 'VERB') else word}/{tag}")
        before = tag
    return tuple(out)
