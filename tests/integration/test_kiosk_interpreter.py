"""An interpreter asked for through the kiosk's agent, by the number that it printed."""

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
    wanted = [row["number"] for row in at_server(hall_server, "/interpreters")["requests"]]
    assert number in wanted
    assert shared_kiosk.post("/api/tickets/Z999/interpreter", {"language": "de"})["code"] == "NO_SUCH_TICKET"
    assert shared_kiosk.post(path, {"language": "de", "x": 1}).status == 422
