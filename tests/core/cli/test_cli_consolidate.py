"""`interact consolidate` as a shell sees it."""

import pytest


@pytest.fixture
def config(dataset, tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(
        'out = "result"\nderived = ["joints", "samples"]\n[[source]]\nkind = "released"\nroot = "demo"\ndataset = "demo"\n'
    )
    return path


def test_dry_then_real_then_again(interact, config, tmp_path):
    dry = interact("consolidate", config, "--dry-run")
    assert dry.code == 0 and "2 clips: 2 would be made" in dry.out and not (tmp_path / "result").exists()
    assert "2 clips: 2 made" in interact("consolidate", config).out
    told = interact("consolidate", config, "--json").document
    assert (told["schema"], told["version"]) == ("interact/consolidate", 1)
    assert (told["clips_made"], told["clips_reused"], told["failures"]) == (0, 2, [])
    assert told["stages"]["joints"] == {"made": 0, "reused": 2, "left_out": 0}
    assert interact("validate", tmp_path / "result").code == 0
    assert interact("info", tmp_path / "result").code == 0


def test_a_failure_is_a_table_on_stderr_and_exit_code_2(interact, config, dataset):
    (dataset / "sequences_canonical" / "still" / "human.npz").write_bytes(b"no")
    result = interact("consolidate", config)
    assert result.code == 2 and "1 failed" in result.err and "still" in result.err and "human.npz" in result.err
    assert "1 made" in result.out


def test_a_wrong_config_is_one_line_on_stderr(interact, config):
    config.write_text(config.read_text() + 'colour = "red"\n')
    result = interact("consolidate", config)
    assert result.code == 2 and "source[0].colour" in result.err and "Known are" in result.err and "Traceback" not in result.err
    assert interact("consolidate", config.with_name("none.toml")).code == 2


def test_only_takes_stages_and_names(interact, config):
    told = interact("consolidate", config, "--only", "ris*", "--only", "joints", "--json").document
    assert told["clips"] == 1 and set(told["stages"]) == {"meshes", "clip", "joints"}
