"""Visits of several stops at a kiosk: planned and printed with the server, the first stop alone without it."""

from hardware.printer.emulator import PrinterEmulator
from tests.support.kiosks import KioskProcess, away
from tests.support.servers import HallServer

RESTAURANT = {"journey": "J10"}


def test_a_visit_is_planned_and_its_whole_path_is_on_paper(kiosk: KioskProcess, printer: PrinterEmulator) -> None:
    shown = kiosk.get("/api/v1/halls/demo-hall/path?journey=J10")
    assert [row["services"] for row in shown["path"]] == [["MRB-02", "MRB-06"], ["FIR-01", "ENF-01"]]
    made = kiosk.post("/api/tickets", RESTAURANT | {"language": "en"})
    assert (made.status, made["printed"], made["number"][0], len(made["path"])) == (201, True, "K", 2)
    text = "".join(printer.jobs[-1].texts)
    assert "1. 个体工商户设立" in text and "2. " in text and "Your path" in text


def test_one_wish_is_one_visit(kiosk: KioskProcess) -> None:
    answers = [kiosk.post("/api/tickets", RESTAURANT, Idempotency_Key="once") for _ in range(2)]
    assert answers[0]["number"] == answers[1]["number"]


def test_what_the_server_refuses_is_refused_here(kiosk: KioskProcess) -> None:
    assert kiosk.post("/api/tickets", {"journey": "J99"})["code"] == "NO_SUCH_JOURNEY"
    assert kiosk.post("/api/tickets", {})["code"] == "INVALID"
    both = {"journey": "J10", "services": ["PSB-01"]}
    assert kiosk.post("/api/tickets", both)["code"] == "INVALID"
    assert kiosk.get("/api/v1/halls/demo-hall/path?journey=J99")["code"] == "NO_SUCH_JOURNEY"


def test_alone_a_kiosk_gives_the_first_stop_and_says_what_is_left(kiosk: KioskProcess, hall_server: HallServer) -> None:
    with away(hall_server):
        made = kiosk.post("/api/tickets", RESTAURANT)
        assert (made.status, made["offline"], made["service"], len(made["rest"])) == (201, True, "MRB-02", 3)
        assert kiosk.get("/api/v1/halls/demo-hall/path?journey=J10")["code"] == "AWAY"
    kiosk.settled()
