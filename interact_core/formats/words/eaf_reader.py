"""`.eaf` files of ours and of ELAN's users. Our tiers become what they were; of others every annotation becomes a segment."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interact_core.clip import Caption, Segment
from interact_core.errors import InputError
from interact_core.formats.words.eaf import CAPTION_KIND, FIELDS, PROPERTY
from interact_core.formats.words.model import MAX_BYTES, MAX_FRAME, ClipWords, fail, frame_of, storable

_MAX_MS: Final = MAX_FRAME
_MAX_ANNOTATIONS: Final = 1_000_000


@dataclass(frozen=True)
class _Annotation:
    id: str
    start: float
    end: float
    value: str
    parent: str = ""


@dataclass(frozen=True)
class _TierFound:
    id: str
    kind: str
    author: str
    participant: str
    parent: str
    annotations: tuple[_Annotation, ...]


def read_eaf(data: bytes, fps: float | None = None, path: Path | None = None) -> ClipWords:
    """fps: the clip's, needed where the header says none (files that ELAN made). InputError names line or element."""
    root = _parse(data, path)
    told = {
        str(p.get("NAME"))[len(PROPERTY) :]: (p.text or "").strip()
        for p in root.iterfind("HEADER/PROPERTY")
        if str(p.get("NAME")).startswith(PROPERTY)
    }
    said = _positive(told.get("fps", ""))
    rate = fps or said
    if rate is None:
        raise InputError(
            "does not say how many frames a second has", path=path, field="HEADER", remedy="Import it into a clip, which says it"
        )
    frames = int(told["frames"]) if re.fullmatch(r"\d{1,9}", told.get("frames", "")) else None
    if frames is not None and said:
        frames = round(frames / said * rate)
    tiers = _tiers(root, path)
    fields_of = _fields_of(tiers)
    captions: list[Caption] = []
    segments: list[Segment] = []
    for tier in tiers:
        if tier.id in fields_of:
            continue
        kind = tier.kind if said else tier.id
        main = "label" if kind in _labelled(root, told.get("labelled", "")) else "text"
        values = _values(tier, tiers, fields_of)
        for a in tier.annotations:
            fields = {name: values.get((a.id, name), "") for name in FIELDS} | {main: a.value}
            start, end = frame_of(round(a.start), rate), frame_of(round(a.end), rate)
            if kind.startswith(CAPTION_KIND + ":"):
                captions.append(_caption(tier, fields, start, end, frames))
            else:
                where = f"annotation {a.id}"
                segments.append(_segment(kind, tier, fields, (start, max(end, start + 1)), path, where))
    return ClipWords(tuple(captions), tuple(segments), told.get("clip", ""), said, frames)


def _fields_of(tiers: list[_TierFound]) -> dict[str, str]:
    """Child tiers that are fields of their parents' annotations, and which."""
    named = {f"{tier.id}.{name}": (tier.id, name) for tier in tiers for name in FIELDS}
    return {tier.id: named[tier.id][1] for tier in tiers if tier.parent and named.get(tier.id, ("", ""))[0] == tier.parent}


def _values(tier: _TierFound, tiers: list[_TierFound], fields_of: Mapping[str, str]) -> dict[tuple[str, str], str]:
    children = [child for child in tiers if child.parent == tier.id and child.id in fields_of]
    return {(a.parent, fields_of[child.id]): a.value for child in children for a in child.annotations}


def _labelled(root: ET.Element, told: str) -> set[str]:
    """The kinds whose annotations are labels: ours are told; in other files those whose type has a vocabulary."""
    try:
        names = json.loads(told) if told else None
    except (ValueError, RecursionError):
        names = None
    if isinstance(names, list):
        return {name for name in names if isinstance(name, str)}
    with_cv = {t.get("LINGUISTIC_TYPE_ID") for t in root.iterfind("LINGUISTIC_TYPE") if t.get("CONTROLLED_VOCABULARY_REF")}
    return {str(tier.get("TIER_ID")) for tier in root.iterfind("TIER") if tier.get("LINGUISTIC_TYPE_REF") in with_cv}


def _parse(data: bytes, path: Path | None) -> ET.Element:
    """Documents with a type definition are refused: entities can make a small file fill the memory."""
    if len(data) > MAX_BYTES:
        raise InputError(f"is larger than {MAX_BYTES >> 20} MB, which no such file needs", path=path)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise InputError("holds a document type definition, which EAF has not", path=path, field="line 1")
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        fail(path, error.position[0], f"is not XML ({error})", "Save it again with ELAN")
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise InputError(f"is not XML ({error})", path=path, field="line 1") from error
    if root.tag != "ANNOTATION_DOCUMENT":
        fail(path, 1, f"is no EAF document (it begins with {str(root.tag)[:40]})", "Give a file that ELAN has saved")
    header = root.find("HEADER")
    if header is not None and header.get("TIME_UNITS", "milliseconds") != "milliseconds":
        raise InputError("counts in other units than milliseconds", path=path, field="HEADER", remedy="Save it again with ELAN")
    return root


def _tiers(root: ET.Element, path: Path | None) -> list[_TierFound]:
    slots = _slots(root, path)
    elements = {str(tier.get("TIER_ID")): tier for tier in root.iterfind("TIER")}
    known: dict[str, _Annotation] = {}
    done: dict[str, _TierFound] = {}
    waiting = list(elements)
    while waiting:
        ready = [name for name in waiting if (elements[name].get("PARENT_REF") or "") in ("", *done)]
        if not ready:
            raise InputError("has a parent that is not there", path=path, field=f"tier {waiting[0][:60]}")
        for name in ready:
            found = tuple(_annotations(elements[name], slots, known, path))
            known |= {a.id: a for a in found}
            if len(known) > _MAX_ANNOTATIONS:
                raise InputError(f"has more than {_MAX_ANNOTATIONS} annotations", path=path)
            e = elements[name]
            done[name] = _TierFound(
                name, e.get("LINGUISTIC_TYPE_REF") or "", e.get("ANNOTATOR") or "", e.get("PARTICIPANT") or "",
                e.get("PARENT_REF") or "", found,
            )  # fmt: skip
        waiting = [name for name in waiting if name not in done]
    return [done[name] for name in elements]


def _slots(root: ET.Element, path: Path | None) -> dict[str, float]:
    """Slots without a time (subdivisions) lie evenly between their neighbours."""
    order = root.findall("TIME_ORDER/TIME_SLOT")
    values: list[float | None] = []
    for slot in order:
        text = slot.get("TIME_VALUE")
        if text is not None and (not re.fullmatch(r"\d{1,10}", text) or int(text) > _MAX_MS):
            raise InputError(f"'{text[:20]}' is no time", path=path, field=f"time slot {str(slot.get('TIME_SLOT_ID'))[:40]}")
        values.append(None if text is None else float(text))
    for k, value in enumerate(values):
        if value is None:
            before = values[k - 1] or 0.0 if k else 0.0
            later = next((j for j in range(k, len(values)) if values[j] is not None), None)
            after = values[later] if later is not None else None
            values[k] = before if later is None or after is None else before + max(after - before, 0.0) / (later - k + 1)
    return {str(slot.get("TIME_SLOT_ID")): value or 0.0 for slot, value in zip(order, values, strict=True)}


def _annotations(
    tier: ET.Element, slots: Mapping[str, float], known: Mapping[str, _Annotation], path: Path | None
) -> list[_Annotation]:
    found = []
    for element in tier.iterfind("ANNOTATION/*"):
        id = str(element.get("ANNOTATION_ID"))
        where = f"annotation {id[:40]}"
        value = storable(element.findtext("ANNOTATION_VALUE") or "")
        if element.tag == "ALIGNABLE_ANNOTATION":
            ends = [slots.get(str(element.get(f"TIME_SLOT_REF{k}"))) for k in (1, 2)]
            start, end = ends
            if start is None or end is None:
                raise InputError("refers to a time slot that is not there", path=path, field=where)
            if end < start:
                raise InputError("ends before it starts", path=path, field=where)
            found.append(_Annotation(id, start, end, value))
        elif element.tag == "REF_ANNOTATION":
            parent = known.get(str(element.get("ANNOTATION_REF")))
            if parent is None:
                raise InputError("refers to an annotation that is not there", path=path, field=where)
            found.append(_Annotation(id, parent.start, parent.end, value, parent.id))
    return found


def _caption(tier: _TierFound, fields: Mapping[str, str], start: int, end: int, frames: int | None) -> Caption:
    whole = start == 0 and frames is not None and end >= frames
    variant = tier.kind.partition(":")[2]
    first, last = (0, None) if whole else (start, max(end, start + 1))
    return Caption(fields["text"], variant, tuple(fields["tokens"].split()), first, last, tier.author)


def _segment(
    kind: str, tier: _TierFound, fields: Mapping[str, str], frames: tuple[int, int], path: Path | None, where: str
) -> Segment:
    confidence = None
    if fields["confidence"]:
        confidence = _positive(fields["confidence"], zero=True)
        if confidence is None or confidence > 1:
            raise InputError("the confidence is not between 0 and 1", path=path, field=where)
    texts = {name: fields[name] for name in ("text", "label", "object", "part", "hand", "note")}
    actor = fields["actor"] or tier.participant
    return Segment(kind or "free", frames[0], frames[1], actor=actor, confidence=confidence, author=tier.author, **texts)


def _positive(text: str, zero: bool = False) -> float | None:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,20})?(e-\d{1,2})?", text):
        return None
    value = float(text)
    return value if value > 0 or zero else None
