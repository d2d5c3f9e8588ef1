"""`interact export` and `interact import` as a shell sees them."""

from collections.abc import Callable
from pathlib import Path

Run = Callable[..., "object"]


def test_export_then_import(interact: Run, dataset: Path, tmp_path: Path) -> None:
    done = interact("export", dataset, tmp_path / "all.jsonl", "--form", "jsonl", "--json")
    assert done.code == 0 and done.document["schema"] == "interact/export"
    assert done.document["clips"] >= 1 and done.document["files"] == [str(tmp_path / "all.jsonl")]
    done = interact("import", dataset, tmp_path / "all.jsonl", "--json")
    assert done.code == 0 and not any(clip["changed"] for clip in done.document["clips"])


def test_import_changes_the_project_and_names_bad_lines(interact: Run, dataset: Path, tmp_path: Path) -> None:
    done = interact("export", dataset, tmp_path / "t", "--form", "text", "--no-tokens", "--json")
    (file, *_) = done.document["files"]
    path = Path(file)
    path.write_bytes(b"Other words.#other/ADJ word/NOUN#0.0#0.0")
    (path.parent / "action.txt").write_text("A person hurl the ball.")
    done = interact("import", dataset, path.parent, "--on-conflict", "replace", "--dry-run", "--json")
    assert done.code == 2 and done.document["applied"] is False
    assert [(f["path"], f["field"]) for f in done.document["findings"]] == [(str(path.parent / "action.txt"), "line 1")]
    assert done.document["conflicts"][0]["incoming"] == "Other words." and "action.txt, line 1" in done.err
    (path.parent / "action.txt").unlink()
    done = interact("import", dataset, path, "--on-conflict", "replace")
    assert done.code == 0 and "1 replaced" in done.out
    interact("export", dataset, tmp_path / "again", "--form", "text", "--line-end", "cr")
    assert (tmp_path / "again" / path.relative_to(tmp_path / "t")).read_bytes() == path.read_bytes()


def test_refusals_are_one_line_and_exit_code_2(interact: Run, dataset: Path, tmp_path: Path) -> None:
    done = interact("export", dataset, dataset / "x.csv", "--form", "csv")
    assert done.code == 2 and "never written" in done.err and not (dataset / "x.csv").exists()
    assert interact("import", dataset, tmp_path / "nothing.eaf").code == 2
    assert interact("export", dataset, tmp_path / "x", "--form", "word").code == 2
