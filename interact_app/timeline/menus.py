"""Menus of the timeline: which lanes are shown, and what can be done with what the mouse is over."""

from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.timeline.canvas import TimelineCanvas
from interact_app.timeline.lanes import TierLane

_SEGMENT = (
    ("segment.edit", "segment.label"),
    ("segment.split", "segment.merge", "segment.join_next", "segment.join_previous", "segment.snap"),
    ("segment.play", "segment.loop"),
)


def fill_lane_menu(menu: QMenu, canvas: TimelineCanvas) -> None:
    """A check mark per lane, and the heights of all."""
    menu.clear()
    for slot in canvas.slots:
        title = menu.tr("Tier: {0}").format(slot.lane.title) if isinstance(slot.lane, TierLane) else menu.tr(slot.lane.title)
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(slot.shown)
        action.setToolTip(slot.lane.help)
        action.toggled.connect(partial(canvas.set_lane_visible, slot.lane.id))
    menu.addSeparator()
    heights = {"compact": menu.tr("Compact lanes"), "normal": menu.tr("Normal lanes"), "tall": menu.tr("Tall lanes")}
    for name, text in heights.items():
        menu.addAction(text).triggered.connect(lambda _on=False, name=name: canvas.scale_lanes(name))


def segment_menu(parent: QWidget, canvas: TimelineCanvas, actions: ActionRegistry, uid: str) -> QMenu:
    """For the selected segments, one of which is under the mouse. The keys stand beside the words."""
    menu, work = QMenu(parent), canvas.work
    actions.refresh()
    for group in _SEGMENT:
        for action_id in group:
            if action_id in actions:
                menu.addAction(actions.qaction(action_id))
        menu.addSeparator()
    hands = menu.addMenu(menu.tr("Hand"))
    for hand in ("left", "right", "both", "none"):
        if f"segment.hand_{hand}" in actions:
            hands.addAction(actions.qaction(f"segment.hand_{hand}"))
    copies = menu.addMenu(menu.tr("Copy to tier"))
    for tier in work.session.advice.vocabulary.tiers:
        copies.addAction(tier.title).triggered.connect(lambda _on=False, tier=tier.id: work.duplicate(tier))
    record = next((one for one in work.records if one.uid == uid), None)
    if record is not None:
        said = record.segment
        menu.addAction(menu.tr("Zoom to the segment")).triggered.connect(lambda: canvas.zoom_to(said.start_frame, said.end_frame))
    menu.addSeparator()
    if "segment.remove" in actions:
        menu.addAction(actions.qaction("segment.remove"))
    return menu


def proposal_menu(parent: QWidget, canvas: TimelineCanvas, actions: ActionRegistry, key: str) -> QMenu:
    menu, found = QMenu(parent), canvas.work.proposed
    proposal = next((one for one in found.all if one.key == key), None)
    if proposal is not None:
        menu.addAction(proposal.reason).setEnabled(False)
        menu.addSeparator()
        menu.addAction(menu.tr("Accept this proposal")).triggered.connect(lambda: found.take(proposal))
        menu.addAction(menu.tr("Dismiss this proposal")).triggered.connect(lambda: found.dismiss(proposal))
        menu.addSeparator()
        if "proposal.accept_all" in actions:
            menu.addAction(actions.qaction("proposal.accept_all"))
    return menu


def timeline_menu(parent: QWidget, canvas: TimelineCanvas, clock: Clock) -> QMenu:
    """What the mouse is over decides nothing here: the menu is about the playhead and the lanes."""
    menu = QMenu(parent)
    menu.addAction(menu.tr("Range starts at the playhead"), clock.start_range_here)
    menu.addAction(menu.tr("Range ends at the playhead"), clock.end_range_here)
    chosen = [
        menu.addAction(menu.tr("Zoom to the range"), canvas.zoom_to_range),
        menu.addAction(menu.tr("Clear the range"), canvas.clear_range),
    ]
    for action in chosen:
        action.setEnabled(clock.has_range)
    menu.addSeparator()
    menu.addAction(menu.tr("Show the whole clip"), canvas.zoom_fit)
    lanes = menu.addMenu(menu.tr("Lanes"))
    fill_lane_menu(lanes, canvas)
    return menu
