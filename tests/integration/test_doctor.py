"""`greenwave doctor` as people run it: each thing wrong for real, named in plain words, with what to do."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hardware.printer.emulator import PrinterEmulator
from ops.doctor.checks import devices, server
from ops.doctor.finding import Case, Finding
from tests.support.client import ADMIN
from tests.support.servers import HallServer


class FakeServer(ThreadingHTTPServer):
    """Answers `/path` from `answers` as (status, body), with a clock that is `ahead_s` ahead."""

    daemon_threads = True

    def __init__(self, **answers: tuple[int, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = {"/readyz": (200, {"status": "ok"}), **{f"/{path}": told for path, told in answers.items()}}
        self.ahead_s = 0.0
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FakeServer

    def do_GET(self) -> None:
        status, body = self.server.answers.get(self.path, (404, {"code": "NO_SUCH_HALL"}))
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json" if status >= 400 else "application/json")
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write((body if isinstance(body, str) else json.dumps(body)).encode())

    def date_time_string(self, _: float | None = None) -> str:
        return formatdate(time.time() + self.server.ahead_s, usegmt=True)

    def log_message(self, *_: object) -> None: ...


def said(findings: list[Finding]) -> list[str]:
    return [f"{finding.mark} {finding.code}" for finding in findings]


def doctor(*options: str, **environment: str) -> tuple[int, str]:
    """Exit status and output."""
    kept = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LC_MESSAGES"}}
    done = subprocess.run(
        [sys.executable, "-m", "ops.command", "doctor", *options],
        env={**kept, "LANG": "en_US.UTF-8", **environment}, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(data=tmp_path)


# as a command


def test_a_machine_that_is_well_is_said_to_be_so(tmp_path: Path, free_port: str) -> None:
    status, told = doctor("--data", str(tmp_path), "--port", free_port)
    assert (status, [line for line in told.splitlines() if line.startswith("wrong")]) == (0, [])
    assert f"ok     Port {free_port} is free." in told


def test_a_taken_port_and_a_file_for_a_folder_are_wrong_in_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        status, told = doctor("--data", str(file), "--port", str(number))
        _, chinese = doctor("--data", str(file), "--port", str(number), LANG="zh_CN.UTF-8")
    assert status == 1
    assert f"wrong  {file} is a file, not a folder.\n       > greenwave up --data {file}-data" in told
    assert f"wrong  Port {number} is taken by process {os.getpid()}: " in told
    assert f"有误  端口 {number} 已被进程 {os.getpid()} 占用：" in chinese


def test_no_espeak_and_no_chinese_font_are_wrong(tmp_path: Path, free_port: str) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig><cachedir>/nowhere</cachedir></fontconfig>')
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "fc-match").symlink_to("/usr/bin/fc-match")
    status, told = doctor(
        "--data", str(tmp_path), "--port", free_port, "--json", PATH=str(programs), FONTCONFIG_FILE=str(empty)
    )
    found = {row["code"]: row for row in json.loads(told)["findings"]}
    assert status == 1
    assert found["font_missing"]["do"] == "sudo apt-get install -y fontconfig fonts-noto-cjk"
    assert found["espeak_missing"]["mark"] == "wrong"
    assert "espeak-ng is missing" in found["espeak_missing"]["says"]


def test_a_hall_at_work_is_well(hall_server: HallServer) -> None:
    port = hall_server.url.rsplit(":", 1)[1]
    hall_server.data.chmod(0o700)
    status, told = doctor(
        "--data", str(hall_server.data), "--port", port, "--server", hall_server.url, "--hall", hall_server.hall,
        "--token", ADMIN,
    )  # fmt: skip
    assert status == 0, told
    assert f"ok     A server is at work in {hall_server.data} (process " in told
    assert f"ok     Port {port} is in use by this hall's own server" in told
    assert f"ok     The server {hall_server.url} answers and is ready." in told
    assert "ok     The clock agrees with the server's." in told
    assert f"ok     The token is good: manager, hall “{hall_server.hall}”." in told
    assert "ok     Devices of the hall: " in told


def test_a_wrong_hall_and_a_wrong_token_are_told_apart(hall_server: HallServer, tmp_path: Path) -> None:
    _, hall = doctor("--data", str(tmp_path), "--server", hall_server.url, "--hall", "nowhere", "--token", "x")
    assert f"wrong  The server has no hall “nowhere”. It has: {hall_server.hall}" in hall
    status, told = doctor(
        "--data", str(tmp_path), "--server", hall_server.url, "--hall", hall_server.hall, "--token", "x"
    )
    assert status == 1
    assert "wrong  The server does not know this token" in told
    assert f"       > greenwave kiosk --server {hall_server.url} --enrol CODE --data DIR" in told


# the server


def test_a_clock_off_is_looked_at_or_wrong(case: Case) -> None:
    with FakeServer() as fake:
        found = {}
        for ahead_s in (0, 4, -20, 90, -4000):
            fake.ahead_s = ahead_s
            one = server.clock(Case(data=case.data, server=fake.url))
            found[ahead_s] = said(one)[0]
            assert not one[0].facts or abs(int(one[0].facts["seconds"]) - abs(ahead_s)) <= 1
    assert found == {
        0: "ok clock", 4: "ok clock", -20: "look clock_off", 90: "wrong clock_wrong", -4000: "wrong clock_wrong",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, {}), "ok server"),
        ((503, {"code": "STORE_DOWN"}), "wrong server_not_ready"),
        ((404, {}), "wrong server_not_ours"),
        ((302, {}), "wrong server_not_ours"),
    ],
)
def test_what_answers_is_told(case: Case, answer: tuple[int, Any], code: str) -> None:
    with FakeServer(readyz=answer, elsewhere=(200, {})) as fake:
        assert said(server.reachable(Case(data=case.data, server=fake.url))) == [code]


def test_a_server_that_cannot_be_reached_says_why(case: Case, free_port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "WITHIN_S", 2.0)
    with FakeServer() as fake, socket.create_server(("127.0.0.1", 0)) as silent:
        addresses = {
            f"http://127.0.0.1:{free_port}": "server_not_started",
            "http://no-such-host.invalid": "server_name_unknown",
            f"http://127.0.0.1:{silent.getsockname()[1]}": "server_silent",
            fake.url.replace("http:", "https:"): "server_not_trusted",
            "hall.example:8080": "server_no_address",
        }
        found = {address: said(server.reachable(Case(data=case.data, server=address)))[0] for address in addresses}
    assert found == {address: f"wrong {code}" for address, code in addresses.items()}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ((200, {}), "ok token"),
        ((403, {"code": "WRONG_ROLE", "role": "kiosk"}), "ok token"),
        ((403, {"code": "WRONG_HALL", "hall": "h"}), "wrong token_other_hall"),
        ((401, {"code": "UNKNOWN_TOKEN"}), "wrong token_refused"),
    ],
)
def test_a_token_is_told_by_what_it_may_see(case: Case, state: tuple[int, Any], expected: str) -> None:
    with FakeServer(**{"api/v1/halls/h/state": state}) as fake:
        found = server.token(Case(data=case.data, server=fake.url, token="t", hall="h"))
    assert said(found) == [expected]
    if expected == "ok token":
        assert found[0].facts["role"] == state[1].get("role", "manager")


def test_a_token_that_can_be_none_or_was_not_tried(case: Case) -> None:
    with FakeServer() as fake:
        assert said(server.token(Case(data=case.data, server=fake.url, token="two words", hall="h"))) == [
            "wrong token_none"
        ]
        assert said(server.token(Case(data=case.data, server=fake.url, token="t"))) == ["look token_unseen"]


def test_silent_and_ill_devices_are_named(case: Case) -> None:
    rows = [
        {"name": "Kiosk 1", "health": {"ok": False, "silent": True, "code": ""}},
        {"name": "Kiosk 2", "health": {"ok": False, "silent": False, "code": "PAPER_OUT"}},
        {"name": "Screen", "health": {"ok": True, "silent": False, "code": ""}},
        {"name": "never seen"},
    ]
    with FakeServer(**{"api/v1/halls/h/devices": (200, {"devices": rows})}) as fake:
        found = server.devices(Case(data=case.data, server=fake.url, token="t", hall="h"))
    assert [(one.code, one.facts["names"]) for one in found] == [
        ("devices_silent", "Kiosk 1"),
        ("devices_ill", "Kiosk 2 (PAPER_OUT)"),
    ]


# devices


@pytest.mark.parametrize("trouble", ["PAPER_OUT", "COVER_OPEN", "OFFLINE"])
def test_a_printer_in_trouble_is_wrong(case: Case, trouble: str) -> None:
    with PrinterEmulator() as printer:
        wanted = Case(data=case.data, devices={"printer": printer.address})
        assert said(devices.printer(wanted)) == ["ok device_WELL"]
        printer.machine.break_down(trouble)
        found = devices.printer(wanted)
        assert said(found) == [f"wrong device_{trouble}"]
        assert found[0].do == f"greenwave doctor --printer {printer.address}"


def test_paper_that_ends_soon_is_worth_a_look(case: Case) -> None:
    with PrinterEmulator() as printer:
        printer.machine.paper_low = True
        assert said(devices.printer(Case(data=case.data, devices={"printer": printer.address}))) == [
            "look device_PAPER_LOW"
        ]


def test_a_printer_out_of_paper_is_told_in_words(tmp_path: Path) -> None:
    with PrinterEmulator() as printer:
        printer.machine.break_down("PAPER_OUT")
        options = ("--data", str(tmp_path), "--server", "http://127.0.0.1:1", "--printer", printer.address)
        status, told = doctor(*options)
        _, chinese = doctor(*options, "--lang", "zh")
    assert status == 1
    assert f"wrong  Printer {printer.address}: out of paper. Put in a new roll." in told
    assert f"有误  打印机 {printer.address}：缺纸，请装入新纸卷。" in chinese


@pytest.mark.parametrize("kind", ["printer", "scanner", "idcard", "keypad", "panel", "speaker"])
def test_an_address_that_is_none_is_wrong(case: Case, kind: str) -> None:
    check = getattr(devices, kind)
    found = check(Case(data=case.data, devices={kind: "nonsense"}))
    assert said(found) == ["wrong device_ADDRESS_WRONG"]
    assert found[0].do.startswith(f"greenwave doctor --{kind} ")


@pytest.mark.parametrize("kind", ["scanner", "idcard", "keypad", "panel"])
def test_a_device_that_is_not_there_is_wrong(case: Case, kind: str) -> None:
    check = getattr(devices, kind)
    found = check(Case(data=case.data, devices={kind: "serial:///dev/no-such-port"}))
    assert said(found) == ["wrong device_NOT_FOUND"]
    assert found[0].do == "ls -l /dev/no-such-port"


def test_a_printer_that_is_not_there_is_wrong(case: Case, free_port: str) -> None:
    found = devices.printer(Case(data=case.data, devices={"printer": f"tcp://127.0.0.1:{free_port}"}))
    assert said(found) == ["wrong device_NOT_FOUND"]
    assert found[0].do == f"nc -zv 127.0.0.1 {free_port}"
