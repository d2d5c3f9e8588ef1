"""Going through what the motion proposes: the one at the playhead is taken or turned down, then comes the next."""

from typing import TYPE_CHECKING

from interact_app.clock import Clock
from interact_app.session import Session
from interact_core.annotation.commands import Edit
from interact_core.annotation.records import SegmentRecord

if TYPE_CHECKING:
    from interact_app.bridge.writing import Writing
    from interact_core.annotation.proposals import Proposal


class Proposed:
    """Reads the advice of the session; what it makes becomes the selection."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session, self._clock = session, clock

    @property
    def all(self) -> "tuple[Proposal, ...]":
        return self._session.advice.proposals

    @property
    def on_tier(self) -> "tuple[Proposal, ...]":
        """On the active tier, by start."""
        return tuple(one for one in self.all if one.segment.tier == self._session.selection.tier)

    @property
    def current(self) -> "Proposal | None":
        """What the accept key would take: the one chosen last, else one at the playhead, the active tier's first."""
        frame = self._clock.frame
        here = [one for one in self.all if one.segment.start_frame <= frame < one.segment.end_frame]
        chosen = next((one for one in here if one.key == self._session.selection.proposal), None)
        # Only what is on the active tier is taken unasked: other tiers are turned to by a click or Ctrl+Up and Ctrl+Down.
        own = [one for one in here if one.segment.tier == self._session.selection.tier]
        return chosen or max(own, key=lambda one: one.segment.start_frame, default=None)

    def choose(self, proposal: "Proposal") -> None:
        """It becomes the current one, on its tier, with its first frame shown."""
        selection = self._session.selection
        selection.set_tier(proposal.segment.tier)
        selection.set_proposal(proposal.key)
        self._clock.pause()
        self._clock.set_frame(proposal.segment.start_frame)

    def go(self, step: int) -> bool:
        """To the next (1) or previous (-1) on the active tier; False where there is none."""
        known, current = self.on_tier, self.current
        if current in known:
            place = known.index(current) + step
            found = known[place] if 0 <= place < len(known) else None
        else:
            ahead = [one for one in known if (one.segment.start_frame - self._clock.frame) * step >= 0]
            found = next(iter(ahead if step > 0 else reversed(ahead)), None)
        if found is not None:
            self.choose(found)
        return found is not None

    def accept(self) -> None:
        """The current one becomes a segment; without one, go to the next, so that nothing is taken unseen."""
        writing, proposal = self._session.writing, self.current
        if writing is None:
            return
        if proposal is None:
            self._go_on()
            return
        after = self._after(proposal)
        self.take(proposal)
        if after is not None:
            self.choose(after)

    def take(self, proposal: "Proposal") -> None:
        """It becomes a segment and is selected."""
        from interact_core.annotation.proposals import accept_proposal

        writing = self._session.writing
        if writing is not None:
            self._make(writing, accept_proposal(writing.document, proposal, writing.author))

    def accept_all(self) -> None:
        """Everything on the active tier, in one step."""
        from interact_core.annotation.segments import accept_proposals

        writing, chosen = self._session.writing, self.on_tier
        if writing is None:
            return
        if not chosen:
            self._session.notice.emit("Nothing is proposed on this tier.")
            return
        self._make(writing, accept_proposals(writing.document, chosen, writing.author))
        self._session.notice.emit(f"{len(chosen)} proposed segments taken over. Ctrl+Z takes them back.")

    def dismiss(self, proposal: "Proposal | None" = None) -> None:
        """Turn it down: it is not proposed again. Without one, the current one, and go on to the next."""
        from interact_core.annotation.proposals import dismiss_proposal

        writing, chosen = self._session.writing, proposal or self.current
        if writing is None:
            return
        if chosen is None:
            self._go_on()
            return
        after = self._after(chosen)
        writing.do(dismiss_proposal(writing.document, chosen, author=writing.author))
        if after is not None and proposal is None:
            self.choose(after)

    def _after(self, proposal: "Proposal") -> "Proposal | None":
        same = [one for one in self.all if one.segment.tier == proposal.segment.tier]
        later = same[same.index(proposal) + 1 :] if proposal in same else []
        return next(iter(later), None)

    def _go_on(self) -> None:
        if not self.go(1):
            self._session.notice.emit(
                "Nothing further is proposed on this tier. Ctrl+Up and Ctrl+Down change the tier."
                if self._session.advice.evidence is not None
                else "The clip is still being inspected: proposals come with the measured contact."
            )

    def _make(self, writing: "Writing", edit: Edit) -> None:
        writing.do(edit)
        self._session.selection.set(change.uid for change in edit.changes if isinstance(change.after, SegmentRecord))
