"""Which clips a split file means, where its spelling is not theirs (data format note, D5 and 5.4)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

CHILD: Final = re.compile(r"(.+)_(?:aug_)?\d+")
"""An augmented child, and a clip whose name got its start frame: <name>_<k> or <name>_aug_<n>."""
_ALIASES: Final = {"greensuitcase": "suitcase"}
"""InterCap's objects that are called otherwise in the released test list."""


@dataclass(frozen=True)
class Resolution:
    """Test names by how they were found: as they are, in another spelling, with a start frame behind them, or not at all."""

    exact: frozenset[str]
    spelling: Mapping[str, str]
    suffix: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]

    @property
    def clips(self) -> frozenset[str]:
        """All clip names that the list means."""
        return self.exact | frozenset(self.spelling.values()) | frozenset(n for names in self.suffix.values() for n in names)

    @property
    def mended(self) -> Mapping[str, tuple[str, ...]]:
        """Test name to the clip names that should stand in its place."""
        return {**{name: (clip,) for name, clip in self.spelling.items()}, **self.suffix}


def resolve(test: Iterable[str], names: Iterable[str]) -> Resolution:
    """`names` are the clips that are there."""
    names = set(names)
    plain: dict[str, list[str]] = {}
    parents: dict[str, list[str]] = {}
    for name in sorted(names):
        plain.setdefault(normal(name), []).append(name)
        if match := CHILD.fullmatch(name):
            parents.setdefault(normal(match[1]), []).append(name)
    exact, spelling, suffix, missing = set(), {}, {}, []
    for name in dict.fromkeys(test):
        if name in names:
            exact.add(name)
        elif len(plain.get(normal(name), ())) == 1:
            spelling[name] = plain[normal(name)][0]
        elif normal(name) in parents:
            suffix[name] = tuple(parents[normal(name)])
        else:
            missing.append(name)
    return Resolution(frozenset(exact), spelling, suffix, tuple(missing))


def normal(name: str) -> str:
    """Without case and separators, aliases replaced; numbers keep apart what a separator kept apart."""
    joined = re.sub(r"(?<=\d)[_\- .]+(?=\d)", "/", name.lower())
    joined = re.sub(r"[_\- .]+", "", joined)
    for alias, usual in _ALIASES.items():
        joined = joined.replace(alias, usual)
    return joined
