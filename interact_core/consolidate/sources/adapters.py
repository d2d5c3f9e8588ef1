"""Every source by its name in the table."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from interact_core.consolidate.sources.amass import Amass
from interact_core.consolidate.sources.arctic import Arctic
from interact_core.consolidate.sources.behave import Behave
from interact_core.consolidate.sources.grab import Grab
from interact_core.consolidate.sources.humanml3d import HumanML3D
from interact_core.consolidate.sources.intercap import InterCap
from interact_core.consolidate.sources.omomo import Omomo
from interact_core.consolidate.sources.parahome import ParaHome
from interact_core.consolidate.sources.recording import Adapter
from interact_core.consolidate.sources.released import intermimic, released
from interact_core.consolidate.sources.skillmimic import SkillMimic
from interact_core.errors import InputError

ADAPTERS: Final[Mapping[str, Callable[[Path | None], Adapter]]] = MappingProxyType(
    {
        "behave": Behave, "grab": Grab, "intercap": InterCap, "omomo": Omomo, "arctic": Arctic, "parahome": ParaHome,
        "released": released, "amass": Amass, "humanml3d": HumanML3D, "intermimic": intermimic, "skillmimic": SkillMimic,
    }
)  # fmt: skip


def adapter(source: str, models_dir: Path | None = None) -> Adapter:
    """`models_dir`: the user's licensed models, for PCA hands and hand means. InputError for a name that is not in the table."""
    if source not in ADAPTERS:
        raise InputError(f"there is no source '{source[:40]}'", field="source", remedy=f"Choose one of {', '.join(ADAPTERS)}")
    return ADAPTERS[source](models_dir)
