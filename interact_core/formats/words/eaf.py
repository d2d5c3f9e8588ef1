"""ELAN's `.eaf`, written and read with the standard library: captions and segments as tiers, every field kept.

One parent tier per kind and annotator; a second where two of its segments overlap, which ELAN does not allow on a tier. A
segment's other fields are child tiers, one to one with it (Symbolic_Association). Labels and hands are controlled
vocabularies. Times are whole milliseconds, rounded; with the rate in the header every frame comes back exactly. Order of
elements and identities follow ELAN's published schema, format 3.0.
"""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from interact_core.clip import Caption, Segment
from interact_core.formats.words.model import ClipWords, milliseconds_at, storable

FIELDS: Final = ("label", "text", "actor", "object", "part", "hand", "confidence", "note", "tokens")
"""Child tiers in this order; the parent shows the label where the tier has labels, else the text."""
CAPTION_KIND: Final = "sequence caption"
PROPERTY: Final = "interact:"
LANGUAGE: Final = ("und", "http://cdb.iso.org/lg/CDB-00130975-001", "undetermined (und)")
_HANDS: Final = ("left", "right", "both")
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_STEREOTYPES: Final = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps allowed within this interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered",
    "Symbolic_Association": "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps are allowed",
}


@dataclass(frozen=True)
class _Item:
    """One annotation of a parent tier, in frames, with its fields as texts."""

    kind: str
    author: str
    start: int
    end: int
    fields: Mapping[str, str]
    place: int


@dataclass(frozen=True)
class _Tier:
    """`main` is the field that the parent itself shows."""

    id: str
    kind: str
    author: str
    main: str
    items: tuple[_Item, ...]


def write_eaf(
    words: ClipWords, fps: float, num_frames: int, labels: Mapping[str, Sequence[str]] | None = None,
    author: str = "", date: datetime | None = None, media: str = "",
) -> bytes:  # fmt: skip
    """labels: the vocabulary of each tier. media: address of a film of the clip, "" for none."""
    vocabulary = {
        tier: tuple(dict.fromkeys(storable(label) for label in names)) for tier, names in (labels or {}).items() if names
    }
    tiers = _tiers(words, num_frames)
    stamp = (date or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {"AUTHOR": storable(author), "DATE": stamp, "FORMAT": "3.0", "VERSION": "3.0", "xmlns:xsi": _XSI,
         "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"},
    )  # fmt: skip
    writer = _Writer(root, fps, vocabulary)
    writer.header(words, num_frames, media, tiers)
    for tier in tiers:
        writer.tier(tier)
    writer.finish(tiers)
    ET.indent(root, "    ")
    body: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body + b"\n"


class _Writer:
    """Fills the document in the schema's order; identities are counted."""

    def __init__(self, root: ET.Element, fps: float, vocabulary: Mapping[str, tuple[str, ...]]) -> None:
        self._root, self._fps, self._vocabulary = root, fps, vocabulary
        self._slots: dict[int, str] = {}
        self._count = 0
        self._used: set[tuple[str, str]] = set()

    def header(self, words: ClipWords, num_frames: int, media: str, tiers: Sequence[_Tier]) -> None:
        header = ET.SubElement(self._root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
        if media:
            ET.SubElement(header, "MEDIA_DESCRIPTOR", {"MEDIA_URL": media, "MIME_TYPE": "video/mp4"})
        total = sum(1 + sum(1 for name in FIELDS if i.fields.get(name) and name != t.main) for t in tiers for i in t.items)
        labelled = json.dumps(sorted({tier.kind for tier in tiers if tier.main == "label"}))
        told = {"fps": repr(self._fps), "frames": str(num_frames), "clip": storable(words.clip), "labelled": labelled}
        for name, value in told.items():
            ET.SubElement(header, "PROPERTY", {"NAME": PROPERTY + name}).text = value
        ET.SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"}).text = str(total)
        times = sorted({milliseconds_at(frame, self._fps) for t in tiers for i in t.items for frame in (i.start, i.end)})
        order = ET.SubElement(self._root, "TIME_ORDER")
        for number, time in enumerate(times, start=1):
            self._slots[time] = f"ts{number}"
            ET.SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": f"ts{number}", "TIME_VALUE": str(time)})

    def tier(self, tier: _Tier) -> None:
        about = {"ANNOTATOR": tier.author} if tier.author else {}
        element = ET.SubElement(
            self._root, "TIER", {**about, "LINGUISTIC_TYPE_REF": self._type(tier.kind, ""), "TIER_ID": tier.id}
        )
        parents: list[str] = []
        for item in tier.items:
            ends = {f"TIME_SLOT_REF{k}": self._slots[milliseconds_at(f, self._fps)] for k, f in ((1, item.start), (2, item.end))}
            parents.append(self._annotation(element, "ALIGNABLE_ANNOTATION", ends, item, tier.main))
        for name in FIELDS:
            if name == tier.main or not any(item.fields.get(name) for item in tier.items):
                continue
            child = ET.SubElement(
                self._root, "TIER",
                {**about, "LINGUISTIC_TYPE_REF": self._type(tier.kind, name), "PARENT_REF": tier.id,
                 "TIER_ID": f"{tier.id}.{name}"},
            )  # fmt: skip
            for parent, item in zip(parents, tier.items, strict=True):
                if item.fields.get(name):
                    self._annotation(child, "REF_ANNOTATION", {"ANNOTATION_REF": parent}, item, name)

    def finish(self, tiers: Sequence[_Tier]) -> None:
        """Types, language, constraints and vocabularies: after the tiers that use them."""
        main = {tier.kind: tier.main for tier in tiers}
        for kind, name in sorted(self._used):
            attributes = {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": _type_name(kind, name)}
            vocabulary = self._cv(kind, name or main.get(kind, ""))
            if vocabulary:
                attributes = {"CONTROLLED_VOCABULARY_REF": vocabulary, **attributes}
            if name:
                attributes = {"CONSTRAINTS": "Symbolic_Association", **attributes}
            ET.SubElement(self._root, "LINGUISTIC_TYPE", {**attributes, "TIME_ALIGNABLE": "false" if name else "true"})
        id, definition, label = LANGUAGE
        ET.SubElement(self._root, "LANGUAGE", {"LANG_DEF": definition, "LANG_ID": id, "LANG_LABEL": label})
        for stereotype, description in _STEREOTYPES.items():
            ET.SubElement(self._root, "CONSTRAINT", {"DESCRIPTION": description, "STEREOTYPE": stereotype})
        for cv, entries in self._vocabularies().items():
            element = ET.SubElement(self._root, "CONTROLLED_VOCABULARY", {"CV_ID": cv})
            ET.SubElement(element, "DESCRIPTION", {"LANG_REF": id})
            for entry in entries:
                ml = ET.SubElement(element, "CV_ENTRY_ML", {"CVE_ID": self._entry(cv, entry)})
                ET.SubElement(ml, "CVE_VALUE", {"DESCRIPTION": "", "LANG_REF": id}).text = entry

    def _annotation(self, tier: ET.Element, tag: str, where: Mapping[str, str], item: _Item, name: str) -> str:
        self._count += 1
        value = item.fields.get(name, "")
        attributes = {"ANNOTATION_ID": f"a{self._count}", **where}
        cv = self._cv(item.kind, name)
        if cv and value in self._vocabularies()[cv]:
            attributes["CVE_REF"] = self._entry(cv, value)
        annotation = ET.SubElement(ET.SubElement(tier, "ANNOTATION"), tag, attributes)
        ET.SubElement(annotation, "ANNOTATION_VALUE").text = value
        return attributes["ANNOTATION_ID"]

    def _type(self, kind: str, name: str) -> str:
        self._used.add((kind, name))
        return _type_name(kind, name)

    def _cv(self, kind: str, name: str) -> str:
        if name == "hand":
            return "hand"
        return f"label:{kind}" if name == "label" and kind in self._vocabulary else ""

    def _vocabularies(self) -> dict[str, tuple[str, ...]]:
        return {"hand": _HANDS, **{f"label:{tier}": labels for tier, labels in self._vocabulary.items()}}

    def _entry(self, cv: str, value: str) -> str:
        """Counted over all vocabularies: an XML identity occurs once in a document."""
        names = self._vocabularies()
        return f"cveid{sum(len(names[k]) for k in list(names)[: list(names).index(cv)]) + names[cv].index(value)}"


def _tiers(words: ClipWords, num_frames: int) -> list[_Tier]:
    items = [_caption_item(caption, num_frames, place) for place, caption in enumerate(words.captions)]
    items += [_segment_item(segment, len(items) + place) for place, segment in enumerate(words.segments)]
    groups: dict[tuple[str, str], list[_Item]] = {}
    for item in items:
        groups.setdefault((item.kind, item.author), []).append(item)
    labelled = {item.kind for item in items if item.fields.get("label")}
    tiers: list[_Tier] = []
    for (kind, author), group in groups.items():
        main = "label" if kind in labelled else "text"
        for number, row in enumerate(_rows(group), start=1):
            name = f"{kind}@{author}" if author else kind
            tiers.append(_Tier(f"{name} ({number})" if number > 1 else name, kind, author, main, tuple(row)))
    return _unique(tiers)


def _unique(tiers: Iterable[_Tier]) -> list[_Tier]:
    """Names of people and tiers are free texts: two could give one identity."""
    taken: set[str] = set()
    found = []
    for tier in tiers:
        name, number = tier.id, 2
        while any(other in taken for other in (name, *(f"{name}.{field}" for field in FIELDS))):
            name, number = f"{tier.id} #{number}", number + 1
        taken |= {name, *(f"{name}.{field}" for field in FIELDS)}
        found.append(replace(tier, id=name))
    return found


def _rows(group: Sequence[_Item]) -> list[list[_Item]]:
    """As few rows as hold them without overlap."""
    rows: list[list[_Item]] = []
    for item in sorted(group, key=lambda item: (item.start, item.end, item.place)):
        row = next((row for row in rows if row[-1].end <= item.start), None)
        if row is None:
            rows.append([item])
        else:
            row.append(item)
    return rows


def _caption_item(caption: Caption, num_frames: int, place: int) -> _Item:
    end = caption.end_frame if caption.end_frame is not None else max(num_frames, 1)
    fields = {"text": storable(caption.text), "tokens": storable(" ".join(caption.tokens))}
    return _Item(f"{CAPTION_KIND}:{storable(caption.variant)}", storable(caption.author), caption.start_frame, end, fields, place)


def _segment_item(segment: Segment, place: int) -> _Item:
    fields = {name: storable(getattr(segment, name)) for name in ("label", "text", "actor", "object", "part", "hand", "note")}
    fields["confidence"] = "" if segment.confidence is None else repr(float(segment.confidence))
    return _Item(storable(segment.tier), storable(segment.author), segment.start_frame, segment.end_frame, fields, place)


def _type_name(kind: str, name: str) -> str:
    return f"{kind}.{name}" if name else kind
