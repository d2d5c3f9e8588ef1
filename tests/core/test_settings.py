"""Settings: sparse, commented files that never stop the program."""

import dataclasses
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from interact_core.errors import InputError
from interact_core.settings import SETTING_FIELDS, Settings, SettingsStore, load_settings, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_everything_is_default(file: Path) -> None:
    loaded = read_settings(file)
    assert loaded.settings == Settings() and loaded.problems == ()
    assert not file.exists()


def test_every_setting_documents_itself_and_its_default_is_allowed() -> None:
    assert len(SETTING_FIELDS) > 20
    for key, item in SETTING_FIELDS.items():
        assert item.doc.endswith("."), key
        assert item.checked(item.default) == item.default
        if item.type in (int, float) and not item.choices:
            assert item.low is not None and item.high is not None, key


def test_only_overrides_are_written_and_come_back(file: Path) -> None:
    store = SettingsStore(file)
    store.change("playback.speed", 2)
    store.change("annotation.author", "Ana “Ñandú” \\ #1\n")
    assert tomllib.loads(file.read_text()) == {"playback": {"speed": 2.0}, "annotation": {"author": "Ana “Ñandú” \\ #1\n"}}
    assert load_settings(file) == store.current
    store.reset("playback.speed")
    assert "speed" not in file.read_text()
    assert load_settings(file).playback.speed == 1.0


def test_comments_order_and_unknown_keys_survive(file: Path) -> None:
    file.write_text(
        '# mine\n[display] # look\nfield = "contact" # hands!\nfuture = 3\n\n[thresholds]\ncontact = 0.01\n\n[later]\nx = 1\n'
    )
    store = SettingsStore(file)
    store.change("display.skeleton", True)
    text = file.read_text()
    for kept in ("# mine", "# look", "# hands!", "future = 3", "[later]", "x = 1", 'field = "contact"', "contact = 0.01"):
        assert kept in text
    assert load_settings(file).display.skeleton is True


def test_unknown_keys_are_reported_with_the_likely_name(file: Path) -> None:
    file.write_text("[playback]\nsped = 2.0\n[plyback]\nspeed = 2.0\n")
    problems = "\n".join(read_settings(file).problems)
    assert "'playback.sped', did you mean 'playback.speed'" in problems
    assert "'plyback', did you mean 'playback'" in problems


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("speed = 99.0", "not between 0.25 and 4"),
        ("speed = nan", "not between"),
        ('speed = "fast"', "is not a number"),
        ("speed = true", "is not a number"),
        ('loop = "forever"', "none of off, clip, range"),
        ("play_on_open = 1", "is not true or false"),
    ],
)
def test_a_wrong_value_costs_only_itself(file: Path, line: str, reason: str) -> None:
    file.write_text(f'[playback]\npolicy = "every_frame"\n{line}\n')
    loaded = read_settings(file)
    assert loaded.settings == Settings().with_value("playback.policy", "every_frame")
    assert len(loaded.problems) == 1 and reason in loaded.problems[0] and str(file) in loaded.problems[0]


@pytest.mark.parametrize(
    "content", [b"[playback\nspeed=", b"\xff\xfe\x00", b"[" * 5000, b"playback = 3\n", b"[a]\n[a]\n", b'a = """', b"\0"]
)
def test_a_broken_file_gives_defaults_and_is_kept_when_we_write(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    loaded = read_settings(file)
    assert loaded.settings == Settings() and loaded.problems
    SettingsStore(file).change("playback.speed", 0.5)
    assert load_settings(file).playback.speed == 0.5
    if content != b"playback = 3\n":  # valid TOML: mended in place
        assert (file.parent / "settings.toml.broken").read_bytes() == content


def test_thresholds_are_an_open_table_of_numbers(file: Path) -> None:
    file.write_text("[thresholds]\ncontact = 0.02\nbad = 'x'\nworse = inf\ncount = 3\n")
    store = SettingsStore(file)
    assert dict(store.current.thresholds) == {"contact": 0.02, "count": 3.0}
    assert len(store.problems) == 2
    store.update(dataclasses.replace(store.current, thresholds={"contact": 0.03}))
    assert tomllib.loads(file.read_text())["thresholds"]["contact"] == 0.03
    assert dict(load_settings(file).thresholds) == {"contact": 0.03}


def test_the_environment_wins_and_is_never_written(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file.write_text('[models]\nmodels_dir = "/from/file"\n')
    monkeypatch.setenv("INTERACT_MODELS", str(tmp_path))
    store = SettingsStore(file)
    assert store.current.models_dir == tmp_path
    store.change("playback.speed", 3.0)
    assert "/from/file" in file.read_text() and str(tmp_path) not in file.read_text()
    monkeypatch.delenv("INTERACT_MODELS")
    assert load_settings(file).models_dir == Path("/from/file")


def test_no_folder_of_models_by_default(file: Path) -> None:
    assert load_settings(file).models_dir is None


def test_listeners_hear_the_key(file: Path) -> None:
    store, heard = SettingsStore(file), []
    store.changed.connect(heard.append)
    store.change("display.skeleton", True)
    store.change("display.skeleton", True)
    store.update(Settings().with_value("playback.loop", "off"))
    assert heard == ["display.skeleton", "playback.loop", "display.skeleton"]


def test_wrong_changes_raise_and_change_nothing(file: Path) -> None:
    store = SettingsStore(file)
    with pytest.raises(KeyError):
        store.change("playback.sped", 1.0)
    with pytest.raises(ValueError, match="not between"):
        store.change("playback.speed", 9.0)
    assert store.current == Settings() and not file.exists()


def test_a_home_that_cannot_be_written_says_so_and_the_value_holds(tmp_path: Path) -> None:
    blocked = tmp_path / "not_a_folder"
    blocked.write_text("x")
    store = SettingsStore(blocked / "settings.toml")
    with pytest.raises(InputError, match="could not be written"):
        store.change("playback.speed", 2.0)
    assert store.current.playback.speed == 2.0


def test_a_file_that_cannot_be_read_gives_defaults(tmp_path: Path) -> None:
    folder = tmp_path / "settings.toml"
    folder.mkdir()
    loaded = read_settings(folder)
    assert loaded.settings == Settings() and "cannot be read" in loaded.problems[0]


def test_a_link_into_dotfiles_stays_a_link(tmp_path: Path, file: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text("# shared\n")
    file.symlink_to(target)
    SettingsStore(file).change("playback.speed", 2.0)
    assert file.is_symlink() and "# shared" in target.read_text() and "speed = 2.0" in target.read_text()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.binary(max_size=200) | strategies.text(alphabet='[]=."\n#playbcksed012{}', max_size=80).map(str.encode))
def test_no_content_whatever_stops_the_program(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / f"fuzz-{os.urandom(4).hex()}.toml"
    path.write_bytes(content)
    read_settings(path)
    SettingsStore(path).change("playback.speed", 0.5)
    assert load_settings(path).playback.speed == 0.5


ANY_VALUE = strategies.one_of(
    strategies.booleans(), strategies.integers(-10, 10**6), strategies.floats(allow_nan=True), strategies.text(max_size=20)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.lists(strategies.tuples(strategies.sampled_from(sorted(SETTING_FIELDS)), ANY_VALUE), max_size=6))
def test_what_is_accepted_comes_back_the_same(tmp_path: Path, changes: list[tuple[str, bool | int | float | str]]) -> None:
    store = SettingsStore(tmp_path / f"fuzz-{os.urandom(4).hex()}.toml")
    for key, value in changes:
        try:
            store.change(key, value)
        except ValueError:
            continue
    loaded = read_settings(store.path)
    assert loaded.settings == store.current and loaded.problems == ()


def test_the_settings_of_annotation_have_ranges(file: Path) -> None:
    chosen = Settings().annotation
    assert (chosen.reaction_time, chosen.snap, chosen.spelling, chosen.words_goal) == (0.2, True, True, 0)
    store = SettingsStore(file)
    for key, value in (("annotation.reaction_time", 1.01), ("annotation.reaction_time", -0.1), ("annotation.words_goal", -1)):
        with pytest.raises(ValueError, match="not between"):
            store.change(key, value)
    store.change("annotation.reaction_time", 0.35)
    assert load_settings(file).annotation.reaction_time == 0.35
