"""A config file is read whole or said to be wrong, by file, field and remedy."""

import pytest

from interact_core.consolidate.config import read_config
from interact_core.consolidate.graph import closure, stages_of
from interact_core.consolidate.plan import only_of
from interact_core.errors import InputError

SOURCE = '[[source]]\nkind = "released"\nroot = "data"\n'


@pytest.fixture
def write(tmp_path):
    (tmp_path / "data").mkdir()

    def _write(text):
        path = tmp_path / "c.toml"
        path.write_text(text)
        return path

    return _write


def test_a_file_says_what_it_says_and_the_rest_is_default(write, tmp_path):
    found = read_config(write(f'out = "there"\nderived = ["joints"]\n[rate]\nfps = 60\n[motion]\ncompat = true\n{SOURCE}'))
    assert found.out == tmp_path / "there" and found.sources[0].root == tmp_path / "data"  # from the file's own folder
    assert (found.rate.fps, found.motion.compat, found.light.cut) == (60.0, True, 300)
    assert found.sources[0].target == "released"
    assert [s.name for s in stages_of(found)][-2:] == ["clip", "joints"]


@pytest.mark.parametrize(
    ("text", "field", "told"),
    [
        (SOURCE, "out", "missing"),
        ('out = "x"', "source", "nothing"),
        (f'out = "x"\nfoo = 1\n{SOURCE}', "foo", "not known"),
        (f'out = "x"\n{SOURCE}colour = "red"', "source[0].colour", "not known"),
        ('out = "x"\n[[source]]\nkind = "released"', "source[0].root", "missing"),
        ('out = "x"\n[[source]]\nkind = "released"\nroot = "nowhere"', "source[0].root", "not there"),
        (f'out = "x"\n[rate]\nfps = "fast"\n{SOURCE}', "rate.fps", "float"),
        (f'out = "x"\n[rate]\nfps = 0\n{SOURCE}', "rate.fps", "between"),
        (f'out = "x"\n[ground]\nsurfaces = "roof"\n{SOURCE}', "ground.surfaces", "no choice"),
        (f'out = "x"\nderived = ["soup"]\n{SOURCE}', "derived", "no stage"),
        (f'out = "data/inside"\n{SOURCE}', "out", "never changed"),
        (f'out = "x"\n{SOURCE}dataset = "a/b"', "source[0].dataset", "folder"),
        (f'out = "x"\n[light]\nshortest = 500\n{SOURCE}', "light.shortest", "less"),
        ("out = ", None, "TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(write, text, field, told):
    with pytest.raises(InputError, match=told) as caught:
        read_config(write(text))
    assert caught.value.field == field


def test_an_export_that_does_not_exist_is_said(write):
    with pytest.raises(InputError, match="no export") as caught:
        stages_of(read_config(write(f'out = "x"\nexports = ["soup"]\n{SOURCE}')))
    assert caught.value.field == "exports"


def test_a_stage_brings_what_it_needs(write):
    config = read_config(write(f'out = "x"\n{SOURCE}'))
    graph = stages_of(config)
    assert {"motion", "markers", "samples", "clip", "canonical", "read"} <= closure(["motion"], graph)
    assert not {"joints", "bps", "light"} & closure(["motion"], graph)
    with pytest.raises(InputError, match="needs"):
        stages_of(read_config(write(f'out = "x"\nderived = ["motion"]\n{SOURCE}')))


def test_words_after_only_are_stages_or_patterns(write):
    config = read_config(write(f'out = "x"\n{SOURCE}'))
    only = only_of(["markers", "*cup*"], config)
    assert only.stages == ("markers",) and only.fits("s1_cup_2") and not only.fits("s1_box_2")
