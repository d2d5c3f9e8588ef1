"""`interact agree`: how far two annotators agree about the same clips."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from interact_core.cli.common import JsonOption, emit, say

if TYPE_CHECKING:
    from interact_core.annotation.agreement import Agreement, CaptionAgreement, Spread, TierAgreement
    from interact_core.project.document_folders import DocumentSet

SideArgument = Annotated[
    Path, typer.Argument(help="A packet, a folder of documents or one document of an annotator.", show_default=False)
]
_WORST: Final = 10


def agree(a: SideArgument, b: SideArgument, json: JsonOption = False) -> None:
    """Compare segments, labels and captions of two annotators. Exit code 2 when a file could not be used."""
    from interact_core.annotation.agreement import agree as compare
    from interact_core.project.document_folders import read_documents

    sides = {"a": read_documents(a), "b": read_documents(b)}
    problems = [
        {"side": side, "path": str(error.path), "field": error.field or "", "message": str(error)}
        for side, found in sides.items()
        for error in found.problems
    ]
    for problem in problems:
        say(problem["message"])
    ours, theirs = sides["a"], sides["b"]
    found = compare(ours.documents.values(), theirs.documents.values(), {**theirs.frames, **ours.frames})
    if json:
        emit(
            {
                "schema": "interact/agree",
                "version": 1,
                "a": _side(ours),
                "b": _side(theirs),
                **record(found),
                "problems": problems,
            }
        )
    else:
        _print(found, ours, theirs)
    raise typer.Exit(2 if problems else 0)


def record(found: "Agreement") -> dict[str, Any]:
    """The figures as plain data."""
    return {
        "clips": len(found.clips),
        "only_a": list(found.only_a),
        "only_b": list(found.only_b),
        "overall": _tier(found.overall),
        "tiers": {name: _tier(tier) for name, tier in found.tiers.items()},
        "captions": {variant: _caption(said) for variant, said in found.captions.items()},
        "scores": dict(found.scores),
    }


def _side(found: "DocumentSet") -> dict[str, Any]:
    return {"path": found.path, "annotators": list(found.annotators), "documents": len(found.documents)}


def _tier(tier: "TierAgreement") -> dict[str, Any]:
    return {
        "matched": tier.matched, "only_a": tier.only_a, "only_b": tier.only_b, "mean_iou": tier.mean_iou,
        "f1": {f"{least:g}": value for least, value in tier.f1.items()}, "frame_kappa": tier.frame_kappa,
        "label_kappa": tier.label_kappa, "start_error": _spread(tier.start_error), "end_error": _spread(tier.end_error),
        "text": tier.text,
        "slots": {name: {"both": slot.both, "same": slot.same, "one": slot.one, "agreement": slot.fraction}
                  for name, slot in tier.slots.items() if slot.both or slot.one},
    }  # fmt: skip


def _spread(spread: "Spread | None") -> dict[str, float] | None:
    if spread is None:
        return None
    return {"mean": spread.mean, "median": spread.median, "p90": spread.p90, "signed": spread.signed, "count": spread.count}


def _caption(said: "CaptionAgreement") -> dict[str, Any]:
    return {"both": said.both, "only_a": said.only_a, "only_b": said.only_b, "exact": said.exact, "words": said.words,
            "characters": said.characters, "overlap": said.overlap}  # fmt: skip


def _print(found: "Agreement", a: "DocumentSet", b: "DocumentSet") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if Console().is_terminal else 120)
    names = [", ".join(side.annotators) or side.path.name for side in (a, b)]
    alone = f", {len(found.only_a)} only in A, {len(found.only_b)} only in B" if found.only_a or found.only_b else ""
    console.print(f"A: {names[0]}   B: {names[1]}   {len(found.clips)} clips in both{alone}", markup=False, highlight=False)
    segments = Table(title="Segments", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    segments.add_column("tier", no_wrap=True)
    for heading in (
        "pairs",
        "only A",
        "only B",
        "IoU",
        "F1 .5",
        "F1 .75",
        "kappa",
        "labels",
        "start ±",
        "end ±",
        "text",
        "hand",
        "object",
    ):
        segments.add_column(heading, justify="right")
    for name, tier in (*found.tiers.items(), ("all", found.overall)):
        segments.add_row(name, *_cells(tier))
    captions = Table("variant", title="Captions", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for heading in ("both", "only A", "only B", "exact", "words", "characters", "overlap"):
        captions.add_column(heading, justify="right")
    for variant, said in found.captions.items():
        figures = [_figure(value) for value in (said.exact, said.words, said.characters, said.overlap)]
        captions.add_row(variant, str(said.both), str(said.only_a), str(said.only_b), *figures)
    for table in (segments, captions):
        if table.row_count:
            console.print(table)
    ranked = sorted((score, clip) for clip, score in found.scores.items() if score is not None and score < 1)
    if ranked:
        console.print("Look first at: " + ", ".join(f"{clip} ({score:.2f})" for score, clip in ranked[:_WORST]), markup=False)


def _cells(tier: "TierAgreement") -> list[str]:
    errors = ["-" if spread is None else f"{spread.mean:.1f}" for spread in (tier.start_error, tier.end_error)]
    return [
        str(tier.matched), str(tier.only_a), str(tier.only_b), _figure(tier.mean_iou), *map(_figure, tier.f1.values()),
        _figure(tier.frame_kappa), _figure(tier.label_kappa), *errors, _figure(tier.text),
        *(_figure(tier.slots[slot].fraction) for slot in ("hand", "object")),
    ]  # fmt: skip


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
