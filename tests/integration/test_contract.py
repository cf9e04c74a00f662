"""The public contract to the letter: shapes, statuses, headers, roles, keys, problems, events."""

import asyncio
import json
import re
from typing import Any

import pytest

from queue_server.domain.hall import Period
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TICKET = {
    "id", "number", "hall", "queue", "service", "services", "stop", "stops", "status", "priority", "channel",
    "language", "zone", "issued_at", "ahead", "wait_s", "times_called",
}  # fmt: skip
PROBLEM = {"type", "title", "status", "code", "detail", "instance"}
RANGE = {"p10", "p50", "p90"}


def is_problem(answer: Answer, status: int, code: str) -> Answer:
    assert (answer.status, answer["code"]) == (status, code), answer
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert set(answer.body) >= PROBLEM and answer["status"] == status
    assert answer["type"].startswith("urn:") and answer["title"] and answer["detail"]
    return answer


async def device(hall: HallClient, role: str, **more: Any) -> HallClient:
    made = await hall.post("/devices", {"role": role, "name": role, **more})
    assert made.status == 201 and {"id", "token"} <= set(made.body), made
    return hall.as_(made["token"])


async def raw(hall: HallClient, path: str, body: bytes, **headers: str) -> Answer:
    """A request as no honest client makes it."""
    url = f"{hall.base}/api/v1/halls/{hall.hall}{path}"
    sent = {"Authorization": f"Bearer {hall.token}", "Content-Type": "application/json", **headers}
    async with hall.http.post(url, data=body, headers=sent) as response:
        read = await response.read()
        return Answer(response.status, response.headers, json.loads(read) if read else None)


# halls


async def test_halls_are_listed_for_everyone(hall: HallClient) -> None:
    async with hall.http.get("/api/v1/halls") as response:
        rows = (await response.json())["halls"]
    assert response.headers["Cache-Control"] == "no-store"
    assert set(rows[0]) >= {"id", "names", "open", "waiting", "wait_s"} and set(rows[0]["wait_s"]) == RANGE


async def test_a_hall_shows_its_windows_without_tickets_and_staff(hall: HallClient) -> None:
    await hall.open(1)
    found = (await hall.as_("").get()).body
    assert set(found) >= {
        "id", "names", "timezone", "zones", "departments", "queues", "windows", "languages", "journeys"
    }  # fmt: skip
    assert found["windows"][0] == {
        "window": 1, "zone": "Z1", "status": "open", "queues": [{"queue": "A", "handicap_s": 0}]
    }  # fmt: skip


async def test_services_are_found_and_limited(hall: HallClient) -> None:
    anyone = hall.as_("")
    found = (await anyone.get("/services?q=a-1&limit=500"))["services"]
    assert [row["id"] for row in found] == ["A-1"]
    assert set(found[0]) >= {
        "id", "names", "department", "mode", "alternatives", "queue", "windows", "waiting", "wait_s", "flags",
        "materials",
    }  # fmt: skip
    assert len((await anyone.get("/services?limit=2"))["services"]) == 2
    is_problem(await anyone.get("/services?limit=501"), 422, "INVALID")
    is_problem(await anyone.get("/services?limit=0"), 422, "INVALID")
    is_problem(await anyone.get("/services?department=none"), 404, "NO_SUCH_DEPARTMENT")


@pytest.mark.parametrize(
    "hall_id", ["nowhere", "%00", "a%2Fb", "%FF", "%ED%A0%80", "..", "大厅", "a%20b", "%7B%7D", "x" * 2000]
)
async def test_an_odd_hall_is_404(hall: HallClient, hall_id: str) -> None:
    for path in ("", "/services", "/board", "/events?topics=board:*"):
        other = HallClient(hall.http, hall_id)
        assert (await other.get(path)).status == 404, path


@pytest.mark.parametrize("query", ["zone=%FF", "zone=%ED%A0%80", "zone=%00", "zone=%E5%A4%A7"])
async def test_an_odd_zone_is_404(hall: HallClient, query: str) -> None:
    is_problem(await hall.get(f"/board?{query}"), 404, "NO_SUCH_ZONE")


@pytest.mark.parametrize("query", ["q=%FF", "q=%00", "q=%ED%A0%80", "q=" + "a" * 101, "limit=%FF", "lang=%FF"])
async def test_an_odd_search_is_answered(hall: HallClient, query: str) -> None:
    assert (await hall.get(f"/services?{query}")).status in {200, 422}


# tickets


async def test_a_new_ticket_has_all_its_fields_and_its_token_once(hall: HallClient) -> None:
    made = await hall.ticket("A-1", priority="elder", language="en")
    assert set(made.body) >= TICKET | {"token"}
    assert (made["number"], made["hall"], made["queue"], made["status"]) == ("A001", "small", "A", "waiting")
    assert (made["stop"], made["stops"], made["services"]) == (1, 1, ["A-1"])
    assert MOMENT.fullmatch(made["issued_at"]) and set(made["wait_s"]) == RANGE
    read = await hall.as_(made["token"]).get(f"/tickets/{made['id']}")
    assert "token" not in read.body and {"window", "called_at", "started_at", "finished_at"}.isdisjoint(read.body)


async def test_a_served_ticket_tells_its_moments(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket()
    called = await hall.at(1, "call-next")
    assert (called["window"], called["times_called"], called["ahead"], called["wait_s"]) == (1, 1, 0, None)
    await hall.at(1, "start")
    done = await hall.at(1, "finish", {"outcome": "done"})
    assert done.status == 200 and done["status"] == "done"
    assert all(MOMENT.fullmatch(done[name]) for name in ("called_at", "started_at", "finished_at"))
    assert (await hall.get(f"/tickets/{made['id']}"))["status"] == "done"


async def test_phones_need_no_token_but_kiosks_and_desks_do(hall: HallClient) -> None:
    anyone = hall.as_("")
    assert (await anyone.post("/tickets", {"service": "A-1", "channel": "phone"})).status == 201
    for channel in ("kiosk", "desk"):
        is_problem(await anyone.post("/tickets", {"service": "A-1", "channel": channel}), 401, "NO_TOKEN")
    kiosk = await device(hall, "kiosk")
    assert (await kiosk.post("/tickets", {"service": "A-1", "channel": "kiosk"})).status == 201
    is_problem(await kiosk.post("/tickets", {"service": "A-1", "channel": "desk"}), 403, "WRONG_ROLE")


async def test_why_is_told_in_the_language_asked_for(hall: HallClient) -> None:
    first, second = await hall.ticket(), await hall.ticket()
    mine = hall.as_(second["token"])
    said = {lang: await mine.get(f"/tickets/{second['id']}/why?lang={lang}") for lang in ("zh", "en")}
    assert [row["number"] for row in said["en"]["ahead"]] == [first["number"]]
    assert said["en"]["ahead"][0]["because"] != said["zh"]["ahead"][0]["because"]
    by_header = await mine.get(f"/tickets/{second['id']}/why", **{"Accept-Language": "en-GB,zh;q=0.5"})
    assert by_header.body == said["en"].body


async def test_the_visitor_may_cancel_come_and_postpone(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket()
    mine, path = hall.as_(made["token"]), f"/tickets/{made['id']}"
    assert (await mine.post(f"{path}/postpone", {"minutes": 5}))["status"] == "waiting"
    assert (await hall.at(1, "call-next"))["id"] == made["id"]
    assert (await mine.post(f"{path}/coming"))["coming"] is True
    refused = is_problem(await mine.post(f"{path}/cancel", **{"Accept-Language": "en"}), 409, "WRONG_STATUS")
    assert (refused["ticket_status"], refused["status"], refused["detail"]) == ("called", 409, "This ticket is called.")


async def test_a_ticket_that_is_not_there_is_404(hall: HallClient) -> None:
    for ticket in ("261122-9999999", "nonsense", "%00", "%FF", "a%2Fb", "261122-" + "9" * 400):
        assert (await hall.get(f"/tickets/{ticket}")).status == 404, ticket
        assert (await hall.post(f"/tickets/{ticket}/cancel")).status == 404, ticket


# windows


async def test_a_window_has_its_fields(hall: HallClient) -> None:
    opened = await hall.open(4, queues=["B"])
    assert opened.body == {
        "window": 4, "zone": "Z1", "status": "open", "staff": "clerk 4", "queues": [{"queue": "B", "handicap_s": 600}]
    }  # fmt: skip
    paused = await hall.at(4, "pause", {"reason": "lunch"})
    assert (paused["status"], paused["reason"]) == ("paused", "lunch")
    assert (await hall.at(4, "resume"))["status"] == "open"
    await hall.ticket("B-1")
    called = await hall.at(4, "call-next")
    assert (await hall.get("/windows/4"))["ticket"]["id"] == called["id"]
    await hall.at(4, "no-show")
    assert (await hall.at(4, "close"))["status"] == "closed"


async def test_nobody_waiting_is_204_without_a_body(hall: HallClient) -> None:
    await hall.open(1)
    answer = await hall.at(1, "call-next", key="k")
    assert (answer.status, answer.body) == (204, None)
    await hall.ticket()
    assert (await hall.at(1, "call-next", key="k")).status == 204
    assert (await hall.at(1, "call-next", key="other")).status == 200


async def test_a_busy_window_names_its_ticket(hall: HallClient) -> None:
    await hall.open(1)
    await hall.ticket()
    called = await hall.at(1, "call-next", key="one")
    assert (await hall.at(1, "call-next", key="one")).body == called.body
    for key in ("two", None):
        busy = is_problem(await hall.at(1, "call-next", key=key), 409, "WINDOW_BUSY")
        assert (busy["ticket"], busy["ticket_status"]) == (called["id"], "called")


async def test_a_window_that_is_not_open_says_what_it_is(hall: HallClient) -> None:
    refused = is_problem(await hall.post("/windows/1/call-next?lang=en"), 409, "WINDOW_NOT_OPEN")
    assert (refused["window_status"], refused["detail"]) == ("closed", "Window 1 is closed.")
    assert "ticket_status" not in refused.body


async def test_a_recall_too_soon_says_when(hall: HallClient, clock: HandClock) -> None:
    await hall.open(1)
    await hall.ticket()
    await hall.at(1, "call-next")
    soon = is_problem(await hall.at(1, "recall"), 409, "TOO_SOON")
    assert soon.headers["Retry-After"] == str(soon["retry_after_s"])
    clock.forward(seconds=soon["retry_after_s"])
    assert (await hall.at(1, "recall"))["times_called"] == 2


async def test_a_finish_is_undone_within_five_seconds(hall: HallClient, clock: HandClock) -> None:
    await hall.open(1)
    await hall.ticket()
    await hall.at(1, "call-next")
    await hall.at(1, "start")
    await hall.at(1, "finish")
    assert (await hall.at(1, "undo"))["status"] == "serving"
    await hall.at(1, "finish")
    clock.forward(seconds=6)
    is_problem(await hall.at(1, "undo"), 409, "TOO_LATE")


async def test_hold_transfer_and_reinstate_keep_to_their_fields(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket()
    for act in ("call-next", "start"):
        await hall.at(1, act)
    assert (await hall.at(1, "hold", {"reason": "copies", "minutes": 5}))["status"] == "held"
    assert (await hall.post(f"/tickets/{made['id']}/reinstate"))["status"] == "waiting"
    for act in ("call-next", "start"):
        await hall.at(1, act)
    for body in ({"queue": "B", "window": 3}, {"place": "back"}, {"queue": "B", "place": "middle"}):
        is_problem(await hall.at(1, "transfer", body), 422, "INVALID")
    is_problem(await hall.at(1, "transfer", {"queue": "Z"}), 404, "NO_SUCH_QUEUE")
    is_problem(await hall.at(1, "transfer", {"window": 99}), 404, "NO_SUCH_WINDOW")
    moved = await hall.at(1, "transfer", {"queue": "B", "place": "front"})
    assert (moved["queue"], moved["status"]) == ("B", "waiting")


# who may call what

ACTS = ("open", "pause", "resume", "close", "call-next", "call", "recall", "start", "hold", "no-show", "finish")


async def test_the_table_of_roles(start_hall: StartHall) -> None:
    """For each call: who may (anything but 401 and 403), who may not (403), and 401 without a token."""
    hall = await start_hall()
    visit = await hall.ticket()
    callers = {role: await device(hall, role) for role in ("manager", "desk", "kiosk", "display")}
    callers |= {"window": await device(hall, "window", window=1), "visitor": hall.as_(visit["token"]), "admin": hall}
    ticket = f"/tickets/{visit['id']}"
    allowed = {
        ("GET", ticket): {"admin", "manager", "window", "desk", "kiosk", "visitor"},
        ("GET", f"{ticket}/why"): {"admin", "manager", "window", "desk", "kiosk", "visitor"},
        ("POST", f"{ticket}/coming"): {"admin", "manager", "desk", "visitor"},
        ("POST", f"{ticket}/postpone"): {"admin", "manager", "desk", "visitor"},
        ("POST", f"{ticket}/reinstate"): {"admin", "manager", "window", "desk"},
        ("GET", "/state"): {"admin", "manager"},
        ("GET", "/devices"): {"admin", "manager"},
        ("POST", "/devices"): {"admin", "manager"},
        ("DELETE", "/devices/000000000000"): {"admin", "manager"},
        ("GET", "/windows/1"): {"admin", "manager", "window"},
        ("GET", "/windows/1/next"): {"admin", "manager", "window"},
        **{("POST", f"/windows/1/{act}"): {"admin", "manager", "window"} for act in (*ACTS, "transfer", "undo")},
    }
    for (method, path), may in allowed.items():
        no_token = await hall.as_("")._call(method, path, None, {})
        is_problem(no_token, 401, "NO_TOKEN")
        assert no_token.headers["WWW-Authenticate"].startswith("Bearer")
        is_problem(await hall.as_("d.small.x.forged")._call(method, path, None, {}), 401, "UNKNOWN_TOKEN")
        for role, caller in callers.items():
            answer = await caller._call(method, path, None, {})
            assert (answer.status not in {401, 403}) == (role in may), (method, path, role, answer)


async def test_what_everyone_may_read(hall: HallClient) -> None:
    for path in ("", "/services", "/board"):
        assert (await hall.as_("").get(path)).status == 200
        is_problem(await hall.as_("unknown").get(path), 401, "UNKNOWN_TOKEN")


async def test_the_token_of_another_hall_or_window_is_403(start_hall: StartHall) -> None:
    hall = await start_hall()
    other = await start_hall(small_hall("other"))
    window = await device(hall, "window", window=2)
    is_problem(await window.at(1, "call-next"), 403, "WRONG_WINDOW")
    is_problem(await window.get("/windows/1"), 403, "WRONG_WINDOW")
    for role, path, body in (
        ("window", "/windows/2/call-next", None),
        ("kiosk", "/tickets", {"service": "A-1", "channel": "kiosk"}),
        ("desk", "/tickets", {"service": "A-1", "channel": "desk"}),
        ("manager", "/tickets", {"service": "A-1", "channel": "kiosk"}),
    ):
        stranger = (await device(hall, role, window=2)).token
        is_problem(await other.as_(stranger).post(path, body), 403, "WRONG_HALL")


async def test_another_visitors_ticket_is_404(hall: HallClient) -> None:
    mine, theirs = await hall.ticket(), await hall.ticket()
    me = hall.as_(mine["token"])
    for method, act in (("GET", ""), ("GET", "/why"), ("POST", "/cancel"), ("POST", "/coming")):
        is_problem(await me._call(method, f"/tickets/{theirs['id']}{act}", None, {}), 404, "NO_SUCH_TICKET")


async def test_a_window_serves_only_its_own_queues(hall: HallClient) -> None:
    window = await device(hall, "window", window=1)
    is_problem(await window.at(1, "open", {"staff": "me", "queues": ["B"]}), 403, "WRONG_WINDOW")
    manager = await device(hall, "manager")
    assert (await manager.at(1, "open", {"staff": "me", "queues": ["B"]})).status == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "Bearer \xff\xfe", "Bearer " + "x" * 5000, "x"])
async def test_an_odd_authorization_is_401(hall: HallClient, header: str) -> None:
    is_problem(await hall.as_("").get("/state", Authorization=header), 401, "UNKNOWN_TOKEN")


# devices


async def test_a_device_lives_from_its_making_to_its_revoking(hall: HallClient) -> None:
    made = await hall.post("/devices", {"role": "window", "name": "窗口 1", "window": 1, "zone": "Z1"})
    window = hall.as_(made["token"])
    assert (await window.get("/windows/1")).status == 200
    rows = (await hall.get("/devices"))["devices"]
    assert [row["id"] for row in rows] == [made["id"]] and "token" not in rows[0]
    gone = await hall.delete(f"/devices/{made['id']}")
    assert (gone.status, gone.body) == (204, None)
    is_problem(await window.get("/windows/1"), 401, "UNKNOWN_TOKEN")
    is_problem(await hall.delete(f"/devices/{made['id']}"), 404, "NO_SUCH_DEVICE")


async def test_a_revoked_device_loses_its_stream_and_other_workers_within_a_second(start_hall: StartHall) -> None:
    hall, second = await start_hall(hand_clock=False), await start_hall(hand_clock=False)
    made = await hall.post("/devices", {"role": "display", "name": "screen"})
    bearer = {"Authorization": f"Bearer {made['token']}"}
    async with second.http.get("/api/v1/halls/small/events?topics=hall", headers=bearer) as stream:
        assert stream.status == 200
        await hall.delete(f"/devices/{made['id']}")
        await asyncio.wait_for(stream.content.read(-1), 1.0)
    is_problem(await second.as_(made["token"]).get("/board"), 401, "UNKNOWN_TOKEN")


async def test_a_device_that_makes_no_sense_is_refused(hall: HallClient) -> None:
    for body, status in (
        ({"role": "window", "name": "w"}, 422),
        ({"role": "window", "name": "w", "window": 99}, 404),
        ({"role": "admin", "name": "w"}, 422),
        ({"role": "display", "name": "w", "zone": "Z9"}, 404),
        ({"role": "display", "name": ""}, 422),
        ({"role": "display", "name": "a\nb"}, 422),
    ):
        assert (await hall.post("/devices", body)).status == status, body
    manager = await device(hall, "manager")
    is_problem(await manager.post("/devices", {"role": "manager", "name": "m"}), 403, "WRONG_ROLE")


# idempotency


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 129, "é", "a\tb"])
async def test_a_key_that_is_none_is_400(hall: HallClient, key: str) -> None:
    is_problem(await hall.post("/tickets", {"service": "A-1", "channel": "kiosk"}, key), 400, "BAD_IDEMPOTENCY_KEY")


@pytest.mark.parametrize("key", ["!", "~" * 128, 'a,b;c="d"'])
async def test_the_same_key_gives_the_same_ticket(hall: HallClient, key: str) -> None:
    ask = {"service": "A-1", "channel": "kiosk"}
    first, again = await hall.post("/tickets", ask, key), await hall.post("/tickets", ask, key)
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert "token" in again.body
    mismatch = await hall.post("/tickets", {**ask, "priority": "elder"}, key)
    is_problem(mismatch, 422, "IDEMPOTENCY_MISMATCH")
    assert (await hall.ticket())["number"] == "A002"


async def test_a_refusal_is_repeated_under_its_key(hall: HallClient) -> None:
    refused = is_problem(await hall.at(1, "call-next", key="k"), 409, "WINDOW_NOT_OPEN")
    await hall.open(1)
    await hall.ticket()
    assert (await hall.at(1, "call-next", key="k")).body == refused.body


async def test_every_post_repeats_its_answer(hall: HallClient) -> None:
    made = await hall.ticket()
    acts: list[tuple[str, Any]] = [
        ("/windows/1/open", {"staff": "s"}), ("/windows/1/call-next", None), ("/windows/1/start", None),
        ("/windows/1/hold", {"reason": "r"}), (f"/tickets/{made['id']}/reinstate", None),
        (f"/tickets/{made['id']}/postpone", {"minutes": 1}), (f"/tickets/{made['id']}/cancel", None),
        ("/windows/1/pause", {"reason": "r"}), ("/windows/1/resume", None), ("/windows/1/close", None),
        ("/devices", {"role": "desk", "name": "d"}),
    ]  # fmt: skip
    for path, body in acts:
        first, again = await hall.post(path, body, f"k{path}"), await hall.post(path, body, f"k{path}")
        assert first.status in {200, 201} and (again.status, again.body) == (first.status, first.body), path


async def test_keys_belong_to_their_caller(hall: HallClient) -> None:
    ask = {"service": "A-1", "channel": "kiosk"}
    first, second = await device(hall, "kiosk"), await device(hall, "kiosk")
    mine, theirs = await first.post("/tickets", ask, "same"), await second.post("/tickets", ask, "same")
    assert mine["number"] != theirs["number"]


async def test_a_key_is_free_again_on_the_next_day(hall: HallClient, clock: HandClock) -> None:
    ask = {"service": "A-1", "channel": "kiosk"}
    first = await hall.post("/tickets", ask, "key")
    clock.forward(hours=24)
    second = await hall.post("/tickets", ask, "key")
    assert (second.status, second["number"]) == (201, first["number"]) and second["id"] != first["id"]


# bad input


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "INVALID"),
        (b"null", 422, "INVALID"),
        (b"[]", 422, "INVALID"),
        (b'"text"', 422, "INVALID"),
        (b"{", 400, "MALFORMED_JSON"),
        (b'{"staff": "a"} x', 400, "MALFORMED_JSON"),
        (b"\xef\xbb\xbf{}", 400, "MALFORMED_JSON"),
        (b'{"staff": "\xff"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\\ud800"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\\udc00x"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\x00"}', 400, "MALFORMED_JSON"),
        (b'{"staff": "\\u0000"}', 422, "INVALID"),
        (b'{"staff": "a\\nb"}', 422, "INVALID"),
        (b'{"staff": "a\\n"}', 422, "INVALID"),
        (b'{"staff": "\\u009b"}', 422, "INVALID"),
        (b'{"staff": ""}', 422, "INVALID"),
        (b'{"staff": 1e400}', 422, "INVALID"),
        (b'{"staff": ' + b"9" * 5000 + b"}", 422, "INVALID"),
        (b'{"staff": ' + b"[" * 30000, 422, "INVALID"),
        (b'{"staff": "a", "x": ' + b"[" * 30000, 422, "INVALID"),
        (b"[" * 60000, 422, "INVALID"),
        (b'{"staff": "a", "staff": "b"}', 422, "INVALID"),
        (b'{"staff": "a", "rank": "b"}', 422, "INVALID"),
        (b'{"staff": "' + b"a" * 65 + b'"}', 422, "INVALID"),
        (b'{"staff": "' + b"a" * 70000 + b'"}', 413, "BODY_TOO_LARGE"),
    ],
)  # fmt: skip
async def test_a_bad_body_is_a_clear_refusal(hall: HallClient, body: bytes, status: int, code: str) -> None:
    refused = is_problem(await raw(hall, "/windows/1/open", body), status, code)
    assert code != "INVALID" or {"field", "problem"} <= set(refused.body)


async def test_bodies_in_pieces_have_the_same_bounds(hall: HallClient) -> None:
    async def pieces(count: int) -> Any:
        yield b'{"staff": "'
        for _ in range(count):
            yield b"a" * 10
        yield b'"}'

    headers = {"Authorization": f"Bearer {hall.token}", "Content-Type": "application/json"}
    for count, status in ((3, 200), (10_000, 413)):
        url = "/api/v1/halls/small/windows/1/open"
        async with hall.http.post(url, data=pieces(count), headers=headers) as response:
            assert response.status == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx", "x/y; z"])
async def test_another_media_type_is_415(hall: HallClient, kind: str) -> None:
    refused = await raw(hall, "/windows/1/open", b'{"staff": "a"}', **{"Content-Type": kind})
    assert is_problem(refused, 415, "WRONG_MEDIA_TYPE")["expected"] == "application/json"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
async def test_a_body_that_is_not_packed_as_said_is_refused(hall: HallClient, coding: str) -> None:
    answer = await raw_status(hall, b"not packed at all", coding)
    assert 400 <= answer < 500


async def raw_status(hall: HallClient, body: bytes, coding: str) -> int:
    headers = {"Authorization": f"Bearer {hall.token}", "Content-Type": "application/json", "Content-Encoding": coding}
    url = "/api/v1/halls/small/windows/1/open"
    async with hall.http.post(url, data=body, headers=headers, compress=None) as response:
        return int(response.status)


@pytest.mark.parametrize(
    ("path", "body", "field", "english", "allowed"),
    [
        ("/tickets", {"service": "A-1", "channel": "fax"}, "channel", "kiosk, phone, desk", ["kiosk", "phone", "desk"]),
        ("/tickets", {"service": "A-1", "channel": "kiosk", "language": "xx"}, "language", "zh, en, de", None),
        ("/tickets", {"service": "A-1", "channel": "kiosk", "priority": "vip"}, "priority", "normal, elder", None),
        ("/tickets", {"service": "A-1"}, "channel", "is missing", None),
        ("/tickets", {"channel": "kiosk"}, "service", "either service or services", None),
        ("/tickets", {"service": "A-1", "channel": "kiosk", "journy": "x"}, "journy", "its fields are service,", None),
        ("/windows/1/hold", {"reason": "r", "minutes": 481}, "minutes", "480 or less", None),
        ("/windows/1/hold", {"reason": "r", "minutes": "5"}, "minutes", "a whole number or null, got text", None),
        ("/windows/1/hold", {"reason": "r" * 201}, "reason", "200 characters or fewer", None),
        ("/windows/1/call-next", {"x": 1}, "x", "it takes none", None),
        ("/tickets", {"channel": "kiosk", "visitor": {"mobile": "1"}}, "visitor.mobile", "id_number, phone", None),
        ("/tickets", {"channel": "kiosk", "visitor": {"phone": ""}}, "visitor.phone", "1 or more characters", None),
        ("/tickets", {"channel": "kiosk", "services": []}, "services", "1 or more entries", None),
        ("/windows/1/open", {"staff": "s", "queues": [1]}, "queues[0]", "text, got a whole number", None),
        ("/windows/1/pause", {"reason": "a\tb"}, "reason", "control characters", None),
        ("/windows/1/open", None, "staff", "is missing", None),
    ],
)  # fmt: skip
async def test_a_wrong_field_is_named_with_what_would_be_right(
    hall: HallClient, path: str, body: Any, field: str, english: str, allowed: Any
) -> None:
    refused = is_problem(await hall.post(f"{path}?lang=en", body), 422, "INVALID")
    assert refused["field"] == field and english in refused["problem"] and english in refused["detail"], refused
    assert allowed is None or refused["allowed"] == allowed
    chinese = await hall.post(f"{path}?lang=zh", body)
    assert chinese["problem"] != refused["problem"] and chinese.headers["Content-Language"] == "zh"


async def test_what_no_route_answers_is_a_problem_without_noise(hall: HallClient) -> None:
    for method, path, status, code in (
        ("GET", "/nothing", 404, "NO_SUCH_PAGE"),
        ("PUT", "/board", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/bookings", 404, "NO_SUCH_PAGE"),
    ):
        answer = is_problem(await hall._call(method, path, None, {}), status, code)
        assert set(answer.body) == PROBLEM
    assert answer["instance"] == "/api/v1/halls/small/bookings"


async def test_a_closed_hall_says_on_its_own_clock_when_it_opens(start_hall: StartHall) -> None:
    monday = Period(weekday=0, opens_min=9 * 60, closes_min=17 * 60)
    hall = await start_hall(small_hall(hours=(monday,)), open_now=False)
    refused = is_problem(
        await hall.post("/tickets?lang=en", {"service": "A-1", "channel": "kiosk"}), 409, "HALL_CLOSED"
    )
    assert refused["opens_at"] == "2026-11-23T01:00:00.000Z" and "09:00" in refused["detail"]


# board, state, events


async def test_the_board_is_anonymous(hall: HallClient) -> None:
    await hall.open(1, staff="Wang Wei")
    made = await hall.ticket(visitor={"phone": "13800000000"})
    await hall.at(1, "call-next")
    board = await hall.as_("").get("/board?zone=Z1")
    assert set(board.body) >= {"calls", "windows", "waiting", "notices", "last_event_id"}
    call = board["calls"][0]
    assert (set(call), call["number"]) == ({"number", "window", "zone", "called_at", "times"}, made["number"])
    told = json.dumps(board.body)
    assert not any(secret in told for secret in ("Wang", made["id"], "13800000000"))
    is_problem(await hall.get("/board?zone=Z9"), 404, "NO_SUCH_ZONE")


async def test_the_state_shows_an_act_at_once_and_on_another_worker_soon(start_hall: StartHall) -> None:
    hall, second = await start_hall(hand_clock=False), await start_hall(hand_clock=False)
    await hall.open(1)
    for waiting in range(1, 6):
        await hall.ticket()
        assert (await hall.get("/state"))["totals"]["waiting"] == waiting
        await asyncio.sleep(0.3)
        assert (await second.get("/state"))["totals"]["waiting"] == waiting


async def events(hall: HallClient, topics: str, count: int, **headers: str) -> list[dict[str, Any]]:
    """The first events after `Last-Event-ID`."""
    found: list[dict[str, Any]] = []
    sent = {"Authorization": f"Bearer {hall.token}", **headers} if hall.token else headers
    async with hall.http.get(f"/api/v1/halls/{hall.hall}/events?topics={topics}", headers=sent) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        async with asyncio.timeout(3):
            while len(found) < count:
                line = (await stream.content.readline()).decode()
                if line.startswith("data: "):
                    found.append(json.loads(line[6:]))
    return found


async def test_events_carry_what_a_forecast_reads(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket(priority="elder")
    for act in ("call-next", "start", "finish"):
        await hall.at(1, act)
    told = {event["event"]: event for event in await events(hall, "hall", 5, **{"Last-Event-ID": "1"})}
    assert list(told) == ["WindowOpened", "TicketIssued", "TicketCalled", "ServiceStarted", "ServiceFinished"]
    assert all({"event", "id", "at", "hall"} <= set(event) and MOMENT.fullmatch(event["at"]) for event in told.values())
    issued = told["TicketIssued"]
    assert {key: issued[key] for key in ("ticket", "number", "queue", "service", "priority", "channel")} == {
        "ticket": made["id"], "number": "A001", "queue": "A", "service": "A-1", "priority": "elder", "channel": "kiosk"
    }  # fmt: skip
    assert (issued["stop"], issued["stops"]) == (1, 1) and isinstance(issued["turn"], int)
    opened, called = told["WindowOpened"], told["TicketCalled"]
    assert (opened["staff"], opened["queues"]) == ("clerk 1", [{"queue": "A", "handicap_s": 0}])
    assert (called["window"], called["times"], called["ticket"]) == (1, 1, made["id"])
    assert told["ServiceFinished"]["outcome"] == "done"


async def test_the_boards_events_are_anonymous(hall: HallClient) -> None:
    await hall.open(1, staff="Wang Wei")
    made = await hall.ticket()
    await hall.at(1, "call-next")
    told = await events(hall.as_(""), "board:*", 3, **{"Last-Event-ID": "1"})
    assert told[-1]["number"] == made["number"]
    text = json.dumps(told)
    assert "Wang" not in text and made["id"] not in text and "service" not in told[-1]


async def test_topics_obey_the_roles(hall: HallClient) -> None:
    mine, theirs = await hall.ticket(), await hall.ticket()
    kiosk, window = await device(hall, "kiosk"), await device(hall, "window", window=1)
    for caller, topics, status in (
        (hall.as_(""), "hall", 401),
        (hall.as_(""), f"ticket:{mine['id']}", 401),
        (hall.as_(mine["token"]), "hall", 403),
        (hall.as_(mine["token"]), f"ticket:{theirs['id']}", 404),
        (kiosk, "hall", 403),
        (hall, "nonsense", 422),
        (hall, "", 422),
        (hall, "board:Z9", 404),
        (hall, "window:99", 404),
        (hall, ",".join(["board:*"] * 65), 422),
    ):
        assert (await caller.get(f"/events?topics={topics}")).status == status, topics
    assert (await events(window, "hall", 1, **{"Last-Event-ID": "1"}))[0]["ticket"] == mine["id"]


async def test_a_reader_that_was_away_too_long_is_reset(hall: HallClient) -> None:
    await hall.ticket()
    for last in ("999999", "nonsense", "-5"):
        async with hall.http.get(
            "/api/v1/halls/small/events?topics=board:*", headers={"Last-Event-ID": last}
        ) as stream:
            async with asyncio.timeout(3):
                while (line := (await stream.content.readline()).decode()) and not line.startswith("event:"):
                    pass
            assert line == "event: reset\n"


async def test_looking_at_a_stream_does_not_open_one(hall: HallClient) -> None:
    async with asyncio.timeout(2), hall.http.head("/api/v1/halls/small/events?topics=board:*") as answer:
        assert answer.status == 200


# the server itself


async def test_health_metrics_and_documents_need_no_token(hall: HallClient) -> None:
    for path, kind in (
        ("/healthz", "application/json"),
        ("/readyz", "application/json"),
        ("/metrics", "text/plain"),
        ("/api/openapi.json", "application/json"),
        ("/api/docs", "text/html"),
    ):
        async with hall.http.get(path) as answer:
            assert answer.status == 200 and answer.headers["Content-Type"].startswith(kind), path


async def test_a_visitor_who_follows_the_board_too_learns_nothing_of_others(hall: HallClient) -> None:
    mine, theirs = await hall.ticket(), await hall.ticket()
    me = hall.as_(mine["token"])
    told = await events(me, f"board:*,ticket:{mine['id']}", 2, **{"Last-Event-ID": "1"})
    assert [event["number"] for event in told] == [mine["number"], theirs["number"]]
    assert theirs["id"] not in json.dumps(told) and "service" not in told[1]
    alone = await events(me, f"ticket:{mine['id']}", 1, **{"Last-Event-ID": "1"})
    assert alone[0]["ticket"] == mine["id"]
