"""What a person may do who names no window, and what a stranger can do to them."""

import pyotp

from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.colleagues import GOOD, call, colleague, signed_in, welcomed
from tests.support.ratings import served
from tests.support.sse import EventReader


async def test_a_clerk_rates_what_their_window_served_and_nothing_else(hall: HallClient) -> None:
    ticket = await served(hall, 2)
    clerk = hall.as_(await welcomed(hall, await colleague(hall, windows=[1])))
    refused = await clerk.post(f"/tickets/{ticket['id']}/rating", {"score": 1})
    assert (refused.status, refused.body.get("code")) == (403, "WRONG_WINDOW")
    for window, status in ((1, 403), (2, 403)):
        named = {"Greenwave-As": f"staff.window.small.{window}"}
        assert (await clerk.post(f"/tickets/{ticket['id']}/rating", {"score": 1}, None, **named)).status == status
    own = await served(hall, 1)
    named = {"Greenwave-As": "staff.window.small.1"}
    assert (await clerk.post(f"/tickets/{own['id']}/rating", {"score": 5}, None, **named)).status == 201


async def test_a_second_step_is_not_replaced_from_an_open_screen(hall: HallClient, clock: HandClock) -> None:
    token = await welcomed(hall, await colleague(hall, role="desk"))

    async def set_up() -> Answer:
        secret = (await call(hall, "POST", "/me/totp", token=token))["secret"]
        return await call(hall, "POST", "/me/totp/confirm", {"code": pyotp.TOTP(secret).at(clock() // 1000)}, token)

    assert (await set_up()).status == 204
    clock.forward(seconds=30)
    refused = await set_up()
    assert (refused.status, refused["code"]) == (409, "STAFF_MOVED")
    assert (await call(hall, "POST", "/me/totp/drop", {"password": GOOD}, token)).status == 204
    assert (await set_up()).status == 204


async def test_guesses_at_a_password_end_no_stream_of_who_is_signed_in(hall: HallClient) -> None:
    desk = hall.as_(await welcomed(hall, await colleague(hall, role="desk")))
    async with EventReader(desk, "hall") as events, EventReader(hall, "hall") as managers:
        for _ in range(6):
            await signed_in(hall, "1024", "wrong-guess-here")
        while (told := await managers.next()) is None or told.data.get("change") != "locked":
            pass
        await hall.ticket()
        found = await events.next()
    assert found is not None and found.name == "TicketIssued"


async def test_nobody_signs_in_by_the_name_that_is_anothers_number(hall: HallClient) -> None:
    await welcomed(hall, await colleague(hall, "Ab-7", sign_in="li"))
    for taken in ({"number": "9", "sign_in": "AB-7"}, {"number": "LI"}, {"number": "ab-7", "sign_in": "wang"}):
        refused = await hall.post("/staff", {"name": "X", "role": "desk", **taken})
        assert (refused.status, refused.body.get("code")) == (409, "NAME_TAKEN"), taken
    for name in ("li", "Ab-7", "ab-7"):
        assert (await signed_in(hall, name)).status == 201


async def test_a_link_from_a_letter_signs_no_browser_in_as_somebody_else(hall: HallClient) -> None:
    await welcomed(hall, await colleague(hall, role="desk"))
    arrive = str((await signed_in(hall, "1024"))["arrive"])
    for site, status in (("none", 403), ("cross-site", 403), ("same-origin", 303)):
        headers = {"Sec-Fetch-Site": site}
        async with hall.http.get(hall.base + arrive, headers=headers, allow_redirects=False) as answer:
            assert answer.status == status, site


async def test_an_open_screen_is_not_enough_for_a_new_way_in(hall: HallClient, clock: HandClock) -> None:
    token = await welcomed(hall, await colleague(hall, role="desk"))
    assert (await call(hall, "POST", "/me/passkeys/options", token=token)).status == 200
    clock.forward(minutes=16)
    for method, path, body in (
        ("POST", "/me/passkeys/options", None), ("POST", "/me/passkeys", {"passkey": {}, "label": "mine"}),
        ("DELETE", "/me/passkeys/abc", None),
    ):  # fmt: skip
        refused = await call(hall, method, path, body, token)
        assert (refused.status, refused["code"]) == (403, "SIGN_IN_AGAIN"), path
    again = await signed_in(hall, "1024", GOOD)
    assert (await call(hall, "POST", "/me/passkeys/options", token=again["token"])).status == 200
