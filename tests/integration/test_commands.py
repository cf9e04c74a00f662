"""The `greenwave` command, as an operator types it."""

import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.client import ADMIN, HallClient
from tests.support.servers import HallServer
from tests.unit.test_hall_file import SMALL

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "demo-hall.yaml"
DEMO = ROOT / "ops" / "demo" / "demo-hall.yaml"
COMMAND = [sys.executable, "-m", "ops.command"]


def greenwave(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GREENWAVE_")} | environment
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, timeout=60, env=env, cwd=ROOT, check=False
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, "utf-8")
    return file


# hall check


@pytest.mark.parametrize("file", [SHARED, DEMO], ids=["shared", "ours"])
def test_a_hall_file_of_real_size_is_without_mistakes(file: Path) -> None:
    if not file.is_file():
        pytest.skip("the shared folder is not on this machine")
    done = greenwave("hall", "check", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert "32 departments, 143 items, 18 queues, 236 windows, 12 journeys" in done.stdout


def test_every_mistake_of_a_hall_file_is_told_with_its_line(small: Path) -> None:
    wrong = SMALL.replace("queue: N, min", "queue: X, min").replace("zone: Z1, zh: 综合", "zone: Z7, zh: 综合")
    wrong = wrong.replace("timezone: Asia/Shanghai", "timezone: Asia/Shanghia\n  nonsense: 1")
    small.write_text(wrong, "utf-8")
    done = greenwave("hall", "check", str(small))
    assert done.returncode == 1
    for word in ("X", "Z7", "Asia/Shanghia", "nonsense"):
        line = next(line for line in done.stdout.splitlines() if f"`{word}`" in line)
        number = int(line.removeprefix(f"{small}:").split(":")[0])
        assert word in wrong.splitlines()[number - 1] and line.partition("; ")[2], line


def test_a_hall_file_that_is_not_there_is_a_wrong_option() -> None:
    assert greenwave("hall", "check", "/nowhere.yaml").returncode == 2


# up


def test_up_lists_all_mistakes_of_its_options_together() -> None:
    done = greenwave("up", "--port", "70000", "--workers", "0", "--hall", "/nowhere.yaml", GREENWAVE_OPEN_NOW="perhaps")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 4)


def test_up_tells_every_mistake_of_its_hall_files(small: Path, tmp_path: Path) -> None:
    small.write_text(SMALL.replace("zone: Z1", "zone: Z7"), "utf-8")
    done = greenwave("up", "--port", "0", "--data", str(tmp_path / "data"), "--hall", str(small))
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("`Z7`") == 3
    assert not (tmp_path / "data").exists()


def test_a_hall_file_in_another_coding_is_no_crash(small: Path, tmp_path: Path) -> None:
    small.write_bytes(SMALL.replace("  id: small\n", "").encode("gb18030"))
    done = greenwave("up", "--port", "0", "--data", str(tmp_path / "data"), "--hall", str(small))
    assert (
        done.returncode == 1
        and "small.yaml:2: these bytes are not UTF-8" in done.stderr
        and "Traceback" not in done.stderr
    )


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path, small: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = greenwave("up", "--port", port, "--data", str(tmp_path / "data"), "--hall", str(small))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert f"127.0.0.1:{port}" in line and "in use" in line


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    folder = tmp_path_factory.mktemp("two")
    (folder / "small.yaml").write_text(SMALL, "utf-8")
    server = HallServer(
        folder / "data", "--workers", "2", "--hall", str(folder / "small.yaml"), "--open-now", hall="small"
    )
    yield server
    server.stop()


def test_a_second_up_on_the_same_data_is_refused_in_one_line(running: HallServer, small: Path) -> None:
    done = greenwave("up", "--port", "0", "--data", str(running.data), "--hall", str(small))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


async def loaded(running: HallServer, file: Path, words: str, others: str) -> None:
    """Loads the small hall with other words into the running server."""
    await asyncio.to_thread(file.write_text, SMALL.replace(words, others), "utf-8")
    done = await asyncio.to_thread(greenwave, "hall", "load", str(file), "--data", str(running.data))
    assert done.returncode == 0, done.stderr


async def test_a_loaded_hall_is_there_within_a_second_and_a_changed_one_goes_on(
    running: HallServer, small: Path
) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
        hall = running.client(http)
        ticket = await hall.ticket("G-1")
        await loaded(running, small, "id: small", "id: second")
        await asyncio.sleep(1.0)
        for _ in range(6):
            async with http.get(f"{running.url}/api/v1/halls") as answer:
                assert [row["id"] for row in (await answer.json())["halls"]] == ["small", "second"]
        await loaded(running, small, "en: Enquiry", "en: Questions")
        await asyncio.sleep(1.0)
        for _ in range(6):
            assert (await hall.get("/services?q=Questions"))["services"][0]["id"] == "G-1"
        assert (await hall.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"
        assert (await hall.ticket("G-1"))["number"] == f"A{int(ticket['number'][1:]) + 1:03d}"


def test_a_hall_with_mistakes_is_not_loaded(running: HallServer, small: Path) -> None:
    small.write_text(SMALL.replace("zone: Z1", "zone: Z7"), "utf-8")
    done = greenwave("hall", "load", str(small), "--data", str(running.data))
    assert done.returncode == 1 and done.stderr.count("`Z7`") == 3


def test_loading_without_a_server_says_so(small: Path, tmp_path: Path) -> None:
    done = greenwave("hall", "load", str(small), "--data", str(tmp_path / "none"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1) and "server running" in done.stderr


async def test_two_workers_show_each_others_acts(running: HallServer) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
        hall = running.client(http)
        before = (await hall.get("/state"))["totals"]["issued"]
        numbers = {(await hall.ticket("G-2"))["number"] for _ in range(20)}
        await asyncio.sleep(0.3)
        assert len(numbers) == 20
        assert {(await hall.get("/state"))["totals"]["issued"] for _ in range(8)} == {before + 20}


# tokens and the environment


def test_up_by_environment_alone_makes_and_keeps_its_admin_token(tmp_path: Path, small: Path) -> None:
    data = tmp_path / "data"
    env = {
        **os.environ, "GREENWAVE_PORT": "0", "GREENWAVE_HOST": "127.0.0.1", "GREENWAVE_DATA": str(data),
        "GREENWAVE_HALL": str(small), "GREENWAVE_WORKERS": "1", "GREENWAVE_OPEN_NOW": "1", "LANG": "en_US.UTF-8",
    }  # fmt: skip
    for name in ("GREENWAVE_ADMIN_TOKEN", "GREENWAVE_STORE_URL"):
        env.pop(name, None)
    tokens = []
    for _ in range(2):
        with subprocess.Popen(
            [*COMMAND, "up"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, cwd=ROOT, text=True
        ) as process:
            assert process.stdout is not None and process.stdout.readline().startswith("ready http://127.0.0.1:")
            process.send_signal(signal.SIGTERM)
            told = process.stdout.read()
            assert process.wait(30) == 0
        token = data / "admin-token"
        tokens.append(token.read_text())
        assert str(token) in told and tokens[-1] not in told
        for kept in (token, data / "secret"):
            assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert tokens[0] == tokens[1] and len(tokens[0]) >= 32


# serve


@pytest.fixture
def outside_store(tmp_path: Path) -> Iterator[str]:
    """A redis-server of somebody else's."""
    binary = shutil.which("redis-server")
    assert binary, "redis-server is not installed: make setup installs it"
    path = tmp_path / "redis.sock"
    command = [binary, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 10
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield f"unix://{path}"
        process.terminate()


async def test_serve_runs_two_workers_on_a_store_of_ones_own(outside_store: str, small: Path, tmp_path: Path) -> None:
    options = ["--store", outside_store, "--port", "0", "--workers", "2", "--data", str(tmp_path / "d"), "--open-now"]
    command = [*COMMAND, "serve", *options, "--hall", str(small), "--admin-token", ADMIN]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, cwd=ROOT
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    assert line.startswith("ready http://")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
        hall = HallClient(http, "small", base=line.split()[1])
        numbers = [(await hall.ticket("G-1"))["number"] for _ in range(5)]
        assert numbers == [f"A{number:03d}" for number in range(1, 6)]
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0


def test_serve_without_a_store_says_what_it_needs() -> None:
    done = greenwave("serve", "--port", "0")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1) and "--store" in done.stderr
