"""The names of forms stand on the command line without their modules: they must be the modules' own."""

from interact_core.cli.export import FormName
from interact_core.cli.import_ import WordFormName
from interact_core.consolidate.exports.forms import MOTION_FORMS
from interact_core.project.exchange_forms import FORMS


def test_words_come_in_by_every_form_and_by_no_other() -> None:
    assert [form.value for form in WordFormName] == list(FORMS)


def test_words_and_motion_leave_by_every_form() -> None:
    assert [form.value for form in FormName] == [*FORMS, *MOTION_FORMS]
