"""BABEL's JSON: per sequence a `seq_ann` with labels of the whole and a `frame_ann` with labels from `start_t` to `end_t`
seconds, each with `raw_label`, `proc_label`, `act_cat`, `seg_id`. The extra release has lists, `seq_anns` and `frame_anns`.

`BabelFile` keeps the tree, so that keys we do not know stay. What BABEL has no key for lies under "interact" in a label.
"""

import copy
import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.words.json_text import load_json
from interact_core.formats.words.model import MAX_FRAME, ClipWords, decode, frame_at
from interact_core.formats.words.text_txt import variant_name

TIER: Final = "action"
"""Where labels of other programs go; ours say their tier."""
OURS: Final = "interact"
_TEXTS: Final = ("tier", "actor", "object", "part", "hand", "note", "author", "label")


@dataclass(frozen=True)
class BabelFile:
    """`tree`: sequence name to its entry, as in the file. `raw` is the file as it stood."""

    tree: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes = b""

    @classmethod
    def parse(cls, data: bytes, path: Path | None = None) -> "BabelFile":
        """InputError naming the line of broken JSON, or the field that is not as BABEL has it."""
        tree = load_json(decode(data, path), path)
        if not isinstance(tree, dict):
            raise InputError("holds no sequences", path=path, field="line 1", remedy='Expected {"sequence": {"seq_ann": ...}}')
        file = cls(tree, data)
        for name in tree:
            file.words(name, 30.0, path=path)  # any rate shows whether it can be read
        return file

    def words(self, sequence: str, fps: float, num_frames: int | None = None, path: Path | None = None) -> ClipWords:
        """What is said of one sequence. KeyError for an unknown one."""
        entry = self.tree[sequence]
        if not isinstance(entry, dict):
            _fail(path, sequence, "is no object")
        captions = tuple(
            _caption(label, index, where, path) for index, (where, label) in enumerate(_labels(entry, "seq_ann", sequence, path))
        )
        segments = tuple(
            _segment(label, fps, num_frames, where, path) for where, label in _labels(entry, "frame_ann", sequence, path)
        )
        return ClipWords(captions, segments, sequence)

    def with_words(self, words: ClipWords, fps: float, num_frames: int | None) -> "BabelFile":
        """The tree saying what the words say; labels that say it already stay as they are, with all their keys."""
        entry = copy.deepcopy(self.tree.get(words.clip) or {"babel_sid": words.clip, "url": "", "feat_p": ""})
        if words.clip in self.tree:
            now = self.words(words.clip, fps, num_frames)
            if (now.captions, now.segments) == (words.captions, words.segments):
                return self
        if num_frames is not None:
            entry.setdefault("dur", round(num_frames / fps, 6))
        old = dict(_kept(entry, "seq_ann", lambda label, index: _caption(label, index, "", None)))
        _put(entry, "seq_ann", [old.get(c) or _spell_caption(c) for c in words.captions])
        kept = dict(_kept(entry, "frame_ann", lambda label, _: _segment(label, fps, num_frames, "", None)))
        _put(entry, "frame_ann", [kept.get(s) or _spell_segment(s, fps) for s in words.segments])
        return BabelFile({**self.tree, words.clip: entry})

    def data(self) -> bytes:
        return self.raw or (json.dumps(dict(self.tree), ensure_ascii=False, allow_nan=False) + "\n").encode()


def _labels(entry: Mapping[str, Any], name: str, sequence: str, path: Path | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    several = entry.get(f"{name}s")
    found = several if several is not None else [entry.get(name)]
    if not isinstance(found, list):
        _fail(path, f"{sequence}.{name}s", "is no list")
    for number, ann in enumerate(found):
        where = f"{sequence}.{name}s[{number}]" if several is not None else f"{sequence}.{name}"
        if ann is None:
            continue
        if not isinstance(ann, dict) or not isinstance(ann.get("labels"), list):
            _fail(path, where, "has no list of labels")
        for index, label in enumerate(ann["labels"]):
            at = f"{where}.labels[{index}]"
            if not isinstance(label, dict):
                _fail(path, at, "is no object")
            yield at, label


def _caption(label: Mapping[str, Any], index: int, where: str, path: Path | None) -> Caption:
    ours = _ours(label, where, path)
    tokens = ours.get("tokens", [])
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        _fail(path, f"{where}.{OURS}.tokens", "is no list of texts")
    start, end = _frames(ours, where, path) if "start_frame" in ours else (0, None)
    variant = _text(ours, "variant", f"{where}.{OURS}", path) or variant_name(index)
    return Caption(_text(label, "raw_label", where, path), variant, tuple(tokens), start, end, _text(ours, "author", where, path))


def _segment(label: Mapping[str, Any], fps: float, num_frames: int | None, where: str, path: Path | None) -> Segment:
    ours = _ours(label, where, path)
    if "start_frame" in ours:
        start, stop = _frames(ours, where, path)
    else:
        start, stop = (frame_at(_seconds(label, key, where, path), fps) for key in ("start_t", "end_t"))
    if num_frames is not None:
        stop = min(stop, num_frames)
    if _seconds(label, "end_t", where, path) <= _seconds(label, "start_t", where, path) or start >= MAX_FRAME:
        _fail(path, where, "ends before it starts")
    said = {name: _text(ours, name, f"{where}.{OURS}", path) for name in _TEXTS}
    said["tier"] = said["tier"] or TIER
    said["label"] = said["label"] or (_categories(label, where, path) or ("",))[0]
    confidence = _number(ours.get("confidence"))
    if ours.get("confidence") is not None and (confidence is None or not 0 <= confidence <= 1):
        _fail(path, f"{where}.{OURS}.confidence", "is not between 0 and 1")
    text = ours["text"] if isinstance(ours.get("text"), str) else _text(label, "raw_label", where, path)
    return Segment(start_frame=start, end_frame=max(stop, start + 1), text=text, confidence=confidence, **said)


def _spell_caption(caption: Caption) -> dict[str, Any]:
    ours: dict[str, Any] = {"variant": caption.variant}
    if caption.tokens:
        ours["tokens"] = list(caption.tokens)
    if caption.author:
        ours["author"] = caption.author
    if caption.end_frame is not None:
        ours |= {"start_frame": caption.start_frame, "end_frame": caption.end_frame}
    return {"raw_label": caption.text, "proc_label": _processed(caption.text), "seg_id": "", "act_cat": [], OURS: ours}


def _spell_segment(segment: Segment, fps: float) -> dict[str, Any]:
    """raw_label is what a BABEL reader shows, so it is never empty; our own text is then beside it."""
    shown = segment.text or segment.label
    ours = {k: v for k, v in dataclasses.asdict(segment).items() if v not in ("", None) and k not in ("text", "label")}
    if shown != segment.text:
        ours["text"] = segment.text
    return {
        "raw_label": shown, "proc_label": _processed(shown), "seg_id": "", "act_cat": [segment.label] if segment.label else [],
        "start_t": segment.start_frame / fps, "end_t": segment.end_frame / fps, OURS: ours,
    }  # fmt: skip


def _kept(entry: dict[str, Any], name: str, read: Any) -> Iterator[tuple[Any, Any]]:
    for index, (_, label) in enumerate(_labels(entry, name, "", None)):
        yield read(label, index), label


def _put(entry: dict[str, Any], name: str, labels: Sequence[Any]) -> None:
    """Into the first annotation; further annotators' lists keep the labels that are still said."""
    anns = entry.get(f"{name}s") if isinstance(entry.get(f"{name}s"), list) else None
    if anns is None:
        if labels or isinstance(entry.get(name), dict):
            entry[name] = {"babel_lid": "", "anntr_id": "", "mul_act": len(labels) > 1, **(entry.get(name) or {})}
            entry[name]["labels"] = list(labels)
        elif name not in entry:
            entry[name] = None
        return
    left = list(labels)
    for ann in anns[1:]:
        ann["labels"] = [label for label in ann["labels"] if label in left]
        left = [label for label in left if label not in ann["labels"]]
    if anns:
        anns[0]["labels"] = left
    elif left:
        anns.append({"babel_lid": "", "anntr_id": "", "mul_act": len(left) > 1, "labels": left})


def _processed(text: str) -> str:
    """Lower case, no punctuation; BABEL's own processing also reduces the verb, which needs its vocabulary."""
    return " ".join("".join(c if c.isalnum() or c.isspace() else " " for c in text.lower()).split())


def _ours(label: Mapping[str, Any], where: str, path: Path | None) -> Mapping[str, Any]:
    ours = label.get(OURS) or {}
    if not isinstance(ours, dict):
        _fail(path, f"{where}.{OURS}", "is no object")
    return ours


def _frames(ours: Mapping[str, Any], where: str, path: Path | None) -> tuple[int, int]:
    start, end = ours.get("start_frame"), ours.get("end_frame")
    whole = all(isinstance(frame, int) and not isinstance(frame, bool) for frame in (start, end))
    if start is None or end is None or not whole or not 0 <= start < end <= MAX_FRAME:
        _fail(path, f"{where}.{OURS}", "has no start_frame before an end_frame")
    return start, end


def _text(content: Mapping[str, Any], name: str, where: str, path: Path | None) -> str:
    value = content.get(name)
    if value is not None and not isinstance(value, str):
        _fail(path, f"{where}.{name}", "is no text")
    return value or ""


def _categories(label: Mapping[str, Any], where: str, path: Path | None) -> list[str]:
    found = label.get("act_cat")
    if found is not None and not (isinstance(found, list) and all(isinstance(name, str) for name in found)):
        _fail(path, f"{where}.act_cat", "is no list of texts")
    return found or []


def _seconds(label: Mapping[str, Any], name: str, where: str, path: Path | None) -> float:
    value = _number(label.get(name))
    if value is None or not 0 <= value < 1e6:
        _fail(path, f"{where}.{name}", "is no time in seconds")
    return value


def _number(value: Any) -> float | None:
    """Integers of any length come out of JSON."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        return None
    return float(value)


def _fail(path: Path | None, where: str, problem: str) -> NoReturn:
    expected = "Expected BABEL's labels with raw_label, act_cat, start_t, end_t"
    raise InputError(problem, path=path, field=where[:200], remedy=expected)
