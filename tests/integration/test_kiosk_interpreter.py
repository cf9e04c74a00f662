"""What is asked through the kiosk's agent: an interpreter by the number that it printed, a box by its code."""

from tests.support.client import ADMIN
from tests.support.kiosks import KioskProcess, at_server, call
from tests.support.servers import HallServer


def test_an_agent_asks_for_a_ticket_that_it_gave_out_and_tells_why_not(
    hall_server: HallServer, shared_kiosk: KioskProcess
) -> None:
    number = shared_kiosk.take()["number"]
    path = f"/api/tickets/{number}/interpreter"
    refused = shared_kiosk.post(path, {"language": "de"})
    assert (refused.status, refused["code"]) == (409, "NO_INTERPRETER")
    roster = f"{hall_server.url}/api/v1/halls/demo-hall/interpreters"
    made = call("POST", roster, {"name": "Lin", "languages": ["de"]}, Authorization=f"Bearer {ADMIN}")
    assert made.status == 201
    assert shared_kiosk.post(path, {"language": "de"})["interpreter"]["language"] == "de"
    told = shared_kiosk.get("/api/v1/halls/demo-hall/interpreters/languages")
    assert "de" in [row["language"] for row in told["languages"]]
    wanted = [row["number"] for row in at_server(hall_server, "/interpreters")["requests"]]
    assert number in wanted
    assert shared_kiosk.post("/api/tickets/Z999/interpreter", {"language": "de"})["code"] == "NO_SUCH_TICKET"
    assert shared_kiosk.post(path, {"language": "de", "x": 1}).status == 422


def test_an_agent_opens_a_box_by_its_code_and_says_what_never_closes(
    hall_server: HallServer, shared_kiosk: KioskProcess
) -> None:
    hall = "/api/v1/halls/demo-hall"
    boxes = f"{hall_server.url}{hall}/lockers/E1/parcels"
    made = call("POST", boxes, {"phone": "13800000001"}, Authorization=f"Bearer {ADMIN}")
    [zone] = shared_kiosk.get(f"{hall}/area")["zones"]
    assert (zone["zone"], zone["open"], [row["free"] for row in zone["lockers"]]) == ("Z0", True, [47])
    collect = f"{hall}/parcels/collect?lang=de"
    wrong = shared_kiosk.post(collect, {"code": "1"})
    assert (wrong["code"], wrong["title"], wrong["tries_left"]) == ("NO_SUCH_CODE", "Dieser Code stimmt nicht", 9)
    opened = shared_kiosk.post(collect, {"code": made["code"]})
    assert (opened.status, opened["box"], opened["status"]) == (200, 1, "collected")
    assert shared_kiosk.post(collect, {"code": "1", "x": 1}).status == 422
