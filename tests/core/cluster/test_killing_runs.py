"""Workers and drivers killed by SIGKILL at random moments: nothing is lost, nothing that finished is done again."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from toy_work import many

import interact_core
from interact_core.cluster.folder import read_result

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
TOY = Path(__file__).with_name("toy_work.py")
PATIENCE = 120.0


def parent_of(pid: int) -> int:
    """0 for one that is gone, or that only waits to be buried."""
    try:
        rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if rest[0] == "Z" else int(rest[1])


def workers_of(driver: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and parent_of(int(path.name)) == driver]
    return [pid for pid in pids if b"spawn_main" in command_of(pid)]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@dataclass
class Campaign:
    """A run that is killed again and again; what had finished before each kill is kept to be compared."""

    out: Path
    items: int
    steps: int
    seed: int
    kills: dict[str, int] = field(default_factory=lambda: {"worker": 0, "driver": 0})
    stamps: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def start(self) -> subprocess.Popen[bytes]:
        # Where this very package lies, whatever the test was started from.
        home = str(Path(interact_core.__file__).parents[1])
        command = [sys.executable, str(TOY), str(self.out), str(self.items), str(self.steps), "2"]
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": home})

    def remember(self) -> None:
        for path in many(self.items, self.steps).folder(self.out).glob("results/**/*.json"):
            stat = path.stat()
            kept = self.stamps.setdefault(path, (stat.st_ino, stat.st_mtime_ns))
            assert kept == (stat.st_ino, stat.st_mtime_ns), f"{path.name} was done twice"

    def kill(self, driver: subprocess.Popen[bytes], chance: random.Random) -> None:
        """A worker, waited for where there is none yet; or the driver, wherever it is, workers or not."""
        deadline = time.monotonic() + PATIENCE
        a_worker = chance.random() < 0.6
        while not (workers := workers_of(driver.pid)) and a_worker and driver.poll() is None:
            assert time.monotonic() < deadline, "no worker was started"
            time.sleep(0.01)
        self.remember()
        if workers and a_worker:
            os.kill(chance.choice(workers), signal.SIGKILL)
            self.kills["worker"] += 1
            return
        driver.kill()
        driver.wait()
        self.kills["driver"] += 1
        while any(b"spawn_main" in command_of(pid) for pid in workers):
            assert time.monotonic() < deadline, "a worker outlived its driver"
            time.sleep(0.01)
        self.remember()

    def run(self, kills: int, pause: float) -> None:
        chance = random.Random(self.seed)
        driver = self.start()
        while sum(self.kills.values()) < kills:
            time.sleep(chance.uniform(0.0, pause))
            if driver.poll() is None:
                self.kill(driver, chance)
            assert driver.poll() in (None, -signal.SIGKILL), "it was to last until the last kill"
            if driver.poll() is not None:
                driver = self.start()
        assert driver.wait(PATIENCE * 10) == 0
        self.remember()


def check(campaign: Campaign) -> None:
    plan = many(campaign.items, campaign.steps)
    folder = plan.folder(campaign.out)
    assert {item.id: read_result(folder, item.id)["twice"] for item in plan.items} == {
        item.id: 2 * item.given["number"] for item in plan.items
    }
    assert not list(folder.rglob("*.part")), "what was half written is gone"
    found = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines() if line.endswith("}")]
    done = [line["item"] for line in found if line["event"] == "done"]
    assert len(set(done)) == len(done), "no item is told finished twice"


def test_a_few_kills(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, items=12, steps=60, seed=3)
    campaign.run(kills=4, pause=1.5)
    check(campaign)


@pytest.mark.soak
def test_a_hundred_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = Campaign(tmp_path, items=400, steps=60, seed=11)
    campaign.run(kills=int(os.environ.get("INTERACT_KILLS", "100")), pause=3.0)
    check(campaign)
    with capsys.disabled():
        print(f"\n{campaign.kills} over {len(campaign.stamps)} items, none lost, none done twice")
