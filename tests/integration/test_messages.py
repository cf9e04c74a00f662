"""Messages reach who asked for them: pushed to a browser, else by what else there is, and each once."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.conftest import StartHall
from tests.support.bookings import HOUR_MS, TEN, booked, booked_hall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.push_service import Browser, PushService
from tests.support.webhooks import SECRET, Receiver

CHANNELS = '[push]\nsubject = "mailto:it@example.org"\nprivate = ["127.0.0.0/8"]\n'
PHONE = "+8613812345678"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at once a second is looked at more often."""
    for name in ("care.TICK_S", "flows.sender.LOOK_S", "flows.outlets.PAUSE_S", "flows.messenger.LOOK_S"):
        monkeypatch.setattr(f"queue_server.{name}", 0.03)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[PushService]:
    (tmp_path / "channels.toml").write_text(CHANNELS, "utf-8")
    async with PushService() as running:
        yield running


async def until(what: Callable[[], Any]) -> Any:
    async with asyncio.timeout(5):
        while not (found := what()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found


def lines(folder: Path) -> list[dict[str, str]]:
    file = folder / "outbox.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def of_kind(browser: Browser, kind: str) -> list[tuple[dict[str, Any], dict[str, str]]]:
    return [row for row in browser.messages if row[0]["kind"] == kind]


async def quiet_comes_to(hall: HallClient, times: int) -> None:
    """Waits until so many messages were not sent, because nobody wants them."""
    async with asyncio.timeout(5):
        while (await hall.get("/messages"))["counts"]["quiet"] != times:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def followed(hall: HallClient, service: PushService, **more: Any) -> tuple[Answer, Browser]:
    """A ticket taken by phone, whose page asked for messages."""
    answers = more.pop("answers", [])
    wish = {"service": "A-1", "channel": "phone", "language": "en", **more}
    ticket = await hall.as_("").post("/tickets", wish)
    browser = service.subscribe((await hall.as_("").get("/push-key"))["key"])
    browser.answers = answers
    kept = await hall.as_(ticket["token"]).post(f"/tickets/{ticket['id']}/push", browser.subscription)
    assert kept.status == 204, kept
    return ticket, browser


async def test_near_and_called_are_pushed_once_to_the_browser_that_follows_the_ticket(
    start_hall: StartHall, service: PushService
) -> None:
    hall = await start_hall()
    await start_hall()  # a second worker of the same hall
    await hall.open(1)
    ticket, browser = await followed(hall, service)
    await until(lambda: of_kind(browser, "near"))
    await hall.at(1, "call-next")
    await until(lambda: of_kind(browser, "called"))
    await hall.at(1, "start")
    await asyncio.sleep(0.2)
    assert [message["kind"] for message, _ in browser.messages] == ["near", "called"]
    message, headers = browser.messages[1]
    assert message["title"] == f"{ticket['number']}: go to window 1"
    assert (message["page"], headers["Urgency"]) == (f"/t/{ticket['token']}", "high")
    said = await hall.get("/messages")
    assert (said["counts"]["sent"], said["counts"]["waiting"], said["counts"]["failed"]) == (2, 0, 0)
    rows = [(row["template"], row["channel"], row["state"]) for row in said["latest"]]
    assert rows == [("called", "push", "sent"), ("near", "push", "sent")]
    assert browser.endpoint not in str(said.body)
    assert (await hall.get("/state"))["messages"] == said["counts"]


async def test_where_the_browser_is_gone_the_call_goes_another_way_and_the_browser_is_forgotten(
    start_hall: StartHall, service: PushService, tmp_path: Path, clock: HandClock
) -> None:
    hall = await start_hall()
    await hall.open(1)
    ticket, browser = await followed(hall, service, visitor={"phone": PHONE}, answers=[503, 410])
    await until(lambda: len(browser.answers) == 1)  # it is near, and busy: again, as it says, in a second
    await asyncio.sleep(0.05)
    clock.forward(seconds=1)
    [line] = await until(lambda: lines(tmp_path))
    assert (line["template"], line["to"], PHONE[3:] in str(line)) == ("near", "***78", False)
    assert (tmp_path / "outbox.jsonl").stat().st_mode & 0o777 == 0o600
    called = await hall.at(1, "call-next")
    assert called["id"] == ticket["id"]
    await until(lambda: len(lines(tmp_path)) == 2)
    assert (browser.messages, browser.answers) == ([], [])


async def test_who_follows_no_more_is_told_no_more(start_hall: StartHall, service: PushService) -> None:
    hall = await start_hall()
    await hall.open(1)
    first, left = await followed(hall, service)
    _, stayed = await followed(hall, service)
    path = f"/api/v1/halls/{hall.hall}/tickets/{first['id']}/push"
    headers = {"Authorization": f"Bearer {first['token']}"}
    async with hall.http.delete(path, json=left.subscription, headers=headers) as answer:
        assert answer.status == 204
    for act in ("call-next", "start", "finish", "call-next"):
        await hall.at(1, act)
    await until(lambda: of_kind(stayed, "called"))
    assert of_kind(left, "called") == []


async def test_only_a_browser_that_can_be_pushed_to_is_kept(start_hall: StartHall, service: PushService) -> None:
    hall = await start_hall()
    ticket, browser = await followed(hall, service)
    mine, good = hall.as_(ticket["token"]), browser.subscription
    wrong = [
        {**good, "endpoint": "http://push.example.org/x"},
        {**good, "endpoint": "https://10.0.0.1/x"},
        {**good, "endpoint": "https://[::ffff:169.254.169.254]/x"},
        {**good, "endpoint": "https://localhost/x"},
        {**good, "keys": {**good["keys"], "p256dh": good["keys"]["auth"]}},
        {**good, "keys": {**good["keys"], "auth": "AAAA"}},
    ]
    found = [await mine.post(f"/tickets/{ticket['id']}/push", body) for body in wrong]
    assert [(answer.status, answer["code"]) for answer in found] == [(422, "PUSH_REFUSED")] * len(wrong)
    other = await hall.ticket()
    assert (await mine.post(f"/tickets/{other['id']}/push", good)).status == 404
    assert (await hall.as_("").get("/messages")).status == 401


async def test_a_code_stands_in_the_log_for_who_has_no_other_channel(hall: HallClient, tmp_path: Path) -> None:
    assert (await hall.as_("").post("/codes", {"phone": PHONE, "language": "en"})).status == 202
    [line] = await until(lambda: lines(tmp_path))
    assert line["template"] == "code"
    code = line["title"].split()[0]
    assert len(code) == 6 and code.isdigit()
    proof = await hall.as_("").post("/proofs", {"phone": PHONE, "code": code})
    assert proof.status == 200, proof


async def test_a_webhook_is_told_each_event_once_by_several_workers(start_hall: StartHall, tmp_path: Path) -> None:
    async with Receiver() as receiver:
        endpoint = f'[[webhooks.endpoints]]\nname = "archive"\nurl = "{receiver.url}"\nsecret = "{SECRET}"\n'
        hooks = f'[webhooks]\nhosts = ["127.0.0.1"]\nprivate = ["127.0.0.1"]\n{endpoint}'
        (tmp_path / "channels.toml").write_text(hooks, "utf-8")
        hall = await start_hall()
        await start_hall()
        numbers = [(await hall.ticket())["number"] for _ in range(8)]

        def told() -> list[str]:
            return [body["data"]["number"] for _, body in receiver.got if body["type"] == "TicketIssued"]

        await until(lambda: len(told()) >= len(numbers))
        await asyncio.sleep(0.2)
        assert told() == numbers
        [row] = (await hall.get("/messages"))["counts"]["channels"]
        assert (row["channel"], row["sent"]) == ("archive", len(receiver.got))


async def test_by_apprise_a_message_goes_to_a_number(start_hall: StartHall, tmp_path: Path) -> None:
    posted: list[tuple[str, Any]] = []

    async def gateway(request: web.Request) -> web.Response:
        posted.append((request.path, await request.json()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{tail:.*}", gateway)
    async with TestServer(app) as server:
        sms = f'[[apprise]]\nname = "sms"\nto = "phone"\nurl = "json://127.0.0.1:{server.port}/sms/{{to}}"\n'
        (tmp_path / "channels.toml").write_text(sms, "utf-8")
        hall = await start_hall()
        await hall.open(1)
        wish = {"service": "A-1", "channel": "phone", "visitor": {"phone": PHONE}, "language": "en"}
        assert (await hall.as_("").post("/tickets", wish)).status == 201
        await hall.at(1, "call-next")
        await until(lambda: any("window 1" in body["message"] for _, body in posted))
    path, body = posted[-1]
    assert (path, body["title"]) == (f"/sms/{PHONE}", "")
    assert body["message"].startswith("Your number A001 is called. Please go to window 1")
    assert lines(tmp_path) == []


async def test_a_booking_is_told_of_unless_its_visitor_wants_no_messages(
    start_hall: StartHall, tmp_path: Path, clock: HandClock
) -> None:
    hall = await start_hall(booked_hall())
    loud, path, _ = await booked(hall, language="en")
    quiet, other, _ = await booked(hall, "13900000000", language="en")
    await until(lambda: len(lines(tmp_path)) == 2)
    await quiet.post(f"{other}/messages", {"on": False})
    clock.at = TEN - 2 * HOUR_MS
    await until(lambda: len(lines(tmp_path)) == 3)
    await loud.delete(path)
    await quiet.delete(other)
    await until(lambda: len(lines(tmp_path)) == 4)
    await asyncio.sleep(0.1)
    said = [(line["template"], line["title"]) for line in lines(tmp_path)[2:]]
    assert said == [("reminder_hours", "Today at 10:00"), ("cancelled", "Booking cancelled")]
    assert lines(tmp_path)[2]["page"].startswith("/b/")


async def test_who_turns_messages_off_is_left_in_peace_until_they_are_on_again(
    start_hall: StartHall, tmp_path: Path, clock: HandClock
) -> None:
    hall = await start_hall(booked_hall())
    await hall.open(1)
    wish = {"service": "A-1", "channel": "phone", "visitor": {"phone": PHONE}, "language": "en"}
    first = await hall.as_("").post("/tickets", wish)
    mine, path = hall.as_(first["token"]), f"/tickets/{first['id']}/messages"
    await until(lambda: len(lines(tmp_path)) == 1)  # it is near
    off = await mine.post(path, {"on": False})
    assert (off.status, off.body) == (200, {"on": False, "phone": True, "push": False})
    await hall.at(1, "call-next")
    await quiet_comes_to(hall, 1)
    assert (await mine.get(path)).body == off.body
    assert (await mine.post(path, {"on": True}))["on"]
    clock.forward(seconds=21)
    assert (await hall.at(1, "recall")).status == 200
    await until(lambda: len(lines(tmp_path)) == 2)
    visitor, booking, _ = await booked(hall, PHONE, visitor={"id_number": "1"}, language="en")
    await until(lambda: len(lines(tmp_path)) == 3)
    assert not (await visitor.post(f"{booking}/messages", {"on": False, "all": True}))["messages"]
    assert not (await mine.get(path))["on"], "who has this phone wants none at all"
    clock.forward(seconds=21)
    assert (await hall.at(1, "recall")).status == 200
    await quiet_comes_to(hall, 2)
    assert (await visitor.post(f"{booking}/messages", {"on": True}))["messages"]
    clock.forward(seconds=21)
    assert (await hall.at(1, "recall")).status == 200
    await until(lambda: len(lines(tmp_path)) == 4)
    other = await hall.ticket()
    assert (await mine.post(f"/tickets/{other['id']}/messages", {"on": False})).status == 404
    assert (await hall.as_("").post(path, {"on": False})).status == 401


async def test_who_is_quiet_about_a_booking_is_not_told_of_its_ticket(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(booked_hall())
    phones = []
    for number, on in (("13812345678", False), ("13912345678", True)):
        visitor, path, _ = await booked(hall, number)
        await visitor.post(f"{path}/messages", {"on": on})
        clock.at = TEN
        ticket = await visitor.post(f"{path}/check-in")
        phones.append((await hall.get(f"/tickets/{ticket['id']}/messages"))["phone"])
        clock.at = TEN - 24 * HOUR_MS
    assert phones == [False, True]
