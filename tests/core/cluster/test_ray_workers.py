"""The same run on a Ray cluster of this machine: same results, same trouble, a lost worker is replaced."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from toy_work import plan_for

import interact_core
from interact_core.cluster.executor import InTurn
from interact_core.cluster.on_ray import RayWorkers
from interact_core.cluster.run import run_plan
from interact_core.errors import InputError
from interact_core.jobs.context import NullContext

HERE = str(Path(__file__).parent)


@pytest.fixture
def reachable_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray's workers find the toy work, as they would find an installed package."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(interact_core.__file__).parents[1]), HERE]))


def stored(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "results").rglob("*.json")}


@pytest.mark.usefixtures("reachable_code")
def test_ray_gives_what_one_after_the_other_gives(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    items = {f"clip {k}": {"number": k, "steps": 5} for k in range(6)}
    trouble = {"bad": {"number": 9, "trouble": "input"}, "dies once": {"number": 8, "trouble": "die+"}}
    plan = plan_for(items | trouble)
    killed: list[int] = []

    def kill_an_actor(line: dict) -> None:
        """The first worker that finished something loses its actor, as a node that goes down does."""
        if line["event"] == "done" and not killed:
            killed.append(parent_of(line["pid"]))
            os.kill(killed[0], signal.SIGKILL)

    report = run_plan(plan, tmp_path / "there", RayWorkers(2, NullContext()), watch=kill_an_actor)
    here = run_plan(plan_for(items), tmp_path / "here", InTurn(NullContext()))
    assert killed and list(report.failed) == ["bad"] and "Fill it" in report.failed["bad"].message and report.done == 7
    assert stored(here.folder).items() <= stored(report.folder).items() and len(stored(report.folder)) == 7
    text = (report.folder / "journal.jsonl").read_text()
    assert "exit code 7" in text, "a death in an actor is told as one here"


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_an_address_that_answers_nothing_is_said() -> None:
    pytest.importorskip("ray")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with pytest.raises(InputError, match=rf"no Ray cluster answers at 127\.0\.0\.1:{port}.*ray start --head"):
        RayWorkers(1, NullContext(), address=f"127.0.0.1:{port}")
    with pytest.raises(InputError, match="is no address"):
        RayWorkers(1, NullContext(), address="somewhere")


def test_without_ray_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"pip install 'interact-studio\[cluster\]'"):
        RayWorkers(1, NullContext())


def test_nothing_of_ray_is_loaded_for_local_workers() -> None:
    rooms = ("run", "local", "on_ray")
    code = "".join(f"import interact_core.cluster.{room}\n" for room in rooms) + "import sys; print('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
