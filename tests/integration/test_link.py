"""A link and the real server: acts that are done once, events that are heard once, a token that is taken away."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from queue_server.link import Link, Refused, Told
from tests.support.client import HallClient

WITHIN_S = 20


async def device(hall: HallClient, role: str, **more: object) -> dict[str, str]:
    made = await hall.post("/devices", {"role": role, "name": role, **more})
    assert made.status == 201, made
    return dict(made.body)


def link_to(hall: HallClient, token: str) -> Link:
    return Link(str(hall.http.make_url("")), hall.hall, token)  # type: ignore[union-attr]


async def next_of(events: AsyncGenerator[Told, None], *names: str) -> Told:
    async with asyncio.timeout(WITHIN_S):
        async for told in events:
            if told.name in names:
                return told
    raise AssertionError


async def test_a_key_makes_a_repeated_call_one_act(hall: HallClient) -> None:
    await hall.open(1)
    await hall.ticket()
    await hall.ticket()
    made = await device(hall, "window", window=1)
    async with link_to(hall, made["token"]) as link:
        first = await link.ask("POST", "/windows/1/call-next", key="press-1")
        assert await link.ask("POST", "/windows/1/call-next", key="press-1") == first
        with pytest.raises(Refused) as refused:
            await link.ask("POST", "/windows/1/call-next", key="press-2", language="en")
        assert (refused.value.status, refused.value.code) == (409, "WINDOW_BUSY")
        assert refused.value.facts["ticket"] == first["id"]
        assert refused.value.detail.isascii()  # without a wish it is Chinese
        await link.ask("POST", "/windows/1/start", key="press-3")
        await link.ask("POST", "/windows/1/finish", {"outcome": "done"}, key="press-4")
        second = await link.ask("POST", "/windows/1/call-next", key="press-5")
        await link.ask("POST", "/windows/1/no-show", key="press-6")
        assert await link.ask("POST", "/windows/1/call-next", key="press-7") is None
    assert (first["number"], second["number"]) == ("A001", "A002")


async def test_what_was_missed_is_heard_once_and_a_revoked_token_ends_it(hall: HallClient) -> None:
    made = await device(hall, "display")
    async with link_to(hall, made["token"]) as link:
        async with aclosing(link.follow("hall,board:*")) as events:
            await next_of(events, "online")
            await hall.ticket()
            heard = await next_of(events, "TicketIssued")
        for _ in range(3):
            await hall.ticket()
        async with aclosing(link.follow("hall,board:*", heard.id)) as events:
            missed = [(await next_of(events, "TicketIssued", "reset")).data.get("number") for _ in range(3)]
            assert missed == ["A002", "A003", "A004"]
            assert (await hall.delete(f"/devices/{made['id']}")).status in {200, 204}
            with pytest.raises(Refused) as refused:
                await next_of(events, "TicketIssued")
        assert refused.value.token_refused


async def test_a_position_that_never_was_tells_to_read_afresh(hall: HallClient) -> None:
    made = await device(hall, "display")
    async with link_to(hall, made["token"]) as link, aclosing(link.follow("hall", "999999999")) as events:
        assert (await next_of(events, "reset")).id != "999999999"
