"""HumanML3D's texts: one file a clip, any number of `caption#tokens#start#end` lines, seconds, 0.0 to 0.0 the whole clip.

The grammar is `text_txt`'s. Here a line with times is a caption of a section, so it becomes a segment.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from interact_core.clip import Caption, Segment
from interact_core.formats.words.model import ClipWords
from interact_core.formats.words.text_txt import Spelling, TextFile

TIER: Final = "caption"


def read_humanml3d(data: bytes, fps: float, num_frames: int | None = None, path: Path | None = None) -> ClipWords:
    """InputError naming the line that is no record."""
    file = TextFile.parse(data, path)
    file.check(path)
    found = file.captions(fps, num_frames)
    whole = tuple(caption for caption in found if caption.end_frame is None)
    sections = tuple(
        Segment(TIER, caption.start_frame, caption.end_frame, caption.text) for caption in found if caption.end_frame is not None
    )
    return ClipWords(whole, sections)


def humanml3d_captions(captions: Sequence[Caption], segments: Sequence[Segment]) -> tuple[Caption, ...]:
    """What the file lists: the sequence captions, then the timed sentences."""
    timed = [Caption(s.text, "", (), s.start_frame, s.end_frame) for s in segments if s.tier == TIER and s.text.strip()]
    return (*captions, *timed)


def humanml3d_spelling(tokenise: Callable[[str], tuple[str, ...]] | None = None) -> Spelling:
    """LF after every line, the last too, as in the published files."""
    return Spelling(final=True, tokenise=tokenise)
