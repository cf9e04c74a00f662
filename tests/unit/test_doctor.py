"""The doctor sees each thing that can be wrong with a machine, and says what to do."""

import ast
import fcntl
import os
import socket
import threading
import zoneinfo
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hardware.errors import CODES
from ops.doctor.checks import channels, devices, folder, machine, pocket, serving
from ops.doctor.examine import examine
from ops.doctor.finding import Case, Finding, look, ok, wrong
from ops.doctor.table import CHECKS
from ops.doctor.telling import any_wrong, as_json, language, lines
from queue_server.domain import workdays
from queue_server.languages import Words, in_use
from queue_server.store.embedded import StoreFailed
from tests.unit.test_hall_file import SMALL

DOCTOR = Path(folder.__file__).parent


def said(findings: list[Finding]) -> list[str]:
    """Each finding as `mark code`."""
    return [f"{finding.mark} {finding.code}" for finding in findings]


def fake(folder_: Path, name: str, script: str) -> None:
    """A program of this name, alone on the PATH with the shell."""
    program = folder_ / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH."""
    found = tmp_path / "bin"
    found.mkdir()
    monkeypatch.setenv("PATH", str(found))
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    found = tmp_path / "data"
    found.mkdir(mode=0o700)
    return found


# the machine


def test_an_old_python_is_wrong(data: Path) -> None:
    assert said(machine.python(Case(data=data, python=(3, 10, 12)))) == ["wrong python_old"]
    assert said(machine.python(Case(data=data))) == ["ok python"]


def test_missing_time_zones_are_wrong(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(machine.time_zones(Case(data=data))) == ["ok zones"]

    def unknown(_: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError

    monkeypatch.setattr(machine, "ZoneInfo", unknown)
    found = machine.time_zones(Case(data=data))
    assert (said(found), found[0].do) == (["wrong zones_missing"], "pip install tzdata")


def test_no_espeak_is_wrong(data: Path, path: Path) -> None:
    found = machine.voices(Case(data=data))
    assert said(found) == ["wrong espeak_missing"]
    assert "espeak-ng" in found[0].do
    fake(path, "espeak-ng", "exit 1")
    assert said(machine.voices(Case(data=data))) == ["wrong espeak_missing"]


def test_missing_voices_are_named(data: Path, path: Path) -> None:
    fake(path, "espeak-ng", "echo ' 5 de --/M German gmw/de'; echo ' 2 en-gb --/M English gmw/en'")
    found = machine.voices(Case(data=data))
    assert (said(found), found[0].facts) == (["wrong voices_missing"], {"languages": "zh, ja, ko, ru"})


def test_a_machine_without_loudspeaker_needs_no_sound(data: Path, path: Path) -> None:
    with_speaker = Case(data=data, devices={"speaker": "alsa:"})
    assert said(machine.sound(Case(data=data))) == ["look aplay_missing"]
    assert said(machine.sound(with_speaker)) == ["wrong aplay_missing"]
    fake(path, "aplay", "echo 'no soundcards found...' >&2; exit 1")
    assert said(machine.sound(with_speaker)) == ["wrong no_sound_card"]
    fake(path, "aplay", "echo 'card 0: PCH [HDA Intel PCH], device 0: ALC'; echo 'card 1: USB [x], device 0: y'")
    assert machine.sound(with_speaker) == ok("sound", count=2)


def test_no_libusb_is_wrong_where_a_device_needs_it(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(machine.usb_library(Case(data=data))) == ["ok libusb"]
    monkeypatch.setattr(machine.ctypes.util, "find_library", lambda _: None)  # type: ignore[attr-defined]
    assert said(machine.usb_library(Case(data=data))) == ["look libusb_missing"]
    assert said(machine.usb_library(Case(data=data, devices={"printer": "usb://04b8:0202"}))) == [
        "wrong libusb_missing"
    ]


# the data folder


def test_a_folder_of_ours_is_well(data: Path) -> None:
    assert said(folder.folder(Case(data=data))) == ["ok data"]
    assert said(folder.writes(Case(data=data))) in (["ok disk_syncs"], ["look disk_slow"])
    assert list(data.iterdir()) == []


def test_a_folder_that_is_not_there_yet_is_well(data: Path) -> None:
    assert said(folder.folder(Case(data=data / "a" / "b"))) == ["ok data_to_be_made"]
    assert folder.writes(Case(data=data / "a")) == []
    assert not (data / "a").exists()


def test_a_file_in_the_folders_place_is_wrong(data: Path) -> None:
    file = data / "a file"
    file.touch()
    found = folder.folder(Case(data=file))
    assert (said(found), found[0].do) == (["wrong data_is_file"], f"greenwave up --data '{data}/a file-data'")
    file.chmod(0o755)
    assert said(folder.folder(Case(data=file / "below"))) == ["wrong data_not_makeable"]


def test_somebody_elses_folder_is_wrong(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    found = folder.folder(Case(data=data))
    assert (said(found), found[0].do) == (["wrong data_foreign"], f"sudo chown -R 54321 {data}")


def test_a_folder_open_to_others_is_worth_a_look(data: Path) -> None:
    data.chmod(0o755)
    assert said(folder.folder(Case(data=data))) == ["look data_open"]


@pytest.mark.parametrize(("number", "code"), [(13, "data_unwritable"), (30, "data_unwritable"), (28, "data_full")])
def test_a_folder_that_takes_nothing_is_wrong(
    data: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(**_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(folder.tempfile, "TemporaryFile", refuse)  # type: ignore[attr-defined]
    assert said(folder.writes(Case(data=data))) == [f"wrong {code}"]


def test_a_slow_disk_is_worth_a_look(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_sync_ms", lambda _: 51.0)
    assert said(folder.writes(Case(data=data))) == ["look disk_slow"]


@pytest.mark.parametrize(
    ("free", "found"), [(2 * 1024**3, "ok space"), (500 * 1024**2, "look space_little"), (1024**2, "wrong space_gone")]
)
def test_room_is_measured(data: Path, monkeypatch: pytest.MonkeyPatch, free: int, found: str) -> None:
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _: type("", (), {"free": free}))  # type: ignore[attr-defined]
    assert said(folder.space(Case(data=data / "later"))) == [found]


@pytest.mark.parametrize(
    ("kind", "options", "found"),
    [
        ("ext4", "rw,relatime", "ok disk"),
        ("tmpfs", "rw", "look disk_fleeting"),
        ("nfs4", "rw", "look disk_remote"),
        ("ext4", "ro,relatime", "wrong disk_read_only"),
    ],
)
def test_the_kind_of_disk_is_told(data: Path, tmp_path: Path, kind: str, options: str, found: str) -> None:
    mount = folder._mount_of(data)
    (tmp_path / "mounts").write_text(f"dev {mount} {kind} {options} 0 0\ndev /elsewhere tmpfs ro 0 0\n")
    assert said(folder.disk(Case(data=data, proc=tmp_path))) == [found]


def test_a_server_at_work_is_well_and_named(data: Path) -> None:
    (data / "store").mkdir()
    assert folder.at_work(Case(data=data)) == []
    with (data / "store" / "lock").open("a+") as lock:
        assert folder.at_work(Case(data=data)) == []
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert folder.at_work(Case(data=data)) == ok("data_held", path=str(data), pid=os.getpid())


# the server's own needs


def test_the_stores_program_is_looked_at(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(data=data)
    assert said(serving.store(case)) == ["ok store"]
    program = tmp_path / "valkey-server"
    monkeypatch.setattr(serving, "store_binary", lambda: program)
    fake(tmp_path, "valkey-server", "echo 'Redis server v=6.2.6 sha=0'")
    assert said(serving.store(case)) == ["wrong store_old"]
    program.write_bytes(b"\x7fELF of another machine")
    assert said(serving.store(case)) == ["wrong store_broken"]

    def none() -> None:
        raise StoreFailed

    monkeypatch.setattr(serving, "store_binary", none)
    assert said(serving.store(case)) == ["wrong store_missing"]


def test_a_machine_of_a_device_needs_no_store_and_no_port(data: Path) -> None:
    case = Case(data=data, server="http://hall.example:8080")
    assert (serving.store(case), serving.port(case)) == ([], [])


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::"])
def test_a_taken_port_names_who_has_it(data: Path, host: str) -> None:
    six = ":" in host
    family = socket.AF_INET6 if six else socket.AF_INET
    with socket.create_server((host, 0), family=family, dualstack_ipv6=six) as taken:
        number = taken.getsockname()[1]
        found = serving.port(Case(data=data, port=number))
        assert said(found) == ["wrong port_taken"]
        assert (found[0].facts["pid"], found[0].facts["port"]) == (os.getpid(), number)
        assert found[0].do.startswith("greenwave up --port ")
    assert said(serving.port(Case(data=data, port=number))) == ["ok port_free"]


def test_a_port_taken_by_whom_one_may_not_see_is_wrong_too(data: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = serving.port(Case(data=data, port=taken.getsockname()[1], proc=tmp_path))
    assert said(found) == ["wrong port_taken_unseen"]


def test_any_free_port_is_well_and_no_port_is_not(data: Path) -> None:
    assert serving.port(Case(data=data, port=0)) == []
    assert said(serving.port(Case(data=data, port=70000))) == ["wrong port_no_port"]


# devices' rights


def test_serial_ports_that_one_may_not_use(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ttyUSB0").symlink_to("/dev/null")
    case = Case(data=data, dev=tmp_path)
    assert devices.serial_rights(case) == ok("serial_rights", count=1)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert said(devices.serial_rights(case)) == ["look serial_no_right"]
    named = Case(data=data, dev=tmp_path, devices={"scanner": f"serial://{tmp_path}/ttyUSB0?baud=9600"})
    found = devices.serial_rights(named)
    assert said(found) == ["wrong serial_no_right"]
    assert found[0].do.startswith("sudo usermod -aG dialout ")


def test_keyboards_that_one_may_not_read(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices.input_rights(Case(data=data, dev=tmp_path)) == []
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "event3").symlink_to("/dev/null")
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = devices.input_rights(Case(data=data, dev=tmp_path))
    assert said(found) == ["look input_no_right"]
    assert found[0].do.startswith("sudo usermod -aG input ")


def test_the_print_service_matters_where_a_printer_is_its(data: Path, path: Path) -> None:
    assert devices.cups(Case(data=data)) == []
    case = Case(data=data, devices={"printer": "cups://slips"})
    assert said(devices.cups(case)) == ["wrong cups_missing"]
    fake(path, "lpstat", "echo 'scheduler is not running'")
    assert said(devices.cups(case)) == ["wrong cups_stopped"]
    fake(path, "lpstat", "echo 'scheduler is running'")
    assert said(devices.cups(case)) == ["ok cups"]


# the whole examination


def test_a_check_that_breaks_is_a_finding(data: Path) -> None:
    def broken(_: Case) -> list[Finding]:
        raise RuntimeError("a bug\nin two lines")

    found = examine(Case(data=data), [broken, lambda _: ok("server", server="x")])
    assert said(found) == ["wrong check_fails", "ok server"]
    assert (found[0].check, found[0].facts["name"]) == ("broken", "broken")
    assert "RuntimeError: a bug in two lines" in "\n".join(lines(found, "en"))


def test_a_check_that_hangs_is_a_finding(data: Path, over: threading.Event) -> None:
    def hanging(_: Case) -> list[Finding]:
        over.wait()
        return []

    assert said(examine(Case(data=data), [hanging], longest_s=0.1)) == ["wrong check_hangs"]


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_findings_are_lines_with_marks_and_commands() -> None:
    found = [
        *ok("server", server="http://h"),
        *wrong("clock_wrong", "sudo x", seconds=90),
        *look("data_open", path="/d"),
    ]
    assert lines(found, "en") == [
        "ok     The server http://h answers and is ready.",
        "wrong  The clock is 90 s off the server's: slips would show a wrong time.",
        "       > sudo x",
        "look   Others may look into the data folder /d: it keeps secrets.",
        "Wrong: 1. Worth a look: 1. Do what stands below each, then look again.",
    ]
    assert lines(found, "zh")[1:3] == ["有误  时钟与服务器相差 90 秒，号票上的时间会出错。", "      > sudo x"]
    assert '"ok": false' in as_json(found, "zh")
    assert not any_wrong(look("data_open"))


@pytest.mark.parametrize(
    ("wanted", "environment", "found"),
    [
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("", {"LANG": "de_AT.UTF-8"}, "de"),
        ("", {"LANG": "C.UTF-8"}, "en"),
        ("", {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ("", {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ("fr", {}, "en"),
        ("", {}, "en"),
    ],
)
def test_it_speaks_the_systems_language(wanted: str, environment: dict[str, str], found: str) -> None:
    assert language(wanted, environment) == found


def codes_in_use() -> set[str]:
    """The first words of all `ok(...)`, `look(...)`, `wrong(...)` in the code."""
    found = set()
    for file in DOCTOR.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                words = [node.args[0]]
                if isinstance(node.args[0], ast.IfExp):
                    words = [node.args[0].body, node.args[0].orelse]
                if node.func.id in {"ok", "look", "wrong", "needed", "tell"}:
                    found |= {word.value for word in words if isinstance(word, ast.Constant)}
    return {str(code) for code in found}


@pytest.mark.parametrize("lang", in_use())
def test_every_finding_and_every_device_code_has_its_sentence(lang: str) -> None:
    told = Words(lang).section("doctor")
    codes = codes_in_use()
    assert len(codes) > 40
    assert codes | {f"device_{code}" for code in (*CODES, "WELL", "PAPER_LOW")} <= set(told)


def test_no_sentence_is_left_over() -> None:
    code = "".join(file.read_text("utf-8") for file in DOCTOR.parent.rglob("*.py"))
    told = {name for name, value in Words("en").section("doctor").items() if isinstance(value, str)}
    unused = {name for name in told if f'"{name}"' not in code and not name.startswith(("device_", "mark_", "sum_"))}
    assert {name for name in unused if not name.endswith(("_rights", "_no_right"))} == set()


def test_checks_have_names_of_their_own() -> None:
    assert len({check.__name__ for check in CHECKS}) == len(CHECKS)


# the hall in the pocket


@pytest.mark.parametrize(
    ("today", "more", "found"),
    [
        (date(2026, 12, 17), "country: CN", "ok calendar"),
        (date(2026, 12, 18), "country: CN", "look calendar_unknown"),
        (date(2026, 12, 18), "country: DE", "ok calendar"),
        (date(2026, 12, 18), "closures: []", ""),
    ],
)
def test_a_year_that_can_be_booked_and_is_not_announced_is_worth_a_look(
    data: Path, today: date, more: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workdays, "_moved_years", lambda: frozenset({2026}))
    (data / "hall.yaml").write_text(f"{SMALL}bookings: {{days_ahead: 14}}\ncalendar: {{{more}}}\n")
    case = Case(data=data, today=today, environment={"GREENWAVE_HALL": str(data / "hall.yaml")})
    assert said(pocket.calendar(case)) == ([found] if found else [])
    if "unknown" in found:
        assert pocket.calendar(case)[0].facts["year"] == 2027


@pytest.mark.parametrize(
    ("public_url", "server", "host", "found"),
    [
        ("https://hall.example", "", "0.0.0.0", "ok phones"),
        ("http://hall.example", "", "", "look phones_plain"),
        ("", "http://10.0.0.9:8080", "", "look phones_plain"),
        ("", "http://127.0.0.1:8080", "", "ok phones"),
        ("", "", "0.0.0.0", "look phones_plain"),
        ("", "", "127.0.0.1", ""),
        ("", "", "", ""),
    ],
)
def test_phones_that_come_by_plain_http_are_worth_a_look(
    data: Path, public_url: str, server: str, host: str, found: str
) -> None:
    case = Case(data=data, public_url=public_url, server=server, environment={"GREENWAVE_HOST": host})
    assert said(pocket.phones(case)) == ([found] if found else [])


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("", "look channels_none"),
        ('[push]\nsubject = "mailto:it@example.org"\n', "look channels_none"),
        ('[[apprise]]\nname = "sms"\nto = "phone"\nurl = "json://sms.example.org/{to}"\n', "ok channels"),
        ("[pish]\n", "wrong channels_wrong"),
    ],
)
def test_messages_that_only_stand_in_a_file_are_worth_a_look(data: Path, file: str, found: str) -> None:
    if file:
        (data / "channels.toml").write_text(file)
    assert said(channels.channels(Case(data=data, environment={}))) == [found]
    assert channels.channels(Case(data=data, server="http://10.0.0.9", environment={})) == []
