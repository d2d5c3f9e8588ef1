"""What a person sees who starts the program for the first time."""

from conftest import running, wait_until
from PySide6.QtWidgets import QApplication

from interact_core.demo import FIRST_CLIP, demo_root


def test_the_demo_opens_with_its_best_clip_and_later_with_the_one_seen_last(qapp: QApplication) -> None:
    assert (demo_root() / "sequences_canonical" / FIRST_CLIP).is_dir()
    with running(None) as app:
        wait_until(lambda: app.session.posed is not None)
        assert app.session.clip_id == FIRST_CLIP != app.session.listing.order[0]
        app.session.open_clip("demo_kick_ball")
        wait_until(lambda: app.session.posed is not None)
    with running(None) as app:
        wait_until(lambda: app.session.posed is not None)
        assert app.session.clip_id == "demo_kick_ball"
