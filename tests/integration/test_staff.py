"""Staff accounts: set up by a manager, used by their people, ended at once."""

import asyncio
import json
from typing import Any

import pyotp
import pytest

from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.colleagues import GOOD, call, colleague, signed_in, welcomed
from tests.support.sse import EventReader


async def a_desk(hall: HallClient) -> str:
    return str((await hall.post("/devices", {"role": "desk", "name": "Desk"}))["token"])


async def next_of(events: EventReader, name: str) -> dict[str, Any]:
    """The next event of that name; of any where none is named."""
    while True:
        told = await events.next()
        assert told is not None
        if told.name == name or (not name and told.name != "WaitEstimated"):
            return dict(told.data)


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["code"]


async def test_a_new_colleague_chooses_a_password_and_works_at_their_window(hall: HallClient) -> None:
    made = await colleague(hall, windows=[1])
    token = await welcomed(hall, made)
    me = await call(hall, "GET", "/me", token=token)
    assert me["number"] == "1024" and me["places"][0]["windows"] == [1]
    clerk = hall.as_(token)
    opened = await clerk.post("/windows/1/open", {"staff": "somebody else"})
    assert opened.status == 200 and opened["staff"] == "1024"
    assert told(await clerk.post("/windows/2/open", {"staff": "x"})) == (403, "WRONG_WINDOW")
    assert told(await clerk.get("/state")) == (403, "WRONG_ROLE")
    assert (await signed_in(hall, "1024")).status == 201


async def test_a_link_works_once_and_a_repeated_request_gives_it_again(hall: HallClient) -> None:
    form = {"name": "Li", "number": "7", "role": "desk"}
    made = await hall.post("/staff", form, "key")
    assert (await hall.post("/staff", form, "key")).body == made.body
    assert told(await hall.post("/staff", form)) == (409, "NAME_TAKEN")
    code = made["link"].rpartition("/")[2]
    for weak in ("short", "password1234", "aaaaaaaaaaaaaaaa"):
        assert told(await call(hall, "POST", "/welcome", {"code": code, "password": weak})) == (422, "PASSWORD_WEAK")
    tries = [call(hall, "POST", "/welcome", {"code": code, "password": GOOD}) for _ in range(5)]
    outcomes = sorted(answer.status for answer in await asyncio.gather(*tries))
    assert outcomes == [201, 410, 410, 410, 410]


async def test_a_disabled_account_and_a_removed_one_are_refused_at_once(hall: HallClient) -> None:
    made = await colleague(hall, role="desk")
    desk = hall.as_(await welcomed(hall, made))
    assert (await desk.get("/help")).status == 200
    assert (await hall.post(f"/staff/{made['id']}/disable")).body["disabled"]
    assert told(await desk.get("/help")) == (401, "UNKNOWN_TOKEN")
    assert told(await signed_in(hall, "1024")) == (401, "SIGN_IN_WRONG")
    assert (await hall.post(f"/staff/{made['id']}/enable")).status == 200
    again = hall.as_((await signed_in(hall, "1024"))["token"])
    assert (await again.get("/help")).status == 200
    assert (await hall.delete(f"/staff/{made['id']}")).status == 204
    assert told(await again.get("/help")) == (401, "UNKNOWN_TOKEN")
    assert (await hall.get("/staff"))["staff"] == []
    assert (await colleague(hall)).status == 201, "the number is free again"


async def test_a_reset_ends_every_old_way_in(hall: HallClient) -> None:
    made = await colleague(hall, role="desk")
    token = await welcomed(hall, made)
    reset = await hall.post(f"/staff/{made['id']}/reset")
    assert told(await hall.as_(token).get("/help")) == (401, "UNKNOWN_TOKEN")
    assert told(await signed_in(hall, "1024")) == (401, "SIGN_IN_WRONG")
    assert (await welcomed(hall, reset, "another-good-one-9")) != token


async def test_guessing_locks_the_account_and_the_manager_unlocks_it(hall: HallClient) -> None:
    made = await colleague(hall, role="desk")
    await welcomed(hall, made)
    answers = await asyncio.gather(*(signed_in(hall, "1024", "wrong-guess-here") for _ in range(12)))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 7
    locked = await signed_in(hall, "1024")
    assert told(locked) == (429, "LOCKED_OUT") and 0 < int(locked.headers["Retry-After"]) <= 60
    row = (await hall.get("/staff"))["staff"][0]
    assert "locked_until" in row
    assert "locked_until" not in (await hall.post(f"/staff/{made['id']}/unlock")).body
    assert (await signed_in(hall, "1024")).status == 201
    for _ in range(5):
        await signed_in(hall, "nobody-here", "wrong-guess-here")
    assert told(await signed_in(hall, "nobody-here")) == (429, "LOCKED_OUT"), "unknown names look like known ones"


async def test_a_code_is_asked_for_once_it_is_set_up_and_is_good_once(hall: HallClient, clock: HandClock) -> None:
    token = await welcomed(hall, await colleague(hall, role="desk"))
    secret = (await call(hall, "POST", "/me/totp", token=token))["secret"]

    def code() -> str:
        return pyotp.TOTP(secret).at(clock() // 1000)

    assert told(await call(hall, "POST", "/me/totp/confirm", {"code": "000000"}, token)) == (422, "WRONG_CODE")
    assert (await call(hall, "POST", "/me/totp/confirm", {"code": code()}, token)).status == 204
    assert told(await signed_in(hall, "1024")) == (401, "SECOND_NEEDED")
    assert told(await signed_in(hall, "1024", code=code())) == (401, "SIGN_IN_WRONG"), "used when it was confirmed"
    clock.forward(seconds=30)
    both = await asyncio.gather(*(signed_in(hall, "1024", code=code()) for _ in range(2)))
    assert sorted(answer.status for answer in both) == [201, 401]
    assert (await call(hall, "POST", "/me/totp/drop", {"password": GOOD}, token)).status == 204
    assert (await signed_in(hall, "1024")).status == 201


async def test_a_new_password_ends_other_sessions_and_signing_out_this_one(hall: HallClient) -> None:
    made = await colleague(hall, role="desk")
    here = await welcomed(hall, made)
    there = (await signed_in(hall, "1024"))["token"]
    wrong = {"old": "not-the-old-one", "new": "another-good-one-9"}
    assert told(await call(hall, "POST", "/me/password", wrong, here)) == (401, "SIGN_IN_WRONG")
    assert (await call(hall, "POST", "/me/password", {**wrong, "old": GOOD}, here)).status == 204
    assert (await call(hall, "GET", "/me", token=there)).status == 401
    assert len((await call(hall, "GET", "/me", token=here))["sessions"]) == 1
    assert (await call(hall, "POST", "/me/sign-out", token=here)).status == 204
    assert (await call(hall, "GET", "/me", token=here)).status == 401


async def test_a_session_ends_with_the_working_day(hall: HallClient, clock: HandClock) -> None:
    token = await welcomed(hall, await colleague(hall))
    clock.forward(hours=12)
    assert (await call(hall, "GET", "/me", token=token)).status == 401


async def test_what_became_of_an_account_is_told_in_the_hall_once(hall: HallClient) -> None:
    async with EventReader(hall, "hall") as events, EventReader(hall.as_(await a_desk(hall)), "hall") as at_the_desk:
        made = await colleague(hall, role="desk")
        await hall.post(f"/staff/{made['id']}/disable")
        rows = [await next_of(events, "StaffChanged") for _ in range(2)]
        assert [(row["change"], row["staff"], row["actor"]) for row in rows] == [
            ("added", "1024", "admin"), ("disabled", "1024", "admin"),
        ]  # fmt: skip
        assert "password" not in json.dumps(rows) and "argon2" not in json.dumps(rows)
        await hall.open(1)
        assert (await next_of(at_the_desk, "")).get("window") == 1, "only managers are told of accounts"


async def test_an_open_stream_of_someone_who_is_shut_out_ends(hall: HallClient) -> None:
    made = await colleague(hall, role="desk")
    desk = hall.as_(await welcomed(hall, made))
    async with EventReader(desk, "hall") as events:
        await hall.post(f"/staff/{made['id']}/disable")
        assert await events.next() is None


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"role": "manager"}, "WRONG_ROLE"),
        ({"role": "window", "departments": ["D9"]}, "NO_SUCH_DEPARTMENT"),
        ({"role": "window", "windows": [99]}, "NO_SUCH_WINDOW"),
        ({"role": "window", "skills": [{"queue": "Q"}]}, "NO_SUCH_QUEUE"),
    ],
)
async def test_a_manager_hands_out_only_what_there_is_and_what_is_theirs(
    hall: HallClient, form: dict[str, object], code: str
) -> None:
    manager = hall.as_((await hall.post("/devices", {"role": "manager", "name": "M"}))["token"])
    answer = await manager.post("/staff", {"name": "X", "number": "9", **form})
    assert answer.body["code"] == code
