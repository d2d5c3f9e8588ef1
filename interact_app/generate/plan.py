"""What the panel asks for, as it stands; the panel, the sketch and the desk read here."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QSettings, Signal

from interact_app.generate.wish import FROM_CLIP, ThingSource, Wish
from interact_app.session import Session
from interact_core.errors import InputError
from interact_core.generate.facts import Facts, built_in, facts_of

if TYPE_CHECKING:
    from interact_app.generate.sketch import Sketch

log = logging.getLogger(__name__)
_PROMPTS: Final = "generate/prompts"
_MODEL: Final = "generate/model"
_MOST_PROMPTS: Final = 30
LONGEST_PROMPT: Final = 4096
"""Letters; the model reads its first 32 words."""


class Plan(QObject):
    """`wish` but for the clip; `facts` of the model, None where there is none (then `problem` says why)."""

    changed = Signal()

    def __init__(
        self, session: Session, memory: QSettings, sketch: "Sketch", chosen_range: Callable[[], tuple[int, int] | None],
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session, self._memory, self.sketch, self._chosen_range = session, memory, sketch, chosen_range
        self.wish = Wish("", "", Path(), "text")
        self.facts: Facts | None = None
        self.problem = ""
        found = memory.value(_PROMPTS, [])
        self.prompts: list[str] = [str(one) for one in (found if isinstance(found, list) else [found]) if one]
        self.own_model: Path | None = Path(str(memory.value(_MODEL))) if memory.value(_MODEL) else None
        session.clip_opened.connect(self.changed)
        sketch.changed.connect(self.changed)

    # The model

    def read_model(self) -> None:
        """What the chosen file says about itself; a broken one is told of and changes nothing else."""
        path = self.own_model or built_in()
        self.facts, self.problem = None, ""
        if self.own_model is None and not path.is_file():
            self.changed.emit()
            return
        try:
            self.facts = facts_of(path)
        except InputError as error:
            self.problem = str(error)
        actions = self.facts.actions if self.facts else ()
        if actions and self.wish.action not in actions:
            self.wish = replace(self.wish, action=actions[0])
        self.changed.emit()

    def choose_model(self, path: Path | None) -> None:
        """None: the built-in one."""
        self.own_model = path
        self._memory.setValue(_MODEL, "" if path is None else str(path))
        self.read_model()

    # The wish

    def change(self, **values: Any) -> None:
        wish = replace(self.wish, **values)
        if wish != self.wish:
            self.wish = wish
            self.changed.emit()

    @property
    def takes_thing(self) -> bool:
        """Whether another object than the clip's own can be asked for."""
        return self.wish.task in ("text", "action", "free", "human_to_object") or self.sketches

    @property
    def sketches(self) -> bool:
        return self.wish.task == "object_to_human" and self.sketch.on

    @property
    def has_length(self) -> bool:
        return self.wish.task in ("text", "action", "free", "predict") or self.sketches

    @property
    def known(self) -> tuple[int, int] | None:
        """Frames of the open clip that are taken as known."""
        if self.wish.task in FROM_CLIP or (self.wish.task == "object_to_human" and not self.sketch.on):
            return self._chosen_range()
        return None

    def refusal(self) -> str:
        """Why it cannot be asked for as it stands, "" where it can."""
        clip = self._session.clip
        if self.facts is None:
            return self.tr("There is no model to generate with.")
        if clip is None or not self._session.clip_id:
            return self.tr("Open a clip first: it gives the person, and where things are.")
        if self.wish.task == "text" and not self.wish.text.strip():
            return self.tr("Say in a sentence what the person does.")
        if not clip.objects and not (self.takes_thing and self.wish.thing.kind != "clip"):
            return self.tr("The open clip has no object: choose one.")
        return self.sketch.problem(self.wish.seconds) if self.sketches else ""

    def asked(self) -> Wish:
        """As it stands, about the open clip; the sentence goes into the history."""
        wish, clip_id = self.wish, self._session.clip_id
        assert self.facts is not None
        thing = wish.thing if self.takes_thing else ThingSource()
        if wish.task == "text":
            self._remember(wish.text.strip())
        return replace(
            wish, clip_id=clip_id, parent=self._session.versions.shown(clip_id), model=self.facts.path, frames=self.known,
            thing=thing, keys=self.sketch.keys if self.sketches else (), text=wish.text.strip()[:LONGEST_PROMPT],
        )  # fmt: skip

    def strange_words(self) -> list[str]:
        """Those of the sentence that the model's training sentences never had."""
        if self.facts is None:
            return []
        import re

        found = dict.fromkeys(re.findall(r"[^\W_]+", self.wish.text[:LONGEST_PROMPT].casefold()))
        return [word for word in found if word not in self.facts.words]

    def _remember(self, text: str) -> None:
        self.prompts = [text[:LONGEST_PROMPT], *(one for one in self.prompts if one != text)][:_MOST_PROMPTS]
        self._memory.setValue(_PROMPTS, self.prompts)
