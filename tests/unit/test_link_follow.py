"""A link follows a hall's events through lines that break."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from aiohttp.test_utils import unused_port

from queue_server.link import Link, Refused, Told
from queue_server.link.follow import LONGEST_S, SHORTEST_S, pause_s

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\nretry: 1000\n:\n\n"
"""Without a length: what follows is the stream until the line ends."""


def event(number: int) -> bytes:
    return b'id: %d\nevent: TicketCalled\ndata: {"n": %d}\n\n' % (number, number)


def problem(status: int, code: str) -> bytes:
    body = b'{"code": "%s", "detail": "D"}' % code.encode()
    return b"HTTP/1.1 %d No\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n\r\n%s" % (
        status, len(body), body,
    )  # fmt: skip


class Server:
    """Answers each connection with the next script: bytes to send, or an event to wait for while the line stays up."""

    def __init__(self, *scripts: list[bytes | asyncio.Event]) -> None:
        self.scripts = list(scripts)
        self.asked: list[dict[str, str]] = []
        self.lines: list[asyncio.Task[None] | None] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.append(asyncio.current_task())
        try:
            await self.answer(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.asked.append({"get": head[0], **dict(line.lower().split(": ", 1) for line in head[1:] if line)})
        for step in self.scripts.pop(0) if self.scripts else []:
            if isinstance(step, asyncio.Event):
                await step.wait()
            else:
                writer.write(step)
                await writer.drain()


@asynccontextmanager
async def following(
    server: Server, last_id: str = "", silence_s: float = 40.0
) -> AsyncIterator[AsyncGenerator[Told, None]]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    link = Link(url, "small", "t", silence_s=silence_s)
    try:
        async with asyncio.timeout(30), link, aclosing(link.follow("board:Z1,hall", last_id)) as events:
            yield events
    finally:
        listening.close()
        for line in server.lines:
            if line is not None:
                line.cancel()


async def take(events: AsyncGenerator[Told, None], count: int) -> list[str]:
    """The next events as `name id`."""
    return [f"{told.name} {told.id}".strip() for told in [await anext(events) for _ in range(count)]]


async def test_events_come_after_online(pause: asyncio.Event) -> None:
    server = Server([HEAD, event(7), event(8), pause])
    async with following(server) as events:
        assert await take(events, 3) == ["online", "TicketCalled 7", "TicketCalled 8"]
    assert server.asked[0]["get"].startswith("GET /api/v1/halls/small/events?topics=board:Z1,hall")
    assert server.asked[0]["authorization"] == "bearer t"
    assert "last-event-id" not in server.asked[0]


@pytest.fixture
def pause() -> asyncio.Event:
    """Never set: the line stays up."""
    return asyncio.Event()


async def test_a_lost_line_goes_on_where_it_was(pause: asyncio.Event) -> None:
    server = Server([HEAD, event(7), b"id: 8\nevent: Ticket"], [HEAD, event(8), pause])
    async with following(server, "6") as events:
        assert await take(events, 5) == ["online 6", "TicketCalled 7", "offline 7", "online 7", "TicketCalled 8"]
    assert [asked["last-event-id"] for asked in server.asked] == ["6", "7"]


async def test_offline_is_told_once_however_many_tries_it_takes(pause: asyncio.Event) -> None:
    server = Server([], [], [problem(503, "STORE_DOWN")], [HEAD, event(1), pause])
    async with following(server) as events:
        assert await take(events, 3) == ["offline", "online", "TicketCalled 1"]
    assert len(server.asked) == 4


async def test_a_server_that_is_not_there_yet_is_offline_with_its_reason() -> None:
    link = Link(f"http://127.0.0.1:{unused_port()}", "small", "t")
    async with link, aclosing(link.follow("hall")) as events:
        told = await anext(events)
    assert (told.name, "no connection" in told.data["why"]) == ("offline", True)


async def test_a_line_lost_before_any_position_was_heard_tells_to_read_afresh(pause: asyncio.Event) -> None:
    server = Server([HEAD], [HEAD, event(9), pause])
    async with following(server) as events:
        assert await take(events, 5) == ["online", "offline", "online", "reset", "TicketCalled 9"]


async def test_reset_passes_through_and_is_where_it_goes_on_from(pause: asyncio.Event) -> None:
    server = Server([HEAD, b"id: 90\nevent: reset\ndata: {}\n\n"], [HEAD, event(91), pause])
    async with following(server, "3") as events:
        assert await take(events, 5) == ["online 3", "reset 90", "offline 90", "online 90", "TicketCalled 91"]
    assert server.asked[1]["last-event-id"] == "90"


async def test_a_line_that_falls_silent_is_lost(pause: asyncio.Event) -> None:
    server = Server([HEAD, event(1), pause], [HEAD, event(2), pause])
    async with following(server, silence_s=0.3) as events:
        assert await take(events, 5) == ["online", "TicketCalled 1", "offline 1", "online 1", "TicketCalled 2"]


async def test_a_server_that_takes_the_line_and_says_nothing_is_offline(
    pause: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_server.link.follow.GREETING_S", 0.2)
    async with following(Server([pause])) as events:
        assert await take(events, 1) == ["offline"]


async def test_heart_beats_keep_a_line_that_tells_nothing(pause: asyncio.Event) -> None:
    class Beating(Server):
        async def answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(HEAD)
            for _ in range(8):
                await asyncio.sleep(0.1)  # the beats themselves, not a wait for something
                writer.write(b":\n\n")
            writer.write(event(1))
            await pause.wait()

    async with following(Beating(), silence_s=0.4) as events:
        assert await take(events, 2) == ["online", "TicketCalled 1"]


@pytest.mark.parametrize(("status", "code"), [(401, "UNKNOWN_TOKEN"), (403, "WRONG_HALL")])
async def test_a_revoked_token_ends_it(status: int, code: str) -> None:
    async with following(Server([HEAD, event(1)], [problem(status, code)])) as events:
        assert await take(events, 3) == ["online", "TicketCalled 1", "offline 1"]
        with pytest.raises(Refused, match=code):
            await anext(events)


async def test_any_other_refusal_may_be_over_soon(pause: asyncio.Event) -> None:
    server = Server([problem(404, "NO_SUCH_HALL")], [HEAD, event(1), pause])
    async with following(server) as events:
        told = await anext(events)
        assert (told.name, "NO_SUCH_HALL" in told.data["why"]) == ("offline", True)
        assert await take(events, 2) == ["online", "TicketCalled 1"]


async def test_a_page_of_the_network_in_between_is_no_stream(pause: asyncio.Event) -> None:
    terms = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nTerms"
    async with following(Server([terms], [HEAD, event(1), pause])) as events:
        assert await take(events, 2) == ["offline", "online"]


async def test_a_slow_reader_misses_nothing(pause: asyncio.Event) -> None:
    many = 3000
    server = Server([HEAD, b"".join(event(n) for n in range(1, many + 1)), pause])
    async with following(server) as events:
        heard = []
        while len(heard) < many + 1:
            heard.append((await anext(events)).id)
            await asyncio.sleep(0)
    assert heard[1:] == [str(n) for n in range(1, many + 1)]


async def test_closing_it_closes_its_line() -> None:
    gone = asyncio.Event()

    class Watching(Server):
        async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HEAD)
            await reader.read()
            gone.set()

    async with following(Watching()) as events:
        await anext(events)
        await events.aclose()
        await gone.wait()


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_pauses_grow_from_a_fifth_of_a_second_to_five(chance: float) -> None:
    pauses = [pause_s(tries, 0.0, chance) for tries in range(1000)]
    assert pauses == sorted(pauses)
    assert min(pauses) >= SHORTEST_S
    assert max(pauses) <= LONGEST_S
    assert pauses[-1] >= LONGEST_S / 2


def test_pauses_differ_between_devices_and_heed_the_server() -> None:
    assert pause_s(3, 0.0, 0.1) != pause_s(3, 0.0, 0.9)
    assert pause_s(0, 3.0, 0.0) >= 1.5
    assert pause_s(0, 3600.0, 1.0) == LONGEST_S
