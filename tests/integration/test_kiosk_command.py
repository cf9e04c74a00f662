"""`greenwave kiosk`: set up with a code, started with what was kept, and stopped by mistakes in one line."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.client import ADMIN
from tests.support.kiosks import KioskProcess, add_device, call
from tests.support.servers import HallServer


def greenwave(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.command", *arguments], capture_output=True, text=True, timeout=60,
        env={**os.environ, **env},
    )  # fmt: skip


def make_code(server: HallServer, role: str = "kiosk", **more: object) -> str:
    url = f"{server.url}/api/v1/halls/demo-hall/devices/codes"
    answer = call("POST", url, {"role": role, "name": "By the door", **more}, Authorization=f"Bearer {ADMIN}")
    assert answer.status == 201, answer
    return str(answer["code"])


def test_a_kiosk_is_set_up_with_a_code_and_starts_with_what_it_kept(hall_server: HallServer, tmp_path: Path) -> None:
    folder = tmp_path / "kiosk"
    done = greenwave("kiosk", "--enrol", make_code(hall_server), "--server", hall_server.url, "--data", str(folder))
    assert done.returncode == 0, done.stderr
    assert "By the door" in done.stdout and "greenwave kiosk --data" in done.stdout
    assert stat.S_IMODE((folder / "kiosk.json").stat().st_mode) == 0o600
    assert "d.demo-hall." not in done.stdout + done.stderr
    kiosk = KioskProcess(folder)
    kiosk.until(lambda status: bool(status["left"]))
    assert kiosk.status["name"] == "By the door"
    assert kiosk.take().status == 201
    assert kiosk.stop() == 0


@pytest.mark.parametrize("code", ["WRONG-CODE", "' OR 1=1"])
def test_a_wrong_code_is_said_in_one_line(hall_server: HallServer, tmp_path: Path, code: str) -> None:
    done = greenwave("kiosk", "--enrol", code, "--server", hall_server.url, "--data", str(tmp_path / "kiosk"))
    assert done.returncode == 1
    assert "does not know this code" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "kiosk" / "kiosk.json").exists()


def test_a_code_works_once(hall_server: HallServer, tmp_path: Path) -> None:
    code = make_code(hall_server)
    folders = [str(tmp_path / name) for name in ("one", "two")]
    done = [greenwave("kiosk", "--enrol", code, "--server", hall_server.url, "--data", each) for each in folders]
    assert [each.returncode for each in done] == [0, 1]


def test_a_code_for_a_display_makes_no_kiosk(hall_server: HallServer, tmp_path: Path) -> None:
    code = make_code(hall_server, "display")
    done = greenwave("kiosk", "--enrol", code, "--server", hall_server.url, "--data", str(tmp_path / "kiosk"))
    assert done.returncode == 1 and "not for a kiosk" in done.stderr


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = greenwave("kiosk", "--enrol", "K7Q4-M2XD", "--server", "http://127.0.0.1:9", "--data", str(tmp_path / "k"))
    assert done.returncode == 1 and "cannot be reached" in done.stderr


def test_a_kiosk_that_is_not_set_up_says_how(tmp_path: Path) -> None:
    done = greenwave("kiosk", "--data", str(tmp_path / "kiosk"))
    assert done.returncode == 2 and "--enrol CODE" in done.stderr


def test_options_have_environment_twins(hall_server: HallServer, tmp_path: Path) -> None:
    token = add_device(hall_server.url)["token"]
    twins = {"GREENWAVE_SERVER": hall_server.url, "GREENWAVE_TOKEN": token, "GREENWAVE_HALL": "demo-hall"}
    kiosk = KioskProcess(tmp_path / "kiosk", env={**twins, "GREENWAVE_KIOSK_PRINTER": f"file://{tmp_path / 'paper'}"})
    kiosk.until(lambda status: bool(status["left"]))
    assert kiosk.take()["printed"]
    assert len(list((tmp_path / "paper").glob("*.png"))) == 1
    kiosk.stop()


def test_a_second_agent_on_one_folder_is_refused_in_one_line(hall_server: HallServer, tmp_path: Path) -> None:
    who = ["--server", hall_server.url, "--token", add_device(hall_server.url)["token"], "--hall", "demo-hall"]
    kiosk = KioskProcess(tmp_path / "kiosk", *who)
    done = greenwave("kiosk", *who, "--data", str(tmp_path / "kiosk"), "--port", "0")
    assert done.returncode == 1
    assert "in use by another agent" in done.stderr and len(done.stderr.splitlines()) == 1
    kiosk.stop()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--printer", "lpt1", "ADDRESS_WRONG"),
        ("--printer", "tcp://printer?paper=99", "ADDRESS_WRONG"),
        ("--scanner", "nowhere", "ADDRESS_WRONG"),
        ("--idcard", "nowhere", "ADDRESS_WRONG"),
        ("--server", "hall.example", "server"),
    ],
)
def test_a_wrong_address_is_said_in_one_line(tmp_path: Path, option: str, value: str, words: str) -> None:
    options = {"--server": "http://127.0.0.1:9", "--token": "d.x.y.z", "--hall": "h", option: value}
    flat = [part for pair in options.items() for part in pair]
    done = greenwave("kiosk", "--data", str(tmp_path / "kiosk"), "--port", "0", *flat)
    assert done.returncode == 1, done
    told = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(told) == 1 and words in told[0]


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        who = ["--server", "http://127.0.0.1:9", "--token", "d.x.y.z", "--hall", "h"]
        done = greenwave("kiosk", *who, "--data", str(tmp_path / "kiosk"), "--port", port)
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where the system allows one to be made."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("no right to mount a small disk here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_gives_no_ticket_and_says_so_and_goes_on_once_there_is_room(
    hall_server: HallServer, small_disk: Path
) -> None:
    kiosk = KioskProcess(
        small_disk / "kiosk", "--server", hall_server.url, "--token", add_device(hall_server.url)["token"],
        "--hall", "demo-hall",
    )  # fmt: skip
    kiosk.until(lambda status: bool(status["left"]))
    assert kiosk.take().status == 201
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(4096))
        except OSError:
            pass
    codes = {kiosk.take(language="en").body.get("code") for _ in range(200)}
    assert "JOURNAL_FULL" in codes
    assert kiosk.status["blocked"] == "JOURNAL_FULL"
    ballast.unlink()
    kiosk.until(lambda status: not status["blocked"])
    assert kiosk.take().status == 201
    kiosk.stop()
    shutil.rmtree(small_disk / "kiosk")
