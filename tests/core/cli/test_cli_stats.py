"""`interact stats --inspect`: contact and artifacts are measured, not taken from labels."""

from pathlib import Path


def test_contact_and_artifacts_are_measured(interact, dataset: Path, tmp_path: Path) -> None:
    result = interact("stats", dataset, "--inspect", "--out", tmp_path / "out", "--json")
    assert result.code == 0, result.err
    total = result.document["total"]
    assert total["clips"] == total["contact_clips"] == 2 and total["artifacts"] is not None
    assert 0 <= total["contact"] <= 1 and (tmp_path / "out" / "statistics.html").is_file()
    assert "contact" in interact("stats", dataset, "--inspect").out
