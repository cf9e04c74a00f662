"""The public contract to the letter: who may call what, devices, idempotency keys."""

import asyncio
from typing import Any

import pytest

from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem
from tests.support.halls import small_hall

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
