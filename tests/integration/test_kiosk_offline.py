"""A kiosk that goes on when the network does not, and after whatever happened to its folder."""

import stat
from pathlib import Path
from typing import Any

from hardware.printer.emulator import PrinterEmulator
from tests.support.client import ADMIN
from tests.support.kiosks import KioskProcess, away, call, ticket_at
from tests.support.servers import HallServer

GRACE_S = 3.0
"""A generous ceiling for what takes well under a second on a quiet machine."""


def test_without_its_server_the_kiosk_prints_the_next_ticket_within_a_second(
    kiosk: KioskProcess, hall_server: HallServer, printer: PrinterEmulator, record_property: Any
) -> None:
    with away(hall_server):
        first, second = kiosk.take(), kiosk.take()
        print(f"first offline ticket {first.took_s:.3f} s, second {second.took_s:.3f} s")
        record_property("first_offline_s", first.took_s)
        for taken in (first, second):
            assert taken.status == 201
            assert (taken["printed"], taken["offline"]) == (True, True)
            assert "ahead" not in taken.body and "wait_s" not in taken.body
            assert taken.took_s < GRACE_S
        assert [job.numbers for job in printer.jobs[-2:]] == [[first["number"]], [second["number"]]]
        assert kiosk.status["pending"] == 2
    back_s = kiosk.settled(10)
    print(f"handed in {back_s:.2f} s after the server came back")
    record_property("reconciled_s", back_s)
    for taken in (first, second):
        assert ticket_at(hall_server, taken["ticket"])["number"] == taken["number"]


def test_an_offline_slip_promises_no_wait(
    kiosk: KioskProcess, hall_server: HallServer, printer: PrinterEmulator
) -> None:
    kiosk.take()
    with away(hall_server):
        kiosk.take()
        online, offline = ("".join(job.texts) for job in printer.jobs[-2:])
        assert "前方等候" in online and "前方等候" not in offline
        assert "网络" in offline
    kiosk.settled()


def test_a_kiosk_that_starts_without_its_server_knows_its_hall_and_its_numbers(
    tmp_path: Path, options: list[str], hall_server: HallServer
) -> None:
    kiosk = KioskProcess(tmp_path / "kiosk", *options)
    kiosk.until(lambda status: status["left"] >= 20)
    given = kiosk.take()["number"]
    kiosk.settled()
    kiosk.stop()
    with away(hall_server):
        kiosk.start()
        page = kiosk.get("/")
        assert page.status == 200 and 'data-hall="demo-hall"' in page.body
        assert kiosk.get("/api/v1/halls/demo-hall/services?q=jmsfz")["services"][0]["id"] == "PSB-01"
        taken = kiosk.take()
        assert taken.status == 201 and taken["offline"] and taken["number"] != given
    kiosk.settled()
    assert ticket_at(hall_server, taken["ticket"]).status == 200
    kiosk.stop()


def test_a_kiosk_that_never_met_its_server_says_so(tmp_path: Path, printer: PrinterEmulator) -> None:
    dead = "http://127.0.0.1:9"
    kiosk = KioskProcess(
        tmp_path / "kiosk", "--server", dead, "--token", "d.x.y.z", "--hall", "demo-hall", "--printer", printer.address
    )
    assert kiosk.get("/").status == 200
    assert kiosk.take()["code"] == "NO_HALL"
    assert kiosk.status["blocked"] == "NO_HALL"
    kiosk.stop()


def test_numbers_that_run_out_are_refused_not_invented(kiosk: KioskProcess, hall_server: HallServer) -> None:
    left = next(row["left"] for row in kiosk.status["leases"] if row["queue"] == "A")
    with away(hall_server):
        given = [kiosk.take() for _ in range(left)]
        assert {taken.status for taken in given} == {201}
        assert kiosk.take()["code"] == "NO_NUMBERS"
        assert kiosk.take("PSB-01").status == 201
    kiosk.settled()
    assert kiosk.take().status == 201


def test_a_token_that_is_revoked_ends_it_in_clear_words(
    kiosk: KioskProcess, hall_server: HallServer, device: dict[str, Any]
) -> None:
    url = f"{hall_server.url}/api/v1/halls/demo-hall/devices/{device['id']}"
    assert call("DELETE", url, Authorization=f"Bearer {ADMIN}").status == 204
    kiosk.until(lambda status: status["blocked"] == "REVOKED")
    refused = kiosk.take(language="en")
    assert (refused.status, refused["code"]) == (503, "REVOKED")
    assert refused["title"] == "This machine is not in use"


def test_two_agents_with_one_token_both_work_and_are_told_of_each_other(
    kiosk: KioskProcess, tmp_path: Path, options: list[str]
) -> None:
    twin = KioskProcess(tmp_path / "twin", *options)
    twin.until(lambda status: bool(status["left"]))
    taken = [each.take() for _ in range(5) for each in (kiosk, twin)]
    assert len({each["number"] for each in taken}) == 10
    kiosk.until(lambda status: status["others"], 25)
    twin.stop()


# ---- the folder ----


def test_a_corrupt_journal_is_set_aside_and_reported(tmp_path: Path, options: list[str]) -> None:
    kiosk = KioskProcess(tmp_path / "kiosk", *options)
    kiosk.until(lambda status: bool(status["left"]))
    kiosk.take()
    kiosk.stop()
    (tmp_path / "kiosk" / "journal").write_bytes(b"\x00garbage" * 1000)
    kiosk.start()
    assert "JOURNAL_SET_ASIDE" in kiosk.status["trouble"]
    kiosk.until(lambda status: bool(status["left"]))
    assert kiosk.take().status == 201
    assert list((tmp_path / "kiosk").glob("journal.corrupt-*"))
    kiosk.stop()


def test_a_ticket_that_is_taken_is_known_after_a_kill(
    tmp_path: Path, options: list[str], hall_server: HallServer
) -> None:
    kiosk = KioskProcess(tmp_path / "kiosk", *options)
    kiosk.until(lambda status: bool(status["left"]))
    with away(hall_server):
        taken = kiosk.take()
        kiosk.kill()
        kiosk.start()
        assert kiosk.status["pending"] == 1
    kiosk.settled()
    assert ticket_at(hall_server, taken["ticket"])["status"] == "waiting"
    kiosk.stop()


def test_the_kept_token_is_for_its_owner_alone(tmp_path: Path) -> None:
    from queue_server.link.identity import Who, keep_who

    file = keep_who(tmp_path / "kiosk", Who(token="secret"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
