"""The names that bare figures are given are those of an inspection."""

from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip
from interact_core.inspection import distance_fields, pose_clip
from interact_core.inspection.figures import figures_of, named_figures
from interact_core.inspection.inspect import inspect_clip
from interact_core.paths import cache_dir


def test_names_titles_and_units_are_those_of_an_inspection() -> None:
    clip = read_clip(open_path(demo_root()).refs[0])
    posed = pose_clip(clip)
    measured = figures_of(inspect_clip(posed, distance_fields(posed, cache_dir())).summary)
    named = named_figures(dict.fromkeys(measured, 0.0))
    named = {name: entry for name, entry in named.items() if entry["group"]}
    assert len(named) >= 20
    for name, entry in named.items():
        assert {k: entry[k] for k in ("title", "unit", "group")} == {k: measured[name][k] for k in ("title", "unit", "group")}
