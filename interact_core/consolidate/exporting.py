"""Forms of other programs that a clip folder may also hold: config `exports = [...]`, as `<clip><suffix>`.

Those of one file a clip. InterMimic's form numbers people and objects over a whole folder: `interact export` makes it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from interact_core.consolidate.exports.forms import MOTION_FORMS, Form
from interact_core.consolidate.take import Settled
from interact_core.jobs.context import NullContext

Exporter = Callable[[Settled], Mapping[str, bytes]]


def _file(form: Form, settled: Settled) -> dict[str, bytes]:
    from interact_core.consolidate.exports.write import clip_file

    data = clip_file(form, settled.clip, settled.bench.config.body.models, "cpu", NullContext())
    return {f"{settled.clip.id}{MOTION_FORMS[form].suffix}": data}


EXPORTERS: Final[dict[str, tuple[int, str, Exporter]]] = {
    form: (1, entry.holds, partial(_file, form)) for form, entry in MOTION_FORMS.items() if entry.suffix
}
"""Name to (version of its rules, one line about it, what makes its files)."""
