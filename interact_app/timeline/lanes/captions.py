"""The captions of the clip as blocks; of several variants of the same range only the first written one is shown."""

from interact_app.timeline.data import TimelineData
from interact_app.timeline.lanes.blocks import Block, BlockLane


class CaptionLane(BlockLane):
    id = "captions"
    title = "Captions"
    shows_text = True
    help = "What is written about the clip, and when it holds"

    def load(self, data: TimelineData) -> None:
        shown: dict[tuple[int, int], str] = {}
        for caption in data.captions:
            end = data.num_frames if caption.end_frame is None else caption.end_frame
            if caption.text.strip():
                shown.setdefault((caption.start_frame, end), caption.text.strip())
        self.place([Block(start, end, " ".join(text.split())) for (start, end), text in shown.items()])
