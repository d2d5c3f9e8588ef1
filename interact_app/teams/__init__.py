"""Working with others: what is next, the packet that is open, going to what somebody has said."""

from interact_app.teams.packet_desk import PacketDesk
from interact_app.teams.work_queue import WorkQueue, go_next

__all__ = ["PacketDesk", "WorkQueue", "go_next"]
