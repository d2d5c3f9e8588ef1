"""The command line as a shell sees it: documents, exit codes, messages."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest

Run = Callable[..., "object"]


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['interact', '--help']\n" \
        "from interact_core.cli.main import main\n" \
        "try: main()\n" \
        "except SystemExit: pass\n" \
        "heavy = {'torch', 'PySide6', 'vtkmodules', 'pyvista', 'numpy', 'trimesh', 'warp'} & set(sys.modules)\n" \
        "sys.exit(str(sorted(heavy)) if heavy else 0)"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "inspect" in done.stdout


def test_core_works_without_qt_and_vtk(dataset: Path) -> None:
    """The core, imported with the window's libraries blocked, still opens and measures a clip."""
    code = f"""
import sys
for name in ("PySide6", "vtk", "vtkmodules", "pyvista", "pyvistaqt", "interact_app"):
    sys.modules[name] = None
sys.argv = ["interact", "inspect", {str(dataset)!r}, "--clip", "still", "--json", "--device", "cpu"]
from interact_core.cli.main import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_info_of_a_dataset(interact: Run, dataset: Path) -> None:
    result = interact("info", dataset, "--json")
    assert result.code == 0
    document = result.document
    assert (document["schema"], document["version"]) == ("interact/info", 1)
    assert [c["id"] for c in document["clips"]] == ["rising", "still"]
    first = document["clips"][0]
    assert first["frames"] == 24 and first["fps"] == 30
    assert first["objects"][0]["parts"][0]["vertices"] == 642
    assert first["captions"][0]["text"] == "A person stands beside a rising ball."


def test_info_for_people(interact: Run, dataset: Path) -> None:
    result = interact("info", dataset, "--clip", "still")
    assert result.code == 0 and "24 frames at 30 fps" in result.out


def test_one_bad_clip_does_not_stop_the_rest(interact: Run, dataset: Path) -> None:
    (dataset / "sequences_canonical" / "rising" / "human.npz").write_bytes(b"PK not really")
    result = interact("info", dataset, "--json")
    assert result.code == 2
    assert [c["id"] for c in result.document["clips"]] == ["still"]
    assert result.document["problems"][0]["clip"] == "rising"
    assert "human.npz" in result.err


@pytest.mark.parametrize("arguments", [("info", "/nowhere/at/all"), ("info", "{dataset}", "--clip", "missing")])
def test_errors_are_one_line_and_exit_code_2(interact: Run, dataset: Path, arguments: tuple[str, ...]) -> None:
    result = interact(*(a.format(dataset=dataset) for a in arguments))
    assert result.code == 2 and result.out == ""
    assert result.err.startswith("interact: ") and "Traceback" not in result.err and result.err.count("\n") == 1


def test_inspect_writes_fields_that_agree_with_the_scene(interact: Run, dataset: Path, tmp_path: Path) -> None:
    target = tmp_path / "fields.npz"
    result = interact("inspect", dataset, "--clip", "rising", "--fields", target, "--device", "cpu", "--json")
    assert result.code == 0, result.err
    clip = result.document["clips"][0]
    assert set(clip["tracks"]) >= {"penetration_max", "contact_left_hand", "jerk_object"}
    with np.load(target) as arrays:
        body, ball = arrays["body_vertices"], arrays["object_vertices"]
        assert body.shape[0] == ball.shape[0] == 24 and body.shape[2] == 3
        assert arrays["body_signed_distance"].shape == body.shape[:2]
        assert arrays["object_signed_distance"].shape == ball.shape[:2]
        assert len(arrays["track_penetration_max"]) == 24
        centre = np.array([0.32, 0.12, 0.0]) + np.linspace(0, 0.5, 24)[:, None] * [0, 1, 0]
        truth = np.linalg.norm(body - centre[:, None], axis=-1) - 0.12
        near = truth < 0.08
        assert near.any()
        assert np.abs(arrays["body_signed_distance"][near] - truth[near]).max() < 0.003


def test_fields_of_several_clips_need_a_folder(interact: Run, dataset: Path, tmp_path: Path) -> None:
    result = interact("inspect", dataset, "--fields", tmp_path / "one.npz")
    assert result.code == 2 and "--fields" in result.err


def test_render_png_and_mp4(interact: Run, dataset: Path, tmp_path: Path) -> None:
    picture, video = tmp_path / "a.png", tmp_path / "a.mp4"
    png = interact("render", dataset, picture, "--clip", "still", "--size", "320x180", "--frame", "3", "--json")
    assert png.code == 0 and png.document["frame"] == 3
    image = iio.imread(picture)
    assert image.shape[:2] == (180, 320) and image.std() > 5
    assert interact("render", dataset, video, "--clip", "rising", "--size", "320x180", "--field", "distance").code == 0
    frames = np.stack(list(iio.imiter(video)))
    assert frames.shape[1:3] == (180, 320) and abs(len(frames) - 24) <= 1
    assert np.abs(frames[0].astype(int) - frames[-1].astype(int)).max() > 20, "the ball should have moved"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--size", "12"), "--size"), (("--field", "heat"), "--field"), (("--frame", "99"), "--frame"),
        (("--models", "/nowhere"), "--models"),
    ],
)  # fmt: skip
def test_render_says_which_option_is_wrong(
    interact: Run, dataset: Path, tmp_path: Path, options: tuple[str, str], word: str
) -> None:
    result = interact("render", dataset, tmp_path / "a.png", "--clip", "still", *options)
    assert result.code == 2 and word in result.err
    assert not (tmp_path / "a.png").exists()


def test_validate_finds_a_planted_error(interact: Run, dataset: Path) -> None:
    assert interact("validate", dataset, "--json").code == 0
    human = dataset / "sequences_canonical" / "still" / "human.npz"
    with np.load(human) as arrays:
        broken = dict(arrays)
    broken["trans"][5] = np.nan
    np.savez(human, **broken)
    result = interact("validate", dataset, "--json")
    assert result.code == 2
    assert any(f["severity"] == "error" and "trans" in f["field"] for f in result.document["findings"])


def test_cuda_without_cuda_is_said_clearly(interact: Run, dataset: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    result = interact("inspect", dataset, "--device", "cuda")
    assert result.code == 2 and "CUDA" in result.err


def test_a_heatmap_has_the_range_of_the_settings_also_without_a_window() -> None:
    from interact_core.cli.render import coloured
    from interact_core.inspection import Inspection
    from interact_core.inspection.analyse import Analysis
    from interact_core.inspection.penetration import _fields
    from interact_core.settings import Settings, SettingsStore

    depth = np.zeros((1, 3), np.float32)
    fields = {field.id: field for field in _fields(depth, depth)}
    assert {field.vmax for field in fields.values()} == {Settings().display.penetration_range}
    analysis = Analysis(None, None, Inspection(fields=fields))  # type: ignore[arg-type]  # nothing is posed
    SettingsStore().change("display.penetration_range", 0.02)
    found = coloured(analysis, "body_penetration")
    assert found is not None and found.vmax == 0.02
    assert coloured(analysis, "body_contact") is None
