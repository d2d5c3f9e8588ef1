"""What is worth saying without stopping anybody: stand-in bodies, missing models, the log of a crash."""

import hashlib
from typing import Final

from PySide6.QtCore import QObject, QSettings

from interact_app.dialogs.desk import DialogDesk
from interact_app.session import Session
from interact_app.viewport.banners import BannerStack, BannerText

_STAND_IN: Final = "stand_in"
_MODELS: Final = "models"


class Notices(QObject):
    """Decides what is said and how often. A message that was sent away does not come back."""

    def __init__(self, session: Session, banners: BannerStack, memory: QSettings, dialogs: DialogDesk) -> None:
        super().__init__(banners)
        self._session, self._banners, self._memory, self._dialogs = session, banners, memory, dialogs
        self._said = 0
        session.clip_opened.connect(self._about_body)

    def say(self, text: str) -> None:
        """Something to know; stays until it is sent away."""
        self._said += 1
        self._banners.show_banner(BannerText(f"notice-{self._said}", text, "warning"))

    def offer_crash_log(self) -> None:
        self._banners.show_banner(
            BannerText(
                "crash",
                "The last session did not end properly. Everything that was typed is kept.",
                "warning",
                actions=(("Show the log", self._dialogs.log),),
            )
        )

    def _about_body(self) -> None:
        """Once per kind of stand-in: what it means for the figures, and how to get the real body."""
        self._banners.remove(_STAND_IN)
        posed = self._session.posed
        if posed is None:
            return
        if not posed.choice.stand_in:
            self._offer_models()
            return
        self._banners.remove(_MODELS)
        key = f"dismissed/{_STAND_IN}-{hashlib.sha256(posed.choice.note.encode()).hexdigest()[:12]}"
        if self._memory.value(key, False, bool):
            return
        self._banners.show_banner(
            BannerText(
                _STAND_IN,
                posed.choice.note or "This clip is shown on the built-in open body instead of the body it was recorded with.",
                actions=(("Body models…", self._dialogs.models),),
                dismissed=lambda: self._memory.setValue(key, True),
            )
        )

    def _offer_models(self) -> None:
        """On the first start, while nothing needs them yet; asked once."""
        if self._session.settings.models_dir is not None or self._memory.value(f"dismissed/{_MODELS}", False, bool):
            return
        self._banners.show_banner(
            BannerText(
                _MODELS,
                "Shown on the built-in open body. With SMPL-H, SMPL-X or SMPL files of yours, clips appear on those.",
                actions=(("Body models…", self._open_models), ("Not now", self._forget_models)),
                dismissed=self._forget_models,
            )
        )

    def _open_models(self) -> None:
        self._forget_models()
        self._dialogs.models()

    def _forget_models(self) -> None:
        self._memory.setValue(f"dismissed/{_MODELS}", True)
