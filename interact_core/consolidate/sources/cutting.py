"""Where long recordings are cut into clips: ARCTIC between descriptions, ParaHome between groups of sections."""

from collections.abc import Mapping, Sequence
from typing import Final

from interact_core.formats.words.annotation_csv import AnnotatedSegment
from interact_core.formats.words.arctic_description import Described

SHORT: Final = 200
LONG: Final = 400
TARGET: Final = 300
_INSIDE: Final = 1_000
"""What a cut costs that runs through a description, in frames off the target length."""
_ANYWHERE: Final = 10_000
"""What a cut costs at no description's border, or a clip shorter than SHORT."""
_GRID: Final = 50


def arctic_cuts(lines: Sequence[Described], num_frames: int) -> tuple[tuple[int, int], ...]:
    """Ranges [start, end) that cover the recording: 200 to 400 frames, near 300, cut at borders of descriptions and best
    where no description is under way. The cheapest of all ways to cut, found by dynamic programming."""
    if num_frames <= LONG:
        return ((0, num_frames),)
    borders = {b for line in lines for b in (line.start, line.end) if 0 < b < num_frames}
    points = sorted(borders | set(range(_GRID, num_frames, _GRID)) | {0, num_frames})
    price = {p: _price(p, lines, borders) for p in points}
    price[num_frames] = 0
    best: dict[int, tuple[float, int]] = {0: (0.0, 0)}
    for end in points[1:]:
        ways = [
            (best[start][0] + price[end] + _length_price(end - start), start)
            for start in points if start < end <= start + LONG and start in best
        ]  # fmt: skip
        if ways:
            best[end] = min(ways)
    ranges, end = [], num_frames
    while end > 0:
        ranges.append((best[end][1], end))
        end = best[end][1]
    return tuple(reversed(ranges))


def _price(point: int, lines: Sequence[Described], borders: set[int]) -> int:
    under_way = any(line.start < point < line.end for line in lines)
    return _INSIDE * under_way + _ANYWHERE * (point not in borders)


def _length_price(length: int) -> int:
    return abs(length - TARGET) + _ANYWHERE * (length < SHORT)


def arctic_sentence(lines: Sequence[Described], thing: str, start: int, end: int) -> str:
    """`grab box with both hands, and use box with left hand.` of what is described in the frames; one-handed lines go where
    a two-handed one says the same verb at the same time."""
    here = [line for line in lines if line.start < end and line.end > start]
    both = [line for line in here if line.hand == "both"]
    kept = [
        line for line in here
        if line.hand == "both"
        or not any(o.verb.lower() == line.verb.lower() and o.start < line.end and line.start < o.end for o in both)
    ]  # fmt: skip
    return joined([f"{line.verb} {thing} with {line.phrase}" for line in kept])


def joined(phrases: Sequence[str]) -> str:
    """One sentence; "" of nothing."""
    plain = [text for phrase in phrases if (text := phrase.strip().rstrip("."))]
    if len(plain) < 2:
        return f"{plain[0]}." if plain else ""
    return f"{', '.join(plain[:-1])}, and {plain[-1]}."


def parahome_groups(
    sections: Sequence[AnnotatedSegment], items: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[AnnotatedSegment, ...], ...]:
    """Neighbours go together while the last one is short or shares a thing with the next, up to 400 frames in all."""
    groups: list[list[AnnotatedSegment]] = []
    for section in sections:
        last = groups[-1] if groups else None
        if last and section.end - last[0].start <= LONG and _belongs(last[-1], section, items):
            last.append(section)
        else:
            groups.append([section])
    return tuple(tuple(group) for group in groups)


def _belongs(before: AnnotatedSegment, after: AnnotatedSegment, items: Mapping[str, tuple[str, ...]]) -> bool:
    shared = set(items.get(before.text, ())) & set(items.get(after.text, ()))
    return before.end - before.start < SHORT or bool(shared)
