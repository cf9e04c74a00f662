"""A kiosk and its server: tickets, mistakes, help, health, and who may ask."""

import json
import socket
from typing import Any

import pytest
from pyzbar.pyzbar import ZBarSymbol, decode

from hardware.printer.emulator import PrinterEmulator
from kiosk.agent.problems import STATUS, Problem, sentences
from tests.support.client import ADMIN
from tests.support.kiosks import KioskProcess, at_server, call, eventually, ticket_at
from tests.support.servers import HallServer


def test_a_ticket_is_printed_once_with_its_live_page_and_stands_in_the_queue(
    kiosk: KioskProcess, printer: PrinterEmulator, hall_server: HallServer
) -> None:
    taken = kiosk.take("PSB-01", language="en")
    assert taken.status == 201
    assert (taken["printed"], taken["offline"]) == (True, False)
    assert taken["wait_s"].keys() == {"p10", "p50", "p90"}
    [job] = printer.jobs
    assert job.numbers == [taken["number"]]
    assert decode(job.image(), symbols=[ZBarSymbol.QRCODE])[0].data.decode().startswith(f"{hall_server.url}/t/t.")
    assert ticket_at(hall_server, taken["ticket"])["status"] == "waiting"


def test_the_link_on_the_paper_opens_the_tickets_page(kiosk: KioskProcess, printer: PrinterEmulator) -> None:
    taken = kiosk.take()
    page = call("GET", printer.jobs[-1].codes[0])
    assert page.status == 200
    assert taken["ticket"] in page.body


def test_numbers_run_in_the_order_of_coming_and_twenty_lie_in_reserve(kiosk: KioskProcess) -> None:
    numbers = [kiosk.take()["number"] for _ in range(4)]
    assert numbers == sorted(numbers)
    kiosk.settled()
    assert all(row["left"] >= 20 for row in kiosk.status["leases"])


def test_one_key_gives_one_ticket_however_often_it_is_touched(kiosk: KioskProcess, printer: PrinterEmulator) -> None:
    first, again = kiosk.take(key="touch-1"), kiosk.take(key="touch-1")
    assert again.body == first.body
    assert len(printer.jobs) == 1
    assert kiosk.take("PSB-01", key="touch-1")["code"] == "IDEMPOTENCY_MISMATCH"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"service": "NO-99"}, 404, "NO_SUCH_SERVICE"),
        ({"service": "HRS-01"}, 409, "SELF_SERVICE"),
        ({"service": "GSO-01", "priority": "king"}, 422, "INVALID"),
        ({"service": "GSO-01", "colour": "red"}, 422, "INVALID"),
        ({"service": 7}, 422, "INVALID"),
        ({}, 422, "INVALID"),
        (b"{", 400, "MALFORMED_JSON"),
        (b"\xff\xfe", 400, "MALFORMED_JSON"),
        (b"[" * 9000, 422, "INVALID"),
        (b" " * 20_000, 413, "BODY_TOO_LARGE"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(
    shared_kiosk: KioskProcess, body: Any, status: int, code: str
) -> None:
    answer = shared_kiosk.post("/api/tickets", body, Accept_Language="en")
    assert (answer.status, answer["code"]) == (status, code)
    assert answer["title"] and answer["detail"]


def test_an_item_of_a_device_goes_to_a_window_for_who_insists(shared_kiosk: KioskProcess) -> None:
    assert shared_kiosk.take("HRS-01", insist=True).status == 201


def test_only_this_machines_own_page_may_ask(shared_kiosk: KioskProcess) -> None:
    asked = {"service": "GSO-01"}
    assert shared_kiosk.post("/api/tickets", asked, Host="evil.example").status == 403
    assert shared_kiosk.post("/api/tickets", asked, Origin="https://evil.example").status == 403
    assert shared_kiosk.post("/api/tickets", asked, Sec_Fetch_Site="cross-site").status == 403
    assert shared_kiosk.post("/api/tickets", asked, Content_Type="text/plain")["code"] == "WRONG_MEDIA_TYPE"
    assert shared_kiosk.get("/api/status", Host="evil.example").status == 403
    assert shared_kiosk.get("/api/nothing").status == 404
    assert shared_kiosk.get("/api/tickets")["code"] == "METHOD_NOT_ALLOWED"


def test_the_agent_listens_on_this_machine_alone(shared_kiosk: KioskProcess) -> None:
    port = int(shared_kiosk.url.rpartition(":")[2])
    others = {row[4][0] for row in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        with socket.socket() as caller:
            assert caller.connect_ex((address, port)) != 0


def test_the_hall_is_searched_as_at_the_server(shared_kiosk: KioskProcess, hall_server: HallServer) -> None:
    for words in ("jmsfz", "passport", "psb-0"):
        here = shared_kiosk.get(f"/api/v1/halls/demo-hall/services?q={words}")["services"]
        there = at_server(hall_server, f"/services?q={words}")["services"]
        assert [row["id"] for row in here] == [row["id"] for row in there]


def test_help_is_called_and_the_answer_comes_back(shared_kiosk: KioskProcess, hall_server: HallServer) -> None:
    with Listener(shared_kiosk.url) as told:
        called = shared_kiosk.post("/api/help")
        assert called.status == 201
        url = f"{hall_server.url}/api/v1/halls/demo-hall/help/{called['id']}/answer"
        assert call("POST", url, {}, Authorization=f"Bearer {ADMIN}").status == 200
        assert told.wait_for("HelpAnswered")["help"] == called["id"]


def test_the_server_hears_how_the_kiosk_is(
    kiosk: KioskProcess, hall_server: HallServer, device: dict[str, Any], printer: PrinterEmulator
) -> None:
    printer.machine.break_down("PAPER_OUT")
    kiosk.until(lambda status: status["blocked"] == "PAPER_OUT")

    def health() -> Any:
        rows = at_server(hall_server, "/devices")["devices"]
        return next(row for row in rows if row["id"] == device["id"]).get("health")

    eventually(lambda: (health() or {}).get("code") == "PAPER_OUT")
    printer.machine.mend()
    eventually(lambda: health()["ok"])
    assert {row["queue"] for row in health()["leases"]} >= {"A", "D"}


class Listener:
    """Hears what the agent tells its page."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._socket = socket.create_connection((host, int(port)), 15)
        request = f"GET /api/v1/halls/demo-hall/events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
        self._socket.sendall(request.encode())
        self._lines = self._socket.makefile("rb")
        self.wait_for("KioskChanged")

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()

    def wait_for(self, name: str) -> Any:
        wanted = False
        while line := self._lines.readline():
            if line.startswith(b"event: "):
                wanted = line.strip() == f"event: {name}".encode()
            elif line.startswith(b"data: ") and wanted:
                return json.loads(line[6:])
        raise AssertionError(f"the stream ended before {name}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_refusal_of_the_agent_has_its_sentences(lang: str) -> None:
    for code in STATUS:
        title, detail = sentences(Problem(code), lang, "UTC")
        assert title != code and detail != code
