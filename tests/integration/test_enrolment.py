"""Every agent is set up with a code that somebody reads off the cockpit, by its real command."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.client import ADMIN
from tests.support.servers import HallServer


def greenwave(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ops.command", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def code_for(server: HallServer, role: str) -> str:
    import json
    from urllib.request import Request, urlopen

    body = {"role": role, "name": f"{role} east", **({"window": 3} if role == "window" else {})}
    headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "application/json"}
    url = f"{server.url}/api/v1/halls/demo-hall/devices/codes"
    with urlopen(Request(url, json.dumps(body).encode(), headers), timeout=10) as answer:
        return str(json.load(answer)["code"])


@pytest.mark.parametrize("role", ["kiosk", "display", "window"])
def test_a_code_sets_an_agent_up_once(hall_server: HallServer, tmp_path: Path, role: str) -> None:
    code, folder = code_for(hall_server, role), tmp_path / role
    done = greenwave(role, "--enrol", code, "--server", hall_server.url, "--data", str(folder))
    assert (done.returncode, f"This {role} is now" in done.stdout) == (0, True), done.stderr
    file = folder / f"{role}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = greenwave(role, "--enrol", code, "--server", hall_server.url, "--data", str(tmp_path / "other"))
    assert (again.returncode, "does not know this code" in again.stderr) == (1, True)


def test_a_code_is_for_its_role_alone(hall_server: HallServer, tmp_path: Path) -> None:
    code = code_for(hall_server, "display")
    done = greenwave("window", "--enrol", code, "--server", hall_server.url, "--data", str(tmp_path))
    assert (done.returncode, "is for a display" in done.stderr) == (1, True)


@pytest.mark.parametrize("role", ["kiosk", "display", "window"])
def test_an_agent_that_is_not_set_up_says_how(tmp_path: Path, role: str) -> None:
    done = greenwave(role, "--data", str(tmp_path))
    assert (done.returncode, "Make a code in the cockpit" in done.stderr) == (2, True), done.stderr
