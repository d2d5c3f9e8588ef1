"""Phases, story and drafts on facts made by hand, where the answer is known."""

import numpy as np
import pytest
from evidence_cases import Scene, carried_box, ease

from interact_core.annotation.action_phases import action_phases
from interact_core.annotation.drafts import draft_caption, draft_captions
from interact_core.annotation.phases import phases_of
from interact_core.annotation.thing_names import spoken_name, words_for
from interact_core.clip import Segment


def _verbs(scene: Scene) -> list[str]:
    return [phase.verb for phase in phases_of(scene.evidence())]


def test_lift_carry_put_down() -> None:
    phases = phases_of(carried_box().evidence())
    assert [p.verb for p in phases] == ["lift", "carry", "put down"]
    lift, carry, down = phases
    assert {p.hand for p in phases} == {"both"}
    assert abs(lift.start - 40) <= 6 and abs(lift.end - 70) <= 6
    assert lift.way[2] == pytest.approx(0.8, abs=0.08) and down.way[2] == pytest.approx(-0.8, abs=0.08)
    assert carry.distance == pytest.approx(1.2, abs=0.15) and carry.walking


@pytest.mark.parametrize(("way", "verb"), [(1.0, "push"), (-0.9, "pull")])
def test_push_goes_away_and_pull_comes(way: float, verb: str) -> None:
    scene = Scene().thing("table", ease(200, 50, 120, 0, 0, way), at=(0, 0.1, 1.2), up=False).both("table", 30, 150)
    assert _verbs(scene) == [verb]


def test_pulling_along_while_walking() -> None:
    scene = Scene().thing("suitcase", ease(200, 50, 140, 0, 0, 1.8), at=(0, 0.1, -0.5), up=False)
    scene.touch("right", "suitcase", 30, 170).walk(50, 140, 0, 0, 1.8)
    draft = draft_caption(scene.evidence())
    assert draft is not None and draft.text == "A person pulls the suitcase forward with the right hand."


@pytest.mark.parametrize(("angle", "word"), [(1.5, "anticlockwise"), (-1.5, "clockwise")])
def test_turning_says_which_way(angle: float, word: str) -> None:
    turn = ease(200, 60, 110, angle)[:, 0]
    scene = Scene().thing("chairwood", turned=turn, up=False).touch("right", "chairwood", 40, 130)
    draft = draft_caption(scene.evidence())
    assert draft is not None and draft.text == f"A person rotates the wooden chair {word} with the right hand."


def test_kick_needs_a_foot_and_no_hand() -> None:
    scene = Scene().thing("ball", ease(200, 70, 150, 0, 0, 4), up=False).touch("left_foot", "ball", 69, 71)
    assert _verbs(scene) == ["kick"]
    draft = draft_caption(scene.evidence())
    assert draft is not None and draft.text == "A person kicks the ball forward with the left foot."


def test_passing_from_hand_to_hand() -> None:
    path = ease(200, 40, 80, 0.3, 0, 0) + ease(200, 110, 150, 0.3, 0, 0)
    scene = Scene().thing("bottle", path, at=(-0.3, 1.1, 0.3), up=True)
    scene.touch("right", "bottle", 0, 105).touch("left", "bottle", 85, 200)
    found = next(p for p in phases_of(scene.evidence()) if p.verb == "pass")
    assert (found.hand, found.other, found.start, found.end) == ("right", "left", 85, 105)
    assert draft_caption(scene.evidence()).text == "A person passes the bottle from the right hand to the left hand."  # type: ignore[union-attr]


def test_opening_a_hinged_part() -> None:
    scene = Scene().thing("chest", opened=ease(200, 60, 110, 1.4)[:, 0], up=False).both("chest", 40, 130)
    assert _verbs(scene) == ["open"]


def test_sitting_and_getting_up() -> None:
    scene = Scene(sitting=(60, 140)).thing("chair").touch("seat", "chair", 60, 140)
    assert draft_caption(scene.evidence()).text == "A person sits on the chair and stands up."  # type: ignore[union-attr]


def test_drinking_is_a_cup_at_the_face() -> None:
    path = ease(200, 40, 70, 0, 0.35, -0.4) + ease(200, 120, 150, 0, -0.35, 0.4)
    scene = Scene().thing("mug", path, at=(-0.05, 1.2, 0.6)).touch("right", "mug", 30, 165)
    labels = {a.label for a in action_phases(scene.evidence())}
    assert "Drink" in labels
    box = Scene().thing("boxsmall", path, at=(-0.05, 1.2, 0.6)).touch("right", "boxsmall", 30, 165)
    assert "Drink" not in {a.label for a in action_phases(box.evidence())}


def test_what_nobody_touches_is_no_story() -> None:
    assert draft_captions(Scene().thing("table").evidence()) == {}
    assert draft_caption(Scene().evidence()) is None


def test_variants_differ_and_shorten_is_shortest() -> None:
    drafts = draft_captions(carried_box().evidence())
    assert drafts["natural"].text == "A person lifts the box with both hands, carries it forward and puts it down."
    assert drafts["change"].text == "Someone picks the box up with both hands, walks forward with it and sets it down."
    assert drafts["shorten"].text == "A person carries the box."
    assert len(drafts["natural"].reasons) == 3 and "frames" in drafts["natural"].reasons[0]


def test_a_persons_segment_overrules_the_measured_hand() -> None:
    said = Segment("action", 30, 170, label="Carry", hand="left", object="box")
    draft = draft_caption(carried_box().evidence(), "natural", [said])
    assert draft is not None and "with the left hand" in draft.text


def test_direction_is_not_told_where_the_person_turns() -> None:
    scene = carried_box()
    angle = ease(200, 70, 130, np.pi)[:, 0]
    scene.facing = np.stack([np.sin(angle), np.zeros(200), np.cos(angle)], axis=1)
    draft = draft_caption(scene.evidence())
    assert draft is not None and "forward" not in draft.text and "carries it and" in draft.text


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("largetable", "large table"), ("chairwood", "wooden chair"), ("woodchair", "wooden chair"), ("boxsmall", "small box"),
        ("yogaball", "yoga ball"), ("plasticcontainer", "plastic container"), ("trashcan", "trash can"), ("mug", "mug"),
        ("floor_lamp", "floor lamp"), ("suitcase", "suitcase"), ("keyboard", "keyboard"), ("largebox", "large box"),
        ("whitechair", "white chair"), ("tablesquare", "square table"), ("toolbox", "toolbox"), ("xyzzy", "xyzzy"),
    ],
)  # fmt: skip
def test_names_as_people_say_them(name: str, spoken: str) -> None:
    assert spoken_name(name) == spoken


def test_synonyms_fit_by_kind() -> None:
    assert {"table", "desk", "largetable"} <= words_for("largetable")
    assert "cup" in words_for("mug") and "chair" not in words_for("largetable")
