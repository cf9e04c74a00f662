"""Devices: how they enrol, what they say of themselves, what happens when they fall silent, and calls for help."""

from typing import Any

from tests.integration.test_leases import device
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.sse import EventReader


async def report(kiosk: HallClient, installation: str = "i1", **printer: Any) -> Answer:
    part = {"kind": "printer", "name": "paper", "ok": True, **printer}
    answer = await kiosk.post("/health", {"installation": installation, "version": "1", "parts": [part], "pending": 3})
    assert answer.status == 200, answer
    return answer


async def health_of(hall: HallClient) -> dict[str, Any]:
    found: dict[str, Any] = (await hall.get("/devices"))["devices"][0]["health"]
    return found


async def test_a_device_says_how_it_is_and_managers_hear_only_of_changes(hall: HallClient) -> None:
    kiosk = await device(hall)
    async with EventReader(hall, "hall") as events:
        for _ in range(3):
            await report(kiosk)
        await report(kiosk, ok=False, code="PAPER_OUT")
        await report(kiosk)
        await hall.ticket()
        told = [event for event in await events.all_until("TicketIssued") if event.name == "DeviceChanged"]
    assert [(event.data["change"], event.data["ok"], event.data["code"]) for event in told] == [
        ("health", 1, ""),
        ("health", 0, "PAPER_OUT"),
        ("health", 1, ""),
    ]
    health = await health_of(hall)
    assert (health["ok"], health["pending"], health["parts"][0]["kind"]) == (True, 3, "printer")


async def test_a_silent_device_raises_the_alarm_and_its_return_is_told(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    async with EventReader(hall, "hall") as events:
        await report(kiosk)
        clock.forward(seconds=31)
        assert (await events.next_of("DeviceChanged")).data["change"] == "health"
        assert (await events.next_of("DeviceChanged")).data["change"] == "silent"
        assert (await health_of(hall))["code"] == "SILENT"
        await report(kiosk)
        assert (await events.next_of("DeviceChanged")).data["change"] == "back"


async def test_two_installations_with_one_token_are_told_apart(hall: HallClient, clock: HandClock) -> None:
    kiosk = await device(hall)
    assert (await report(kiosk, "i1"))["others"] is False
    assert (await report(kiosk, "i2"))["others"] is True
    assert (await report(kiosk, "i1"))["others"] is True
    assert (await health_of(hall))["doubled"] is True
    clock.forward(minutes=2)
    assert (await report(kiosk, "i1"))["others"] is False


async def test_a_device_enrols_with_a_code_that_a_manager_reads_out(hall: HallClient) -> None:
    made = await hall.post("/devices/codes", {"role": "kiosk", "name": "east door"})
    assert made.status == 201
    assert len(made["code"]) == 9
    url = f"{hall.base}/api/v1/enrol"
    typed = made["code"].lower().replace("-", " ")
    async with hall.http.post(url, json={"code": typed}) as answer:
        found = await answer.json()
        assert answer.status == 201
    assert (found["hall"], found["role"], found["name"]) == (hall.hall, "kiosk", "east door")
    assert (await hall.as_(found["token"]).get("/help")).status == 200
    for code in (typed, "ABCD-EFGH", "?"):
        async with hall.http.post(url, json={"code": code}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (404, "CODE_UNKNOWN")


async def test_codes_are_for_managers_to_make(hall: HallClient) -> None:
    kiosk = await device(hall)
    assert (await kiosk.post("/devices/codes", {"role": "kiosk", "name": "x"})).status == 403
    manager = await device(hall, "manager")
    assert (await manager.post("/devices/codes", {"role": "manager", "name": "x"})).status == 403


async def test_help_is_called_answered_and_seen_by_the_kiosk(hall: HallClient) -> None:
    kiosk, other = await device(hall, zone="Z1"), await device(hall)
    async with EventReader(hall, "hall") as events:
        made = await kiosk.post("/help")
        assert made.status == 201
        told = await events.next_of("HelpCalled")
        assert (told.data["name"], told.data["zone"], told.data["help"]) == ("kiosk 1", "Z1", made["id"])
        assert "answered_at" not in (await kiosk.get("/help"))["help"][0]
        desk = await device(hall, "desk")
        assert (await desk.post(f"/help/{made['id']}/answer")).status == 200
        await events.next_of("HelpAnswered")
    assert "answered_at" in (await kiosk.get("/help"))["help"][0]
    assert (await other.get("/help"))["help"] == []
    assert (await kiosk.post(f"/help/{made['id']}/answer")).status == 403
    assert (await desk.post("/help/261122-99/answer")).body["code"] == "NO_SUCH_HELP"


async def test_a_kiosk_hears_of_its_own_help_alone(hall: HallClient) -> None:
    mine, other = await device(hall), await device(hall)
    async with EventReader(mine, "waits:*,help") as events:
        foreign = (await other.post("/help"))["id"]
        called = (await mine.post("/help"))["id"]
        await hall.post(f"/help/{foreign}/answer")
        await hall.post(f"/help/{called}/answer")
        told = [await events.next_of("HelpCalled", "HelpAnswered") for _ in range(2)]
    assert [(event.name, event.data["help"]) for event in told] == [("HelpCalled", called), ("HelpAnswered", called)]


async def test_help_is_not_for_everyone_to_hear(hall: HallClient) -> None:
    for role, status in (("", 401), ("display", 403)):
        caller = await device(hall, role) if role else hall.as_("")
        assert (await caller.get("/events?topics=help")).status == status
