"""What is compared with what: choices, partners, ranges. Without a picture."""

from PySide6.QtCore import QPointF, QSize

from interact_app.compare.panes import GAP, pane_at, panes
from interact_app.compare.sides import SideKey, relatives
from interact_app.compare.takes import runs


def test_a_key_survives_being_text() -> None:
    for key in (SideKey("demo/alpha"), SideKey("demo/alpha", "20260101000000-0123abcd")):
        assert SideKey.from_text(key.text) == key


def test_twins_are_relatives_and_neighbours_by_name_are_not() -> None:
    clips = ("lift_box", "lift_box__pushed_in", "lift_box__jitter", "lift_box_high", "sit")
    assert relatives("lift_box", clips) == ("lift_box__pushed_in", "lift_box__jitter")
    assert relatives("lift_box__jitter", clips) == ("lift_box", "lift_box__pushed_in")
    assert relatives("sit", clips) == ()


def test_views_are_equal_apart_and_inside() -> None:
    for size in (QSize(701, 351), QSize(300, 900), QSize(3000, 1400)):
        for count in (2, 3, 4):
            rects = panes(size, count)
            assert len(rects) == count
            assert len({(r.width(), r.height()) for r in rects}) == 1, (
                "one size: the hidden window is never resized between views"
            )
            assert all(r.right() < size.width() and r.bottom() < size.height() for r in rects)
            assert not any(a.intersects(b) for a in rects for b in rects if a is not b)
            for k, rect in enumerate(rects):
                found = pane_at(size, count, QPointF(rect.center()))
                assert found is not None and found[0] == k and abs(found[1] - 0.5) < 0.02
    first = panes(QSize(701, 351), 2)[0]
    assert pane_at(QSize(701, 351), 2, QPointF(first.right() + GAP / 2 + 0.5, 100)) is None, "the line between two views"
    assert panes(QSize(300, 900), 2)[1].x() == 0, "a tower has them above each other"


def test_runs_of_marks() -> None:
    assert runs([]) == ()
    assert runs([True] * 3) == ((0, 3),)
    assert runs([False, True, True, False, True]) == ((1, 3), (4, 5))
